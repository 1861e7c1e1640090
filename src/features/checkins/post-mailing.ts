import type { Delivery, What } from '../../domain/delivery.ts'
import type { Language } from '../../domain/languages.ts'
import type { CheckIn } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import type { Note } from './note-card.ts'
import { languagesOf, together } from './team-check-in.ts'

/** `id` is a business key: posted again, it changes nothing. `isSameForAll`: made once for all who read one language. */
type CheckInMailing = { id: string; kind: string; message: What; language: Language; isSameForAll?: true }

/** Within the send window, apart from the three notices a week, and without a copy of what stands where (privacy rule 7). */
export function postMailing(
  kit: Kit,
  tenant: string,
  mailing: CheckInMailing,
  deliveries: readonly Delivery[],
): Promise<void> {
  const at = kit.clock.now().toISOString()
  const how = { does: 'post', at, atAnyHour: false, keepsCopies: false } as const
  return kit.outbox.post(tenant, { isSameForAll: false, ...mailing, ...how }, deliveries)
}

/** Posts the same to the channels of the check-ins. */
export async function postToChannels(
  kit: Kit,
  tenant: string,
  checkIn: CheckIn,
  { id, kind, message }: Omit<CheckInMailing, 'language'>,
): Promise<void> {
  const deliveries = (await together(kit, tenant, checkIn)).map(
    ({ id: team, channel: conversation, serviceUrl }): Delivery => ({
      to: { conversation, serviceUrl, team },
      state: 'pending',
    }),
  )
  await postMailing(kit, tenant, { id, kind, message, language: languagesOf(checkIn.language)[0] }, deliveries)
}

/** Says something in the channels of the check-ins. */
export function say(kit: Kit, tenant: string, checkIn: CheckIn, id: string, note: Note): Promise<void> {
  return postToChannels(kit, tenant, checkIn, {
    id,
    kind: 'checkins.channel',
    message: { verb: 'checkins.note', ...note },
  })
}

export function toPerson({ id, userId }: Member, serviceUrl: string): Delivery {
  return { to: { person: id, userId, serviceUrl }, state: 'pending' }
}
