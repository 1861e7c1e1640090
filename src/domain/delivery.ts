/** What becomes of every message that the bot sends by itself, and the port behind which that is kept: design/delivery.md. */
import type { Language } from './languages.ts'

export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'failed', 'skipped', 'unknown', 'cancelled'] as const

/**
 * pending → sending (recorded before the request) → delivered | pending again, with a time | failed | unknown.
 * pending → cancelled. `skipped` was never to be sent. HR alone makes failed or unknown ones pending again.
 */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Why a delivery is skipped, failed or unknown. */
export const REASONS = [
  // skipped
  'guest', // of another organisation
  'notInstalled', // the app is not there for this person, or the person is not known to the platform yet
  'retired', // blocked or uninstalled earlier; until an install event
  'optedOut', // wants none of this kind
  'quiet', // wants none until a date
  'weekLimit', // has had as many this week as a person gets
  // failed
  'blocked', // 403: blocked, uninstalled, or not in the conversation
  'gone', // 404: no such conversation
  'tooLarge', // 413
  'refused', // any other answer that is no 2xx, and 500
  'notConnected', // never connected, however often tried
  'noCopy', // nothing to correct or to take back: the service gave no id
  'outdated', // what was to be shown is closed or gone by now
  'fault', // the message could not be made: a bug, which is logged
  // unknown
  'noAnswer', // time-out, reset, 408, 502, 503, 504: it may stand there
  'interrupted', // the process ended between the request and its record
] as const
export type Reason = (typeof REASONS)[number]

/**
 * Where one message goes: to the own chat of a person (an Entra object id), or into a conversation. What is known of a
 * person at delivery comes before `userId` and `serviceUrl`, which are what the preparation knew.
 */
export type Destination =
  { person: string; userId?: string; serviceUrl?: string } | { conversation: string; serviceUrl: string; team?: string }

/** One recipient of a mailing. No two of a mailing have the same `keyOf`. */
export type Delivery = {
  to: Destination
  state: DeliveryState
  reason?: Reason
  /** Requests that never connected while the service took others. */
  attempts?: number
  /** ISO time before which a pending one rests. */
  after?: string
  /** Where it stands, once delivered, or what is to be corrected or taken back: only where the mailing keeps that. */
  copy?: { activity: string; conversation: string; serviceUrl: string }
}

/** A list of recipients as it is handed over: gone through once, so that it need not be in memory as a whole. */
export type Deliveries = Iterable<Delivery> | AsyncIterable<Delivery>

/** How many deliveries are in each state; `total` is their sum, always. */
export type DeliveryCounts = Record<DeliveryState, number> & { total: number; reasons: Partial<Record<Reason, number>> }

