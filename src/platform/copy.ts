/** Everything that is kept as one stream of rows in one order: what a backup, a restore and a move are made of. */
import { createHash, type Hash } from 'node:crypto'
import type { Delivery, Ledger } from '../domain/delivery.ts'
import type { Collection, CollectionName } from '../domain/records.ts'
import { COLLECTIONS } from '../domain/register.ts'
import type { Store } from '../ports.ts'

export const DELIVERIES = 'deliveries'

/** Every record is kept under its own `id`. */
type Kept = { id: string }

/** A record, or one recipient of a mailing; of a record `mailing` is empty. Deliveries come last, in their order. */
export type Row = { of: CollectionName | typeof DELIVERIES; tenant: string; mailing: string; item: object }

export type Readable = { [Name in CollectionName]: Pick<Collection<Kept>, 'tenants' | 'list'> } & {
  ledger: Pick<Ledger, 'deliveries'>
}

export async function tenantsOf(store: Readable): Promise<string[]> {
  const all = await Promise.all(COLLECTIONS.map((name) => store[name].tenants()))
  return [...new Set(all.flat())].sort()
}

/** The order is the same in whichever store the rows stand. What was being sent is unknown, as after any stop. */
export async function* rowsOf(store: Readable): AsyncGenerator<Row> {
  const tenants = await tenantsOf(store)
  for (const name of COLLECTIONS)
    for (const tenant of tenants)
      for (const item of inOrder(await store[name].list(tenant))) yield { of: name, tenant, mailing: '', item }
  for (const tenant of tenants)
    for (const { id: mailing } of inOrder(await store.mailings.list(tenant)))
      for await (const delivery of store.ledger.deliveries(tenant, mailing))
        yield { of: DELIVERIES, tenant, mailing, item: interrupted(delivery) }
}

/**
 * The records of the embedded store as they stand now, while it goes on. Deliveries are those of the moment at which
 * they are read: later than the records, never earlier.
 */
export async function atThisMoment(store: Store): Promise<Readable> {
  const tenants = await tenantsOf(store)
  // All are asked for before the first answer is waited for: the files' memory gives each as it stands now.
  const asked = COLLECTIONS.map((name) => tenants.map((tenant) => store[name].list(tenant) as Promise<Kept[]>))
  const lists = await Promise.all(asked.map((its) => Promise.all(its)))
  const frozen = COLLECTIONS.map((name, at) => {
    const list = (tenant: string) => Promise.resolve(lists[at]?.[tenants.indexOf(tenant)] ?? [])
    return [name, { tenants: () => Promise.resolve(tenants), list }] as const
  })
  return { ...(Object.fromEntries(frozen) as Omit<Readable, 'ledger'>), ledger: store.ledger }
}

/** How many rows there are of what, and a checksum of them: by collection and tenant. */
export class Tally {
  readonly #parts = new Map<string, { of: string; tenant: string; count: number; hash: Hash }>()

  add({ of, tenant, mailing, item }: Row): void {
    const key = JSON.stringify([of, tenant])
    const part = this.#parts.get(key) ?? { of, tenant, count: 0, hash: createHash('sha256') }
    this.#parts.set(key, part)
    part.count += 1
    part.hash.update(`${mailing}\n${canonical(item)}\n`)
  }

  /** By collection; only what there is. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { of, count } of this.#parts.values()) counts[of] = (counts[of] ?? 0) + count
    return counts
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0)
  }

  /** Of everything. */
  get digest(): string {
    const parts = Array.from(this.#parts, ([key, { count, hash }]) => [key, count, hash.copy().digest('hex')])
    return createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex')
  }

  /** Where `other` has something else than this, in words. */
  differences(other: Tally): string[] {
    const keys = new Set([...this.#parts.keys(), ...other.#parts.keys()])
    return [...keys].flatMap((key) => {
      const [mine, its] = [this.#parts.get(key), other.#parts.get(key)]
      if (mine && its && mine.count === its.count && digestOf(mine.hash) === digestOf(its.hash)) return []
      const { of, tenant } = mine ?? its ?? { of: '', tenant: '' }
      return `${of} of tenant ${tenant}: ${mine?.count ?? 0} here, ${its?.count ?? 0} there`
    })
  }
}

/** @throws what reading throws */
export async function tallyOf(rows: AsyncIterable<Row>, told: (rows: number) => void = () => undefined) {
  const tally = new Tally()
  let number = 0
  for await (const row of rows) {
    tally.add(row)
    told((number += 1))
  }
  return tally
}

/**
 * Writes the rows into a store that has nothing but some of them: what is there already is left as it is, so that it
 * may be called again after a crash. `atOnce` records are on their way together.
 */
export async function fill(
  store: Store,
  rows: AsyncIterable<Row>,
  { atOnce, told }: { atOnce: number; told: (rows: number) => void },
): Promise<void> {
  let number = 0
  const counted = async function* (items: AsyncIterable<object>): AsyncGenerator<object> {
    for await (const item of items) {
      yield item
      told((number += 1))
    }
  }
  for await (const { of, tenant, mailing, items } of groupsOf(rows)) {
    if (of === DELIVERIES) {
      // A list is written as a whole or not at all.
      const isThere = (await store.ledger.counts(tenant, mailing)).total > 0
      if (!isThere) await store.ledger.prepare(tenant, mailing, counted(items) as AsyncIterable<Delivery>)
      continue
    }
    const collection = store[of] as unknown as Collection<Kept>
    const known = new Map((await collection.list(tenant)).map((item) => [item.id, canonical(item)]))
    const all = (await Array.fromAsync(items)) as Kept[]
    const missing = all.filter((item) => known.get(item.id) !== canonical(item))
    told((number += all.length - missing.length))
    const left = missing.values()
    const writer = async (): Promise<void> => {
      for (const item of left) {
        await collection.change(tenant, item.id, () => item)
        told((number += 1))
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, missing.length) }, writer))
  }
}

type Group = Omit<Row, 'item'> & { items: AsyncGenerator<object> }

/** Rows of the same collection, tenant and mailing together; what is not read of a group is passed over. */
async function* groupsOf(rows: AsyncIterable<Row>): AsyncGenerator<Group> {
  const source = rows[Symbol.asyncIterator]()
  let next = await source.next()
  while (next.done !== true) {
    const { of, tenant, mailing } = next.value
    const items = async function* (): AsyncGenerator<object> {
      while (next.done !== true) {
        const { value } = next
        if (value.of !== of || value.tenant !== tenant || value.mailing !== mailing) return
        yield value.item
        next = await source.next()
      }
    }
    yield { of, tenant, mailing, items: items() }
    for await (const _ of items());
  }
}

function interrupted(delivery: Delivery): Delivery {
  const { to, state, copy } = delivery
  if (state !== 'sending') return delivery
  return { to, state: 'unknown', reason: 'interrupted', ...(copy !== undefined && { copy }) }
}

function inOrder<T extends Kept>(records: readonly T[]): T[] {
  return records.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** The same text for the same content, in whatever order its fields were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

function digestOf(hash: Hash): string {
  return hash.copy().digest('hex')
}
