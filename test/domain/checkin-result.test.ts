import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { judged, roundedMean, summarise, type ClosedRound, type Figure } from '../../src/domain/checkin-result.ts'

type Chosen = number | undefined

const number = fc.integer({ min: 0, max: 10 })
const chosen = fc.option(number, { nil: undefined, freq: 8 })
/** What some people chose in one question: mixed, all the same, or only the ends of the scale. */
const column = (people: number): fc.Arbitrary<Chosen[]> => {
  const list = (one: fc.Arbitrary<Chosen>): fc.Arbitrary<Chosen[]> =>
    fc.array(one, { minLength: people, maxLength: people })
  return fc.oneof(
    list(chosen),
    number.chain((same) => list(fc.option(fc.constant(same), { nil: undefined, freq: 12 }))),
    list(fc.constantFrom(0, 10, undefined)),
  )
}
const closedRound: fc.Arbitrary<ClosedRound> = fc
  .record({
    k: fc.integer({ min: 4, max: 7 }),
    people: fc.integer({ min: 0, max: 14 }),
    silent: fc.integer({ min: -2, max: 4 }),
  })
  .chain(({ k, people, silent }) =>
    fc.tuple(column(people), column(people), column(people)).map((columns) => ({
      k,
      rosterSize: Math.max(0, people + silent),
      questions: ['C0', 'WL1', 'CL2'],
      answers: Array.from({ length: people }, (_, person) => columns.map((values) => values[person])),
    })),
  )

/** A round of one question. */
const asked = (values: Chosen[], k = 5, rosterSize = values.length): Figure[] =>
  summarise({ k, rosterSize, questions: ['C0'], answers: values.map((value) => [value]) }).figures
const only = (values: Chosen[], k?: number): Figure | undefined => asked(values, k)[0]
const valuesOf = ({ answers }: ClosedRound, place: number): number[] =>
  answers.map((answer) => answer[place]).filter((value) => value !== undefined)
const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Whether `mean` is `sum / count` rounded half up to one decimal, in whole numbers of any size. */
function isRoundedHalfUp(mean: number, sum: number, count: number): boolean {
  const [tenths, twentieths, n] = [BigInt(Math.round(mean * 10)), 20n * BigInt(sum), BigInt(count)]
  return (2n * tenths - 1n) * n <= twentieths && twentieths < (2n * tenths + 1n) * n && mean === Number(tenths) / 10
}

