import { confirmationOf, mailingId, type Part } from '../../domain/broadcast.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'
import type { NewMailing } from '../../ports.ts'
import { changeBroadcast, isDraft } from './find-broadcast.ts'
import type { Judged } from './judge-draft.ts'
import { writtenPlan } from './plan-sending.ts'
import { showMessage } from './show-broadcast.ts'

/**
 * Keeps the draft, holds its mailings with everybody whom they mean, and gives a fresh token. Any earlier token is void
 * before the first list is changed. @throws Refusal where somebody confirmed it meanwhile
 */
export async function prepare(turn: Turn, kit: Kit, id: string, { draft, plan, resolved }: Judged): Promise<Broadcast> {
  const { id: author, userId, name, tenant } = turn.person
  const at = turn.now.toISOString()
  const stored = await kit.store.broadcasts.change(tenant, id, (current) => {
    if (current !== undefined && !isDraft(current)) return current
    const { token: _void, plan: _old, ...base }: Begun = current ?? begun(id)
    return { ...base, ...draft, author: { id: author, userId, name }, state: 'draft', changedAt: at }
  })
  if (stored === undefined || !isDraft(stored)) throw new Refusal(turn.t('broadcasts.refusals.sent'))
  await hold(kit, tenant, stored, { plan, resolved })
  const token = confirmationOf(kit.opaque('broadcast.confirm', id, at), turn.now)
  const previewed = await changeBroadcast(turn, kit, id, (current) =>
    current.state === 'draft' && current.changedAt === at
      ? { ...current, state: 'previewed', token, plan: writtenPlan(plan) }
      : current,
  )
  if (previewed.token?.value !== token.value) throw new Refusal(turn.t('broadcasts.refusals.changed'))
  return previewed
}

/** Holds the mailings with everybody whom they mean, in place of what was held before. */
export async function hold(
  kit: Kit,
  tenant: string,
  broadcast: Broadcast,
  { plan: { advanceAt, sendAt }, resolved: { main, advance } }: Pick<Judged, 'plan' | 'resolved'>,
): Promise<void> {
  if (advanceAt === undefined) {
    // A launch that only supervisors get is one mailing: theirs.
    const mailing = mailingOf(kit, broadcast, 'main', sendAt, broadcast.launch === undefined ? 'main' : 'advance')
    await kit.outbox.hold(tenant, mailing, inOrder(advance, main))
    return kit.outbox.forget(tenant, mailingId(broadcast.id, 'advance'))
  }
  await kit.outbox.hold(tenant, mailingOf(kit, broadcast, 'main', sendAt), main)
  await kit.outbox.hold(tenant, mailingOf(kit, broadcast, 'advance', advanceAt), advance)
}

function* inOrder(...lists: Iterable<Delivery>[]): Iterable<Delivery> {
  for (const list of lists) yield* list
}

type Begun = Pick<Broadcast, 'id' | 'corrections' | 'withdrawn' | 'presses'> &
  Pick<Partial<Broadcast>, 'token' | 'plan'>

/** What a broadcast is before anything was written. */
export function begun(id: string): Begun {
  return { id, corrections: 0, withdrawn: false, presses: {} }
}

function mailingOf(
  kit: Kit,
  { id, override, launch }: Broadcast,
  part: Part,
  at: Date,
  shown: Part = part,
): NewMailing {
  return {
    id: mailingId(id, part),
    kind: launch === undefined ? 'broadcasts.send' : 'themes.launch',
    does: 'post',
    message: showMessage(id, shown),
    language: kit.settings.defaultLanguage,
    at: at.toISOString(),
    atAnyHour: override !== '',
    isSameForAll: true,
    keepsCopies: true,
    notice: launch === undefined ? 'broadcasts' : 'themes',
  }
}
