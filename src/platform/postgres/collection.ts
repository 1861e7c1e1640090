/** Records of one kind in a table of their own. */
import { randomUUID } from 'node:crypto'
import type { Collection } from '../../domain/records.ts'
import { Batches, keyOf } from '../buckets.ts'
import { Ambiguous, DatabaseRefusal, type Row, type Statements } from './database.ts'
import type { Mirror } from './mirror.ts'

/** So often another process may be quicker. */
const TRIES = 100

type Edit<T> = {
  edit: (current: T | undefined) => T | undefined
  resolve: (record: T | undefined) => void
  reject: (error: unknown) => void
}

/** A record as it stands; `version` is another one after each change. */
export type Versioned<T> = { version: string; record: T }

export class PostgresCollection<T extends object> implements Collection<T> {
  readonly #database: Statements
  readonly #table: string
  readonly #mirror: Mirror<T> | undefined
  readonly #edits = new Map<string, Batches<Edit<T>>>()

  /** Where there is a mirror, reads are its. */
  constructor(database: Statements, table: string, mirror?: Mirror<T>) {
    this.#database = database
    this.#table = table
    this.#mirror = mirror
  }

  async get(tenant: string, id: string): Promise<T | undefined> {
    return (await this.#read(tenant, id))?.record
  }

  async list(tenant: string): Promise<T[]> {
    if (this.#mirror) return this.#mirror.list(tenant)
    const text = `SELECT body FROM luotsi.${this.#table} WHERE tenant = $1 ORDER BY id`
    return (await this.#ask('list', text, [storable(tenant)])).map(({ body }) => body as T)
  }

  /** Steps from one tenant to the next in the key, however many records each has. */
  async tenants(): Promise<string[]> {
    if (this.#mirror) return this.#mirror.tenants()
    const first = (where: string) => `(SELECT tenant FROM luotsi.${this.#table} ${where} ORDER BY tenant LIMIT 1)`
    const text = `WITH RECURSIVE each (tenant) AS (
        SELECT tenant FROM ${first('')} AS least
        UNION ALL SELECT ${first('WHERE tenant > each.tenant')} FROM each WHERE each.tenant IS NOT NULL
      ) SELECT tenant FROM each WHERE tenant IS NOT NULL`
    return (await this.#ask('tenants', text, [])).map(({ tenant }) => String(tenant))
  }

  /** @throws DatabaseRefusal */
  async change(tenant: string, id: string, edit: Edit<T>['edit']): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
    const key = keyOf(tenant, id)
    const waiting =
      this.#edits.get(key) ??
      new Batches<Edit<T>>(async (edits) => {
        await this.#apply(tenant, id, edits)
        if (waiting.isEmpty) this.#edits.delete(key)
      })
    this.#edits.set(key, waiting)
    waiting.add({ edit, resolve, reject })
    return promise
  }

  /** One read and one write for all edits that wait for the record. */
  async #apply(tenant: string, id: string, edits: readonly Edit<T>[]): Promise<void> {
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const before = await this.#read(tenant, id)
        const { next, settled } = applied(before?.record, edits)
        if (next === before?.record || (await this.#write(tenant, id, before, next))) {
          for (const settle of settled) settle()
          return
        }
      }
      throw new DatabaseRefusal('Others changed the same record again and again.')
    } catch (error) {
      for (const { reject } of edits) reject(error)
    }
  }

  async #read(tenant: string, id: string): Promise<Versioned<T> | undefined> {
    if (this.#mirror) return this.#mirror.get(tenant, id)
    const text = `SELECT version, body FROM luotsi.${this.#table} WHERE tenant = $1 AND id = $2`
    const [row] = await this.#ask('get', text, [storable(tenant), storable(id)])
    return row && { version: String(row['version']), record: row['body'] as T }
  }

  /** False where somebody was quicker. */
  async #write(tenant: string, id: string, before: Versioned<T> | undefined, next: T | undefined): Promise<boolean> {
    const version = randomUUID()
    const key = [storable(tenant), storable(id)]
    try {
      const rows = await this.#written(key, before?.version, version, next)
      return rows.length > 0
    } catch (error) {
      if (!(error instanceof Ambiguous)) throw error
      // The version tells whether it was this write.
      const text = `SELECT version FROM luotsi.${this.#table} WHERE tenant = $1 AND id = $2`
      const [row] = await this.#ask('version', text, key)
      return next === undefined ? row === undefined : row?.['version'] === version
    }
  }

  #written(key: readonly string[], earlier: string | undefined, version: string, next: T | undefined): Promise<Row[]> {
    const table = `luotsi.${this.#table}`
    if (next === undefined) {
      const gone = `DELETE FROM ${table} WHERE tenant = $1 AND id = $2 AND version = $3 RETURNING tenant, id`
      if (!this.#mirror) return this.#database.write(`${this.#table}.remove`, gone, [...key, earlier])
      const text = `WITH gone AS (${gone})
        INSERT INTO luotsi.removed (collection, tenant, id, changed)
        SELECT '${this.#table}', tenant, id, pg_current_xact_id() FROM gone RETURNING id`
      return this.#database.write(`${this.#table}.remove`, text, [...key, earlier])
    }
    const body = JSON.stringify(next)
    if (earlier === undefined) {
      const text = `INSERT INTO ${table} (tenant, id, version, changed, body)
        VALUES ($1, $2, $3, pg_current_xact_id(), $4) ON CONFLICT DO NOTHING RETURNING id`
      return this.#database.write(`${this.#table}.add`, text, [...key, version, body])
    }
    const text = `UPDATE ${table} SET version = $3, changed = pg_current_xact_id(), body = $4
      WHERE tenant = $1 AND id = $2 AND version = $5 RETURNING id`
    return this.#database.write(`${this.#table}.change`, text, [...key, version, body, earlier])
  }

  #ask(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#database.ask(`${this.#table}.${name}`, text, values)
  }
}

/** What comes of the edits one after another; one that throws rejects alone. Nothing is settled before it is stored. */
function applied<T>(first: T | undefined, edits: readonly Edit<T>[]): { next: T | undefined; settled: (() => void)[] } {
  let current = first
  const settled = edits.map(({ edit, resolve, reject }) => {
    try {
      const mine = (current = edit(current))
      return () => resolve(mine)
    } catch (error) {
      return () => reject(error)
    }
  })
  return { next: current, settled }
}

/** PostgreSQL keeps no NUL in a text; no id of the platform has one. */
export function storable(id: string): string {
  return id.replaceAll('\0', '\ufffd').toWellFormed()
}
