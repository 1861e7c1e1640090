/** Sends one mailing: claims, attempts and records, a few dozen deliveries at a time. */
import { nextSendMoment, type WorkCalendar } from '../domain/calendar.ts'
import type { Delivery, Mailing } from '../domain/delivery.ts'
import type { Store } from '../ports.ts'
import type { Attempt, Parcel, Verdict } from './attempt.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { jittered, type Pauses } from './pauses.ts'
import type { Permits } from './permits.ts'

const ATTEMPTS = 5
const FIRST_REST_MS = 2_000
/** Outcomes are written together: when there are this many of a claim, or after this long. */
const WRITTEN_AFTER_MS = 500
/**
 * After so much of a claim nothing of it leaves any more: a request takes less than what is left. A process that was
 * paused for longer finds its claim gone, and what it would note refused.
 */
const USED_OF_LEASE = 0.6
/** How often it is asked whether the other processes are done. */
const OTHERS_ASKED_MS = 300
/** Where the store refuses a claim or outcomes, it is asked again: until then nothing more is claimed. */
const ASKED_AGAIN_MS = 2_000

export type RunOptions = {
  store: Pick<Store, 'ledger'>
  attempt: Attempt
  permits: Permits
  pauses: Pauses
  /** So many are claimed at once. */
  claim: () => number
  /** So few are worth a write to the ledger now, for a claim or for outcomes. */
  worthWriting: () => number
  clock: { now(): Date }
  calendar: WorkCalendar
  metrics: Metrics
  log: Log
  /** Sleeps until the moment, at most until woken; false where it is to be parked instead. */
  sleep: (until: Date) => Promise<boolean>
  /** After each record. */
  progressed: () => void
}

/** What a run came to: all have their end, or the rest is for later, or the process ends. */
export type RunEnd = { is: 'ended' } | { is: 'parked'; until: Date } | { is: 'stopped' }

export class MailingRun {
  readonly #options: RunOptions
  readonly #tenant: string
  readonly #mailing: Mailing
  readonly #parcel: Parcel
  readonly #rendered: Map<string, Promise<object>> | undefined
  readonly #outcomes: Delivery[] = []
  readonly #underWay = new Set<Promise<void>>()
  #writing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isCancelled: boolean
  #isStopped = false

  constructor(tenant: string, mailing: Mailing, options: RunOptions) {
    this.#tenant = tenant
    this.#mailing = mailing
    this.#options = options
    this.#parcel = { ...mailing, tenant, leavesTrace: true }
    this.#rendered = mailing.isSameForAll ? new Map() : undefined
    this.#isCancelled = mailing.isCancelled === true
  }

  /** What comes back undelivered from now on is not tried again. */
  cancel(): void {
    this.#isCancelled = true
  }

  /** Claims no more; what has not left goes back. */
  stop(): void {
    this.#isStopped = true
  }

