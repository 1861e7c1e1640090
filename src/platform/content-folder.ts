/** The files of a content folder as they were at one moment, so that what is hashed is what is read. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDERS = [
  '',
  'tools',
  'theory',
  'themes',
  'webinars',
  'launches',
  'pages',
  'strings',
  'search',
  'search/keywords',
  'search/elsewhere',
] as const

export type ContentFolder = {
  /** What stands in a folder, sorted; undefined where there is none. */
  names(folder: string): readonly string[] | undefined
  /** Undefined where there is no such file, or it cannot be read. */
  bytes(file: string): Uint8Array | undefined
  /** Of all names and all bytes. */
  hash: string
}

export async function readContentFolder(dir: string): Promise<ContentFolder> {
  const listed = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(join(dir, folder)).catch(() => undefined)
      return { folder, names: names?.sort() }
    }),
  )
  const files = listed.flatMap(({ folder, names = [] }) =>
    names.filter((name) => /\.(yaml|json)$/.test(name)).map((name) => (folder === '' ? name : `${folder}/${name}`)),
  )
  const read = await Promise.all(
    files.map(async (file) => [file, await readFile(join(dir, file)).catch(() => undefined)] as const),
  )
  const hash = createHash('sha256').update(JSON.stringify(listed))
  for (const [file, bytes] of read) hash.update(`\n${file} ${bytes?.length ?? 'unread'}\n`).update(bytes ?? '')
  const folders = new Map<string, readonly string[] | undefined>(listed.map(({ folder, names }) => [folder, names]))
  const contents = new Map(read)
  return { names: (folder) => folders.get(folder), bytes: (file) => contents.get(file), hash: hash.digest('hex') }
}
