import type { Budget, Reserved } from './peers.ts'

/** How late a slot may be taken without being lost: timers fire late. Idle time beyond it is not saved up. */
const SLACK_MS = 50
/**
 * Slots that come up within so long are given together: waking for each costs as much as a message. Well below the
 * slack, so that none is lost.
 */
const TOGETHER_MS = 20
/** After the service asked for a pause, a quarter of the rate first, then more and more of it. */
export const RAMP_MS = 10_000
export const RAMP_FROM = 4
/** So much of a shared rate is reserved at once, and at most so many slots as are waited for. */
const RESERVED_MS = 250
/** More is reserved once less than this part of it is left, so that none is lost while the database answers. */
const ASKED_AT = 0.3
/** Few wait at a time where answers are slow: their slots are asked for together. */
const ASKED_EVERY_MS = 50
/** Where the shared budget cannot be asked, it is asked again. */
const ASKED_AGAIN_MS = 1_000

/**
 * A rate that other processes take their slots from too. `paused` is told for how many ms nobody is to send, `senders`
 * how many processes send.
 */
export type Shared = {
  budget: Budget
  paused: (ms: number) => void
  senders: (count: number) => void
  failed: (error: unknown) => void
}

/** One budget of requests a second for all who send to a tenant. It counts the process's own time. */
export class Pace {
  readonly #interval: number
  readonly #shared: Shared | undefined
  /** When the next slot may be taken. */
  #next = 0
  #rampUntil = 0
  readonly #waiting: { until: number; go: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  #unpaced = 0
  /** Of a shared rate, in the order of their time. */
  #reserved: Reserved[] = []
  #isAsking = false
  #askedAt = Number.NEGATIVE_INFINITY

  /** `rate` requests a second. */
  constructor(rate: number, shared?: Shared) {
    this.#interval = 1000 / rate
    this.#shared = shared
  }

  /** Resolves when one more request may go, at the latest at `until`, by `performance.now()`. First come, first served. */
  slot(until = Infinity): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until, go: resolve })
      this.#serve()
    })
  }

  /** Begins slowly again, after a pause of `ms`. Those who wait go at once: they see the pause, and send nothing. */
  restart(ms: number): void {
    this.#rampUntil = performance.now() + ms + RAMP_MS
    this.#reserved = []
    for (const { go } of this.#waiting.splice(0)) go()
  }

  /** While this work runs nobody waits, those who wait already included. */
  async unpaced<T>(work: () => Promise<T>): Promise<T> {
    this.#unpaced += 1
    this.#next = 0
    this.#rampUntil = 0
    this.#serve()
    try {
      return await work()
    } finally {
      this.#unpaced -= 1
    }
  }

  /** How many wait for a slot. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** True while `unpaced` work runs. */
  get isFree(): boolean {
    return this.#unpaced > 0
  }

  /** Lets all who wait go, now and from now on: they see that the process ends. */
  release(): void {
    this.#unpaced += 1
    this.#serve()
  }

  #serve(): void {
    const now = performance.now()
    for (let [next] = this.#waiting; next && this.#mayGo(next.until, now); [next] = this.#waiting) {
      this.#waiting.shift()
      next.go()
    }
    if (this.#waiting.length === 0) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      return
    }
    if (this.#shared !== undefined) this.#ask(this.#shared, now)
    const later = () => {
      this.#timer = undefined
      this.#serve()
    }
    const next = this.#shared === undefined ? this.#next : (this.#reserved[0]?.from ?? this.#askedAt + ASKED_EVERY_MS)
    const first = Math.min(next, this.#waiting[0]?.until ?? Infinity)
    this.#timer ??= setTimeout(later, Math.max(first - now, TOGETHER_MS))
  }

  /** Who has waited for too long goes without a slot, and sees that it is late. */
  #mayGo(until: number, now: number): boolean {
    return this.#unpaced > 0 || until < now || this.#isFreeAt(now)
  }

  /** Takes the next slot where its time has come. */
  #isFreeAt(now: number): boolean {
    if (this.#shared !== undefined) return this.#isReservedAt(now)
    if (this.#next > now) return false
    this.#next = Math.max(this.#next, now - SLACK_MS) + this.#intervalAt(now)
    return true
  }

  /** A slot whose time has passed by more than timers are late is lost: others have the time after it. */
  #isReservedAt(now: number): boolean {
    for (let [window] = this.#reserved; window; [window] = this.#reserved) {
      for (; window.count > 0 && window.from < now - SLACK_MS; window.count -= 1) window.from += window.interval
      if (window.count > 0) {
        if (window.from > now) return false
        window.from += window.interval
        window.count -= 1
        return true
      }
      this.#reserved.shift()
    }
    return false
  }

  #ask({ budget, paused, senders, failed }: Shared, now: number): void {
    const window = Math.max(1, Math.round(RESERVED_MS / this.#interval))
    const left = this.#reserved.reduce((sum, { count }) => sum + count, 0)
    const most = Math.min(this.#waiting.length - left, window)
    const isEarly = now < this.#askedAt + ASKED_EVERY_MS
    if (this.#isAsking || isEarly || most < 1 || left > window * ASKED_AT) return
    this.#isAsking = true
    this.#askedAt = now
    budget
      .reserve(most)
      .then(
        (given) => {
          if ('pausedMs' in given) return paused(given.pausedMs)
          senders(given.senders)
          this.#reserved.push({ ...given })
        },
        (error: unknown) => {
          failed(error)
          return new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_MS))
        },
      )
      .finally(() => {
        this.#isAsking = false
        this.#serve()
      })
  }

  #intervalAt(now: number): number {
    const left = Math.min(1, Math.max(0, this.#rampUntil - now) / RAMP_MS)
    return this.#interval * (1 + (RAMP_FROM - 1) * left)
  }
}
