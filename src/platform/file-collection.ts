/** Records of one kind in many small files, so that the cost of a change stays flat as they grow in number. */
import type { Collection } from '../domain/records.ts'
import { Bucket, applied, divided, entryOf, keyOf } from './buckets.ts'
import type { Edit, Entries, Entry, Layout, Row } from './buckets.ts'
import { DurableFile, StoreRefusal, code, reason } from './durable-file.ts'
import type { Disk, Fault } from './durable-file.ts'
import { FileIndex, survivors } from './file-index.ts'

const READ_AT_ONCE = 32

export class FileCollection<T> implements Collection<T> {
  readonly name: string
  /** Whether `load` found no records, readable or not. */
  isNew = true
  readonly #disk: Disk
  readonly #layout: Layout
  readonly #index: FileIndex
  readonly #buckets = new Map<string, Bucket<T>>()
  /** What readers see, by tenant and id: never more than is on the disk. */
  readonly #records = new Map<string, Map<string, T>>()
  readonly #underWay = new Set<Promise<unknown>>()
  #leftovers: string[] = []
  #closed = false

  constructor(disk: Disk, name: string, layout: Layout) {
    this.#disk = disk
    this.name = name
    this.#layout = layout
    this.#index = new FileIndex(disk, `${name}/index`)
  }

