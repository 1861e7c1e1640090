/** The deliveries of mailings, a row each: claimed by any number of processes, none twice. */
import { Begun, counted, keyOf, noCounts } from '../../domain/delivery.ts'
import type { Deliveries, Delivery, DeliveryCounts, DeliveryState, Ledger, Reason } from '../../domain/delivery.ts'
import { storable } from './collection.ts'
import type { Row, Statements, Within } from './database.ts'

/** A claim is so long its process's own: longer than any request takes, shorter than anybody wants to wait. */
const LEASE_MS = 30_000
const WRITTEN_AT_ONCE = 1_000
const READ_AT_ONCE = 500
/** A list of 100,000 is written in seconds; a failover in the midst of it begins it anew. */
const PREPARED_WITHIN_MS = 60_000

export class PostgresLedger implements Ledger {
  readonly leaseMs: number
  readonly #database: Statements
  readonly #worker: string

  /** `worker` is this process's number, the fence: what another one has taken over it cannot record. */
  constructor(database: Statements, worker: string, leaseMs = LEASE_MS) {
    this.#database = database
    this.#worker = worker
    this.leaseMs = leaseMs
  }

  /** @throws Begun where deliveries of the earlier list were claimed */
  async prepare(tenant: string, mailing: string, deliveries: Deliveries): Promise<DeliveryCounts> {
    // What gives the list can be gone through once: only the beginning can be tried again.
    const source = once(deliveries)
    return this.#database.transaction(async (within) => {
      const list = [storable(tenant), storable(mailing)]
      await within('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify(list)])
      await within(
        `DELETE FROM luotsi.deliveries WHERE tenant = $1 AND mailing = $2
            AND (worker IS NULL OR state IN ('pending', 'skipped'))`,
        list,
      )
      const left = await within('SELECT 1 FROM luotsi.deliveries WHERE tenant = $1 AND mailing = $2 LIMIT 1', list)
      if (left.length > 0) throw new Begun('this mailing is on its way already')
      let position = 0
      for await (const some of chunks(source(), WRITTEN_AT_ONCE)) {
        await insert(within, list, some, position)
        position += some.length
      }
      return countsFrom(await within(COUNTS, list))
    }, PREPARED_WITHIN_MS)
  }

  async claim(tenant: string, mailing: string, most: number, now: Date): Promise<Delivery[]> {
    const rows = await this.#database.ask(
      'deliveries.claim',
      // By their place in the table, not by a join: before there are statistics that one reads the whole list.
      `UPDATE luotsi.deliveries SET state = 'sending', due = NULL, worker = $5,
        leased_until = clock_timestamp() + make_interval(secs => $6)
      WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM luotsi.deliveries
        WHERE tenant = $1 AND mailing = $2 AND state = 'pending' AND (due IS NULL OR due <= $3)
        ORDER BY position LIMIT $4 FOR UPDATE SKIP LOCKED
      ))
      RETURNING position, state, reason, due, attempts, goes, copy`,
      [storable(tenant), storable(mailing), now, most, this.#worker, this.leaseMs / 1000],
    )
    return rows.toSorted((one, other) => Number(one['position']) - Number(other['position'])).map(deliveryOf)
  }

  /** What outlived its claim, and was taken for interrupted, stays so. */
  async record(tenant: string, mailing: string, outcomes: readonly Delivery[]): Promise<void> {
    const first = new Map(outcomes.toReversed().map((outcome) => [keyOf(outcome.to), outcome]))
    await this.#database.ask(
      'deliveries.record',
      `UPDATE luotsi.deliveries AS its SET state = came.state, reason = came.reason, due = came.due,
        attempts = came.attempts, goes = came.goes, copy = came.copy, leased_until = NULL
      FROM json_to_recordset($3) AS came (key text, state text, reason text, due timestamptz, attempts integer,
        goes json, copy json)
      WHERE its.tenant = $1 AND its.mailing = $2 AND its.key = came.key AND its.state = 'sending' AND its.worker = $4`,
      [storable(tenant), storable(mailing), JSON.stringify([...first.values()].map(rowOf)), this.#worker],
    )
  }

  async shift(
    tenant: string,
    mailing: string,
    from: readonly DeliveryState[],
    { state, reason }: { state: DeliveryState; reason?: Reason },
  ): Promise<number> {
    const [row] = await this.#database.ask(
      'deliveries.shift',
      `WITH shifted AS (
        UPDATE luotsi.deliveries SET state = $4, reason = $5, due = NULL, attempts = NULL, leased_until = NULL
        WHERE tenant = $1 AND mailing = $2 AND state = ANY ($3) RETURNING 1
      ) SELECT count(*)::integer AS number FROM shifted`,
      [storable(tenant), storable(mailing), from, state, reason ?? null],
    )
    return Number(row?.['number'])
  }

  async interrupt(tenant: string, mailing: string): Promise<number> {
    const rows = await this.#database.ask(
      'deliveries.interrupt',
      `UPDATE luotsi.deliveries SET state = 'unknown', reason = 'interrupted', attempts = NULL, leased_until = NULL
      WHERE tenant = $1 AND mailing = $2 AND state = 'sending' AND leased_until < clock_timestamp() RETURNING 1`,
      [storable(tenant), storable(mailing)],
    )
    return rows.length
  }

  async counts(tenant: string, mailing: string): Promise<DeliveryCounts> {
    return countsFrom(await this.#database.ask('deliveries.counts', COUNTS, [storable(tenant), storable(mailing)]))
  }

  async nextDue(tenant: string, mailing: string): Promise<Date | undefined> {
    const [row] = await this.#database.ask(
      'deliveries.due',
      `SELECT min(coalesce(due, to_timestamp(0))) AS due FROM (
        (SELECT due FROM luotsi.deliveries
          WHERE tenant = $1 AND mailing = $2 AND state = 'pending' AND due IS NULL LIMIT 1)
        UNION ALL
        SELECT min(due) FROM luotsi.deliveries
          WHERE tenant = $1 AND mailing = $2 AND state = 'pending' AND due IS NOT NULL HAVING min(due) IS NOT NULL
      ) AS pending`,
      [storable(tenant), storable(mailing)],
    )
    return row?.['due'] instanceof Date ? row['due'] : undefined
  }

  async *deliveries(tenant: string, mailing: string): AsyncIterable<Delivery> {
    for (let after = -1; ;) {
      const rows = await this.#database.ask(
        'deliveries.page',
        `SELECT position, state, reason, due, attempts, goes, copy FROM luotsi.deliveries
        WHERE tenant = $1 AND mailing = $2 AND position > $3 ORDER BY position LIMIT ${READ_AT_ONCE}`,
        [storable(tenant), storable(mailing), after],
      )
      yield* rows.map(deliveryOf)
      if (rows.length < READ_AT_ONCE) return
      after = Number(rows.at(-1)?.['position'])
    }
  }

  async remove(tenant: string, mailing: string): Promise<void> {
    const text = 'DELETE FROM luotsi.deliveries WHERE tenant = $1 AND mailing = $2'
    await this.#database.ask('deliveries.remove', text, [storable(tenant), storable(mailing)])
  }
}

