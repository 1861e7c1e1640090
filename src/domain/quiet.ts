/** When a person wants no notices: until an ISO date, the first day on which they come again. */
import { DateTime } from 'luxon'
import type { PersonRecord } from './records.ts'

/** How long a quiet time lasts that is chosen with one press: `year` is until the year ends. */
export const QUIET_SPANS = ['week', 'month', 'year'] as const
export type QuietSpan = (typeof QUIET_SPANS)[number]

const LONGEST = { years: 1 }
const PROPOSED = { weeks: 2 }

/** Whether no notices are to come on the date that the zone has at `now`. */
export function isQuiet({ quietUntil }: Pick<PersonRecord, 'quietUntil'>, now: Date, zone: string): boolean {
  return quietUntil !== undefined && quietUntil > dateOf(today(now, zone))
}

/** Whether a quiet time that is asked for at `now` may end with this: an ISO date after today, at most a year away. */
export function mayEndQuiet(until: string, now: Date, zone: string): boolean {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(until) && DateTime.fromISO(until, { zone: 'utc' }).isValid
  const start = today(now, zone)
  return isDate && until > dateOf(start) && until <= dateOf(start.plus(LONGEST))
}

/** The end of a quiet time of this span from `now` on, as an ISO date. */
export function quietEnd(span: QuietSpan, now: Date, zone: string): string {
  const start = today(now, zone)
  return dateOf(span === 'year' ? start.startOf('year').plus({ years: 1 }) : start.plus({ [`${span}s`]: 1 }))
}

/** The end that a form proposes, as an ISO date. */
export function proposedEnd(now: Date, zone: string): string {
  return dateOf(today(now, zone).plus(PROPOSED))
}

/** The date in the zone, reckoned in UTC, where no day lacks its midnight. */
function today(now: Date, zone: string): DateTime<true> {
  const { year, month, day } = DateTime.fromJSDate(now, { zone })
  return DateTime.utc(year, month, day) as DateTime<true>
}

function dateOf(day: DateTime): string {
  return day.toISODate() ?? ''
}
