/** Which files must exist, so that a missing one is told from one that never was. */
import { Low } from 'lowdb'
import { Batches } from './buckets.ts'
import { DurableFile } from './durable-file.ts'
import type { Disk, Fault } from './durable-file.ts'

type Swap = { added: string[]; removed: string[]; resolve: () => void; reject: (error: unknown) => void }

/** A file of names. A change of names holds, and is read back, from the moment its write is durable. */
export class FileIndex {
  names: ReadonlySet<string> = new Set()
  readonly #file: DurableFile<string[]>
  readonly #low: Low<string[]>
  readonly #swaps = new Batches<Swap>((swaps) => this.#write(swaps))
  #stored = false

  constructor(disk: Disk, name: string) {
    this.#file = new DurableFile(disk, name)
    this.#low = new Low(this.#file, [])
  }

  /** False where there is no file. */
  get stored(): boolean {
    return this.#stored
  }

  async load(expected: boolean): Promise<Fault[]> {
    try {
      const names = await this.#file.read()
      if (!names) return expected ? [await this.missing()] : []
      this.names = new Set(names)
      this.#stored = true
      return []
    } catch (error) {
      return [await this.#file.fault(error)]
    }
  }

  missing(): Promise<Fault> {
    return this.#file.fault()
  }

  /** @throws StoreRefusal: then the names are as before */
  swap(added: string[], removed: string[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    this.#swaps.add({
      added,
      removed,
      resolve: () => {
        resolve(undefined)
      },
      reject,
    })
    return promise
  }

  /** Writes where these are not the names that are stored. */
  async become(names: string[]): Promise<void> {
    const wanted = new Set(names)
    const removed = [...this.names].filter((name) => !wanted.has(name))
    if (this.#stored && removed.length === 0 && wanted.size === this.names.size) return
    await this.swap(names, removed)
  }

  async #write(swaps: Swap[]): Promise<void> {
    const names = new Set(this.names)
    for (const { added, removed } of swaps) {
      for (const name of removed) names.delete(name)
      for (const name of added) names.add(name)
    }
    this.#low.data = [...names]
    try {
      await this.#low.write()
      this.names = names
      this.#stored = true
      for (const { resolve } of swaps) resolve()
    } catch (error) {
      for (const { reject } of swaps) reject(error)
    }
  }
}

/**
 * Which of the files that are `present` hold the records, given the `listed` ones. A file that was divided has its
 * parts under names that begin with its own. Parts are listed only when all are written, and the divided file goes
 * after that: a listed file counts while it is there, else its parts if none is missing. A present file that neither
 * is nor has such a part is new: it was written and not yet listed. All others are left over from a division.
 */
export function survivors(listed: Iterable<string>, present: ReadonlySet<string>): Survivors {
  const live = new Set<string>()
  const missing: string[] = []
  for (const name of listed) {
    const parts = partsOf(name, present)
    for (const part of parts) live.add(part)
    if (parts.length === 0) missing.push(name)
  }
  const leftovers: string[] = []
  for (const name of [...present].filter((other) => !live.has(other)).sort()) {
    const related = [...live].some((other) => other.startsWith(name) || name.startsWith(other))
    if (related) leftovers.push(name)
    else live.add(name)
  }
  return { live: [...live], missing, leftovers }
}

type Survivors = { live: string[]; missing: string[]; leftovers: string[] }

function partsOf(name: string, present: ReadonlySet<string>): string[] {
  if (present.has(name)) return [name]
  if (![...present].some((other) => other.startsWith(name))) return []
  const [left, right] = [partsOf(`${name}0`, present), partsOf(`${name}1`, present)]
  return left.length > 0 && right.length > 0 ? [...left, ...right] : []
}
