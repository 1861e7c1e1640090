/** Where the records are kept: in the data folder, or, where DATABASE_URL is set, in PostgreSQL. */
import type { Store } from '../ports.ts'
import { openEmbeddedStore } from './embedded-store.ts'
import { markInDatabase, markInFolder, refuseHalf } from './filling.ts'
import type { Log } from './log.ts'
import type { Peers } from './peers.ts'
import { openPeers } from './postgres/peers.ts'
import { agreeOn } from './postgres/schema.ts'
import { openPostgresStore } from './postgres/store.ts'
import type { Settings } from './settings.ts'

export type OpenStore = {
  store: Store
  /** Absent where this process has the store for itself. */
  peers?: Peers
  /** Compares what all processes on the store have to have alike. @throws DatabaseFault where they do not */
  agreeOn(name: 'keys', value: string): Promise<void>
  /** Told of each tenant whose imported people change, by whichever process. */
  followStaff(changed: (tenant: string) => void): void
  ready(): boolean
  close(): Promise<void>
}

/** `leaseMs` is for tests. @throws StoreFault, FolderInUse, DatabaseFault, DatabaseRefusal */
export async function openStore(
  where: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>,
  log: Log,
  options: { leaseMs?: number } = {},
): Promise<OpenStore> {
  const { DATA_DIR, DATABASE_URL } = where
  if (DATABASE_URL === undefined) {
    const store = await openEmbeddedStore(DATA_DIR)
    await orClose(store, () => refuseHalf(where, markInFolder(DATA_DIR)))
    // A command of the shell asks the process itself, which tells what follows.
    return {
      store,
      agreeOn: () => Promise.resolve(),
      followStaff: () => undefined,
      ready: () => store.ready(),
      close: () => store.close(),
    }
  }
  const store = await openPostgresStore(DATABASE_URL, { log, ...options })
  await orClose(store, () => refuseHalf(where, markInDatabase(store.database)))
  return {
    store,
    peers: openPeers(store, log),
    agreeOn: (name, value) => agreeOn(store.database, name, value),
    followStaff(changed) {
      store.mirrors.staff.follow(changed)
    },
    ready: () => store.ready(),
    close: () => store.close(),
  }
}

async function orClose(store: { close(): Promise<void> }, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await store.close()
    throw error
  }
}
