/**
 * Content that was read, checked and indexed, kept for the next start. It counts only for the very same files, code,
 * settings and Node: anything else, and a torn file, is as if there were none.
 */
import { createHash, hash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import type { Content, Vocabulary } from '../domain/content.ts'
import type { Finding } from '../domain/content-findings.ts'
import type { IndexTables } from '../domain/search.ts'

/** `warnings` are those that do not depend on the day. */
export type Known = { content: Content; lexicon: Vocabulary; tables: IndexTables; warnings: Finding[] }

export type KeptContent = {
  /** Undefined where there is none for this. */
  read(): Promise<Known | undefined>
  /** @throws where the folder cannot be written */
  write(known: Known): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What the outcome depends on: the rules, the readers, the exact versions of what they use. */
const CODE = ['src/domain', 'src/platform/content.ts', 'src/platform/content-files.ts', 'package.json']
const FILE = 'content.kept'
const SHA256 = 32

/** `madeOf` tells apart what is not code: the hash of the files, settings. */
export async function openKeptContent(folder: string, madeOf: readonly string[]): Promise<KeptContent> {
  const file = join(folder, FILE)
  const key = Buffer.from(hash('sha256', JSON.stringify([process.version, await codeHash(), ...madeOf])), 'hex')
  return {
    async read() {
      const bytes = await readFile(file).catch(() => undefined)
      if (bytes === undefined || !bytes.subarray(0, SHA256).equals(key)) return undefined
      const body = bytes.subarray(2 * SHA256)
      if (!bytes.subarray(SHA256, 2 * SHA256).equals(checksum(key, body))) return undefined
      return deserialize(body) as Known
    },
    async write(known) {
      const body = serialize(known)
      const aside = `${file}.${process.pid}.new`
      await mkdir(folder, { recursive: true, mode: 0o700 })
      try {
        await writeFile(aside, Buffer.concat([key, checksum(key, body), body]), { mode: 0o600 })
        await rename(aside, file)
      } finally {
        await rm(aside, { force: true })
      }
    },
  }
}

function checksum(key: Uint8Array, body: Uint8Array): Buffer {
  return createHash('sha256').update(key).update(body).digest()
}

async function codeHash(): Promise<string> {
  const all = createHash('sha256')
  for (const path of CODE) {
    const names = path.endsWith('src/domain') ? (await readdir(join(ROOT, path))).sort() : ['']
    const files = await Promise.all(names.map(async (name) => [name, await readFile(join(ROOT, path, name))] as const))
    for (const [name, bytes] of files) all.update(`\n${path}/${name} ${bytes.length}\n`).update(bytes)
  }
  return all.digest('hex')
}
