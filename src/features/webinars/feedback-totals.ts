import { figureText } from '../../domain/dates.ts'
import type { WebinarRecord } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { NEXTS, STEPS } from './feedback-questions.ts'

/** What HR reads of the feedback: totals alone, and from so many answers on that nobody can be told apart. */
export function feedbackLines(turn: Turn, kit: Kit, record: WebinarRecord | undefined): string[] {
  const { t, language } = turn
  const { threshold: k } = kit.settings
  const { useful = {}, step = {}, next = {} } = record?.feedback ?? {}
  const count = Object.values(useful).reduce((sum, number) => sum + number, 0)
  if (count < k) return [t('webinars.feedback.totals.few', { k })]
  const sum = Object.entries(useful).reduce((all, [value, number]) => all + Number(value) * number, 0)
  const line = (choice: string, number: number) => t('webinars.feedback.totals.choice', { choice, number })
  return [
    t('webinars.feedback.totals.answers', { count }),
    t('webinars.feedback.totals.useful', { mean: figureText(sum / count, language) }),
    t('webinars.feedback.step'),
    ...STEPS.map((one) => line(t(`webinars.feedback.steps.${one}`), step[one] ?? 0)),
    t('webinars.feedback.next'),
    ...NEXTS.map((one) => line(t(`webinars.feedback.nexts.${one}`), next[one] ?? 0)),
  ]
}
