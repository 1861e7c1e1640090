/** The store that any number of processes on any number of machines share: DATABASE_URL. */
import type { CollectionName, Collections, Records } from '../../domain/records.ts'
import { COLLECTIONS } from '../../domain/register.ts'
import type { Store } from '../../ports.ts'
import type { Log } from '../log.ts'
import { PostgresCollection } from './collection.ts'
import { Database } from './database.ts'
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
  { log, connections, leaseMs }: { log: Log; connections?: number; leaseMs?: number },
): Promise<PostgresStore> {
  const database = new Database(url, log, connections)
  try {
    await migrate(database)
    const [row] = await database.ask('worker', `SELECT nextval('luotsi.workers')::text AS number`, [])
    const worker = String(row?.['number'])
    const mirrors = Object.fromEntries(
      MIRRORED.map((name) => [name, new Mirror(database, tableOf(name))]),
    ) as unknown as PostgresStore['mirrors']
    const collections = Object.fromEntries(
      COLLECTIONS.map((name) => [name, collectionOf(name, database, mirrors)]),
    ) as unknown as Collections
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

function collectionOf(name: CollectionName, database: Database, mirrors: PostgresStore['mirrors']) {
  const mirror = (mirrors as Partial<Record<CollectionName, Mirror<object>>>)[name]
  return new PostgresCollection<object>(database, tableOf(name), mirror)
}
