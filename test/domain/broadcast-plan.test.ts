import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { atChoices, planBroadcast, type Wish } from '../../src/domain/broadcast-plan.ts'
import { nextSendMoment } from '../../src/domain/calendar.ts'
import { at, calendar, shown } from '../support/working-calendar.ts'

const HOUR = 3_600_000

type Given = Partial<Omit<Wish, 'now'>> & { now: string }
const wish = ({ now, ...more }: Given): Wish => ({
  wanted: 'now',
  hasAdvance: false,
  override: false,
  hasOneOn: () => false,
  calendar,
  now: at(now),
  ...more,
})
/** The moments of the advance and of the main mailing, or the fault. */
const planned = (given: Given) => {
  const plan = planBroadcast(wish(given))
  return 'fault' in plan ? plan.fault : [shown(plan.advanceAt), shown(plan.sendAt)]
}

describe('a broadcast', () => {
  it.each([
    ['goes at once within the window', '2026-11-26T14:05', 'now', '2026-11-26T14:05'],
    ['waits for the morning', '2026-11-26T16:01', 'now', '2026-11-27T08:00'],
    ['waits for the end of the weekend', '2026-11-27T17:00', 'now', '2026-11-30T08:00'],
    ['waits for the end of a quiet period', '2026-12-22T17:00', 'now', '2027-01-07T08:00'],
    ['goes at the time that was wanted', '2026-11-26T14:05', '2026-12-03T09:00', '2026-12-03T09:00'],
    ['goes this very minute', '2026-11-26T14:05:40', '2026-11-26T14:05', '2026-11-26T14:05'],
    ['moves from a free day', '2026-11-26T14:05', '2026-12-05T09:00', '2026-12-07T08:00'],
    ['is at 9.00 after the clocks went back', '2026-10-23T12:00', '2026-10-26T09:00', '2026-10-26T09:00'],
    ['is at 9.00 after the clocks went forward', '2027-03-25T12:00', '2027-03-30T09:00', '2027-03-30T09:00'],
    ['may be a year ahead', '2026-11-26T14:05', '2027-11-26T14:05', '2027-11-26T14:05'],
  ])('%s', (_, now, wanted, sendAt) => {
    expect(planned({ now, wanted })).toEqual([undefined, sendAt])
  })

  it.each([
    ['a time that has passed', '2026-11-26T14:04', 'atPast'],
    ['a day that has passed', '2020-01-01T09:00', 'atPast'],
    ['a time more than a year ahead', '2027-11-26T14:06', 'atFar'],
    ['a time that the clocks leap over', '2027-03-28T03:30', 'at'],
    ['a day that no calendar has', '2027-02-29T09:00', 'at'],
    ['hour 24', '2026-12-03T24:00', 'at'],
    ['a date alone', '2026-12-03', 'at'],
    ['another zone', '2026-12-03T09:00+09:00', 'at'],
    ['words', 'tomorrow', 'at'],
    ['nothing', '', 'at'],
  ])('is not planned for %s', (_, wanted, fault) => {
    expect(planned({ now: '2026-11-26T14:05', wanted })).toBe(`broadcasts.faults.${fault}`)
    expect(planned({ now: '2026-11-26T14:05', wanted, override: true })).toBe(`broadcasts.faults.${fault}`)
  })

  it('goes on the next working day where that day has one already', () => {
    const taken = (...dates: string[]) => ({ hasOneOn: (date: string) => dates.includes(date) })
    expect(planned({ now: '2026-11-26T14:05', ...taken('2026-11-26') })).toEqual([undefined, '2026-11-27T08:00'])
    expect(planned({ now: '2026-11-26T14:05', ...taken('2026-11-26', '2026-11-27') })).toEqual([
      undefined,
      '2026-11-30T08:00',
    ])
    const wanted = '2026-12-03T09:00'
    expect(planned({ now: '2026-11-26T14:05', wanted, ...taken('2026-11-26') })).toEqual([undefined, wanted])
    expect(planned({ now: '2026-11-26T14:05', wanted, ...taken('2026-12-03') })).toEqual([
      undefined,
      '2026-12-04T08:00',
    ])
  })

  it('goes with a reason at any hour, on any day and beside another one', () => {
    const override = { override: true, hasOneOn: () => true }
    expect(planned({ now: '2026-12-24T23:10', ...override })).toEqual([undefined, '2026-12-24T23:10'])
    expect(planned({ now: '2026-11-26T14:05', wanted: '2026-12-06T03:00', ...override })).toEqual([
      undefined,
      '2026-12-06T03:00',
    ])
  })
})

