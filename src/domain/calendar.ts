/** When check-ins open, remind and close, and when the bot may send by itself: writing.md, "Calendar". */
import {
  DAY_MINUTES,
  dayOf,
  isFinnishFreeDay,
  isoDate,
  minutesOf,
  momentOf,
  mondayOf,
  timeOf,
  wallOf,
  weekdayOf,
  weekOfDay,
  type Day,
  type Wall,
} from './days.ts'

/** `weekday` 1–5 (Monday–Friday), `time` HH:mm, `closeAfterHours` wall-clock hours. */
export type Schedule = { weekday: number; time: string; closeAfterHours: number; every: 1 | 2 | 4 }

/**
 * When the bot may send by itself, in local time. The `window` is HH:mm, the minute of its end included; `quiet` periods
 * are MM-dd, the last day included, and may run over the year's end.
 */
export type WorkCalendar = {
  zone: string
  window: { from: string; to: string }
  quiet: readonly { from: string; to: string }[]
}

/** `week` is an ISO week: 2026-W48. A round without `reminds` has no room for a reminder. */
export type PlannedRound = { week: string; opens: Date; closes: Date; reminds?: Date }

const MOVED_CLOSE = '12:00'
const MOVED_REMINDER = '15:00'
const REMINDER_MINUTES = 3 * 60
const LONG_ROUND_MINUTES = 72 * 60
const FEWEST_WORKING_DAYS = 3
const LATE_OPENING_MS = 2 * 3_600_000
const LOOK_AHEAD_DAYS = 2 * 366

/** ISO week of a moment in the zone: 2026-W48. */
export function weekOf(at: Date, zone: string): string {
  return weekOfDay(dayOf(wallOf(at, zone)))
}

/** Weeks from one ISO week to another; negative where it lies before. @throws RangeError for no ISO week */
export function weeksBetween(from: string, to: string): number {
  return (mondayOf(to) - mondayOf(from)) / 7
}

/** Whether it is a free day in Finland, on the date that the zone has. */
export function isFreeDay(at: Date, { zone }: WorkCalendar): boolean {
  return isFinnishFreeDay(dayOf(wallOf(at, zone)))
}

/** Monday to Friday, neither free nor in a quiet period. */
export function isWorkingDay(at: Date, calendar: WorkCalendar): boolean {
  return isWorking(dayOf(wallOf(at, calendar.zone)), calendar)
}

/** `at` itself inside the window on a working day, else the start of the next window. */
export function nextSendMoment(at: Date, calendar: WorkCalendar): Date {
  const wall = wallOf(at, calendar.zone)
  if (isSendTime(wall, calendar)) return at
  const { from } = windowOf(calendar)
  for (let day = dayOf(wall); day <= dayOf(wall) + LOOK_AHEAD_DAYS; day++) {
    const start = day * DAY_MINUTES + from
    if (start > wall && isWorking(day, calendar)) return momentOf(start, calendar.zone)
  }
  throw new RangeError('The calendar has no working day')
}

/** `at` itself inside the window on a working day, else 15.00 of the working day before: delivery.md, “Quiet hours”. */
export function sendMomentBefore(at: Date, calendar: WorkCalendar): Date {
  const wall = wallOf(at, calendar.zone)
  if (isSendTime(wall, calendar)) return at
  const minutes = intoWindow(minutesOf(MOVED_REMINDER), calendar)
  for (let day = dayOf(wall) - 1; day >= dayOf(wall) - LOOK_AHEAD_DAYS; day--) {
    if (isWorking(day, calendar)) return momentOf(day * DAY_MINUTES + minutes, calendar.zone)
  }
  throw new RangeError('The calendar has no working day')
}

/**
 * The round of an ISO week: moved off days off, within the week. Undefined where the week is skipped because fewer than
 * three of its days are working days; with three there is always room for a round that closes on a later day. `every`
 * does not count here. A schedule outside the window, which was narrowed since, is held to its proposal.
 */
