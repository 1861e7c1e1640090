/** One pool of connections to PostgreSQL, and what is done when it fails. */
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { NotStored } from '../../domain/records.ts'
import { reason } from '../durable-file.ts'
import { runningTurn, type Log, type RunningTurn } from '../log.ts'

const CONNECTIONS = 10
const CONNECTED_WITHIN_MS = 5_000
/**
 * What a statement takes on the server, and what is waited for its answer: a half-open connection gives none. The server
 * gives up first, so that a write without an answer does not come about later.
 */
const STATEMENT_MS = 4_000
const ANSWERED_WITHIN_MS = 5_000
/** A list of many is written piece by piece, and nobody waits for it. */
const PIECE_MS = 30_000
/** A failover takes seconds; a turn has fifteen, and waits for the database in none of them after these. */
const PATIENCE_MS = 8_000
/** What is on its way at the end is waited for so long. */
const CLOSED_WITHIN_MS = 5_000
const FIRST_REST_MS = 50
const LONGEST_REST_MS = 1_000

/** The database refused, or could not be reached, for longer than it was waited for. Nothing has changed. */
export class DatabaseRefusal extends NotStored {
  override name = 'DatabaseRefusal'
}

/** The connection was lost between a write and its answer: it is there, or not. */
export class Ambiguous extends Error {
  override name = 'Ambiguous'
}

export type Row = Record<string, unknown>
type Statement = { name: string; text: string; values: readonly unknown[] }
/** Within one transaction. */
export type Within = (text: string, values?: readonly unknown[]) => Promise<Row[]>
/** What statements go through: the pool, or one moment of it. */
export type Statements = Pick<Database, 'ask' | 'write' | 'transaction'>

/** The processes that a person starts and waits for tell themselves from those that serve by their name. */
export const SERVING = 'luotsi'

export class Database {
  readonly #log: Log
  readonly #open: () => pg.Pool
  #pool: pg.Pool
  /** Turns that have waited for the database in vain, and wait no more. */
  readonly #givenUp = new WeakSet<RunningTurn>()
  #losses = 0
  #isUp = true
  #isClosed = false

  constructor(url: string, log: Log, connections = CONNECTIONS, name = SERVING) {
    this.#log = log
    this.#open = () =>
      this.#opened({
        connectionString: url,
        max: connections,
        connectionTimeoutMillis: CONNECTED_WITHIN_MS,
        idleTimeoutMillis: 60_000,
        keepAlive: true,
        keepAliveInitialDelayMillis: 10_000,
        statement_timeout: STATEMENT_MS,
        lock_timeout: STATEMENT_MS / 2,
        idle_in_transaction_session_timeout: 60_000,
        query_timeout: ANSWERED_WITHIN_MS,
        application_name: name,
      })
    this.#pool = this.#open()
  }

  #opened(config: pg.PoolConfig): pg.Pool {
    const pool = new pg.Pool(config)
    // One that ends between two statements of a transaction is found out by the next one.
    pool.on('connect', (client) => client.on('error', () => undefined))
    // An idle connection that ends is replaced by the next one who asks.
    pool.on('error', (error) => {
      this.#losses += 1
      this.#log.warn({ why: reason(error) }, 'a connection to the database ended')
    })
    return pool
  }

  /** False since the last statement that could not be brought to the database. */
  get isUp(): boolean {
    return this.#isUp && !this.#isClosed
  }

  /** How many connections were lost. Another number than before: the server may have started anew since. */
  get losses(): number {
    return this.#losses
  }

  /** A statement that may run twice: asked again while the database is away, up to `patience` ms. @throws DatabaseRefusal */
  async ask(name: string, text: string, values: readonly unknown[], patience = PATIENCE_MS): Promise<Row[]> {
    return this.#patiently(patience, (pool) => run(pool, { name, text, values }))
  }

  /**
   * A statement that is not to run twice.
   * @throws Ambiguous where nobody knows whether it ran, DatabaseRefusal where it did not
   */
  async write(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#patiently(PATIENCE_MS, async (pool) => {
      try {
        return await run(pool, { name, text, values })
      } catch (error) {
        throw isRefused(error) ? error : new Ambiguous(reason(error), { cause: error })
      }
    })
  }

  /** Statements of which all count or none; asked again as a whole where that may be. @throws DatabaseRefusal */
  async transaction<T>(work: (within: Within) => Promise<T>, patience = PATIENCE_MS): Promise<T> {
    return this.#patiently(patience, (pool) => withinOne(pool, 'BEGIN', work))
  }

  /** Everything that the work asks stands as it stood at one moment; nothing can be written. A lost connection ends it. */
  async atOneMoment<T>(work: (moment: Statements) => Promise<T>): Promise<T> {
    const refused = () => Promise.reject(new DatabaseRefusal('What is past cannot be changed.'))
    return withinOne(this.#pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', (within) =>
      work({ ask: (_name, text, values) => within(text, values), write: refused, transaction: refused }),
    )
  }

  /** Takes no more statements; resolves when those under way are done. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A connection that leads nowhere any more is never done.
    await Promise.race([this.#pool.end(), setTimeout(CLOSED_WITHIN_MS, undefined, { ref: false })])
  }

  /** The connections that there are lead nowhere, or to a server that has become a standby: new ones lead to the new one. */
  #renew(pool: pg.Pool): void {
    if (pool !== this.#pool || this.#isClosed) return
    this.#pool = this.#open()
    pool.end().catch(() => undefined)
  }

  async #patiently<T>(patience: number, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
    const until = performance.now() + patience
    const turn = runningTurn()
    for (let rest = FIRST_REST_MS; ; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      const pool = this.#pool
      try {
        if (this.#isClosed) throw new DatabaseRefusal('The store is closed.')
        if (turn !== undefined && this.#givenUp.has(turn)) throw new DatabaseRefusal('The database is away.')
        const done = await work(pool)
        this.#isUp = true
        return done
      } catch (error) {
        if (isLoss(error)) this.#losses += 1
        if (leadsNowhere(error)) this.#renew(pool)
        if (FULL.includes(codeOf(error)))
          throw new DatabaseRefusal('The disk of the database is full.', { cause: error })
        if (!isPassing(error)) throw error
        this.#isUp = isBusy(error)
        if (performance.now() + rest >= until) {
          if (turn !== undefined) this.#givenUp.add(turn)
          throw new DatabaseRefusal(`The database did not take it: ${reason(error)}`, { cause: error })
        }
        await setTimeout(rest * (0.5 + Math.random() / 2))
      }
    }
  }
}

