import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { nextSendMoment, type WorkCalendar } from '../../src/domain/calendar.ts'
import { REMINDERS, type Reminder, type Webinar } from '../../src/domain/content.ts'
import type { Language } from '../../src/domain/languages.ts'
import {
  announced,
  endOf,
  forgottenAt,
  nextReminderAt,
  placeOf,
  plannedReminders,
  reminderDue,
  seated,
  shownRecording,
  stageOf,
  startOf,
  timesText,
  withoutPerson,
  withPerson,
  type Attendance,
} from '../../src/domain/webinar.ts'
import { aWebinar } from '../support/content.ts'

const ZONE = 'Europe/Helsinki'
const calendar: WorkCalendar = {
  zone: ZONE,
  window: { from: '08:00', to: '16:00' },
  quiet: [
    { from: '07-01', to: '07-31' },
    { from: '12-23', to: '01-06' },
  ],
}
const at = (local: string, zone = ZONE) => DateTime.fromISO(local, { zone }).toJSDate()
const shown = (moment: Date | undefined, zone = ZONE) =>
  moment && DateTime.fromJSDate(moment, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")
const LONG_AGO = new Date(0)

/** What it reminds of and when, as local times. */
const plan = (change: Partial<Webinar>) =>
  plannedReminders(aWebinar(change), calendar).map((one) => [shown(one.at), ...one.reminders])
const due = (webinar: Webinar, now: Date, since = LONG_AGO) => reminderDue(webinar, { since, now, calendar })

describe('the reminders of a webinar', () => {
  it.each<[string, string, [string, string, string]]>([
    [
      'come 7 days, 1 day and 1 hour before',
      '2026-12-03T13:00',
      ['2026-11-26T13:00', '2026-12-02T13:00', '2026-12-03T12:00'],
    ],
    [
      'move from before the window to 15.00 of the working day before',
      '2026-12-03T08:30',
      ['2026-11-26T08:30', '2026-12-02T08:30', '2026-12-02T15:00'],
    ],
    [
      'move from after the window to 15.00 of the working day before',
      '2026-12-03T18:00',
      ['2026-11-25T15:00', '2026-12-01T15:00', '2026-12-02T15:00'],
    ],
    ['move from a Sunday to Friday', '2026-11-30T13:00', ['2026-11-23T13:00', '2026-11-27T15:00', '2026-11-30T12:00']],
    ['move from a free day', '2027-05-13T13:00', ['2027-05-05T15:00', '2027-05-12T13:00', '2027-05-13T12:00']],
    ['move out of the quiet period', '2027-01-12T13:00', ['2026-12-22T15:00', '2027-01-11T13:00', '2027-01-12T12:00']],
    [
      'keep the local time when the clocks go back between them and the start',
      '2026-10-27T10:00',
      ['2026-10-20T10:00', '2026-10-26T10:00', '2026-10-27T09:00'],
    ],
    [
      'keep the local time when the clocks go forward between them and the start',
      '2027-03-30T10:00',
      ['2027-03-23T10:00', '2027-03-25T15:00', '2027-03-30T09:00'],
    ],
  ])('%s', (_, start, moments) => {
    const reminders: Reminder[] = ['P7D', 'P1D', 'PT1H']
    expect(plan({ start })).toEqual(moments.map((moment, index) => [moment, reminders[index]]))
  })

  it('are one message where several fall on one moment', () => {
    expect(plan({ start: '2026-11-30T08:00' })).toEqual([
      ['2026-11-23T08:00', 'P7D'],
      ['2026-11-27T15:00', 'P1D', 'PT1H'],
    ])
    // An hour before Saturday 15.30 would come on Friday at 15.00, half an hour before the day before does.
    expect(plan({ start: '2026-11-28T15:30' }).at(-1)).toEqual(['2026-11-27T15:30', 'P1D', 'PT1H'])
    expect(plan({ start: '2027-01-04T13:00' })).toEqual([['2026-12-22T15:00', 'P7D', 'P1D', 'PT1H']])
  })

  it('are those that were asked for', () => {
    expect(plan({ reminders: ['PT1H'] })).toEqual([['2026-12-03T12:00', 'PT1H']])
    expect(plan({ reminders: [] })).toEqual([])
  })

  it('F57 of a webinar in the hour that comes twice, or that is leapt over, come before the weekend of the change', () => {
    expect(plan({ start: '2026-10-25T03:30' })).toEqual([
      ['2026-10-16T15:00', 'P7D'],
      ['2026-10-23T15:00', 'P1D', 'PT1H'],
    ])
    // 26 March 2027 is Good Friday.
    expect(plan({ start: '2027-03-28T03:30' })).toEqual([
      ['2027-03-19T15:00', 'P7D'],
      ['2027-03-25T15:00', 'P1D', 'PT1H'],
    ])
  })

  it('F58 of a Monday at 9.00 come at 9.00 a week before, on the other side of either change', () => {
    expect(plan({ start: '2026-10-26T09:00' })[0]).toEqual(['2026-10-19T09:00', 'P7D'])
    expect(plan({ start: '2026-03-30T09:00' })[0]).toEqual(['2026-03-23T09:00', 'P7D'])
  })

  it('are none of a cancelled one', () => {
    expect(plan({ cancelled: true })).toEqual([])
  })

  it('fall on the webinar’s own clock, held to the organisation’s window', () => {
    // 16.30 in Stockholm is 17.30 in Helsinki, an hour and a half after the window's end.
    expect(plan({ start: '2026-12-03T16:30', zone: 'Europe/Stockholm' })[0]).toEqual(['2026-11-25T15:00', 'P7D'])
    expect(plan({ start: '2026-12-03T12:00', zone: 'Europe/Stockholm' })[0]).toEqual(['2026-11-26T13:00', 'P7D'])
  })

  it('always come on a working day within the window, in order, before the start, and whole', () => {
    const minute = fc.integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2031, 0, 1) / 60_000 })
    fc.assert(
      fc.property(minute, fc.subarray([...REMINDERS]), (wall, reminders) => {
        const start = new Date(wall * 60_000).toISOString().slice(0, 16)
        const webinar = aWebinar({ start, reminders })
        const planned = plannedReminders(webinar, calendar)
        const moments = planned.map((one) => one.at.getTime())
        expect(planned.flatMap((one) => one.reminders)).toEqual(reminders)
        expect(moments).toEqual(moments.toSorted((one, other) => one - other))
        for (const { at: moment } of planned) {
          expect(nextSendMoment(moment, calendar)).toEqual(moment)
          expect(moment < startOf(webinar)).toBe(true)
        }
      }),
    )
  })
})

