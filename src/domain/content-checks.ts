/** Every machine check of the content. Rules and figures: content/writing.md; each finding names file and field. */
import { bankFindings } from './content-bank.ts'
import { error, passagesOf, stringsIn, warning, type Finding, type Passage, type Place } from './content-findings.ts'
import { languageFindings, proseFindings, ratioFindings, wordsIn } from './content-prose.ts'
import { stringFindings } from './content-strings.ts'
import { ORIGIN_SENTENCE, PAPER_SENTENCE, PAPER_TOOLS } from './content-vocabulary.ts'
import * as wording from './content-wording.ts'
import type { Contacts, Content, ContactKind, Page, Theme, Theory, Tool } from './content.ts'
import { CONTACT_KINDS } from './content.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'

export type CheckOptions = {
  /** The day of the check, `2026-11-26`: what has passed by then is warned about. */
  today: string
  /** Hosts that links may lead to, their subdomains included. */
  linkHosts: readonly string[]
  /** Messages that the search is developed on: no phrase of a tool may be taken from them. */
  devMessages?: readonly { lang: Language; text: string }[]
}

/** All findings of all files, in no particular order. Empty when all is well. */
export function checkContent(content: Content, options: CheckOptions): Finding[] {
  return [
    ...content.tools.flatMap((tool) => checkTool(tool, options)),
    ...content.theories.flatMap((theory) => checkTheory(theory, options)),
    ...content.themes.flatMap((theme) => checkTheme(theme, options)),
    ...content.pages.flatMap((page) => checkPage(page, options)),
    ...checkContacts(content.contacts, options),
    ...stringFindings(content.strings),
    ...languageOfTexts(content),
    ...bankFindings(content, options),
  ]
}

export const fileOf = {
  tool: ({ id }: { id: string }) => `tools/${id}.yaml`,
  theory: ({ id }: { id: string }) => `theory/${id}.yaml`,
  theme: ({ id }: { id: string }) => `themes/${id}.yaml`,
  page: ({ id }: { id: string }) => `pages/${id}.yaml`,
}

/** Characters in the longest allowed text of a field; a list's items one by one. */
const TOOL_LENGTHS: Record<string, number> = {
  title: 45,
  summary: 90,
  when: 100,
  outcome: 80,
  steps: 160,
  remote_tip: 150,
  avoid: 110,
  care: 130,
  follow_up: 90,
  origin: 150,
  needs: 160,
}
const THEORY_LENGTHS = { title: 45, question: 160, source: 150 }
const THEME_LENGTHS = { name: 60, why: 200 }
const CONTACT_LENGTH = 200

const STEPS = { from: 3, to: 6 }
const NEEDS = { from: 10, to: 20 }
const THEORY_WORDS = { from: 90, to: 140 }
/** Characters of a tool in one language, origin and needs left out: about two minutes. */
const TOOL_LENGTH = 1400
const MINUTES = { from: 5, to: 30 }
const LONG_TOOLS: Record<string, number> = { 'ke-isolla': 45, 'ke-paja': 120 }

/** What a card of the tool shows in a language, the origin apart: what the total length and LIX count. */
export function cardText(passages: readonly Passage[], language?: Language): Passage[] {
  return passages.filter(
    (passage) =>
      (language === undefined || passage.language === language) && !['needs', 'origin'].includes(topField(passage)),
  )
}

export function checkTool(tool: Tool, options: CheckOptions): Finding[] {
  const file = fileOf.tool(tool)
  const passages = passagesOf(file, tool.text)
  const shown = passages.filter((passage) => topField(passage) !== 'needs')
  return [
    ...checkRecord(file, tool, options),
    ...checkRights(file, tool, shown),
    ...checkPilot(file, tool, options),
    ...checkMinutes(file, tool),
    ...LANGUAGES.flatMap((language) => [
      ...checkToolText(file, tool, language),
      ...proseFindings(cardText(passages, language)),
      ...totalLength(file, language, cardText(passages, language)),
    ]),
    ...tooLong(passages, TOOL_LENGTHS),
    ...samePartCount(file, (language) => tool.text[language].steps.length, 'steps'),
    ...ratioFindings(file, (language) => lengthOf(cardText(passages, language))),
    ...shown.flatMap((passage) => [...wording.bannedWords(passage), ...wording.typography(passage)]),
    ...passages.flatMap((passage) => [...wording.characters(passage), ...wording.placeholders(passage)]),
    ...passages.flatMap(wording.brands),
    ...passages.filter((passage) => topField(passage) !== 'origin').flatMap(wording.people),
    ...linksIn(file, tool, options),
  ]
}

function checkToolText(file: string, tool: Tool, language: Language): Finding[] {
  const text = tool.text[language]
  const place = (field: string): Place => ({ file, language, field })
  const paper = PAPER_SENTENCE[language]
  return [
    ...listLength(place('steps'), text.steps.length, STEPS),
    ...listLength(place('needs'), text.needs.length, NEEDS),
    ...(text.follow_up.endsWith('?') ? [] : [error(place('follow_up'), 'no-question')]),
    ...(text.origin.endsWith(ORIGIN_SENTENCE[language])
      ? []
      : [error(place('origin'), 'must-end', { sentence: ORIGIN_SENTENCE[language] })]),
    ...(PAPER_TOOLS.includes(tool.id) && !text.care.includes(paper)
      ? [error(place('care'), 'must-say', { sentence: paper })]
      : []),
  ]
}

