/** The calendar of the settings' defaults, and times on its clock. */
import { DateTime } from 'luxon'
import type { WorkCalendar } from '../../src/domain/calendar.ts'

export const calendar: WorkCalendar = {
  zone: 'Europe/Helsinki',
  window: { from: '08:00', to: '16:00' },
  quiet: [
    { from: '07-01', to: '07-31' },
    { from: '12-23', to: '01-06' },
  ],
}

/** A local time, `2026-12-03T13:00`. */
export const at = (local: string): Date => DateTime.fromISO(local, { zone: calendar.zone }).toJSDate()

/** The local time of a moment, written as `at` reads it. */
export const shown = (moment: Date | undefined): string | undefined =>
  moment && DateTime.fromJSDate(moment, { zone: calendar.zone }).toFormat("yyyy-MM-dd'T'HH:mm")
