import { z } from 'zod'
import { stageOf, startOf, timesText } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findWebinar, webinarById, type Found } from './find-webinar.ts'
import { SAYINGS, type Saying } from './post-message.ts'
import { pressSchema } from './sign-up.ts'
import { webinarCard } from './webinar-card.ts'
import { goneCard, messageCard } from './message-card.ts'

export async function showWebinar(turn: Turn, kit: Kit, { webinar }: { webinar: string }): Promise<Answer> {
  const found = await findWebinar(turn, kit, webinar)
  const { title } = found.webinar.text[turn.language]
  return { open: await webinarCard(turn, kit, found), notice: turn.t('webinars.opened', { title }) }
}

/** `again` is set where somebody reads a delivered message in another language. */
export const askedSchema = z.object({
  webinar: pressSchema.shape.webinar,
  says: z.enum(SAYINGS, 'refusals.notFound'),
  again: z.literal('yes', 'refusals.notFound').optional(),
})
type Asked = z.output<typeof askedSchema>

/**
 * A message as it is true at its delivery: one that was to tell of a webinar that has been cancelled meanwhile says that.
 * @throws Refusal for a reminder that would come too late, so that it is not delivered
 */
export async function showMessage(turn: Turn, kit: Kit, { webinar: id, says, again }: Asked): Promise<Answer> {
  const found = await webinarById(kit, turn.person.tenant, id)
  if (found === undefined) return { replace: await whatIsGone(turn, kit, id) }
  const { webinar } = found
  if (webinar.cancelled) return { replace: await messageCard(turn, kit, found, 'cancelled') }
  if (isOutdated(turn, found, says)) {
    if (again !== 'yes') throw new Refusal(turn.t('webinars.refusals.begun'))
    return { replace: await webinarCard(turn, kit, found) }
  }
  // Cancelled, and on again.
  return { replace: await messageCard(turn, kit, found, says === 'cancelled' ? 'moved' : says) }
}

function isOutdated({ now }: Turn, { webinar }: Found, says: Saying): boolean {
  if (says === 'reminder' || says === 'soon' || says === 'seat') return now >= startOf(webinar)
  // About what is left of it, and it was moved on meanwhile.
  return (says === 'recording' || says === 'feedback') && stageOf(webinar, now) !== 'over'
}

async function whatIsGone(turn: Turn, kit: Kit, id: string) {
  const known = (await kit.store.webinars.get(turn.person.tenant, id))?.announced
  if (known === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return goneCard(turn, id, timesText(known, turn.language, turn.zone))
}
