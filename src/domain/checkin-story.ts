/** What a result is told as (content/writing.md, "Check-in bank": low, which question, case, tool, notes). */
import { weeksBetween } from './calendar.ts'
import { judged, type Figure, type PublishedFigure } from './checkin-result.ts'
import type { Question } from './content.ts'

const HARD = 4
const LOW = 6
const FALL_IN_TENTHS = 15
const WEEKS_BETWEEN_OFFERS = 8

/** Questions by id whose low figure brings a note of its own. */
const BREAKS = 'RE2'
const DEVICES = ['RP1', 'OS1']

/**
 * The case of the text: `hard` below 4, `step` 4–5.9 or a fall, `keep` 6 or more. `question` is what it is about; `isFall`
 * tells that this is the core question and that it fell. `next` belongs to a step from a mean. `tool` is offered with a
 * step or when it is hard; a step without one `asksAboutLast` where every tool of the question was offered lately.
 */
export type Story =
  | { kind: 'hidden' }
  | {
      kind: 'keep' | 'step' | 'hard'
      question: string
      isFall: boolean
      next?: number
      tool?: string
      asksAboutLast: boolean
    }

/** An earlier result of the same team. `week` is an ISO week. */
export type PastResult = { week: string; figures: readonly Figure[]; story: Story }

/** `figures` in the order of the card, `past` newest first. */
export type Telling = {
  week: string
  figures: readonly Figure[]
  bank: readonly Question[]
  past: readonly PastResult[]
}

export function tellStory({ week, figures, bank, past }: Telling): Story {
  const core = bank.find(({ dimension }) => dimension === 'core')?.id
  const about = subjectOf(figures, core)
  if (!about) return { kind: 'hidden' }

  const { question } = about
  const isFall = question === core && hasFallen(about, past)
  const kind = caseOf(judged(about), isFall)
  if (kind === 'keep') return { kind, question, isFall, asksAboutLast: false }

  const offers = bank.find(({ id }) => id === question)?.offers ?? []
  const offeredLately = toolsOfferedLately(week, past)
  const tool = offers.find((offer) => !offeredLately.has(offer))
  return {
    kind,
    question,
    isFall,
    ...(kind === 'step' && about.kind === 'mean' && { next: Math.min(Math.round(about.mean) + 1, 10) }),
    ...(tool !== undefined && { tool }),
    asksAboutLast: kind === 'step' && tool === undefined && offers.length > 0,
  }
}

/** The lowest below 4; else the lowest low one besides the core question; else that, or the first one published. */
function subjectOf(figures: readonly Figure[], core: string | undefined): PublishedFigure | undefined {
  const published = figures.filter((figure) => figure.kind !== 'hidden')
  return (
    lowest(published.filter((figure) => judged(figure) < HARD)) ??
    lowest(published.filter((figure) => judged(figure) < LOW && figure.question !== core)) ??
    published.find(({ question }) => question === core) ??
    published[0]
  )
}

/** Of equal ones the first in the order of the card. */
function lowest(figures: readonly PublishedFigure[]): PublishedFigure | undefined {
  return figures.toSorted((one, other) => judged(one) - judged(other))[0]
}

function caseOf(figure: number, isFall: boolean): 'keep' | 'step' | 'hard' {
  if (figure < HARD) return 'hard'
  return figure < LOW || isFall ? 'step' : 'keep'
}

/** 1.5 or more below the mean of its last three weeks with a mean; bands neither fall nor count. */
function hasFallen(now: Figure, past: readonly PastResult[]): boolean {
  const lastThree = past
    .flatMap(({ figures }) => figures.find(({ question }) => question === now.question) ?? [])
    .filter((figure) => figure.kind === 'mean')
    .slice(0, 3)
  if (now.kind !== 'mean' || lastThree.length < 3) return false
  const sumOfThree = lastThree.reduce((sum, { mean }) => sum + tenths(mean), 0)
  return sumOfThree - 3 * tenths(now.mean) >= 3 * FALL_IN_TENTHS
}

/** Whole tenths, so that exactly 1.5 is a fall. */
function tenths(mean: number): number {
  return Math.round(mean * 10)
}

function toolsOfferedLately(week: string, past: readonly PastResult[]): ReadonlySet<string> {
  const lately = past.filter((result) => weeksBetween(result.week, week) <= WEEKS_BETWEEN_OFFERS)
  return new Set(lately.flatMap(({ story }) => (story.kind === 'hidden' ? [] : (story.tool ?? []))))
}

/** Hard at two closes running: the supervisor also reads of the employer's duty. `past` newest first. */
export function isSecondHardRunning(story: Story, past: readonly PastResult[]): boolean {
  return story.kind === 'hard' && past[0]?.story.kind === 'hard'
}

/** Low breaks are a matter of working time, whichever question the text is about. */
export function carriesBreaksNote(figures: readonly Figure[]): boolean {
  return figures.some((figure) => figure.question === BREAKS && isLow(figure))
}

/** Failing devices are reported to IT support, whichever question the text is about. */
export function carriesDeviceNote(figures: readonly Figure[]): boolean {
  return figures.some((figure) => DEVICES.includes(figure.question) && isLow(figure))
}

function isLow(figure: Figure): boolean {
  const value = judged(figure)
  return value !== undefined && value < LOW
}
