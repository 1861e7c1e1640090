/** How late a slot may be taken without being lost: timers fire late. Idle time beyond it is not saved up. */
const SLACK_MS = 50
/**
 * Slots that come up within so long are given together: waking for each costs as much as a message. Well below the
 * slack, so that none is lost.
 */
const TOGETHER_MS = 20
/** After the service asked for a pause, a quarter of the rate first, then more and more of it. */
const RAMP_MS = 10_000
const RAMP_FROM = 4

/** One budget of requests a second for all who send. It counts the process's own time. */
export class Pace {
  readonly #interval: number
  /** When the next slot may be taken. */
  #next = 0
  #rampUntil = 0
  readonly #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #unpaced = 0

  /** `rate` requests a second. */
  constructor(rate: number) {
    this.#interval = 1000 / rate
  }

  /** Resolves when one more request may go. First come, first served. */
  slot(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#serve()
    })
  }

  /** Begins slowly again, after a pause of `ms`. Those who wait go at once: they see the pause, and send nothing. */
  restart(ms: number): void {
    this.#rampUntil = performance.now() + ms + RAMP_MS
    for (const go of this.#waiting.splice(0)) go()
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
    while (this.#waiting.length > 0 && (this.#unpaced > 0 || this.#next <= now)) {
      if (this.#unpaced === 0) this.#next = Math.max(this.#next, now - SLACK_MS) + this.#intervalAt(now)
      this.#waiting.shift()?.()
    }
    if (this.#waiting.length === 0) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      return
    }
    const later = () => {
      this.#timer = undefined
      this.#serve()
    }
    this.#timer ??= setTimeout(later, Math.max(this.#next - now, TOGETHER_MS))
  }

  #intervalAt(now: number): number {
    const left = Math.min(1, Math.max(0, this.#rampUntil - now) / RAMP_MS)
    return this.#interval * (1 + (RAMP_FROM - 1) * left)
  }
}
