import { beforeEach, describe, expect, it } from '@jest/globals'
import type { CheckIn, StaffMember } from '../../src/domain/records.ts'
import type { Message } from '../../src/kit.ts'
import type { Chats, Store } from '../../src/ports.ts'
import { NotConnected, NotThere } from '../../src/platform/connector.ts'
import { openLog } from '../../src/platform/log.ts'
import type { Incoming } from '../../src/platform/teams/activity.ts'
import { openPlaces, type Places } from '../../src/platform/teams/places.ts'
import { aKit, aStore } from '../support/kit.ts'

const TENANT = 'tenant-1'
const TEAM = 'team-1'
const SERVICE = 'https://service.example/emea'

type Roster = Awaited<ReturnType<Chats['roster']>>

let store: Store
let roster: Roster
let places: Places
let readings: number
/** What the service waits for before it tells of a team. */
let first: Promise<unknown>
beforeEach(() => {
  store = aStore()
  readings = 0
  first = Promise.resolve()
  roster = [
    { id: 'id-maija', userId: '29:maija', name: 'Maija', isGuest: false, staff: 'maija@kunta.fi' },
    { id: 'id-liisa', userId: '29:liisa', name: 'Liisa', isGuest: false, staff: 'liisa@kunta.fi' },
    { id: 'id-guest', userId: '29:guest', name: 'Guest', isGuest: true, staff: 'guest@example.com' },
  ]
  const kit = aKit()
  places = openPlaces({
    store,
    chats: {
      ...kit.chats,
      roster: () => {
        readings += 1
        return first.then(() => roster)
      },
      channels: () => Promise.resolve([{ id: TEAM, name: '' }]),
    },
    opaque: (...parts) => kit.opaque(...parts),
    greet: () => Promise.resolve({} as Message),
    log: openLog('silent'),
  })
})

const activity = (more: Partial<Incoming> = {}): Incoming => ({
  type: 'message',
  channelId: 'msteams',
  serviceUrl: SERVICE,
  from: { id: '29:maija', aadObjectId: 'id-maija', name: 'Maija' },
  recipient: { id: '28:luotsi', name: 'Luotsi' },
  conversation: { id: TEAM, conversationType: 'channel', tenantId: TENANT },
  channelData: { tenant: { id: TENANT }, team: { id: TEAM, name: 'Kotihoito' }, channel: { id: TEAM } },
  ...more,
})
const own = (more: Partial<Incoming> = {}): Incoming =>
  activity({
    conversation: { id: 'own-maija', conversationType: 'personal', tenantId: TENANT },
    channelData: { tenant: { id: TENANT } },
    ...more,
  })
const imports = (...ids: string[]) =>
  store.staff.change(TENANT, 'all', () => ({
    id: 'all',
    people: ids.map((id): StaffMember => ({ id, unit: '', roles: ['member'] })),
    at: '',
  }))
const team = () => store.teams.get(TENANT, TEAM)

describe('A team', () => {
  it('is learnt with its guests, who are marked, and without names', async () => {
    await places.visited(activity())
    expect((await team())?.members).toEqual([
      { id: 'id-maija', userId: '29:maija' },
      { id: 'id-liisa', userId: '29:liisa' },
      { id: 'id-guest', userId: '29:guest', isGuest: true },
    ])
  })

  it('keeps the user principal name of those alone whom the import names by it', async () => {
    await imports('maija@kunta.fi', 'id-liisa')
    await places.visited(activity())
    expect((await team())?.members.map(({ staff }) => staff)).toEqual(['maija@kunta.fi', undefined, undefined])
  })

  it('F21 is written to at its newest service address, its check-ins too; nothing is written where it is the same', async () => {
    await places.visited(activity())
    await store.checkIns.change(TENANT, TEAM, () => ({ id: TEAM, serviceUrl: SERVICE }) as CheckIn)
    const before = await team()
    await places.visited(activity())
    expect(await team()).toBe(before)
    await places.visited(activity({ serviceUrl: 'https://service.example/amer' }))
    expect(await team()).toEqual({ ...before, serviceUrl: 'https://service.example/amer' })
    expect((await store.checkIns.get(TENANT, TEAM))?.serviceUrl).toBe('https://service.example/amer')
    expect(readings).toBe(1)
  })
})

