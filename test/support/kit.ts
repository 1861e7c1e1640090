/** Fakes of the ports, so that a feature's tests need neither server nor disk. */
import { createHash } from 'node:crypto'
import type { Deliveries, Delivery } from '../../src/domain/delivery.ts'
import type { Library } from '../../src/domain/library.ts'
import type { Collection, Collections } from '../../src/domain/records.ts'
import { COLLECTIONS } from '../../src/domain/register.ts'
import { Refusal, type Address, type Answer, type Kit, type Message, type Place, type Turn } from '../../src/kit.ts'
import type { NewMailing, Outbox, RoundKeys, Sending, Store } from '../../src/ports.ts'
import { libraryOf } from '../../src/platform/content.ts'
import type { Cards } from '../../src/cards.ts'
import type { Translate } from '../../src/strings.ts'
import { aContent } from './content.ts'
import { aLedger } from './ledger.ts'

/** A Thursday afternoon in Helsinki. */
export const NOW = new Date('2026-11-26T12:05:00Z')

export type FakeKit = Kit & {
  /** What was posted, in order. */
  posted: { to: Address; message: Message }[]
  /** The activities that were taken back, in order. */
  withdrawn: string[]
  /** The cards that were put in place of posted ones, in order. */
  updated: { at: Address; activity: string; message: Message }[]
  /** What was sent from memory, in order. */
  sent: Sending[]
  /** What was handed to the outbox to be kept and sent, in order. */
  mailed: { tenant: string; mailing: NewMailing; deliveries: Delivery[]; isHeld: boolean }[]
  /** What was noted of who did what, in order. */
  audited: Parameters<Kit['audit']>[1][]
  /** The errors that were reported, in order. */
  reported: unknown[]
  /** Resolves when nothing runs behind. */
  settled(): Promise<void>
}

