import type { DeliveryCounts, Mailing } from '../../domain/delivery.ts'
import type { Kit } from '../../kit.ts'
import { postMailing, toPerson } from './post-mailing.ts'
import { languagesOf, starterOf } from './team-check-in.ts'

/** Where fewer of the roster can be reached, the starter is offered to talk instead. */
const REACHED_ENOUGH = 0.8

/** Once the cards of a round are sent. Counts only: who was not reached is nobody's business. */
export async function offerTalk(kit: Kit, tenant: string, mailing: Mailing, counts: DeliveryCounts): Promise<void> {
  const { round: id } = mailing.message
  if (mailing.state !== 'ended' || typeof id !== 'string') return
  const round = await kit.store.rounds.get(tenant, id)
  if (round === undefined) {
    // Its cards were posted while it was being stopped. Behind, because a mailing is forgotten only after its watch.
    kit.outbox.behind(() => kit.outbox.forget(tenant, mailing.id))
    return
  }
  const checkIn = await kit.store.checkIns.get(tenant, round.team)
  const reached = counts.delivered + counts.unknown
  if (checkIn === undefined || reached >= REACHED_ENOUGH * counts.total) return
  const figures = { reached: String(reached), total: String(counts.total) }
  await postMailing(
    kit,
    tenant,
    {
      id: kit.opaque('checkins.unreached', id),
      kind: 'checkins.unreached',
      message: { verb: 'checkins.note', note: 'unreached', team: checkIn.key, ...figures },
      language: languagesOf(checkIn.language)[0],
    },
    [toPerson(starterOf(checkIn), checkIn.serviceUrl)],
  )
}
