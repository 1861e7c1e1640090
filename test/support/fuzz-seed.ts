/** A world in which every feature has been used in both organisations, made once and copied. */
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Broadcast, Collection, CollectionName, WebinarRecord } from '../../src/domain/records.ts'
import { COLLECTIONS } from '../../src/domain/register.ts'
import { closeRounds } from '../../src/features/checkins/close-rounds.ts'
import { openRounds } from '../../src/features/checkins/open-rounds.ts'
import { memberKey } from '../../src/features/checkins/team-check-in.ts'
import { tokenOf } from '../../src/features/webinars/preview-webinar.ts'
import type { Feature, Kit } from '../../src/kit.ts'
import { THURSDAY } from './check-ins.ts'
import {
  aWorld,
  idOf,
  markOf,
  OF_CONTENT,
  PEOPLE,
  peopleOf,
  personOf,
  recordsIn,
  SECRET,
  OWN_TEAM,
  SERVICE,
  TEAM_PEOPLE,
  teamsOf,
  TENANTS,
  unitOf,
  type Dump,
  type Data,
  type PlaceKind,
  type Tenant,
  type Who,
  type World,
} from './fuzz.ts'
import { NOW } from './kit.ts'

const BEGIN = new Date('2026-11-16T09:00:00+02:00')
const TEAM_ANSWERS = ['jasen', 'toinen', 'hanna', 'aino', 'kai'] as const
export const TEXTS = {
  ...{ title_fi: 'Haku alkaa', body_fi: 'Hae ensi viikolla.\n\nTervetuloa!' },
  ...{ title_sv: 'Ansökan börjar', body_sv: 'Sök nästa vecka.' },
}
export const WEBINAR = {
  ...{ kind: 'webinar', theme: OF_CONTENT.theme, date: '2027-01-19', time: '13:00', minutes: '60' },
  ...{ title_fi: 'Kysy hyvin', description_fi: 'Näet kolme kysymystä.', speakers_fi: 'Valmentaja', spoken: 'fi' },
}

let seeded: Promise<Dump> | undefined
const parsed = new Map<string, { id: string }[]>()

/** A copy of the world, at the time of NOW, when a check-in is open. */
export async function aSettledWorld(features?: readonly Feature[]): Promise<World> {
  const dump = await (seeded ??= theSeed())
  const world = await aWorld(features && { features })
  for (const tenant of TENANTS) await fill(world.kit, tenant, dump)
  return world
}

async function fill({ store, roundKeys }: Kit, tenant: Tenant, dump: Dump): Promise<void> {
  for (const name of COLLECTIONS) {
    const collection = store[name] as Collection<{ id: string }>
    for (const record of frozen(dump, tenant, name)) await collection.change(tenant, record.id, () => record)
  }
  for (const { id } of frozen(dump, tenant, 'rounds')) await roundKeys.make(id)
  for (const [id, rows] of recordsIn<[string, Delivery[]]>(dump, tenant, 'ledger')) {
    await store.ledger.prepare(tenant, id, rows)
  }
}

/** Shared by all worlds: whoever changes a record that was read fails at it. */
function frozen(dump: Dump, tenant: Tenant, name: CollectionName): { id: string }[] {
  const key = `${tenant}/${name}`
  const records = parsed.get(key) ?? recordsIn(dump, tenant, name).map(freeze)
  parsed.set(key, records)
  return records
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(freeze)
  return Object.freeze(value)
}

async function theSeed(): Promise<Dump> {
  const world = await aWorld({ now: BEGIN })
  const until = async (time: string) => {
    world.later((Date.parse(time) - world.kit.clock.now().getTime()) / 60_000)
    for (const job of [closeRounds, openRounds]) await job.run(world.kit.clock.now(), world.kit)
    await world.kit.settled()
  }
  for (const tenant of TENANTS) await settle(world, tenant)
  for (const tenant of TENANTS) await deliver(world, tenant)
  await until('2026-11-19T14:00:00+02:00')
  for (const tenant of TENANTS) await answerAll(world, tenant)
  await until('2026-11-20T12:00:00+02:00')
  await until(NOW.toISOString())
  for (const tenant of TENANTS) await live(world, tenant)
  for (const tenant of TENANTS) await press(world, tenant, 'jasen', 'checkins.answer', await answerOf(world, tenant))
  if (world.errors.length > 0) throw world.errors[0]
  return world.dump()
}

