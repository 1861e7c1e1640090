import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import pino from 'pino'
import { Database } from '../../src/platform/postgres/database.ts'
import { migrate, MIGRATIONS, type Migration } from '../../src/platform/postgres/schema.ts'
import type { PostgresStore } from '../../src/platform/postgres/store.ts'
import { aRefusedStart, aDataDir, removeFolder } from '../support/bot.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'

const log = pino({ level: 'silent' })
const person = (id: string) => ({ id, userId: `29:${id}` })

/** What a later version could bring. */
const ADDS: Migration = { from: 1, statements: [`ALTER TABLE luotsi.people ADD COLUMN note text NOT NULL DEFAULT ''`] }
const TAKES_AWAY: Migration = { from: 2, statements: ['ALTER TABLE luotsi.people DROP COLUMN changed'] }

describe('A database whose schema changes', () => {
  let server: Server
  let url: string
  let old: PostgresStore
  beforeAll(async () => {
    server = await aPostgres()
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    url = await server.newDatabase()
    old = await aPostgresStore(server, { url })
  })
  afterEach(() => old.close())

  /** As a process of a later version does at its start. */
  const start = async (migrations: readonly Migration[]): Promise<void> => {
    const database = new Database(url, log, 1)
    await migrate(database, migrations).finally(() => database.close())
  }
  const numbers = async () =>
    (await server.sql(url, 'SELECT number, runs_from FROM luotsi.migrations ORDER BY number')).map(
      ({ number, runs_from }) => [number, runs_from],
    )

  it('F70 is safe for a replica of the version before where something was added, and that one starts again too', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => `p${at}`)
    const writing = Promise.all(ids.map((id) => old.people.change('t', id, () => person(id))))
    await start([...MIGRATIONS, ADDS])
    await writing
    expect(await old.people.list('t')).toHaveLength(200)
    await old.people.change('t', 'p1', (one) => one && { ...one, locale: 'sv-FI' })
    const again = await aPostgresStore(server, { url })
    expect(await again.people.get('t', 'p1')).toEqual({ ...person('p1'), locale: 'sv-FI' })
    await again.close()
    expect(await numbers()).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('F70 refuses the next start of a version that it has left behind, in words that say what to do', async () => {
    await start([...MIGRATIONS, TAKES_AWAY])
    const cure = 'Install the version that was here last, or a newer one.'
    const said = `The database is at version 2, which versions before 2 cannot use, and this is 1. ${cure}`
    await expect(aPostgresStore(server, { url })).rejects.toThrow(said)
    const [dataDir, keysDir] = await Promise.all([aDataDir(), aDataDir()])
    const refused = await aRefusedStart({ DATA_DIR: dataDir, KEYS_DIR: keysDir, DATABASE_URL: url })
    expect(refused).toEqual({ code: 1, said: `${said}\n` })
    await Promise.all([dataDir, keysDir].map(removeFolder))
  })

  it('F70 is changed once, however many start at once, and not at all where a step of it fails', async () => {
    const wrong: Migration = {
      from: 1,
      statements: [...ADDS.statements, 'ALTER TABLE luotsi.nothing ADD COLUMN x text'],
    }
    await expect(start([...MIGRATIONS, wrong])).rejects.toThrow('luotsi.nothing')
    expect(await numbers()).toEqual([[1, 1]])
    // Each would fail on what another one had added.
    await Promise.all(Array.from({ length: 20 }, () => start([...MIGRATIONS, ADDS])))
    expect(await numbers()).toEqual([
      [1, 1],
      [2, 1],
    ])
    url = await server.newDatabase()
    const stores = await Promise.all(Array.from({ length: 20 }, () => aPostgresStore(server, { url, connections: 2 })))
    expect(new Set(stores.map(({ worker }) => worker)).size).toBe(20)
    await Promise.all(stores.map((store) => store.close()))
    expect(await numbers()).toEqual([[1, 1]])
  })
})
