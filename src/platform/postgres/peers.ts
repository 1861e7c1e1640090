import type { Budget, Peers, Reserved } from '../peers.ts'
import { RAMP_FROM, RAMP_MS } from '../pace.ts'
import type { Log } from '../log.ts'
import type { Database } from './database.ts'
import type { PostgresStore } from './store.ts'

/** A process that is gone is followed after so long. */
const LEASE_SECONDS = 30
const RENEWED_EVERY_MS = 10_000
/** Who has taken no slots for so long sends nothing at present. */
const SEEN_SECONDS = 5
/** A request for slots is of use for a moment only. */
const PATIENCE_MS = 1_000

export function openPeers({ database, worker, mirrors }: PostgresStore, log: Log): Peers {
  return {
    budget: (tenant, rate) => new SharedBudget(database, worker, tenant, rate),

    async alone(name, work) {
      const renew = (): Promise<boolean> => isTaken(database, name, worker)
      if (!(await renew())) return false
      const renewing = setInterval(() => {
        renew().catch((error: unknown) => {
          log.warn({ job: name, err: error }, 'a job goes on without its lease')
        })
      }, RENEWED_EVERY_MS)
      try {
        await work()
      } finally {
        clearInterval(renewing)
        // Not given back, it runs out.
        await leave(database, name, worker).catch(() => undefined)
      }
      return true
    },

    followMailings(learned) {
      mirrors.mailings.follow(learned)
    },

    lookAround: () => mirrors.mailings.refresh(),
  }
}

async function isTaken(database: Database, name: string, worker: string): Promise<boolean> {
  const rows = await database.ask(
    'leases.take',
    `INSERT INTO luotsi.leases AS its (name, worker, leased_until)
    VALUES ($1, $2, clock_timestamp() + interval '${LEASE_SECONDS} seconds')
    ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, leased_until = excluded.leased_until
    WHERE its.worker = excluded.worker OR its.leased_until < clock_timestamp() RETURNING 1`,
    [name, worker],
  )
  return rows.length > 0
}

async function leave(database: Database, name: string, worker: string): Promise<void> {
  await database.ask('leases.leave', 'DELETE FROM luotsi.leases WHERE name = $1 AND worker = $2', [name, worker])
}

/**
 * One row a tenant holds the moment from which on slots are free. A process takes a quarter of a second of them at a
 * time, so that the row is written a few times a second, however fast the rate is. All by the database's clock.
 */
class SharedBudget implements Budget {
  readonly #database: Database
  readonly #worker: string
  readonly #tenant: string
  readonly #interval: number
  #isThere: Promise<unknown> | undefined

  /** `rate` requests a second. */
  constructor(database: Database, worker: string, tenant: string, rate: number) {
    this.#database = database
    this.#worker = worker
    this.#tenant = tenant
    this.#interval = 1_000 / rate
  }

  async reserve(most: number): Promise<Reserved | { pausedMs: number }> {
    await this.#beThere()
    const [row] = await this.#database.ask(
      'budgets.reserve',
      `WITH before AS (
        SELECT greatest(free_from, clock_timestamp()) AS start,
          coalesce(extract(epoch FROM paused_until - clock_timestamp()) * 1000, 0) AS paused,
          1 + ${RAMP_FROM - 1} * least(1, greatest(0,
            coalesce(extract(epoch FROM ramp_until - clock_timestamp()) * 1000, 0) / ${RAMP_MS})) AS slower
        FROM luotsi.budgets WHERE tenant = $1 FOR UPDATE
      ), taken AS (
        UPDATE luotsi.budgets SET free_from = start + make_interval(secs => $2 * slower / 1000)
        FROM before WHERE tenant = $1 AND paused <= 0
      ), here AS (
        INSERT INTO luotsi.senders (tenant, worker, seen) VALUES ($1, $3, clock_timestamp())
        ON CONFLICT (tenant, worker) DO UPDATE SET seen = excluded.seen
      )
      SELECT paused::float8, slower::float8,
        (SELECT count(*) FROM luotsi.senders WHERE tenant = $1 AND worker <> $3
          AND seen > clock_timestamp() - interval '${SEEN_SECONDS} seconds')::integer AS others,
        (extract(epoch FROM start - clock_timestamp()) * 1000)::float8 AS wait FROM before`,
      [this.#tenant, most * this.#interval, this.#worker],
      PATIENCE_MS,
    )
    const paused = Number(row?.['paused'])
    if (paused > 0) return { pausedMs: paused }
    const from = performance.now() + Number(row?.['wait'])
    const interval = this.#interval * Number(row?.['slower'])
    return { from, interval, count: most, senders: Number(row?.['others']) + 1 }
  }

  async pause(ms: number): Promise<void> {
    await this.#beThere()
    await this.#database.ask(
      'budgets.pause',
      `UPDATE luotsi.budgets SET
        paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => $2)),
        ramp_until = greatest(ramp_until, clock_timestamp() + make_interval(secs => $2 + ${RAMP_MS / 1_000}))
      WHERE tenant = $1`,
      [this.#tenant, ms / 1_000],
    )
  }

  #beThere(): Promise<unknown> {
    this.#isThere ??= this.#database
      .ask(
        'budgets.add',
        'INSERT INTO luotsi.budgets (tenant, free_from) VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING',
        [this.#tenant],
        PATIENCE_MS,
      )
      .catch((error: unknown) => {
        this.#isThere = undefined
        throw error
      })
    return this.#isThere
  }
}
