/** So many at once, the others one after another in the order in which they came. */
export class Permits {
  #free: number
  readonly #waiting: { most: number; least: () => number; resolve: (count: number) => void }[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** More, or fewer from when as many have come back. */
  add(count: number): void {
    this.#free += count
    this.#serve()
  }

  /** Resolves to as many as are free and at most `most`, once `least` are free: asked anew whenever some come back. */
  take(most: number, least = () => 1): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting.push({ most, least, resolve })
      this.#serve()
    })
  }

  giveBack(count: number): void {
    this.add(count)
  }

  #serve(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || this.#free < next.least()) return
      this.#waiting.shift()
      const count = Math.min(next.most, this.#free)
      this.#free -= count
      next.resolve(count)
    }
  }
}
