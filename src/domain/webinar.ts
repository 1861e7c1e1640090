/** The life of a webinar: when it reminds, lets join, is over and is forgotten, who has a seat, and when all that is told. */
import { DateTime } from 'luxon'
import { nextSendMoment, sendMomentBefore, type WorkCalendar } from './calendar.ts'
import { REMINDERS, type Reminder, type Webinar } from './content.ts'
import { dateText, timeText } from './dates.ts'
import { DAY_MINUTES, dayOf, isoDate, momentOf, readLocal, wallOf } from './days.ts'
import type { Language } from './languages.ts'
import type { WebinarRecord } from './records.ts'

/** A webinar as it stands now, and what is kept of it. */
export type KnownWebinar = { webinar: Webinar; record: WebinarRecord | undefined }

/** A webinar as it was written, in a content file or on HR's card, with what HR changed. */
export function withChanges(written: Webinar, record: WebinarRecord | undefined): KnownWebinar {
  return { webinar: { ...written, ...record?.changed }, record }
}

/** Those of the content files and those that HR published, the first to start first. */
export function allWebinarsOf(written: readonly Webinar[], records: readonly WebinarRecord[]): KnownWebinar[] {
  const byId = new Map(records.map((record) => [record.id, record]))
  const ofFiles = written.map((webinar) => withChanges(webinar, byId.get(webinar.id)))
  const made = records.flatMap((record) => (isPublished(record.made) ? [withChanges(record.made, record)] : []))
  return [...ofFiles, ...made].toSorted((one, other) => +startOf(one.webinar) - +startOf(other.webinar))
}

/** False for a webinar that HR has not published yet: nobody but HR sees it. */
export function isPublished(made: Webinar | undefined): made is Webinar {
  return made?.state === 'published'
}

/** What of a webinar decides its times; a webinar of a content file and one that HR made have it alike. */
export type Timing = Pick<Webinar, 'start' | 'zone' | 'minutes' | 'cancelled'>

/**
 * `joinable` from an hour before the start until the end: product.md. A cancelled one is `cancelled`, however long ago.
 */
export type Stage = 'ahead' | 'joinable' | 'over' | 'cancelled'

const MINUTE_MS = 60_000
const JOINABLE_MINUTES = 60
const KEPT_DAYS = 30

/** A time that a clock change leaps over comes as much later as the leap is long. @throws RangeError for no local time */
export function startOf({ start, zone }: Pick<Timing, 'start' | 'zone'>): Date {
  const wall = readLocal(start)
  if (wall === undefined) throw new RangeError(`No local time: ${start}`)
  return momentOf(wall, zone)
}

export function endOf(webinar: Timing): Date {
  return later(startOf(webinar), webinar.minutes)
}

export function stageOf(webinar: Timing, now: Date): Stage {
  if (webinar.cancelled) return 'cancelled'
  if (now >= endOf(webinar)) return 'over'
  return now >= later(startOf(webinar), -JOINABLE_MINUTES) ? 'joinable' : 'ahead'
}

/** The recording, once the webinar is over, to the end of the day on which it expires in the zone of the webinar. */
export function shownRecording(webinar: Timing & Pick<Webinar, 'recording'>, now: Date): Webinar['recording'] {
  const { recording, zone } = webinar
  if (recording === undefined || stageOf(webinar, now) !== 'over') return undefined
  return isoDate(dayOf(wallOf(now, zone))) <= recording.expires ? recording : undefined
}

/** From when on nobody may be known to have signed up: 30 days after the end, cancelled or not. */
export function forgottenAt(webinar: Timing): Date {
  return momentOf(wallOf(endOf(webinar), webinar.zone) + KEPT_DAYS * DAY_MINUTES, webinar.zone)
}

/** The reminders that come as one message, the nearest to the start last: to whoever wants one of them. */
export type PlannedReminder = { at: Date; reminders: Reminder[] }

/**
 * When those who signed up are reminded: 7 days and 1 day before at the same local time, and an hour before. What falls
 * outside the window moves to 15.00 of the working day before (delivery.md, “Quiet hours”). A cancelled one has none.
 */
export function plannedReminders(
  webinar: Timing & Pick<Webinar, 'reminders'>,
  calendar: WorkCalendar,
): PlannedReminder[] {
  if (webinar.cancelled) return []
  const planned: PlannedReminder[] = []
  for (const reminder of REMINDERS.filter((one) => webinar.reminders.includes(one))) {
    const at = sendMomentBefore(wishedAt(webinar, reminder), calendar)
    const before = planned.at(-1)
    // A nearer one that was moved to, or before, a farther one comes with it.
    if (before !== undefined && at <= before.at) before.reminders.push(reminder)
    else planned.push({ at, reminders: [reminder] })
  }
  return planned
}

/**
 * What is to be sent now. `since` is the latest of: signed up, last reminded, told of a move; what lies before it is not
 * made up. Of several that were missed, because the bot was down, the last one counts; none is sent outside the window,
 * and none once the webinar has begun.
 */
export function reminderDue(
  webinar: Timing & Pick<Webinar, 'reminders'>,
  { since, now, calendar }: { since: Date; now: Date; calendar: WorkCalendar },
): PlannedReminder | undefined {
  const isTime = now < startOf(webinar) && nextSendMoment(now, calendar).getTime() === now.getTime()
  return isTime ? plannedReminders(webinar, calendar).findLast(({ at }) => since < at && at <= now) : undefined
}

