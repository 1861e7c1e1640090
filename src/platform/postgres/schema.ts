/** The tables, and how a database comes to have them. */
import type { CollectionName } from '../../domain/records.ts'
import { COLLECTIONS } from '../../domain/register.ts'
import type { Database, Within } from './database.ts'

/** Why a database cannot be used, and the cure. */
export class DatabaseFault extends Error {
  override name = 'DatabaseFault'
}

/** Any number will do, as long as nobody else in this database takes it. */
const MIGRATING = 5_808_617

/**
 * Forward only, one after another, each in the transaction of all. An older replica goes on beside it until it ends:
 * a migration adds, and what it takes away nobody has read since `from`.
 */
export type Migration = { statements: readonly string[]; from: number }

/** What is asked for as a list at every turn or every second: kept in memory too (mirror.ts). */
export const MIRRORED = [
  'broadcasts',
  'checkIns',
  'launches',
  'mailings',
  'organisations',
  'signUps',
  'staff',
  'teams',
  'webinars',
] as const satisfies readonly CollectionName[]

const COLLECTION_TABLES = COLLECTIONS.map(
  (name) => `CREATE TABLE luotsi.${tableOf(name)} (
    tenant text NOT NULL, id text NOT NULL, version uuid NOT NULL, changed xid8 NOT NULL, body json NOT NULL,
    PRIMARY KEY (tenant, id)
  )`,
)

export const MIGRATIONS: readonly Migration[] = [
  {
    from: 1,
    statements: [
      ...COLLECTION_TABLES,
      ...MIRRORED.map((name) => `CREATE INDEX ON luotsi.${tableOf(name)} (changed)`),
      `CREATE TABLE luotsi.removed (
        collection text NOT NULL, tenant text NOT NULL, id text NOT NULL, changed xid8 NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )`,
      'CREATE INDEX ON luotsi.removed (collection, changed)',
      `CREATE TABLE luotsi.deliveries (
        tenant text NOT NULL, mailing text NOT NULL, key text NOT NULL, position integer NOT NULL,
        state text NOT NULL, reason text, due timestamptz, attempts integer, goes json NOT NULL, copy json,
        worker bigint, leased_until timestamptz,
        PRIMARY KEY (tenant, mailing, key)
      )`,
      'CREATE INDEX ON luotsi.deliveries (tenant, mailing, position)',
      `CREATE INDEX ON luotsi.deliveries (tenant, mailing, position) WHERE state = 'pending'`,
      `CREATE INDEX ON luotsi.deliveries (tenant, mailing, leased_until) WHERE state = 'sending'`,
      'CREATE SEQUENCE luotsi.workers',
      `CREATE TABLE luotsi.leases (
        name text PRIMARY KEY, worker bigint NOT NULL, leased_until timestamptz NOT NULL
      )`,
      `CREATE TABLE luotsi.budgets (
        tenant text PRIMARY KEY, free_from timestamptz NOT NULL, paused_until timestamptz, ramp_until timestamptz
      )`,
      `CREATE TABLE luotsi.senders (
        tenant text NOT NULL, worker bigint NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (tenant, worker)
      )`,
      'CREATE TABLE luotsi.facts (name text PRIMARY KEY, value text NOT NULL)',
    ],
  },
]

/** `checkIns` stands in `check_ins`. */
export function tableOf(name: CollectionName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/**
 * Brings the database to what this version knows; of several that start at once one does it and the others wait.
 * `migrations` is for tests.
 * @throws DatabaseFault where a newer version has left this one behind
 */
export async function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await database.transaction(async (within) => {
    await within('SELECT pg_advisory_xact_lock($1)', [MIGRATING])
    await within('CREATE SCHEMA IF NOT EXISTS luotsi')
    await within(`CREATE TABLE IF NOT EXISTS luotsi.migrations (
      number integer PRIMARY KEY, runs_from integer NOT NULL, at timestamptz NOT NULL DEFAULT now()
    )`)
    const done = await numberOf(within)
    if (done.oldest > migrations.length) {
      throw new DatabaseFault(
        `The database is at version ${done.number}, which versions before ${done.oldest} cannot use, and this is ${migrations.length}. Install the version that was here last, or a newer one.`,
      )
    }
    for (const [at, { statements, from }] of migrations.entries()) {
      if (at < done.number) continue
      for (const statement of statements) await within(statement)
      await within('INSERT INTO luotsi.migrations (number, runs_from) VALUES ($1, $2)', [at + 1, from])
    }
  })
}

/** Notes what the first process says, and compares what the others say. @throws DatabaseFault */
export async function agreeOn(database: Database, name: string, value: string): Promise<void> {
  const rows = await database.ask(
    'facts.agree',
    `WITH added AS (INSERT INTO luotsi.facts (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING)
    SELECT value FROM luotsi.facts WHERE name = $1`,
    [name, value],
  )
  const [known] = rows
  if (known === undefined || known['value'] === value) return
  throw new DatabaseFault(
    'Another process on this database, or an earlier one, has other keys than this: every id would be another one. Give all of them the same KEYS_DIR, or put back the one that belongs to this database.',
  )
}

/** A fact that is noted until it is taken back; `value` undefined takes it back. */
export async function note(database: Database, name: string, value: string | undefined): Promise<void> {
  if (value === undefined) await database.ask('facts.drop', 'DELETE FROM luotsi.facts WHERE name = $1', [name])
  else {
    const text = `INSERT INTO luotsi.facts (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`
    await database.ask('facts.note', text, [name, value])
  }
}

export async function noted(database: Database, name: string): Promise<string | undefined> {
  const [row] = await database.ask('facts.read', 'SELECT value FROM luotsi.facts WHERE name = $1', [name])
  return row && String(row['value'])
}

/** What the database is at, and the oldest version that can use it so. */
async function numberOf(within: Within): Promise<{ number: number; oldest: number }> {
  const [row] = await within(
    'SELECT coalesce(max(number), 0) AS number, coalesce(max(runs_from), 0) AS oldest FROM luotsi.migrations',
  )
  return { number: Number(row?.['number']), oldest: Number(row?.['oldest']) }
}
