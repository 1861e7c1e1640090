import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import {
  firstWeekOf,
  followUpAt,
  isFreeDay,
  isWorkingDay,
  lateOpening,
  nextRound,
  nextSendMoment,
  planRound,
  scheduleProposal,
  weekOf,
  weeksBetween,
  type PlannedRound,
  type Schedule,
  type WorkCalendar,
} from '../../src/domain/calendar.ts'
import { calendar } from '../support/working-calendar.ts'

const thursday: Schedule = { weekday: 4, time: '14:00', closeAfterHours: 22, every: 1 }
const shiftWork: Schedule = { weekday: 1, time: '09:00', closeAfterHours: 99, every: 1 }
const years = [2025, 2026, 2027, 2028, 2029, 2030, 2031]

const at = (local: string, zone = calendar.zone) => DateTime.fromISO(local, { zone }).toJSDate()
const shown = (moment: Date | undefined, zone = calendar.zone) =>
  moment && DateTime.fromJSDate(moment, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")
const spanOf = (round: PlannedRound | undefined, zone = calendar.zone) =>
  round && [shown(round.opens, zone), shown(round.closes, zone)]

const weeksOf = (...ofYears: number[]) =>
  ofYears.flatMap((year) =>
    Array.from({ length: DateTime.utc(year, 7).weeksInWeekYear }, (_, index) => weekName(year, index + 1)),
  )
const weekName = (year: number, number: number) => `${year}-W${String(number).padStart(2, '0')}`
const daysOf = (year: number) =>
  Array.from({ length: DateTime.utc(year).daysInYear }, (_, days) =>
    DateTime.fromObject({ year, hour: 12 }, { zone: calendar.zone }).plus({ days }),
  )

describe('free days', () => {
  it.each([
    [2025, '1.1. 6.1. 18.4. 21.4. 1.5. 29.5. 20.6. 6.12. 24.12. 25.12. 26.12.'],
    [2026, '1.1. 6.1. 3.4. 6.4. 1.5. 14.5. 19.6. 6.12. 24.12. 25.12. 26.12.'],
    [2027, '1.1. 6.1. 26.3. 29.3. 1.5. 6.5. 25.6. 6.12. 24.12. 25.12. 26.12.'],
    [2038, '1.1. 6.1. 23.4. 26.4. 1.5. 3.6. 25.6. 6.12. 24.12. 25.12. 26.12.'],
    [2049, '1.1. 6.1. 16.4. 19.4. 1.5. 27.5. 25.6. 6.12. 24.12. 25.12. 26.12.'],
  ])('of %i are where the almanac has them', (year, expected) => {
    const free = daysOf(year).filter((day) => isFreeDay(day.toJSDate(), calendar))
    expect(free.map((day) => day.toFormat('d.M.')).join(' ')).toBe(expected)
  })

  it('take as many weekdays as counted, 2025–2031', () => {
    const weekdaysOff = (year: number) =>
      daysOf(year).filter((day) => day.weekday <= 5 && isFreeDay(day.toJSDate(), calendar)).length
    expect(years.map(weekdaysOff)).toEqual([10, 9, 8, 9, 10, 10, 10])
  })

  it('begin and end at midnight of the zone', () => {
    const free = (moment: string) => isFreeDay(new Date(moment), calendar)
    expect([free('2026-04-30T20:59:59Z'), free('2026-04-30T21:00:00Z')]).toEqual([false, true])
    expect([free('2026-05-01T20:59:59Z'), free('2026-05-01T21:00:00Z')]).toEqual([true, false])
  })
})

describe('working days', () => {
  it.each([
    ['2026-06-30', true],
    ['2026-07-01', false],
    ['2026-07-31', false],
    ['2026-08-03', true],
    ['2026-12-22', true],
    ['2026-12-23', false],
    ['2027-01-05', false],
    ['2027-01-07', true],
    ['2026-11-28', false],
    ['2026-11-29', false],
    ['2026-05-14', false],
  ])('%s: %s', (day, expected) => {
    expect(isWorkingDay(at(day), calendar)).toBe(expected)
  })
})

describe('the rounds of 2026 and 2027', () => {
  const skipped = [
    ...[1, 27, 28, 29, 30, 31, 52, 53].map((week) => weekName(2026, week)),
    ...[1, 27, 28, 29, 30, 52].map((week) => weekName(2027, week)),
  ]
  const everyWeek = weeksOf(2026, 2027)

  it.each([
    {
      name: 'Thursday 14.00 – Friday 12.00',
      schedule: thursday,
      moved: [
        ['2026-W14', '2026-04-01', '2026-04-02'],
        ['2026-W18', '2026-04-29', '2026-04-30'],
        ['2026-W20', '2026-05-13', '2026-05-15'],
        ['2026-W25', '2026-06-17', '2026-06-18'],
        ['2027-W12', '2027-03-24', '2027-03-25'],
        ['2027-W18', '2027-05-05', '2027-05-07'],
        ['2027-W25', '2027-06-23', '2027-06-24'],
        ['2027-W26', '2027-06-29', '2027-06-30'],
        ['2027-W51', '2027-12-21', '2027-12-22'],
      ],
    },
    {
      name: 'shift work, Monday 9.00 – Friday 12.00',
      schedule: shiftWork,
      moved: [
        ['2026-W02', '2026-01-07', '2026-01-09'],
        ['2026-W14', '2026-03-30', '2026-04-02'],
        ['2026-W15', '2026-04-07', '2026-04-10'],
        ['2026-W18', '2026-04-27', '2026-04-30'],
        ['2026-W25', '2026-06-15', '2026-06-18'],
        ['2027-W12', '2027-03-22', '2027-03-25'],
        ['2027-W13', '2027-03-30', '2027-04-02'],
        ['2027-W25', '2027-06-21', '2027-06-24'],
        ['2027-W26', '2027-06-28', '2027-06-30'],
        ['2027-W49', '2027-12-07', '2027-12-10'],
        ['2027-W51', '2027-12-20', '2027-12-22'],
      ],
    },
  ])('$name: moved and skipped as listed, all others in their place', ({ schedule, moved }) => {
    const expected = everyWeek.map((week) => {
      if (skipped.includes(week)) return [week, undefined]
      const monday = DateTime.fromISO(week)
      const listed = moved.find(([name]) => name === week)
      const [opens, closes] = listed?.slice(1) ?? [
        monday.plus({ days: schedule.weekday - 1 }).toISODate(),
        monday.plus({ days: 4 }).toISODate(),
      ]
      return [week, [`${opens}T${schedule.time}`, `${closes}T12:00`]]
    })
    expect(everyWeek).toHaveLength(105)
    expect(everyWeek.map((week) => [week, spanOf(planRound(schedule, week, calendar))])).toEqual(expected)
  })

  it('F58 Monday 9.00 is 9.00 across both clock changes, and 99 hours still end on Friday at 12.00', () => {
    const opens = ['2026-W13', '2026-W14', '2026-W43', '2026-W44'].map((week) => planRound(shiftWork, week, calendar))
    expect(opens.map((round) => round?.opens.toISOString())).toEqual([
      '2026-03-23T07:00:00.000Z',
      '2026-03-30T06:00:00.000Z',
      '2026-10-19T06:00:00.000Z',
      '2026-10-26T07:00:00.000Z',
    ])
    expect(planRound(shiftWork, '2026-W44', calendar)?.closes.toISOString()).toBe('2026-10-30T10:00:00.000Z')
  })
})

describe('a round whose days are off', () => {
  const ownQuiet = (from: string, to: string): WorkCalendar => ({ ...calendar, quiet: [{ from, to }] })

  it('closes on the working day after its opening where the week has none before the close', () => {
    const early = ownQuiet('11-23', '11-24')
    const monday: Schedule = { ...shiftWork, closeAfterHours: 27 }
    expect(spanOf(planRound(monday, '2026-W48', early))).toEqual(['2026-11-25T09:00', '2026-11-26T12:00'])
  })

  it('moves a close to the first working day after it before it looks back', () => {
    const round = planRound({ ...shiftWork, closeAfterHours: 51 }, '2026-W48', ownQuiet('11-25', '11-25'))
    expect(spanOf(round)).toEqual(['2026-11-23T09:00', '2026-11-26T12:00'])
  })

  it('moves an opening to the last working day before it, and keeps the hour of a close that need not move', () => {
    const tuesday: Schedule = { weekday: 2, time: '10:00', closeAfterHours: 52, every: 1 }
    expect(spanOf(planRound(tuesday, '2026-W48', ownQuiet('11-24', '11-24')))).toEqual([
      '2026-11-23T10:00',
      '2026-11-26T14:00',
    ])
  })

  it('never lasts over a weekend', () => {
    const friday = planRound({ ...thursday, weekday: 5 }, '2026-W48', calendar)
    expect(spanOf(friday)).toEqual(['2026-11-26T14:00', '2026-11-27T12:00'])
    const toMonday = planRound({ ...thursday, closeAfterHours: 94 }, '2026-W48', calendar)
    expect(spanOf(toMonday)).toEqual(['2026-11-26T14:00', '2026-11-27T12:00'])
  })

  it('closes on its own day where it was wished so, and on a later one where that day is off', () => {
    const morning: Schedule = { ...thursday, time: '09:00', closeAfterHours: 5 }
    expect(spanOf(planRound(morning, '2026-W48', calendar))).toEqual(['2026-11-26T09:00', '2026-11-26T14:00'])
    expect(spanOf(planRound(morning, '2026-W20', calendar))).toEqual(['2026-05-13T09:00', '2026-05-15T12:00'])
  })

  it('is held to the window where that was narrowed since', () => {
    const narrow = { ...calendar, window: { from: '09:00', to: '11:30' } }
    expect(spanOf(planRound(thursday, '2026-W48', narrow))).toEqual(['2026-11-26T11:30', '2026-11-27T11:30'])
    expect(spanOf(planRound(thursday, '2026-W14', narrow))).toEqual(['2026-04-01T11:30', '2026-04-02T11:30'])
  })
})

describe('the reminder', () => {
  const reminder = (schedule: Partial<Schedule>, week = '2026-W48') =>
    shown(planRound({ ...thursday, ...schedule }, week, calendar)?.reminds)

  it.each([
    ['three hours before the close', thursday, '2026-W48', '2026-11-27T09:00'],
    [
      'three hours before the close, at the first minute of the window',
      { closeAfterHours: 21 },
      '2026-W48',
      '2026-11-27T08:00',
    ],
    ['three hours before a close that was moved', thursday, '2026-W25', '2026-06-18T09:00'],
    ['of a long round: the working day before, at the hour of the opening', shiftWork, '2026-W48', '2026-11-26T09:00'],
    ['of a long round: never on a free day', shiftWork, '2026-W20', '2026-05-13T09:00'],
    ['of a long round of 72 hours', { ...shiftWork, closeAfterHours: 72 }, '2026-W48', '2026-11-25T09:00'],
    ['of a round of 71 hours', { ...shiftWork, time: '13:00', closeAfterHours: 71 }, '2026-W48', '2026-11-26T09:00'],
    ['of a long round that days off made short', shiftWork, '2026-W02', '2026-01-09T09:00'],
    ['before the window: 15.00 of the working day before', { closeAfterHours: 20 }, '2026-W48', '2026-11-26T15:00'],
    ['before the window, after a free day', { closeAfterHours: 20 }, '2026-W20', '2026-05-13T15:00'],
    ['of a round within a day', { time: '09:00', closeAfterHours: 4 }, '2026-W48', '2026-11-26T10:00'],
  ])('%s', (_, schedule, week, expected) => {
    expect(reminder(schedule, week)).toBe(expected)
  })

  it('is left out where it would not come after the opening', () => {
    expect(reminder({ time: '15:00', closeAfterHours: 19 })).toBeUndefined()
    expect(reminder({ time: '09:00', closeAfterHours: 3 })).toBeUndefined()
    expect(reminder({ weekday: 1, time: '08:00', closeAfterHours: 2 })).toBeUndefined()
    expect(planRound({ ...thursday, time: '15:00', closeAfterHours: 19 }, '2026-W48', calendar)).not.toHaveProperty(
      'reminds',
    )
  })
})

describe('weeks', () => {
  it('F59 week 53, 1 January: the right week', () => {
    expect(weekOf(at('2027-01-01'), calendar.zone)).toBe('2026-W53')
    expect(weekOf(at('2026-01-01'), calendar.zone)).toBe('2026-W01')
    expect(weekOf(at('2025-12-29'), calendar.zone)).toBe('2026-W01')
    expect(weekOf(new Date('2027-01-03T21:59:59Z'), calendar.zone)).toBe('2026-W53')
    expect(weekOf(new Date('2027-01-03T22:00:00Z'), calendar.zone)).toBe('2027-W01')
    expect(weeksBetween('2026-W53', '2027-W01')).toBe(1)
    expect(weeksBetween('2027-W52', '2028-W01')).toBe(1)
    expect(planRound(thursday, '2026-W53', { ...calendar, quiet: [] })?.opens).toEqual(at('2026-12-30T14:00'))
  })

  it('are those of the ISO calendar on every day of 2025–2031', () => {
    const days = years.flatMap(daysOf)
    const weeks = days.map((day) => weekOf(day.toJSDate(), calendar.zone))
    expect(weeks).toEqual(days.map((day) => weekName(day.weekYear, day.weekNumber)))
  })

  it('count on from year to year, and back', () => {
    const weeks = weeksOf(...years)
    expect(weeks.map((week) => weeksBetween('2025-W01', week))).toEqual(weeks.map((_, index) => index))
    expect(weeksBetween('2027-W02', '2026-W50')).toBe(-5)
  })

  it.each(['2027-W53', '2026-W00', '2026-48', 'W48', ''])('refuse “%s”', (week) => {
    expect(() => weeksBetween('2026-W01', week)).toThrow(RangeError)
  })
})

describe('the next round', () => {
  const weeksFrom = (schedule: Schedule, after: string, firstWeek: string, count: number, skips: string[] = []) => {
    const found: (string | undefined)[] = []
    let last: Date = at(after)
    while (found.length < count) {
      const round = nextRound(schedule, last, calendar, { firstWeek, isSkipped: (week) => skips.includes(week) })
      found.push(round?.week)
      last = round?.opens ?? last
    }
    return found
  }

  it('opens after the moment asked about, not at it', () => {
    const options = { firstWeek: '2026-W40' }
    expect(nextRound(thursday, at('2026-11-26T13:59'), calendar, options)?.week).toBe('2026-W48')
    expect(nextRound(thursday, at('2026-11-26T14:00'), calendar, options)?.week).toBe('2026-W49')
  })

  it('counts every second ISO week over week 53 and the new year, and does not make up a skipped one', () => {
    const weeks = weeksFrom({ ...thursday, every: 2 }, '2026-11-16', '2026-W47', 5)
    expect(weeks).toEqual(['2026-W47', '2026-W49', '2026-W51', '2027-W02', '2027-W04'])
  })

  it('counts every fourth ISO week over a year of 52', () => {
    const weeks = weeksFrom({ ...thursday, every: 4 }, '2027-11-15', '2027-W42', 4)
    expect(weeks).toEqual(['2027-W46', '2027-W50', '2028-W02', '2028-W06'])
  })

  it('leaves out the weeks that were skipped, and keeps the rhythm', () => {
    const weeks = weeksFrom({ ...thursday, every: 2 }, '2026-08-31', '2026-W36', 3, ['2026-W38', '2026-W39'])
    expect(weeks).toEqual(['2026-W36', '2026-W40', '2026-W42'])
  })

  it('opens no earlier than its first week', () => {
    expect(nextRound(thursday, at('2026-08-31'), calendar, { firstWeek: '2026-W40' })?.week).toBe('2026-W40')
  })

  it('opens on or after the date until which it was paused, the rhythm kept', () => {
    const paused = (from: string, every: Schedule['every'] = 1) =>
      nextRound({ ...thursday, every }, at('2026-09-01'), calendar, { firstWeek: '2026-W36', from })?.week
    expect(paused('2026-11-26')).toBe('2026-W48')
    expect(paused('2026-11-27')).toBe('2026-W49')
    expect(paused('2026-11-27', 2)).toBe('2026-W50')
    expect(paused('2026-05-01')).toBe('2026-W36')
  })

  it('of a moved opening is found by when it really opens', () => {
    const options = { firstWeek: '2026-W02' }
    expect(nextRound(thursday, at('2026-05-13T13:00'), calendar, options)?.week).toBe('2026-W20')
    expect(nextRound(thursday, at('2026-05-13T15:00'), calendar, options)?.week).toBe('2026-W21')
  })

  it('is none where two years bring none', () => {
    const never = { ...calendar, quiet: [{ from: '01-01', to: '12-31' }] }
    expect(nextRound(thursday, at('2026-09-01'), never, { firstWeek: '2026-W36' })).toBeUndefined()
    expect(
      nextRound(thursday, at('2026-09-01'), calendar, { firstWeek: '2026-W36', from: '2028-09-20' }),
    ).toBeUndefined()
    expect(nextRound(thursday, at('2026-09-01'), calendar, { firstWeek: '2026-W36', from: '2028-08-20' })?.week).toBe(
      '2028-W34',
    )
    expect(firstWeekOf(thursday, at('2026-09-01'), never)).toBe('2026-W36')
  })

  it.each([
    ['2026-11-26T13:59', '2026-W48'],
    ['2026-11-26T14:00', '2026-W49'],
    ['2026-12-18T12:00', '2027-W02'],
    ['2026-06-26T12:00', '2026-W32'],
    ['2026-05-13T14:30', '2026-W21'],
  ])('of check-ins started at %s is in week %s, whatever the rhythm', (now, week) => {
    expect(firstWeekOf(thursday, at(now), calendar)).toBe(week)
    expect(firstWeekOf({ ...thursday, every: 4 }, at(now), calendar)).toBe(week)
  })
})

describe('a send moment', () => {
  it.each([
    ['inside the window', '2026-11-26T14:03', '2026-11-26T14:03'],
    ['at its first minute', '2026-11-26T08:00', '2026-11-26T08:00'],
    ['at its last minute', '2026-11-26T16:00', '2026-11-26T16:00'],
    ['before it', '2026-11-26T07:59', '2026-11-26T08:00'],
    ['after it', '2026-11-26T16:01', '2026-11-27T08:00'],
    ['after it on a Friday', '2026-11-27T16:01', '2026-11-30T08:00'],
    ['on a Sunday of a clock change', '2026-10-25T12:00', '2026-10-26T08:00'],
    ['on a free day', '2026-05-14T10:00', '2026-05-15T08:00'],
    ['before a quiet period', '2026-12-22T16:01', '2027-01-07T08:00'],
    ['in July', '2026-07-01T10:00', '2026-08-03T08:00'],
  ])('%s', (_, moment, expected) => {
    expect(nextSendMoment(at(moment), calendar)).toEqual(at(expected))
  })

  it('keeps its seconds within the window', () => {
    const moment = new Date('2026-11-26T14:00:30.250Z')
    expect(nextSendMoment(moment, calendar)).toEqual(moment)
  })

  it('is not looked for without end', () => {
    expect(() => nextSendMoment(at('2026-11-26'), { ...calendar, quiet: [{ from: '01-01', to: '12-31' }] })).toThrow(
      'no working day',
    )
  })
})

describe('the follow-up', () => {
  it.each([
    ['a week later at the same hour', '2026-11-27T12:00', '2026-12-04T12:00'],
    ['over a clock change', '2026-10-23T12:00', '2026-10-30T12:00'],
    ['after a free day', '2026-04-24T12:00', '2026-05-04T08:00'],
    ['after the summer', '2026-06-26T12:00', '2026-08-03T08:00'],
    ['after the new year', '2026-12-18T12:00', '2027-01-07T08:00'],
  ])('%s', (_, closes, expected) => {
    expect(shown(followUpAt(at(closes), calendar))).toBe(expected)
  })
})

describe('an opening that was missed', () => {
  const plan = { week: '2026-W48', opens: at('2026-11-26T14:00'), closes: at('2026-11-27T12:00') }

  it.each([
    ['at once', '2026-11-26T14:30', '2026-11-26T14:30'],
    ['the next morning', '2026-11-26T17:00', '2026-11-27T08:00'],
    ['two hours before the close', '2026-11-27T10:00', '2026-11-27T10:00'],
    ['less than two hours before the close', '2026-11-27T10:01', undefined],
    ['after the close', '2026-11-27T12:01', undefined],
    ['a week later', '2026-12-03T14:00', undefined],
  ])('%s', (_, now, expected) => {
    expect(shown(lateOpening(plan, at(now), calendar))).toBe(expected)
  })

  it('is skipped where the next window comes too late', () => {
    const early = { ...plan, closes: at('2026-11-27T09:30') }
    expect(lateOpening(early, at('2026-11-26T16:30'), calendar)).toBeUndefined()
  })
})

describe('a proposal', () => {
  it.each([
    ['14:00', 22, undefined],
    ['08:00', 8, undefined],
    ['16:00', 24, undefined],
    ['06:00', 30, { time: '08:00', closeAfterHours: 28 }],
    ['18:00', 18, { time: '16:00', closeAfterHours: 20 }],
    ['14:00', 4, { time: '14:00', closeAfterHours: 2 }],
    ['14:00', 16, { time: '14:00', closeAfterHours: 18 }],
    ['14:00', 10, { time: '14:00', closeAfterHours: 18 }],
    ['09:30', 7, { time: '09:30', closeAfterHours: 6 }],
    ['07:59', 22, { time: '08:00', closeAfterHours: 24 }],
    ['16:00', 1, { time: '16:00', closeAfterHours: 16 }],
    ['14:00', 0, { time: '14:00', closeAfterHours: 1 }],
  ])('for %s and %i hours', (time, closeAfterHours, expected) => {
    expect(scheduleProposal({ ...thursday, time, closeAfterHours }, calendar)).toEqual(expected)
  })
})

describe('clock changes on working days', () => {
  // In Cairo the clock leaps from Friday 0.00 to 1.00 in April, and from midnight after a Thursday back to 23.00 in October.
  const cairo: WorkCalendar = { zone: 'Africa/Cairo', window: { from: '00:00', to: '23:59' }, quiet: [] }

  it('move a time that is leapt over forward', () => {
    const round = planRound({ ...thursday, time: '00:30', closeAfterHours: 24 }, '2026-W17', cairo)
    expect(round?.opens.toISOString()).toBe('2026-04-22T22:30:00.000Z')
    expect(round?.closes.toISOString()).toBe('2026-04-23T22:30:00.000Z')
    expect(shown(round?.closes, cairo.zone)).toBe('2026-04-24T01:30')
  })

  it('take a time that comes twice the first time', () => {
    const round = planRound({ ...thursday, time: '23:30', closeAfterHours: 12 }, '2026-W44', cairo)
    expect(round?.opens.toISOString()).toBe('2026-10-29T20:30:00.000Z')
    expect(round?.closes.toISOString()).toBe('2026-10-30T09:30:00.000Z')
  })
})

describe('whatever the schedule, the calendar and the zone', () => {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  const schedules: fc.Arbitrary<Schedule> = fc.record({
    weekday: fc.integer({ min: 1, max: 5 }),
    time: fc
      .tuple(fc.integer({ min: 6, max: 18 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => [hour, minute].map(twoDigits).join(':')),
    closeAfterHours: fc.integer({ min: 1, max: 120 }),
    every: fc.constantFrom(1, 2, 4),
  })
  const dates = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map((parts) => parts.map(twoDigits).join('-'))
  const zones = fc.constantFrom(
    'Europe/Helsinki',
    'UTC',
    'America/New_York',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Pacific/Auckland',
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
  )
  const calendars: fc.Arbitrary<WorkCalendar> = fc.record({
    zone: zones,
    window: fc.constantFrom(
      { from: '08:00', to: '16:00' },
      { from: '07:30', to: '17:15' },
      { from: '10:00', to: '11:30' },
    ),
    quiet: fc.oneof(fc.constant(calendar.quiet), fc.array(fc.record({ from: dates, to: dates }), { maxLength: 3 })),
  })
  const weeks = fc.constantFrom(...weeksOf(...years))
  const allWeeks = weeksOf(...years, 2032, 2033)
  const skips = fc.array(fc.nat(12), { maxLength: 8 })
  const moments = fc.date({ min: new Date('2025-01-01'), max: new Date('2031-12-31'), noInvalidDate: true })

  const isSendTime = (moment: Date, { zone, window, quiet }: WorkCalendar) => {
    const local = DateTime.fromJSDate(moment, { zone })
    const [time, date] = [local.toFormat('HH:mm'), local.toFormat('MM-dd')]
    const isQuiet = quiet.some(({ from, to }) =>
      from <= to ? from <= date && date <= to : !(to < date && date < from),
    )
    const isOn = local.weekday <= 5 && !isQuiet && !isFreeDay(moment, { ...calendar, zone })
    return isOn && window.from <= time && time <= window.to
  }
  const workingDaysOf = (week: string, within: WorkCalendar) =>
    [0, 1, 2, 3, 4].filter((days) =>
      isWorkingDay(DateTime.fromISO(week, { zone: within.zone }).plus({ days }).toJSDate(), within),
    )

  // Three working days always leave room for a later close, so no planned week is excepted.
  it('a planned round opens, reminds and closes in this order, in the window of working days of its own week', () => {
    fc.assert(
      fc.property(schedules, weeks, calendars, (schedule, week, within) => {
        const round = planRound(schedule, week, within)
        expect(round === undefined).toBe(workingDaysOf(week, within).length < 3)
        if (round === undefined) return
        const steps = [round.opens, ...(round.reminds === undefined ? [] : [round.reminds]), round.closes]
        expect(steps.map((step) => isSendTime(step, within))).toEqual(steps.map(() => true))
        expect(steps.map((step) => weekOf(step, within.zone))).toEqual(steps.map(() => week))
        expect(steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? step))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('a week without days off keeps the wished times by the wall clock', () => {
    fc.assert(
      fc.property(schedules, weeks, calendars, (schedule, week, within) => {
        const monday = DateTime.fromISO(week, { zone: 'utc' })
        const [hour = 0, minute = 0] = schedule.time.split(':').map(Number)
        const opens = monday.plus({ days: schedule.weekday - 1, hours: hour, minutes: minute })
        const closes = opens.plus({ hours: schedule.closeAfterHours })
        fc.pre(scheduleProposal(schedule, within) === undefined && closes < monday.plus({ days: 5 }))
        fc.pre(workingDaysOf(week, within).length === 5)
        const wished = [opens, closes].map((wall) => wall.toFormat("yyyy-MM-dd'T'HH:mm"))
        expect(spanOf(planRound(schedule, week, within), within.zone)).toEqual(wished)
      }),
      { numRuns: 60 },
    )
  })

  it('the next round is the first that is planned after the moment, in its rhythm, at most one a week', () => {
    fc.assert(
      fc.property(schedules, moments, calendars, weeks, skips, (schedule, after, within, firstWeek, skipped) => {
        const thisWeek = weekOf(after, within.zone)
        const isSkipped = (week: string) => skipped.includes(weeksBetween(thisWeek, week))
        const found = nextRound(schedule, after, within, { firstWeek, isSkipped })
        const ahead = allWeeks.slice(allWeeks.indexOf(thisWeek)).slice(0, 104)
        const inRhythm = ahead.filter(
          (week) => week >= firstWeek && weeksBetween(firstWeek, week) % schedule.every === 0,
        )
        const expected = inRhythm
          .filter((week) => !isSkipped(week))
          .map((week) => planRound(schedule, week, within))
          .find((round) => round !== undefined && round.opens > after)
        if (expected !== undefined) expect(found).toEqual(expected)
        else expect(found === undefined || weeksBetween(thisWeek, found.week) >= 104).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('a later moment never has an earlier next round, and rounds that follow each other lie in later weeks', () => {
    fc.assert(
      fc.property(schedules, moments, moments, calendars, (schedule, one, other, within) => {
        const [earlier, later] = one < other ? [one, other] : [other, one]
        const options = { firstWeek: '2025-W02' }
        const first = nextRound(schedule, earlier, within, options)
        const second = nextRound(schedule, later, within, options)
        if (first === undefined || second === undefined) return
        expect(second.opens >= first.opens).toBe(true)
        const following = nextRound(schedule, first.opens, within, options)
        expect(following === undefined || following.week > first.week).toBe(true)
        expect(following === undefined || following.opens > first.closes).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('a send moment is the moment itself where that may be, else the first minute of a window, never before it', () => {
    fc.assert(
      fc.property(moments, zones, (moment, zone) => {
        const within = { ...calendar, zone }
        const found = nextSendMoment(moment, within)
        expect(isSendTime(found, within)).toBe(true)
        if (isSendTime(moment, within)) expect(found).toEqual(moment)
        else expect([found > moment, shown(found, zone)?.slice(11)]).toEqual([true, '08:00'])
        expect(nextSendMoment(found, within)).toEqual(found)
      }),
    )
  })

  it('a proposal is itself in the window, and is none where the schedule is', () => {
    fc.assert(
      fc.property(schedules, calendars, (schedule, within) => {
        const proposal = scheduleProposal(schedule, within)
        const held = { ...schedule, ...proposal }
        expect(scheduleProposal(held, within)).toBeUndefined()
        expect(Number.isInteger(held.closeAfterHours) && held.closeAfterHours >= 1).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
