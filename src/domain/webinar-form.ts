/** What HR may write of a webinar on a card, and when it may be. */
import { IANAZone } from 'luxon'
import { addressOf, fallbackOrder, isAllowed, lineOf } from './broadcast.ts'
import { WEBINAR_LENGTHS, WEBINAR_MINUTES } from './content-event-checks.ts'
import { REMINDERS, WEBINAR_KINDS, type Reminder, type Webinar } from './content.ts'
import { gatedLink } from './content-wording.ts'
import { isoDate, dayOf, momentOf, readLocal, wallOf, writeLocal } from './days.ts'
import { isLanguage, LANGUAGES, type InLanguages, type Language } from './languages.ts'
import { breakBraces, lengthOf, tidyText } from './person-text.ts'
import type { WebinarRecord } from './records.ts'

export const MOST_SPEAKERS = 6
export const MOST_SEATS = 10_000
const DAYS_AHEAD = 366
/** Of a recording. */
export const MOST_MINUTES = 600
const RECORDING_DAYS = 2 * 366
/** What the card of a webinar shows. */
export const MOST_TOOLS = 6

/** The reminders that the form offers, as their ids with commas, the fullest first; the last one is none. */
export const REMINDER_CHOICES = ['P7D,P1D,PT1H', 'P1D,PT1H', 'PT1H', 'none'] as const

/** `speakers` by their roles, with commas between them. */
export type WrittenText = { title: string; description: string; speakers: string; organiser: string; loginNote: string }

/** The fields as they came from the form: any text. */
export type WebinarForm = {
  kind: string
  theme: string
  date: string
  time: string
  zone: string
  minutes: string
  text: InLanguages<WrittenText>
  /** Languages with commas. */
  spoken: string
  captions: string
  join: string
  registration: string
  login: boolean
  capacity: string
  reminders: string
}

type FaultName =
  | 'kind'
  | 'theme'
  | 'noLanguage'
  | 'title'
  | 'description'
  | 'speakers'
  | 'titleLong'
  | 'descriptionLong'
  | 'speakersLong'
  | 'speakersMany'
  | 'organiserLong'
  | 'loginNoteLong'
  | 'spoken'
  | 'captions'
  | 'join'
  | 'registration'
  | 'capacity'
  | 'reminders'
  | 'recording'
  | 'recordingMinutes'
  | 'expires'
  | 'tools'
  | 'nothing'
  | TimeFault

type TimeFault = 'when' | 'past' | 'far' | 'zone' | 'minutes'

/** What keeps a webinar from being made, as the key of its text. `language` is the one whose text has the fault. */
export type WebinarFault = {
  key: `webinars.hr.faults.${FaultName}`
  language?: Language
  values?: Record<string, string | number>
}

/** What the form is held to, and what stands where it says nothing. */
export type WebinarRules = {
  id: string
  now: Date
  /** The zone of the organisation, in which the record is dated. */
  timeZone: string
  linkHosts: readonly string[]
  hasTheme: (id: string) => boolean
  defaultLanguage: Language
  defaults: InLanguages<{ organiser: string; loginNote: string }>
}

/** A webinar that is not published yet; `writtenIn` are the languages of which the others got a copy. */
export type MadeWebinar = { webinar: Webinar; writtenIn: Language[] }

/** All faults at once, or the webinar, complete in each language. */
export function makeWebinar(given: WebinarForm, rules: WebinarRules): MadeWebinar | { faults: WebinarFault[] } {
  const { now, timeZone, linkHosts } = rules
  const time = checkTime(given, now)
  const texts = checkTexts(given.text)
  const kind = WEBINAR_KINDS.find((one) => one === given.kind)
  const [spoken, captions] = [languagesIn(given.spoken), languagesIn(given.captions)]
  const [join, registration] = [addressOf(given.join), addressOf(given.registration)]
  const seats = seatsIn(given.capacity)
  const reminders = remindersIn(given.reminders)
  const faults = [
    ...faultIf(kind === undefined, 'kind'),
    ...faultIf(!rules.hasTheme(given.theme), 'theme'),
    ...time.faults,
    ...texts.faults,
    ...faultIf(spoken === undefined || spoken.length === 0, 'spoken'),
    ...faultIf(captions === undefined, 'captions'),
    ...faultIf(!isAllowed(join, linkHosts), 'join'),
    ...faultIf(!isAllowed(registration, linkHosts), 'registration'),
    ...faultIf(seats === undefined, 'capacity', { most: MOST_SEATS }),
    ...faultIf(reminders === undefined, 'reminders'),
  ]
  const isMade = kind !== undefined && spoken !== undefined && captions !== undefined && reminders !== undefined
  if (faults.length > 0 || !isMade) return { faults }
  const today = dayOf(wallOf(now, timeZone))
  const needsLogin = given.login || needsSignIn(join) || needsSignIn(registration)
  const webinar: Webinar = {
    id: rules.id,
    kind,
    theme: given.theme,
    state: 'draft',
    version: 1,
    owner_role: 'HR',
    created: isoDate(today),
    reviewed: isoDate(today),
    review_due: isoDate(today + 365),
    start: time.start,
    zone: given.zone,
    minutes: time.minutes,
    cancelled: false,
    spoken,
    captions,
    ...(join !== '' && { join }),
    ...(registration !== '' && { registration }),
    login_required: needsLogin,
    sign_in_contact: 'sign_in_support',
    reminders,
    tools: [],
    ...(seats !== undefined && seats > 0 && { capacity: seats }),
    text: completeText(texts.clean, needsLogin, rules),
  }
  return { webinar, writtenIn: LANGUAGES.filter((language) => isWritten(texts.clean[language])) }
}