describe('supervisors', () => {
  it.each([
    ['24 hours ahead', '2026-11-26T14:05', '2026-12-03T09:00', '2026-12-02T09:00', '2026-12-03T09:00'],
    ['on Friday at 15.00 for Monday', '2026-11-26T14:05', '2026-11-30T09:00', '2026-11-27T15:00', '2026-11-30T09:00'],
    ['before a free day', '2026-11-26T14:05', '2027-01-07T09:00', '2026-12-22T15:00', '2027-01-07T09:00'],
    [
      'on Friday, when the clocks go back',
      '2026-10-22T09:00',
      '2026-10-26T09:00',
      '2026-10-23T15:00',
      '2026-10-26T09:00',
    ],
    ['at once, and the others a day later', '2026-11-25T14:05', 'now', '2026-11-25T14:05', '2026-11-26T14:05'],
    ['on Friday at once, the others on Monday', '2026-11-27T14:05', 'now', '2026-11-27T14:05', '2026-11-30T08:00'],
    ['in the morning, the others a day later', '2026-11-25T17:00', 'now', '2026-11-26T08:00', '2026-11-27T08:00'],
    [
      'at once where 24 hours are no more',
      '2026-11-25T10:00',
      '2026-11-26T09:00',
      '2026-11-25T10:00',
      '2026-11-26T10:00',
    ],
    [
      'after 15.00 on Friday, for Monday as wanted',
      '2026-11-27T15:30',
      '2026-11-30T09:00',
      '2026-11-27T15:30',
      '2026-11-30T09:00',
    ],
    ['on Monday, where Friday is over', '2026-11-27T18:00', '2026-11-30T09:00', '2026-11-30T08:00', '2026-12-01T08:00'],
  ])('get it %s', (_, now, wanted, advanceAt, sendAt) => {
    expect(planned({ now, wanted, hasAdvance: true })).toEqual([advanceAt, sendAt])
  })

  it('get it an hour ahead in a crisis, at any hour', () => {
    const crisis = { hasAdvance: true, override: true }
    expect(planned({ now: '2026-12-24T23:10', ...crisis })).toEqual(['2026-12-24T23:10', '2026-12-25T00:10'])
    expect(planned({ now: '2026-11-26T14:05', wanted: '2026-11-28T09:00', ...crisis })).toEqual([
      '2026-11-28T08:00',
      '2026-11-28T09:00',
    ])
    expect(planned({ now: '2026-11-26T14:05', wanted: '2026-11-26T14:20', ...crisis })).toEqual([
      '2026-11-26T14:05',
      '2026-11-26T15:05',
    ])
    // The hour is an hour where the clocks go back at 4.00, too.
    expect(planned({ now: '2026-10-24T14:05', wanted: '2026-10-25T04:00', ...crisis })).toEqual([
      '2026-10-25T03:00',
      '2026-10-25T04:00',
    ])
  })

  it('get it ahead of where it moved to, on a day with another one', () => {
    const hasOneOn = (date: string) => date === '2026-12-03'
    expect(planned({ now: '2026-11-26T14:05', wanted: '2026-12-03T09:00', hasAdvance: true, hasOneOn })).toEqual([
      '2026-12-03T08:00',
      '2026-12-04T08:00',
    ])
  })

  it('get it 24 hours ahead, and not 23, where the clocks go forward before a working day', () => {
    const jerusalem = { ...calendar, zone: 'Asia/Jerusalem' }
    const now = DateTime.fromISO('2026-03-20T09:00', { zone: jerusalem.zone }).toJSDate()
    const plan = planBroadcast({
      ...wish({ now: '2026-03-20T09:00', wanted: '2026-03-27T08:00', hasAdvance: true, calendar: jerusalem }),
      now,
    })
    expect(plan).toEqual({ advanceAt: new Date('2026-03-25T13:00:00Z'), sendAt: new Date('2026-03-27T05:00:00Z') })
  })

  it('get it within a narrow window', () => {
    const narrow = { ...calendar, window: { from: '09:00', to: '11:30' } }
    const given = { now: '2026-11-26T10:00', wanted: '2026-11-30T09:00', hasAdvance: true, calendar: narrow }
    expect(planned(given)).toEqual(['2026-11-27T11:30', '2026-11-30T09:00'])
  })
})

