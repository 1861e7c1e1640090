import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import type { Delivery } from '../../src/domain/delivery.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'
import { ledgerContract } from './ledger-contract.ts'
import { storeContract } from './store-contract.ts'

let server: Server
beforeAll(async () => {
  // What is not waited for comes to the disk late, as on a server that has much to do.
  server = await aPostgres(['wal_writer_delay=10s'])
})
afterAll(() => server.stop())

storeContract('PostgreSQL', async () => {
  let store = await aPostgresStore(server)
  const reopen = async () => {
    await store.close()
    return (store = await aPostgresStore(server, { url: store.url }))
  }
  return { store, reopen, dispose: () => store.close() }
})

ledgerContract('PostgreSQL', async () => {
  const url = await emptied()
  let store = await aPostgresStore(server, { url })
  const reopen = async () => {
    await store.close()
    store = await aPostgresStore(server, { url })
    return store.ledger
  }
  return { ledger: store.ledger, reopen, dispose: () => store.close() }
})

describe('PostgreSQL that ends connections', () => {
  it('leaves a list unwritten, and the process alive, where one ends while the list is made', async () => {
    const store = await aPostgresStore(server)
    const to = (at: number): Delivery => ({ to: { person: `p${at}` }, state: 'pending' })
    async function* slow(): AsyncIterable<Delivery> {
      yield to(1)
      await server.sql(
        store.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'luotsi'`,
      )
      await setTimeout(200)
      yield to(2)
    }
    await expect(store.ledger.prepare('t', 'm', slow())).rejects.toThrow()
    expect(await store.ledger.counts('t', 'm')).toMatchObject({ total: 0 })
    expect(await store.ledger.prepare('t', 'm', [to(1), to(2)])).toMatchObject({ total: 2, pending: 2 })
    await store.close()
  })

  it('gives the number of a transaction once more after a crash: what it wrote is seen all the same', async () => {
    const store = await aPostgresStore(server)
    const other = await aPostgresStore(server, { url: store.url })
    const team = (id: string) => ({ id, name: id, serviceUrl: '', channels: [], members: [] })
    await other.teams.change('t', 'one', () => team('one'))
    // Numbers of which nothing is written down before the crash.
    for (let at = 0; at < 5; at += 1) await server.sql(store.url, 'SELECT pg_current_xact_id()')
    expect(await store.teams.list('t')).toHaveLength(1)
    await server.kill()
    await server.start()
    await other.teams.change('t', 'two', () => team('two'))
    expect((await store.teams.list('t')).map(({ id }) => id)).toEqual(['one', 'two'])
    await Promise.all([store.close(), other.close()])
  }, 30_000)
})

let used: string | undefined

/** The same database again, without what stood in it: to make one takes longer than most tests. */
async function emptied(): Promise<string> {
  const url = (used ??= await server.newDatabase())
  await (await aPostgresStore(server, { url })).close()
  await server.sql(url, 'TRUNCATE luotsi.deliveries')
  return url
}