/** A kit with five tools of one theme, an empty store, and keys in place of texts. `given` takes the place of its parts. */
export function aKit(given: Partial<Kit> = {}): FakeKit {
  const posted: FakeKit['posted'] = []
  const withdrawn: string[] = []
  const updated: FakeKit['updated'] = []
  const sent: FakeKit['sent'] = []
  const mailed: FakeKit['mailed'] = []
  const audited: FakeKit['audited'] = []
  const reported: unknown[] = []
  const behind: Promise<void>[] = []
  const clock = given.clock ?? { now: () => NOW }
  const store = given.store ?? aStore()
  return {
    strings: () => keys,
    chats: {
      post: (to, message) => Promise.resolve(`out-${posted.push({ to, message })}`),
      update(at, activity, message) {
        updated.push({ at, activity, message })
        return Promise.resolve()
      },
      withdraw(_, activity) {
        withdrawn.push(activity)
        return Promise.resolve()
      },
      ownChat: (person) => Promise.resolve(anAddress(`own-${person.id}`)),
      isMember: () => Promise.resolve(true),
      nameOf: () => Promise.resolve(''),
      members: () => Promise.resolve([]),
      roster: () => Promise.resolve([]),
      channels: () => Promise.resolve([]),
    },
    outbox: anOutbox({ store, clock }, sent, mailed, behind),
    roundKeys: aKeyRing(),
    shuffle: (items) => [...items],
    report: (error) => reported.push(error),
    roles: () => Promise.resolve(new Set()),
    supervisors: () => Promise.resolve(undefined),
    approvers: () => Promise.resolve(new Set()),
    audit(_, entry) {
      audited.push(entry)
      return Promise.resolve()
    },
    opaque: (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    show: () => Promise.reject(new Refusal('refusals.notFound')),
    settings: {
      publicUrl: 'https://luotsi.example',
      supportUrl: '',
      defaultLanguage: 'fi',
      timeZone: 'Europe/Helsinki',
      calendar: {
        zone: 'Europe/Helsinki',
        window: { from: '08:00', to: '16:00' },
        quiet: [
          { from: '07-01', to: '07-31' },
          { from: '12-23', to: '01-06' },
        ],
      },
      needsCooperation: false,
      threshold: 5,
      retentionMonths: 24,
      rate: 30,
      approvalAbove: 500,
      linkHosts: ['example.com'],
    },
    ...given,
    clock,
    store,
    library: given.library ?? theLibrary,
    posted,
    withdrawn,
    updated,
    sent,
    mailed,
    audited,
    reported,
    async settled() {
      while (behind.length > 0) await Promise.all(behind.splice(0))
    },
  }
}

/** Keeps mailings with their deliveries in the store's ledger, and sends nothing: `mailed` tells what was handed over. */
function anOutbox(
  { store, clock }: Pick<Kit, 'store' | 'clock'>,
  sent: FakeKit['sent'],
  mailed: FakeKit['mailed'],
  behind: Promise<void>[],
): Outbox {
  const put = async (tenant: string, mailing: NewMailing, deliveries: Deliveries, held: boolean) => {
    const all = await Array.fromAsync(deliveries)
    const state = held ? 'held' : new Date(mailing.at) > clock.now() ? 'waiting' : 'running'
    await store.mailings.change(tenant, mailing.id, () => ({ ...mailing, state }))
    await store.ledger.prepare(tenant, mailing.id, all)
    const earlier = mailed.findIndex((one) => one.mailing.id === mailing.id)
    if (earlier >= 0) mailed.splice(earlier, 1)
    mailed.push({ tenant, mailing, deliveries: all, isHeld: held })
  }
  return {
    async post(tenant, mailing, deliveries) {
      if ((await store.mailings.get(tenant, mailing.id)) === undefined) await put(tenant, mailing, deliveries, false)
    },
    async hold(tenant, mailing, deliveries) {
      const state = (await store.mailings.get(tenant, mailing.id))?.state
      if (state !== undefined && state !== 'held') throw new Error('this mailing is on its way already')
      await put(tenant, mailing, deliveries, true)
      return store.ledger.counts(tenant, mailing.id)
    },
    async release(tenant, id, at) {
      const known = await store.mailings.get(tenant, id)
      if (known?.state !== 'held') return false
      const state = at > clock.now() ? 'waiting' : 'running'
      await store.mailings.change(tenant, id, () => ({ ...known, state, at: at.toISOString() }))
      for (const one of mailed) if (one.mailing.id === id) one.isHeld = false
      return true
    },
    async cancel(tenant, id) {
      await store.ledger.shift(tenant, id, ['pending'], { state: 'cancelled' })
      await store.mailings.change(tenant, id, (known) => known && { ...known, state: 'ended' })
    },
    repeat: (tenant, id, which) => store.ledger.shift(tenant, id, [which], { state: 'pending' }),
    counts: (tenant, id) => store.ledger.counts(tenant, id),
    async forget(tenant, id) {
      await store.ledger.remove(tenant, id)
      await store.mailings.change(tenant, id, () => undefined)
    },
    noticesInWeek: () => Promise.resolve(new Map()),
    nextStart: () => Promise.resolve(undefined),
    startDue: () => Promise.resolve(),
    send(sendings) {
      sent.push(...sendings)
      return Promise.resolve()
    },
    behind(work) {
      behind.push(work())
    },
  }
}

/** Keys in memory: the key of a round is drawn from its id. */
function aKeyRing(): RoundKeys {
  const keyRing = new Map<string, Buffer>()
  return {
    make(round) {
      keyRing.set(round, createHash('sha256').update(round).digest())
      return Promise.resolve()
    },
    read(round) {
      const key = keyRing.get(round)
      // A reader overwrites what it was given.
      return Promise.resolve(key && Buffer.from(key))
    },
    destroy(round) {
      keyRing.delete(round)
      return Promise.resolve()
    },
  }
}

/** Maija in her own chat, in Finnish. */
export function aTurn(given: Partial<Turn> = {}): Turn {
  return {
    person: { tenant: 'tenant-1', id: 'maija', userId: '29:maija', name: 'Maija Virtanen' },
    place: aPlace('own'),
    language: 'fi',
    t: keys,
    now: NOW,
    ...given,
  }
}

export function aPlace(kind: Place['kind']): Place {
  return { kind, address: anAddress(`${kind}-1`) }
}

export function anAddress(conversation: string): Address {
  return { tenant: 'tenant-1', serviceUrl: 'https://service.example', conversation }
}

export function aStore(): Store {
  const collections = Object.fromEntries(COLLECTIONS.map((name) => [name, aCollection()]))
  return { ...(collections as unknown as Collections), ledger: aLedger() }
}

/** The data of the card that an answer brings. @throws where it brings another one, or a text */
export async function cardOf<Name extends keyof Cards>(name: Name, answer: Promise<Answer>): Promise<Cards[Name]> {
  const given = await answer
  const message = 'open' in given ? given.open : 'replace' in given ? given.replace : undefined
  if (message?.card !== name) throw new Error(`${message?.card ?? 'a text'} came in place of ${name}`)
  return message.data as Cards[Name]
}

/** Says the key, and the values that would be put in: `tool.opened {"title":"…"}`. */
export const keys: Translate = (key, values) => (values === undefined ? key : `${key} ${JSON.stringify(values)}`)

/** Records in memory. One change runs to its end before the next begins. */
export function aCollection<T>(): Collection<T> {
  const tenants = new Map<string, Map<string, T>>()
  return {
    get: (tenant, id) => Promise.resolve(tenants.get(tenant)?.get(id)),
    list: (tenant) => Promise.resolve([...(tenants.get(tenant)?.values() ?? [])]),
    tenants: () => Promise.resolve([...tenants.keys()]),
    change: (tenant, id, edit) =>
      new Promise((resolve) => {
        const records = tenants.get(tenant) ?? new Map<string, T>()
        const next = edit(records.get(id))
        if (next === undefined) records.delete(id)
        else records.set(id, next)
        tenants.set(tenant, records)
        resolve(next)
      }),
  }
}

let library: Library | undefined

/** Nothing changes it, and its index takes a while to build: all kits of a file share it. */
function theLibrary(): Library {
  if (library !== undefined) return library
  const content = aContent()
  const { lexicon } = content
  if (lexicon === undefined) throw new Error('the sample content has no words for the search')
  library = libraryOf(content, lexicon)
  return library
}
