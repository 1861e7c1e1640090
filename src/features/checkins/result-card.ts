import { weekText } from '../../domain/dates.ts'
import type { Language } from '../../domain/languages.ts'
import type { CheckIn, Result } from '../../domain/records.ts'
import { c0Trend } from '../../domain/trend.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import type { Translate } from '../../strings.ts'
import { lastWeeks, weeksUpTo } from './past-results.ts'
import { languagesOf, teamName } from './team-check-in.ts'
import { labelOf, tellResult, valueOf } from './told-result.ts'

const TREND_WEEKS = 12
const HISTORY = 3
const CORE = 'C0'

/** What the team sees: a text to talk about first, the figures small, and the line of the week. */
export async function resultCard(
  turn: Turn,
  kit: Kit,
  checkIn: CheckIn,
  result: Result,
  options: { withHistory: boolean } = { withHistory: false },
): Promise<Message> {
  const { t, language, person } = turn
  const told = tellResult(kit, result, language)
  const past = await lastWeeks(kit, person.tenant, result.team, result.week)
  const inOther = turn.place.kind === 'own' ? [] : languagesOf(checkIn.language).filter((one) => one !== language)
  return {
    card: 'checkin-result',
    language,
    summary: t('checkins.result.summary', { week: weekText(result.week, language) }),
    show: { verb: 'checkins.result', round: result.id },
    data: {
      team: await teamName(kit, person.tenant, checkIn),
      title: t('checkins.titleWeek', { week: weekText(result.week, language) }),
      key: checkIn.key,
      answers: result.answers === undefined ? '' : String(result.answers),
      roster: result.rosterSize === undefined ? '' : String(result.rosterSize),
      ...told,
      storyToo: inOther.map((other) => tellResult(kit, result, other).story).join(' '),
      ...trendOf([result, ...past], checkIn.schedule.every, language, t),
      history: options.withHistory ? past.slice(0, HISTORY).map((one) => historyLine(kit, one, language, t)) : [],
    },
  }
}

/** The line of the core question: drawn where it was a figure, in words everywhere. The newest result comes first. */
function trendOf(results: readonly Result[], every: number, language: Language, t: Translate) {
  const past = results.map((one) => ({
    week: one.week,
    figure: one.figures.find(({ question }) => question === CORE),
  }))
  const week = past[0]?.week ?? ''
  // Weeks between those of the team's own rhythm are no gaps.
  const weeks = weeksUpTo(week, TREND_WEEKS).filter(
    (one, at) => (TREND_WEEKS - 1 - at) % every === 0 || past.some((result) => result.week === one),
  )
  const { runs, hidden, banded, without } = c0Trend(past, weeks)
  const names = (some: readonly string[]) => some.map((one) => weekText(one, language)).join(', ')
  const points = past.flatMap(({ week: of, figure }) =>
    figure?.kind === 'mean' && weeks.includes(of) ? [{ week: of, figure }] : [],
  )
  const firstWeek = past.at(-1)?.week ?? week
  const skipped = without.filter((one) => one > firstWeek)
  const isDrawn = runs.flat().length > 1
  return {
    chart: isDrawn
      ? runs.map((values) => ({
          legend: spanText(
            values.map(({ x }) => weeks[x - 1] ?? week),
            language,
          ),
          color: 'categoricalBlue',
          values,
        }))
      : [],
    chartText: points
      .toSorted((one, other) => one.week.localeCompare(other.week))
      .map(({ week: of, figure }) =>
        t('checkins.result.chartPoint', { week: weekText(of, language), mean: valueOf(figure, language, t) }),
      )
      .join(' · '),
    weeksNotes: isDrawn
      ? [
          ...(hidden.length > 0 ? [t('checkins.result.hiddenWeeks', { weeks: names(hidden) })] : []),
          ...(banded.length > 0
            ? [
                t('checkins.result.bandWeeks', {
                  weeks: banded
                    .map((one) => `${weekText(one.week, language)} (${t(`checkins.bands.${one.from}`)})`)
                    .join(', '),
                }),
              ]
            : []),
          ...(skipped.length > 0 ? [t('checkins.result.withoutWeeks', { weeks: names(skipped) })] : []),
        ]
      : [],
  }
}

/** vk 46 · vk 40–44: the axis counts places, so the legend tells which weeks a line is of. */
function spanText(weeks: readonly string[], language: Language): string {
  const [first = '', last = first] = [weeks[0], weeks.at(-1)]
  return first === last ? weekText(first, language) : `${weekText(first, language)}–${Number(last.slice(-2))}`
}

/** An earlier week in one line. */
export function historyLine(
  kit: Kit,
  result: Result,
  language: Language,
  t: Translate,
): { label: string; value: string } {
  return { label: weekText(result.week, language), value: numbersLine(kit, result, language, t) }
}

/** Viikko 6,4 · Työmäärä 5,8 */
export function numbersLine(kit: Kit, { figures }: Result, language: Language, t: Translate): string {
  const { questions } = kit.library()
  return figures
    .flatMap((figure) => {
      const question = questions.find(({ id }) => id === figure.question)
      if (question === undefined) return []
      return [t('checkins.overview.line', { label: labelOf(question, t), mean: valueOf(figure, language, t) })]
    })
    .join(' · ')
}
