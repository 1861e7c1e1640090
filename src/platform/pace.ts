/** How late a slot may be taken without being lost: timers fire late. Idle time beyond it is not saved up. */
const SLACK_MS = 50

/** One budget of requests a second for all who send, and pauses that hold for all. It counts the process's own time. */
export class Pace {
  readonly #interval: number
  /** When the next slot may be taken. */
  #next = 0
  #waiting: (() => void)[] = []
  readonly #resting = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #unpaced = 0

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

  /** Lets nobody go for this long. */
  pause(ms: number): void {
    if (this.#unpaced === 0) this.#next = Math.max(this.#next, performance.now() + ms)
  }

  /** Resolves after this long, while others go on. */
  async rest(ms: number): Promise<void> {
    if (this.#unpaced > 0) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#resting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#resting.add(done)
    })
  }

  /** While this work runs nobody waits, those who wait already included. */
  async unpaced<T>(work: () => Promise<T>): Promise<T> {
    this.#unpaced += 1
    this.#next = 0
    for (const done of [...this.#resting]) done()
    this.#serve()
    try {
      return await work()
    } finally {
      this.#unpaced -= 1
    }
  }

  #serve(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    while (this.#waiting.length > 0 && (this.#unpaced > 0 || this.#next <= now)) {
      if (this.#unpaced === 0) this.#next = Math.max(this.#next, now - SLACK_MS) + this.#interval
      this.#waiting.shift()?.()
    }
    if (this.#waiting.length === 0) return
    this.#timer = setTimeout(() => {
      this.#serve()
    }, this.#next - now)
  }
}
