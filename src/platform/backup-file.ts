/**
 * A backup: lines of JSON, compressed by gzip. A header; a row a line, as copy.ts orders them; and a closing line with
 * the counts and the checksum of all lines before it. Without keys: an open check-in cannot be read from it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import * as files from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable as Stream } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { COLLECTIONS } from '../domain/register.ts'
import type { Store } from '../ports.ts'
import type { Commands } from './control.ts'
import { atThisMoment, DELIVERIES, rowsOf, Tally, tallyOf, tenantsOf, type Readable, type Row } from './copy.ts'
import { code, reason, syncFolder } from './durable-file.ts'

const FORMAT = 1
/** So much text is compressed at once. */
const BLOCK = 64 * 1024
const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url))

/** Why a backup cannot be written, or read, and the cure. */
export class BackupFault extends Error {
  override name = 'BackupFault'
}

export type Header = { luotsi: 'backup'; format: number; version: string; at: string; tenants: string[] }
export type Summary = { at: string; tenants: string[]; counts: Record<string, number> }

const header = z.strictObject({
  luotsi: z.literal('backup'),
  format: z.int(),
  version: z.string(),
  at: z.iso.datetime(),
  tenants: z.array(z.string()),
})
const line = z.tuple([z.enum([...COLLECTIONS, DELIVERIES]), z.string(), z.string(), z.looseObject({})])
const closing = z.strictObject({ counts: z.record(z.string(), z.int()), sha256: z.string() })

const request = z.looseObject({ file: z.string(), mayReplace: z.boolean() })

/** The command that a running bot takes: it writes the file itself, of one moment between its writes. */
export function backupCommands(store: Store, now: () => Date): Commands {
  return {
    async 'backup.write'(asked) {
      const { file, mayReplace } = request.parse(asked)
      return writeBackup(await atThisMoment(store), { file, mayReplace, now: now() })
    },
  }
}

/** Writes aside, syncs, renames. @throws BackupFault */
export async function writeBackup(
  store: Readable,
  { file, mayReplace, now, told }: { file: string; mayReplace: boolean; now: Date; told?: (rows: number) => void },
): Promise<Summary> {
  const aside = `${file}.${randomBytes(4).toString('hex')}.new`
  const refuseToReplace = async (): Promise<void> => {
    if (mayReplace || !(await isThere(file))) return
    throw new BackupFault(`${file} is there already. Give another name, or add --replace.`)
  }
  await refuseToReplace()
  const { version } = JSON.parse(await files.readFile(PACKAGE, 'utf8')) as { version: string }
  const first: Header = {
    luotsi: 'backup',
    format: FORMAT,
    version,
    at: now.toISOString(),
    tenants: await tenantsOf(store),
  }
  const tally = new Tally()
  try {
    const lines = blocksOf(textOf(first, store, tally, told))
    const out = createWriteStream(aside, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Stream.from(lines), createGzip(), out)
    await refuseToReplace()
    await files.rename(aside, file)
    await syncFolder(dirname(file), files)
  } catch (error) {
    await files.rm(aside, { force: true }).catch(() => undefined)
    if (code(error) === '') throw error
    throw new BackupFault(`${file} was not written: ${reason(error)}. Give a path that can be written, with room.`, {
      cause: error,
    })
  }
  return { at: first.at, tenants: first.tenants, counts: tally.counts }
}

/** Reads all of it before anybody relies on any of it. @throws BackupFault */
export async function checkBackup(file: string): Promise<{ header: Header; tally: Tally }> {
  const found: { header?: Header } = {}
  const tally = await tallyOf(readBackup(file, (one) => (found.header = one)))
  if (found.header === undefined) throw damaged(file, 'it has no first line')
  return { header: found.header, tally }
}

/** The rows of a backup. @throws BackupFault where it is no backup, torn, changed or of a newer version */
export async function* readBackup(file: string, begun: (header: Header) => unknown = () => undefined) {
  const hash = createHash('sha256')
  const tally = new Tally()
  let isBegun = false
  let last: string | undefined
  for await (const text of linesOf(file)) {
    if (!isBegun) {
      begun(headerIn(file, text))
      isBegun = true
    } else {
      if (last !== undefined) throw damaged(file, 'something stands after its end')
      if (text.startsWith('{')) {
        last = text
        continue
      }
      const row = rowIn(file, text)
      tally.add(row)
      yield row
    }
    hash.update(`${text}\n`)
  }
  if (last === undefined) throw damaged(file, 'its end is missing')
  const end = closing.safeParse(parsed(file, last)).data
  const isWhole = end?.sha256 === hash.digest('hex') && JSON.stringify(end.counts) === JSON.stringify(tally.counts)
  if (!isWhole) throw damaged(file, 'its checksum does not match')
}

async function* textOf(first: Header, store: Readable, tally: Tally, told?: (rows: number) => void) {
  const hash = createHash('sha256')
  const written = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`
    hash.update(text)
    return text
  }
  yield written(first)
  let number = 0
  for await (const row of rowsOf(store)) {
    tally.add(row)
    yield written([row.of, row.tenant, row.mailing, row.item])
    told?.((number += 1))
  }
  yield `${JSON.stringify({ counts: tally.counts, sha256: hash.digest('hex') })}\n`
}

async function* blocksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let block = ''
  for await (const text of lines) {
    block += text
    if (block.length < BLOCK) continue
    yield block
    block = ''
  }
  yield block
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const gunzip = createGunzip().setEncoding('utf8')
  const reading = pipeline(createReadStream(file), gunzip).catch(() => undefined)
  let rest = ''
  try {
    for await (const piece of gunzip as AsyncIterable<string>) {
      const [first = '', ...more] = piece.split('\n')
      if (more.length === 0) {
        rest += first
        continue
      }
      yield rest + first
      rest = more.pop() ?? ''
      yield* more
    }
  } catch (error) {
    const why = code(error)
    // What zlib says, in words that help; whatever the consumer throws passes through the generator untouched.
    if (why.startsWith('Z_')) throw damaged(file, why === 'Z_BUF_ERROR' ? 'its end is missing' : 'it is not as written')
    throw new BackupFault(`${file} cannot be read: ${reason(error)}. Give the path of a backup.`, { cause: error })
  } finally {
    await reading
  }
  if (rest !== '') throw damaged(file, 'its end is missing')
}

function headerIn(file: string, text: string): Header {
  const said = header.safeParse(parsed(file, text)).data
  if (said === undefined) throw new BackupFault(`${file} is no backup of Luotsi.`)
  if (said.format === FORMAT) return said
  throw new BackupFault(
    `${file} was written by version ${said.version}, in format ${said.format}; this version reads format ${FORMAT}. Restore it with that version, and update then.`,
  )
}

function rowIn(file: string, text: string): Row {
  const row = line.safeParse(parsed(file, text)).data
  if (row === undefined) throw damaged(file, 'it has a line that this version does not know')
  const [of, tenant, mailing, item] = row
  return { of, tenant, mailing, item }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(file, 'it has a line that is no JSON')
  }
}

function damaged(file: string, why: string): BackupFault {
  return new BackupFault(`${file} is torn or was changed: ${why}. Nothing was restored from it: take another backup.`)
}

async function isThere(file: string): Promise<boolean> {
  return files.access(file).then(
    () => true,
    () => false,
  )
}
