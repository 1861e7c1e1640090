import { mailingId } from '../../domain/broadcast.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { changeBroadcast, findBroadcast, heldOf, standOf, type Named } from './find-broadcast.ts'
import { watchedBy } from './follow-broadcast.ts'
import { keepLaunch } from './keep-launch.ts'
import { isGoing, reportCard } from './report-card.ts'

/** What has not left stays here; the report tells exactly what did. */
export async function cancelBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { t, person, now } = turn
  const found = await findBroadcast(turn, kit, id)
  const held = await heldOf(kit, person.tenant, found)
  if (found.state === 'cancelled' && held.length === 0) {
    await keepLaunch(kit, person.tenant, found)
    return { replace: await reportCard(turn, kit, found) }
  }
  const { main, advance } = await standOf(kit, person.tenant, id)
  const isUnderWay = isGoing(main) || isGoing(advance)
  if (!isUnderWay && held.length === 0) throw new Refusal(t('broadcasts.refusals.ended'))
  // The messages first: a crash then leaves something to press again, never something that still goes out.
  await kit.outbox.cancel(person.tenant, mailingId(id, 'main'))
  await kit.outbox.cancel(person.tenant, mailingId(id, 'advance'))
  for (const { id: mailing } of held) await kit.outbox.cancel(person.tenant, mailing)
  const cancelled = await changeBroadcast(turn, kit, id, ({ token: _void, ...current }) => ({
    ...current,
    ...watchedBy(turn),
    // Where only a correction or a withdrawal was held, the broadcast itself has long gone out.
    state: isUnderWay ? 'cancelled' : current.state,
    changedAt: now.toISOString(),
  }))
  await keepLaunch(kit, person.tenant, cancelled)
  await kit.audit(turn, { what: 'broadcasts.cancel', to: id, outcome: 'done', note: '' })
  return { replace: await reportCard(turn, kit, cancelled, t('broadcasts.news.cancelled')) }
}
