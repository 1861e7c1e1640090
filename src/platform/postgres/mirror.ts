/**
 * A whole collection in memory, brought up to date before each read by what changed since the last: for what is asked
 * for at every turn or every second. A read costs one short query, however many records there are, and tells what was
 * committed when it was asked for.
 */
import type { Versioned } from './collection.ts'
import type { Database, Row } from './database.ts'
import { storable } from './collection.ts'

const PAGE = 2_000
/** What was removed is told for an hour (store.ts); who has not asked for half of that reads everything anew. */
const REMEMBERED_MS = 30 * 60_000

/** Told of each record that another process, or this one, changed. */
export type Learned<T> = (tenant: string, record: T) => void

export class Mirror<T> {
  readonly #database: Database
  readonly #table: string
  readonly #learned: Learned<T>[] = []
  #records = new Map<string, Map<string, Versioned<T>>>()
  /** Transactions before it are all in the mirror. */
  #horizon: string | undefined
  #readAt = 0
  #losses = 0
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(database: Database, table: string) {
    this.#database = database
    this.#table = table
  }

  /** From now on `learned` is told of what changes. */
  follow(learned: Learned<T>): void {
    this.#learned.push(learned)
  }

  async get(tenant: string, id: string): Promise<Versioned<T> | undefined> {
    await this.refresh()
    return this.#records.get(storable(tenant))?.get(storable(id))
  }

  async list(tenant: string): Promise<T[]> {
    await this.refresh()
    return Array.from(this.#records.get(storable(tenant))?.values() ?? [], ({ record }) => record)
  }

  async tenants(): Promise<string[]> {
    await this.refresh()
    return [...this.#records.keys()]
  }

  /** Resolves once everything is here that was committed before the call. Those who wait share one query. */
  refresh(): Promise<void> {
    if (this.#next) return this.#next
    const next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#catchUp()
      })
    this.#running = this.#next = next
    return next
  }

  /**
   * A server that crashed gives the numbers of transactions anew of which it had written nothing down: what it lost
   * nobody was told of, but the horizon may be beyond what it writes next. Hence everything is read once a connection was lost.
   */
  async #catchUp(): Promise<void> {
    do {
      const { losses } = this.#database
      if (losses !== this.#losses) this.#horizon = undefined
      await this.#readChanges()
      this.#losses = losses
    } while (this.#database.losses !== this.#losses)
  }

  async #readChanges(): Promise<void> {
    const now = performance.now()
    if (this.#horizon === undefined || now - this.#readAt > REMEMBERED_MS) await this.#readAll()
    const [row = {}] = await this.#database.ask(
      `${this.#table}.since`,
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
        (SELECT json_agg(json_build_array(tenant, id, version, body)) FROM luotsi.${this.#table}
          WHERE changed >= $1::text::xid8) AS changed,
        (SELECT json_agg(json_build_array(tenant, id)) FROM luotsi.removed
          WHERE collection = '${this.#table}' AND changed >= $1::text::xid8) AS removed`,
      [this.#horizon],
    )
    for (const [tenant, id] of (row['removed'] ?? []) as [string, string][]) this.#remove(tenant, id)
    for (const [tenant, id, version, record] of (row['changed'] ?? []) as [string, string, string, T][]) {
      this.#put(tenant, id, { version, record })
    }
    this.#horizon = String(row['horizon'])
    this.#readAt = now
  }

  /** Page by page: what changes meanwhile comes with the next catching up, from the horizon of the first page on. */
  async #readAll(): Promise<void> {
    const records = this.#records
    this.#records = new Map()
    try {
      let horizon: string | undefined
      let last: Row = {}
      for (;;) {
        const rows = await this.#database.ask(
          `${this.#table}.page`,
          `SELECT tenant, id, version, body, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
            FROM luotsi.${this.#table} WHERE (tenant, id) > ($1, $2) ORDER BY tenant, id LIMIT ${PAGE}`,
          [last['tenant'] ?? '', last['id'] ?? ''],
        )
        horizon ??= rows[0] && String(rows[0]['horizon'])
        for (const { tenant, id, version, body } of rows) {
          this.#put(String(tenant), String(id), { version: String(version), record: body as T }, records)
        }
        last = rows.at(-1) ?? {}
        if (rows.length < PAGE) break
      }
      this.#horizon = horizon ?? '0'
    } catch (error) {
      this.#records = records
      throw error
    }
  }

  /** A record whose version is known stays the same object. */
  #put(tenant: string, id: string, one: Versioned<T>, earlier = this.#records): void {
    const its = this.#records.get(tenant) ?? new Map<string, Versioned<T>>()
    this.#records.set(tenant, its)
    const known = earlier.get(tenant)?.get(id)
    const isKnown = known?.version === one.version
    its.set(id, isKnown ? known : one)
    if (!isKnown) for (const learned of this.#learned) learned(tenant, one.record)
  }

  #remove(tenant: string, id: string): void {
    const its = this.#records.get(tenant)
    its?.delete(id)
    if (its?.size === 0) this.#records.delete(tenant)
  }
}
