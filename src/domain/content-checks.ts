/** Every machine check of the content. Rules and figures: content/writing.md; each finding names file and field. */
import { bankFindings } from './content-bank.ts'
import { error, fileOf, passagesOf, warning, type CheckOptions, type Finding } from './content-findings.ts'
import { languageFindings, longSentences, proseFindings, ratioFindings, wordsIn } from './content-prose.ts'
import {
  atMost,
  checkRecord,
  checkRights,
  checkWording,
  linksIn,
  samePartCount,
  tooLong,
  topField,
  yearAfter,
} from './content-record-checks.ts'
import { checkLaunch, checkTimes, checkWebinar } from './content-event-checks.ts'
import { stringFindings } from './content-strings.ts'
import { checkPilot, checkTool } from './content-tool-checks.ts'
import type { Rule } from './content-messages.ts'
import * as wording from './content-wording.ts'
import {
  CONTACT_KINDS,
  type ContactKind,
  type Contacts,
  type Content,
  type Elsewhere,
  type Page,
  type Question,
  type Theme,
  type Theory,
} from './content.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'

/** All findings of all files, in no particular order. Empty when all is well. */
export function checkContent(content: Content, options: CheckOptions): Finding[] {
  return [
    ...content.tools.flatMap((tool) => checkTool(tool, options)),
    ...content.theories.flatMap((theory) => checkTheory(theory, options)),
    ...content.themes.flatMap((theme) => checkTheme(theme, options)),
    ...content.webinars.flatMap((webinar) => checkWebinar(webinar, options)),
    ...content.launches.flatMap((launch) => checkLaunch(launch, options)),
    ...content.elsewhere.flatMap((topic) => checkElsewhere(topic, options)),
    ...content.questions.flatMap(checkQuestion),
    ...content.pages.flatMap((page) => checkPage(page, options)),
    ...checkContacts(content.contacts, options),
    ...stringFindings(content.strings),
    ...languageOfTexts(content),
    ...bankFindings(content, options),
  ]
}

const OF_THE_DAY: readonly Rule[] = ['passed', 'no-join-link', 'checked-long-ago']

/** Whether it is found on one day and not on another, in the same content. Such are warnings alone. */
export function isOfTheDay({ rule }: Finding): boolean {
  return OF_THE_DAY.includes(rule)
}

/** Those findings of `checkContent` that depend on the day, without the work of the others. */
export function findingsOfTheDay(content: Content, options: CheckOptions): Finding[] {
  const { tools, theories, themes, webinars, launches, contacts } = content
  const records = [
    ...tools.map((tool) => ({ file: fileOf.tool(tool), record: tool })),
    ...theories.map((theory) => ({ file: fileOf.theory(theory), record: theory })),
    ...themes.map((theme) => ({ file: fileOf.theme(theme), record: theme })),
    ...webinars.map((webinar) => ({ file: fileOf.webinar(webinar), record: webinar })),
    ...launches.map((launch) => ({ file: fileOf.launch(launch), record: launch })),
  ]
  return [
    ...records.flatMap(({ file, record }) => checkRecord(file, record, options)),
    ...tools.flatMap((tool) => checkPilot(fileOf.tool(tool), tool, options)),
    ...webinars.flatMap((webinar) => checkTimes(fileOf.webinar(webinar), webinar, options)),
    ...checkContacts(contacts, options),
  ].filter(isOfTheDay)
}

const THEORY_LENGTHS = { title: 45, question: 160, source: 150 }
const THEME_LENGTHS = { name: 60, why: 200, order: 300, hr: 300 }
const ELSEWHERE_LENGTHS = { topic: 45, where: 160, needs: 160 }
const ELSEWHERE_NEEDS = { from: 10, to: 40 }
const QUESTION_LENGTH = 120
const CONTACT_LENGTH = 200
const THEORY_WORDS = { from: 90, to: 140 }

export function checkTheory(theory: Theory, options: CheckOptions): Finding[] {
  const file = fileOf.theory(theory)
  const passages = passagesOf(file, theory.text)
  return [
    ...checkRecord(file, theory, options),
    ...checkRights(file, theory, passages),
    ...LANGUAGES.flatMap((language) => {
      const { body, question } = theory.text[language]
      const count = wordsIn(body).length
      const place = { file, language }
      return [
        ...(count < THEORY_WORDS.from || count > THEORY_WORDS.to
          ? [error({ ...place, field: 'body' }, 'word-count', { count, ...THEORY_WORDS })]
          : []),
        ...(question.endsWith('?') ? [] : [error({ ...place, field: 'question' }, 'no-question')]),
        ...proseFindings(passages.filter((passage) => passage.language === language && passage.field !== 'source')),
      ]
    }),
    ...tooLong(passages, THEORY_LENGTHS),
    ...ratioFindings(file, (language) => theory.text[language].body.length),
    ...passages.flatMap(checkWording),
    ...linksIn(file, theory, options),
  ]
}

export function checkTheme(theme: Theme, options: CheckOptions): Finding[] {
  const file = fileOf.theme(theme)
  const passages = [...passagesOf(file, theme.text), ...(theme.video ? passagesOf(file, theme.video.alt) : [])]
  return [
    ...checkRecord(file, theme, options),
    ...tooLong(passages, THEME_LENGTHS),
    ...LANGUAGES.flatMap((language) => proseFindings(passages.filter((passage) => passage.language === language))),
    ...passages.flatMap((passage) => [...checkWording(passage), ...wording.people(passage)]),
    ...checkVideo(file, theme.video, options),
    ...linksIn(file, theme.text, options),
  ]
}

