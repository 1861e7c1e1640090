import type { Log } from './log.ts'

/** Work that nobody waits for, and that a moved clock and a stop do. */
export class Background {
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  /** Counts this work among what is under way. */
  add<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work)
    const done = () => this.#underWay.delete(work)
    work.then(done, done)
    return work
  }

  /** Runs it; what goes wrong is logged. */
  run(work: () => Promise<void>): void {
    const done = Promise.resolve()
      .then(work)
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'work behind a turn or a job failed')
      })
    void this.add(done)
  }

  /** Resolves when nothing is under way, what is begun meanwhile included. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
  }

  /** Resolves when what is under way now has come to its end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }
}
