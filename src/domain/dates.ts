/** Dates, times, weeks and figures as each language writes them (content/writing.md, “Language”). */
import { DateTime } from 'luxon'
import type { InLanguages, Language } from './languages.ts'

const LOCALES: InLanguages<string> = { fi: 'fi', sv: 'sv-FI', en: 'en-GB' }
const DATES: InLanguages<string> = { fi: 'ccc d.M.yyyy', sv: 'cccc d MMMM yyyy', en: 'cccc d MMMM yyyy' }
const TIMES: InLanguages<string> = { fi: "'klo' HH.mm", sv: "'kl.' HH.mm", en: 'HH:mm' }

/** to 26.11.2026 · torsdag 26 november 2026 · Thursday 26 November 2026 */
export function dateText(at: Date, zone: string, language: Language): string {
  return DateTime.fromJSDate(at, { zone }).setLocale(LOCALES[language]).toFormat(DATES[language])
}

/** The same of an ISO date. */
export function dayText(date: string, language: Language): string {
  return dateText(new Date(`${date}T12:00:00Z`), 'utc', language)
}

/** klo 13.00 · kl. 13.00 · 13:00 */
export function timeText(at: Date, zone: string, language: Language): string {
  return DateTime.fromJSDate(at, { zone }).toFormat(TIMES[language])
}

/** pe 27.11.2026 klo 12.00 */
export function momentText(at: Date, zone: string, language: Language): string {
  return `${dateText(at, zone, language)} ${timeText(at, zone, language)}`
}

/** The name of a weekday from 1, Monday: torstai · torsdag · Thursday. */
export function weekdayText(weekday: number, language: Language): string {
  // 5 January 1970 was a Monday.
  const monday = DateTime.fromISO('1970-01-05', { zone: 'utc', locale: LOCALES[language] })
  return monday.plus({ days: weekday - 1 }).toFormat('cccc')
}

/** The number of an ISO week such as 2026-W48: vk 48 · v. 48 · week 48. */
export function weekText(week: string, language: Language): string {
  const number = Number(week.slice(-2))
  return { fi: `vk ${number}`, sv: `v. ${number}`, en: `week ${number}` }[language]
}

/** A figure with one decimal: 7,5 · 7,5 · 7.5. */
export function figureText(figure: number, language: Language): string {
  const text = figure.toFixed(1)
  return language === 'en' ? text : text.replace('.', ',')
}