  async run(): Promise<RunEnd> {
    const { store, permits, claim, worthWriting, clock } = this.#options
    const { id } = this.#mailing
    while (!this.#isStopped) {
      if (this.#isCancelled) {
        await this.#drain()
        // What came back in another process, or here before it was known, is not tried again either.
        await store.ledger.shift(this.#tenant, id, ['pending'], { state: 'cancelled' })
        if (await this.#areOthersDone()) return { is: 'ended' }
        continue
      }
      const rest = this.#restUntil()
      if (rest !== undefined) {
        if (await this.#options.sleep(rest)) continue
        await this.#drain()
        return { is: 'parked', until: rest }
      }
      const free = await permits.take(claim(), worthWriting)
      const until = performance.now() + store.ledger.leaseMs * USED_OF_LEASE
      const batch = await this.#claim(free)
      permits.giveBack(free - (batch?.length ?? 0))
      if (batch === undefined) {
        await askedAgain()
        continue
      }
      for (const delivery of batch) this.#begin(delivery, until)
      if (batch.length === free) continue
      // No more is due: to see whether all is done it need not wait for its turn after all other mailings.
      await this.#drain()
      const due = await store.ledger.nextDue(this.#tenant, id)
      if (due === undefined) {
        if (await this.#areOthersDone()) return { is: 'ended' }
        continue
      }
      if (due > clock.now() && !(await this.#options.sleep(due))) return { is: 'parked', until: due }
    }
    await this.#drain()
    return { is: 'stopped' }
  }

  /** Where other processes send too, theirs is waited for: what a process that is gone left becomes unknown. */
  async #areOthersDone(): Promise<boolean> {
    const { ledger } = this.#options.store
    if (ledger.leaseMs === Infinity) return true
    await ledger.interrupt(this.#tenant, this.#mailing.id)
    if ((await ledger.counts(this.#tenant, this.#mailing.id)).sending === 0) return true
    // By the process's own time: a moved clock hurries no other process.
    await new Promise((resolve) => setTimeout(resolve, OTHERS_ASKED_MS))
    return false
  }

  /** A shared pause, or the next send moment; corrections and withdrawals go at any hour, and so does what may. */
  #restUntil(): Date | undefined {
    const { pauses, clock, calendar } = this.#options
    const { does, atAnyHour } = this.#mailing
    if (pauses.until !== undefined) return pauses.until
    const now = clock.now()
    if (does !== 'post' || atAnyHour) return undefined
    const moment = nextSendMoment(now, calendar)
    return moment > now ? moment : undefined
  }

  /** Undefined where the store refuses it. */
  async #claim(most: number): Promise<Delivery[] | undefined> {
    const { store, clock, log } = this.#options
    if (this.#isStopped) return []
    try {
      return await store.ledger.claim(this.#tenant, this.#mailing.id, most, clock.now())
    } catch (error) {
      log.error({ kind: this.#mailing.kind, err: error }, 'nothing could be claimed: sending waits for the store')
      return undefined
    }
  }

  #begin(delivery: Delivery, until: number): void {
    const bringing = this.#bring(delivery, until).finally(() => {
      this.#underWay.delete(bringing)
      if (this.#isEnough()) void this.#write()
      else this.#writeLater()
    })
    this.#underWay.add(bringing)
  }

  async #bring(delivery: Delivery, until: number): Promise<void> {
    const verdict = await this.#options.attempt(this.#parcel, delivery, { rendered: this.#rendered, until })
    this.#outcomes.push(this.#outcomeOf(delivery, verdict))
  }

  #outcomeOf(delivery: Delivery, verdict: Verdict): Delivery {
    const { pauses, clock, metrics } = this.#options
    const { to, copy, attempts = 0 } = delivery
    const kept = { to, ...(copy !== undefined && { copy }) }
    if (verdict.is !== 'held') {
      pauses.heard(verdict)
      const { kind } = this.#mailing
      if (verdict.is === 'ended') {
        metrics.outbox(kind, verdict.state, verdict.reason)
        return { ...kept, state: verdict.state, reason: verdict.reason }
      }
      metrics.outbox(kind, 'delivered', '')
      return { ...kept, state: 'delivered', ...(verdict.copy !== undefined && { copy: verdict.copy }) }
    }
    if (this.#isStopped) return pending(delivery)
    const holding = pauses.note(verdict.hold)
    if (holding === 'all') return pending(delivery)
    if (holding === 'over' || attempts + 1 >= ATTEMPTS) {
      const reason = verdict.hold.why === 'conflict' ? 'refused' : 'notConnected'
      metrics.outbox(this.#mailing.kind, 'failed', reason)
      return { ...kept, state: 'failed', reason }
    }
    const rest = jittered(FIRST_REST_MS * 2 ** attempts)
    const after = new Date(clock.now().getTime() + rest).toISOString()
    return { ...kept, state: 'pending', attempts: attempts + 1, after }
  }

  /** Writes what has come in, one write at a time; what a full disk refuses is offered again. */
  #write(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
      if (this.#outcomes.length > 0 && !this.#isStopped) this.#writeLater()
    })
    return this.#writing
  }

  #writeLater(): void {
    this.#timer ??= setTimeout(() => void this.#write(), WRITTEN_AFTER_MS)
  }

  #isEnough(): boolean {
    return this.#underWay.size === 0 || this.#outcomes.length >= this.#options.worthWriting()
  }

  async #writeAll(): Promise<void> {
    const { store, permits, progressed, log } = this.#options
    for (let isFirst = true; this.#outcomes.length > 0 && (isFirst || this.#isEnough()); isFirst = false) {
      const some = this.#outcomes.map((outcome) => (this.#isCancelled ? cancelled(outcome) : outcome))
      try {
        await store.ledger.record(this.#tenant, this.#mailing.id, some)
      } catch (error) {
        log.error({ kind: this.#mailing.kind, err: error }, 'outcomes could not be stored: sending waits for the store')
        if (this.#isStopped) return
        await askedAgain()
        continue
      }
      this.#outcomes.splice(0, some.length)
      permits.giveBack(some.length)
      progressed()
    }
  }

  /** Resolves when nothing of it is under way, and everything is recorded unless the store refuses it to the end. */
  async #drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    await this.#write()
  }
}

/** What came back undelivered is not to be tried again. */
function cancelled(outcome: Delivery): Delivery {
  const { to, copy, state } = outcome
  return state === 'pending' ? { to, state: 'cancelled', ...(copy !== undefined && { copy }) } : outcome
}

async function askedAgain(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_MS))
}

/** Back to where it was: it has not left. */
function pending({ to, copy, attempts }: Delivery): Delivery {
  return { to, state: 'pending', ...(copy !== undefined && { copy }), ...(attempts !== undefined && { attempts }) }
}
