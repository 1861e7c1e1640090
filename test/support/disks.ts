/** Disks that fail on purpose, and folders to lose on them. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import * as nodeFiles from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Filesystem } from '../../src/platform/durable-file.ts'

/** A folder of one's own, and its removal. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-store-'))
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Stands between the store and the disk: `act` makes the call, and an error thrown instead is the disk's answer. */
export type Between = (
  call: 'open' | 'write' | 'sync' | 'rename' | 'link' | 'rm',
  path: string,
  act: () => Promise<void>,
) => Promise<void>

export function diskWith(between: Between): Filesystem {
  return {
    ...nodeFiles,
    rename: (from, to) => between('rename', String(to), () => nodeFiles.rename(from, to)),
    link: (from, to) => between('link', String(to), () => nodeFiles.link(from, to)),
    rm: (path, options) => between('rm', String(path), () => nodeFiles.rm(path, options)),
    open: async (path, flags, mode) => {
      await between('open', path, () => Promise.resolve())
      const handle = await nodeFiles.open(path, flags, mode)
      return {
        writeFile: (data) => between('write', path, () => handle.writeFile(data)),
        sync: () => between('sync', path, () => handle.sync()),
        close: () => handle.close(),
      }
    },
  }
}

export type Picture = { before: string; folder: string }

/**
 * A disk that keeps, before every call, what the store would find if the world ended there: once with all calls so far
 * done and only unsynced contents torn, once with nothing but what was synced, folders included.
 */
export function diskOfPictures(folder: string, album: string, take: (picture: Picture) => void): Filesystem {
  const unsynced = new Set<string>()
  const surviving = new Map<string, Buffer>()
  const content = (path: string): Buffer => {
    const bytes = readFileSync(path)
    return unsynced.has(path) ? bytes.subarray(0, bytes.length / 2) : bytes
  }
  for (const path of filesIn(folder)) surviving.set(path, content(path))
  const kept = new Set<string>()
  const keep = (before: string, files: Iterable<readonly [string, Buffer]>): void => {
    const contents = [...files]
    const name = hash('sha256', contents.map(([path, bytes]) => path + hash('sha256', bytes)).join())
    const folderOfPicture = join(album, name)
    if (!kept.has(name))
      for (const [path, bytes] of contents) {
        const copy = path.replace(folder, folderOfPicture)
        mkdirSync(dirname(copy), { recursive: true })
        writeFileSync(copy, bytes)
      }
    kept.add(name)
    take({ before, folder: folderOfPicture })
  }
  const happen: Between = async (call, path, act) => {
    keep(
      `${call} ${path}, killed`,
      filesIn(folder).map((file) => [file, content(file)] as const),
    )
    keep(`${call} ${path}, power cut`, surviving)
    await act()
    if (call === 'write') unsynced.add(path)
    if (call === 'rename' && unsynced.delete(`${path}.new`)) unsynced.add(path)
    if (call !== 'sync' || unsynced.delete(path) || path.endsWith('.new')) return
    for (const file of surviving.keys()) if (dirname(file) === path) surviving.delete(file)
    for (const file of filesIn(path)) if (dirname(file) === path) surviving.set(file, content(file))
  }
  let last = Promise.resolve()
  // One call after the other: a picture shows one moment.
  return diskWith((call, path, act) => {
    const done = last.then(() => happen(call, path, act))
    last = done.catch(() => undefined)
    return done
  })
}
