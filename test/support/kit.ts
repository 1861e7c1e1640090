/** Fakes of the ports, so that a feature's tests need neither server nor disk. */
import { createHash } from 'node:crypto'
import type { Collection } from '../../src/domain/records.ts'
import {
  Refusal,
  type Address,
  type Kit,
  type Message,
  type Outbox,
  type Place,
  type RoundKeys,
  type Sending,
  type Store,
  type Turn,
} from '../../src/kit.ts'
import { libraryOf } from '../../src/platform/content.ts'
import type { Translate } from '../../src/strings.ts'
import { aContent } from './content.ts'

/** A Thursday afternoon in Helsinki. */
export const NOW = new Date('2026-11-26T12:05:00Z')

export type FakeKit = Kit & {
  /** What was posted, in order. */
  posted: { to: Address; message: Message }[]
  /** The activities that were taken back, in order. */
  withdrawn: string[]
  /** What the outbox delivered, in order. */
  sent: { sending: Sending; turn: Turn; message: Message }[]
  /** The errors that were reported, in order. */
  reported: unknown[]
  /** Resolves when nothing runs behind. */
  settled(): Promise<void>
}

/** A kit with five tools of one theme, an empty store, and keys in place of texts. `given` takes the place of its parts. */
export function aKit(given: Partial<Kit> = {}): FakeKit {
  const posted: FakeKit['posted'] = []
  const withdrawn: string[] = []
  const sent: FakeKit['sent'] = []
  const reported: unknown[] = []
  const behind: Promise<void>[] = []
  const library = given.library ?? aLibrary()
  const clock = given.clock ?? { now: () => NOW }
  const store = given.store ?? aStore()
  return {
    strings: () => keys,
    chats: {
      post: (to, message) => Promise.resolve(`out-${posted.push({ to, message })}`),
      withdraw(_, activity) {
        withdrawn.push(activity)
        return Promise.resolve()
      },
      ownChat: (person) => Promise.resolve(anAddress(`own-${person.id}`)),
      isMember: () => Promise.resolve(true),
      nameOf: () => Promise.resolve(''),
      members: () => Promise.resolve([]),
      channels: () => Promise.resolve([]),
    },
    outbox: anOutbox({ store, clock, strings: given.strings ?? (() => keys) }, sent, behind),
    roundKeys: aKeyRing(),
    shuffle: (items) => [...items],
    report: (error) => reported.push(error),
    roles: () => Promise.resolve(new Set()),
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
      threshold: 5,
      retentionMonths: 24,
    },
    ...given,
    clock,
    store,
    library,
    posted,
    withdrawn,
    sent,
    reported,
    async settled() {
      while (behind.length > 0) await Promise.all(behind.splice(0))
    },
  }
}

/** Delivers everything at once: to a person's own chat in the language of their choice, to a channel in the sender's. */
function anOutbox(
  { store, clock, strings }: Pick<Kit, 'store' | 'clock' | 'strings'>,
  sent: FakeKit['sent'],
  behind: Promise<void>[],
): Outbox {
  const deliver = async (sending: Sending) => {
    const { to } = sending
    const record = 'person' in to ? await store.people.get(to.tenant, to.person.id) : undefined
    const language = record?.language ?? sending.language
    const turn = aTurn({
      person: { tenant: to.tenant, ...('person' in to ? to.person : { id: '', userId: '', name: '' }) },
      place:
        'person' in to
          ? { kind: 'own', address: { ...anAddress(`own-${to.person.id}`), tenant: to.tenant } }
          : { kind: 'channel', address: to },
      language,
      t: strings(language),
      now: clock.now(),
    })
    sent.push({ sending, turn, message: await sending.message(turn) })
  }
  return {
    async send(sendings) {
      for (const sending of sendings) await deliver(sending)
      return { total: sendings.length, delivered: sendings.length, failed: 0, unknown: 0 }
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
  return {
    people: aCollection(),
    installations: aCollection(),
    teams: aCollection(),
    wishes: aCollection(),
    trials: aCollection(),
    shares: aCollection(),
    checkIns: aCollection(),
    rounds: aCollection(),
    rosters: aCollection(),
    answers: aCollection(),
    results: aCollection(),
    followUps: aCollection(),
  }
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

function aLibrary(): Kit['library'] {
  const content = aContent()
  const { lexicon } = content
  if (lexicon === undefined) throw new Error('the sample content has no words for the search')
  const library = libraryOf(content, lexicon)
  return () => library
}
