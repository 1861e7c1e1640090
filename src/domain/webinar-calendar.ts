/** The calendar file of a webinar: RFC 5545, with the methods of RFC 5546. */
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { DateTime } from 'luxon'
import { tzlib_get_ical_block, tzlib_get_timezones } from 'timezones-ical-library'
import type { Webinar } from './content.ts'
import type { Language } from './languages.ts'
import { endOf, startOf } from './webinar.ts'

export type CalendarOptions = {
  language: Language
  /** How often its times changed since it was first told. */
  sequence: number
  cancelled: boolean
  /** PUBLIC_URL: its host stands in the address of the organiser, to which nobody can write. */
  publicUrl: string
  /** When this state of it came to be: the same state gives the same file. */
  stamp: Date
}

/**
 * The text of an .ics file. Its UID stays the same whatever changes, so that a calendar replaces the entry where the
 * sequence is higher, and removes it where the webinar is cancelled.
 */
export function webinarCalendar(webinar: Webinar, options: CalendarOptions): string {
  const { language, sequence, cancelled, publicUrl, stamp } = options
  const { title, description, speakers, organiser, login_note: note } = webinar.text[language]
  const { zone } = webinar
  const join = cancelled ? undefined : webinar.join
  const loginNote = webinar.login_required && !cancelled ? note : undefined
  const timezone = vtimezone(zone)
  const local = (at: Date) => DateTime.fromJSDate(at, { zone: timezone === undefined ? 'utc' : zone })
  const paragraphs = [description, speakers.join(', '), loginNote, join]

  const calendar = ical({
    prodId: { company: 'Luotsi', product: 'Webinars', language: language.toUpperCase() },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    // The zone stands on the event alone: on the calendar it would make DTSTAMP local, which RFC 5545 forbids.
    timezone: { name: null, generator: () => timezone ?? '' },
  })
  calendar.createEvent({
    id: `${webinar.id}@luotsi`,
    sequence,
    stamp: DateTime.fromJSDate(stamp, { zone: 'utc' }),
    start: local(startOf(webinar)),
    end: local(endOf(webinar)),
    timezone: timezone === undefined ? 'UTC' : zone,
    summary: clean(title),
    description: paragraphs
      .filter((text) => text !== undefined)
      .map(clean)
      .join('\n\n'),
    organizer: { name: clean(organiser), email: `no-reply@${new URL(publicUrl).hostname}` },
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: cancelled ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    ...(join !== undefined && { location: clean(join), url: unescaped(join) }),
  })
  return `${calendar.toString()}\r\n`
}

const ZONES: ReadonlySet<string> = new Set([tzlib_get_timezones()].flat())

/**
 * Undefined where the library does not know the zone (an offset, a name in small letters): then the times are told in
 * UTC. It answers by the name of another zone where the two have the same rules.
 */
function vtimezone(zone: string): string | undefined {
  if (!ZONES.has(zone)) return undefined
  const [block = ''] = [tzlib_get_ical_block(zone)].flat()
  return block.replace(/^(TZID|X-LIC-LOCATION):.*$/gm, (_, name: string) => `${name}:${zone}`)
}

/** The library writes backslashes before these two, which belong in a text and not in an address. */
function unescaped(address: string): string {
  return new URL(address).href.replaceAll(',', '%2C').replaceAll(';', '%3B')
}

/** RFC 5545 allows no control characters but the line break in a text. */
function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n]/gu, ' ')
}
