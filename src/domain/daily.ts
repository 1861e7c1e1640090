import { DateTime } from 'luxon'

/** The first moment after `since` at which the wall clock of the zone shows this hour. */
export function nextAt(hour: number, since: Date, zone: string): Date {
  const local = DateTime.fromJSDate(since, { zone })
  const today = local.startOf('day').set({ hour })
  return (today > local ? today : today.plus({ days: 1 })).toJSDate()
}

/** Whether an ISO date or time lies at least this long before `now`. */
export function isOlder(at: string, now: Date, age: { months?: number; days?: number }): boolean {
  return DateTime.fromISO(at, { zone: 'utc' }) <= DateTime.fromJSDate(now, { zone: 'utc' }).minus(age)
}

/** The ISO number of the week, from 1 to 53, in the zone. */
export function weekNumber(now: Date, zone: string): number {
  return DateTime.fromJSDate(now, { zone }).weekNumber
}