/** A topic that belongs elsewhere: its name, one sentence on where it belongs, and enough phrases to be known by. */
export function checkElsewhere(topic: Elsewhere, options: CheckOptions): Finding[] {
  const file = fileOf.elsewhere(topic)
  const passages = passagesOf(file, topic.text)
  const shown = passages.filter((passage) => !['needs', 'keywords'].includes(topField(passage)))
  return [
    ...tooLong(passages, ELSEWHERE_LENGTHS),
    ...LANGUAGES.flatMap((language) => {
      const place = { file, language, field: 'needs' }
      const count = topic.text[language].needs.length
      const { from, to } = ELSEWHERE_NEEDS
      return count < from || count > to ? [error(place, 'list-length', { count, from, to })] : []
    }),
    ...shown.flatMap((passage) => [...longSentences(passage), ...checkWording(passage), ...wording.people(passage)]),
    ...linksIn(file, topic, options),
  ]
}

/** A question of the weekly check-in. */
export function checkQuestion(question: Question): Finding[] {
  const passages = passagesOf('checkins.yaml', question.text).map((passage) => ({ ...passage, field: question.id }))
  return passages.flatMap((passage) => [
    ...atMost(passage, QUESTION_LENGTH),
    ...(passage.text.endsWith('?') ? [] : [error(passage, 'no-question')]),
    ...checkWording(passage),
  ])
}

function checkVideo(file: string, video: Theme['video'], { linkHosts }: CheckOptions): Finding[] {
  if (video === undefined) return []
  return [
    ...wording.link({ file, field: 'video.link' }, video.link, linkHosts),
    ...wording.link({ file, field: 'video.poster' }, video.poster, linkHosts),
    ...wording.gatedLink({ file, field: 'video.login_required' }, video.link, video.login_required),
  ]
}

export function checkPage(page: Page, options: CheckOptions): Finding[] {
  const file = fileOf.page(page)
  const passages = passagesOf(file, page.text)
  const parts = (language: Language) => page.text[language].sections.map(({ paragraphs }) => paragraphs.length)
  const [longest] = [...LANGUAGES].sort((one, other) => parts(other).length - parts(one).length)
  return [
    ...samePartCount(file, (language) => parts(language).length, 'sections'),
    ...parts(longest ?? 'fi').flatMap((_, index) =>
      samePartCount(file, (language) => parts(language)[index] ?? 0, `sections.${index + 1}.paragraphs`),
    ),
    ...LANGUAGES.flatMap((language) => proseFindings(passages.filter((passage) => passage.language === language))),
    ...passages.flatMap((passage) => [...checkWording(passage), ...wording.people(passage)]),
    ...linksIn(file, page, options),
  ]
}

export function checkContacts(contacts: Contacts, options: CheckOptions): Finding[] {
  const file = 'contacts.yaml'
  const units = contacts.map(({ unit }) => unit)
  const twice = units.filter((unit, index) => units.indexOf(unit) !== index)
  return [
    ...(units.length > 0 && units[0] !== 'default' ? [error({ file, field: '1.unit' }, 'default-first')] : []),
    ...twice.map((id) => error({ file }, 'twice', { id })),
    ...contacts.flatMap((unit) => CONTACT_KINDS.flatMap((kind) => checkContact(file, unit, kind, options))),
  ]
}

function checkContact(file: string, unit: Contacts[number], kind: ContactKind, options: CheckOptions): Finding[] {
  const field = `${unit.unit}.${kind}`
  const texts: Partial<InLanguages<string>> = unit[kind]
  const passages = LANGUAGES.flatMap((language) => {
    const text = texts[language]
    return text === undefined ? [] : [{ file, language, field, text }]
  })
  if (passages.length === 0) return []
  const absent = LANGUAGES.filter((language) => texts[language] === undefined)
  return [
    ...absent.map((language) => warning({ file, language, field }, 'contact-language')),
    ...passages.flatMap((passage) => [
      ...atMost(passage, CONTACT_LENGTH),
      ...wording.characters(passage),
      ...wording.placeholders(passage),
      ...wording.bannedWords(passage),
      ...wording.links(passage, passage.text, options.linkHosts),
    ]),
    ...(kind === 'crisis_line' ? checkCrisisLine(file, field, unit.crisis_line.checked, options.today) : []),
  ]
}

function checkCrisisLine(file: string, field: string, checked: string | undefined, today: string): Finding[] {
  if (checked === undefined) return [error({ file, field }, 'unchecked')]
  return yearAfter(checked) < today ? [warning({ file, field }, 'checked-long-ago', { date: checked })] : []
}

function languageOfTexts({ tools, theories, themes, webinars, launches, pages, elsewhere }: Content): Finding[] {
  return languageFindings([
    ...tools.flatMap((tool) => passagesOf(fileOf.tool(tool), tool.text)),
    ...theories.flatMap((theory) => passagesOf(fileOf.theory(theory), theory.text)),
    ...themes.flatMap((theme) => passagesOf(fileOf.theme(theme), theme.text)),
    ...webinars.flatMap((webinar) => passagesOf(fileOf.webinar(webinar), webinar.text)),
    ...launches.flatMap((launch) => passagesOf(fileOf.launch(launch), launch.text)),
    ...pages.flatMap((page) => passagesOf(fileOf.page(page), page.text)),
    ...elsewhere
      .flatMap((topic) => passagesOf(fileOf.elsewhere(topic), topic.text))
      .filter((passage) => topField(passage) !== 'keywords'),
  ])
}
