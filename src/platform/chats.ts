import { z } from 'zod'
import { tidyText } from '../domain/person-text.ts'
import { Unreachable, type Address, type Message, type Person } from '../kit.ts'
import type { Chats, Store } from '../ports.ts'
import type { RenderCard } from './cards.ts'
import { ConnectorError, type Connector } from './connector.ts'

/** Teams itself says `objectId` where the SDK and the Playground say `aadObjectId`. */
const member = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    aadObjectId: z.string().optional(),
    objectId: z.string().optional(),
    userRole: z.string().optional(),
    userPrincipalName: z.string().nullish(),
    tenantId: z.string().nullish(),
  })
  .transform(({ objectId, ...account }) => ({ ...account, aadObjectId: account.aadObjectId ?? objectId }))
const members = z.object({ members: z.array(member), continuationToken: z.string().nullish() })
const channelList = z.object({
  conversations: z.array(z.object({ id: z.string(), name: z.string().nullish() })),
})

const PAGE_SIZE = 500

/** An activity that carries one card alone: text beside it may be split off and lose its id. */
export function cardActivity(message: Message, render: RenderCard): object {
  return {
    type: 'message',
    locale: message.language,
    summary: message.summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: render(message) }],
  }
}

export function openChats(connector: Connector, render: RenderCard, store: Store, botId: string): Chats {
  const roster: Chats['roster'] = async (of) => {
    const people: Awaited<ReturnType<Chats['roster']>> = []
    let token: string | null | undefined
    do {
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(token && { continuationToken: token }) })
      const page = members.parse(await connector.get(of, `${pathOf(of)}/pagedmembers?${query.toString()}`))
      for (const one of page.members) {
        if (one.aadObjectId === undefined || one.id.startsWith('28:')) continue
        const staff = one.userPrincipalName?.toLowerCase()
        people.push({
          id: one.aadObjectId,
          userId: one.id,
          name: tidyText(one.name ?? ''),
          isGuest: isOutsider(one, of.tenant),
          ...(staff && { staff }),
        })
      }
      token = page.continuationToken
    } while (token)
    return people
  }

  return {
    post: (to, message) => connector.post(to, cardActivity(message, render)),

    update: (at, activity, message) => connector.update(at, activity, cardActivity(message, render)),

    async withdraw(from, activity, instead) {
      try {
        await connector.remove(from, activity)
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error
        await connector.update(from, activity, cardActivity(instead, render))
      }
    },

    async ownChat(person, serviceUrl, { isKept } = { isKept: true }) {
      const known = (await store.people.get(person.tenant, person.id))?.ownChat
      if (known !== undefined) return { tenant: person.tenant, ...known }
      const conversation = await connector.createConversation(serviceUrl, {
        bot: { id: `28:${botId}` },
        isGroup: false,
        members: [{ id: person.userId }],
        tenantId: person.tenant,
        channelData: { tenant: { id: person.tenant } },
      })
      if (conversation === undefined) throw new Unreachable('no conversation was created')
      if (isKept) await rememberOwnChat(store, person, { conversation, serviceUrl })
      return { tenant: person.tenant, conversation, serviceUrl }
    },

    async isMember(of, person) {
      try {
        const found = member.parse(
          await connector.get(of, `${pathOf(of)}/members/${encodeURIComponent(person.userId)}`),
        )
        return found.id === person.userId || found.aadObjectId === person.id
      } catch (error) {
        if (error instanceof Unreachable) return false
        throw error
      }
    },

    async nameOf(of, userId) {
      try {
        const found = member.parse(await connector.get(of, `${pathOf(of)}/members/${encodeURIComponent(userId)}`))
        return tidyText(found.name ?? '')
      } catch (error) {
        if (error instanceof Unreachable || error instanceof ConnectorError) return ''
        throw error
      }
    },

    async members(of) {
      const all = await roster(of)
      return all.filter(({ isGuest }) => !isGuest).map(({ id, userId, name }) => ({ id, userId, name }))
    },

    roster,

    async channels(team) {
      const path = `/v3/teams/${encodeURIComponent(team.conversation)}/conversations`
      const { conversations } = channelList.parse(await connector.get(team, path))
      return conversations.map(({ id, name }) => ({ id, name: name ?? '' }))
    },
  }
}

/** For jobs, which ask for hundreds of rosters at a moment: each request waits until `mayAsk` lets it go. */
export function pacedChats(chats: Chats, mayAsk: (tenant: string) => Promise<void>): Chats {
  const paced =
    <More extends unknown[], Got>(ask: (of: Address, ...more: More) => Promise<Got>) =>
    async (of: Address, ...more: More): Promise<Got> => {
      await mayAsk(of.tenant)
      return ask(of, ...more)
    }
  return {
    ...chats,
    members: paced((of) => chats.members(of)),
    roster: paced((of) => chats.roster(of)),
    isMember: paced((of, person: Person) => chats.isMember(of, person)),
    nameOf: paced((of, userId: string) => chats.nameOf(of, userId)),
    channels: paced((team) => chats.channels(team)),
  }
}

/** Keeps where a person's own chat is, which is open again; nothing is written where it is known already. */
export async function rememberOwnChat(
  store: Store,
  { tenant, id, userId }: Person,
  ownChat: { conversation: string; serviceUrl: string },
  locale?: string,
): Promise<void> {
  await store.people.change(tenant, id, (known) => {
    const isKnown =
      known?.userId === userId &&
      known.ownChat?.conversation === ownChat.conversation &&
      known.ownChat.serviceUrl === ownChat.serviceUrl &&
      known.isRetired === undefined &&
      (locale === undefined || known.locale === locale)
    if (isKnown) return known
    const { isRetired: _over, ...rest } = known ?? {}
    return { ...rest, id, userId, ownChat, ...(locale !== undefined && { locale }) }
  })
}

/** Guests, and people of other organisations in a shared channel. */
function isOutsider({ userRole = '', tenantId }: z.output<typeof member>, tenant: string): boolean {
  return ['guest', 'anonymous'].includes(userRole.toLowerCase()) || (tenantId ?? tenant) !== tenant
}

function pathOf({ conversation }: Address): string {
  return `/v3/conversations/${encodeURIComponent(conversation)}`
}
