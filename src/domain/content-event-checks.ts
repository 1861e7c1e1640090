/** The checks of webinars and launches. Rules: content/writing.md, “A tool” (Webinar), “Language”, “Rights”. */
import { error, fileOf, passagesOf, warning, type CheckOptions, type Finding } from './content-findings.ts'
import { proseFindings, ratioFindings } from './content-prose.ts'
import { checkRecord, checkWording, linksIn, samePartCount, tooLong, topField } from './content-record-checks.ts'
import type { Launch, Webinar } from './content.ts'
import * as wording from './content-wording.ts'
import { isoDate, dayOf, momentOf, readLocal, wallOf, writeLocal } from './days.ts'
import { LANGUAGES, type Language } from './languages.ts'

/** Characters in the longest allowed text of a field. */
export const WEBINAR_LENGTHS = { title: 60, description: 400, speakers: 60, organiser: 60, login_note: 200 }
const LAUNCH_LENGTHS = { why_now: 300, first_step: 200 }
const IDEA_LENGTHS = { heading: 60, idea: 300 }
export const WEBINAR_MINUTES = { from: 15, to: 240 }
const IDEAS = { from: 3, to: 6 }
/** Names of people's roles and titles are no running text. */
const NAMES = ['title', 'speakers', 'organiser']
/** From this long before the start on, a webinar that nobody can join is told. */
const JOINABLE_DAYS = 3

export function checkWebinar(webinar: Webinar, options: CheckOptions): Finding[] {
  const file = fileOf.webinar(webinar)
  const passages = passagesOf(file, webinar.text)
  const { minutes } = webinar
  return [
    ...checkRecord(file, webinar, options),
    ...tooLong(passages, WEBINAR_LENGTHS),
    ...samePartCount(file, (language) => webinar.text[language].speakers.length, 'speakers'),
    ...(minutes < WEBINAR_MINUTES.from || minutes > WEBINAR_MINUTES.to
      ? [error({ file, field: 'minutes' }, 'minutes-range', { count: minutes, ...WEBINAR_MINUTES })]
      : []),
    ...checkTimes(file, webinar, options),
    ...checkLinks(file, webinar, options),
    ...LANGUAGES.flatMap((language) =>
      proseFindings(passages.filter((passage) => passage.language === language && !NAMES.includes(topField(passage)))),
    ),
    ...ratioFindings(file, (language) => webinar.text[language].description.length),
    ...passages.flatMap((passage) => [...checkWording(passage), ...wording.people(passage)]),
    ...linksIn(file, webinar.text, options),
  ]
}

export function checkLaunch(launch: Launch, options: CheckOptions): Finding[] {
  const file = fileOf.launch(launch)
  const passages = passagesOf(file, launch.text)
  const ideas = passages.flatMap((passage) => {
    const [list, , field] = passage.field.split('.')
    return list === 'ideas' && field !== undefined ? [{ passage, field }] : []
  })
  return [
    ...checkRecord(file, launch, options),
    ...tooLong(passages, LAUNCH_LENGTHS),
    ...ideas.flatMap(({ passage, field }) => {
      const limit = field === 'heading' ? IDEA_LENGTHS.heading : IDEA_LENGTHS.idea
      const count = passage.text.length
      return count > limit ? [error(passage, 'too-long', { count, limit })] : []
    }),
    ...samePartCount(file, (language) => launch.text[language].ideas.length, 'ideas'),
    ...LANGUAGES.flatMap((language) => {
      const count = launch.text[language].ideas.length
      const isFit = count >= IDEAS.from && count <= IDEAS.to
      return [
        ...(isFit ? [] : [error({ file, language, field: 'ideas' }, 'list-length', { count, ...IDEAS })]),
        ...proseFindings(passages.filter((passage) => passage.language === language)),
      ]
    }),
    ...((launch.webinar === undefined) === (launch.waiver === undefined)
      ? [error({ file, field: 'webinar' }, 'webinar-or-waiver')]
      : []),
    ...ratioFindings(file, (language) => passagesLength(launch, language)),
    ...passages.flatMap((passage) => [...checkWording(passage), ...wording.people(passage)]),
    ...linksIn(file, launch.text, options),
  ]
}

function passagesLength({ text }: Launch, language: Language): number {
  const { why_now: whyNow, first_step: firstStep, ideas } = text[language]
  return [whyNow, firstStep, ...ideas.map(({ idea }) => idea)].join('').length
}

export function checkTimes(file: string, webinar: Webinar, { today }: CheckOptions): Finding[] {
  const { start, zone, recording, cancelled, join } = webinar
  const wall = readLocal(start)
  const isShown = wall !== undefined && writeLocal(wallOf(momentOf(wall, zone), zone)) === start
  const date = start.slice(0, 10)
  const soon = isoDate(dayOf(readLocal(`${today}T00:00`) ?? 0) + JOINABLE_DAYS)
  const isSoon = today <= date && date <= soon
  const needsLink = webinar.state === 'published' && !cancelled && join === undefined && isSoon
  return [
    ...(isShown ? [] : [error({ file, field: 'start' }, 'no-such-time', { found: start })]),
    ...(recording !== undefined && recording.expires < date
      ? [error({ file, field: 'recording.expires' }, 'expires-early')]
      : []),
    ...(needsLink ? [warning({ file, field: 'join' }, 'no-join-link', { date })] : []),
  ]
}

function checkLinks(file: string, webinar: Webinar, { linkHosts }: CheckOptions): Finding[] {
  const { join, registration, recording, login_required: login } = webinar
  const links = [
    { field: 'join', address: join, gate: 'login_required', login },
    { field: 'registration', address: registration, gate: 'login_required', login },
    {
      field: 'recording.link',
      address: recording?.link,
      gate: 'recording.login_required',
      login: recording?.login_required ?? false,
    },
  ]
  const isGated = login || recording?.login_required === true
  return [
    ...links.flatMap(({ field, address, gate, login: isSaid }) =>
      address === undefined
        ? []
        : [
            ...wording.link({ file, field }, address, linkHosts),
            ...wording.gatedLink({ file, field: gate }, address, isSaid),
          ],
    ),
    ...LANGUAGES.filter((language) => isGated && webinar.text[language].login_note === undefined).map((language) =>
      error({ file, language, field: 'login_note' }, 'missing'),
    ),
  ]
}
