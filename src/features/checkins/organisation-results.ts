import { weekOf } from '../../domain/calendar.ts'
import { figureText, weekText } from '../../domain/dates.ts'
import type { Language } from '../../domain/languages.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Result } from '../../domain/records.ts'
import { rollUp, teamMeans, type UnitFigure } from '../../domain/roll-up.ts'
import type { Kit, Turn } from '../../kit.ts'
import { helpByTheme } from './help-by-theme.ts'
import type { Section } from './show-results.ts'

const CORE = 'C0'
/** More names and lines of units than this do not fit the size of a card: then only the core question is shown of each. */
const UNIT_ROWS_SHOWN = 30
const UNITS_SHOWN = 30

/** HR sees groupings alone (privacy rule 12), and how offered tools helped, by theme. */
export async function hrSections(turn: Turn, kit: Kit): Promise<Section[]> {
  const { week, results } = await settledWeek(turn, kit)
  const rolled = rolledUp(turn, kit, results)
  return [wholeOrganisation(turn, week, rolled), ...unitSections(turn, rolled), ...(await helpByTheme(turn, kit))]
}

/**
 * The latest week of which no round is open any more: results never change after that, nor do the units in them, so that
 * two looks never differ by one team (privacy rule 13).
 */
async function settledWeek({ person, now }: Turn, kit: Kit): Promise<{ week: string; results: Result[] }> {
  const { tenant } = person
  const thisWeek = weekOf(now, kit.settings.timeZone)
  const open = new Set((await kit.store.rounds.list(tenant)).map(({ week }) => week))
  const over = (await kit.store.results.list(tenant)).filter(({ week }) => week < thisWeek && !open.has(week))
  const week = over.reduce((latest, result) => (result.week > latest ? result.week : latest), '')
  return { week, results: over.filter((result) => result.week === week) }
}

/** One question, with what is shown of it: by the name of a unit, or by `WHOLE`. */
type RolledUp = { id: string; label: string; shown: ReadonlyMap<string, UnitFigure> }
/** No unit has an empty name. */
const WHOLE = ''

/** The organisation, its units, their teams; teams without a unit stand in the organisation itself. */
function rolledUp({ language }: Turn, kit: Kit, results: readonly Result[]): RolledUp[] {
  const k = Math.max(0, ...results.map((result) => result.k))
  const byUnit = Map.groupBy(results, ({ unit }) => unit ?? WHOLE)
  const names = [...byUnit.keys()].filter((name) => name !== WHOLE)
  return kit.library().questions.map(({ id, text }) => {
    const means = (name: string) =>
      teamMeans(
        (byUnit.get(name) ?? []).flatMap(({ team, supervisor, figures }) => {
          const figure = figures.find(({ question }) => question === id)
          return figure === undefined ? [] : [{ team, supervisor, figure }]
        }),
      )
    const units = names.map((name) => ({ id: name, children: [], teams: means(name) }))
    return { id, label: text[language], shown: rollUp({ id: WHOLE, children: units, teams: means(WHOLE) }, k) }
  })
}

function wholeOrganisation({ t, language }: Turn, week: string, rolled: readonly RolledUp[]): Section {
  const lines = linesOf(rolled, WHOLE, language)
  return {
    title: week === '' ? t('checkins.overview.title') : t('checkins.overview.hr', { week: weekText(week, language) }),
    team: '',
    lines,
    note: lines.length === 0 ? t('checkins.overview.hrNone') : t('checkins.overview.hrRule'),
  }
}

/** A section a unit, by name: no ranking. Where there are many, one section with the core question of each. */
function unitSections({ t, language }: Turn, rolled: readonly RolledUp[]): Section[] {
  const units = [...new Set(rolled.flatMap(({ shown }) => [...shown.keys()]))]
    .filter((unit) => unit !== WHOLE)
    .toSorted((one, other) => one.localeCompare(other, language))
  if (units.length === 0) return []
  const title = t('checkins.overview.units')
  const rule = t('checkins.overview.unitsRule')
  const sections = units.map((team) => ({
    title: '',
    team: breakBraces(team),
    lines: linesOf(rolled, team, language),
    note: '',
  }))
  if (sections.reduce((sum, { lines }) => sum + 1 + lines.length, 0) <= UNIT_ROWS_SHOWN) {
    return [{ title, team: '', lines: [], note: rule }, ...sections]
  }
  const core = rolled.find(({ id }) => id === CORE)
  const lines = units.flatMap((unit) => {
    const figure = core?.shown.get(unit)
    return figure === undefined ? [] : [{ label: breakBraces(unit), value: figureText(figure.mean, language) }]
  })
  const more = lines.length - UNITS_SHOWN
  const note = more > 0 ? `${rule} ${t('checkins.overview.unitsMore', { count: more })}` : rule
  return [{ title, team: core?.label ?? '', lines: lines.slice(0, UNITS_SHOWN), note }]
}

function linesOf(rolled: readonly RolledUp[], unit: string, language: Language): Section['lines'] {
  return rolled.flatMap(({ label, shown }) => {
    const figure = shown.get(unit)
    return figure === undefined ? [] : [{ label, value: figureText(figure.mean, language) }]
  })
}
