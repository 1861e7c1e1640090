/** Rests of which all who rest can be woken at once. */
export class Naps {
  readonly #sleepers = new Set<() => void>()

  /** Resolves after `ms`, or when woken. */
  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#sleepers.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#sleepers.add(done)
    })
  }

  wake(): void {
    for (const done of [...this.#sleepers]) done()
  }
}