describe('A place that is gone when it is read', () => {
  const added = { type: 'conversationUpdate', membersAdded: [{ id: '28:luotsi' }] }
  const changed = { type: 'conversationUpdate', membersAdded: [{ id: '29:liisa' }] }
  const stored = async () => ({ team: await team(), installations: await store.installations.list(TENANT) })

  it.each([404, 403])('is passed over without an error, and nothing of it is stored: %i', async (status) => {
    first = Promise.reject(new NotThere('GET', status))
    await places.installed(activity({ type: 'installationUpdate', action: 'add' }))
    await places.changed(activity(added))
    await places.changed(activity(changed))
    expect(readings).toBe(3)
    expect(await stored()).toEqual({ team: undefined, installations: [] })
  })

  it('stays as it was known until Teams tells that it went', async () => {
    await places.installed(activity({ type: 'installationUpdate', action: 'add' }))
    const before = await stored()
    first = Promise.reject(new NotThere('GET', 404))
    await places.changed(activity(changed))
    expect(await stored()).toEqual(before)
    expect(before.team?.members).toHaveLength(3)
  })

  it('is told again by Teams where it only could not be reached', async () => {
    first = Promise.reject(new NotConnected('no connection'))
    await expect(places.changed(activity(changed))).rejects.toThrow('no connection')
  })
})

describe('After an import', () => {
  it('the teams are read anew, so that those whom it names by user principal name are known', async () => {
    await places.visited(activity())
    await imports('liisa@kunta.fi')
    await places.link(TENANT)
    expect((await team())?.members.map(({ staff }) => staff)).toEqual([undefined, 'liisa@kunta.fi', undefined])
    expect(await team()).toMatchObject({ name: 'Kotihoito', serviceUrl: SERVICE })
  })

  it('nothing is read where it names nobody so, or the bot is stopping', async () => {
    await places.visited(activity())
    await imports('id-liisa')
    await places.link(TENANT)
    await imports('liisa@kunta.fi')
    places.stop()
    await places.link(TENANT)
    expect(readings).toBe(1)
  })

  it('a team that the bot leaves while it is read stays forgotten, and the next one is read', async () => {
    await places.visited(activity())
    await store.teams.change(TENANT, 'team-2', () => ({ ...TEAM_2 }))
    await imports('liisa@kunta.fi')
    const left = Promise.withResolvers<undefined>()
    first = left.promise
    const linking = places.link(TENANT)
    while (readings < 2) await Promise.resolve()
    await places.changed(activity({ type: 'conversationUpdate', membersRemoved: [{ id: '28:luotsi' }] }))
    left.resolve(undefined)
    await linking
    expect(await team()).toBeUndefined()
    expect((await store.teams.get(TENANT, 'team-2'))?.members).toHaveLength(3)
  })
})

const TEAM_2 = { id: 'team-2', name: 'Varhaiskasvatus', serviceUrl: SERVICE, channels: [], members: [] }

describe('A person who was given up', () => {
  const isRetired = async () => (await store.people.get(TENANT, 'id-maija'))?.isRetired
  beforeEach(async () => {
    const ownChat = { conversation: 'own-maija', serviceUrl: SERVICE }
    await store.people.change(TENANT, 'id-maija', () => ({
      id: 'id-maija',
      userId: '29:maija',
      ownChat,
      isRetired: true,
    }))
  })

  it('is written to again after installing the app', async () => {
    await places.installed(own({ type: 'installationUpdate', action: 'add' }))
    expect(await isRetired()).toBeUndefined()
  })

  it('is written to again after writing or pressing in the own chat, not in a channel', async () => {
    await places.visited(activity())
    expect(await isRetired()).toBe(true)
    await places.visited(own())
    expect(await isRetired()).toBeUndefined()
  })
})
