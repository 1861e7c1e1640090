import type { Broadcast } from '../../domain/records.ts'
import type { Answer, Kit, Turn } from '../../kit.ts'
import { findBroadcast, type Named } from './find-broadcast.ts'
import { formCard } from './form-card.ts'
import { begun } from './prepare-broadcast.ts'

/** A new draft with the same texts and recipients, without the time and the reason to hurry. Pressed twice, it is one. */
export async function duplicateBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { person, now, t } = turn
  const { tenant } = person
  const source = await findBroadcast(turn, kit, id)
  // A theme has one launch in the making; its texts stand in the content.
  if (source.launch !== undefined) return { replace: await formCard(turn, kit, { ...source, state: 'cancelled' }) }
  const { text, audience, tool, theme, webinar, link, image, imageAlt } = source
  const author = { id: person.id, userId: person.userId, name: person.name }
  const chosen = { text, audience, tool, theme, webinar, link, image, imageAlt, at: 'now', override: '', author }
  const copy = await freshCopy(kit, tenant, id)
  const fresh: Broadcast = { ...begun(copy), ...chosen, state: 'draft', changedAt: now.toISOString() }
  const stored = await kit.store.broadcasts.change(tenant, copy, (current) => current ?? fresh)
  return { replace: await formCard(turn, kit, stored ?? fresh, t('broadcasts.news.duplicated')) }
}

/** The id of a copy that is not there yet, or that nobody has gone on with. */
async function freshCopy(kit: Kit, tenant: string, source: string): Promise<string> {
  for (let number = 1; ; number++) {
    const id = kit.opaque('broadcast.copy', tenant, source, String(number))
    const known = await kit.store.broadcasts.get(tenant, id)
    if (known === undefined || known.state === 'draft') return id
  }
}
