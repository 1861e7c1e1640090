/** What the processes on one store do together; a process that has its store for itself has no peers. */
import type { Mailing } from '../domain/delivery.ts'

/**
 * Slots that are this process's own: the first at `from` by `performance.now()`, the others each `interval` ms later.
 * `senders` processes take slots of the same rate at present, this one included.
 */
export type Reserved = { from: number; interval: number; count: number; senders: number }

/** A tenant's rate, all processes together. */
export interface Budget {
  /** Up to `most` slots, or for how many ms nobody sends since the service asked for a pause. */
  reserve(most: number): Promise<Reserved | { pausedMs: number }>
  /** Nobody sends for so many ms, and slowly at first after that. */
  pause(ms: number): Promise<void>
}

export type Peers = {
  budget(tenant: string, rate: number): Budget
  /** Does the work unless another process does it now; false where one does. */
  alone(name: string, work: () => Promise<void>): Promise<boolean>
  /** From now on `learned` is told of each mailing that changed, whoever changed it, whenever `lookAround` is called. */
  followMailings(learned: (tenant: string, mailing: Mailing) => void): void
  lookAround(): Promise<void>
}
