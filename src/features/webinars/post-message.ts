import { nextSendMoment } from '../../domain/calendar.ts'
import type { Delivery, Mailing, What } from '../../domain/delivery.ts'
import type { SignUp } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import type { NewMailing } from '../../ports.ts'

/** What a message that comes by itself is about. */
export const SAYINGS = ['reminder', 'moved', 'cancelled', 'seat', 'soon', 'recording', 'feedback'] as const
export type Saying = (typeof SAYINGS)[number]

export function messageOf(webinar: string, says: Saying): What {
  return { verb: 'webinars.message', webinar, says }
}

/**
 * What people signed up for is no notice: it does not count among the three a week, and a break does not stop it. Where
 * each copy stands is kept, so that what is outdated is changed there.
 */
export async function postMessage(
  kit: Kit,
  tenant: string,
  { id, kind, message, before }: Pick<Mailing, 'id' | 'kind' | 'message'> & { before?: Date },
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return
  const now = kit.clock.now()
  const mailing: NewMailing = {
    id,
    kind,
    does: 'post',
    message,
    language: kit.settings.defaultLanguage,
    at: now.toISOString(),
    // News that would wait until the webinar has begun would come too late.
    atAnyHour: before !== undefined && nextSendMoment(now, kit.settings.calendar) >= before,
    isSameForAll: false,
    keepsCopies: true,
  }
  await kit.outbox.post(tenant, mailing, deliveries)
}

/** The address is that of the press: from a channel somebody may sign up who has no own chat with the bot yet. */
export function toPerson({ person, userId, serviceUrl }: SignUp): Delivery {
  return { to: { person, userId, ...(serviceUrl !== undefined && { serviceUrl }) }, state: 'pending' }
}
