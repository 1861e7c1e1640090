/** When what HR sends goes out, and when supervisors get it: delivery.md “Quiet hours”, product.md “The rhythm of a week”. */
import type { BroadcastFault } from './broadcast.ts'
import { nextSendMoment, sendMomentBefore, type WorkCalendar } from './calendar.ts'
import {
  DAY_MINUTES,
  dayOf,
  isoDate,
  minutesOf,
  momentOf,
  readLocal,
  wallOf,
  writeLocal,
  type Day,
  type Wall,
} from './days.ts'

const MINUTE_MS = 60_000
/** How long ahead of the others supervisors get it: product.md. */
const LEAD_MS = 24 * 60 * MINUTE_MS
const CRISIS_LEAD_MS = 60 * MINUTE_MS
const CHOSEN_TIMES = ['09:00', '14:00']
const CHOICES = 10

/** `advanceAt` is there where supervisors get it ahead of the others. */
export type BroadcastPlan = { advanceAt?: Date; sendAt: Date }

export type Wish = {
  /** `now`, or a local date and time: 2026-12-03T09:00. */
  wanted: string
  now: Date
  hasAdvance: boolean
  /** True where HR gave a reason to send at any hour, and beside another one on the same day. */
  override: boolean
  /** Whether another broadcast goes out on a local date, 2026-12-03: without an override there is one a day. */
  hasOneOn: (date: string) => boolean
  calendar: WorkCalendar
}

/**
 * When a broadcast goes out. Without an override: on working days within the window, one a day, never before the time that
 * was wanted, and at least 24 hours after supervisors have got it. With one: as wanted, an hour after supervisors.
 */
export function planBroadcast(wish: Wish): BroadcastPlan | { fault: BroadcastFault['key'] } {
  const { wanted, now, calendar } = wish
  if (wanted === 'now') return planFor(now, wish)
  const wall = readLocal(wanted)
  const moment = wall === undefined ? undefined : momentOf(wall, calendar.zone)
  // A clock change leaps over some local times: nobody can be told that it goes at one of them.
  if (moment === undefined || wallOf(moment, calendar.zone) !== wall) return { fault: 'broadcasts.faults.at' }
  if (wall < wallOf(now, calendar.zone)) return { fault: 'broadcasts.faults.atPast' }
  if (wanted > aYearFrom(now, calendar.zone)) return { fault: 'broadcasts.faults.atFar' }
  return planFor(moment > now ? moment : now, wish)
}

/** The next ten working-day moments at 9.00 and 14.00, held to the window, as local dates and times for a form. */
export function atChoices(now: Date, calendar: WorkCalendar): string[] {
  const times = [...new Set(CHOSEN_TIMES.map((time) => intoWindow(minutesOf(time), calendar)))]
  const choices: Wall[] = []
  let day = dayOf(wallOf(nextSendMoment(now, calendar), calendar.zone))
  while (choices.length < CHOICES) {
    const walls = times.map((minutes) => day * DAY_MINUTES + minutes)
    choices.push(...walls.filter((wall) => momentOf(wall, calendar.zone) > now))
    day = workingDayAfter(day, calendar)
  }
  return choices.slice(0, CHOICES).map(writeLocal)
}

/** `wish.now` is not after `from`. */
function planFor(from: Date, wish: Wish): BroadcastPlan {
  const { now, hasAdvance, override, calendar } = wish
  if (override) return hasAdvance ? aheadBy(CRISIS_LEAD_MS, from, now) : { sendAt: from }
  const sendAt = freeMoment(from, wish)
  if (!hasAdvance) return { sendAt }
  const advanceAt = sendMomentBefore(after(sendAt, -LEAD_MS), calendar)
  if (advanceAt >= now) return { advanceAt, sendAt }
  const soonest = nextSendMoment(now, calendar)
  return { advanceAt: soonest, sendAt: freeMoment(later(from, after(soonest, LEAD_MS)), wish) }
}

function aheadBy(lead: number, from: Date, now: Date): BroadcastPlan {
  const advanceAt = later(now, after(from, -lead))
  return { advanceAt, sendAt: later(from, after(advanceAt, lead)) }
}

/** The first send moment from `from` on that lies on a day without another broadcast. */
function freeMoment(from: Date, { hasOneOn, calendar }: Wish): Date {
  let at = nextSendMoment(from, calendar)
  for (;;) {
    const day = dayOf(wallOf(at, calendar.zone))
    if (!hasOneOn(isoDate(day))) return at
    at = nextSendMoment(startOf(day + 1, calendar), calendar)
  }
}

function workingDayAfter(day: Day, calendar: WorkCalendar): Day {
  return dayOf(wallOf(nextSendMoment(startOf(day + 1, calendar), calendar), calendar.zone))
}

function intoWindow(minutes: number, { window }: WorkCalendar): number {
  return Math.min(Math.max(minutes, minutesOf(window.from)), minutesOf(window.to))
}

function startOf(day: Day, { zone }: WorkCalendar): Date {
  return momentOf(day * DAY_MINUTES, zone)
}

/** The same local date and time a year later, for comparison alone: 29 February has none. */
function aYearFrom(now: Date, zone: string): string {
  const text = writeLocal(wallOf(now, zone))
  return `${Number(text.slice(0, 4)) + 1}${text.slice(4)}`
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms)
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other
}
