/** The checks of one tool. Rules and figures: content/writing.md. */
import {
  error,
  fileOf,
  passagesOf,
  warning,
  type CheckOptions,
  type Finding,
  type Passage,
  type Place,
} from './content-findings.ts'
import { longSentences, proseFindings, ratioFindings } from './content-prose.ts'
import {
  atMost,
  checkRecord,
  checkRights,
  lengthOf,
  linksIn,
  samePartCount,
  tooLong,
  topField,
} from './content-record-checks.ts'
import { ORIGIN_SENTENCE, PAPER_SENTENCE, PAPER_TOOLS } from './content-vocabulary.ts'
import * as wording from './content-wording.ts'
import type { Tool } from './content.ts'
import { LANGUAGES, type Language } from './languages.ts'

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

const STEPS = { from: 3, to: 6 }
/** The fields of a canvas fit one small form. In characters. */
const CANVAS = { from: 3, to: 6, label: 60, hint: 90 }
const NEEDS = { from: 10, to: 20 }
/** Characters of a tool in one language, origin and needs left out: about two minutes. */
const TOOL_LENGTH = 1400
const MINUTES = { from: 5, to: 30 }
const LONG_TOOLS: Record<string, number> = { 'ke-isolla': 45, 'ke-paja': 120 }

/** The running text of a tool in one language, origin and everyday phrases left out: what total length and LIX count. */
export function cardTexts(tool: Tool, language: Language): string[] {
  return cardPassages(passagesOf(fileOf.tool(tool), tool.text), language).map(({ text }) => text)
}

function cardPassages(passages: readonly Passage[], language: Language): Passage[] {
  return passages.filter(
    (passage) => passage.language === language && !['needs', 'origin', 'canvas'].includes(topField(passage)),
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
      ...proseFindings(cardPassages(passages, language)),
      ...totalLength(file, language, cardPassages(passages, language)),
    ]),
    ...passages.filter((passage) => topField(passage) === 'origin').flatMap(longSentences),
    ...tooLong(passages, TOOL_LENGTHS),
    ...samePartCount(file, (language) => tool.text[language].steps.length, 'steps'),
    ...checkCanvas(file, tool, passages),
    ...ratioFindings(file, (language) => lengthOf(cardPassages(passages, language))),
    ...shown.flatMap(wording.typography),
    ...wording.inEach(shown, wording.bannedWords),
    ...[wording.characters, wording.placeholders, wording.brands].flatMap((check) => wording.inEach(passages, check)),
    ...wording.inEach(
      passages.filter((passage) => topField(passage) !== 'origin'),
      wording.people,
    ),
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

/** A canvas has the fields of its form in every language, and no other tool has them. */
function checkCanvas(file: string, tool: Tool, passages: readonly Passage[]): Finding[] {
  const fields = passages.filter((passage) => topField(passage) === 'canvas')
  const count = (language: Language) => tool.text[language].canvas?.length ?? 0
  return [
    ...LANGUAGES.flatMap((language) => {
      const place = { file, language, field: 'canvas' }
      if (tool.format === 'canvas') return listLength(place, count(language), CANVAS)
      return count(language) === 0 ? [] : [error(place, 'no-canvas')]
    }),
    ...samePartCount(file, count, 'canvas'),
    ...fields.flatMap((passage) => atMost(passage, passage.field.endsWith('.label') ? CANVAS.label : CANVAS.hint)),
    ...fields.flatMap(longSentences),
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

export function checkPilot(file: string, tool: Tool, { today }: CheckOptions): Finding[] {
  if (tool.state !== 'published') return []
  if (tool.pilot === undefined && tool.exemption === undefined) return [error({ file, field: 'state' }, 'no-pilot')]
  const until = tool.exemption?.until
  if (tool.pilot !== undefined || until === undefined || until >= today) return []
  return [warning({ file, field: 'exemption.until' }, 'passed', { date: until })]
}

function totalLength(file: string, language: Language, passages: readonly Passage[]): Finding[] {
  const count = lengthOf(passages)
  return count > TOOL_LENGTH ? [error({ file, language }, 'text-too-long', { count, limit: TOOL_LENGTH })] : []
}

function listLength(place: Place, count: number, { from, to }: { from: number; to: number }): Finding[] {
  return count < from || count > to ? [error(place, 'list-length', { count, from, to })] : []
}
