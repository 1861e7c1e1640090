/** The files that a collection is laid out in, and how edits are applied to one. */
import { hash } from 'node:crypto'
import { Low } from 'lowdb'
import type { DurableFile } from './durable-file.ts'

/**
 * `place` says where a key belongs; a file is named by the beginning of the places of its keys, at least `start`
 * long. A file of more than `records` or `bytes` is divided in two by the next digit.
 */
export type Layout = { place(key: string): string; start: number; records: number; bytes: number }

const BITS = Array.from({ length: 16 }, (_, digit) => digit.toString(2).padStart(4, '0'))

/** Many tiny records a file. */
export const BUCKETS: Layout = {
  place: (key) =>
    hash('sha256', key)
      .slice(0, 32)
      .replace(/./g, (digit) => BITS[parseInt(digit, 16)] ?? ''),
  start: 1,
  records: 500,
  bytes: 100_000,
}

/** For records that change often: a change writes a small file, however many records there are. */
export const SMALL_BUCKETS: Layout = { ...BUCKETS, records: 40, bytes: 16_000 }

/** A file a record. */
export const ONE_EACH: Layout = {
  place: (key) => hash('sha256', key).slice(0, 16),
  start: 16,
  records: Infinity,
  bytes: Infinity,
}

export type Row<T> = [tenant: string, id: string, record: T]
export type Entry<T> = { row: Row<T>; bytes: number }
export type Entries<T> = ReadonlyMap<string, Entry<T>>
export type Edit<T> = {
  tenant: string
  id: string
  key: string
  edit: (current: T | undefined) => T | undefined
  resolve: (record: T | undefined) => void
  reject: (error: unknown) => void
}

/** Gives all jobs that wait to `work` together, one batch at a time. `work` never rejects: it settles its jobs. */
export class Batches<Job> {
  readonly #work: (jobs: Job[]) => Promise<void>
  #waiting: Job[] = []
  #busy = false

  constructor(work: (jobs: Job[]) => Promise<void>) {
    this.#work = work
  }

  add(job: Job): void {
    this.#waiting.push(job)
    if (this.#busy) return
    this.#busy = true
    queueMicrotask(() => void this.#run())
  }

  /** Whether no job waits. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Hands over the jobs that have not begun. */
  take(): Job[] {
    return this.#waiting.splice(0)
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#work(this.take())
    this.#busy = false
  }
}

/** One file, and the edits that wait for it. */
export class Bucket<T> {
  readonly name: string
  readonly edits: Batches<Edit<T>>
  readonly file: DurableFile<Row<T>[]>
  readonly #low: Low<Row<T>[]>
  /** As on the disk. */
  entries: Entries<T> = new Map()

  constructor(
    name: string,
    file: DurableFile<Row<T>[]>,
    commit: (bucket: Bucket<T>, edits: Edit<T>[]) => Promise<void>,
  ) {
    this.name = name
    this.file = file
    this.#low = new Low(file, [])
    this.edits = new Batches((edits) => commit(this, edits))
  }

  async read(): Promise<Row<T>[]> {
    await this.#low.read()
    return this.#low.data
  }

  /** @throws StoreRefusal */
  async write(entries: Entries<T>, keepEarlier: boolean): Promise<void> {
    this.#low.data = Array.from(entries.values(), ({ row }) => row)
    this.file.keepsEarlier = keepEarlier
    await this.#low.write()
    this.entries = entries
  }
}

/** Applies one edit; what comes of it is told by the function returned, once it is stored. */
export function applied<T>(
  { tenant, id, key, edit, resolve, reject }: Edit<T>,
  entries: Map<string, Entry<T>>,
): () => void {
  const current = entries.get(key)?.row[2]
  try {
    const next = edit(current)
    if (next === undefined) entries.delete(key)
    else if (next !== current) entries.set(key, entryOf([tenant, id, next]))
    const record = entries.get(key)?.row[2]
    return () => {
      resolve(record)
    }
  } catch (error) {
    return () => {
      reject(error)
    }
  }
}

/** The file, or as many parts of it as keep to the layout. One record too large for any file has one of its own. */
export function divided<T>(layout: Layout, name: string, entries: Entries<T>): Map<string, Entries<T>> {
  let bytes = 0
  for (const entry of entries.values()) bytes += entry.bytes
  const fits = entries.size <= layout.records && bytes <= layout.bytes
  if (fits || entries.size === 1) return new Map([[name, entries]])
  const parts = [`${name}0`, `${name}1`].map((part) => {
    const its = [...entries].filter(([key]) => layout.place(key).startsWith(part))
    return divided(layout, part, new Map(its))
  })
  return new Map(parts.flatMap((part) => [...part]))
}

export function keyOf(tenant: string, id: string): string {
  return JSON.stringify([tenant, id])
}

/** A record exactly as it will be read back, and nobody's to mutate: memory and disk cannot drift apart. */
export function entryOf<T>(row: Row<T>): Entry<T> {
  const text = JSON.stringify(row)
  return { row: frozen(JSON.parse(text) as Row<T>), bytes: Buffer.byteLength(text) + 1 }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
