/**
 * The same tests on the other store: where TEST_DATABASE gives the address of a PostgreSQL (`npm run test:postgres`), each
 * data folder of a test has a database of its own beside it.
 */
import { hash } from 'node:crypto'
import pg from 'pg'

const SERVER = process.env['TEST_DATABASE']

export const isOnFiles = SERVER === undefined

/** The address of the database that belongs to a data folder; undefined where the tests run on the embedded store. */
export function databaseOf(dataDir: string): string | undefined {
  return SERVER?.replace(/[^/]*$/, `t${hash('sha256', dataDir).slice(0, 20)}`)
}

/**
 * Makes the database of a data folder. Where it is there, the one who used it is gone: what that one had claimed is as
 * it would be half a minute later.
 */
export async function makeDatabase(url: string): Promise<void> {
  const name = url.slice(url.lastIndexOf('/') + 1)
  try {
    await ask(SERVER ?? '', `CREATE DATABASE ${name}`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error
    await ask(url, 'UPDATE luotsi.leases SET leased_until = clock_timestamp()')
    await ask(url, 'UPDATE luotsi.deliveries SET leased_until = clock_timestamp() WHERE leased_until IS NOT NULL')
  }
}

/** What the development's clock does for a process's own pause: the shared one is by the clock of the database. */
export async function endSharedPauses(dataDir: string): Promise<void> {
  const url = databaseOf(dataDir)
  if (url !== undefined) await ask(url, 'UPDATE luotsi.budgets SET paused_until = NULL, ramp_until = NULL')
}

/** A statement on a connection of its own. */
export async function ask(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows
  } finally {
    await client.end()
  }
}
