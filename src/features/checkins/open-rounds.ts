import { roundQuestions, talkQuestion } from '../../domain/checkin-rotation.ts'
import { lateOpening, weeksBetween } from '../../domain/calendar.ts'
import type { CheckIn, Plan, Round } from '../../domain/records.ts'
import { Unreachable, type Job, type Kit, type Member, type Sending } from '../../kit.ts'
import { answerCard } from './answer-checkin.ts'
import { closeRound, discardRound } from './close-round.ts'
import { dueBy, earliest, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import { noteCard, type Note } from './note-card.ts'
import {
  channelsOf,
  languagesOf,
  peopleOf,
  planned,
  respondents,
  roundId,
  starterOf,
  without,
} from './team-check-in.ts'

/** An opening this much after its time is late: the bot was down. */
const LATE_MS = 5 * 60_000
/** Where the platform does not tell who is in the team, the opening is tried again after this. */
const AGAIN_MS = 10 * 60_000
/** Where fewer of the roster can be reached, the starter is offered to talk instead. */
const REACHED_ENOUGH = 0.8

/** Opens what is due: a round, or a question to talk about; then sends the cards. */
export const openRounds: Job = {
  name: 'checkins.open',
  next: (_, kit) => earliest(kit, 'open', 'deliver'),
  async run(_, kit) {
    const now = kit.clock.now()
    await forEachDue(await dueBy(kit, now, 'open'), kit, (due) => open(due, now, kit))
    await forEachDue(await dueBy(kit, now, 'deliver'), kit, (due) => deliver(due, now, kit))
  },
}

async function open({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  const plan = checkIn.next
  if (plan === undefined) return advance(kit, tenant, checkIn.id, now)
  const moment = openingOf(plan, now, kit)
  if (moment === undefined) return passOver(kit, { tenant, checkIn }, plan, now)
  if (moment > now) return postpone(kit, tenant, checkIn.id, moment)
  if (checkIn.talkOnly) return openTalk(kit, tenant, checkIn, plan, now)
  let people: Member[]
  try {
    people = await peopleOf(kit, tenant, checkIn)
  } catch (error) {
    // The app was taken out of the team: there is nobody to ask this week.
    if (error instanceof Unreachable) return passOver(kit, { tenant, checkIn }, plan, now)
    await postpone(kit, tenant, checkIn.id, new Date(now.getTime() + AGAIN_MS))
    throw error
  }
  const leftOut = await leftOutOf(kit, tenant, checkIn)
  await openRound(kit, { tenant, checkIn }, plan, respondents(people, checkIn.readers, leftOut), now)
}

/** Now, a later moment, or undefined where the opening was missed for good. */
function openingOf(plan: Plan, now: Date, kit: Kit): Date | undefined {
  const opens = new Date(plan.opens)
  if (now.getTime() - opens.getTime() < LATE_MS) return now
  return lateOpening({ week: plan.week, opens, closes: new Date(plan.closes) }, now, kit.settings.calendar)
}

async function openRound(
  kit: Kit,
  { tenant, checkIn }: DueCheckIn,
  plan: Plan,
  asked: readonly Member[],
  now: Date,
): Promise<void> {
  const id = roundId(kit, tenant, checkIn.id, plan.week)
  const k = Math.max(checkIn.k, kit.settings.threshold)
  if ((await kit.store.results.get(tenant, id)) !== undefined) return advance(kit, tenant, checkIn.id, now, plan.week)
  if (asked.length < k) return openTalk(kit, tenant, { ...checkIn, k }, plan, now, 'tooSmall')
  if (checkIn.due.close !== undefined && checkIn.lastWeek !== undefined && checkIn.lastWeek !== plan.week) {
    await closeRound(kit, tenant, checkIn, roundId(kit, tenant, checkIn.id, checkIn.lastWeek), now)
  }
  const questions = roundQuestions(kit.library().questions, checkIn.opened, checkIn.worksRemotely)
  await kit.roundKeys.make(id)
  const people = kit.shuffle(asked.map((member) => member.id))
  const roster = await kit.store.rosters.change(tenant, id, (earlier) => earlier ?? { id, people })
  await kit.store.answers.change(tenant, id, (earlier) => earlier ?? { id, locked: false, answers: [] })
  const round: Round = {
    id,
    team: checkIn.id,
    week: plan.week,
    zone: kit.settings.timeZone,
    opens: plan.opens,
    closes: plan.closes,
    k,
    number: checkIn.opened,
    questions: questions.map(({ id: question, version }) => ({ id: question, version })),
    readers: checkIn.readers,
    rosterSize: roster?.people.length ?? people.length,
  }
  const opened = (await kit.store.rounds.change(tenant, id, (earlier) => earlier ?? round)) ?? round
  await kit.store.checkIns.change(tenant, checkIn.id, (current) => {
    if (current === undefined || current.lastWeek === plan.week) return current
    const next = planned({ ...current, k, lastWeek: plan.week, opened: opened.number + 1 }, now, kit)
    const due: CheckIn['due'] = { ...next.due, deliver: plan.opens, close: plan.closes }
    // One that opens late may have missed its reminder.
    const reminds = plan.reminds !== undefined && new Date(plan.reminds) > now ? plan.reminds : undefined
    return { ...next, due: reminds === undefined ? due : { ...due, remind: reminds } }
  })
}

/** The channels hear that it is open; everybody on the roster gets the card in the own chat. Begun once. */
async function deliver({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
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

/** A question to talk about instead of a round; it does not advance the rotation. */
async function openTalk(
  kit: Kit,
  tenant: string,
  checkIn: CheckIn,
  plan: Plan,
  now: Date,
  note: 'talk' | 'tooSmall' = 'talk',
): Promise<void> {
  const talk = Math.max(0, weeksBetween(checkIn.firstWeek, plan.week) / checkIn.schedule.every)
  const question = talkQuestion(kit.library().questions, Math.floor(talk), checkIn.worksRemotely)
  await discardRound(kit, tenant, roundId(kit, tenant, checkIn.id, plan.week))
  const begun = { isMine: false }
  await kit.store.checkIns.change(tenant, checkIn.id, (current) => {
    begun.isMine = current !== undefined && current.lastWeek !== plan.week
    return current && planned({ ...current, lastWeek: plan.week }, now, kit)
  })
  if (!begun.isMine) return
  kit.outbox.behind(() => say(kit, tenant, checkIn, { note, team: checkIn.key, question: question.id }))
}

/** Says something in the channels of the check-ins. */
async function say(kit: Kit, tenant: string, checkIn: CheckIn, note: Note): Promise<void> {
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

/** Opens no round this week; one whose opening a crash cut short would never close. */
async function passOver(kit: Kit, { tenant, checkIn }: DueCheckIn, plan: Plan, now: Date): Promise<void> {
  await discardRound(kit, tenant, roundId(kit, tenant, checkIn.id, plan.week))
  await advance(kit, tenant, checkIn.id, now)
}

/** Plans the next opening. */
async function advance(kit: Kit, tenant: string, team: string, now: Date, opened?: string): Promise<void> {
  await kit.store.checkIns.change(
    tenant,
    team,
    (current) => current && planned({ ...current, ...(opened !== undefined && { lastWeek: opened }) }, now, kit),
  )
}

async function postpone(kit: Kit, tenant: string, team: string, to: Date): Promise<void> {
  await kit.store.checkIns.change(
    tenant,
    team,
    (current) => current && { ...current, due: { ...current.due, open: to.toISOString() } },
  )
}

/** People left out of any of the teams that answer together. */
async function leftOutOf(kit: Kit, tenant: string, checkIn: CheckIn): Promise<string[]> {
  const joined = await Promise.all(checkIn.joined.map((team) => kit.store.checkIns.get(tenant, team)))
  return [checkIn, ...joined.flatMap((other) => other ?? [])].flatMap(({ leaveOut }) => leaveOut)
}
