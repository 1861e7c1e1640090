/** The keys of open rounds, the only thing that tells whose an answer is (privacy rule 5). */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import * as nodeFiles from 'node:fs/promises'
import { join } from 'node:path'
import type { RoundKeys } from '../ports.ts'
import { code, reason, StoreRefusal, syncFolder, type Filesystem } from './durable-file.ts'
import { KeysFault } from './opaque.ts'

const BYTES = 32
/** What a destroyed key is overwritten with is longer, so that a crash before its removal leaves no key to mistake. */
const DESTROYED_BYTES = BYTES + 1
const ROUND = /^[0-9a-f]{32}$/
const UNFINISHED = '.new'

/**
 * Files `rounds/<round id>.key` in the keys folder. `files` is for tests that make a disk fail.
 * @throws KeysFault
 */
export async function openRoundKeys(keysDir: string, files: Filesystem = nodeFiles): Promise<RoundKeys> {
  const folder = join(keysDir, 'rounds')

  const fileOf = (round: string): string => {
    // Ids are opaque hashes; anything else could name another file.
    if (!ROUND.test(round)) throw new Error('no id of a round')
    return join(folder, `${round}.key`)
  }

  const read = async (file: string): Promise<Buffer | undefined> => {
    const key = await files.readFile(file).catch((error: unknown) => {
      if (code(error) === 'ENOENT') return undefined
      throw error
    })
    if (key === undefined || key.length === DESTROYED_BYTES) return undefined
    if (key.length !== BYTES) throw new KeysFault(`${file} is damaged: put it back from where KEYS_DIR is kept`)
    return key
  }

  const write = async (file: string, flags: string, content: Buffer): Promise<void> => {
    const handle = await files.open(file, flags, 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  const destroy = async (file: string): Promise<void> => {
    try {
      await write(file, 'r+', randomBytes(DESTROYED_BYTES))
      await files.rm(file)
    } catch (error) {
      if (code(error) !== 'ENOENT') throw error
    }
    await syncFolder(folder, files)
  }

  const make = async (file: string): Promise<void> => {
    const aside = `${file}.${randomBytes(8).toString('hex')}${UNFINISHED}`
    try {
      await write(aside, 'wx', randomBytes(BYTES))
      await linkNew(aside, file, files)
      if ((await read(file)) === undefined) throw new Error('the key was destroyed')
      await files.rm(aside)
      await syncFolder(folder, files)
    } catch (error) {
      await files.rm(aside, { force: true }).catch(() => undefined)
      throw error
    }
  }

  /** A crash may leave a key under two names, or one that nobody used. */
  const tidy = async (): Promise<void> => {
    const names = await files.readdir(folder)
    for (const name of names.filter((one) => one.endsWith(UNFINISHED))) await files.rm(join(folder, name))
    await syncFolder(folder, files)
  }

  try {
    await files.mkdir(folder, { recursive: true, mode: 0o700 })
    await syncFolder(keysDir, files)
    await tidy()
  } catch (cause) {
    const cure = 'Let the user that runs the bot write there, or set KEYS_DIR to another folder.'
    throw new KeysFault(`The keys folder ${keysDir} cannot be used: ${reason(cause)}. ${cure}`, { cause })
  }

  return {
    make: (round) => stored(() => make(fileOf(round)), 'the key of a round was not written'),
    read: async (round) => read(fileOf(round)),
    destroy: (round) => stored(() => destroy(fileOf(round)), 'the key of a round was not destroyed'),
  }
}

/** Gives the file its name unless there is one of that name; on a filesystem without links, copies it. */
async function linkNew(from: string, to: string, files: Filesystem): Promise<void> {
  const isThere = (error: unknown): boolean => code(error) === 'EEXIST'
  try {
    await files.link(from, to)
  } catch (error) {
    if (isThere(error)) return
    await files.copyFile(from, to, constants.COPYFILE_EXCL).catch((again: unknown) => {
      if (!isThere(again)) throw again
    })
    const copy = await files.open(to, 'r+')
    await copy.sync().finally(() => copy.close())
  }
}

/** @throws StoreRefusal, a NotStored, where the disk does not do it */
async function stored(work: () => Promise<void>, failure: string): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new StoreRefusal(`${failure}: ${reason(cause)}`, { cause })
  }
}
