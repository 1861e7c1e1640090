/** So many at once, the others one after another in the order in which they came. */
export class Permits {
  #free: number
  readonly #waiting: { most: number; resolve: (count: number) => void }[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Resolves to as many as are free, at least one and at most `most`. */
  take(most: number): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting.push({ most, resolve })
      this.#serve()
    })
  }

  giveBack(count: number): void {
    this.#free += count
    this.#serve()
  }

  #serve(): void {
    while (this.#free > 0) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      const count = Math.min(next.most, this.#free)
      this.#free -= count
      next.resolve(count)
    }
  }
}
