/** The line of the core question over the last weeks (privacy rules 13 and 14). */
import type { Figure } from './checkin-result.ts'

/**
 * `runs` are the drawn means, a series for each unbroken run: `x` is the place among the weeks from 1, `y` the mean as it
 * was published. The rest is named in words: ISO weeks hidden, in a band with its lower end, or without a check-in.
 */
export type Trend = {
  runs: { x: number; y: number }[][]
  hidden: string[]
  banded: { week: string; from: 0 | 4 | 6 }[]
  without: string[]
}

/** `weeks` are the ISO weeks to show, oldest first; `past` in any order, weeks beyond them left out. */
export function c0Trend(
  past: readonly { week: string; figure: Figure | undefined }[],
  weeks: readonly string[],
): Trend {
  const figures = new Map(past.map(({ week, figure }) => [week, figure]))
  const trend: Trend = { runs: [], hidden: [], banded: [], without: [] }
  let run: Trend['runs'][number] | undefined
  for (const [place, week] of weeks.entries()) {
    const figure = figures.get(week)
    if (figure?.kind === 'mean') {
      if (!run) trend.runs.push((run = []))
      run.push({ x: place + 1, y: figure.mean })
      continue
    }
    run = undefined
    if (figure?.kind === 'band') trend.banded.push({ week, from: figure.from })
    else trend[figure ? 'hidden' : 'without'].push(week)
  }
  return trend
}
