/** Fakes of the ports, so that a feature's tests need neither server nor disk. */
import { createHash } from 'node:crypto'
import type { Collection } from '../../src/domain/records.ts'
import { Refusal, type Address, type Kit, type Message, type Place, type Store, type Turn } from '../../src/kit.ts'
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
}

/** A kit with five tools of one theme, an empty store, and keys in place of texts. `given` takes the place of its parts. */
export function aKit(given: Partial<Kit> = {}): FakeKit {
  const posted: FakeKit['posted'] = []
  const withdrawn: string[] = []
  const library = given.library ?? aLibrary()
  return {
    clock: { now: () => NOW },
    strings: () => keys,
    store: aStore(),
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
    roles: () => Promise.resolve(new Set()),
    opaque: (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    show: () => Promise.reject(new Refusal('refusals.notFound')),
    settings: {
      publicUrl: 'https://luotsi.example',
      supportUrl: '',
      defaultLanguage: 'fi',
      timeZone: 'Europe/Helsinki',
    },
    ...given,
    library,
    posted,
    withdrawn,
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
