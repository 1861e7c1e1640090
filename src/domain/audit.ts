/** The chain of what was done with more than one's own: each entry's hash covers all before it, so that none can be changed or left out unseen. */
import { createHash } from 'node:crypto'
import type { AuditEntry } from './records.ts'

/** What is to be kept; the rest says where it stands in the chain. */
export type Act = Omit<AuditEntry, 'id' | 'number' | 'hash'>

type Link = Pick<AuditEntry, 'number' | 'hash'>

/** Before the first entry. */
export const START: Link = { number: 0, hash: '' }

/** The entry after `last`. */
export function linked(last: Link, act: Act): AuditEntry {
  const number = last.number + 1
  return { ...act, id: String(number), number, hash: hashOf(last.hash, number, act) }
}

/** The entry with the highest number, or the start of the chain. */
export function lastOf(entries: readonly AuditEntry[]): Link {
  return entries.reduce<Link>((last, entry) => (entry.number > last.number ? entry : last), START)
}

/**
 * The numbers at which the chain does not hold: an entry that was changed, or the first one after others that are gone.
 * What is older than the first entry may have been removed with time.
 */
export function breaksIn(entries: readonly AuditEntry[]): number[] {
  const inOrder = entries.toSorted((one, other) => one.number - other.number)
  return inOrder.flatMap((entry, at) => {
    const before = at === 0 ? undefined : inOrder[at - 1]
    if (before === undefined) return entry.number === 1 && hashOf('', 1, entry) !== entry.hash ? [entry.number] : []
    const holds = entry.number === before.number + 1 && hashOf(before.hash, entry.number, entry) === entry.hash
    return holds ? [] : [entry.number]
  })
}

function hashOf(before: string, number: number, { at, who, what, to, outcome, note }: Act): string {
  return createHash('sha256')
    .update(JSON.stringify([before, number, at, who, what, to, outcome, note]))
    .digest('hex')
}
