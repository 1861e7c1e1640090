/** Files that are wholly written or not at all, and that tell when they are damaged. */
import { hash } from 'node:crypto'
import * as nodeFiles from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Adapter } from 'lowdb'
import { NotStored } from '../domain/records.ts'

const FORMAT = 1
const FIRST_LINE = /^luotsi-store (\d+) sha256 ([0-9a-f]{64})$/
/** What is answered where a folder cannot be synced (network shares, Windows): there the rename itself has to do. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES']

type Calls = Pick<typeof nodeFiles, 'rename' | 'link' | 'copyFile' | 'rm' | 'mkdir' | 'readdir' | 'readFile'>
type Handle = Pick<nodeFiles.FileHandle, 'writeFile' | 'sync' | 'close'>

/** What is asked of the disk; tests stand in for it to make it fail, or to stop the world between two calls. */
export type Filesystem = Calls & { open(path: string, flags: string, mode?: number): Promise<Handle> }

/** A change that the disk, or a closed store, did not take. What is read afterwards is what was there before. */
export class StoreRefusal extends NotStored {
  override name = 'StoreRefusal'
}

/** One damaged file, for the operator: paths and commands are relative to the data folder. */
export type Fault = { file: string; problem: string; cure: string }

class Damage extends Error {
  readonly remedy: string
  constructor(problem: string, remedy = '') {
    super(problem)
    this.remedy = remedy
  }
}

/** The data folder: where files are replaced durably. */
export class Disk {
  readonly files: Filesystem
  readonly #folder: string
  #unsure: StoreRefusal | undefined

  constructor(folder: string, files: Filesystem = nodeFiles) {
    this.#folder = folder
    this.files = files
  }

  path(file: string): string {
    return join(this.#folder, file)
  }

  /** False once nobody knows what a power cut would leave: only a restart, which reads the disk, can tell. */
  get sure(): boolean {
    return this.#unsure === undefined
  }

  /** Replaces a file; resolves when a power cut cannot undo it. `none`: there are no copies of it. @throws StoreRefusal */
  async replace(file: string, content: string, copy: 'keep' | 'remove' | 'none'): Promise<void> {
    if (this.#unsure) throw this.#unsure
    const path = this.path(file)
    try {
      await this.#writeAside(`${path}.new`, content)
      if (copy === 'keep') await this.#copy(path, `${path}.last`)
      if (copy === 'remove') await this.files.rm(`${path}.last`, { force: true })
      await this.files.rename(`${path}.new`, path)
    } catch (cause) {
      const message = `${path} was not written, and nothing of the change is stored: ${reason(cause)}`
      throw new StoreRefusal(message, { cause })
    }
    await this.#syncFolder(dirname(path))
  }

  /** Not `recursive`: under /proc that never comes back. */
  async makeFolder(path: string): Promise<void> {
    try {
      await this.files.mkdir(path, { mode: 0o700 })
    } catch (error) {
      if (code(error) === 'EEXIST') return
      if (code(error) !== 'ENOENT' || dirname(path) === path) throw error
      await this.makeFolder(dirname(path))
      await this.files.mkdir(path, { mode: 0o700 })
    }
    await this.#syncFolder(dirname(path))
  }

  /** Gives `from`, if there is such a file, a second name; on a filesystem without links, a copy. */
  async #copy(from: string, to: string): Promise<void> {
    await this.files.rm(to, { force: true })
    try {
      await this.files.link(from, to).catch(() => this.files.copyFile(from, to))
    } catch (error) {
      if (code(error) !== 'ENOENT') throw error
    }
  }

  async #writeAside(path: string, content: string): Promise<void> {
    const handle = await this.files.open(path, 'w', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async #syncFolder(path: string): Promise<void> {
    try {
      await syncFolder(path, this.files)
    } catch (cause) {
      const message = `${path} could not be synced, so it is not known what is stored: restart. ${reason(cause)}`
      this.#unsure = new StoreRefusal(message, { cause })
      throw this.#unsure
    }
  }
}

/** Makes what happened to the names in a folder outlive a power cut. */
export async function syncFolder(path: string, files: Filesystem): Promise<void> {
  try {
    const handle = await files.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(code(error))) throw error
  }
}

