import { roundedMean } from '../../domain/checkin-result.ts'
import { figureText } from '../../domain/dates.ts'
import type { FollowUp } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import type { Section } from './show-results.ts'

/** How offered tools helped, by theme: a section, or none. */
export async function helpByTheme({ t, language, person, now }: Turn, kit: Kit): Promise<Section[]> {
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
