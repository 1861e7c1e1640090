/** The deliveries of one mailing in files of 256, of which memory holds what they come to and those being worked on. */
import { keyOf, summed } from '../domain/delivery.ts'
import type { Deliveries, Delivery, DeliveryCounts, DeliveryState, Reason } from '../domain/delivery.ts'
import { claimed, deliveryOf, destinationOf, dueOf, rowOf, shifted, stateOf, summaryOf } from './delivery-rows.ts'
import type { Row, Summary } from './delivery-rows.ts'
import { StoreRefusal, reason } from './durable-file.ts'
import type { Disk, DurableFile, Fault } from './durable-file.ts'
import {
  atOnce,
  clear,
  dropFiles,
  faultOf,
  firstFile,
  markVoid,
  partFile,
  partsFolder,
  unmark,
} from './ledger-files.ts'

const CHUNK = 256
/** As many as the messages under way are spread over at the highest rate, so that none is read again. */
const CHUNKS_HELD = 4

/** `generation` tells the files of one preparation from those of the one that takes its place. */
type Head = { tenant: string; mailing: string; generation: 'a' | 'b'; chunks: number }
/** The first chunk tells of the others: to write it is to put the whole list in place. */
type First = Head & { rows: readonly Row[] }

/** Its methods are to be called one at a time. */
export class DeliveryList {
  readonly #disk: Disk
  readonly #name: string
  readonly #head: Head
  readonly #summaries: Summary[] = []
  /** Where in the list those stand that are sending, by their key. */
  readonly #sending = new Map<string, number>()
  /** Of a record that was stored in part: whoever asked for it takes them for sending, so they are not claimed. */
  readonly #halfRecorded = new Set<string>()
  readonly #held = new Map<number, readonly Row[]>()

  private constructor(disk: Disk, name: string, head: Head) {
    this.#disk = disk
    this.#name = name
    this.#head = head
  }

  /** Writes a list in place of the earlier one. A crash leaves the one or the other. @throws StoreRefusal */
  static async prepare(
    disk: Disk,
    name: string,
    of: { tenant: string; mailing: string },
    deliveries: Deliveries,
    earlier: DeliveryList | undefined,
  ): Promise<DeliveryList> {
    const chunks = chunksOf(deliveries)
    const { value: first = [] } = await chunks.next()
    const { value: second } = await chunks.next()
    const generation = earlier?.generation === 'a' ? 'b' : 'a'
    const list = new DeliveryList(disk, name, { ...of, generation, chunks: 1 })
    const isMarked = earlier === undefined && second !== undefined
    try {
      if (isMarked) await markVoid(disk, name)
      if (second) await list.#writeParts(second, chunks)
      await list.#write(0, first)
      if (isMarked) await unmark(disk, name)
    } catch (error) {
      // Unsure whether the list is in place, the disk needs its files.
      if (disk.sure) await (earlier ? list.dropParts() : clear(disk, name)).catch(() => undefined)
      throw error
    }
    return list
  }

