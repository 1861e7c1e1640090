import { roundQuestions, talkQuestion } from '../../domain/checkin-rotation.ts'
import { weeksBetween } from '../../domain/calendar.ts'
import type { CheckIn, Plan, Round } from '../../domain/records.ts'
import { Unreachable, type Job, type Kit } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import { discardRound } from './close-round.ts'
import { deliver, openingOf } from './deliver-cards.ts'
import { AGAIN_MS, dueBy, earliest, forEachDue, postpone, type DueCheckIn } from './due-check-ins.ts'
import { say } from './post-mailing.ts'
import { peopleOf, planned, respondents, roundId, together } from './team-check-in.ts'

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
  if (moment > now) return postpone(kit, tenant, checkIn.id, 'open', moment)
  // One round at a time: where the one before is still open, its close comes first.
  const { close } = checkIn.due
  if (close !== undefined && checkIn.lastWeek !== plan.week) {
    return postpone(kit, tenant, checkIn.id, 'open', new Date(close))
  }
  if (checkIn.talkOnly) return openTalk(kit, tenant, checkIn, plan, now)
  let people: Member[]
  try {
    people = await peopleOf(kit, tenant, checkIn)
  } catch (error) {
    // The app was taken out of the team: there is nobody to ask this week.
    if (error instanceof Unreachable) return passOver(kit, { tenant, checkIn }, plan, now)
    await postpone(kit, tenant, checkIn.id, 'open', new Date(now.getTime() + AGAIN_MS))
    throw error
  }
  const leftOut = await leftOutOf(kit, tenant, checkIn)
  await openRound(kit, { tenant, checkIn }, plan, respondents(people, checkIn.readers, leftOut), now)
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
  if (checkIn.lastWeek !== plan.week) {
    const id = kit.opaque('checkins.talk', tenant, checkIn.id, plan.week)
    await say(kit, tenant, checkIn, id, { note, team: checkIn.key, question: question.id })
  }
  await advance(kit, tenant, checkIn.id, now, plan.week)
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

/** People left out of any of the teams that answer together. */
async function leftOutOf(kit: Kit, tenant: string, checkIn: CheckIn): Promise<string[]> {
  return (await together(kit, tenant, checkIn)).flatMap(({ leaveOut }) => leaveOut)
}