/** The kinds of notices that a person may turn off. */
export const NOTICE_KINDS = ['broadcasts', 'themes', 'weekly', 'webinars'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** What is to be shown, as the verb that shows it, with its ids: it is rendered at delivery. */
export type What = { verb: string } & Record<string, string | string[]>

/**
 * By opaque id, which is its business key: the same thing is sent once, whoever asks for it and however often. `held`
 * waits for a confirmation, `waiting` for its time. Removed 30 days after its end, with its deliveries.
 */
export type Mailing = {
  id: string
  /** What it counts as in metrics and logs: `checkins.card`. Never a person, a team or a text. */
  kind: string
  /** A correction updates, a withdrawal removes the `copy` of each delivery; both show `message`. */
  does: 'post' | 'update' | 'remove'
  message: What
  /** The language where the recipient has chosen none and the client told none that counts. */
  language: Language
  state: 'preparing' | 'held' | 'waiting' | 'running' | 'ended'
  /** ISO time of the next start. */
  at: string
  /** True where it is sent outside the window and on free days too: an override by HR, with its reason. */
  atAnyHour: boolean
  /** True where everybody gets the same card in the same language: it is rendered once for all. */
  isSameForAll: boolean
  /** True where each delivery keeps where it stands, so that it can be corrected and taken back. Never for check-ins. */
  keepsCopies: boolean
  /** Set where a person may turn this kind off, and where it counts among the three a week. */
  notice?: NoticeKind
  /** Set once it was cancelled while it ran: what comes back undelivered is not tried again. */
  isCancelled?: true
  /** ISO time of its end. */
  endedAt?: string
}

/**
 * The deliveries of the mailings, read and written a few hundred at a time, so that memory stays bounded however many
 * there are. Both stores pass test/platform/ledger-contract.ts. Every change is durable when its promise resolves, and
 * rejects with NotStored where it could not be made: then nothing has changed.
 */
export interface Ledger {
  /** For how many ms what was claimed is the claimer's own: Infinity where one process has the store. */
  readonly leaseMs: number
  /**
   * Writes the whole list in place of any earlier one; of several with one key the first stands. Resolves to the counts.
   * @throws Begun where several processes have the store, and one has claimed some of the earlier list
   */
  prepare(tenant: string, mailing: string, deliveries: Deliveries): Promise<DeliveryCounts>
  /** Makes up to `most` pending deliveries that are due by `now` sending, in the order of the list, and gives them. */
  claim(tenant: string, mailing: string, most: number, now: Date): Promise<Delivery[]>
  /** Puts these in place of those with the same key. One that is not sending any more stays as it is. */
  record(tenant: string, mailing: string, outcomes: readonly Delivery[]): Promise<void>
  /** Makes unknown what is left sending by a process that is gone; how many they were. */
  interrupt(tenant: string, mailing: string): Promise<number>
  /** Makes all in one of the states `from` into `to`, without what else was noted of the attempt; how many they were. */
  shift(
    tenant: string,
    mailing: string,
    from: readonly DeliveryState[],
    to: { state: DeliveryState; reason?: Reason },
  ): Promise<number>
  counts(tenant: string, mailing: string): Promise<DeliveryCounts>
  /** When the first pending delivery is due: the epoch where it has no time. Undefined where none is pending. */
  nextDue(tenant: string, mailing: string): Promise<Date | undefined>
  /** All, in the order of the list, read a few hundred at a time. */
  deliveries(tenant: string, mailing: string): AsyncIterable<Delivery>
  /** Nothing where there is nothing. Overwrites before it removes. */
  remove(tenant: string, mailing: string): Promise<void>
}

/** The list cannot be replaced: it is being sent. */
export class Begun extends Error {
  override name = 'Begun'
}

/** A person is one recipient, however many ways lead to it; so is a conversation. */
export function keyOf(to: Destination): string {
  return 'person' in to ? `person ${to.person}` : `conversation ${to.conversation}`
}

export function noCounts(): DeliveryCounts {
  return {
    total: 0,
    pending: 0,
    sending: 0,
    delivered: 0,
    failed: 0,
    skipped: 0,
    unknown: 0,
    cancelled: 0,
    reasons: {},
  }
}

/** The counts with this delivery added `times` times: −1 takes it out. */
export function counted(counts: DeliveryCounts, { state, reason }: Delivery, times = 1): DeliveryCounts {
  counts.total += times
  counts[state] += times
  if (reason === undefined) return counts
  const number = (counts.reasons[reason] ?? 0) + times
  const { [reason]: _earlier, ...others } = counts.reasons
  counts.reasons = number === 0 ? others : { ...others, [reason]: number }
  return counts
}

/** The sum of several mailings' counts. */
export function summed(all: readonly DeliveryCounts[]): DeliveryCounts {
  const sum = noCounts()
  for (const counts of all) {
    for (const state of DELIVERY_STATES) sum[state] += counts[state]
    sum.total += counts.total
    for (const reason of REASONS) {
      const number = (sum.reasons[reason] ?? 0) + (counts.reasons[reason] ?? 0)
      if (number > 0) sum.reasons[reason] = number
    }
  }
  return sum
}