export function planRound(schedule: Schedule, week: string, calendar: WorkCalendar): PlannedRound | undefined {
  const monday = mondayOf(week)
  const working = [0, 1, 2, 3, 4].map((days) => monday + days).filter((day) => isWorking(day, calendar))
  if (working.length < FEWEST_WORKING_DAYS) return undefined

  const { time, closeAfterHours } = scheduleProposal(schedule, calendar) ?? schedule
  const wish = (monday + schedule.weekday - 1) * DAY_MINUTES + minutesOf(time)
  const { opens, closes } = ontoWorkingDays({ opens: wish, closes: wish + closeAfterHours * 60 }, working, calendar)
  const reminds = reminderOf({ opens, closes }, working, calendar)

  const moment = (wall: Wall) => momentOf(wall, calendar.zone)
  const round = { week, opens: moment(opens), closes: moment(closes) }
  return reminds === undefined ? round : { ...round, reminds: moment(reminds) }
}

/**
 * The first planned round that opens after `after`: every 1, 2 or 4 ISO weeks counted from `firstWeek`. A week that is
 * skipped, by `isSkipped` or by the calendar, is not made up. `from` is an ISO date: the round opens on it or later.
 * Looks two years ahead.
 */
export function nextRound(
  schedule: Schedule,
  after: Date,
  calendar: WorkCalendar,
  { firstWeek, isSkipped, from }: { firstWeek: string; isSkipped?: (week: string) => boolean; from?: string },
): PlannedRound | undefined {
  const today = dayOf(wallOf(after, calendar.zone))
  const first = mondayOf(firstWeek)
  const step = 7 * schedule.every
  const turnsGone = Math.max(0, Math.ceil((mondayOf(weekOfDay(today)) - first) / step))
  for (let monday = first + turnsGone * step; monday <= today + LOOK_AHEAD_DAYS; monday += step) {
    const week = weekOfDay(monday)
    const round = isSkipped?.(week) === true ? undefined : planRound(schedule, week, calendar)
    if (round === undefined || round.opens <= after) continue
    if (from === undefined || isoDate(dayOf(wallOf(round.opens, calendar.zone))) >= from) return round
  }
  return undefined
}

/** The ISO week in which a schedule started at `now` first opens; the week of `now` where the calendar never lets it. */
export function firstWeekOf(schedule: Schedule, now: Date, calendar: WorkCalendar): string {
  const thisWeek = weekOf(now, calendar.zone)
  return nextRound({ ...schedule, every: 1 }, now, calendar, { firstWeek: thisWeek })?.week ?? thisWeek
}

/**
 * When a round whose opening was missed, because the bot was down, still opens: at the next send moment, if at least two
 * hours remain from it until the close. Undefined: it is skipped. `plan.reminds` may lie before it.
 */
export function lateOpening(plan: PlannedRound, now: Date, calendar: WorkCalendar): Date | undefined {
  const opens = nextSendMoment(now, calendar)
  return plan.closes.getTime() - opens.getTime() >= LATE_OPENING_MS ? opens : undefined
}

/**
 * The nearest times, in whole hours from opening to close, at which both show a time within the window. Undefined where
 * the schedule's own do. Tells nothing about days: `planRound` moves what falls on a weekend.
 */
export function scheduleProposal(
  { time, closeAfterHours }: Schedule,
  calendar: WorkCalendar,
): { time: string; closeAfterHours: number } | undefined {
  const wish = minutesOf(time)
  const wishedClose = wish + closeAfterHours * 60
  if (isInWindow(wish, calendar) && isInWindow(wishedClose, calendar) && closeAfterHours > 0) return undefined

  const opens = intoWindow(wish, calendar)
  let best = 0
  for (let hours = 1; opens + hours * 60 <= Math.max(wishedClose, opens) + DAY_MINUTES; hours++) {
    const distance = (of: number) => Math.abs(opens + of * 60 - wishedClose)
    // Of two as near the longer one, which leaves more time to answer.
    const isNearer = best === 0 || distance(hours) <= distance(best)
    if (isInWindow(opens + hours * 60, calendar) && isNearer) best = hours
  }
  return { time: timeOf(opens), closeAfterHours: best }
}

