import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reason } from './durable-file.ts'

/** Why the keys folder cannot be used, and the cure. */
export class KeysFault extends Error {
  override name = 'KeysFault'
}

/**
 * Reads the key of the opaque ids, made at the first start, from the keys folder: whoever has the records alone cannot
 * tell who or what an id stands for. The result is 128 bits in hexadecimal.
 * @throws KeysFault
 */
export async function openOpaque(keysDir: string): Promise<(...parts: string[]) => string> {
  const file = join(keysDir, 'opaque.key')
  const key = await readKey(file)
    .then((known) => known ?? makeKey(keysDir, file))
    .catch((cause: unknown) => {
      if (cause instanceof KeysFault) throw cause
      const cure = 'Let the user that runs the bot write there, or set KEYS_DIR to another folder.'
      throw new KeysFault(`The keys folder ${keysDir} cannot be used: ${reason(cause)}. ${cure}`, { cause })
    })
  return (...parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const key = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (key !== undefined && key.length !== 32) {
    throw new KeysFault(
      `${file} is damaged: put it back from a copy, or remove it (open buttons for sharing then stop working)`,
    )
  }
  return key
}

async function makeKey(dir: string, file: string): Promise<Buffer> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const key = randomBytes(32)
  const handle = await open(file, 'wx', 0o600)
  await handle.writeFile(key)
  await handle.sync()
  await handle.close()
  return key
}
