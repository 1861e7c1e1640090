/** The store that any number of processes on any number of machines share: DATABASE_URL. */
import type { CollectionName, Collections, Records } from '../../domain/records.ts'
import { COLLECTIONS } from '../../domain/register.ts'
import type { Store } from '../../ports.ts'
import type { Log } from '../log.ts'
import { PostgresCollection } from './collection.ts'
import { Database, SERVING, type Statements } from './database.ts'
import { PostgresLedger } from './ledger.ts'
import { Mirror } from './mirror.ts'
import { migrate, MIRRORED, tableOf } from './schema.ts'

const SWEPT_EVERY_MS = 10 * 60_000

export type PostgresStore = Store & {
  database: Database
  /** This process's number: none has the same, and a later one has a higher one. */
  worker: string
  /** Told of each record of these collections that any process changes. */
  mirrors: { [Name in (typeof MIRRORED)[number]]: Mirror<Records[Name]> }
  close(): Promise<void>
  ready(): boolean
}

/** Brings the database up to date and opens it. @throws DatabaseFault, DatabaseRefusal */
export async function openPostgresStore(
  url: string,
  { log, connections, leaseMs, name }: { log: Log; connections?: number; leaseMs?: number; name?: string },
): Promise<PostgresStore> {
  const database = new Database(url, log, connections, name)
  try {
    await migrate(database)
    const [row] = await database.ask('worker', `SELECT nextval('luotsi.workers')::text AS number`, [])
    const worker = String(row?.['number'])
    const mirrors = Object.fromEntries(
      MIRRORED.map((name) => [name, new Mirror(database, tableOf(name))]),
    ) as unknown as PostgresStore['mirrors']
    const collections = collectionsOn(database, mirrors)
    const sweep = (): void => {
      const old = (table: string, column: string) =>
        database.ask(`sweep.${table}`, `DELETE FROM luotsi.${table} WHERE ${column} < now() - interval '1 hour'`, [], 0)
      Promise.all([old('removed', 'at'), old('senders', 'seen'), old('leases', 'leased_until')]).catch(
        (error: unknown) => {
          log.warn({ err: error }, 'what was removed is still told of')
        },
      )
    }
    const sweeping = setInterval(sweep, SWEPT_EVERY_MS).unref()
    return {
      ...collections,
      ledger: new PostgresLedger(database, worker, leaseMs),
      database,
      worker,
      mirrors,
      ready: () => database.isUp,
      close() {
        clearInterval(sweeping)
        return database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Everything as it stood at one moment, for as long as the work takes. */
export function atOneMoment<T>({ database }: PostgresStore, work: (store: Store) => Promise<T>): Promise<T> {
  return database.atOneMoment((moment) => work({ ...collectionsOn(moment), ledger: new PostgresLedger(moment, '0') }))
}

/** How many connections of processes that serve there are to the database, this one's left out where it has a name. */
export async function servingOn({ database }: PostgresStore): Promise<number> {
  const text = `SELECT count(*)::integer AS number FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`
  const [row] = await database.ask('serving', text, [SERVING])
  return Number(row?.['number'])
}

function collectionsOn(database: Statements, mirrors: Partial<PostgresStore['mirrors']> = {}): Collections {
  const mirrorOf = (name: CollectionName) => (mirrors as Partial<Record<CollectionName, Mirror<object>>>)[name]
  const all = COLLECTIONS.map((name) => [name, new PostgresCollection<object>(database, tableOf(name), mirrorOf(name))])
  return Object.fromEntries(all) as Collections
}
