import { IANAZone } from 'luxon'
import { z } from 'zod'
import { tidyText } from '../../domain/person-text.ts'
import type { Person, Place } from '../../kit.ts'

/** Half a pair of a character stands in no id, and cannot be written into an address. */
const anId = z.string().refine((text) => text.isWellFormed())

const account = z.looseObject({ id: anId.min(1), aadObjectId: anId.optional(), name: z.string().nullish() })

/** What Luotsi reads of an incoming activity; the rest is passed over. */
export const activitySchema = z.looseObject({
  type: z.string().min(1),
  id: anId.optional(),
  timestamp: z.unknown().optional(),
  name: z.string().optional(),
  action: z.string().optional(),
  channelId: z.string().min(1),
  serviceUrl: z.string().min(1),
  locale: z.string().optional().catch(undefined),
  localTimezone: z.string().optional().catch(undefined),
  text: z.string().nullish(),
  value: z.unknown().optional(),
  replyToId: anId.optional(),
  from: account,
  recipient: account,
  conversation: z.looseObject({
    id: anId.min(1),
    conversationType: z.string().optional(),
    tenantId: anId.optional(),
  }),
  membersAdded: z.array(account).optional(),
  membersRemoved: z.array(account).optional(),
  entities: z.array(z.looseObject({ type: z.string().optional(), timezone: z.unknown().optional() })).nullish(),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: anId }).nullish(),
      team: z.looseObject({ id: anId, name: z.string().nullish() }).nullish(),
      channel: z.looseObject({ id: anId, name: z.string().nullish() }).nullish(),
      eventType: z.string().optional(),
    })
    .nullish(),
})

export type Incoming = z.output<typeof activitySchema>

export function tenantOf(activity: Incoming): string | undefined {
  return activity.conversation.tenantId ?? activity.channelData?.tenant?.id
}

/** The sender; in development, where nobody is authenticated, the tenant may be missing. */
export function personOf(activity: Incoming): Person {
  const { id, aadObjectId, name } = activity.from
  return {
    tenant: tenantOf(activity) ?? 'development',
    id: aadObjectId ?? id,
    userId: id,
    // By code points: half a surrogate pair is no text.
    name: Array.from(tidyText(name ?? ''))
      .slice(0, 100)
      .join(''),
  }
}

export function placeOf(activity: Incoming): Place {
  const { conversation, channelData, serviceUrl } = activity
  const address = { tenant: tenantOf(activity) ?? 'development', serviceUrl, conversation: conversation.id }
  const team = channelData?.team?.id
  if (conversation.conversationType === 'channel' || team !== undefined) {
    const channel = channelData?.channel?.id ?? conversation.id.split(';')[0]
    return { kind: 'channel', address, ...(team && { team }), ...(channel && { channel }) }
  }
  return { kind: conversation.conversationType === 'groupChat' ? 'group' : 'own', address }
}

/** The zone of the client's clock: as the activity says it, or the information on the client that comes with it. */
export function zoneOf({ localTimezone, entities }: Incoming): string | undefined {
  const told = entities?.find(({ type }) => type === 'clientInfo')?.timezone
  return [localTimezone, told].find((zone) => typeof zone === 'string' && IANAZone.isValidZone(zone)) as
    string | undefined
}

/** What the person wrote, the mention of the bot and the platform's mark-up taken out. */
export function textOf(activity: Incoming): string {
  const plain = (activity.text ?? '')
    .replace(/<at[^>]*>.*?<\/at>/gis, ' ')
    .replace(/<br\s*\/?>|<\/p>/gi, '\n')
    .replace(/&nbsp;/gi, ' ')
  return tidyText(plain)
}
