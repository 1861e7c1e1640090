import { afterAll, beforeAll } from '@jest/globals'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'
import { ledgerContract } from './ledger-contract.ts'
import { storeContract } from './store-contract.ts'

let server: Server
beforeAll(async () => {
  server = await aPostgres()
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

let used: string | undefined

/** The same database again, without what stood in it: to make one takes longer than most tests. */
async function emptied(): Promise<string> {
  const url = (used ??= await server.newDatabase())
  await (await aPostgresStore(server, { url })).close()
  await server.sql(url, 'TRUNCATE luotsi.deliveries')
  return url
}
