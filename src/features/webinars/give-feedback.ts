import { z } from 'zod'
import { stageOf } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { signUpId } from './attendance.ts'
import { feedbackCard, NEXTS, STEPS } from './feedback-questions.ts'
import { counted } from './feedback-totals.ts'
import { findWebinar } from './find-webinar.ts'
import { webinarId } from './hr-fields.ts'

const USEFUL = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const

export const answerSchema = z.object({
  webinar: webinarId,
  useful: z.enum(USEFUL, 'webinars.feedback.usefulRequired'),
  step: z.enum(STEPS, 'webinars.feedback.stepRequired'),
  next: z.enum(NEXTS, 'webinars.feedback.nextRequired'),
})

/** Counts what one who signed up answers, once: who gave which answer is kept nowhere. */
export async function giveFeedback(
  turn: Turn,
  kit: Kit,
  { webinar: id, useful, step, next }: z.output<typeof answerSchema>,
): Promise<Answer> {
  const { t, person, now } = turn
  const { tenant } = person
  const { webinar } = await findWebinar(turn, kit, id)
  if (stageOf(webinar, now) !== 'over') throw new Refusal(t('webinars.feedback.refusals.notYet'))
  const mine = { is: false }
  // The mark before the count, for the two cannot be written in one: a crash in between loses one answer. The other way
  // round one person could be counted twice, and the totals be shown of fewer people than they promise.
  const signUp = await kit.store.signUps.change(tenant, signUpId(kit, tenant, id, person.id), (current) => {
    mine.is = current !== undefined && current.gaveFeedback !== true
    return mine.is && current !== undefined ? { ...current, gaveFeedback: true } : current
  })
  if (signUp === undefined) throw new Refusal(t('webinars.feedback.refusals.notSignedUp'))
  if (!mine.is) return { replace: feedbackCard(turn, kit, webinar, 'already') }
  await kit.store.webinars.change(tenant, id, (current = { id, feedback: {} }) => ({
    ...current,
    feedback: counted(current.feedback, { useful, step, next }, kit.settings.threshold),
  }))
  return { replace: feedbackCard(turn, kit, webinar, 'thanks') }
}
