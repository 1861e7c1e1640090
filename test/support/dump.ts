/** What somebody has who copies a data folder: every byte, and what the filesystem tells of each file. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

export type Copy = ReadonlyMap<string, { bytes: Buffer; mtimeMs: number; inode: number }>

export function copyOf(folder: string): Copy {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const { mtimeMs, ino: inode } = statSync(path)
        return [relative(folder, path), { bytes: readFileSync(path), mtimeMs, inode }] as const
      }),
  )
}

/** The files that were written, renamed, added or removed from one copy to the next, whether or not their bytes differ. */
export function touched(before: Copy, after: Copy): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
    const [one, other] = [before.get(name), after.get(name)]
    return (
      one?.mtimeMs !== other?.mtimeMs || one?.inode !== other?.inode || one?.bytes.equals(other?.bytes ?? NONE) !== true
    )
  })
}

const NONE = Buffer.alloc(0)

export type Row = { id: string } & Record<string, unknown>

/** The records of a collection in the order in which they stand in its files. */
export function rowsOf(copy: Copy, collection: string): Row[] {
  return [...copy.keys()]
    .filter((name) => new RegExp(`^${collection}/[0-9a-f]+\\.db$`).test(name))
    .sort()
    .flatMap((name) => {
      const [, body = ''] = (copy.get(name)?.bytes.toString() ?? '').split('\n')
      return (JSON.parse(body) as { data: [string, string, Row][] }).data.map(([, , row]) => row)
    })
}

/** Whom the cards of a round are for, in the order in which the ledger's file has them. */
export function recipientsIn(copy: Copy, round: string): string[] {
  const mailing = rowsOf(copy, 'mailings').find(
    ({ kind, message }) => kind === 'checkins.card' && (message as { round?: string }).round === round,
  )
  const bodies = [...copy].flatMap(([name, { bytes }]) => {
    const [, body = ''] = name.startsWith('ledger/') ? bytes.toString().split('\n') : []
    return body === '' ? [] : [(JSON.parse(body) as { data: { mailing?: string; rows: [string, string][] } }).data]
  })
  const rows = bodies.find((one) => one.mailing === (mailing?.id ?? 'none'))?.rows ?? []
  return rows.map(([, person]) => person)
}

/** A secret as it could be written: text as it is; bytes also in hexadecimal and in base64 of either kind. */
export function formsOf(secrets: readonly (string | Buffer)[]): Buffer[] {
  return secrets.flatMap((secret) =>
    typeof secret === 'string'
      ? [Buffer.from(secret)]
      : [secret, ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(secret.toString(form)))],
  )
}

/** The files of a copy in which one of the secrets stands. */
export function standsIn(copy: Copy, secrets: readonly (string | Buffer)[]): string[] {
  const forms = formsOf(secrets)
  return [...copy].flatMap(([name, { bytes }]) => (forms.some((form) => bytes.includes(form)) ? [name] : []))
}
