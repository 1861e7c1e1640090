import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isQuiet, mayEndQuiet, proposedEnd, QUIET_SPANS, quietEnd } from '../../src/domain/quiet.ts'

const ZONE = 'Europe/Helsinki'
/** A Thursday afternoon in Helsinki. */
const NOW = new Date('2026-11-26T12:05:00Z')

const moments = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2090-12-31T00:00:00Z'),
  noInvalidDate: true,
})
const dates = fc
  .date({ min: new Date('2019-01-01T00:00:00Z'), max: new Date('2092-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

describe('a quiet time', () => {
  it('lasts to the midnight before the first day on which messages come again, by the clock on the wall', () => {
    const record = { quietUntil: '2026-11-27' }
    expect(isQuiet(record, new Date('2026-11-26T21:59:59Z'), ZONE)).toBe(true)
    expect(isQuiet(record, new Date('2026-11-26T22:00:00Z'), ZONE)).toBe(false)
    // In summer the clock is three hours ahead of UTC.
    expect(isQuiet({ quietUntil: '2026-07-02' }, new Date('2026-07-01T20:59:59Z'), ZONE)).toBe(true)
    expect(isQuiet({ quietUntil: '2026-07-02' }, new Date('2026-07-01T21:00:00Z'), ZONE)).toBe(false)
  })

  it('is none where none was asked for', () => {
    expect(isQuiet({}, NOW, ZONE)).toBe(false)
  })

  it.each([
    ['yesterday', '2026-11-25', false],
    ['today', '2026-11-26', false],
    ['tomorrow', '2026-11-27', true],
    ['a year away', '2027-11-26', true],
    ['more than a year away', '2027-11-27', false],
    ['a day that is none', '2027-02-29', false],
    ['a day with a time', '2026-12-03T09:00', false],
    ['a day as people write it', '3.12.2026', false],
    ['a week', '2026-W50', false],
    ['nothing', '', false],
    ['words', 'constructor', false],
  ])('may end %s: %s is %s', (_, until, may) => {
    expect(mayEndQuiet(until, NOW, ZONE)).toBe(may)
  })

  it('of one press ends a week or a month later, or when the year does', () => {
    expect(QUIET_SPANS.map((span) => quietEnd(span, NOW, ZONE))).toEqual(['2026-12-03', '2026-12-26', '2027-01-01'])
    expect(quietEnd('month', new Date('2027-01-31T12:00:00Z'), ZONE)).toBe('2027-02-28')
    // It is New Year in Helsinki already.
    expect(quietEnd('year', new Date('2026-12-31T22:30:00Z'), ZONE)).toBe('2028-01-01')
  })

  it('that the bot proposes may be asked for, and is quiet from now on', () => {
    fc.assert(
      fc.property(moments, fc.constantFrom(ZONE, 'UTC', 'America/Santiago', 'Pacific/Apia'), (now, zone) => {
        const ends = [proposedEnd(now, zone), ...QUIET_SPANS.map((span) => quietEnd(span, now, zone))]
        return ends.every((until) => mayEndQuiet(until, now, zone) && isQuiet({ quietUntil: until }, now, zone))
      }),
    )
  })

  it('that may be asked for is over a year later', () => {
    fc.assert(
      fc.property(moments, dates, (now, until) => {
        const later = new Date(now.getTime() + 367 * 86_400_000)
        return !mayEndQuiet(until, now, ZONE) || !isQuiet({ quietUntil: until }, later, ZONE)
      }),
    )
  })

  it('cannot be asked for by anything but a date', () => {
    fc.assert(fc.property(fc.string(), (until) => /^\d{4}-\d\d-\d\d$/.test(until) || !mayEndQuiet(until, NOW, ZONE)))
  })
})