  /** Reads and checks every file. Writes nothing. */
  static async load(disk: Disk, name: string): Promise<DeliveryList | Fault[]> {
    const file = firstFile<First>(disk, name)
    try {
      const first = await file.read()
      if (!first) return [await faultOf(file, name)]
      const { rows, ...head } = first
      const list = new DeliveryList(disk, name, head)
      list.#take(0, [], rows)
      const faults: Fault[] = []
      for (let n = 1; n < head.chunks; n++) faults.push(...(await list.#loadPart(n)))
      return faults.length > 0 ? faults : list
    } catch (error) {
      return [await faultOf(file, name, error)]
    }
  }

  get generation(): 'a' | 'b' {
    return this.#head.generation
  }

  get chunks(): number {
    return this.#head.chunks
  }

  counts(): DeliveryCounts {
    return summed(this.#summaries.map(({ counts }) => counts))
  }

  /** In ms. */
  nextDue(): number | undefined {
    const times = this.#summaries.flatMap(({ due }) => due ?? [])
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** Where the disk takes only some, those are given. */
  async claim(most: number, now: number): Promise<Delivery[]> {
    const given: Delivery[] = []
    for (const [n, { due }] of this.#summaries.entries()) {
      if (given.length >= most) break
      if (due === undefined || due > now) continue
      const before = await this.#rows(n)
      const its: Row[] = []
      const after = before.map((row) => {
        if (given.length + its.length >= most || !this.#isFree(row, now)) return row
        const next = claimed(row)
        its.push(next)
        return next
      })
      try {
        await this.#replace(n, before, after)
      } catch (error) {
        if (given.length > 0) break
        throw error
      }
      given.push(...its.map(deliveryOf))
    }
    return given
  }

  async record(outcomes: readonly Delivery[]): Promise<void> {
    const stored: Row[] = []
    const writing = Array.from(this.#placesOf(outcomes), async ([n, changes]) => {
      const before = await this.#rows(n)
      await this.#replace(
        n,
        before,
        before.map((row, at) => changes.get(at) ?? row),
      )
      stored.push(...changes.values())
    })
    const refused = (await Promise.allSettled(writing)).find(({ status }) => status === 'rejected')
    if (refused?.status === 'rejected') {
      for (const row of stored) this.#halfRecorded.add(keyOf(destinationOf(row)))
      throw refused.reason
    }
    for (const { to } of outcomes) this.#halfRecorded.delete(keyOf(to))
  }

  async shift(from: readonly DeliveryState[], to: { state: DeliveryState; reason?: Reason }): Promise<number> {
    let number = 0
    const touched = [...this.#summaries.keys()].filter((n) => from.some((state) => this.#summaries[n]?.counts[state]))
    await atOnce(touched.values(), async (n) => {
      const before = await this.#rows(n)
      const after = before.map((row) => (from.includes(stateOf(row)) ? shifted(row, to.state, to.reason) : row))
      await this.#replace(n, before, after)
      number += after.filter((row, at) => row !== before[at]).length
    })
    return number
  }

  async chunk(n: number): Promise<Delivery[]> {
    return (this.#held.get(n) ?? (await this.#read(n))).map(deliveryOf)
  }

  /** Overwrites and removes the files of this list but the first. */
  async dropParts(): Promise<void> {
    await dropFiles(this.#disk, partsFolder(this.#name), (file) => file.startsWith(this.#head.generation))
  }

  /** Removes what a crash left beside the files of the list. */
  async tidy(): Promise<void> {
    const its = new Set(Array.from({ length: this.#head.chunks }, (_, n) => `${this.#partName(n)}.db`))
    await dropFiles(this.#disk, partsFolder(this.#name), (file) => !its.has(file))
  }

  #isFree(row: Row, now: number): boolean {
    const due = dueOf(row)
    return due !== undefined && due <= now && !this.#halfRecorded.has(keyOf(destinationOf(row)))
  }

  /** The rows that are to be put, by chunk and place in it. Of several with one key the first. */
  #placesOf(outcomes: readonly Delivery[]): Map<number, Map<number, Row>> {
    const places = new Map<number, Map<number, Row>>()
    for (const outcome of outcomes) {
      const place = this.#sending.get(keyOf(outcome.to))
      if (place === undefined) continue
      const changes = places.get(Math.floor(place / CHUNK)) ?? new Map<number, Row>()
      if (!changes.has(place % CHUNK)) changes.set(place % CHUNK, rowOf(outcome))
      places.set(Math.floor(place / CHUNK), changes)
    }
    return places
  }

  async #rows(n: number): Promise<readonly Row[]> {
    const rows = this.#held.get(n) ?? (await this.#read(n))
    this.#hold(n, rows)
    return rows
  }

  async #read(n: number): Promise<readonly Row[]> {
    const file = n === 0 ? this.#first() : this.#part(n)
    try {
      const content = await file.read()
      if (content === null) throw new Error('it is missing')
      return 'rows' in content ? content.rows : content
    } catch (cause) {
      throw new StoreRefusal(`${file.file} cannot be read: ${reason(cause)}`, { cause })
    }
  }

  async #writeParts(second: readonly Row[], others: AsyncIterable<readonly Row[]>): Promise<void> {
    await this.#disk.makeFolder(this.#disk.path(partsFolder(this.#name)))
    await this.#write(this.#head.chunks++, second)
    await atOnce(others, (rows) => this.#write(this.#head.chunks++, rows))
  }

  async #replace(n: number, before: readonly Row[], after: readonly Row[]): Promise<void> {
    if (after.every((row, at) => row === before[at])) return
    await this.#write(n, after, before)
    this.#hold(n, after)
    if (this.#sending.size === 0 && this.nextDue() === undefined) this.#held.clear()
  }

  async #write(n: number, rows: readonly Row[], before: readonly Row[] = []): Promise<void> {
    if (n === 0) await this.#first().write({ ...this.#head, rows })
    else await this.#part(n).write(rows)
    this.#take(n, before, rows)
  }

  /** Holds for true what was written or read. */
  #take(n: number, before: readonly Row[], rows: readonly Row[]): void {
    this.#summaries[n] = summaryOf(rows)
    for (const [at, row] of rows.entries()) {
      if (row === before[at]) continue
      if (stateOf(row) === 'sending') this.#sending.set(keyOf(destinationOf(row)), n * CHUNK + at)
      else this.#sending.delete(keyOf(destinationOf(row)))
    }
  }

  #hold(n: number, rows: readonly Row[]): void {
    this.#held.delete(n)
    this.#held.set(n, rows)
    for (const oldest of this.#held.keys()) if (this.#held.size > CHUNKS_HELD) this.#held.delete(oldest)
  }

  async #loadPart(n: number): Promise<Fault[]> {
    const file = this.#part(n)
    try {
      const rows = await file.read()
      if (!rows) return [await faultOf(file, this.#name)]
      this.#take(n, [], rows)
      return []
    } catch (error) {
      return [await faultOf(file, this.#name, error)]
    }
  }

  #first(): DurableFile<First> {
    return firstFile(this.#disk, this.#name)
  }

  #part(n: number): DurableFile<readonly Row[]> {
    return partFile(this.#disk, this.#name, this.#partName(n))
  }

  /** All of one length, so that none begins with another. */
  #partName(n: number): string {
    return this.#head.generation + String(n).padStart(6, '0')
  }
}

/** Of several with one key the first. */
async function* chunksOf(deliveries: Deliveries): AsyncGenerator<readonly Row[], undefined> {
  const keys = new Set<string>()
  let rows: Row[] = []
  for await (const delivery of deliveries) {
    const key = keyOf(delivery.to)
    if (keys.has(key)) continue
    keys.add(key)
    if (rows.push(rowOf(delivery)) < CHUNK) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}
