import { weekOf } from '../../domain/calendar.ts'
import type { CheckIn, Result } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { noteCard } from './note-card.ts'
import { hrSections } from './organisation-results.ts'
import { findResult, lastWeeks } from './past-results.ts'
import { historyLine, resultCard } from './result-card.ts'
import { checkInsOf, findCheckIn, mayRead, roundId, teamName } from './team-check-in.ts'

const WEEKS_SHOWN = 4
/** In one's own chat: more teams do not fit the size of a card. */
const TEAMS_SHOWN = 8

/** The word for results: in a channel the team's, in one's own chat one's teams', and for HR what may be rolled up. */
export async function listResults(turn: Turn, kit: Kit): Promise<Message> {
  const { place, person } = turn
  if (place.kind === 'own') return overviewCard(turn, kit)
  const checkIn = await checkInsOf(kit, person.tenant, place.team)
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
  const { checkIn, result } = await findResult(turn, kit, round, (one) => mayRead(turn, kit, one))
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

export type Section = { title: string; team: string; lines: { label: string; value: string }[]; note: string }

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
