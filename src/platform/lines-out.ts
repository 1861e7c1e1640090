/** A line out for each tenant: what one of them is sent, or has to wait for, holds up no other. */
import { openLineOut, type LineOptions, type LineOut } from './line-out.ts'
import type { Peers } from './peers.ts'

export class LinesOut {
  readonly #options: Omit<LineOptions, 'budget'>
  readonly #peers: Peers | undefined
  /** Tenants are those that the settings allow. */
  readonly #lines = new Map<string, LineOut>()
  /** Work that nothing is to be paced for. */
  readonly #unpaced = new Set<Promise<unknown>>()
  isStopping = false

  constructor(options: Omit<LineOptions, 'budget'>, peers?: Peers) {
    this.#options = options
    this.#peers = peers
  }

  of(tenant: string): LineOut {
    const known = this.#lines.get(tenant)
    if (known !== undefined) return known
    const budget = this.#peers?.budget(tenant, this.#options.rate)
    const line = openLineOut({ ...this.#options, ...(budget !== undefined && { budget }) })
    this.#lines.set(tenant, line)
    for (const work of this.#unpaced) void line.unpaced(() => work).catch(() => undefined)
    if (this.isStopping) line.stop()
    return line
  }

  /** While this work runs nothing is paced on any line, and nobody sleeps. */
  async unpaced<T>(work: () => Promise<T>): Promise<T> {
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>()
    const running = begun.then(work)
    this.#unpaced.add(running)
    for (const line of this.#lines.values()) void line.unpaced(() => running).catch(() => undefined)
    begin(undefined)
    try {
      return await running
    } finally {
      this.#unpaced.delete(running)
    }
  }

  /** Lets nothing more leave. */
  stop(): void {
    this.isStopping = true
    for (const line of this.#lines.values()) line.stop()
  }

  get isPaused(): boolean {
    return this.#lines.values().some(({ pauses }) => pauses.until !== undefined)
  }
}
