import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import ICAL from 'ical.js'
import nodeIcal, { type VEvent } from 'node-ical'
import { webinarCalendar, type CalendarOptions } from '../../src/domain/webinar-calendar.ts'
import type { Webinar } from '../../src/domain/content.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { endOf, startOf } from '../../src/domain/webinar.ts'
import { aWebinar } from '../support/content.ts'
import { expectSilence } from '../support/silence.ts'

const OPTIONS: CalendarOptions = {
  language: 'fi',
  sequence: 0,
  cancelled: false,
  publicUrl: 'https://luotsi.example.org',
  stamp: new Date('2026-11-26T12:05:00Z'),
}
const JOIN = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting@thread.v2/0?context={"a":1,"b":2};x=1'

const fileOf = (change: Partial<Webinar> = {}, options: Partial<CalendarOptions> = {}) =>
  webinarCalendar(aWebinar(change), { ...OPTIONS, ...options })

/** What each of two parsers, which have no code in common, makes of a file. */
function read(file: string) {
  // Strict: a line that is not well formed throws.
  const root = new ICAL.Component(ICAL.parse(file) as [string, object[], object[]])
  const [vevent] = root.getAllSubcomponents('vevent')
  const [vtimezone] = root.getAllSubcomponents('vtimezone')
  if (vevent === undefined) throw new Error('no event')
  // Registered for this file alone, so that its own VTIMEZONE tells the times.
  if (vtimezone !== undefined) ICAL.TimezoneService.register(new ICAL.Timezone(vtimezone))
  const event = new ICAL.Event(vevent)
  const one = {
    uid: event.uid,
    sequence: event.sequence,
    summary: event.summary,
    description: event.description,
    start: event.startDate.toJSDate(),
    end: event.endDate.toJSDate(),
    status: String(vevent.getFirstPropertyValue('status')),
    method: String(root.getFirstPropertyValue('method')),
    organizer: String(vevent.getFirstPropertyValue('organizer')),
    stamp: (vevent.getFirstPropertyValue('dtstamp') as ICAL.Time).toJSDate(),
    url: String(vevent.getFirstPropertyValue('url') ?? ''),
    location: event.location as string | null,
  }
  ICAL.TimezoneService.reset()

  const parsed = nodeIcal.sync.parseICS(file)
  const events = Object.values(parsed).filter((item) => item !== undefined && item.type === 'VEVENT')
  expect(events).toHaveLength(1)
  const [other] = events as [VEvent]
  return { one, other }
}

