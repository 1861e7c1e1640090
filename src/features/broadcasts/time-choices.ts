import { DateTime } from 'luxon'
import { atChoices } from '../../domain/broadcast-plan.ts'
import { momentText } from '../../domain/dates.ts'
import type { Kit, Turn } from '../../kit.ts'

export type Choice = { title: string; value: string }

/** The times that a form offers, and what was wished for: one of them, or a day and a time of its own. */
export function timeChoices(
  { language, now }: Turn,
  { settings: { calendar, timeZone: zone } }: Kit,
  wished: string,
): { at: string; times: Choice[]; date: string; time: string } {
  const times = atChoices(now, calendar).map((value) => ({
    title: momentText(DateTime.fromISO(value, { zone }).toJSDate(), zone, language),
    value,
  }))
  if (wished === 'now' || times.some(({ value }) => value === wished)) return { at: wished, times, date: '', time: '' }
  const [date = '', time = ''] = wished.split('T')
  return { at: 'now', times, date, time }
}
