/** How deliveries stand in a file: as short rows, since there are many. */
import { counted, noCounts } from '../domain/delivery.ts'
import type { Delivery, DeliveryCounts, DeliveryState, Destination, Reason } from '../domain/delivery.ts'

/** `more` is what the preparation knew beside the id: a person's user id, the team of a conversation. */
export type Row = readonly [
  kind: 'p' | 'c',
  id: string,
  more: string | null,
  serviceUrl: string | null,
  state: DeliveryState,
  reason?: Reason | null,
  attempts?: number | null,
  after?: string | null,
  copy?: readonly [activity: string, conversation: string, serviceUrl: string] | null,
]

/** What memory holds of many rows: how many are in each state, and when the first pending one is due, in ms. */
export type Summary = { counts: DeliveryCounts; due: number | undefined }

/** Counting asks for no destination. */
const NOWHERE: Destination = { person: '' }

export function rowOf({ to, state, reason, attempts, after, copy }: Delivery): Row {
  const [kind, id, more, serviceUrl] =
    'person' in to
      ? (['p', to.person, to.userId, to.serviceUrl] as const)
      : (['c', to.conversation, to.team, to.serviceUrl] as const)
  const noted = [
    reason ?? null,
    attempts ?? null,
    after ?? null,
    copy ? ([copy.activity, copy.conversation, copy.serviceUrl] as const) : null,
  ] as const
  const short = noted.slice(0, noted.findLastIndex((part) => part !== null) + 1) as unknown as typeof noted
  return [kind, id, more ?? null, serviceUrl ?? null, state, ...short]
}

export function deliveryOf(row: Row): Delivery {
  const [, , , , state, reason, attempts, after, copy] = row
  return {
    to: destinationOf(row),
    state,
    ...(reason != null && { reason }),
    ...(attempts != null && { attempts }),
    ...(after != null && { after }),
    ...(copy != null && { copy: { activity: copy[0], conversation: copy[1], serviceUrl: copy[2] } }),
  }
}

export function destinationOf([kind, id, more, serviceUrl]: Row): Destination {
  if (kind === 'c') return { conversation: id, serviceUrl: serviceUrl ?? '', ...(more !== null && { team: more }) }
  return { person: id, ...(more !== null && { userId: more }), ...(serviceUrl !== null && { serviceUrl }) }
}

export function stateOf(row: Row): DeliveryState {
  return row[4]
}

/** When a pending row may be sent, in ms: 0 where it has no time. */
export function dueOf(row: Row): number | undefined {
  if (stateOf(row) !== 'pending') return undefined
  return row[7] == null ? 0 : Date.parse(row[7])
}

/** The row in another state, without what was noted of the attempt but for its copy. */
export function shifted(row: Row, state: DeliveryState, reason?: Reason): Row {
  const { to, copy } = deliveryOf(row)
  return rowOf({ to, state, ...(reason !== undefined && { reason }), ...(copy !== undefined && { copy }) })
}

/** The row as it is claimed: what is noted of earlier attempts stays, and the time it rested for goes. */
export function claimed(row: Row): Row {
  const { after: _, ...delivery } = deliveryOf(row)
  return rowOf({ ...delivery, state: 'sending' })
}

export function summaryOf(rows: readonly Row[]): Summary {
  const counts = noCounts()
  let due: number | undefined
  for (const row of rows) {
    const [, , , , state, reason] = row
    counted(counts, reason == null ? { to: NOWHERE, state } : { to: NOWHERE, state, reason })
    const its = dueOf(row)
    if (its !== undefined && (due === undefined || its < due)) due = its
  }
  return { counts, due }
}