/** When it is and how long it takes: a time that its clock shows, from now on, within a year. */
export function checkTime(
  { date, time, zone, minutes }: Pick<WebinarForm, 'date' | 'time' | 'zone' | 'minutes'>,
  now: Date,
): { start: string; minutes: number; faults: WebinarFault[] } {
  const start = `${date.trim()}T${time.trim()}`
  const length = wholeNumber(minutes)
  const isLong = length >= WEBINAR_MINUTES.from && length <= WEBINAR_MINUTES.to
  const faults = [
    ...(IANAZone.isValidZone(zone) ? startFaults(start, zone, now) : faultIf(true, 'zone')),
    ...faultIf(!isLong, 'minutes', WEBINAR_MINUTES),
  ]
  return { start, minutes: length, faults }
}

function startFaults(start: string, zone: string, now: Date): WebinarFault[] {
  const wall = readLocal(start)
  if (wall === undefined) return faultIf(true, 'when')
  const at = momentOf(wall, zone)
  // A time that a clock change leaps over is on no clock.
  if (writeLocal(wallOf(at, zone)) !== start) return faultIf(true, 'when')
  const isFar = dayOf(wall) - dayOf(wallOf(now, zone)) > DAYS_AHEAD
  return [...faultIf(at <= now, 'past'), ...faultIf(isFar, 'far')]
}

/** What can be added to a webinar, or put right, at any time; an empty field stays as it is. */
export type Addition = {
  join: string
  capacity: string
  recording: string
  recordingMinutes: string
  recordingCaptions: string
  /** An ISO date. */
  expires: string
  /** Ids with commas. */
  tools: string
}

type Changed = NonNullable<WebinarRecord['changed']>

/** All faults at once, or what is to be changed. */
export function checkAddition(
  given: Addition,
  webinar: Webinar,
  rules: Pick<WebinarRules, 'now' | 'linkHosts'> & { hasTool: (id: string) => boolean },
): { changed: Changed } | { faults: WebinarFault[] } {
  const join = addressOf(given.join)
  const seats = seatsIn(given.capacity)
  const tools = partsOf(given.tools)
  const recording = checkRecording(given, webinar, rules)
  const changed: Changed = {
    ...(join !== '' && join !== webinar.join && { join, login_required: webinar.login_required || needsSignIn(join) }),
    ...(seats !== undefined && seats > 0 && seats !== webinar.capacity && { capacity: seats }),
    ...(tools.length > 0 && tools.join() !== webinar.tools.join() && { tools }),
    ...recording.changed,
  }
  const faults = [
    ...faultIf(!isAllowed(join, rules.linkHosts), 'join'),
    ...faultIf(seats === undefined, 'capacity', { most: MOST_SEATS }),
    ...recording.faults,
    ...faultIf(tools.length > MOST_TOOLS || !tools.every(rules.hasTool), 'tools', { most: MOST_TOOLS }),
  ]
  if (faults.length > 0) return { faults }
  return Object.keys(changed).length === 0 ? { faults: faultIf(true, 'nothing') } : { changed }
}

/** A recording that stays as it is keeps its day, even where that has passed. */
function checkRecording(
  { recording: link, recordingMinutes, recordingCaptions, expires }: Addition,
  { recording: known, start, zone }: Webinar,
  { now, linkHosts }: Pick<WebinarRules, 'now' | 'linkHosts'>,
): { changed: Pick<Changed, 'recording'>; faults: WebinarFault[] } {
  const address = addressOf(link)
  const minutes = wholeNumber(recordingMinutes)
  const captions = languagesIn(recordingCaptions)
  const isEmpty = address === '' && recordingMinutes.trim() === '' && expires === ''
  const isSame =
    address === known?.link &&
    minutes === known.minutes &&
    captions?.join() === known.captions.join() &&
    expires === known.expires
  if (isEmpty || isSame) return { changed: {}, faults: [] }
  const today = isoDate(dayOf(wallOf(now, zone)))
  const last = isoDate(dayOf(wallOf(now, zone)) + RECORDING_DAYS)
  const isDay = readLocal(`${expires}T00:00`) !== undefined
  const isFit = isDay && expires >= today && expires >= start.slice(0, 10) && expires <= last
  return {
    changed: {
      recording: { link: address, minutes, captions: captions ?? [], login_required: needsSignIn(address), expires },
    },
    faults: [
      ...faultIf(address === '' || !isAllowed(address, linkHosts), 'recording'),
      ...faultIf(!(minutes >= 1 && minutes <= MOST_MINUTES), 'recordingMinutes', { most: MOST_MINUTES }),
      ...faultIf(captions === undefined, 'captions'),
      ...faultIf(!isFit, 'expires'),
    ],
  }
}