function checkMinutes(file: string, tool: Tool): Finding[] {
  const { minutes } = tool
  const to = LONG_TOOLS[tool.id] ?? MINUTES.to
  const range = minutes < MINUTES.from || minutes > to
  const sums = LANGUAGES.map((language) => {
    const inside = tool.text[language].steps.flatMap((step) => [...step.matchAll(/\((\d+)\s*min\.?\)/gu)])
    return { language, count: inside.reduce((sum, [, given]) => sum + Number(given), 0) }
  })
  return [
    ...(range ? [error({ file, field: 'minutes' }, 'minutes-range', { count: minutes, ...MINUTES, to })] : []),
    ...sums
      .filter(({ count }) => count > 0 && count !== minutes)
      .map(({ language, count }) => error({ file, language, field: 'steps' }, 'minutes-sum', { count, minutes })),
  ]
}

function checkPilot(file: string, tool: Tool, { today }: CheckOptions): Finding[] {
  if (tool.state !== 'published') return []
  if (tool.pilot === undefined && tool.exemption === undefined) return [error({ file, field: 'state' }, 'no-pilot')]
  const until = tool.exemption?.until
  if (tool.pilot !== undefined || until === undefined || until >= today) return []
  return [warning({ file, field: 'exemption.until' }, 'passed', { date: until })]
}

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

type Dated = Pick<Tool, 'state' | 'version' | 'created' | 'reviewed' | 'review_due'> & Partial<Pick<Tool, 'changelog'>>

function checkRecord(file: string, record: Dated, { today }: CheckOptions): Finding[] {
  const { created, reviewed, review_due: due, version, changelog } = record
  const limit = yearAfter(reviewed)
  const lacksLine = changelog?.every((line) => line.version !== version) ?? false
  return [
    ...(created <= reviewed && reviewed <= due ? [] : [error({ file, field: 'review_due' }, 'review-order')]),
    ...(due > limit ? [error({ file, field: 'review_due' }, 'review-far', { limit })] : []),
    ...(due < today && record.state !== 'retired'
      ? [warning({ file, field: 'review_due' }, 'passed', { date: due })]
      : []),
    ...(lacksLine ? [error({ file, field: 'changelog' }, 'no-change-line', { version })] : []),
  ]
}

function checkRights(file: string, { rights, sources }: Pick<Tool, 'rights' | 'sources'>, passages: Passage[]): Finding[] {
  if (sources.length > 0) return []
  return [
    ...(rights === 'K' ? [] : [error({ file, field: 'sources' }, 'no-sources', { rights })]),
    ...passages.flatMap(wording.unprovenClaims),
  ]
}

function checkWording(passage: Passage): Finding[] {
  return [
    ...wording.characters(passage),
    ...wording.typography(passage),
    ...wording.placeholders(passage),
    ...wording.bannedWords(passage),
    ...wording.brands(passage),
  ]
}

/** Every text of the file, sources and reasons included. */
function linksIn(file: string, value: unknown, { linkHosts }: CheckOptions): Finding[] {
  return stringsIn(value).flatMap(([field, text]) => wording.links(placeIn(file, field), text, linkHosts))
}

function placeIn(file: string, path: string): Place {
  const [, language, field] = /^(?:text\.)?(fi|sv|en)\.(.+)$/.exec(path) ?? []
  return language === undefined || field === undefined ? { file, field: path } : { file, language: language as Language, field }
}

function languageOfTexts({ tools, theories, themes, pages, lexicon }: Content): Finding[] {
  if (lexicon === undefined) return []
  const passages = [
    ...tools.flatMap((tool) => passagesOf(fileOf.tool(tool), tool.text)),
    ...theories.flatMap((theory) => passagesOf(fileOf.theory(theory), theory.text)),
    ...themes.flatMap((theme) => passagesOf(fileOf.theme(theme), theme.text)),
    ...pages.flatMap((page) => passagesOf(fileOf.page(page), page.text)),
  ]
  return languageFindings(passages, lexicon.stopWords)
}

function tooLong(passages: readonly Passage[], limits: Record<string, number>): Finding[] {
  return passages.flatMap((passage) => {
    const limit = limits[topField(passage)]
    return limit === undefined ? [] : atMost(passage, limit)
  })
}

function atMost(passage: Passage, limit: number): Finding[] {
  const count = passage.text.length
  return count > limit ? [error(passage, 'too-long', { count, limit })] : []
}

function totalLength(file: string, language: Language, passages: readonly Passage[]): Finding[] {
  const count = lengthOf(passages)
  return count > TOOL_LENGTH ? [error({ file, language }, 'text-too-long', { count, limit: TOOL_LENGTH })] : []
}

function listLength(place: Place, count: number, { from, to }: { from: number; to: number }): Finding[] {
  return count < from || count > to ? [error(place, 'list-length', { count, from, to })] : []
}

function samePartCount(file: string, count: (language: Language) => number, field: string): Finding[] {
  const [first, ...others] = LANGUAGES
  return others
    .filter((language) => count(language) !== count(first))
    .map((language) => error({ file, language, field }, 'parts-differ', { count: count(language), other: count(first) }))
}

function topField({ field }: Passage): string {
  return field.replace(/\..*$/, '')
}

export function lengthOf(passages: readonly Passage[]): number {
  return passages.reduce((sum, { text }) => sum + text.length, 0)
}

function yearAfter(date: string): string {
  return `${Number(date.slice(0, 4)) + 1}${date.slice(4)}`
}
