import { lateOpening } from '../../domain/calendar.ts'
import type { CheckIn, Plan, Round } from '../../domain/records.ts'
import type { Kit, Member, Sending } from '../../kit.ts'
import { answerCard } from './answer-checkin.ts'
import type { DueCheckIn } from './due-check-ins.ts'
import { noteCard, type Note } from './note-card.ts'
import { channelsOf, languagesOf, peopleOf, roundId, starterOf, without } from './team-check-in.ts'

/** An opening this much after its time is late: the bot was down. */
const LATE_MS = 5 * 60_000
/** Where fewer of the roster can be reached, the starter is offered to talk instead. */
const REACHED_ENOUGH = 0.8

/** The channels hear that it is open; everybody on the roster gets the card in the own chat. Begun once. */
export async function deliver({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  const round = await currentRound(kit, tenant, checkIn)
  // After a crash it may be evening by now, or the round nearly over.
  const moment = round && openingOf(round, now, kit)
  await kit.store.checkIns.change(tenant, checkIn.id, (current) => {
    const delivered = current && without(current, 'deliver')
    const isLater = moment !== undefined && moment > now
    if (!isLater || delivered === undefined) return delivered
    return { ...delivered, due: { ...delivered.due, deliver: moment.toISOString() } }
  })
  if (round === undefined || moment === undefined || moment > now) return
  kit.outbox.behind(async () => {
    const people = await peopleOf(kit, tenant, checkIn)
    const roster = (await kit.store.rosters.get(tenant, round.id))?.people ?? []
    const asked = kit.shuffle(roster).flatMap((id) => people.find((member) => member.id === id) ?? [])
    await say(kit, tenant, checkIn, { note: 'opened', round: round.id })
    const { delivered, unknown } = await kit.outbox.send(cardsFor(kit, tenant, checkIn, round, asked))
    const reached = delivered + unknown
    if (reached < REACHED_ENOUGH * roster.length) await offerTalk(kit, tenant, checkIn, reached, roster.length)
  })
}

/** The cards of a round to some of its roster. */
export function cardsFor(
  kit: Kit,
  tenant: string,
  { serviceUrl, language }: CheckIn,
  round: Round,
  people: readonly Member[],
): Sending[] {
  return people.map((person) => ({
    kind: 'checkins.card',
    to: { person, tenant, serviceUrl },
    language: languagesOf(language)[0],
    message: (turn) => answerCard(turn, kit, round),
  }))
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

/** Says something in the channels of the check-ins. */
export async function say(kit: Kit, tenant: string, checkIn: CheckIn, note: Note): Promise<void> {
  const channels = await channelsOf(kit, tenant, checkIn)
  await kit.outbox.send(
    channels.map((channel) => ({
      kind: 'checkins.channel',
      to: channel,
      language: languagesOf(checkIn.language)[0],
      message: (turn) => noteCard({ ...turn, place: { ...turn.place, team: checkIn.id } }, kit, note),
    })),
  )
}

/** Counts only: who was not reached is nobody's business but the operator's, who sees counts too. */
async function offerTalk(kit: Kit, tenant: string, checkIn: CheckIn, reached: number, total: number): Promise<void> {
  await kit.outbox.send([
    {
      kind: 'checkins.unreached',
      to: { person: starterOf(checkIn), tenant, serviceUrl: checkIn.serviceUrl },
      language: languagesOf(checkIn.language)[0],
      message: (turn) =>
        noteCard(turn, kit, { note: 'unreached', team: checkIn.key, reached: String(reached), total: String(total) }),
    },
  ])
}