/** Whether the host lets nobody in without a login. */
export function needsSignIn(address: string): boolean {
  return gatedLink({ file: 'webinar' }, address, false).length > 0
}

/** The languages of an input with several choices; undefined where one of them is none. */
export function languagesIn(text: string): Language[] | undefined {
  const given = partsOf(text)
  return given.every(isLanguage) ? LANGUAGES.filter((language) => given.includes(language)) : undefined
}

/** 0 where the field is empty: then seats are not counted. Undefined for no number of seats. */
export function seatsIn(text: string): number | undefined {
  if (text.trim() === '') return 0
  const seats = wholeNumber(text)
  return seats >= 1 && seats <= MOST_SEATS ? seats : undefined
}

/** NaN for anything else; no longer number is meant by anybody. */
export function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN
}

function remindersIn(text: string): Reminder[] | undefined {
  const given: readonly string[] = text === 'none' ? [] : partsOf(text)
  const isKnown = given.every((one) => REMINDERS.some((reminder) => reminder === one))
  return isKnown ? REMINDERS.filter((reminder) => given.includes(reminder)) : undefined
}

function partsOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

type CleanText = { title: string; description: string; speakers: string[]; organiser: string; loginNote: string }

function checkTexts(given: InLanguages<WrittenText>): { clean: InLanguages<CleanText>; faults: WebinarFault[] } {
  const clean = { fi: tidied(given.fi), sv: tidied(given.sv), en: tidied(given.en) }
  const all = LANGUAGES.map((language) => clean[language])
  const isEmpty = !all.some(({ title, description }) => title !== '' || description !== '')
  return {
    clean,
    faults: [
      ...faultIf(isEmpty, 'noLanguage'),
      ...faultIf(
        all.every(({ speakers }) => speakers.length === 0),
        'speakers',
      ),
      ...LANGUAGES.flatMap((language) => textFaults(clean[language]).map((fault) => ({ ...fault, language }))),
    ],
  }
}

function tidied({ title, description, speakers, organiser, loginNote }: WrittenText): CleanText {
  const roles = tidyText(speakers)
    .split(/[,;\n]/)
    .map(lineOf)
    .filter((role) => role !== '')
  return {
    title: lineOf(title),
    description: tidyText(description),
    speakers: roles,
    organiser: lineOf(organiser),
    loginNote: lineOf(loginNote),
  }
}

function textFaults({ title, description, speakers, organiser, loginNote }: CleanText): WebinarFault[] {
  const longest = speakers.reduce((length, role) => Math.max(length, lengthIn(role)), 0)
  const over = (length: number, limit: number, name: FaultName) => faultIf(length > limit, name, { length, limit })
  return [
    ...faultIf(title === '' && description !== '', 'title'),
    ...faultIf(title !== '' && description === '', 'description'),
    ...over(lengthIn(title), WEBINAR_LENGTHS.title, 'titleLong'),
    ...over(lengthIn(description), WEBINAR_LENGTHS.description, 'descriptionLong'),
    ...over(longest, WEBINAR_LENGTHS.speakers, 'speakersLong'),
    ...over(speakers.length, MOST_SPEAKERS, 'speakersMany'),
    ...over(lengthIn(organiser), WEBINAR_LENGTHS.organiser, 'organiserLong'),
    ...over(lengthIn(loginNote), WEBINAR_LENGTHS.login_note, 'loginNoteLong'),
  ]
}

/** A visible character may be of dozens of code units: text with more than three on average counts by these. */
function lengthIn(text: string): number {
  const weight = Math.ceil(text.length / 3)
  return weight > WEBINAR_LENGTHS.description ? weight : lengthOf(text)
}

function isWritten({ title, description }: CleanText): boolean {
  return title !== '' && description !== ''
}

/** A language without a text gets another one's as a whole; one without speakers or an organiser gets these alone. */
function completeText(
  clean: InLanguages<CleanText>,
  needsLogin: boolean,
  { defaultLanguage, defaults }: WebinarRules,
): Webinar['text'] {
  const firstOf = (language: Language, holds: (text: CleanText) => boolean) =>
    fallbackOrder(language, defaultLanguage).find((one) => holds(clean[one])) ?? language
  const textOf = (language: Language): Webinar['text'][Language] => {
    const source = firstOf(language, isWritten)
    const { title, description, organiser, loginNote } = clean[source]
    const { speakers } = clean[firstOf(source, (text) => text.speakers.length > 0)]
    return {
      title: breakBraces(title),
      description: breakBraces(description),
      speakers: speakers.map(breakBraces),
      organiser: breakBraces(organiser || defaults[source].organiser),
      ...(needsLogin && { login_note: breakBraces(loginNote || defaults[source].loginNote) }),
    }
  }
  return { fi: textOf('fi'), sv: textOf('sv'), en: textOf('en') }
}

function faultIf(isFault: boolean, name: FaultName, values?: WebinarFault['values']): WebinarFault[] {
  return isFault ? [{ key: `webinars.hr.faults.${name}`, ...(values && { values }) }] : []
}