/** Presses what has to be answered; the card that came. */
async function press(world: World, tenant: Tenant, who: Who, verb: string, data: Data, place: PlaceKind = 'own') {
  const { outcome, result, card } = await world.press({ tenant, who, place, verb, data })
  if (outcome !== 'answered')
    throw new Error(`the world refuses ${verb}: ${JSON.stringify(result)}`, { cause: world.errors.at(-1) })
  return card
}

/** What the buttons of a card carry under this name. */
const on = (card: string, name: string): string => new RegExp(`"${name}":"([^"]+)"`).exec(card)?.[1] ?? ''

/** People, teams, and what does not wait for its time. */
async function settle(world: World, tenant: Tenant): Promise<void> {
  await people(world, tenant)
  const as = (who: Who, verb: string, data: Data, place?: PlaceKind) => press(world, tenant, who, verb, data, place)
  const mark = markOf(tenant)
  await as('hanna', 'checkins.cooperate', { date: '2026-10-01' })
  await as('hanna', 'themes.phase', { phase: 'none' })
  await as('jasen', 'tools.request', { need: `Toive ${SECRET} ${mark}` })
  await as('jasen', 'tools.tried', { tool: OF_CONTENT.tool, helped: '7', worked: SECRET, change: '' })
  await as('esa', 'checkins.start', THURSDAY, 'channel')
  await as('jasen', 'webinars.signup', { webinar: OF_CONTENT.webinar })

  const form = { title_fi: `Otsikko ${mark}`, body_fi: `Teksti ${mark}`, tool: OF_CONTENT.tool }
  for (const audience of [`unit:${unitOf(tenant)}`, 'supervisors', 'channels']) {
    const sent = await as('hanna', 'broadcasts.preview', { ...form, audience, override: 'kiire' })
    await as('hanna', 'broadcasts.confirm', { broadcast: on(sent, 'broadcast'), token: on(sent, 'token') })
  }
  const texts = { title_fi: `Webinaari ${mark}`, description_fi: `Kuvaus ${mark}` }
  const made = await as('hanna', 'webinars.create', { ...WEBINAR, ...texts, date: '2026-11-24' })
  const webinar = on(made, 'webinar')
  await as('hanna', 'webinars.publish', { webinar, token: on(made, 'token') })
  for (const who of ['jasen', 'esa'] as const) await as(who, 'webinars.signup', { webinar })
}

/** What HR and others have in hand now. */
async function live(world: World, tenant: Tenant): Promise<void> {
  const as = (who: Who, verb: string, data: Data, place?: PlaceKind) => press(world, tenant, who, verb, data, place)
  const mark = markOf(tenant)
  const [channel = ''] = (await world.kit.store.teams.list(tenant)).flatMap((team) =>
    team.channels.map(({ key }) => key),
  )
  await as('jasen', 'tools.share', { tool: OF_CONTENT.tool, channel })
  await as('jasen', 'tools.send', { tool: OF_CONTENT.canvas, draft: 'd1', text: 'Hei', channel })
  const form = { title_fi: `${SECRET} ${mark}`, body_fi: `${SECRET} ${mark}` }
  const asked = await as('hanna', 'broadcasts.preview', { ...form, audience: 'everyone', at: '2026-12-08T10:00' })
  await as('hanna', 'broadcasts.confirm', { broadcast: on(asked, 'broadcast'), token: on(asked, 'token') })
  await as('hanna', 'broadcasts.preview', { ...form, audience: 'supervisors', at: '2026-12-09T10:00' })
  const later = {
    title_fi: `Myöhemmin ${mark}`,
    body_fi: `Teksti ${mark}`,
    audience: `unit:${unitOf(tenant)}`,
    at: '2026-12-11T10:00',
  }
  const put = await as('hanna', 'broadcasts.preview', later)
  await as('hanna', 'broadcasts.confirm', { broadcast: on(put, 'broadcast'), token: on(put, 'token') })
  await restored(world, tenant, on(put, 'broadcast'))
  await as('hanna', 'themes.launch', { theme: OF_CONTENT.theme, audience: 'supervisors', at: '2026-12-10T10:00' })
  await as('hanna', 'webinars.create', { ...WEBINAR, title_fi: `${SECRET} ${mark}`, description_fi: SECRET })
}

/** As a restored backup leaves it. */
async function restored({ kit: { store } }: World, tenant: Tenant, id: string): Promise<void> {
  await store.mailings.change(tenant, id, (known) => known && { ...known, state: 'held' })
  await store.broadcasts.change(tenant, id, (known) => known && { ...known, isRestored: true })
}

