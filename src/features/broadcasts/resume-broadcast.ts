import { mailingId } from '../../domain/broadcast.ts'
import type { Mailing } from '../../domain/delivery.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { changeBroadcast, findBroadcast, heldOf, type Named } from './find-broadcast.ts'
import { watchedBy } from './follow-broadcast.ts'
import { reportCard } from './report-card.ts'

/** HR lets it go on: at its time, or at the next send moment where that has passed. */
export async function resumeBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { t, person } = turn
  const found = await findBroadcast(turn, kit, id)
  const held = await heldOf(kit, person.tenant, found)
  if (held.length === 0) throw new Refusal(t('broadcasts.refusals.goesOn'))
  const watched = await changeBroadcast(turn, kit, id, (current) => ({ ...current, ...watchedBy(turn) }))
  await kit.audit(turn, { what: 'broadcasts.resume', to: id, outcome: 'done', note: '' })
  // Supervisors first, as they would have got it.
  const isAhead = ({ id: mailing }: Mailing) => mailing.startsWith(mailingId(id, 'advance'))
  const inOrder = held.toSorted((one, other) => Number(isAhead(other)) - Number(isAhead(one)))
  for (const { id: mailing, at } of inOrder) await kit.outbox.release(person.tenant, mailing, new Date(at))
  return { replace: await reportCard(turn, kit, watched, t('broadcasts.news.resumed')) }
}
