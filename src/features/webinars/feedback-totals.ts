import { figureText } from '../../domain/dates.ts'
import type { WebinarRecord } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { NEXTS, STEPS } from './feedback-questions.ts'

type Feedback = WebinarRecord['feedback']
type Counts = Feedback[string]

const SHOWN = 'shown:'

/**
 * The counts with one answer more. Beside those of each question stands what is shown of them (`shown:`): taken anew
 * once k answers more were given, so that two looks are the same or differ by k answers at least (privacy rule 13).
 */
export function counted(feedback: Feedback, answer: Record<string, string>, k: number): Feedback {
  const next = { ...feedback }
  for (const [question, value] of Object.entries(answer)) {
    const counts = feedback[question] ?? {}
    next[question] = { ...counts, [value]: (counts[value] ?? 0) + 1 }
  }
  if (numberOf(next['useful']) - numberOf(next[`${SHOWN}useful`]) < k) return next
  const shown = Object.keys(answer).map((question) => [SHOWN + question, next[question] ?? {}])
  return { ...next, ...(Object.fromEntries(shown) as Feedback) }
}

/** What HR reads of the feedback: totals alone, and from so many answers on that nobody can be told apart. */
export function feedbackLines(turn: Turn, kit: Kit, record: WebinarRecord | undefined): string[] {
  const { t, language } = turn
  const { threshold: k } = kit.settings
  const shown = (question: string): Counts => record?.feedback[SHOWN + question] ?? {}
  const [useful, step, next] = [shown('useful'), shown('step'), shown('next')]
  const count = numberOf(useful)
  if (count < k) return [t('webinars.feedback.totals.few', { k })]
  const sum = Object.entries(useful).reduce((all, [value, number]) => all + Number(value) * number, 0)
  const line = (choice: string, number: number) => t('webinars.feedback.totals.choice', { choice, number })
  return [
    t('webinars.feedback.totals.answers', { count, k }),
    t('webinars.feedback.totals.useful', { mean: figureText(sum / count, language) }),
    t('webinars.feedback.step'),
    ...STEPS.map((one) => line(t(`webinars.feedback.steps.${one}`), step[one] ?? 0)),
    t('webinars.feedback.next'),
    ...NEXTS.map((one) => line(t(`webinars.feedback.nexts.${one}`), next[one] ?? 0)),
  ]
}

function numberOf(counts: Counts = {}): number {
  return Object.values(counts).reduce((sum, number) => sum + number, 0)
}
