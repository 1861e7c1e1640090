import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { summarise, type Figure } from '../../src/domain/checkin-result.ts'
import { rollUp, teamMeans, type TeamMean, type Unit } from '../../src/domain/roll-up.ts'

const K = 5

/** A team of a supervisor with so many answers, the same sum in all tests that do not look at it. */
const team = (name: string, supervisor: string, count = 6, sum = 6 * count): TeamMean => ({
  team: name,
  supervisor,
  count,
  sum,
})
/** A unit of so many teams, each with its own supervisor and six answers. */
const unitOf = (id: string, teams: number, children: Unit[] = []): Unit => ({
  id,
  children,
  teams: Array.from({ length: teams }, (_, place) => team(`${id}${place}`, `${id}-supervisor${place}`)),
})
const shownIn = (root: Unit, k = K): string[] => [...rollUp(root, k).keys()]

const unitsIn = (unit: Unit): Unit[] => [unit, ...unit.children.flatMap(unitsIn)]
const teamsIn = (unit: Unit): TeamMean[] => unitsIn(unit).flatMap(({ teams }) => teams)
const answersOf = (teams: TeamMean[]): number => teams.reduce((sum, { count }) => sum + count, 0)
const isAllowed = (teams: TeamMean[], k: number): boolean =>
  teams.length >= 3 &&
  new Set(teams.map(({ supervisor }) => supervisor)).size >= 3 &&
  answersOf(teams) >= 15 &&
  answersOf(teams) >= k

/** A tree without names: each unit has its teams as supervisor and number of answers. */
type Shape = { children: Shape[]; teams: { supervisor: number; values: number[] }[] }

const mixed = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 10 }), { minLength, maxLength, size: 'max' })
/** Published as a band. */
const allEqual = fc
  .tuple(fc.integer({ min: K, max: 9 }), fc.integer({ min: 0, max: 10 }))
  .map(([count, value]) => Array<number>(count).fill(value))

const shape = (depth: number, fewestAnswers: number): fc.Arbitrary<Shape> =>
  fc.record({
    children: depth === 0 ? fc.constant([]) : fc.array(shape(depth - 1, fewestAnswers), { maxLength: 3, size: 'max' }),
    teams: fc.array(
      fc.record({
        supervisor: fc.integer({ min: 0, max: 6 }),
        values: fc.oneof(mixed(fewestAnswers, 9), allEqual),
      }),
      { maxLength: 4, size: 'max' },
    ),
  })

/** The unit that a shape stands for; `include` makes what comes in of each team's answers. */
function built({ children, teams }: Shape, include: (one: TeamMean, values: number[]) => TeamMean[], id = 'u'): Unit {
  return {
    id,
    children: children.map((child, place) => built(child, include, `${id}.${place}`)),
    teams: teams.flatMap(({ supervisor, values }, place) => {
      const sum = values.reduce((total, value) => total + value, 0)
      return include(team(`${id}/${place}`, `s${supervisor}`, values.length, sum), values)
    }),
  }
}

const treeOf = (depth: number): fc.Arbitrary<Unit> => shape(depth, K).map((one) => built(one, (mean) => [mean]))
/** Small enough for every sum and difference to be tried. */
const smallTree = fc.oneof(treeOf(1), treeOf(2)).filter((root) => unitsIn(root).length <= 7)
const threshold = fc.constantFrom(5, 5, 5, 22)

/**
 * Every group of teams whose figures an attacker can reckon by adding and subtracting what is shown. Units lie within each
 * other or apart, so no one is needed more than once.
 */
function reckonable(root: Unit, shown: string[]): TeamMean[][] {
  const all = teamsIn(root)
  const signs = unitsIn(root)
    .filter(({ id }) => shown.includes(id))
    .map((unit) => {
      const within = new Set(teamsIn(unit))
      return all.map((one) => (within.has(one) ? 1 : 0))
    })
  const sums = signs.reduce<number[][]>(
    (earlier, row) =>
      earlier.flatMap((sum) => [-1, 0, 1].map((times) => sum.map((part, place) => part + times * (row[place] ?? 0)))),
    [all.map(() => 0)],
  )
  return sums
    .filter((sum) => sum.some((part) => part !== 0) && sum.every((part) => part === 0 || part === 1))
    .map((sum) => all.filter((_, place) => sum[place] === 1))
}