async function people({ kit }: World, tenant: Tenant): Promise<void> {
  const put = <T extends { id: string }>(collection: Collection<T>, record: T) =>
    collection.change(tenant, record.id, () => record)
  const rowsOf = (who: readonly string[], unit: string) =>
    who.map((one) => ({ id: idOf(one, tenant), unit, roles: [] }))
  const staff = [...rowsOf(['esa', 'sanna', 'jasen'], unitOf(tenant)), ...rowsOf(['m1', 'm2', 'm3'], 'Muut')]
  await put(kit.store.staff, { id: 'all', at: BEGIN.toISOString(), people: staff })
  for (const who of [...PEOPLE, ...TEAM_PEOPLE]) {
    const { id, userId } = personOf(who, tenant)
    await put(kit.store.people, { id, userId, ownChat: { conversation: `own-${id}`, serviceUrl: SERVICE } })
    await put(kit.store.installations, { id: `own-${id}`, installed: true, welcomed: true })
  }
  const [own, other] = teamsOf(tenant)
  const team = (id: string, name: string, who: readonly string[]) =>
    put(kit.store.teams, {
      id,
      name: `${name} ${markOf(tenant)}`,
      serviceUrl: SERVICE,
      channels: [
        { id, key: kit.opaque('channel', tenant, id), name: '' },
        { id: `${id}-arki`, key: kit.opaque('channel', tenant, `${id}-arki`), name: `Arki ${markOf(tenant)}` },
      ],
      members: peopleOf(tenant, who).map((member) => ({ id: member.id, userId: member.userId })),
    })
  await team(own, OWN_TEAM, TEAM_PEOPLE)
  await team(other, 'Länsi', ['sanna', 'm1'])
}

/** What the outbox would have recorded: some got it, one could not, of one nobody knows. */
async function deliver({ kit: { store } }: World, tenant: Tenant): Promise<void> {
  const states = ['delivered', 'failed', 'unknown'] as const
  for (const { id } of (await store.mailings.list(tenant)).filter(({ state }) => state === 'running')) {
    const claimed = await store.ledger.claim(tenant, id, 1000, NOW)
    const outcomes = claimed.map(({ to }, at): Delivery => {
      const copy = { activity: `act-${at}`, conversation: `own-${at}`, serviceUrl: SERVICE }
      return { to, state: states[at] ?? 'delivered', copy }
    })
    await store.ledger.record(tenant, id, outcomes)
    await store.mailings.change(
      tenant,
      id,
      (known) => known && { ...known, state: 'ended', endedAt: NOW.toISOString() },
    )
  }
}

async function answerOf({ kit }: World, tenant: Tenant): Promise<Data> {
  const [round] = await kit.store.rounds.list(tenant)
  if (round === undefined) throw new Error('no check-in is open')
  return { round: round.id, q1: '3', q2: '8', q3: 'na' }
}

async function answerAll(world: World, tenant: Tenant): Promise<void> {
  const data = await answerOf(world, tenant)
  for (const who of TEAM_ANSWERS) await press(world, tenant, who, 'checkins.answer', data)
}

/** What presses can name, by the field that names it. */
export type Ids = Record<string, readonly string[]>

/** The ids that stand in a dump, of one organisation. */
export function idsIn(dump: Dump, tenant: Tenant, kit: Kit): Ids {
  const of = (name: string) => recordsIn(dump, tenant, name).map(({ id }) => id)
  const broadcasts = recordsIn<Broadcast>(dump, tenant, 'broadcasts')
  const made = recordsIn<WebinarRecord>(dump, tenant, 'webinars').flatMap(({ made: webinar }) => webinar ?? [])
  const teams = recordsIn<{ key: string }>(dump, tenant, 'checkIns').map(({ key }) => key)
  const channels = recordsIn<{ channels: { key: string }[] }>(dump, tenant, 'teams')
  const [team] = teamsOf(tenant)
  const members = TEAM_PEOPLE.map((who) => memberKey(kit, tenant, team, idOf(who, tenant)))
  return {
    broadcast: of('broadcasts'),
    token: [...broadcasts.flatMap(({ token }) => token?.value ?? []), ...made.map((one) => tokenOf(kit, one))],
    team: teams,
    with: teams,
    round: [...of('rounds'), ...of('results')],
    webinar: [...of('webinars'), OF_CONTENT.webinar],
    channel: channels.flatMap((one) => one.channels.map(({ key }) => key)),
    readers: members,
    person: members,
    leaveOut: members,
    other: [...of('people'), ...of('signUps'), ...of('mailings'), ...of('shares'), ...of('wishes'), ...teamsOf(tenant)],
  }
}