  get(tenant: string, id: string): Promise<T | undefined> {
    return Promise.resolve(this.#records.get(tenant)?.get(id))
  }

  list(tenant: string): Promise<T[]> {
    return Promise.resolve([...(this.#records.get(tenant)?.values() ?? [])])
  }

  tenants(): Promise<string[]> {
    return Promise.resolve([...this.#records.keys()])
  }

  /** @throws StoreRefusal when the disk does not take the change, or the store is closed */
  async change(tenant: string, id: string, edit: Edit<T>['edit']): Promise<T | undefined> {
    if (this.#closed) throw new StoreRefusal('The store is closed.')
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
    this.#underWay.add(promise)
    this.#enqueue({ tenant, id, key: keyOf(tenant, id), edit, resolve, reject })
    try {
      return await promise
    } finally {
      this.#underWay.delete(promise)
    }
  }

  /** Takes no more changes; resolves when those under way are done. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#underWay)
  }

  /** Reads everything, writes nothing, returns what is damaged. `expected`: the collection has existed before. */
  async load(expected: boolean): Promise<Fault[]> {
    const present = await this.#present()
    const faults = await this.#index.load(expected || present.size > 0)
    const { live, missing, leftovers } = survivors(this.#index.names, present)
    this.isNew = present.size === 0
    this.#leftovers = leftovers
    faults.push(...(await Promise.all(missing.map((name) => this.#fileOf(name).fault()))))
    for (let at = 0; at < live.length; at += READ_AT_ONCE) {
      const reading = live.slice(at, at + READ_AT_ONCE).map((name) => this.#loadBucket(name))
      faults.push(...(await Promise.all(reading)).flat())
    }
    return faults
  }

  /** Lists and removes what a crash left unlisted or unremoved; to be called once everything has loaded well. */
  async tidy(): Promise<void> {
    const folder = this.#disk.path(this.name)
    await this.#disk.makeFolder(folder)
    await this.#index.become([...this.#buckets.keys()])
    await this.#removeLeftovers()
    for (const entry of await this.#disk.files.readdir(folder, { withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith('.new')) await this.#disk.files.rm(`${folder}/${entry.name}`)
    }
  }

  async #present(): Promise<Set<string>> {
    const files = await this.#disk.files.readdir(this.#disk.path(this.name)).catch((error: unknown) => {
      if (code(error) === 'ENOENT') return []
      throw error
    })
    return new Set(files.flatMap((file) => /^([0-9a-f]+)\.db$/.exec(file)?.[1] ?? []))
  }

  async #loadBucket(name: string): Promise<Fault[]> {
    const bucket = this.#bucket(name)
    try {
      const rows = (await bucket.read()).map((row) => [keyOf(row[0], row[1]), entryOf(row)] as const)
      // A last good copy that an earlier version kept of a division holds the rest of the divided file too.
      bucket.entries = new Map(rows.filter(([key]) => this.#layout.place(key).startsWith(name)))
    } catch (error) {
      return [await bucket.file.fault(error)]
    }
    this.#buckets.set(name, bucket)
    for (const { row } of bucket.entries.values()) this.#show(...row)
    return []
  }

  #enqueue(edit: Edit<T>): void {
    this.#bucketFor(this.#layout.place(edit.key)).edits.add(edit)
  }

  #bucketFor(place: string): Bucket<T> {
    for (let length = this.#layout.start; length <= place.length; length++) {
      const bucket = this.#buckets.get(place.slice(0, length))
      if (bucket) return bucket
    }
    const bucket = this.#bucket(this.#freeName(place))
    this.#buckets.set(bucket.name, bucket)
    return bucket
  }

  /** The shortest beginning of the place under which there is no file yet. */
  #freeName(place: string): string {
    let name = place.slice(0, this.#layout.start)
    const taken = (other: string): boolean => other.startsWith(name)
    while (name !== place && [...this.#buckets.keys()].some(taken)) name = place.slice(0, name.length + 1)
    return name
  }

  /** Applies edits to a copy and has it written once for all. Never rejects: the edits do. */
  async #commit(bucket: Bucket<T>, edits: Edit<T>[]): Promise<void> {
    const next = new Map(bucket.entries)
    const before = bucket.entries
    const differs = ({ key }: Edit<T>): boolean => next.get(key) !== before.get(key)
    const outcomes = edits.map((edit) => ({ edit, settle: applied(edit, next), unstored: differs(edit) }))
    const changed = edits.filter(differs)
    try {
      if (changed.length > 0) await this.#save(bucket, next, changed)
      for (const { settle } of outcomes) settle()
    } catch (error) {
      // What an edit made of a state that was never stored, even an error it threw, must not get about.
      for (const { edit, settle, unstored } of outcomes) {
        if (unstored) edit.reject(error)
        else settle()
      }
    }
  }

  async #save(bucket: Bucket<T>, next: Entries<T>, changed: Edit<T>[]): Promise<void> {
    const removes = changed.some(({ key }) => !next.has(key))
    if (removes) await this.#removeLeftovers()
    const parts = divided(this.#layout, bucket.name, next)
    const whole = parts.size === 1 && this.#index.names.has(bucket.name)
    const written = whole ? [bucket] : await this.#writeParts(bucket, parts)
    if (whole) await bucket.write(next, !removes)
    for (const { tenant, id, key } of changed) this.#show(tenant, id, next.get(key)?.row[2])
    if (!whole) await this.#replace(bucket, written)
    // Where this fails there is no last good copy until the next write: better than one with what was removed.
    else if (removes) await bucket.write(next, true).catch(() => undefined)
  }

  /** The index is where a division happens: a crash before it is written leaves the bucket as it was. */
  async #writeParts(bucket: Bucket<T>, parts: ReadonlyMap<string, Entries<T>>): Promise<Bucket<T>[]> {
    const written = Array.from(parts.keys(), (name) => this.#bucket(name))
    try {
      for (const part of written) {
        const entries = parts.get(part.name) ?? new Map<string, Entry<T>>()
        await part.write(entries, false)
        // Its last good copy is its own: a copy of the divided file would keep records that another part removes.
        if (part.name !== bucket.name) await part.write(entries, true)
      }
      await this.#index.swap([...parts.keys()], [bucket.name])
      return written
    } catch (error) {
      // Unsure of the index, the disk needs both the bucket and its parts.
      if (this.#disk.sure) for (const part of written) await part.file.remove().catch(() => undefined)
      throw error
    }
  }

  async #replace(bucket: Bucket<T>, parts: Bucket<T>[]): Promise<void> {
    this.#buckets.delete(bucket.name)
    for (const part of parts) this.#buckets.set(part.name, part)
    for (const edit of bucket.edits.take()) this.#enqueue(edit)
    // What cannot be removed now goes before the next removal of a record, or at the next start.
    if (!this.#buckets.has(bucket.name)) await bucket.file.remove().catch(() => this.#leftovers.push(bucket.name))
  }

  /** @throws StoreRefusal: a record is not removed while a divided file that holds it cannot be */
  async #removeLeftovers(): Promise<void> {
    for (const name of [...this.#leftovers]) {
      await this.#fileOf(name)
        .remove()
        .catch((cause: unknown) => {
          throw new StoreRefusal(`${this.name}/${name}.db cannot be removed: ${reason(cause)}`, { cause })
        })
      this.#leftovers = this.#leftovers.filter((other) => other !== name)
    }
  }

  #show(tenant: string, id: string, record: T | undefined): void {
    const records = this.#records.get(tenant) ?? new Map<string, T>()
    if (record === undefined) records.delete(id)
    else records.set(id, record)
    if (records.size === 0) this.#records.delete(tenant)
    else this.#records.set(tenant, records)
  }

  #bucket(name: string): Bucket<T> {
    return new Bucket(name, this.#fileOf(name), (bucket, edits) => this.#commit(bucket, edits))
  }

  #fileOf(name: string): DurableFile<Row<T>[]> {
    return new DurableFile(this.#disk, `${this.name}/${name}`)
  }
}
