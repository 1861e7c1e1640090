import type { Chats, Message, Store } from '../../kit.ts'
import { rememberOwnChat } from '../chats.ts'
import type { Log } from '../log.ts'
import { personOf, placeOf, tenantOf, type Incoming } from './activity.ts'

type Options = {
  store: Store
  chats: Chats
  opaque: (...parts: string[]) => string
  greet: (activity: Incoming) => Promise<Message>
  log: Log
}

/** Keeps where the app is installed, and which channels and members its teams have; greets each place once. */
export type Places = {
  /** The app came to a place, or left it. */
  installed(activity: Incoming): Promise<void>
  /** People or channels of a place changed. */
  changed(activity: Incoming): Promise<void>
  /** A turn happened in a place: one's own chat is remembered, an unknown team is learnt. */
  visited(activity: Incoming): Promise<void>
}

export function openPlaces({ store, chats, opaque, greet, log }: Options): Places {
  const refreshes = new Map<string, Promise<void>>()

  /** Reads a team's channels and members anew; refreshes of one team that come meanwhile are one more. */
  const refreshTeam = async (activity: Incoming): Promise<void> => {
    const { tenant, serviceUrl } = placeOf(activity).address
    const id = activity.channelData?.team?.id
    if (id === undefined) return
    const waiting = refreshes.get(id)
    if (waiting !== undefined) return waiting
    const refresh = readTeam(tenant, serviceUrl, id, activity.channelData?.team?.name ?? undefined).finally(() =>
      refreshes.delete(id),
    )
    refreshes.set(id, refresh)
    await refresh
  }

  const readTeam = async (tenant: string, serviceUrl: string, id: string, name: string | undefined) => {
    const address = { tenant, serviceUrl, conversation: id }
    const [channels, members] = await Promise.all([chats.channels(address), chats.members(address)])
    await store.teams.change(tenant, id, (earlier) => ({
      id,
      name: name ?? earlier?.name ?? '',
      serviceUrl,
      channels: channels.map((channel) => ({
        id: channel.id,
        key: opaque('channel', tenant, channel.id),
        name: channel.name,
      })),
      members: members.map((member) => member.id),
    }))
  }

  const arrive = async (activity: Incoming): Promise<void> => {
    const place = placeOf(activity)
    const { tenant, conversation } = place.address
    if (place.kind === 'own') await rememberVisit(activity)
    if (place.kind === 'channel') await refreshTeam(activity)
    const id = place.team ?? conversation
    const greeting = { isDue: false }
    await store.installations.change(tenant, id, (earlier) => {
      greeting.isDue = earlier?.welcomed !== true
      return { id, installed: true, welcomed: true }
    })
    if (!greeting.isDue) return
    await chats.post(place.address, await greet(activity))
  }

  const leave = async (activity: Incoming): Promise<void> => {
    const place = placeOf(activity)
    const { tenant, conversation } = place.address
    const id = place.team ?? conversation
    await store.installations.change(tenant, id, (earlier) => earlier && { ...earlier, installed: false })
    if (place.kind === 'channel') await store.teams.change(tenant, id, () => undefined)
    if (place.kind === 'own') {
      await store.people.change(tenant, personOf(activity).id, (known) => {
        if (known?.ownChat === undefined) return known
        const { ownChat: _gone, ...rest } = known
        return rest
      })
    }
  }

  const rememberVisit = async (activity: Incoming): Promise<void> => {
    const { address } = placeOf(activity)
    const ownChat = { conversation: address.conversation, serviceUrl: address.serviceUrl }
    await rememberOwnChat(store, personOf(activity), ownChat, activity.locale)
  }

  return {
    async installed(activity) {
      await (activity.action?.startsWith('remove') === true ? leave(activity) : arrive(activity))
    },

    async changed(activity) {
      const bot = activity.recipient.id
      if (activity.membersRemoved?.some(({ id }) => id === bot) === true) return leave(activity)
      if (activity.membersAdded?.some(({ id }) => id === bot) === true) return arrive(activity)
      const kind = activity.channelData?.eventType ?? ''
      if (kind === 'teamDeleted' || kind === 'teamHardDeleted') return leave(activity)
      await refreshTeam(activity)
    },

    async visited(activity) {
      const place = placeOf(activity)
      const tenant = tenantOf(activity) ?? place.address.tenant
      const isNewTeam = place.team !== undefined && (await store.teams.get(tenant, place.team)) === undefined
      try {
        if (place.kind === 'own') await rememberVisit(activity)
        else if (isNewTeam) await refreshTeam(activity)
      } catch (error) {
        // A turn can do without: the next visit tries again.
        log.warn({ err: error }, 'a place could not be remembered')
      }
    },
  }
}