describe('a reminder that is due', () => {
  const webinar = aWebinar()

  it.each([
    ['is not due a minute early', '2026-11-26T12:59', undefined],
    ['is due on the minute', '2026-11-26T13:00', 'P7D'],
    ['is due later too, where the bot was down', '2026-11-27T09:00', 'P7D'],
    ['waits for the window, where the bot was down', '2026-11-26T18:00', undefined],
    ['is the last of those that were missed', '2026-12-02T14:00', 'P1D'],
    ['is the last of three that were missed', '2026-12-03T12:30', 'PT1H'],
    ['is none once it has begun', '2026-12-03T13:00', undefined],
    ['is none once it is over', '2026-12-04T09:00', undefined],
  ])('%s', (_, now, reminder) => {
    expect(due(webinar, at(now))?.reminders[0]).toBe(reminder)
  })

  it('comes once', () => {
    const first = due(webinar, at('2026-11-26T13:00:20'))
    expect(due(webinar, at('2026-11-26T13:00:40'), at('2026-11-26T13:00:20'))).toBeUndefined()
    expect(due(webinar, at('2026-11-27T09:00'), first?.at)).toBeUndefined()
  })

  it('F60 comes once when the clock is set back and forward', () => {
    const sent = at('2026-11-26T13:00')
    expect(due(webinar, at('2026-11-26T11:00'), sent)).toBeUndefined()
    expect(due(webinar, at('2026-11-26T13:30'), sent)).toBeUndefined()
  })

  it('does not come to who signed up after its time', () => {
    expect(due(webinar, at('2026-11-30T10:00'), at('2026-11-30T09:59'))).toBeUndefined()
    expect(due(webinar, at('2026-12-02T13:00'), at('2026-11-30T09:59'))?.reminders).toEqual(['P1D'])
  })

  it('F64 does not come at the old time of a webinar that was moved, and comes at the new one', () => {
    const moved = { ...webinar, start: '2026-12-17T13:00' }
    const told = at('2026-12-01T10:00')
    expect(due(moved, at('2026-12-02T13:00'), told)).toBeUndefined()
    expect(due(moved, at('2026-12-03T12:00'), told)).toBeUndefined()
    expect(due(moved, at('2026-12-10T13:00'), told)?.reminders).toEqual(['P7D'])
  })

  it('F64 does not come of a cancelled one', () => {
    expect(due({ ...webinar, cancelled: true }, at('2026-12-02T13:00'))).toBeUndefined()
  })

  it('is told ahead: the next moment at which there is one', () => {
    const next = (now: string, since = LONG_AGO, change: Partial<Webinar> = {}) =>
      shown(nextReminderAt({ ...webinar, ...change }, { since, now: at(now), calendar }))
    expect(next('2026-11-20T10:00')).toBe('2026-11-26T13:00')
    expect(next('2026-11-26T14:05', at('2026-11-26T13:00'))).toBe('2026-12-02T13:00')
    expect(next('2026-11-26T18:00')).toBe('2026-11-27T08:00')
    expect(next('2026-12-03T12:01', at('2026-12-03T12:00'))).toBeUndefined()
    expect(next('2026-12-02T17:00', at('2026-12-02T12:00'), { start: '2026-12-03T08:00' })).toBeUndefined()
    expect(next('2026-12-04T09:00')).toBeUndefined()
  })

  it('F61 comes when it was told ahead, once, whatever the bot slept through', () => {
    const starts = fc.constantFrom('2026-10-27T10:00', '2027-03-30T08:15', '2026-12-03T13:00', '2027-01-12T18:00')
    fc.assert(
      fc.property(starts, fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 12 }), (start, sleeps) => {
        const one = aWebinar({ start })
        let now = new Date(startOf(one).getTime() - 24 * 86_400_000)
        let since = now
        let sent = 0
        for (;;) {
          const next = nextReminderAt(one, { since, now, calendar })
          if (next === undefined) break
          // The bot sleeps through some moments.
          now = new Date(next.getTime() + (sleeps[sent] ?? 0) * 60_000)
          const reminder = due(one, now, since)
          if (reminder !== undefined) {
            expect(now < startOf(one)).toBe(true)
            since = reminder.at
            sent++
          } else if (now.getTime() === next.getTime()) throw new Error('nothing was due when it was told')
          else sleeps = []
        }
        expect(sent).toBeLessThanOrEqual(3)
        if (sleeps.length === 0) expect(due(one, now, since)).toBeUndefined()
      }),
    )
  })
})

