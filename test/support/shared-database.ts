/**
 * The same tests on the other store: where TEST_DATABASE gives the address of a PostgreSQL (`npm run test:postgres`), each
 * data folder of a test has a database of its own beside it.
 */
import { hash } from 'node:crypto'
import pg from 'pg'

const SERVER = process.env['TEST_DATABASE']

/** The address of the database that belongs to a data folder; undefined where the tests run on the embedded store. */
export function databaseOf(dataDir: string): string | undefined {
  return SERVER?.replace(/[^/]*$/, `t${hash('sha256', dataDir).slice(0, 20)}`)
}

/** Makes the database of a data folder, unless it is there. */
export async function makeDatabase(url: string): Promise<void> {
  const name = url.slice(url.lastIndexOf('/') + 1)
  await ask(SERVER ?? '', `CREATE DATABASE ${name}`).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error
  })
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
