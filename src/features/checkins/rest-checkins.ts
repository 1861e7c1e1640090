import { DateTime } from 'luxon'
import { dateText, weekText } from '../../domain/dates.ts'
import type { CheckIn } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { discardRound } from './close-round.ts'
import { statusCard } from './status-card.ts'
import { changeCheckIn, demandLead, findCheckIn, roundId, teamName, upcoming, without } from './team-check-in.ts'

const WEEKS_SHOWN = 4
const LONGEST_PAUSE = { years: 1 }

type OfTeam = { team?: string | undefined }

/** Pause until a day, skip a week, or stop. */
export async function showRest(turn: Turn, kit: Kit, { team }: OfTeam): Promise<Answer> {
  const { t, language, person, now } = turn
  const checkIn = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, checkIn)
  const { timeZone: zone } = kit.settings
  const weeks = comingWeeks(checkIn, now, kit).map(({ week, opens }) => ({
    title: `${weekText(week, language)}: ${dateText(opens, zone, language)}`,
    value: week,
  }))
  return {
    replace: {
      card: 'checkin-rest',
      language,
      summary: t('checkins.title'),
      show: { verb: 'checkins.rest', team: checkIn.key },
      data: {
        team: await teamName(kit, person.tenant, checkIn),
        key: checkIn.key,
        weeks,
        week: weeks[0]?.value ?? '',
        until: DateTime.fromJSDate(now, { zone }).plus({ weeks: 2 }).startOf('week').toISODate() ?? '',
      },
    },
  }
}

export async function pause(turn: Turn, kit: Kit, { team, until }: OfTeam & { until: string }): Promise<Answer> {
  const { zone } = kit.settings.calendar
  const day = /^\d{4}-\d{2}-\d{2}$/.test(until) ? DateTime.fromISO(until, { zone }) : DateTime.invalid('no date')
  const now = DateTime.fromJSDate(turn.now, { zone })
  if (!day.isValid || day <= now || day > now.plus(LONGEST_PAUSE)) {
    throw new Refusal(turn.t('checkins.refusals.until'))
  }
  const changed = await changeCheckIn(turn, kit, team, (current) => ({ ...current, pausedUntil: until }))
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.paused')) }
}

/** Ends a pause, or starts again what was stopped. */
export async function resume(turn: Turn, kit: Kit, { team }: OfTeam): Promise<Answer> {
  const changed = await changeCheckIn(turn, kit, team, ({ pausedUntil: _over, ...current }) => ({
    ...current,
    stopped: false,
  }))
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.resumed')) }
}

export async function skipWeek(turn: Turn, kit: Kit, { team, week }: OfTeam & { week: string }): Promise<Answer> {
  const checkIn = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, checkIn)
  if (week === checkIn.lastWeek) throw new Refusal(turn.t('checkins.refusals.weekOpen'))
  const isComing = comingWeeks(checkIn, turn.now, kit).some((coming) => coming.week === week)
  if (!isComing && !checkIn.skips.includes(week)) throw new Refusal(turn.t('checkins.refusals.week'))
  const changed = await changeCheckIn(turn, kit, team, (current) => ({
    ...current,
    skips: [...new Set([...current.skips, week])].sort().slice(-WEEKS_SHOWN * 2),
  }))
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.skipped')) }
}

/** Stops for good; an open round is deleted unread. What was published stays until its time is over. */
export async function stop(turn: Turn, kit: Kit, { team }: OfTeam): Promise<Answer> {
  const found = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, found)
  // First of all: after a crash the round is still due to close, so that no answer is left behind.
  await discardOpen(turn, kit, found)
  const changed = await changeCheckIn(turn, kit, team, (current) => ({
    ...without(current, 'deliver', 'remind', 'close'),
    stopped: true,
  }))
  // And again, if one was opened meanwhile.
  await discardOpen(turn, kit, changed)
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.stopped')) }
}

async function discardOpen({ person: { tenant } }: Turn, kit: Kit, { id, lastWeek }: CheckIn): Promise<void> {
  if (lastWeek !== undefined) await discardRound(kit, tenant, roundId(kit, tenant, id, lastWeek))
}

/** From the next week on only a question to talk about. */
export async function talkInstead(turn: Turn, kit: Kit, { team }: OfTeam): Promise<Answer> {
  const changed = await changeCheckIn(turn, kit, team, (current) => ({ ...current, talkOnly: true }))
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.talkOnly')) }
}

/** The next openings that can be skipped. */
function comingWeeks(checkIn: CheckIn, now: Date, kit: Kit): { week: string; opens: Date }[] {
  const weeks: { week: string; opens: Date }[] = []
  let after = now
  while (weeks.length < WEEKS_SHOWN) {
    const round = upcoming(checkIn, after, kit)
    if (round === undefined) break
    weeks.push({ week: round.week, opens: round.opens })
    after = round.opens
  }
  return weeks
}
