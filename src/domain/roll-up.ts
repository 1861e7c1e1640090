/** Figures of units, of which no figure of a smaller group can be reckoned (privacy rule 12). */
import { roundedMean, type Figure } from './checkin-result.ts'

const FEWEST_SUPERVISORS = 3
const FEWEST_ANSWERS = 15

/** One team's mean of one question in one round. `supervisor` is any id that tells supervisors apart. */
export type TeamMean = { team: string; supervisor: string; count: number; sum: number }

/** `teams` are those directly in the unit; each team stands in one unit, once. */
export type Unit = { id: string; children: readonly Unit[]; teams: readonly TeamMean[] }

/** `answers` and `teams` are what the mean, rounded half up to one decimal, is made of. */
export type UnitFigure = { mean: number; answers: number; teams: number }

/** A unit that is shown, and the largest shown units within it. */
type Shown = { id: string; teams: readonly TeamMean[]; within: readonly Shown[] }

/** What may come into a roll-up of what the teams were shown: means alone, never what is hidden or a band. */
export function teamMeans(teams: readonly { team: string; supervisor: string; figure: Figure }[]): TeamMean[] {
  return teams.flatMap(({ team, supervisor, figure }) =>
    figure.kind === 'mean' ? { team, supervisor, count: figure.count, sum: figure.sum } : [],
  )
}

/**
 * The figures of the units that are shown, by unit id, in the order of the tree. A unit is shown if it has 15 answers
 * or more (and k) in teams of three different supervisors or more, hence in three teams or more; and if what it has beyond
 * the shown units within it is nothing, or a group of which the same holds. Else the smallest of these is left out, and so
 * on: with none left, the unit stands for itself.
 *
 * Teams come in only with a figure that was published as a mean (`teamMeans`). Teams know their own means and tell them:
 * if a hidden or banded figure were counted in, the unit minus its other teams would give it away, and a band every
 * answer in it. As it is, whatever is subtracted, whole teams with a published mean are left.
 * @throws Error where a team stands in the tree twice: sums would count it twice, and differences tell it
 */
export function rollUp(root: Unit, k: number): Map<string, UnitFigure> {
  const { teams, shown } = survey(root, k)
  if (new Set(teams.map(({ team }) => team)).size < teams.length) throw new Error('A team stands in the units twice')
  return new Map(listed(shown))
}

/** All teams of a unit, and the largest shown units among it and those within it. */
function survey(unit: Unit, k: number): { teams: readonly TeamMean[]; shown: readonly Shown[] } {
  const children = unit.children.map((child) => survey(child, k))
  const teams = [...unit.teams, ...children.flatMap((child) => child.teams)]
  const within = children.flatMap((child) => child.shown)
  if (!isLargeEnough(teams, k)) return { teams, shown: within }
  return { teams, shown: [{ id: unit.id, teams, within: thinned(teams, within, k) }] }
}

/**
 * Those of the units within `teams` that may be shown beside it. In place of a unit that is left out come the shown ones
 * within that. Only what the largest ones leave over needs a look: any other difference holds such a rest whole.
 */
function thinned(teams: readonly TeamMean[], within: readonly Shown[], k: number): readonly Shown[] {
  const rest = remainder(teams, within)
  if (rest.length === 0 || isLargeEnough(rest, k)) return within
  const smallest = within.toSorted((one, other) => answersOf(one.teams) - answersOf(other.teams))[0]
  const fewer = within.flatMap((unit) => (unit === smallest ? unit.within : [unit]))
  return smallest ? thinned(teams, fewer, k) : within
}

function remainder(teams: readonly TeamMean[], units: readonly Shown[]): TeamMean[] {
  const covered = new Set(units.flatMap((unit) => unit.teams))
  return teams.filter((team) => !covered.has(team))
}

function isLargeEnough(teams: readonly TeamMean[], k: number): boolean {
  const supervisors = new Set(teams.map(({ supervisor }) => supervisor))
  return supervisors.size >= FEWEST_SUPERVISORS && answersOf(teams) >= Math.max(FEWEST_ANSWERS, k)
}

function answersOf(teams: readonly TeamMean[]): number {
  return teams.reduce((answers, { count }) => answers + count, 0)
}

function listed(shown: readonly Shown[]): [string, UnitFigure][] {
  return shown.flatMap(({ id, teams, within }) => {
    const answers = answersOf(teams)
    const sum = teams.reduce((total, team) => total + team.sum, 0)
    return [[id, { mean: roundedMean(sum, answers), answers, teams: teams.length }], ...listed(within)]
  })
}
