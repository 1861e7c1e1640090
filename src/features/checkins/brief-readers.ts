import { weekText } from '../../domain/dates.ts'
import { isSecondHardRunning } from '../../domain/checkin-story.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'
import { findReadersResults, lastWeeks, type ResultOf } from './past-results.ts'
import { numbersLine } from './result-card.ts'
import { teamName } from './team-check-in.ts'
import { tellResult } from './told-result.ts'

/** More teams than this do not fit the size of a card. */
export const BRIEFED_AT_ONCE = 5

const SCRIPT = ['script1', 'script2', 'script3', 'script4', 'script5'] as const

/** The readers' card again, in another language. @throws Refusal for anybody else */
export async function showBriefing(turn: Turn, kit: Kit, { rounds }: { rounds: string[] }): Promise<Answer> {
  return { replace: await briefingCard(turn, kit, await findReadersResults(turn, kit, rounds)) }
}

/** The results of a supervisor's teams, what was promised to them, and a script for a talk of ten minutes. */
async function briefingCard(turn: Turn, kit: Kit, briefed: readonly ResultOf[]): Promise<Message> {
  const { t, language } = turn
  const isHard = briefed.some(({ result }) => result.story.kind === 'hard')
  return {
    card: 'checkin-briefing',
    language,
    summary: t('checkins.briefing.summary'),
    show: { verb: 'checkins.briefing', rounds: briefed.map(({ result }) => result.id) },
    data: {
      title: t('checkins.briefing.title'),
      teams: await Promise.all(briefed.map((one) => teamPart(turn, kit, one))),
      script: [...(isHard ? (['scriptHard'] as const) : []), ...SCRIPT].map((key, at) => ({
        number: String(at + 1),
        text: t(`checkins.${key}`),
      })),
    },
  }
}

async function teamPart({ t, language, person }: Turn, kit: Kit, { checkIn, result }: ResultOf) {
  const told = tellResult(kit, result, language)
  const past = await lastWeeks(kit, person.tenant, result.team, result.week)
  return {
    team: await teamName(kit, person.tenant, checkIn),
    week: weekText(result.week, language),
    numbers: result.answers === undefined ? '' : numbersLine(kit, result, language, t),
    story: told.story,
    promised: result.story.kind === 'hard' ? t('checkins.promised') : '',
    reason: told.reason,
    tool: told.tool,
    toolTitle: told.toolTitle,
    notes: told.notes,
    law: isSecondHardRunning(result.story, past) ? t('checkins.law') : '',
  }
}