/** lowdb's adapter for one file: a line with the format and a checksum, then JSON. `name` is its path without `.db`. */
export class DurableFile<T> implements Adapter<T> {
  /** Whether the next write keeps what it replaces. */
  keepsEarlier = true
  readonly file: string
  readonly #name: string
  readonly #disk: Disk
  readonly #hasCopies: boolean

  constructor(disk: Disk, name: string, hasCopies = true) {
    this.#disk = disk
    this.#hasCopies = hasCopies
    this.#name = name
    this.file = `${name}.db`
  }

  /** Null where there is no file. @throws Damage, which `fault` explains */
  read(): Promise<T | null> {
    return this.#read(this.file)
  }

  async write(data: T): Promise<void> {
    const body = `${JSON.stringify({ name: this.#name, data })}\n`
    const content = `luotsi-store ${FORMAT} sha256 ${hash('sha256', body)}\n${body}`
    const copy = this.keepsEarlier ? 'keep' : 'remove'
    await this.#disk.replace(this.file, content, this.#hasCopies ? copy : 'none')
  }

  /** Removes the file and its companions. */
  async remove(): Promise<void> {
    for (const end of ['', '.last', '.new'])
      await this.#disk.files.rm(this.#disk.path(this.file + end), { force: true })
  }

  /**
   * What to tell of an error that `read` threw, or of a file that is missing. `back` is the way back where an earlier
   * copy would do harm; it goes on in the middle of a sentence.
   */
  async fault(error: unknown = new Damage('is missing'), back?: string): Promise<Fault> {
    if (!(error instanceof Damage)) throw error
    return { file: this.file, problem: error.message, cure: error.remedy + (back ?? (await this.#copyBack())) }
  }

  async #copyBack(): Promise<string> {
    const last = `${this.file}.last`
    const good = await this.#read(last).catch(() => null)
    return good
      ? `put its last good copy back, from before the last write to it: cp ${last} ${this.file}`
      : 'there is no good copy beside it: restore a backup of the data folder'
  }

  async #read(file: string): Promise<T | null> {
    try {
      return unseal(this.#name, await this.#disk.files.readFile(this.#disk.path(file))) as T
    } catch (error) {
      if (error instanceof Damage) throw error
      if (code(error) === 'ENOENT') return null
      throw new Damage(`cannot be read: ${reason(error)}`, 'let the user that runs the bot read it; if that fails, ')
    }
  }
}

function unseal(name: string, bytes: Buffer): unknown {
  if (bytes.length === 0) throw new Damage('is empty')
  const end = Math.max(bytes.indexOf('\n'), 0)
  const [, format, checksum] = FIRST_LINE.exec(bytes.toString('latin1', 0, end)) ?? []
  if (format === undefined) throw new Damage('is torn or altered: its first line is not as it was written')
  if (Number(format) !== FORMAT) {
    const problem = `was written by another version of the bot: format ${format}, and this version reads ${FORMAT}`
    throw new Damage(problem, 'start the version that wrote it; to stay with this one, ')
  }
  const body = bytes.subarray(end + 1)
  if (hash('sha256', body) !== checksum) throw new Damage('is torn or altered: its checksum does not match')
  const content = JSON.parse(body.toString()) as { name: string; data: unknown }
  // A last good copy of an earlier version may hold what was divided, so the beginning of the name is enough.
  if (!name.startsWith(content.name)) throw new Damage(`holds what belongs to ${content.name}.db`)
  return content.data
}

/** The system's code of an error, or nothing. Not by `instanceof`: under jest the system's errors are of another realm. */
export function code(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? ''
}

export function reason(error: unknown): string {
  return (error as { message?: string } | undefined)?.message ?? String(error)
}
