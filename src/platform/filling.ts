/** Stores that a restore or a move fills, and those that are read as a whole. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Store } from '../ports.ts'
import { fill, rowsOf, tallyOf, type Readable, type Row, type Tally } from './copy.ts'
import { Disk, DurableFile, syncFolder } from './durable-file.ts'
import { openEmbeddedStore, StoreFault } from './embedded-store.ts'
import type { Log } from './log.ts'
import type { Database } from './postgres/database.ts'
import { DatabaseFault, note, noted } from './postgres/schema.ts'
import { atOneMoment, openPostgresStore, servingOn, type PostgresStore } from './postgres/store.ts'
import type { Settings } from './settings.ts'

/** As many connections as a pool has. */
const INTO_A_DATABASE = 10
/** Many files are written once for all that comes into them together; fewer than may be open at once. */
const INTO_FILES = 500
const FACT = 'filling'

/** Why a store cannot be filled, and the cure. */
export class CopyFault extends Error {
  override name = 'CopyFault'
}

type Where = Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>

/** While it says something nobody but what fills the store may open it: what is there is not all. */
export type Mark = { read(): Promise<string | undefined>; write(value: string | undefined): Promise<void> }

export type Target = {
  store: Store
  /** In words. */
  name: string
  /** How to come to an empty one. */
  cure: string
  atOnce: number
  mark: Mark
  close(): Promise<void>
}

export function markInFolder(dataDir: string): Mark {
  const folder = resolve(dataDir)
  const disk = new Disk(folder)
  const file = new DurableFile<{ filling: string }>(disk, FACT, false)
  return {
    read: async () => (await file.read())?.filling,
    async write(value) {
      if (value !== undefined) return file.write({ filling: value })
      await file.remove()
      await syncFolder(folder, disk.files)
    },
  }
}

export function markInDatabase(database: Database): Mark {
  return { read: () => noted(database, FACT), write: (value) => note(database, FACT, value) }
}

/** @throws StoreFault, DatabaseFault where the store was being filled, and that did not come to its end */
export async function refuseHalf({ DATABASE_URL }: Where, mark: Mark): Promise<void> {
  if ((await mark.read()) === undefined) return
  const [where, Fault] =
    DATABASE_URL === undefined ? (['data folder', StoreFault] as const) : (['database', DatabaseFault] as const)
  throw new Fault(
    `The ${where} has only a part of what was being restored or moved into it. Run the same restore or move again: it goes on where it stopped.`,
  )
}

/** Gives everything as it stands at one moment, and changes nothing. @throws as openStore does */
export async function readWhole<T>(
  where: Where,
  log: Log,
  name: string,
  work: (store: Readable) => Promise<T>,
): Promise<T> {
  const { DATA_DIR, DATABASE_URL } = where
  if (DATABASE_URL === undefined) {
    const store = await openEmbeddedStore(DATA_DIR, { isOnlyRead: true })
    try {
      await refuseHalf(where, markInFolder(DATA_DIR))
      return await work(store)
    } finally {
      await store.close()
    }
  }
  const store = await openPostgresStore(DATABASE_URL, { log, name: `luotsi ${name}` })
  try {
    await refuseHalf(where, markInDatabase(store.database))
    return await atOneMoment(store, work)
  } finally {
    await store.close()
  }
}

/** Opens a store on which no bot may run. `name` is the command. @throws CopyFault, and as openStore does */
export async function openTarget({ DATA_DIR, DATABASE_URL }: Where, log: Log, name: string): Promise<Target> {
  if (DATABASE_URL === undefined) {
    const store = await openEmbeddedStore(DATA_DIR)
    return {
      store,
      name: `the data folder ${DATA_DIR}`,
      cure: `set DATA_DIR to a new folder, or put this one aside: mv ${DATA_DIR} ${DATA_DIR}.before`,
      atOnce: INTO_FILES,
      mark: markInFolder(DATA_DIR),
      close: () => store.close(),
    }
  }
  const store = await openPostgresStore(DATABASE_URL, { log, name: `luotsi ${name}` })
  try {
    await refuseWhileServed(store)
  } catch (error) {
    await store.close()
    throw error
  }
  return {
    store,
    name: `the database ${new URL(DATABASE_URL).pathname.slice(1)}`,
    cure: 'make a new database, or empty this one, which destroys what it has: DROP SCHEMA luotsi CASCADE',
    atOnce: INTO_A_DATABASE,
    mark: markInDatabase(store.database),
    close: () => store.close(),
  }
}

async function refuseWhileServed(store: PostgresStore): Promise<void> {
  const number = await servingOn(store)
  if (number > 0) throw new CopyFault(`A bot runs on this database (${number} connections). Stop all of its processes.`)
}

export type Source = {
  /** In words; with the checksum it tells one source from another. */
  name: string
  tally: Tally
  rows: () => AsyncIterable<Row>
}

/**
 * Copies everything into an empty store, or goes on where the same was cut short. In the end both are read and
 * compared; then `afterwards` is done, which may be done twice. False where all of it was there already, and `mayBeDone`.
 * @throws CopyFault
 */
export async function copyInto(
  { store, name, cure, atOnce, mark }: Target,
  source: Source,
  {
    told,
    mayBeDone = false,
    afterwards = () => Promise.resolve(),
  }: { told: (rows: number) => void; mayBeDone?: boolean; afterwards?: () => Promise<void> },
): Promise<boolean> {
  const mine = `${source.name} ${source.tally.digest}`
  const copied = `${mine}, copied`
  const known = await mark.read()
  if (known !== undefined && known !== mine && known !== copied) {
    throw new CopyFault(
      `Something else was being copied into ${name}, or ${source.name} has changed since. To begin anew, ${cure}.`,
    )
  }
  if (known === undefined) {
    const there = await tallyOf(rowsOf(store))
    if (there.total > 0) {
      if (mayBeDone && source.tally.differences(there).length === 0) return false
      throw new CopyFault(`There are records in ${name} already: ${countsText(there.counts)}. To go on, ${cure}.`)
    }
    await mark.write(mine)
  }
  if (known !== copied) {
    await fill(store, source.rows(), { atOnce, told })
    const differences = source.tally.differences(await tallyOf(rowsOf(store)))
    if (differences.length > 0) {
      throw new CopyFault(
        `What came into ${name} is not what was copied: ${differences.join('; ')}. To go on, ${cure}.`,
      )
    }
    await mark.write(copied)
  }
  await afterwards()
  await mark.write(undefined)
  return true
}

export function countsText(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([of, count]) => `${count} ${of}`)
    .join(', ')
}

/** Whether a data folder was ever used. */
export async function isUsed(dataDir: string): Promise<boolean> {
  return access(resolve(dataDir, 'collections.db')).then(
    () => true,
    () => false,
  )
}
