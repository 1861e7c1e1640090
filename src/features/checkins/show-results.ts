import { weekOf } from '../../domain/calendar.ts'
import { figureText, weekText } from '../../domain/dates.ts'
import type { CheckIn, FollowUp, Result } from '../../domain/records.ts'
import { rollUp, teamMeans } from '../../domain/roll-up.ts'
import { roundedMean } from '../../domain/checkin-result.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { noteCard } from './note-card.ts'
import { lastWeeks } from './past-results.ts'
import { historyLine, resultCard } from './result-card.ts'
import { findCheckIn, mayRead, roundId, teamName } from './team-check-in.ts'

const WEEKS_SHOWN = 4
/** In one's own chat: more teams do not fit the size of a card. */
const TEAMS_SHOWN = 8

/** The word for results: in a channel the team's, in one's own chat one's teams', and for HR what may be rolled up. */
export async function listResults(turn: Turn, kit: Kit): Promise<Message> {
  const { place, person } = turn
  if (place.kind === 'own') return overviewCard(turn, kit)
  const own = place.team === undefined ? undefined : await kit.store.checkIns.get(person.tenant, place.team)
  const checkIn = own?.answersWith === undefined ? own : await kit.store.checkIns.get(person.tenant, own.answersWith)
  if (checkIn === undefined) return noteCard(turn, kit, { note: 'group' })
  return newestCard(turn, kit, checkIn)
}

export async function showResults(turn: Turn, kit: Kit, { team }: { team?: string | undefined }): Promise<Answer> {
  const checkIn = await findCheckIn(turn, kit, team)
  if (!(await mayRead(turn, kit, checkIn))) throw new Refusal(turn.t('refusals.notFound'))
  return { replace: await newestCard(turn, kit, checkIn) }
}

/** One closed week again, in another language. */
export async function showResult(turn: Turn, kit: Kit, { round }: { round: string }): Promise<Answer> {
  const { tenant } = turn.person
  const result = await kit.store.results.get(tenant, round)
  const checkIn = result && (await kit.store.checkIns.get(tenant, result.team))
  if (result === undefined || checkIn === undefined || !(await mayRead(turn, kit, checkIn))) {
    throw new Refusal(turn.t('refusals.notFound'))
  }
  return { replace: await resultCard(turn, kit, checkIn, result) }
}

async function newestCard(turn: Turn, kit: Kit, checkIn: CheckIn): Promise<Message> {
  const [newest] = await closedWeeks(turn, kit, checkIn)
  if (newest === undefined) return noteCard(turn, kit, { note: 'noResults', team: checkIn.key })
  return resultCard(turn, kit, checkIn, newest, { withHistory: true })
}

/** A team's closed weeks, newest first. */
async function closedWeeks(turn: Turn, kit: Kit, { id }: CheckIn): Promise<Result[]> {
  const { tenant } = turn.person
  const week = weekOf(turn.now, kit.settings.timeZone)
  const current = await kit.store.results.get(tenant, roundId(kit, tenant, id, week))
  return [...(current ? [current] : []), ...(await lastWeeks(kit, tenant, id, week))]
}

export async function showOverview(turn: Turn, kit: Kit): Promise<Answer> {
  return { replace: await overviewCard(turn, kit) }
}

async function overviewCard(turn: Turn, kit: Kit): Promise<Message> {
  const { t, language, person } = turn
  const all = (await kit.store.checkIns.list(person.tenant)).filter(({ answersWith }) => answersWith === undefined)
  const readable = await Promise.all(all.map((checkIn) => mayRead(turn, kit, checkIn)))
  const mine = await Promise.all(
    all
      .filter((_, at) => readable[at])
      .slice(0, TEAMS_SHOWN)
      .map((checkIn) => teamSection(turn, kit, checkIn)),
  )
  const isHr = (await kit.roles(person)).has('hr')
  const sections = [...mine, ...(isHr ? await hrSections(turn, kit) : [])]
  return {
    card: 'checkin-overview',
    language,
    summary: t('checkins.overview.summary'),
    show: { verb: 'checkins.overview' },
    data: {
      title: t('checkins.overview.title'),
      explanation:
        sections.length === 0 ? t('checkins.overview.none') : mine.length > 0 ? t('checkins.overview.mine') : '',
      sections,
    },
  }
}

type Section = { title: string; team: string; lines: { label: string; value: string }[]; note: string }

async function teamSection(turn: Turn, kit: Kit, checkIn: CheckIn): Promise<Section> {
  const { t, language, person } = turn
  const weeks = (await closedWeeks(turn, kit, checkIn)).slice(0, WEEKS_SHOWN)
  return {
    title: '',
    team: await teamName(kit, person.tenant, checkIn),
    lines: weeks.map((result) => historyLine(kit, result, language, t)),
    note: weeks.length === 0 ? t('checkins.overview.none') : '',
  }
}

/** HR sees groupings alone (privacy rule 12), and how offered tools helped, by theme. */
async function hrSections(turn: Turn, kit: Kit): Promise<Section[]> {
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
