/** How long the platform may repeat an activity, and how many answers are kept at most. */
const KEPT_MS = 10 * 60_000
const KEPT_MOST = 20_000

/**
 * Runs the work of a key once: whoever asks again within ten minutes, while it runs too, gets the same answer. Failed
 * work is forgotten, so that a repeat tries again. After a restart the business keys of the effects take over.
 */
export class Once<T> {
  readonly #answers = new Map<string, { until: number; answer: Promise<T> }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  run(key: string, work: () => Promise<T>): { answer: Promise<T>; repeated: boolean } {
    this.#forgetOld()
    const earlier = this.#answers.get(key)
    if (earlier !== undefined) return { answer: earlier.answer, repeated: true }
    const answer = work()
    this.#answers.set(key, { until: this.#now() + KEPT_MS, answer })
    answer.catch(() => this.#answers.delete(key))
    return { answer, repeated: false }
  }

  /** The map keeps the order of arrival, so the oldest come first. */
  #forgetOld(): void {
    const now = this.#now()
    for (const [key, { until }] of this.#answers) {
      if (until > now && this.#answers.size < KEPT_MOST) return
      this.#answers.delete(key)
    }
  }
}
