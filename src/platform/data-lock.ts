/** One process a data folder. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { code, reason } from './durable-file.ts'

const SQLITE_BUSY = 5

export class FolderInUse extends Error {
  override name = 'FolderInUse'
}

/**
 * Takes the folder, or throws `FolderInUse` at once. SQLite holds a lock of the kernel's, which comes back by itself
 * when the process dies, even by kill -9. Nothing else in this process may open `lock.db`: closing any handle on a
 * file gives up the kernel's lock on it. Hence `wx`, which opens nothing that is there already.
 */
export async function lockFolder(folder: string): Promise<{ release(): void }> {
  const path = join(folder, 'lock.db')
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (code(error) !== 'EEXIST') throw error
  }
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
      const cure = 'Stop that one first, or give this one another DATA_DIR.'
      throw new FolderInUse(`The data folder ${folder} is in use by another process. ${cure}`, { cause })
    }
    const cure = 'if the file is damaged, remove it when no bot runs on the folder'
    throw new Error(`lock.db cannot be locked (${reason(cause)}); ${cure}`, { cause })
  }
  return {
    release: () => {
      database.close()
    },
  }
}
