/** The mailings that are being sent now, and those that wait for their time. */
import type { WorkCalendar } from '../domain/calendar.ts'
import type { Mailing } from '../domain/delivery.ts'
import type { Feature, Kit } from '../kit.ts'
import type { Store } from '../ports.ts'
import type { Background } from './background.ts'
import { keyOf } from './buckets.ts'
import type { LinesOut } from './lines-out.ts'
import type { Log } from './log.ts'
import { MailingRun, type RunEnd } from './mailing-run.ts'
import type { Metrics } from './metrics.ts'

const TOLD_EVERY_MS = 2_000
const AGAIN_MS = 2_000

export type RunsOptions = {
  store: Pick<Store, 'mailings' | 'ledger'>
  clock: { now(): Date }
  calendar: WorkCalendar
  watches: NonNullable<Feature['watches']>
  kit: () => Kit
  metrics: Metrics
  log: Log
}

type Waiting = { tenant: string; id: string; kind: string; at: string }

export class MailingRuns {
  readonly #options: RunsOptions
  readonly #lines: LinesOut
  readonly #background: Background
  readonly #runs = new Map<string, { run: MailingRun; at: number; done: Promise<void> }>()
  readonly #waiting = new Map<string, Waiting>()

  constructor(options: RunsOptions, lines: LinesOut, background: Background) {
    this.#options = options
    this.#lines = lines
    this.#background = background
  }

  /** Sends it; where an earlier run of it is not over, after that. */
  begin(tenant: string, mailing: Mailing): void {
    const key = keyOf(tenant, mailing.id)
    this.#waiting.delete(key)
    if (this.#lines.isStopping) return
    const earlier = this.#runs.get(key)
    if (earlier !== undefined) {
      return this.#background.run(() =>
        earlier.done.then(() => {
          this.begin(tenant, mailing)
        }),
      )
    }
    const { attempt, permits, pauses, inFlight, worthWriting, sleep } = this.#lines.of(tenant)
    const run = new MailingRun(tenant, mailing, {
      ...this.#options,
      attempt,
      permits,
      pauses,
      sleep,
      claim: () => Math.ceil(inFlight() / 2),
      worthWriting,
      progressed: this.#teller(tenant, mailing),
    })
    const done = this.#finish(tenant, mailing, run).catch((error: unknown) => {
      this.#options.log.error({ kind: mailing.kind, err: error }, 'a mailing stopped: it is taken up at the next start')
    })
    this.#runs.set(key, { run, at: new Date(mailing.at).getTime(), done: this.#background.add(done) })
  }

  /** Its time has not come. */
  wait(tenant: string, { id, kind, at }: Mailing): void {
    this.#waiting.set(keyOf(tenant, id), { tenant, id, kind, at })
  }

  waitNoMore(tenant: string, id: string): void {
    this.#waiting.delete(keyOf(tenant, id))
  }

  /** What comes back undelivered is not tried again. The promise resolves when its run is over. */
  async cancel(tenant: string, id: string): Promise<void> {
    const running = this.#runs.get(keyOf(tenant, id))
    running?.run.cancel()
    this.#lines.of(tenant).wake()
    await running?.done
  }

  isRunning(tenant: string, id: string): boolean {
    return this.#runs.has(keyOf(tenant, id))
  }

  /** Claims no more. */
  stop(): void {
    for (const { run } of this.#runs.values()) run.stop()
  }

  nextStart(isMine: (kind: string) => boolean = () => true): Date | undefined {
    const [first] = [...this.#waiting.values()]
      .filter(({ kind }) => isMine(kind))
      .map(({ at }) => at)
      .toSorted()
    return first === undefined ? undefined : new Date(first)
  }

  dueBy(now: Date): Waiting[] {
    return [...this.#waiting.values()].filter(({ at }) => new Date(at) <= now)
  }

  /** `oldest` is the start of what is due the longest, in ms; undefined where nothing is due. */
  state(now: Date): { running: number; oldest: number | undefined } {
    const due = this.dueBy(now).map(({ at }) => new Date(at).getTime())
    const starts = [...due, ...Array.from(this.#runs.values(), ({ at }) => at)]
    const oldest = starts.reduce((first, start) => Math.min(first, start), Infinity)
    return { running: this.#runs.size, oldest: oldest === Infinity ? undefined : oldest }
  }

  /** Tells the feature that watches mailings of this kind how it goes on. */
  async tell(tenant: string, mailing: Mailing): Promise<void> {
    const { watches, kit, store, log } = this.#options
    const watch = watches[mailing.kind]
    if (watch === undefined) return
    await watch(kit(), tenant, mailing, await store.ledger.counts(tenant, mailing.id)).catch((error: unknown) => {
      log.error({ kind: mailing.kind, err: error }, 'the way of a mailing could not be told')
    })
  }

  /** Tells now and then. */
  #teller(tenant: string, mailing: Mailing): () => void {
    let toldAt = performance.now()
    return () => {
      if (performance.now() - toldAt < TOLD_EVERY_MS || this.#options.watches[mailing.kind] === undefined) return
      toldAt = performance.now()
      this.#background.run(() => this.tell(tenant, mailing))
    }
  }

  async #finish(tenant: string, { id, kind }: Mailing, run: MailingRun): Promise<void> {
    const { store, clock, log } = this.#options
    try {
      const end = await this.#endOf(run, tenant, kind)
      if (end.is === 'stopped') return
      const next =
        end.is === 'parked'
          ? { state: 'waiting' as const, at: end.until.toISOString() }
          : { state: 'ended' as const, endedAt: clock.now().toISOString() }
      const mine = { is: false }
      const mailing = await this.#kept(kind, () =>
        store.mailings.change(tenant, id, (known) => {
          mine.is = known?.state === 'running'
          return known && mine.is ? { ...known, ...next } : known
        }),
      )
      if (mailing?.state === 'waiting') this.wait(tenant, mailing)
      // Another process was quicker, and tells.
      if (mailing?.state !== 'ended' || !mine.is) return
      const { reasons: _reasons, ...counts } = await store.ledger.counts(tenant, id)
      log.info({ kind, ...counts }, 'sent')
      await this.tell(tenant, mailing)
    } finally {
      this.#runs.delete(keyOf(tenant, id))
    }
  }

  async #endOf(run: MailingRun, tenant: string, kind: string): Promise<RunEnd> {
    const { clock, log } = this.#options
    try {
      return await run.run()
    } catch (error) {
      log.error({ kind, err: error }, 'a mailing waits for the store')
      await this.#lines.of(tenant).nap(AGAIN_MS)
      return { is: 'parked', until: new Date(clock.now().getTime() + AGAIN_MS) }
    }
  }

  /** Asks the store again until it takes the change, unless the process ends. */
  async #kept<T>(kind: string, change: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await change()
      } catch (error) {
        if (this.#lines.isStopping) throw error
        this.#options.log.error(
          { kind, err: error },
          'the end of a mailing could not be stored: it waits for the store',
        )
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }
}