describe('the calendar file of a webinar', () => {
  // Both parsers, and the library of the zones, say on the console what they find odd.
  expectSilence()

  it('is read alike by two parsers', () => {
    const { one, other } = read(fileOf({ join: JOIN }, { sequence: 3 }))
    const { text } = aWebinar()
    const expected = {
      uid: 'wb-testi@luotsi',
      summary: text.fi.title,
      description: `${text.fi.description}\n\nKotihoidon esihenkilö\n\n${JOIN}`,
      start: new Date('2026-12-03T11:00:00Z'),
      end: new Date('2026-12-03T12:00:00Z'),
      status: 'CONFIRMED',
      method: 'PUBLISH',
    }
    expect(one).toMatchObject({
      ...expected,
      sequence: 3,
      stamp: OPTIONS.stamp,
      organizer: 'mailto:no-reply@luotsi.example.org',
      location: JOIN,
    })
    expect(one.url).not.toMatch(/[\\,;]/)
    expect(new URL(one.url).host).toBe('teams.microsoft.com')
    expect(other).toMatchObject({ ...expected, sequence: 3, location: JOIN })
    expect(other.start.getTime()).toBe(expected.start.getTime())
    expect(other.end?.getTime()).toBe(expected.end.getTime())
  })

  it('comes through a round trip of the parser the same', () => {
    const file = fileOf({ join: JOIN })
    const again = (text: string) => ICAL.stringify(ICAL.parse(text) as [string, object[], object[]])
    expect(again(again(file))).toBe(again(file))
    const { one } = read(file)
    expect(read(again(file)).one).toEqual(one)
  })

  it('has CRLF after each line, the last one included, and no line over 75 octets', () => {
    const file = fileOf({ join: JOIN })
    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true)
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const octets = file.split('\r\n').map((line) => Buffer.byteLength(line))
    expect(Math.max(...octets)).toBeLessThanOrEqual(75)
  })

  it('folds Finnish and Swedish letters, emoji and commas by octets, and gives them back whole', () => {
    const letters = fc.constantFrom(
      'ä',
      'ö',
      'å',
      'Ä',
      'š',
      '€',
      '”',
      '👩‍⚕️',
      'a',
      ' ',
      ',',
      ';',
      '\\',
      ':',
      '"',
      '\n',
      '^n',
    )
    const words = fc.array(letters, { minLength: 1, maxLength: 300 }).map((all) => `a${all.join('')}a`)
    fc.assert(
      fc.property(words, words, (title, description) => {
        const { text } = aWebinar()
        const fi = { ...text.fi, title: title.replaceAll('\n', ' '), description }
        const file = fileOf({ text: { ...text, fi } })
        for (const line of file.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
          expect(line.isWellFormed()).toBe(true)
        }
        const { one, other } = read(file)
        expect(one.summary).toBe(fi.title)
        expect(one.description).toBe(`${description}\n\n${text.fi.speakers.join(', ')}`)
        expect(other.summary).toBe(fi.title)
      }),
    )
  })

  it('lets no text begin a line of its own', () => {
    const { text } = aWebinar()
    const bad = 'x\r\nEND:VEVENT\rATTACH:https://evil.test\u0000\u2028'
    const fi = { ...text.fi, title: bad, organiser: 'HR\u0007"\r\nATTENDEE:mailto:a@evil.test', speakers: [bad] }
    const file = fileOf({ text: { ...text, fi } })
    expect(file.split('\r\n').filter((line) => /^(END:VEVENT|ATTACH|ATTENDEE)/.test(line))).toEqual(['END:VEVENT'])
    expect(file.replaceAll('\r\n', '')).not.toMatch(/\p{Cc}/u)
    expect(read(file).one.uid).toBe('wb-testi@luotsi')
  })

  it('is in the language that was asked for, with the login note of a gated one alone', () => {
    const { text } = aWebinar()
    const noted = Object.fromEntries(
      LANGUAGES.map((language) => [language, { ...text[language], login_note: `note ${language}` }]),
    ) as Webinar['text']
    for (const language of LANGUAGES) {
      const gated = read(fileOf({ text: noted, login_required: true }, { language })).one
      const open = read(fileOf({ text: noted }, { language })).one
      expect(gated.summary).toBe(text[language].title)
      expect(gated.description).toContain(`note ${language}`)
      expect(open.description).not.toContain('note')
    }
  })

  it('F64 keeps its UID and raises its SEQUENCE when it is moved, so that the entry is replaced', () => {
    const [first, moved] = [read(fileOf()).one, read(fileOf({ start: '2026-12-04T09:00' }, { sequence: 1 })).one]
    expect(moved.uid).toBe(first.uid)
    expect(moved.sequence).toBe(first.sequence + 1)
    expect(moved.start).toEqual(new Date('2026-12-04T07:00:00Z'))
  })

  it('cancels with the same UID and takes no time any more', () => {
    const file = fileOf({ join: JOIN }, { sequence: 2, cancelled: true })
    const { one, other } = read(file)
    expect(one).toMatchObject({ uid: 'wb-testi@luotsi', sequence: 2, method: 'CANCEL', status: 'CANCELLED', url: '' })
    expect(other).toMatchObject({ uid: 'wb-testi@luotsi', method: 'CANCEL', status: 'CANCELLED' })
    expect(file).toContain('TRANSP:TRANSPARENT')
    expect(file).not.toContain('meetup-join')
  })

  it.each([
    ['in winter', '2026-12-03T13:00', '2026-12-03T11:00:00Z'],
    ['after the clocks went forward', '2027-03-30T13:00', '2027-03-30T10:00:00Z'],
    ['on the morning they go forward', '2027-03-28T08:00', '2027-03-28T05:00:00Z'],
    ['in summer', '2027-06-10T13:00', '2027-06-10T10:00:00Z'],
    ['on the morning they go back', '2026-10-25T08:00', '2026-10-25T06:00:00Z'],
  ])('tells the start %s by the clock changes of its own VTIMEZONE', (_, start, utc) => {
    const file = fileOf({ start })
    expect(file).toContain(`DTSTART;TZID=Europe/Helsinki:${start.replaceAll(/[-:]/g, '')}00\r\n`)
    const { one, other } = read(file)
    expect(one.start).toEqual(new Date(utc))
    expect(other.start.getTime()).toBe(Date.parse(utc))
  })

  it('tells the end that a clock change leaves an hour of the wall’s clock away', () => {
    const over = aWebinar({ start: '2027-03-28T02:30', minutes: 60 })
    const { one } = read(webinarCalendar(over, OPTIONS))
    expect(one.start).toEqual(startOf(over))
    expect(one.end).toEqual(endOf(over))
  })

  it.each(['Europe/Stockholm', 'Europe/Mariehamn', 'America/New_York', 'Asia/Kathmandu'])(
    'names the zone %s alike in the event and in the VTIMEZONE',
    (zone) => {
      const webinar = aWebinar({ zone })
      const file = webinarCalendar(webinar, OPTIONS)
      const named = new Set([...file.matchAll(/TZID[:=]([^:\r]+)/g)].map(([, name]) => name))
      expect([...named]).toEqual([zone])
      const { one, other } = read(file)
      expect(one.start).toEqual(startOf(webinar))
      expect(other.start.getTime()).toBe(startOf(webinar).getTime())
    },
  )

  it.each([
    ['europe/helsinki', 11],
    ['UTC', 13],
  ])('tells UTC where no list of zones has %s', (zone, hour) => {
    const file = fileOf({ zone })
    expect(file).not.toContain('TZID')
    expect(file).toContain(`DTSTART:20261203T${hour}0000Z\r\n`)
    expect(read(file).other.end?.getUTCHours()).toBe(hour + 1)
  })

  it('holds nothing but what RFC 5545 and 5546 name, with UTC stamps', () => {
    const names = fileOf({ join: JOIN })
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .map((line) => line.split(/[;:]/)[0] ?? '')
    const known =
      'BEGIN END VERSION PRODID METHOD TZID X-LIC-LOCATION LAST-MODIFIED TZNAME TZOFFSETFROM TZOFFSETTO DTSTART RRULE UID ' +
      'SEQUENCE DTSTAMP DTEND SUMMARY TRANSP LOCATION DESCRIPTION ORGANIZER URL STATUS'
    expect(names.filter((name) => name !== '' && !known.split(' ').includes(name))).toEqual([])
    expect(fileOf()).toContain('DTSTAMP:20261126T120500Z\r\n')
  })

  it('is the same on a machine in another zone', async () => {
    const script = `
      const { webinarCalendar } = await import('./src/domain/webinar-calendar.ts')
      const { webinar, options } = JSON.parse(process.argv[1])
      process.stdout.write(webinarCalendar(webinar, { ...options, stamp: new Date(options.stamp) }))`
    const given = JSON.stringify({ webinar: aWebinar(), options: OPTIONS })
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, given], {
      env: { ...process.env, TZ: 'America/New_York', NODE_OPTIONS: '' },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toBe(fileOf())
  })

  it('names no time of its own: it reads no clock', async () => {
    expect(await readFile('src/domain/webinar-calendar.ts', 'utf8')).not.toMatch(/new Date\(\)|Date\.now/)
    expect(fileOf()).toBe(fileOf())
  })
})