async function run(pool: pg.Pool, { name, text, values }: Statement): Promise<Row[]> {
  return (await pool.query<Row>({ name, text, values: [...values] })).rows
}

/** One transaction on a connection of its own, whose statements go one after another, whoever asks them at once. */
async function withinOne<T>(pool: pg.Pool, begin: string, work: (within: Within) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(`${begin}; SET LOCAL statement_timeout = ${PIECE_MS}; SET LOCAL lock_timeout = ${PIECE_MS}`)
    let last: Promise<unknown> = Promise.resolve()
    const done = await work((text, values = []) => {
      const piece = { text, values: [...values], query_timeout: PIECE_MS + ANSWERED_WITHIN_MS - STATEMENT_MS }
      const asked = last.then(async () => (await client.query<Row>(piece)).rows)
      last = asked.catch(() => undefined)
      return asked
    })
    await client.query('COMMIT')
    client.release()
    return done
  } catch (error) {
    // The connection goes with its transaction.
    client.release(true)
    throw error
  }
}

/** Serialization, deadlock, a lock or a statement that took too long: the server is there, and has done nothing. */
const BUSY = ['40001', '40P01', '55P03', '57014']
/** Shutting down, starting, full of connections, a standby: it will be back, or another one will. */
const STANDBY = '25006'
const AWAY = ['57P01', '57P02', '57P03', '53300', STANDBY, '08000', '08001', '08003', '08004', '08006']
/** A disk, or a memory, that is full is so for longer than anybody waits. */
const FULL = ['53100', '53200']
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
const CUT = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT']
/** What the client says where the other end is gone; it gives no code. */
const SAID = /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered/

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isBusy(error: unknown): boolean {
  return BUSY.includes(codeOf(error))
}

function isLoss(error: unknown): boolean {
  return error instanceof Ambiguous || (isPassing(error) && !isBusy(error))
}

function leadsNowhere(error: unknown): boolean {
  const cause = error instanceof Ambiguous ? error.cause : error
  return codeOf(cause) === STANDBY || (cause instanceof Error && /Query read timeout/.test(cause.message))
}

/** It is worth asking again. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  if ([...BUSY, ...AWAY, ...NOT_CONNECTED, ...CUT].includes(code)) return true
  return error instanceof Error && !(error instanceof Ambiguous) && SAID.test(error.message)
}

/** The server said no, or was not reached: a write has not happened. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error)
  // A server that shuts down may have committed before it said so; any other error of its own undoes the statement.
  if (code === '57P01' || code === '57P02') return false
  if (/^[0-9A-Z]{5}$/.test(code) || NOT_CONNECTED.includes(code)) return true
  return error instanceof Error && /timeout exceeded when trying to connect/.test(error.message)
}