describe('every plan', () => {
  const zones = fc.constantFrom('Europe/Helsinki', 'Asia/Jerusalem', 'America/St_Johns', 'Pacific/Apia', 'UTC')
  const windows = fc.constantFrom(
    { from: '08:00', to: '16:00' },
    { from: '09:00', to: '09:00' },
    { from: '00:00', to: '23:59' },
    { from: '17:30', to: '21:00' },
  )
  const minutes = { noInvalidDate: true, min: new Date('2025-01-01T00:00:00Z'), max: new Date('2031-12-31T00:00:00Z') }
  const wishes = fc.record({
    now: fc.date(minutes),
    ahead: fc.option(fc.integer({ min: 0, max: 366 * 24 * 60 }), { nil: undefined }),
    zone: zones,
    window: windows,
    hasAdvance: fc.boolean(),
    override: fc.boolean(),
    taken: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
  })

  it('keeps the window, the days, the lead and the time that was wanted', () => {
    fc.assert(
      fc.property(wishes, ({ now, ahead, zone, window, hasAdvance, override, taken }) => {
        const held = { ...calendar, zone, window }
        const local = DateTime.fromJSDate(now, { zone })
        const wantedAt = ahead === undefined ? local : local.plus({ minutes: ahead }).startOf('minute')
        const wanted = ahead === undefined ? 'now' : wantedAt.toFormat("yyyy-MM-dd'T'HH:mm")
        const dateOf = (moment: Date) => DateTime.fromJSDate(moment, { zone }).toISODate() ?? ''
        const hasOneOn = (date: string) => taken.includes(DateTime.fromISO(date).day % 7)
        if (taken.length > 5) return
        const plan = planBroadcast({ wanted, now, hasAdvance, override, hasOneOn, calendar: held })
        if ('fault' in plan) {
          expect(plan.fault).toBe('broadcasts.faults.atFar')
          return
        }
        const { advanceAt, sendAt } = plan
        // An hour that comes twice is taken the first time.
        expect(sendAt.getTime()).toBeGreaterThanOrEqual(Math.max(now.getTime(), wantedAt.toMillis() - 2 * HOUR))
        expect(advanceAt !== undefined).toBe(hasAdvance)
        if (advanceAt !== undefined) {
          expect(advanceAt.getTime()).toBeGreaterThanOrEqual(now.getTime())
          expect(sendAt.getTime() - advanceAt.getTime()).toBeGreaterThanOrEqual((override ? 1 : 24) * HOUR)
        }
        if (override) return
        for (const one of [sendAt, advanceAt ?? sendAt]) expect(nextSendMoment(one, held)).toEqual(one)
        expect(hasOneOn(dateOf(sendAt))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the times to choose from', () => {
  it('are the next ten at 9.00 and 14.00 on working days', () => {
    expect(atChoices(at('2026-11-26T09:00'), calendar)).toEqual([
      '2026-11-26T14:00',
      '2026-11-27T09:00',
      '2026-11-27T14:00',
      '2026-11-30T09:00',
      '2026-11-30T14:00',
      '2026-12-01T09:00',
      '2026-12-01T14:00',
      '2026-12-02T09:00',
      '2026-12-02T14:00',
      '2026-12-03T09:00',
    ])
  })

  it('leap over a quiet period, and stay at 9.00 over a clock change', () => {
    expect(atChoices(at('2026-12-22T10:00'), calendar).slice(0, 2)).toEqual(['2026-12-22T14:00', '2027-01-07T09:00'])
    expect(atChoices(at('2026-10-23T14:00'), calendar).slice(0, 2)).toEqual(['2026-10-26T09:00', '2026-10-26T14:00'])
  })

  it('are held to a narrower window', () => {
    const narrow = (from: string, to: string) =>
      atChoices(at('2026-11-26T17:00'), { ...calendar, window: { from, to } })
    expect(narrow('10:00', '12:00').slice(0, 2)).toEqual(['2026-11-27T10:00', '2026-11-27T12:00'])
    expect(narrow('18:00', '20:00').slice(0, 2)).toEqual(['2026-11-26T18:00', '2026-11-27T18:00'])
  })

  it('are each taken as they stand', () => {
    const moment = fc.date({ noInvalidDate: true, min: new Date('2025-01-01'), max: new Date('2031-12-31') })
    fc.assert(
      fc.property(moment, (now) => {
        const choices = atChoices(now, calendar)
        expect(new Set(choices).size).toBe(10)
        for (const wanted of choices) {
          const plan = planBroadcast({ ...wish({ now: '2026-11-26T09:00', wanted }), now })
          expect(plan).toEqual({ sendAt: at(wanted) })
        }
      }),
      { numRuns: 30 },
    )
  })
})
