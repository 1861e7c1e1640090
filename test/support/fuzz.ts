/** Two organisations with people in every role, over the real features without a server: for presses that nobody foresaw. */
import type { Library } from '../../src/domain/library.ts'
import { COLLECTIONS } from '../../src/domain/register.ts'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { checkins } from '../../src/features/checkins/index.ts'
import { language } from '../../src/features/language/index.ts'
import { notices } from '../../src/features/notices/index.ts'
import { privacy } from '../../src/features/privacy/index.ts'
import { themes } from '../../src/features/themes/index.ts'
import { tools } from '../../src/features/tools/index.ts'
import { webinars } from '../../src/features/webinars/index.ts'
import { welcome } from '../../src/features/welcome/index.ts'
import { wishes } from '../../src/features/wishes/index.ts'
import type { Answer, Feature, Kit, Person, Place, Role, Turn } from '../../src/kit.ts'
import type { Store } from '../../src/ports.ts'
import { openAudit } from '../../src/platform/audit.ts'
import { readCards, type RenderCard } from '../../src/platform/cards.ts'
import { openDispatch, type Dispatch, type Ended } from '../../src/platform/dispatch.ts'
import type { Log } from '../../src/platform/log.ts'
import { readStrings } from '../../src/platform/strings.ts'
import type { Strings } from '../../src/strings.ts'
import { theQuestions } from './content.ts'
import { aKit, aStore, NOW, type FakeKit } from './kit.ts'

export const FEATURES: readonly Feature[] = [
  ...[broadcasts, checkins, notices, tools, themes],
  ...[webinars, wishes, language, welcome, privacy],
]
export const VERBS = FEATURES.flatMap(({ actions }) => Object.keys(actions ?? {}))

export const TENANTS = ['tenant-a', 'tenant-b'] as const
export type Tenant = (typeof TENANTS)[number]

/** Everybody but `vieras` and `sanna` is in the team that checks in; `jasen` has the same id in both organisations. */
export const ROLES_OF = {
  vieras: [],
  jasen: [],
  toinen: [],
  esa: ['supervisor'],
  sanna: ['supervisor'],
  hanna: ['hr'],
  aino: ['approver'],
  kai: ['coach'],
} as const satisfies Record<string, readonly Role[]>
export type Who = keyof typeof ROLES_OF
export const PEOPLE = Object.keys(ROLES_OF) as Who[]
export const TEAM_PEOPLE = ['esa', 'jasen', 'toinen', 'hanna', 'aino', 'kai', 'm1', 'm2', 'm3', 'm4', 'm5']

/** The channel of the team that checks in, and that of the other one. */
export const PLACES = ['own', 'channel', 'otherChannel', 'group'] as const
export type PlaceKind = (typeof PLACES)[number]

export const SERVICE = 'https://service.example'
export const OF_CONTENT = { tool: 'aa-kaksi', canvas: 'aa-kolme', theme: 't01-testi', webinar: 'wb-testi' }

/** What stands in every text and name of an organisation, and in nothing that anybody sends. */
export const markOf = (tenant: Tenant): string => `MERKKI${tenant.at(-1)?.toUpperCase()}`
/** The name of the team that checks in. */
export const OWN_TEAM = 'Itä'
/** In texts that only HR and approvers may read. */
export const SECRET = 'SALAISUUS'
export const idOf = (who: string, tenant: Tenant): string => (who === 'jasen' ? who : `${who}-${tenant.at(-1)}`)
export const unitOf = (tenant: Tenant): string => `Kotihoito-${tenant}`
/** The team that checks in, and one that does not. */
export const teamsOf = (tenant: Tenant) => [`19:ita-${tenant}`, `19:lansi-${tenant}`] as const

export const personOf = (who: string, tenant: Tenant): Person => {
  const id = idOf(who, tenant)
  return { tenant, id, userId: `29:${id}`, name: `${who} ${markOf(tenant)}` }
}

function placeOf({ tenant, id }: Person, kind: PlaceKind): Place {
  const addressOf = (conversation: string) => ({ tenant, serviceUrl: SERVICE, conversation })
  if (kind === 'own') return { kind, address: addressOf(`own-${id}`) }
  if (kind === 'group') return { kind, address: addressOf('19:group') }
  const [first, second] = teamsOf(tenant as Tenant)
  const team = kind === 'channel' ? first : second
  return { kind: 'channel', address: addressOf(team), team, channel: team }
}

export type Data = Record<string, unknown>
export type Press = { tenant: Tenant; who: Who; place: PlaceKind; verb: string; data: unknown }
export type Pressed = Ended<Answer> & { card: string }

export type World = {
  kit: FakeKit
  /** Moves the clock, presses, and waits for what the press left running. */
  press(press: Press): Promise<Pressed>
  later(minutes: number): void
  /** Everything that is kept, by organisation and collection. */
  dump(): Promise<Dump>
  /** What left the bot, and what was reported as a bug. */
  left(): number
  errors: unknown[]
}

export type Dump = Record<string, string>

type Read = { texts: Strings; render: RenderCard; library: Library }
let reading: Promise<Read> | undefined

/** The real texts and cards, and the sample tools with the real questions: read once. */
async function readAll(): Promise<Read> {
  const texts = await readStrings('content')
  const questions = theQuestions().map((question) => ({ ...question, offers: ['aa-yksi', 'aa-kaksi'] }))
  return { texts, render: await readCards('cards', texts), library: { ...aKit().library(), questions } }
}

