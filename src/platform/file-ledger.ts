/** The ledger for one process on one machine: each mailing's deliveries in files of their own, of which few are in memory. */
import { hash } from 'node:crypto'
import { noCounts } from '../domain/delivery.ts'
import type { Deliveries, Delivery, DeliveryCounts, DeliveryState, Ledger, Reason } from '../domain/delivery.ts'
import { keyOf } from './buckets.ts'
import { DeliveryList } from './delivery-list.ts'
import { StoreRefusal, code } from './durable-file.ts'
import type { Disk, Fault } from './durable-file.ts'
import { LEDGER, atOnce, checkPlaceholder, clear, dropFiles, faultOf, filesOf } from './ledger-files.ts'
import { firstFile, markVoid, partsFolder, putPlaceholder } from './ledger-files.ts'

const NAME = /^[0-9a-f]{32}/

export class FileLedger implements Ledger {
  readonly name = LEDGER
  /** Whether `load` found no list, readable or not. */
  isNew = true
  readonly #disk: Disk
  readonly #lists = new Map<string, DeliveryList>()
  /** Of these something may lie on the disk that is no list. */
  readonly #void = new Set<string>()
  /** The end of what was asked for last, by list: one thing at a time. */
  readonly #turns = new Map<string, Promise<unknown>>()
  /** What of these is sending is this process's. */
  readonly #claimed = new Set<string>()
  #closed = false
  readonly leaseMs = Infinity

  constructor(disk: Disk) {
    this.#disk = disk
  }

  prepare(tenant: string, mailing: string, deliveries: Deliveries): Promise<DeliveryCounts> {
    return this.#change(tenant, mailing, async (earlier, name) => {
      if (this.#void.has(name)) await this.#clear(name)
      try {
        const list = await DeliveryList.prepare(this.#disk, name, { tenant, mailing }, deliveries, earlier)
        this.#lists.set(name, list)
        // What cannot be removed now goes at the next start, or with the mailing.
        await earlier?.dropParts().catch(() => undefined)
        return list.counts()
      } catch (error) {
        if (!earlier) this.#void.add(name)
        throw error
      }
    })
  }

  claim(tenant: string, mailing: string, most: number, now: Date): Promise<Delivery[]> {
    return this.#change(tenant, mailing, (list, name) => {
      this.#claimed.add(name)
      return list?.claim(most, now.getTime()) ?? []
    })
  }

  record(tenant: string, mailing: string, outcomes: readonly Delivery[]): Promise<void> {
    return this.#change(tenant, mailing, (list) => list?.record(outcomes))
  }

  shift(
    tenant: string,
    mailing: string,
    from: readonly DeliveryState[],
    to: { state: DeliveryState; reason?: Reason },
  ): Promise<number> {
    return this.#change(tenant, mailing, (list) => list?.shift(from, to) ?? 0)
  }

  interrupt(tenant: string, mailing: string): Promise<number> {
    return this.#change(tenant, mailing, (list, name) =>
      this.#claimed.has(name) ? 0 : (list?.shift(['sending'], { state: 'unknown', reason: 'interrupted' }) ?? 0),
    )
  }

  counts(tenant: string, mailing: string): Promise<DeliveryCounts> {
    return Promise.resolve(this.#lists.get(nameOf(tenant, mailing))?.counts() ?? noCounts())
  }

  nextDue(tenant: string, mailing: string): Promise<Date | undefined> {
    const due = this.#lists.get(nameOf(tenant, mailing))?.nextDue()
    return Promise.resolve(due === undefined ? undefined : new Date(due))
  }

  /** Ends early where the list is replaced or removed meanwhile. */
  async *deliveries(tenant: string, mailing: string): AsyncIterable<Delivery> {
    const name = nameOf(tenant, mailing)
    const list = this.#lists.get(name)
    for (let n = 0; list && n < list.chunks; n++) {
      yield* await this.#inTurn(name, async () => (this.#lists.get(name) === list ? list.chunk(n) : []))
    }
  }

  /** Where it rejects after it began, the mailing is gone, and what is left goes when asked again or at the next start. */
  remove(tenant: string, mailing: string): Promise<void> {
    return this.#change(tenant, mailing, async (list, name) => {
      if (list) {
        await markVoid(this.#disk, name)
        this.#lists.delete(name)
        this.#claimed.delete(name)
        this.#void.add(name)
      }
      if (this.#void.has(name)) await this.#clear(name)
    })
  }

  /** Takes no more changes; resolves when those under way are done. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#turns.values())
  }

  /** Reads everything, writes nothing, returns what is damaged. `expected`: the ledger has existed before. */
  async load(expected: boolean): Promise<Fault[]> {
    const entries = await this.#disk.files.readdir(this.#disk.path(LEDGER)).catch((error: unknown) => {
      if (code(error) === 'ENOENT') return undefined
      throw error
    })
    if (!entries) return expected ? [folderFault()] : []
    const present = new Set(entries)
    const faults = await checkPlaceholder(this.#disk)
    const names = new Set(entries.flatMap((entry) => NAME.exec(entry) ?? []))
    this.isNew = names.size === 0
    await atOnce(names, async (name) => void faults.push(...(await this.#loadList(name, present))))
    return faults
  }

  /** Removes what a crash left; to be called once everything has loaded well. */
  async tidy(): Promise<void> {
    await this.#disk.makeFolder(this.#disk.path(LEDGER))
    await putPlaceholder(this.#disk)
    for (const name of this.#void) await this.#clear(name)
    await dropFiles(this.#disk, LEDGER, (file) => file.endsWith('.new'))
    await atOnce(this.#lists.values(), (list) => list.tidy())
  }

  async #loadList(name: string, present: ReadonlySet<string>): Promise<Fault[]> {
    const isVoid = present.has(`${name}.void.db`)
    if (isVoid || !present.has(`${name}.list.db`)) {
      const parts = isVoid ? [] : await filesOf(this.#disk, partsFolder(name))
      if (parts.some((file) => file.endsWith('.db'))) return [await faultOf(firstFile(this.#disk, name), name)]
      this.#void.add(name)
      return []
    }
    const loaded = await DeliveryList.load(this.#disk, name)
    if (Array.isArray(loaded)) return loaded
    this.#lists.set(name, loaded)
    return []
  }

  async #clear(name: string): Promise<void> {
    await clear(this.#disk, name)
    this.#void.delete(name)
  }

  /** @throws StoreRefusal when the store is closed */
  async #change<T>(
    tenant: string,
    mailing: string,
    work: (list: DeliveryList | undefined, name: string) => T | Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw new StoreRefusal('The store is closed.')
    const name = nameOf(tenant, mailing)
    return this.#inTurn(name, async () => work(this.#lists.get(name), name))
  }

  #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(name) ?? Promise.resolve()).then(work)
    const end = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#turns.set(name, end)
    void end.then(() => {
      if (this.#turns.get(name) === end) this.#turns.delete(name)
    })
    return mine
  }
}

function nameOf(tenant: string, mailing: string): string {
  return hash('sha256', keyOf(tenant, mailing)).slice(0, 32)
}

function folderFault(): Fault {
  const cure = `put it back; to start without it, which gives up all mailings that it held: mkdir -m 700 ${LEDGER}`
  return { file: LEDGER, problem: 'is missing', cure }
}
