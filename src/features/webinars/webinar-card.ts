import { contactLines } from '../../domain/contacts.ts'
import type { Webinar } from '../../domain/content.ts'
import type { Language } from '../../domain/languages.ts'
import { dayText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { shownRecording, stageOf, startOf, timesText, type Stage } from '../../domain/webinar.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import type { StringKey } from '../../strings.ts'
import { standingOf, type Standing } from './attendance.ts'
import { linkToCalendar } from './calendar-file.ts'
import type { Found } from './find-webinar.ts'
import { panelFacts } from './manage-webinar.ts'
import { messageOf, type Saying } from './post-message.ts'

type Link = { title: string; url: string; style: Style }
type Button = { verb: string; title: string; style: Style }
type Style = 'default' | 'positive'

/** A webinar as one reader finds it now. */
type View = { turn: Turn; kit: Kit; found: Found; standing: Standing | undefined; stage: Stage }

export type News = 'signedUp' | 'queued' | 'left' | 'chosen'

/** All about a webinar that has a value, and what the reader can do with it now. `news` is what just happened. */
export async function webinarCard(
  turn: Turn,
  kit: Kit,
  found: Found,
  { news }: { news?: News } = {},
): Promise<Message> {
  const view = await viewOf(turn, kit, found)
  const { language, t } = turn
  const { webinar } = found
  const { title, description } = webinar.text[language]
  const changed = news === undefined ? '' : t(`webinars.news.${news}`)
  const panel = await panelFacts(turn, kit, found)
  return {
    card: 'webinar',
    language,
    summary: news === undefined ? t('webinars.summary', { title }) : changed,
    show: { verb: 'webinars.show', webinar: webinar.id },
    data: {
      ...commonTo(view),
      news: changed,
      heading: t(`webinars.kinds.${webinar.kind}`),
      lead: '',
      lines: description.split(/\n+/).map((line) => ({ line: breakBraces(line) })),
      facts: [...factsOf(webinar, turn), ...recordingFacts(view), ...panel],
      links: joinOrWatch(view),
      ...signUpOrLeave(view),
      extras: [...calendar(view), ...registration(view)],
      ways: [...reminders(view), ...feedback(view), ...(panel.length > 0 ? manage(view) : [])],
      canTurnOff: false,
    },
  }
}

/** What comes by itself to those who signed up, or to a channel: short, with all that one then needs. */
export async function messageCard(turn: Turn, kit: Kit, found: Found, says: Saying): Promise<Message> {
  const view = await viewOf(turn, kit, found)
  const { language, t } = turn
  const { webinar } = found
  const { title } = webinar.text[language]
  const isReminder = says === 'reminder'
  const willJoin = webinar.join !== undefined && view.stage === 'ahead'
  const details = button(view, 'webinars.show', 'webinars.details')
  const buttons = {
    reminder: { ...signUpOrLeave(view), extras: [], ways: [...details, ...reminders(view)] },
    moved: { ...signUpOrLeave(view), extras: calendar(view), ways: details },
    cancelled: { ...NO_PRESS, extras: calendar(view), ways: [] },
    seat: { ...signUpOrLeave(view), extras: calendar(view), ways: details },
    soon: { ...signUpOrLeave(view), extras: [], ways: details },
    recording: { ...NO_PRESS, extras: [], ways: [...feedback(view), ...details] },
    feedback: { ...NO_PRESS, extras: [], ways: [...feedback(view), ...details] },
  }[says]
  return {
    card: 'webinar',
    language,
    summary: t(`webinars.says.${says}.summary`, { title, when: whenOf(view) }),
    show: { ...messageOf(webinar.id, says), again: 'yes' },
    data: {
      ...commonTo(view),
      news: '',
      heading: t(`webinars.says.${says}.heading`),
      state: says === 'cancelled' ? '' : stateOf(view),
      lead: isReminder && !willJoin ? '' : t(`webinars.says.${says}.lead`),
      lines: [],
      facts: recordingFacts(view),
      links: joinOrWatch(view),
      ...buttons,
      canTurnOff: isReminder,
    },
  }
}

/** Of a webinar that is in no file any more, only its times are still known. */
export function goneCard(turn: Turn, webinar: string, when: string): Message {
  const { language, t } = turn
  const subject = t('webinars.gone')
  const nothing = { news: '', state: '', lines: [], facts: [], notes: [], tools: [], links: [], extras: [], ways: [] }
  return {
    card: 'webinar',
    language,
    summary: t('webinars.says.cancelled.summary', { title: subject, when }),
    show: { ...messageOf(webinar, 'cancelled'), again: 'yes' },
    data: {
      ...nothing,
      ...NO_PRESS,
      id: webinar,
      heading: t('webinars.says.cancelled.heading'),
      subject,
      when,
      lead: t('webinars.says.cancelled.lead'),
      canTurnOff: false,
    },
  }
}

async function viewOf(turn: Turn, kit: Kit, found: Found): Promise<View> {
  const standing = await standingOf(kit, turn.person, found)
  return { turn, kit, found, standing, stage: stageOf(found.webinar, turn.now) }
}

function commonTo(view: View) {
  const { kit, found, stage, turn } = view
  const { language } = turn
  const { webinar } = found
  const { tools } = kit.library()
  const harvest = stage === 'over' ? webinar.tools.flatMap((id) => tools.get(id) ?? []) : []
  return {
    id: webinar.id,
    subject: breakBraces(webinar.text[language].title),
    when: whenOf(view),
    state: stateOf(view),
    notes: loginNotes(view).map((line) => ({ line: breakBraces(line) })),
    tools: harvest.map(({ id, text }) => ({ tool: id, title: text[language].title })),
  }
}

/** On the clock of the reader: of this client, or of the one that signed up. */
function whenOf({ turn, found, standing }: View): string {
  return timesText(found.webinar, turn.language, turn.zone ?? standing?.signUp.zone)
}

function stateOf({ turn: { t }, found, standing, stage }: View): string {
  if (stage === 'cancelled') return t('webinars.state.cancelled')
  if (standing !== undefined && standing.queue > 0) return t('webinars.state.queued', { queue: standing.queue })
  if (standing !== undefined) return t('webinars.state.signedUp')
  return stage !== 'over' && isFull(found) ? t('webinars.state.full') : ''
}

function isFull({ webinar: { capacity }, record }: Found): boolean {
  return capacity !== undefined && (record?.attendance?.seats.length ?? 0) >= capacity
}

/** What a login needs, and whom to turn to: only beside a link that asks for one. */
function loginNotes(view: View): string[] {
  const { kit, found, turn } = view
  const { language, t } = turn
  const { webinar } = found
  const isGated = (canJoin(view) && webinar.login_required) || recordingOf(view)?.login_required === true
  if (!isGated) return []
  const contacts = contactLines(kit.library().contacts, [webinar.sign_in_contact], language, t)
  const note = webinar.text[language].login_note ?? t('webinars.login')
  return [note, ...contacts.map(({ label, text }) => `${label}: ${text}`)]
}

/** Where seats are counted, those who have one join. */
function canJoin({ found: { webinar }, stage, standing }: View): boolean {
  const maySit = webinar.capacity === undefined || standing?.queue === 0
  return webinar.join !== undefined && stage === 'joinable' && maySit
}

function recordingOf({ found: { webinar }, turn: { now } }: View): Webinar['recording'] {
  return shownRecording(webinar, now)
}

function joinOrWatch(view: View): Link[] {
  const { t } = view.turn
  const { join } = view.found.webinar
  const recording = recordingOf(view)
  return [
    ...(join !== undefined && canJoin(view)
      ? [{ title: t('webinars.join'), url: join, style: 'positive' as const }]
      : []),
    ...(recording ? [{ title: t('webinars.watch'), url: recording.link, style: 'positive' as const }] : []),
  ]
}

/** A cancelled one is offered so that the calendar takes its entry away. */
function calendar({ turn, kit, found: { webinar }, stage, standing }: View): Link[] {
  const isOffered = stage === 'cancelled' ? standing !== undefined : turn.now < startOf(webinar)
  const title = turn.t(stage === 'cancelled' ? 'webinars.uncalendar' : 'webinars.calendar')
  return isOffered ? [{ title, url: linkToCalendar(turn, kit, webinar.id), style: 'default' }] : []
}

function registration({ turn: { t, now }, found: { webinar }, stage }: View): Link[] {
  const { registration: url } = webinar
  const isOpen = stage !== 'cancelled' && now < startOf(webinar)
  return url !== undefined && isOpen ? [{ title: t('webinars.register'), url, style: 'default' }] : []
}

const NO_PRESS: { acts: Button[]; undo: Button[] } = { acts: [], undo: [] }

/** What one came for stands first, the way back from it near the end. */
function signUpOrLeave(view: View): typeof NO_PRESS {
  const { found, standing, stage, turn } = view
  if (stage === 'cancelled' || turn.now >= startOf(found.webinar)) return NO_PRESS
  if (standing !== undefined) return { acts: [], undo: button(view, 'webinars.leave', 'webinars.leave') }
  const title = isFull(found) ? 'webinars.queue' : 'webinars.signup'
  // One primary button a card: joining comes before signing up.
  const style = joinOrWatch(view).length > 0 ? 'default' : 'positive'
  return { acts: button(view, 'webinars.signup', title, style), undo: [] }
}

/** Within the hour before the start there is none left to choose. */
function reminders(view: View): Button[] {
  const isOffered = view.stage === 'ahead' && view.standing !== undefined
  return isOffered ? button(view, 'webinars.reminders', 'webinars.reminders.choose') : []
}

function feedback(view: View): Button[] {
  const { stage, standing } = view
  const isAsked = stage === 'over' && standing?.queue === 0 && standing.signUp.gaveFeedback !== true
  return isAsked ? button(view, 'webinars.feedback', 'webinars.giveFeedback') : []
}

/** For those who run it. */
function manage(view: View): Button[] {
  return button(view, 'webinars.manage', 'webinars.hr.manage.open')
}

function button({ turn: { t } }: View, verb: string, title: StringKey, style: Style = 'default'): Button[] {
  return [{ verb, title: t(title), style }]
}

function factsOf({ text, spoken, captions }: Webinar, { language, t }: Turn): { label: string; line: string }[] {
  const { speakers, organiser } = text[language]
  return [
    { label: t('webinars.facts.speakers', { count: speakers.length }), line: speakers.join(', ') },
    { label: t('webinars.facts.spoken'), line: namesOf(spoken, language) },
    { label: t('webinars.facts.captions'), line: namesOf(captions, language) },
    { label: t('webinars.facts.organiser'), line: organiser },
  ]
    .filter(({ line }) => line !== '')
    .map(({ label, line }) => ({ label, line: breakBraces(line) }))
}

function recordingFacts(view: View): { label: string; line: string }[] {
  const { language, t } = view.turn
  const recording = recordingOf(view)
  if (recording === undefined) return []
  const { minutes, captions, expires } = recording
  const line = [
    t('common.minutes', { minutes }),
    ...(captions.length > 0 ? [t('webinars.facts.recordingCaptions', { languages: namesOf(captions, language) })] : []),
    t('webinars.facts.recordingUntil', { date: dayText(expires, language) }),
  ].join(' · ')
  return [{ label: t('webinars.facts.recording'), line }]
}

function namesOf(codes: readonly Language[], language: Language): string {
  const names = new Intl.DisplayNames(language, { type: 'language' })
  return new Intl.ListFormat(language).format(codes.flatMap((code) => names.of(code) ?? []))
}