/** From `now` on, the first moment at which a reminder is due; undefined where none is any more. */
export function nextReminderAt(
  webinar: Timing & Pick<Webinar, 'reminders'>,
  { since, now, calendar }: { since: Date; now: Date; calendar: WorkCalendar },
): Date | undefined {
  const first = plannedReminders(webinar, calendar).find(({ at }) => since < at)
  if (first === undefined) return undefined
  const at = first.at > now ? first.at : nextSendMoment(now, calendar)
  return at < startOf(webinar) ? at : undefined
}

/** What people were last told of the times, and how often these changed: the SEQUENCE of its calendar file. */
export type Announced = Timing & { sequence: number }

/**
 * What is to be told now, once, to everyone who signed up. A webinar whose file is gone, or that is not published any
 * more, is cancelled. Nothing is told of one that is over, and nothing of one that was cancelled before anybody knew it.
 */
export function announced(
  known: Announced | undefined,
  current: Timing | undefined,
  now: Date,
): { announced?: Announced; news?: 'moved' | 'cancelled' } {
  if (known === undefined) return current === undefined ? {} : { announced: { ...timingOf(current), sequence: 0 } }
  const next = current === undefined ? { ...timingOf(known), cancelled: true } : timingOf(current)
  if (isSame(known, next)) return { announced: known }
  const changed = { announced: { ...next, sequence: known.sequence + 1 } }
  const wasAhead = now < endOf(known)
  const isAhead = now < endOf(next)
  if (next.cancelled) return wasAhead && !known.cancelled ? { ...changed, news: 'cancelled' } : changed
  return wasAhead || isAhead ? { ...changed, news: 'moved' } : changed
}

/** People by Entra object id, in the order in which they signed up. */
export type Attendance = { seats: readonly string[]; waiting: readonly string[] }

/** Where the capacity is undefined, everybody has a seat. Who signs up again stays where they are. */
export function withPerson(attendance: Attendance, person: string, capacity: number | undefined): Attendance {
  if (placeOf(attendance, person) !== undefined) return attendance
  return seated({ ...attendance, waiting: [...attendance.waiting, person] }, capacity).attendance
}

/** Without the person; `movedUp` are those who got a seat by it, to be told. */
export function withoutPerson(
  { seats, waiting }: Attendance,
  person: string,
  capacity: number | undefined,
): { attendance: Attendance; movedUp: string[] } {
  const others = (people: readonly string[]) => people.filter((one) => one !== person)
  return seated({ seats: others(seats), waiting: others(waiting) }, capacity)
}

/** Gives free seats to those who wait, in order: after a leave or a raised capacity. A lowered one takes no seat away. */
export function seated(
  { seats, waiting }: Attendance,
  capacity: number | undefined,
): { attendance: Attendance; movedUp: string[] } {
  const free = capacity === undefined ? waiting.length : Math.max(0, capacity - seats.length)
  const movedUp = waiting.slice(0, free)
  return { attendance: { seats: [...seats, ...movedUp], waiting: waiting.slice(free) }, movedUp }
}

/** `queue` counts from 1, and is 0 with a seat. Undefined for who has not signed up. */
export function placeOf({ seats, waiting }: Attendance, person: string): { queue: number } | undefined {
  if (seats.includes(person)) return { queue: 0 }
  const index = waiting.indexOf(person)
  return index < 0 ? undefined : { queue: index + 1 }
}

/**
 * When it is, on the reader's own clock: “to 3.12.2026 klo 13.00–14.00”. Where that clock shows another time than the
 * webinar's, the zone is named after it: “(Keski-Euroopan aika)”. A zone that is unknown or absent counts as the webinar's.
 */
export function timesText(webinar: Timing, language: Language, zone: string | undefined): string {
  const own = zone !== undefined && DateTime.utc(2000).setZone(zone).isValid ? zone : webinar.zone
  const [start, end] = [startOf(webinar), endOf(webinar)]
  const sameDay = dayOf(wallOf(start, own)) === dayOf(wallOf(end, own))
  // The dash stands between bare figures, without the word before the second time.
  const until = sameDay ? `–${timeText(end, own, language).replace(/^\D+/, '')}` : ` – ${when(end, own, language)}`
  const isElsewhere = wallOf(start, own) !== wallOf(start, webinar.zone)
  return `${when(start, own, language)}${until}${isElsewhere ? ` (${zoneName(own, start, language)})` : ''}`
}

function when(at: Date, zone: string, language: Language): string {
  return `${dateText(at, zone, language)} ${timeText(at, zone, language)}`
}

/** What a language calls a zone at a time of the year: Itä-Euroopan aika. */
export function zoneName(zone: string, at: Date, language: Language): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

function wishedAt(webinar: Timing, reminder: Reminder): Date {
  const start = startOf(webinar)
  if (reminder === 'PT1H') return later(start, -60)
  const days = reminder === 'P7D' ? 7 : 1
  return momentOf(wallOf(start, webinar.zone) - days * DAY_MINUTES, webinar.zone)
}

function timingOf({ start, zone, minutes, cancelled }: Timing): Timing {
  return { start, zone, minutes, cancelled }
}

function isSame(one: Timing, other: Timing): boolean {
  const { start, zone, minutes, cancelled } = one
  return start === other.start && zone === other.zone && minutes === other.minutes && cancelled === other.cancelled
}

function later(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * MINUTE_MS)
}
