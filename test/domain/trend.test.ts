import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Figure } from '../../src/domain/checkin-result.ts'
import { c0Trend } from '../../src/domain/trend.ts'

const WEEKS = ['2026-W47', '2026-W48', '2026-W49', '2026-W50', '2026-W51', '2026-W52'].concat([
  '2026-W53',
  '2027-W01',
  '2027-W02',
  '2027-W03',
  '2027-W04',
  '2027-W05',
])

const mean = (value: number): Figure => ({ question: 'C0', kind: 'mean', count: 10, sum: value * 10, mean: value })
const hidden: Figure = { question: 'C0', kind: 'hidden' }
const band: Figure = { question: 'C0', kind: 'band', count: 5, from: 4 }

const past = fc
  .array(
    fc.option(
      fc.oneof(
        fc.integer({ min: 0, max: 100 }).map((tenths) => mean(tenths / 10)),
        fc.constantFrom(hidden, band),
      ),
    ),
    {
      minLength: 12,
      maxLength: 12,
    },
  )
  .map((figures) => WEEKS.flatMap((week, place) => (figures[place] ? { week, figure: figures[place] } : [])))

describe('the line of the last twelve weeks', () => {
  it('draws unbroken runs at their places, and names the weeks between them', () => {
    const figures = [
      mean(6.2),
      mean(6.6),
      undefined,
      mean(5),
      hidden,
      band,
      mean(7),
      mean(7.1),
      mean(7.2),
      undefined,
      hidden,
      mean(8),
    ]
    const shown = WEEKS.flatMap((week, place) => (figures[place] ? { week, figure: figures[place] } : []))
    expect(c0Trend(shown.reverse(), WEEKS)).toEqual({
      runs: [
        [
          { x: 1, y: 6.2 },
          { x: 2, y: 6.6 },
        ],
        [{ x: 4, y: 5 }],
        [
          { x: 7, y: 7 },
          { x: 8, y: 7.1 },
          { x: 9, y: 7.2 },
        ],
        [{ x: 12, y: 8 }],
      ],
      hidden: ['2026-W51', '2027-W04'],
      banded: [{ week: '2026-W52', from: 4 }],
      without: ['2026-W49', '2027-W03'],
    })
  })

  it('has a place for every week and never joins two runs', () => {
    fc.assert(
      fc.property(past, (results) => {
        const { runs, hidden, banded, without } = c0Trend(results, WEEKS)
        const drawn = runs.flat().map(({ x }) => x)
        const named = [...hidden, ...banded.map(({ week }) => week), ...without].map((week) => WEEKS.indexOf(week) + 1)
        expect([...drawn, ...named].sort((a, b) => a - b)).toEqual(WEEKS.map((_, place) => place + 1))
        expect(drawn).toEqual(drawn.toSorted((a, b) => a - b))
        const ends = runs.map((run) => run.at(-1)?.x ?? 0)
        for (const [place, run] of runs.entries()) {
          const start = run[0]?.x ?? 0
          expect(run.map(({ x }) => x)).toEqual(run.map((_, step) => start + step))
          expect(start).toBeGreaterThan((ends[place - 1] ?? -1) + 1)
        }
      }),
    )
  })

  it('shows each mean as it was published, and nothing of older weeks', () => {
    const older = { week: '2026-W46', figure: mean(1) }
    fc.assert(
      fc.property(past, (results) => {
        const trend = c0Trend([...results, older], WEEKS)
        expect(trend).toEqual(c0Trend(results, WEEKS))
        const means = results.flatMap(({ figure }) => (figure.kind === 'mean' ? figure.mean : []))
        expect(trend.runs.flat().map(({ y }) => y)).toEqual(means)
      }),
    )
  })

  it('counts a week whose result has no such question as one without a check-in', () => {
    expect(c0Trend([{ week: '2026-W47', figure: undefined }], WEEKS).without).toEqual(WEEKS)
    expect(c0Trend([], WEEKS)).toEqual({ runs: [], hidden: [], banded: [], without: WEEKS })
  })
})
