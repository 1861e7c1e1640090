import { z } from 'zod'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findDelivered } from './show-broadcast.ts'

export const openSchema = z.object({
  broadcast: z.string('refusals.notFound').max(40, 'refusals.notFound'),
  what: z.enum(['tool', 'theme', 'webinar'], 'refusals.notFound'),
})

/** Opens the tool or the theme of a broadcast, and counts that it was opened: never by whom. */
export async function openOffer(
  turn: Turn,
  kit: Kit,
  { broadcast: id, what }: z.output<typeof openSchema>,
): Promise<Answer> {
  const found = await findDelivered(turn, kit, id)
  const offered = found[what]
  if (offered === '' || found.withdrawn) throw new Refusal(turn.t('refusals.notFound'))
  const open = await kit.show(turn, { verb: `${what}s.show`, [what]: offered })
  // A test of a draft is nobody's press.
  await kit.store.broadcasts.change(turn.person.tenant, id, (current) =>
    current?.state === 'confirmed' || current?.state === 'cancelled'
      ? { ...current, presses: { ...current.presses, [what]: (current.presses[what] ?? 0) + 1 } }
      : current,
  )
  return { open, notice: open.summary }
}