describe('what a closed round shows', () => {
  it('shows nothing at all, and no count, below k answers or in a roster below k', () => {
    fc.assert(
      fc.property(closedRound, (round) => {
        const { figures, ...counts } = summarise(round)
        const isPublished = round.answers.length >= round.k && round.rosterSize >= round.k
        expect(counts).toEqual(isPublished ? { answers: round.answers.length, rosterSize: round.rosterSize } : {})
        if (!isPublished) expect(figures.every((figure) => figure.kind === 'hidden')).toBe(true)
      }),
    )
  })

  it('hides a question that fewer than k gave a number, and only such a one, in a round that is published', () => {
    fc.assert(
      fc.property(closedRound, (round) => {
        const { answers, figures } = summarise(round)
        fc.pre(answers !== undefined)
        expect(figures.map(({ question }) => question)).toEqual(round.questions)
        for (const [place, figure] of figures.entries()) {
          const { length } = valuesOf(round, place)
          if (length < round.k) expect(figure).toEqual({ question: round.questions[place], kind: 'hidden' })
          else expect(figure).toMatchObject({ count: length })
        }
      }),
    )
  })

  it('tells the mean rounded half up to one decimal, a distribution from ten answers, and never the least or the most', () => {
    fc.assert(
      fc.property(closedRound, (round) => {
        for (const [place, figure] of summarise(round).figures.entries()) {
          if (figure.kind !== 'mean') continue
          const values = valuesOf(round, place)
          const { question, kind, count, sum, mean, distribution, ...more } = figure
          expect({ question, kind, count, sum, more }).toEqual({
            question: round.questions[place],
            kind: 'mean',
            count: values.length,
            sum: sumOf(values),
            more: {},
          })
          expect(isRoundedHalfUp(mean, sum, count)).toBe(true)
          const chosenEach = Array.from({ length: 11 }, (_, value) => values.filter((one) => one === value).length)
          expect(distribution).toEqual(values.length >= 10 ? chosenEach : undefined)
        }
      }),
    )
  })

  it('puts fewer than ten answers into a band where all are equal or only 0 and 10, and no others', () => {
    fc.assert(
      fc.property(closedRound, (round) => {
        for (const [place, figure] of summarise(round).figures.entries()) {
          if (figure.kind === 'hidden') continue
          const values = valuesOf(round, place)
          const isTelling = values.every((value) => value === values[0]) || values.every((value) => value % 10 === 0)
          expect(figure.kind).toBe(values.length < 10 && isTelling ? 'band' : 'mean')
          if (figure.kind !== 'band') continue
          const mean = roundedMean(sumOf(values), values.length)
          expect(figure).toEqual({
            question: round.questions[place],
            kind: 'band',
            count: values.length,
            from: [6, 4, 0].find((from) => mean >= from),
          })
        }
      }),
    )
  })

  it('is the same in whichever order the answers lie', () => {
    const shuffled = closedRound.chain((round) =>
      fc.tuple(fc.constant(round), fc.shuffledSubarray([...round.answers], { minLength: round.answers.length })),
    )
    fc.assert(
      fc.property(shuffled, ([round, answers]) => {
        expect(summarise({ ...round, answers })).toEqual(summarise(round))
      }),
    )
  })

  it.each([
    ['6.25 as 6.3', [6, 6, 6, 7], 6.3],
    ['6.45 as 6.5', [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7], 6.5],
    ['5.95 as 6.0, which is not low', [...Array<number>(19).fill(6), 5], 6],
    ['4.125 as 4.1', [4, 4, 4, 4, 4, 4, 4, 5], 4.1],
    ['a third as it comes', [6, 7, 7, 6, 7, 7], 6.7],
  ])('tells %s', (_, values, mean) => {
    expect(only(values, 4)).toMatchObject({ kind: 'mean', mean })
  })

  it('F49 exactly k, k−1, a skipped question: shown, hidden, hidden for itself', () => {
    expect(asked([6, 7, 8, 5, 6])).toEqual([{ question: 'C0', kind: 'mean', count: 5, sum: 32, mean: 6.4 }])
    expect(asked([6, 7, 8, 5])).toEqual([{ question: 'C0', kind: 'hidden' }])
    expect(asked([6, 7, 8, 5, 6], 5, 4)).toEqual([{ question: 'C0', kind: 'hidden' }])
    const skipping = [6, 7, 8, 5, 6].map((value, person) => [value, person === 0 ? undefined : value])
    expect(summarise({ k: 5, rosterSize: 9, questions: ['C0', 'WL1'], answers: skipping })).toEqual({
      answers: 5,
      rosterSize: 9,
      figures: [
        { question: 'C0', kind: 'mean', count: 5, sum: 32, mean: 6.4 },
        { question: 'WL1', kind: 'hidden' },
      ],
    })
  })

  it('counts who could say nothing as an answer, and in no figure', () => {
    const answers = [[6], [7], [8], [5], [6], [undefined]]
    expect(summarise({ k: 5, rosterSize: 6, questions: ['C0'], answers })).toEqual({
      answers: 6,
      rosterSize: 6,
      figures: [{ question: 'C0', kind: 'mean', count: 5, sum: 32, mean: 6.4 }],
    })
  })

  it('F51 five equal answers are a band', () => {
    const bands = Array.from({ length: 11 }, (_, value) => only(Array<number>(5).fill(value)))
    expect(bands.map((figure) => figure?.kind === 'band' && figure.from)).toEqual([0, 0, 0, 0, 4, 4, 6, 6, 6, 6, 6])
    expect(bands[8]).toEqual({ question: 'C0', kind: 'band', count: 5, from: 6 })
    expect(only([0, 0, 10, 10, 10])).toEqual({ question: 'C0', kind: 'band', count: 5, from: 6 })
    expect(only([0, 0, 0, 10, 10])).toEqual({ question: 'C0', kind: 'band', count: 5, from: 4 })
    expect(only(Array<number>(9).fill(8))).toMatchObject({ kind: 'band' })
    expect(only(Array<number>(10).fill(8))).toMatchObject({ kind: 'mean', mean: 8 })
  })

  it('is judged by the rounded mean, or by the lower end of the band', () => {
    expect(judged({ question: 'C0', kind: 'hidden' })).toBeUndefined()
    expect(judged({ question: 'C0', kind: 'mean', count: 20, sum: 119, mean: 6 })).toBe(6)
    expect(judged({ question: 'C0', kind: 'band', count: 5, from: 4 })).toBe(4)
  })
})