describe('the life of a webinar', () => {
  it.each([
    ['2026-12-03T11:59', 'ahead'],
    ['2026-12-03T12:00', 'joinable'],
    ['2026-12-03T13:59', 'joinable'],
    ['2026-12-03T14:00', 'over'],
    ['2027-12-03T14:00', 'over'],
  ])('at %s is %s', (now, stage) => {
    expect(stageOf(aWebinar(), at(now))).toBe(stage)
    expect(stageOf(aWebinar({ cancelled: true }), at(now))).toBe('cancelled')
  })

  it.each([
    ['on the day the clocks go back', '2026-10-25T04:30', 60, '2026-10-25T05:30'],
    ['over the hour that comes twice', '2026-10-25T02:30', 120, '2026-10-25T03:30'],
    ['over the hour that is leapt over', '2027-03-28T02:30', 60, '2027-03-28T04:30'],
  ])('lasts as long as it says %s', (_, start, minutes, end) => {
    const webinar = aWebinar({ start, minutes })
    expect(endOf(webinar).getTime() - startOf(webinar).getTime()).toBe(minutes * 60_000)
    expect(shown(endOf(webinar))).toBe(end)
  })

  it('refuses a start that is no local time', () => {
    expect(() => startOf({ start: 'tomorrow', zone: ZONE })).toThrow('No local time: tomorrow')
  })

  it('shows its recording after the end, to the end of the day on which it expires', () => {
    const link = 'https://video.example.org/1'
    const recording = { link, minutes: 58, captions: [], login_required: false, expires: '2026-12-31' }
    const webinar = aWebinar({ recording })
    expect(shownRecording(webinar, at('2026-12-03T13:30'))).toBeUndefined()
    expect(shownRecording(webinar, at('2026-12-03T14:00'))).toBe(recording)
    expect(shownRecording(webinar, at('2026-12-31T23:59'))).toBe(recording)
    expect(shownRecording(webinar, at('2027-01-01T00:00'))).toBeUndefined()
    expect(shownRecording(aWebinar(), at('2026-12-04T09:00'))).toBeUndefined()
    expect(shownRecording({ ...webinar, cancelled: true }, at('2026-12-04T09:00'))).toBeUndefined()
  })

  it('forgets who signed up 30 days after its end, by the clock on the wall', () => {
    expect(shown(forgottenAt(aWebinar()))).toBe('2027-01-02T14:00')
    expect(shown(forgottenAt(aWebinar({ start: '2026-10-20T13:00' })))).toBe('2026-11-19T14:00')
  })
})

