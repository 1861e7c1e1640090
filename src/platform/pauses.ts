import type { Hold, Verdict } from './attempt.ts'
import type { Log } from './log.ts'

const FIRST_MS = 1_000
/** A longer wait than this, whatever the service asked for, is looked at again. */
const LONGEST_MS = 15 * 60_000
const LONGEST_OUTAGE_MS = 60_000
const UNAUTHORIZED_MS = 60_000
/** So many requests in a row that found no connection are no longer the fault of one address. */
const OUTAGE_FROM = 3
/** So many requests in a row without an answer are no longer bad luck: each of them leaves a message unknown. */
const SILENCE_FROM = 16
/** What has got through to nobody for this long is given up: a message of yesterday helps nobody. */
const GIVEN_UP_MS = 24 * 3_600_000
/** A night or a weekend between two pauses is no day of trying. */
const GIVEN_UP_FROM = 10

/** The service refused this one message, and so it is there. */
const ANSWERS = ['blocked', 'gone', 'tooLarge', 'refused'] as const

/** Whether it was this one message that was held up, or all; `over` where it has lasted too long. */
export type Holding = 'one' | 'all' | 'over'

/**
 * The one pause that all who send share, on the bot's clock. A pause without a length from the service doubles from a
 * second on, with jitter, as long as nobody gets through.
 */
export class Pauses {
  readonly #now: () => number
  readonly #log: Log
  readonly #paused: (ms: number) => void
  #until = 0
  /** Pauses one after another in which nobody got through. */
  #inRow = 0
  #unconnected = 0
  #unanswered = 0
  #since: number | undefined

  /** `paused` is told of each pause and how long it is. */
  constructor(clock: { now(): Date }, log: Log, paused: (ms: number) => void) {
    this.#now = () => clock.now().getTime()
    this.#log = log
    this.#paused = paused
  }

  /** The moment until which everybody waits; undefined where nobody does. */
  get until(): Date | undefined {
    return this.#until > this.#now() ? new Date(this.#until) : undefined
  }

  /** What was skipped or could not be made says nothing of the service. */
  heard(verdict: Exclude<Verdict, { is: 'held' }>): void {
    const reason = verdict.is === 'ended' ? verdict.reason : undefined
    if (reason === 'noAnswer') this.unanswered()
    else if (verdict.is === 'delivered' || ANSWERS.some((one) => one === reason)) this.answered()
  }

  /** Another process was asked to pause. */
  told(ms: number): void {
    const until = this.#now() + Math.min(ms, LONGEST_MS)
    if (until > this.#until) this.#until = until
  }

  /** A request was answered: what comes next is not part of the same trouble. */
  answered(): void {
    this.#inRow = 0
    this.#unconnected = 0
    this.#unanswered = 0
    this.#since = undefined
  }

  /** A request was sent and nobody knows what became of it. */
  unanswered(): void {
    this.#unanswered += 1
    if (this.#unanswered >= SILENCE_FROM) this.#pause(undefined, FIRST_MS, LONGEST_OUTAGE_MS, 'unreachable')
  }

  note(hold: Hold): Holding {
    if (hold.why === 'waiting') return 'all'
    if (hold.why === 'conflict') return 'one'
    if (hold.why === 'unreachable' && (this.#unconnected += 1) < OUTAGE_FROM) return 'one'
    const now = this.#now()
    this.#since ??= now
    if (hold.why === 'limited') this.#pause(hold.ms, FIRST_MS, LONGEST_MS, hold.why)
    if (hold.why === 'unauthorized') this.#pause(undefined, UNAUTHORIZED_MS, LONGEST_MS, hold.why)
    if (hold.why === 'unreachable') this.#pause(undefined, FIRST_MS, LONGEST_OUTAGE_MS, hold.why)
    return now - this.#since > GIVEN_UP_MS && this.#inRow >= GIVEN_UP_FROM ? 'over' : 'all'
  }

  /** The answers to requests that were under way together are one pause. */
  #pause(asked: number | undefined, first: number, longest: number, why: Hold['why']): void {
    const now = this.#now()
    if (this.#until > now) {
      this.#until = Math.max(this.#until, now + Math.min(asked ?? 0, longest))
      this.#paused(this.#until - now)
      return
    }
    const doubled = Math.min(first * 2 ** this.#inRow, longest)
    const ms = Math.max(Math.min(asked ?? 0, longest), asked === undefined || this.#inRow > 0 ? jittered(doubled) : 0)
    this.#inRow = Math.min(this.#inRow + 1, 30)
    this.#until = now + ms
    this.#paused(ms)
    const said = {
      why,
      seconds: Math.round(ms / 1000),
      ...(asked !== undefined && { asked: Math.round(asked / 1000) }),
    }
    if (why === 'limited' && (asked ?? 0) <= longest) this.#log.warn(said, 'sending pauses')
    else this.#log.error(said, 'sending pauses: see docs/operations.md, “When sending pauses”')
  }
}

/** Between a half and the whole, so that those who wait do not all come back at once. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2)
}