const COUNTS = `SELECT state, reason, count(*)::integer AS number FROM luotsi.deliveries
  WHERE tenant = $1 AND mailing = $2 GROUP BY state, reason`

function countsFrom(rows: readonly Row[]): DeliveryCounts {
  const counts = noCounts()
  for (const { state, reason, number } of rows) {
    const one = {
      to: { person: '' },
      state: state as DeliveryState,
      ...(reason !== null && { reason: reason as Reason }),
    }
    counted(counts, one, Number(number))
  }
  return counts
}

async function insert(within: Within, list: readonly string[], some: readonly Delivery[], at: number): Promise<void> {
  const rows = some.map((delivery, number) => ({ ...rowOf(delivery), position: at + number }))
  await within(
    `INSERT INTO luotsi.deliveries (tenant, mailing, key, position, state, reason, due, attempts, goes, copy)
    SELECT $1, $2, key, position, state, reason, due, attempts, goes, copy
    FROM json_to_recordset($3) AS its (key text, position integer, state text, reason text, due timestamptz,
      attempts integer, goes json, copy json)
    ORDER BY position ON CONFLICT DO NOTHING`,
    [...list, JSON.stringify(rows)],
  )
}

function rowOf({ to, state, reason, after, attempts, copy }: Delivery) {
  return { key: storable(keyOf(to)), state, reason, due: after, attempts, goes: to, copy }
}

function deliveryOf({ state, reason, due, attempts, goes, copy }: Row): Delivery {
  return {
    to: goes as Delivery['to'],
    state: state as DeliveryState,
    ...(reason !== null && { reason: reason as Reason }),
    ...(attempts !== null && { attempts: Number(attempts) }),
    ...(due instanceof Date && { after: due.toISOString() }),
    ...(copy !== null && { copy: copy as NonNullable<Delivery['copy']> }),
  }
}

/** Gives the list each time it is asked for: one that can be read once only the first time. */
function once(deliveries: Deliveries): () => Deliveries {
  const isList = Array.isArray as (given: Deliveries) => given is Delivery[]
  if (isList(deliveries)) return () => deliveries
  let isRead = false
  return () => {
    if (isRead) throw new Error('the list of recipients was read already: the next try begins anew')
    isRead = true
    return deliveries
  }
}

async function* chunks<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let some: T[] = []
  for await (const item of items) {
    some.push(item)
    if (some.length < size) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
