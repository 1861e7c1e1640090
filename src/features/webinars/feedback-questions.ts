import type { Webinar } from '../../domain/content.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { stageOf } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { signUpId } from './attendance.ts'
import { findWebinar } from './find-webinar.ts'

/** What one takes from it to one's own work, and what would help further: what the next webinar is made of. */
export const STEPS = ['week', 'month', 'already', 'none'] as const
export const NEXTS = ['examples', 'practice', 'tool', 'enough'] as const

/** The three questions, to who signed up and has not answered. @throws Refusal for anybody else, and before it is held */
export async function askFeedback(turn: Turn, kit: Kit, { webinar: id }: { webinar: string }): Promise<Answer> {
  const { t, person, now } = turn
  const { webinar } = await findWebinar(turn, kit, id)
  if (stageOf(webinar, now) !== 'over') throw new Refusal(t('webinars.feedback.refusals.notYet'))
  const signUp = await kit.store.signUps.get(person.tenant, signUpId(kit, person.tenant, id, person.id))
  if (signUp === undefined) throw new Refusal(t('webinars.feedback.refusals.notSignedUp'))
  const card = feedbackCard(turn, kit, webinar, signUp.gaveFeedback === true ? 'already' : 'questions')
  return { open: card, notice: card.summary }
}

export function feedbackCard(
  turn: Turn,
  kit: Kit,
  webinar: Webinar,
  shows: 'questions' | 'thanks' | 'already',
): Message {
  const { t, language } = turn
  const { threshold: k } = kit.settings
  const canAnswer = shows === 'questions'
  return {
    card: 'webinar-feedback',
    language,
    summary: t(canAnswer ? 'webinars.feedback.summary' : 'webinars.feedback.thanksTitle'),
    show: { verb: 'webinars.feedback', webinar: webinar.id },
    data: {
      webinar: webinar.id,
      subject: breakBraces(webinar.text[language].title),
      note: canAnswer ? t('webinars.feedback.privacy', { k }) : t(`webinars.feedback.${shows}`),
      canAnswer,
    },
  }
}
