import { weekOf } from '../../domain/calendar.ts'
import { roundedMean } from '../../domain/checkin-result.ts'
import { figureText, weekText } from '../../domain/dates.ts'
import type { FollowUp } from '../../domain/records.ts'
import { rollUp, teamMeans } from '../../domain/roll-up.ts'
import type { Kit, Turn } from '../../kit.ts'
import type { Section } from './show-results.ts'

/** HR sees groupings alone (privacy rule 12), and how offered tools helped, by theme. */
export async function hrSections(turn: Turn, kit: Kit): Promise<Section[]> {
  return [await wholeOrganisation(turn, kit), ...(await helpByTheme(turn, kit))]
}

/**
 * The latest week of which no round is open any more: results never change after that, so that two looks never differ by
 * one team (privacy rule 13).
 */
async function wholeOrganisation({ t, language, person, now }: Turn, kit: Kit): Promise<Section> {
  const { tenant } = person
  const thisWeek = weekOf(now, kit.settings.timeZone)
  const open = new Set((await kit.store.rounds.list(tenant)).map(({ week }) => week))
  const over = (await kit.store.results.list(tenant)).filter(({ week }) => week < thisWeek && !open.has(week))
  const week = over.reduce((latest, result) => (result.week > latest ? result.week : latest), '')
  const results = over.filter((result) => result.week === week)
  const k = Math.max(0, ...results.map((result) => result.k))
  const lines = kit.library().questions.flatMap(({ id, text }) => {
    const figures = results.flatMap(({ team, supervisor, figures: its }) => {
      const figure = its.find(({ question }) => question === id)
      return figure === undefined ? [] : [{ team, supervisor, figure }]
    })
    const shown = rollUp({ id: tenant, children: [], teams: teamMeans(figures) }, k).get(tenant)
    return shown === undefined ? [] : [{ label: text[language], value: figureText(shown.mean, language) }]
  })
  return {
    title: week === '' ? t('checkins.overview.title') : t('checkins.overview.hr', { week: weekText(week, language) }),
    team: '',
    lines,
    note: lines.length === 0 ? t('checkins.overview.hrNone') : t('checkins.overview.hrRule'),
  }
}

async function helpByTheme({ t, language, person, now }: Turn, kit: Kit): Promise<Section[]> {
  const all = await kit.store.followUps.list(person.tenant)
  const lines = kit.library().themes.flatMap(({ id, text }) => {
    const its = wholeGroups(
      all.filter(({ theme }) => theme === id),
      kit.settings.threshold,
      now,
    )
    if (its.length === 0) return []
    const mean = roundedMean(
      its.reduce((sum, { helped }) => sum + helped, 0),
      its.length,
    )
    const value = t('checkins.overview.helpedValue', { mean: figureText(mean, language), count: its.length })
    return [{ label: text[language].name, value }]
  })
  return lines.length === 0 ? [] : [{ title: t('checkins.overview.helped'), team: '', lines, note: '' }]
}

/** Always whole groups of k, the eldest first, none of today: two looks never differ by fewer (privacy rule 13). */
function wholeGroups(answers: readonly FollowUp[], k: number, now: Date): FollowUp[] {
  const today = now.toISOString().slice(0, 10)
  const settled = answers.filter(({ at }) => at < today)
  const inOrder = settled.toSorted((one, other) => `${one.at} ${one.id}`.localeCompare(`${other.at} ${other.id}`))
  return inOrder.slice(0, inOrder.length - (inOrder.length % k))
}