describe('a change of a webinar', () => {
  const now = at('2026-11-26T14:05')
  const webinar = aWebinar()
  const first = announced(undefined, webinar, now).announced

  it('is none at first', () => {
    expect(announced(undefined, webinar, now)).toEqual({
      announced: { start: webinar.start, zone: ZONE, minutes: 60, cancelled: false, sequence: 0 },
    })
    expect(announced(undefined, undefined, now)).toEqual({})
    expect(announced(first, webinar, now)).toEqual({ announced: first })
  })

  it.each<[string, Partial<Webinar>]>([
    ['another start', { start: '2026-12-04T13:00' }],
    ['another length', { minutes: 90 }],
    ['another zone', { zone: 'Europe/Stockholm' }],
  ])('raises the sequence and is told, with %s', (_, change) => {
    const { announced: next, news } = announced(first, aWebinar(change), now)
    expect(news).toBe('moved')
    expect(next?.sequence).toBe(1)
    // Once.
    expect(announced(next, aWebinar(change), now).news).toBeUndefined()
    expect(announced(next, aWebinar(change), now).announced?.sequence).toBe(1)
  })

  it('is a cancellation, by a mark in the file or by taking it away, and back again a move', () => {
    const marked = announced(first, aWebinar({ cancelled: true }), now)
    const gone = announced(first, undefined, now)
    expect(marked).toEqual(gone)
    expect(gone).toEqual({ news: 'cancelled', announced: { ...first, cancelled: true, sequence: 1 } })
    expect(announced(gone.announced, undefined, now)).toEqual({ announced: gone.announced })
    expect(announced(gone.announced, webinar, now)).toMatchObject({ news: 'moved', announced: { sequence: 2 } })
  })

  it('is not told of what is over', () => {
    const later = at('2026-12-10T09:00')
    expect(announced(first, aWebinar({ minutes: 90 }), later).news).toBeUndefined()
    expect(announced(first, undefined, later).news).toBeUndefined()
    expect(announced(first, aWebinar({ start: '2026-12-17T13:00' }), later).news).toBe('moved')
  })

  it('is not told of a cancelled one that is cancelled at another time', () => {
    const { announced: gone } = announced(first, undefined, now)
    expect(announced(gone, aWebinar({ start: '2026-12-04T13:00', cancelled: true }), now).news).toBeUndefined()
  })
})