describe('a roll-up of teams', () => {
  it('shows a unit of three teams of three supervisors and 15 answers, with its mean', () => {
    const teams = [team('a', 'x', 5, 31), team('b', 'y', 5, 30), team('c', 'z', 5, 32)]
    expect(rollUp({ id: 'home', children: [], teams }, K)).toEqual(
      new Map([['home', { mean: 6.2, answers: 15, teams: 3 }]]),
    )
  })

  it.each([
    ['two teams', [team('a', 'x', 9), team('b', 'y', 9)], K],
    ['three teams of two supervisors', [team('a', 'x'), team('b', 'y'), team('c', 'y')], K],
    ['14 answers', [team('a', 'x', 4), team('b', 'y', 5), team('c', 'z', 5)], 4],
    ['fewer answers than k', [team('a', 'x', 6), team('b', 'y', 6), team('c', 'z', 6)], 19],
  ])('does not show a unit of %s', (_, teams, k) => {
    expect(shownIn({ id: 'home', children: [], teams }, k)).toEqual([])
  })

  it('shows a parent beside its children where nothing or enough is left besides them', () => {
    expect(shownIn(unitOf('all', 0, [unitOf('a', 3), unitOf('b', 3)]))).toEqual(['all', 'a', 'b'])
    expect(shownIn(unitOf('all', 3, [unitOf('a', 3), unitOf('b', 3)]))).toEqual(['all', 'a', 'b'])
    expect(shownIn(unitOf('all', 0, [unitOf('a', 3), unitOf('b', 1), unitOf('c', 2)]))).toEqual(['all', 'a'])
  })

  it('shows the parent instead of a child beside which too little would be left', () => {
    expect(shownIn(unitOf('all', 1, [unitOf('a', 3)]))).toEqual(['all'])
    expect(shownIn(unitOf('all', 0, [unitOf('a', 3), unitOf('b', 2)]))).toEqual(['all'])
    expect(shownIn(unitOf('all', 0, [unitOf('a', 1), unitOf('b', 1)]))).toEqual([])
  })

  it('F50 one hidden child: the smallest of its siblings is suppressed too, or the units within that', () => {
    expect(shownIn(unitOf('all', 0, [unitOf('a', 5), unitOf('b', 3), unitOf('c', 4), unitOf('d', 1)]))).toEqual([
      'all',
      'a',
      'c',
    ])
    expect(shownIn(unitOf('all', 2, [unitOf('a', 9)]))).toEqual(['all'])
    const divided = unitOf('b', 0, [unitOf('b1', 4), unitOf('b2', 3)])
    expect(shownIn(unitOf('all', 0, [unitOf('a', 8), divided, unitOf('d', 1)]))).toEqual(['all', 'a', 'b1'])
    const rich = unitOf('b', 3, [unitOf('b1', 4)])
    expect(shownIn(unitOf('all', 0, [unitOf('a', 8), rich, unitOf('d', 1)]))).toEqual(['all', 'a', 'b1'])
  })

  it('refuses a team that stands in two units', () => {
    const twice = { ...unitOf('all', 3), children: [{ id: 'a', children: [], teams: [team('all0', 'x')] }] }
    expect(() => rollUp(twice, K)).toThrow('twice')
  })
})

