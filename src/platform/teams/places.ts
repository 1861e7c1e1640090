import type { Address, Message } from '../../kit.ts'
import type { Chats, Store } from '../../ports.ts'
import type { Team, TeamMember } from '../../domain/records.ts'
import { isPrincipalName, staffById } from '../../domain/staff.ts'
import { rememberOwnChat } from '../chats.ts'
import { NotThere } from '../connector.ts'
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
  /** A turn happened in a place: one's own chat is remembered, an unknown team is learnt, a moved one followed. */
  visited(activity: Incoming): Promise<void>
  /**
   * Reads the teams of an organisation anew, one after the other, so that those whom the import names by user principal
   * name are known: a roster tells the names, and only names that the import has are kept. Nothing where it has none.
   */
  link(tenant: string): Promise<void>
  /** Ends `link` after the team that it is at. */
  stop(): void
}

export function openPlaces({ store, chats, opaque, greet, log }: Options): Places {
  const refreshes = new Map<string, Promise<void>>()
  let isStopping = false

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

  /** `earlier`: what is known of the team, which may be gone by the time it is read. */
  const readTeam = async (tenant: string, serviceUrl: string, id: string, name: string | undefined, earlier?: Team) => {
    const address = { tenant, serviceUrl, conversation: id }
    const [channels, members] = await Promise.all([chats.channels(address), chats.roster(address)])
    const imported = staffById(await store.staff.get(tenant, 'all'))
    await store.teams.change(tenant, id, (now) => {
      if (earlier !== undefined && now === undefined) return undefined
      return {
        id,
        name: name ?? now?.name ?? '',
        serviceUrl,
        channels: channels.map((channel) => ({
          id: channel.id,
          key: opaque('channel', tenant, channel.id),
          name: channel.name,
        })),
        members: members.map(({ id: person, userId, isGuest, staff }): TeamMember => {
          const isImported = staff !== undefined && imported.has(staff)
          return { id: person, userId, ...(isGuest && { isGuest }), ...(isImported && { staff }) }
        }),
      }
    })
  }

  /** The service may move: the newest address is used (fault 21), by the check-ins of the team too. */
  const followTeam = async (team: Team, { tenant, serviceUrl }: Address): Promise<void> => {
    if (team.serviceUrl === serviceUrl) return
    await store.checkIns.change(tenant, team.id, (known) => known && { ...known, serviceUrl })
    // The team last: until then it is seen that it moved.
    await store.teams.change(tenant, team.id, (known) => known && { ...known, serviceUrl })
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

  /**
   * A place that is gone, or that the app is no longer in, when it is read or greeted: what Teams told of it is passed
   * over. An error would have Teams tell it again, in vain; what is known of the place goes when Teams tells that it went.
   */
  const unlessGone = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (!(error instanceof NotThere)) throw error
      log.warn({ err: error }, 'a place is gone, or refuses the bot: what Teams told of it was passed over')
    })
  }

  const follow = async (activity: Incoming): Promise<void> => {
    const bot = activity.recipient.id
    if (activity.membersRemoved?.some(({ id }) => id === bot) === true) return leave(activity)
    if (activity.membersAdded?.some(({ id }) => id === bot) === true) return arrive(activity)
    const kind = activity.channelData?.eventType ?? ''
    if (kind === 'teamDeleted' || kind === 'teamHardDeleted') return leave(activity)
    await refreshTeam(activity)
  }

  return {
    installed: (activity) =>
      unlessGone(activity.action?.startsWith('remove') === true ? leave(activity) : arrive(activity)),

    changed: (activity) => unlessGone(follow(activity)),

    async visited(activity) {
      const place = placeOf(activity)
      const tenant = tenantOf(activity) ?? place.address.tenant
      try {
        if (place.kind === 'own') await rememberVisit(activity)
        if (place.team === undefined) return
        const team = await store.teams.get(tenant, place.team)
        await (team === undefined ? refreshTeam(activity) : followTeam(team, { ...place.address, tenant }))
      } catch (error) {
        // A turn can do without: the next visit tries again.
        log.warn({ err: error }, 'a place could not be remembered')
      }
    },

    async link(tenant) {
      const list = await store.staff.get(tenant, 'all')
      if (list?.people.some(({ id }) => isPrincipalName(id)) !== true) return
      for (const { id } of await store.teams.list(tenant)) {
        const team = await store.teams.get(tenant, id)
        if (isStopping) return
        if (team === undefined) continue
        await readTeam(tenant, team.serviceUrl, id, undefined, team).catch((error: unknown) => {
          log.warn(
            { err: error },
            'a team could not be read: those whom the import names by user principal name are not known there',
          )
        })
      }
    },

    stop() {
      isStopping = true
    },
  }
}
