/**
 * What the platform takes in one conversation: 7 messages in a second, 8 in two, 60 in thirty, 1,800 in an hour. Of
 * these the last is kept by 15 in thirty seconds, which needs no memory of an hour and is more than anybody wants.
 */
const LIMITS = [
  { count: 7, ms: 1_000 },
  { count: 8, ms: 2_000 },
  { count: 15, ms: 30_000 },
]
const LONGEST_MS = 30_000

/** Says how long a message to a conversation has to wait. Knows only what was sent in the last thirty seconds. */
export class ConversationLimits {
  /** By conversation, the moments of its messages, of the process's own clock. */
  readonly #sent = new Map<string, number[]>()
  #sweptAt = 0

  /** Notes a message of now, where one more may go: 0. Else the milliseconds until it may; nothing is noted then. */
  book(conversation: string, now = performance.now()): number {
    this.#sweep(now)
    const earlier = this.#sent.get(conversation) ?? []
    let wait = 0
    for (const { count, ms } of LIMITS) {
      const first = earlier.at(-count)
      if (first !== undefined) wait = Math.max(wait, first + ms - now)
    }
    if (wait === 0) this.#sent.set(conversation, [...earlier, now].slice(-15))
    return wait
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < LONGEST_MS) return
    this.#sweptAt = now
    for (const [conversation, moments] of this.#sent)
      if ((moments.at(-1) ?? 0) < now - LONGEST_MS) this.#sent.delete(conversation)
  }
}