describe('nobody who adds and subtracts what a roll-up shows', () => {
  it('F50 reaches a group that may not be shown itself', () => {
    fc.assert(
      fc.property(smallTree, threshold, (root, k) => {
        for (const group of reckonable(root, shownIn(root, k))) expect(isAllowed(group, k)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('F50 reaches such a group by taking units within it from a shown unit', () => {
    fc.assert(
      fc.property(treeOf(3), threshold, (root, k) => {
        const shown = new Set(shownIn(root, k))
        for (const unit of unitsIn(root).filter(({ id }) => shown.has(id))) {
          const within = unit.children.flatMap(unitsIn).filter(({ id }) => shown.has(id))
          const largest = within.filter(({ id }) => !within.some((other) => id.startsWith(`${other.id}.`)))
          const taken = new Set(largest.flatMap(teamsIn))
          const left = teamsIn(unit).filter((one) => !taken.has(one))
          expect(left.length === 0 || isAllowed(left, k)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('reaches anything of a team whose figure is hidden or a band: nothing shown depends on it', () => {
    const other = fc.oneof(mixed(0, K - 1), allEqual)
    fc.assert(
      fc.property(shape(2, 0), other, (one, instead) => {
        const figureOf = (values: number[]): Figure | undefined =>
          summarise({ k: K, rosterSize: 9, questions: ['C0'], answers: values.map((value) => [value]) }).figures[0]
        const withAll = (swap: (values: number[], figure: Figure) => number[]): Unit =>
          built(one, ({ team, supervisor }, values) => {
            const figure = figureOf(values)
            const swapped = figure && figureOf(swap(values, figure))
            return swapped ? teamMeans([{ team, supervisor, figure: swapped }]) : []
          })
        const asItIs = rollUp(
          withAll((values) => values),
          K,
        )
        const changed = rollUp(
          withAll((values, figure) => (figure.kind === 'mean' ? values : instead)),
          K,
        )
        const meansAlone = rollUp(
          built(one, (mean, values) => (figureOf(values)?.kind === 'mean' ? [mean] : [])),
          K,
        )
        expect(changed).toEqual(asItIs)
        expect(meansAlone).toEqual(asItIs)
      }),
    )
  })

  it('reaches fewer than k answers by taking known teams from a unit: what is left are whole teams with a mean', () => {
    fc.assert(
      fc.property(smallTree, (root) => {
        const shown = rollUp(root, K)
        for (const unit of unitsIn(root)) {
          const figure = shown.get(unit.id)
          for (const one of figure ? teamsIn(unit) : [])
            expect(figure && figure.answers - one.count).toBeGreaterThanOrEqual(K)
        }
      }),
    )
  })
})

describe('what a roll-up shows', () => {
  it('is the mean of all answers of the unit, rounded half up, with the numbers it is made of', () => {
    fc.assert(
      fc.property(treeOf(2), (root) => {
        const shown = rollUp(root, K)
        for (const unit of unitsIn(root)) {
          const figure = shown.get(unit.id)
          if (!figure) continue
          const teams = teamsIn(unit)
          const sum = teams.reduce((total, one) => total + one.sum, 0)
          const answers = answersOf(teams)
          expect(figure).toEqual({ mean: figure.mean, answers, teams: teams.length })
          const tenths = Math.round(figure.mean * 10)
          expect(figure.mean).toBe(tenths / 10)
          expect((2 * tenths - 1) * answers).toBeLessThanOrEqual(20 * sum)
          expect((2 * tenths + 1) * answers).toBeGreaterThan(20 * sum)
        }
      }),
    )
  })

  it('is the whole wherever the whole is large enough, and no unit that is too small', () => {
    fc.assert(
      fc.property(treeOf(3), threshold, (root, k) => {
        const shown = shownIn(root, k)
        expect(shown.includes(root.id)).toBe(isAllowed(teamsIn(root), k))
        for (const unit of unitsIn(root)) if (shown.includes(unit.id)) expect(isAllowed(teamsIn(unit), k)).toBe(true)
      }),
    )
  })

  it('leaves out no child that could be shown as well', () => {
    fc.assert(
      fc.property(treeOf(1), threshold, (root, k) => {
        const shown = shownIn(root, k)
        const leftOut = root.children.filter((child) => isAllowed(teamsIn(child), k) && !shown.includes(child.id))
        for (const child of leftOut) {
          expect(reckonable(root, [...shown, child.id]).every((group) => isAllowed(group, k))).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leaves out no child that has more answers than one that it keeps', () => {
    fc.assert(
      fc.property(treeOf(1), threshold, (root, k) => {
        const shown = shownIn(root, k)
        const isShown = (child: Unit): boolean => shown.includes(child.id)
        const eligible = root.children.filter((child) => isAllowed(teamsIn(child), k))
        const kept = eligible.filter(isShown).map((child) => answersOf(teamsIn(child)))
        const left = eligible.filter((child) => !isShown(child)).map((child) => answersOf(teamsIn(child)))
        expect(Math.max(0, ...left)).toBeLessThanOrEqual(Math.min(Infinity, ...kept))
      }),
      { numRuns: 500 },
    )
  })
})
