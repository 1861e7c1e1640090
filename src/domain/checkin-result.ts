/** What a closed round shows (privacy rules 11 and 14). */

/** Fewer answers have no distribution, and a band where their mean would tell each of them. */
const FEWEST_FOR_DISTRIBUTION = 10

/**
 * What is shown of one question. `count` is how many chose a number, `mean` their mean rounded half up to one decimal,
 * `distribution` how many chose 0, 1, … 10. A band is below 4, 4–5.9, or 6 or more; `from` is its lower end.
 */
export type Figure =
  | { question: string; kind: 'hidden' }
  | { question: string; kind: 'mean'; count: number; sum: number; mean: number; distribution?: number[] }
  | { question: string; kind: 'band'; count: number; from: 0 | 4 | 6 }

export type PublishedFigure = Exclude<Figure, { kind: 'hidden' }>

/** `answers`: one row a person, 0–10 in the order of the questions; "cannot say" is undefined. */
export type ClosedRound = {
  k: number
  rosterSize: number
  questions: readonly string[]
  answers: readonly (readonly (number | undefined)[])[]
}

/** Figures in the order of the questions. The two counts are absent where nothing is published. */
export type Summary = { answers?: number; rosterSize?: number; figures: Figure[] }

/** Published only if both answers and roster are k or more; a question, only if k or more chose a number. */
export function summarise({ k, rosterSize, questions, answers }: ClosedRound): Summary {
  const isPublished = answers.length >= k && rosterSize >= k
  const figures = questions.map((question, place): Figure => {
    const numbers = answers.flatMap((answer) => answer[place] ?? [])
    return isPublished && numbers.length >= k ? figureOf(question, numbers) : { question, kind: 'hidden' }
  })
  return isPublished ? { answers: answers.length, rosterSize, figures } : { figures }
}

function figureOf(question: string, numbers: readonly number[]): Figure {
  const count = numbers.length
  const sum = numbers.reduce((total, number) => total + number, 0)
  const mean = roundedMean(sum, count)
  if (count >= FEWEST_FOR_DISTRIBUTION) {
    return { question, kind: 'mean', count, sum, mean, distribution: distributionOf(numbers) }
  }
  if (tellsEachAnswer(numbers)) return { question, kind: 'band', count, from: bandOf(mean) }
  return { question, kind: 'mean', count, sum, mean }
}

/** All equal, or only 0 and 10: whoever knows the count and the mean then knows every answer. */
function tellsEachAnswer(numbers: readonly number[]): boolean {
  return new Set(numbers).size === 1 || numbers.every((number) => number === 0 || number === 10)
}

function bandOf(mean: number): 0 | 4 | 6 {
  if (mean < 4) return 0
  return mean < 6 ? 4 : 6
}

function distributionOf(numbers: readonly number[]): number[] {
  return Array.from({ length: 11 }, (_, value) => numbers.filter((number) => number === value).length)
}

/** Rounded half up to one decimal, counted in whole tenths so that no binary fraction moves a half. */
export function roundedMean(sum: number, count: number): number {
  return Math.floor((20 * sum + count) / (2 * count)) / 10
}

/** The figure that every rule uses: the rounded mean, or the lower end of the band. Undefined where hidden. */
export function judged(figure: PublishedFigure): number
export function judged(figure: Figure): number | undefined
export function judged(figure: Figure): number | undefined {
  if (figure.kind === 'hidden') return undefined
  return figure.kind === 'mean' ? figure.mean : figure.from
}
