/**
 * The files of the ledger, in the folder `ledger`. For each mailing, by the beginning of a hash: `<hash>.list.db` with
 * its first deliveries, and in the folder `<hash>` the others. While `<hash>.void.db` is there they are no list: not all
 * is written yet, or not all is removed. None has a last good copy: sending from one would reach people twice.
 */
import { DurableFile, StoreRefusal, code, reason, syncFolder } from './durable-file.ts'
import type { Disk, Fault } from './durable-file.ts'

export const LEDGER = 'ledger'
const AT_ONCE = 8
const HAS_COPIES = false

export function firstFile<T>(disk: Disk, name: string): DurableFile<T> {
  return new DurableFile<T>(disk, `${LEDGER}/${name}.list`, HAS_COPIES)
}

export function partFile<T>(disk: Disk, name: string, part: string): DurableFile<T> {
  return new DurableFile<T>(disk, `${partsFolder(name)}/${part}`, HAS_COPIES)
}

export function partsFolder(name: string): string {
  return `${LEDGER}/${name}`
}

/** From here on a crash leaves no list. @throws StoreRefusal */
export async function markVoid(disk: Disk, name: string): Promise<void> {
  await marker(disk, name).write({})
}

/** @throws StoreRefusal */
export async function unmark(disk: Disk, name: string): Promise<void> {
  await told(`${marker(disk, name).file} cannot be removed`, async () => {
    await marker(disk, name).remove()
    await syncFolder(disk.path(LEDGER), disk.files)
  })
}

/** Overwrites and removes all that there is of a list that was marked void, or never was one. @throws StoreRefusal */
export async function clear(disk: Disk, name: string): Promise<void> {
  await dropFiles(disk, partsFolder(name), () => true)
  const first = `${name}.list.db`
  await dropFiles(disk, LEDGER, (file) => file.startsWith(first))
  await told(`${partsFolder(name)} cannot be removed`, async () => {
    await disk.files.rm(disk.path(partsFolder(name)), { recursive: true, force: true })
    await syncFolder(disk.path(LEDGER), disk.files)
  })
  await unmark(disk, name)
}

/** Overwrites and removes files of a folder, if there is one, so that a power cut cannot undo it. @throws StoreRefusal */
export async function dropFiles(disk: Disk, folder: string, isMeant: (file: string) => boolean): Promise<void> {
  await told(`what is no longer needed in ${folder} cannot be removed`, async () => {
    const files = (await filesOf(disk, folder)).filter(isMeant)
    await atOnce(files.values(), async (file) => {
      await overwrite(disk, `${folder}/${file}`)
      await disk.files.rm(disk.path(`${folder}/${file}`))
    })
    if (files.length > 0) await syncFolder(disk.path(folder), disk.files)
  })
}

/** The names in a folder; none where there is no folder. */
export async function filesOf(disk: Disk, folder: string): Promise<string[]> {
  return disk.files.readdir(disk.path(folder)).catch((error: unknown) => {
    if (code(error) === 'ENOENT') return []
    throw error
  })
}

/** `index.db` holds nothing: it keeps an empty folder in backups, so that one that is gone is told from an empty one. */
export async function putPlaceholder(disk: Disk): Promise<void> {
  if (!(await placeholder(disk).read())) await placeholder(disk).write([])
}

export async function checkPlaceholder(disk: Disk): Promise<Fault[]> {
  const file = placeholder(disk)
  try {
    await file.read()
    return []
  } catch (error) {
    return [await file.fault(error, `remove it, as it holds nothing: rm ${file.file}`)]
  }
}

/** What to tell of an error, or of a missing file. */
export function faultOf(file: DurableFile<unknown>, name: string, error?: unknown): Promise<Fault> {
  const harm = 'no earlier copy is kept, since sending from one would reach people twice'
  return file.fault(error, `give this one mailing up, for ${harm}: rm -r ${LEDGER}/${name}*`)
}

/** Works on several at once; the first error ends it, and is thrown when no work is under way any more. */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const shared = once(items)
  const worker = async (): Promise<void> => {
    for await (const item of shared) await work(item)
  }
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** Whoever leaves its loop early ends it for all. */
async function* once<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items
}

async function overwrite(disk: Disk, file: string): Promise<void> {
  const path = disk.path(file)
  const { length } = await disk.files.readFile(path)
  const handle = await disk.files.open(path, 'r+')
  try {
    await handle.writeFile(Buffer.alloc(length))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function marker(disk: Disk, name: string): DurableFile<object> {
  return new DurableFile<object>(disk, `${LEDGER}/${name}.void`, HAS_COPIES)
}

function placeholder(disk: Disk): DurableFile<string[]> {
  return new DurableFile<string[]>(disk, `${LEDGER}/index`, HAS_COPIES)
}

async function told(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new StoreRefusal(`${what}: ${reason(cause)}`, { cause })
  }
}
