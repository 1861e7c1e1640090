/** The line on which all that the bot sends by itself to a tenant leaves: its pace, its pauses, and how much is under way. */
import { openAttempt, type Attempt, type AttemptOptions } from './attempt.ts'
import { NotSent } from './connector.ts'
import { ConversationLimits } from './conversation-limits.ts'
import { Naps } from './naps.ts'
import { Pace } from './pace.ts'
import { Pauses } from './pauses.ts'
import type { Budget } from './peers.ts'
import { Permits } from './permits.ts'

/** In flight at most while the rate is one at which an answer takes as long as it takes. */
const IN_FLIGHT = 64
/** At a low rate two seconds of it, so that a cancel stops within seconds. */
const CLAIMED_SECONDS = 2
const FEWEST_IN_FLIGHT = 4
/** A faster rate needs as many as are sent while one answer is awaited; more than this no rate that is allowed needs. */
const ANSWER_SECONDS = 0.3
export const MOST_IN_FLIGHT = 512
/** A write to the ledger costs as much as sending several messages: parts of what may be in flight that are worth one, */
const FEW = 4
/** also where less than this part waits for its slot. */
const VERY_FEW = 16
const RUNS_OUT_BELOW = 8
/** A longer rest is left to the scheduler. */
const LONGEST_SLEEP_MS = 30_000

export type LineOut = {
  attempt: Attempt
  pauses: Pauses
  /** One for each message that is claimed and not recorded yet. */
  permits: Permits
  /** How many messages may be under way at once. */
  inFlight: () => number
  /** How many messages make it worth it to write to the ledger: fewer where the line is about to run out of them. */
  worthWriting: () => number
  /** Rests; woken by `wake`, and not at all where nothing is paced. */
  nap: (ms: number) => Promise<void>
  /** Sleeps until the moment, at most until woken; false where that is for the scheduler. */
  sleep: (until: Date) => Promise<boolean>
  wake(): void
  /** Resolves when a job may ask the service for something: it shares the rate, and the pauses, with what is sent. */
  mayAsk(): Promise<void>
  /** While this work runs nothing is paced, and nobody sleeps. */
  unpaced<T>(work: () => Promise<T>): Promise<T>
  /** Lets nothing more leave. */
  stop(): void
  isStopping: () => boolean
}

/** How many messages are under way at once, at `rate` requests a second: so many a crash leaves unknown at most. */
export function inFlightAt(rate: number): number {
  const slow = Math.min(IN_FLIGHT, Math.max(FEWEST_IN_FLIGHT, Math.ceil(rate * CLAIMED_SECONDS)))
  return Math.min(Math.max(slow, Math.ceil(rate * ANSWER_SECONDS)), MOST_IN_FLIGHT)
}

/** `rate` is in requests a second; `budget` is there where other processes share it. */
export type LineOptions = Omit<AttemptOptions, 'mayGo'> & { rate: number; budget?: Budget }

export function openLineOut({ rate, budget, ...options }: LineOptions): LineOut {
  const { clock, log } = options
  const failed = (error: unknown): void => {
    log.error({ err: error }, 'the shared rate could not be asked for: sending waits for the store')
  }
  let inFlight = inFlightAt(rate)
  const permits = new Permits(inFlight)
  const pace = new Pace(
    rate,
    budget && {
      budget,
      failed,
      // All together have as much under way as one alone would.
      senders(count) {
        const mine = inFlightAt(rate / count)
        permits.add(mine - inFlight)
        inFlight = mine
      },
      paused(ms) {
        pauses.told(ms)
        pace.restart(ms)
      },
    },
  )
  const pauses = new Pauses(clock, log, (ms) => {
    pace.restart(ms)
    budget?.pause(ms).catch(failed)
  })
  const limits = new ConversationLimits()
  const naps = new Naps()
  let isStopping = false

  const nap = (ms: number): Promise<void> => (isStopping || pace.isFree ? Promise.resolve() : naps.take(ms))

  const isHalted = () => isStopping || (pauses.until !== undefined && !pace.isFree)

  const attempt = openAttempt({
    ...options,
    async mayGo(conversation, until) {
      for (;;) {
        if (isHalted()) throw new NotSent()
        await pace.slot(until)
        if (performance.now() > until) throw new NotSent()
        if (isHalted()) throw new NotSent()
        const ms = limits.book(conversation)
        if (ms === 0 || pace.isFree) return
        await nap(ms)
      }
    },
  })

  return {
    attempt,
    pauses,
    permits,
    inFlight: () => inFlight,
    worthWriting: () => Math.ceil(inFlight / (pace.waiting > inFlight / RUNS_OUT_BELOW ? FEW : VERY_FEW)),
    nap,

    async sleep(until) {
      const ms = until.getTime() - clock.now().getTime()
      if (ms > LONGEST_SLEEP_MS || (pace.isFree && ms > 0)) return false
      await nap(Math.max(ms, 0))
      return true
    },

    wake() {
      naps.wake()
    },

    async mayAsk() {
      await pace.slot()
      while (isHalted() && !isStopping) {
        await nap((pauses.until?.getTime() ?? 0) - clock.now().getTime())
        await pace.slot()
      }
    },

    unpaced: (work) =>
      pace.unpaced(() => {
        naps.wake()
        return work()
      }),

    stop() {
      isStopping = true
      pace.release()
      naps.wake()
    },

    isStopping: () => isStopping,
  }
}