/** A week after the close: at the same local time on a working day within the window, else at the next send moment. */
export function followUpAt(closes: Date, calendar: WorkCalendar): Date {
  return nextSendMoment(momentOf(wallOf(closes, calendar.zone) + 7 * DAY_MINUTES, calendar.zone), calendar)
}

type Span = { opens: Wall; closes: Wall }

/**
 * A close after the round's week counts as on its weekend: no round lasts over one. A round that a person wished to close
 * on its own day does so, unless that day is off.
 */
function ontoWorkingDays({ opens, closes }: Span, working: readonly Day[], calendar: WorkCalendar): Span {
  const lastBefore = (day: Day) => working.findLast((other) => other < day)
  const firstAfter = (day: Day) => working.find((other) => other > day)
  const [wishedOpening, wishedClose] = [dayOf(opens), dayOf(closes)]
  const isOff = (day: Day) => !working.includes(day)
  if (!isOff(wishedOpening) && !isOff(wishedClose)) return { opens, closes }

  let openDay = wishedOpening
  let closeDay = wishedClose
  if (isOff(openDay)) openDay = lastBefore(openDay) ?? firstAfter(openDay) ?? openDay
  if (isOff(closeDay)) closeDay = firstAfter(closeDay) ?? lastBefore(closeDay) ?? closeDay
  if (closeDay <= openDay) {
    const dayBefore = lastBefore(closeDay)
    if (dayBefore === undefined) closeDay = firstAfter(openDay) ?? closeDay
    else openDay = dayBefore
  }
  const movedClose = closeDay * DAY_MINUTES + intoWindow(minutesOf(MOVED_CLOSE), calendar)
  return {
    opens: opens + (openDay - wishedOpening) * DAY_MINUTES,
    closes: closeDay === wishedClose ? closes : movedClose,
  }
}

function reminderOf({ opens, closes }: Span, working: readonly Day[], calendar: WorkCalendar): Wall | undefined {
  const dayBefore = working.findLast((day) => day < dayOf(closes))
  const atDayBefore = (minutes: number) => (dayBefore === undefined ? undefined : dayBefore * DAY_MINUTES + minutes)
  const isLong = closes - opens >= LONG_ROUND_MINUTES
  const wish = isLong ? atDayBefore(minuteOf(opens)) : closes - REMINDER_MINUTES
  const isFit = wish === undefined || isSendTime(wish, calendar)
  const reminds = isFit ? wish : atDayBefore(intoWindow(minutesOf(MOVED_REMINDER), calendar))
  return reminds !== undefined && reminds > opens ? reminds : undefined
}

function isWorking(day: Day, calendar: WorkCalendar): boolean {
  return weekdayOf(day) <= 5 && !isFinnishFreeDay(day) && !isQuiet(day, calendar)
}

function isQuiet(day: Day, { quiet }: WorkCalendar): boolean {
  const date = isoDate(day).slice(5)
  return quiet.some(({ from, to }) => (from <= to ? from <= date && date <= to : from <= date || date <= to))
}

function isSendTime(wall: Wall, calendar: WorkCalendar): boolean {
  return isInWindow(wall, calendar) && isWorking(dayOf(wall), calendar)
}

function isInWindow(wall: Wall, calendar: WorkCalendar): boolean {
  return intoWindow(minuteOf(wall), calendar) === minuteOf(wall)
}

/** The nearest minute of a day that lies within the window. */
function intoWindow(minutes: number, calendar: WorkCalendar): number {
  const { from, to } = windowOf(calendar)
  return Math.min(Math.max(minutes, from), to)
}

function windowOf({ window }: WorkCalendar): { from: number; to: number } {
  return { from: minutesOf(window.from), to: minutesOf(window.to) }
}

function minuteOf(wall: Wall): number {
  return wall - dayOf(wall) * DAY_MINUTES
}
