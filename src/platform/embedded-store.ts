/**
 * The store for one process on one machine. In the data folder: `lock.db`; `collections.db`, which lists the
 * collections; and for each its folder, with its records in `<beginning of a hash>.db` and the list of those in
 * `index.db`; `ledger` is as ledger-files.ts says. Beside a file may stand `.last`, its last good copy, and `.new`, of a
 * write that was not finished.
 */
import { resolve } from 'node:path'
import type { CollectionName, Records } from '../domain/records.ts'
import type { Store } from '../ports.ts'
import { BUCKETS, ONE_EACH, SMALL_BUCKETS, type Layout } from './buckets.ts'
import { FolderInUse, lockFolder } from './data-lock.ts'
import { Disk, reason } from './durable-file.ts'
import type { Fault, Filesystem } from './durable-file.ts'
import { FileCollection } from './file-collection.ts'
import { FileIndex } from './file-index.ts'
import { FileLedger } from './file-ledger.ts'

/** `ready` is false once closed, and once the disk left it unknown what is stored. A full disk is no such case. */
export type EmbeddedStore = Store & { close(): Promise<void>; ready(): boolean }

const LAYOUTS: Record<CollectionName, Layout> = {
  people: BUCKETS,
  installations: BUCKETS,
  teams: ONE_EACH,
  wishes: BUCKETS,
  trials: BUCKETS,
  shares: BUCKETS,
  checkIns: BUCKETS,
  rounds: SMALL_BUCKETS,
  rosters: SMALL_BUCKETS,
  answers: SMALL_BUCKETS,
  results: BUCKETS,
  followUps: BUCKETS,
  mailings: SMALL_BUCKETS,
  broadcasts: ONE_EACH,
  staff: ONE_EACH,
  audit: BUCKETS,
  launches: ONE_EACH,
  organisations: ONE_EACH,
  webinars: ONE_EACH,
  signUps: SMALL_BUCKETS,
}

type InFiles = { [Name in CollectionName]: FileCollection<Records[Name]> }

function inFiles(disk: Disk): InFiles {
  const all = Object.entries(LAYOUTS).map(([name, layout]) => [name, new FileCollection(disk, name, layout)] as const)
  return Object.fromEntries(all) as unknown as InFiles
}

/** Why a data folder cannot be opened: all that is wrong with it, each with the way back. */
export class StoreFault extends Error {
  override name = 'StoreFault'
  readonly faults: readonly Fault[]

  constructor(message: string, faults: readonly Fault[] = [], cause?: unknown) {
    super(message, { cause })
    this.faults = faults
  }
}

/**
 * Opens the data folder, which is made if need be, for this process alone. `isOnlyRead`: it has to be there, nothing in
 * it is written, and every change is refused. `files` is for tests that make a disk fail.
 * @throws StoreFault, FolderInUse
 */
export async function openEmbeddedStore(
  dataDir: string,
  { files, isOnlyRead = false }: { files?: Filesystem; isOnlyRead?: boolean } = {},
): Promise<EmbeddedStore> {
  const folder = resolve(dataDir)
  const disk = new Disk(folder, files)
  const collections = { ...inFiles(disk), ledger: new FileLedger(disk) } satisfies Store
  const lock = await take(folder, disk, isOnlyRead)
  try {
    await load(folder, disk, Object.values(collections), isOnlyRead)
    if (isOnlyRead) await Promise.all(Object.values(collections).map((collection) => collection.close()))
  } catch (error) {
    lock.release()
    throw error
  }
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(collections).map((collection) => collection.close()))
    lock.release()
  }
  return { ...collections, ready: () => !closing && disk.sure, close: () => (closing ??= close()) }
}

async function take(folder: string, disk: Disk, isOnlyRead: boolean): Promise<{ release(): void }> {
  try {
    if (isOnlyRead) return await lockFolder(folder)
    await disk.makeFolder(folder)
    await (await disk.files.open(`${folder}/probe.new`, 'w', 0o600)).close()
    await disk.files.rm(`${folder}/probe.new`)
    return await lockFolder(folder)
  } catch (error) {
    throw error instanceof FolderInUse ? error : unusable(folder, error)
  }
}

type Loaded = Pick<FileCollection<unknown>, 'name' | 'isNew' | 'load' | 'tidy'>

/** Reads everything before anything is written: a folder with a fault in it is left as it is. */
async function load(folder: string, disk: Disk, collections: Loaded[], isOnlyRead: boolean): Promise<void> {
  const known = new FileIndex(disk, 'collections')
  try {
    const faults = await known.load(false)
    const lost = faults.length === 0 && !known.stored
    for (const collection of collections) faults.push(...(await collection.load(known.names.has(collection.name))))
    if (lost && !collections.every(({ isNew }) => isNew)) faults.push(await known.missing())
    if (faults.length > 0) throw new StoreFault(report(folder, faults), faults)
    if (isOnlyRead) return
    for (const collection of collections) await collection.tidy()
    await known.become([...new Set([...known.names, ...collections.map(({ name }) => name)])])
  } catch (error) {
    throw error instanceof StoreFault ? error : unusable(folder, error)
  }
}

function unusable(folder: string, error: unknown): StoreFault {
  const user = process.getuid ? `user ${process.getuid()}, which runs the bot,` : 'the user that runs the bot'
  const cure = `Let ${user} write there, see that the disk has room, or set DATA_DIR to another folder.`
  return new StoreFault(`The data folder ${folder} cannot be used: ${reason(error)}. ${cure}`, [], error)
}

function report(folder: string, faults: readonly Fault[]): string {
  const lines = faults.map(({ file, problem, cure }) => `- ${file} ${problem}.\n  The way back: ${cure}`)
  const title = `The data folder ${folder} has damaged files, and nothing in it was touched. In that folder:`
  return [title, ...lines].join('\n')
}