/** An empty world. */
export async function aWorld(given: { store?: Store; now?: Date; features?: readonly Feature[] } = {}): Promise<World> {
  const { texts, render, library } = await (reading ??= readAll())
  let now = given.now ?? NOW
  let writes = 0
  const clock = { now: () => now }
  const store = given.store ?? aStore()
  const errors: unknown[] = []
  const log = { error: ({ err }: { err: unknown }) => errors.push(err), info: () => undefined } as unknown as Log
  const base = aKit({
    clock,
    store,
    strings: (one) => texts.translate(one),
    library: () => library,
    chats: chatsOf(() => (writes += 1)),
    roles: (person) => Promise.resolve(rolesOf(person)),
    supervisors: (tenant) => Promise.resolve(named(tenant, 'supervisor')),
    approvers: (tenant) => Promise.resolve(named(tenant, 'approver')),
    audit: openAudit(store, clock, log),
    report: (error) => errors.push(error),
  })
  base.settings = { ...base.settings, approvalAbove: 4, needsCooperation: true }
  const { dispatch, kit } = openDispatch({ features: given.features ?? FEATURES, kit: base, log })
  const fake = Object.assign(base, { show: (turn: Turn, what: unknown) => kit.show(turn, what) })
  return {
    kit: fake,
    errors,
    later(minutes) {
      now = new Date(now.getTime() + minutes * 60_000)
    },
    press: (press) => pressOn(dispatch, fake, render, press),
    dump: () => dumpOf(fake),
    left: () => writes + fake.sent.length,
  }
}

async function pressOn(
  dispatch: Dispatch,
  kit: FakeKit,
  render: RenderCard,
  { tenant, who, place, verb, data }: Press,
): Promise<Pressed> {
  const person = personOf(who, tenant)
  const turn = await dispatch.turn(person, placeOf(person, place), {})
  // As it comes over the wire, so that no press is given what no client can send.
  const ended = await dispatch.press({ ...turn, card: 'card-1' }, verb, JSON.parse(JSON.stringify(data)))
  await kit.settled()
  const { result } = ended
  const message = 'open' in result ? result.open : 'replace' in result ? result.replace : undefined
  return { ...ended, card: message === undefined ? '' : JSON.stringify(render(message)) }
}

function rolesOf({ id, tenant }: Person): ReadonlySet<Role> {
  const who = PEOPLE.find((one) => idOf(one, tenant as Tenant) === id)
  return new Set(who === undefined ? [] : ROLES_OF[who])
}

function named(tenant: string, role: Role): ReadonlySet<string> {
  const those = PEOPLE.filter((who) => (ROLES_OF[who] as readonly Role[]).includes(role))
  return new Set(those.map((who) => idOf(who, tenant as Tenant)))
}

/** Rosters of the teams of both organisations; each write is counted. */
function chatsOf(writes: () => number): Kit['chats'] {
  const membersOf = (tenant: string, conversation: string) =>
    isTenant(tenant) && teamsOf(tenant).some((team) => conversation.startsWith(team))
      ? peopleOf(tenant, conversation.startsWith(teamsOf(tenant)[1]) ? ['sanna', 'm1'] : TEAM_PEOPLE)
      : []
  const write = () => {
    writes()
    return Promise.resolve()
  }
  return {
    post: () => Promise.resolve(`out-${writes()}`),
    update: write,
    withdraw: write,
    ownChat: ({ tenant, id }) => Promise.resolve({ tenant, serviceUrl: SERVICE, conversation: `own-${id}` }),
    isMember: ({ tenant, conversation }, { id }) =>
      Promise.resolve(membersOf(tenant, conversation).some((member) => member.id === id)),
    nameOf: () => Promise.resolve(''),
    members: ({ tenant, conversation }) => Promise.resolve(membersOf(tenant, conversation)),
    roster: ({ tenant, conversation }) =>
      Promise.resolve(membersOf(tenant, conversation).map((member) => ({ ...member, isGuest: false }))),
    channels: () => Promise.resolve([]),
  }
}

const isTenant = (tenant: string): tenant is Tenant => TENANTS.some((one) => one === tenant)
export const peopleOf = (tenant: Tenant, who: readonly string[]) =>
  who.map((one) => personOf(one, tenant)).map(({ id, userId, name }) => ({ id, userId, name }))

async function dumpOf({ store, roundKeys }: FakeKit): Promise<Dump> {
  const parts = TENANTS.map(async (tenant): Promise<[string, string][]> => {
    const lists = COLLECTIONS.map(async (name): Promise<[string, string]> => [
      `${tenant}/${name}`,
      JSON.stringify(await store[name].list(tenant)),
    ])
    const mailings = await store.mailings.list(tenant)
    const ledger = mailings.map(async ({ id }) => [id, await Array.fromAsync(store.ledger.deliveries(tenant, id))])
    const rounds = (await store.rounds.list(tenant)).map(async ({ id }) => [
      id,
      (await roundKeys.read(id))?.toString('hex'),
    ])
    return [
      ...(await Promise.all(lists)),
      [`${tenant}/ledger`, JSON.stringify(await Promise.all(ledger))],
      [`${tenant}/keys`, JSON.stringify(await Promise.all(rounds))],
    ]
  })
  return Object.fromEntries((await Promise.all(parts)).flat())
}

/** The records of a collection in a dump. */
export function recordsIn<T = { id: string }>(dump: Dump, tenant: Tenant, name: string): T[] {
  return JSON.parse(dump[`${tenant}/${name}`] ?? '[]') as T[]
}
