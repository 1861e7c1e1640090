import { describe, expect, it } from '@jest/globals'
import { dateText, figureText, momentText, timeText, weekdayText, weekText } from '../../src/domain/dates.ts'

const AT = new Date('2026-11-26T12:05:00Z')
const ZONE = 'Europe/Helsinki'

describe('dates, times and figures', () => {
  it.each([
    ['fi', 'to 26.11.2026', 'klo 14.05', 'torstai', 'vk 48', '7,5'],
    ['sv', 'torsdag 26 november 2026', 'kl. 14.05', 'torsdag', 'v. 48', '7,5'],
    ['en', 'Thursday 26 November 2026', '14:05', 'Thursday', 'week 48', '7.5'],
  ] as const)('are written as %s writes them', (language, date, time, weekday, week, figure) => {
    expect(dateText(AT, ZONE, language)).toBe(date)
    expect(timeText(AT, ZONE, language)).toBe(time)
    expect(momentText(AT, ZONE, language)).toBe(`${date} ${time}`)
    expect(weekdayText(4, language)).toBe(weekday)
    expect(weekText('2026-W48', language)).toBe(week)
    expect(weekText('2027-W01', language)).toBe(week.replace('48', '1'))
    expect(figureText(7.5, language)).toBe(figure)
    expect(figureText(7, language)).toBe(figure.replace('5', '0'))
  })
})