describe('the seats of a webinar', () => {
  const NOBODY: Attendance = { seats: [], waiting: [] }
  const full: Attendance = { seats: ['a', 'b'], waiting: ['c', 'd', 'e'] }

  it('are for everybody where no number is set', () => {
    const people = ['a', 'b', 'c'].reduce((all, one) => withPerson(all, one, undefined), NOBODY)
    expect(people).toEqual({ seats: ['a', 'b', 'c'], waiting: [] })
  })

  it('are given in order, and who comes later waits', () => {
    const people = ['a', 'b', 'c', 'd', 'e'].reduce((all, one) => withPerson(all, one, 2), NOBODY)
    expect(people).toEqual(full)
    expect(['a', 'c', 'd', 'x'].map((one) => placeOf(people, one)?.queue)).toEqual([0, 1, 2, undefined])
  })

  it('stay whose they are when somebody signs up again', () => {
    expect(withPerson(full, 'a', 2)).toBe(full)
    expect(withPerson(full, 'd', 9)).toBe(full)
  })

  it('go to the first who waits when somebody leaves', () => {
    expect(withoutPerson(full, 'a', 2)).toEqual({
      attendance: { seats: ['b', 'c'], waiting: ['d', 'e'] },
      movedUp: ['c'],
    })
  })

  it('go to nobody when one who waits leaves, or one who never signed up', () => {
    expect(withoutPerson(full, 'd', 2)).toEqual({ attendance: { seats: ['a', 'b'], waiting: ['c', 'e'] }, movedUp: [] })
    expect(withoutPerson(full, 'x', 2)).toEqual({ attendance: full, movedUp: [] })
  })

  it('are taken from nobody when there are fewer, and given when there are more', () => {
    expect(seated(full, 1)).toEqual({ attendance: full, movedUp: [] })
    expect(withoutPerson(full, 'a', 1).movedUp).toEqual([])
    expect(seated(full, 4).movedUp).toEqual(['c', 'd'])
    expect(seated(full, undefined).movedUp).toEqual(['c', 'd', 'e'])
  })

  it('never exceed the number, leave none free while somebody waits, and hold each person once', () => {
    const step = fc.record({ person: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), leaves: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, capacity) => {
        let order: string[] = []
        let people = NOBODY
        for (const { person, leaves } of steps) {
          people = leaves ? withoutPerson(people, person, capacity).attendance : withPerson(people, person, capacity)
          if (leaves) order = order.filter((one) => one !== person)
          else if (!order.includes(person)) order.push(person)
          expect([...people.seats, ...people.waiting]).toEqual(order)
          expect(people.seats).toHaveLength(Math.min(capacity, order.length))
        }
      }),
    )
  })
})

describe('the time of a webinar', () => {
  it.each<[Language, string | undefined, string]>([
    ['fi', undefined, 'to 3.12.2026 klo 13.00–14.00'],
    ['sv', ZONE, 'torsdag 3 december 2026 kl. 13.00–14.00'],
    ['en', 'Europe/Kyiv', 'Thursday 3 December 2026 13:00–14:00'],
    ['fi', 'Europe/Stockholm', 'to 3.12.2026 klo 12.00–13.00 (Keski-Euroopan aika)'],
    ['sv', 'Europe/Stockholm', 'torsdag 3 december 2026 kl. 12.00–13.00 (centraleuropeisk tid)'],
    ['en', 'Europe/Stockholm', 'Thursday 3 December 2026 12:00–13:00 (Central European Time)'],
    ['en', 'Asia/Tokyo', 'Thursday 3 December 2026 20:00–21:00 (Japan Standard Time)'],
    ['fi', 'Not/AZone', 'to 3.12.2026 klo 13.00–14.00'],
  ])('is told in %s to a reader in %s', (language, zone, text) => {
    expect(timesText(aWebinar(), language, zone)).toBe(text)
  })

  it('names both days where it runs over midnight', () => {
    const late = aWebinar({ start: '2026-12-03T23:30' })
    expect(timesText(late, 'fi', undefined)).toBe('to 3.12.2026 klo 23.30 – pe 4.12.2026 klo 00.30')
    expect(timesText(late, 'en', 'Europe/Stockholm')).toBe(
      'Thursday 3 December 2026 22:30–23:30 (Central European Time)',
    )
  })

  it('keeps the hour of the webinar when the clocks change between now and then', () => {
    expect(timesText(aWebinar({ start: '2027-03-30T13:00' }), 'fi', undefined)).toBe('ti 30.3.2027 klo 13.00–14.00')
    // The clocks of New York go forward two weeks earlier.
    expect(timesText(aWebinar({ start: '2027-03-16T13:00' }), 'en', 'America/New_York')).toBe(
      'Tuesday 16 March 2027 07:00–08:00 (Eastern Time)',
    )
  })
})
