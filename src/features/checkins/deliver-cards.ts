import { lateOpening } from '../../domain/calendar.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { CheckIn, Plan, Round } from '../../domain/records.ts'
import { Unreachable, type Kit } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import { AGAIN_MS, clear, postpone, type DueCheckIn } from './due-check-ins.ts'
import { postMailing, say, toPerson } from './post-mailing.ts'
import { languagesOf, peopleOf, roundId } from './team-check-in.ts'

/** An opening this much after its time is late: the bot was down. */
const LATE_MS = 5 * 60_000

/** The channels hear that it is open; everybody on the roster gets the card in the own chat. */
export async function deliver({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  const round = await currentRound(kit, tenant, checkIn)
  // After a crash it may be evening by now, or the round nearly over.
  const moment = round && openingOf(round, now, kit)
  if (moment !== undefined && moment > now) return postpone(kit, tenant, checkIn.id, 'deliver', moment)
  if (round !== undefined && moment !== undefined) {
    try {
      await postCards(kit, tenant, checkIn, round, await peopleOf(kit, tenant, checkIn))
    } catch (error) {
      // The app was taken out of the team: there is nobody to bring it to. Anything else is tried again.
      if (error instanceof Unreachable) await clear(kit, tenant, checkIn.id, 'deliver')
      else await postpone(kit, tenant, checkIn.id, 'deliver', new Date(now.getTime() + AGAIN_MS))
      throw error
    }
  }
  await clear(kit, tenant, checkIn.id, 'deliver')
}

async function postCards(
  kit: Kit,
  tenant: string,
  checkIn: CheckIn,
  round: Round,
  people: readonly Member[],
): Promise<void> {
  const known = new Map(people.map((member) => [member.id, member]))
  const roster = (await kit.store.rosters.get(tenant, round.id))?.people ?? []
  const deliveries = kit.shuffle(roster).map((person): Delivery => {
    const member = known.get(person)
    return member === undefined
      ? { to: { person }, state: 'skipped', reason: 'notInstalled' }
      : toPerson(member, checkIn.serviceUrl)
  })
  const opened = kit.opaque('checkins.opened', round.id)
  await say(kit, tenant, checkIn, opened, { note: 'opened', round: round.id })
  await postMailing(
    kit,
    tenant,
    {
      id: cardsId(kit, round.id),
      kind: 'checkins.card',
      message: { verb: 'checkins.show', round: round.id },
      language: languagesOf(checkIn.language)[0],
      isSameForAll: true,
    },
    deliveries,
  )
  // Stopped meanwhile: what is kept of the roster goes with the round.
  if ((await kit.store.rounds.get(tenant, round.id)) === undefined) await forgetCards(kit, tenant, round.id)
}

/** Removes what is kept of whom the cards of a round were for, and sends no more of them. Harmless where it is done. */
export function forgetCards(kit: Kit, tenant: string, round: string): Promise<void> {
  return kit.outbox.forget(tenant, cardsId(kit, round))
}

function cardsId(kit: Kit, round: string): string {
  return kit.opaque('checkins.card', round)
}

export async function currentRound(kit: Kit, tenant: string, { id, lastWeek }: CheckIn): Promise<Round | undefined> {
  return lastWeek === undefined ? undefined : kit.store.rounds.get(tenant, roundId(kit, tenant, id, lastWeek))
}

/** Now, a later moment, or undefined where the opening was missed for good. */
export function openingOf(plan: Plan, now: Date, kit: Kit): Date | undefined {
  const opens = new Date(plan.opens)
  if (now.getTime() - opens.getTime() < LATE_MS) return now
  return lateOpening({ week: plan.week, opens, closes: new Date(plan.closes) }, now, kit.settings.calendar)
}
