import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COLLECTIONS } from '../../src/domain/register.ts'
import { tableOf } from '../../src/platform/postgres/schema.ts'
import { ask, databaseOf } from './shared-database.ts'

export type StoredRecord = Record<string, unknown> & { tenant: string; id: string }

/** What stands in a data folder, or in its database, by collection, as a killed process would leave it. */
export async function storedIn(dataDir: string): Promise<Record<string, StoredRecord[]>> {
  const database = databaseOf(dataDir)
  if (database !== undefined) return storedInDatabase(database)
  const found: Record<string, StoredRecord[]> = {}
  for (const entry of await readdir(dataDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const folder = join(dataDir, entry.name)
    const files = (await readdir(folder)).filter((file) => /^[0-9a-f]+\.db$/.test(file)).sort()
    const rows = await Promise.all(files.map((file) => rowsOf(join(folder, file))))
    found[entry.name] = rows.flat().map(([tenant, , record]) => ({ tenant, ...record }))
  }
  return found
}

async function storedInDatabase(url: string): Promise<Record<string, StoredRecord[]>> {
  const found: Record<string, StoredRecord[]> = {}
  for (const name of COLLECTIONS) {
    const rows = await ask(url, `SELECT tenant, body FROM luotsi.${tableOf(name)} ORDER BY tenant, id`)
    found[name] = rows.map(({ tenant, body }) => ({ tenant: String(tenant), ...(body as { id: string }) }))
  }
  return found
}

/** The second line of a store's file; the first is its checksum. */
async function rowsOf(file: string): Promise<[tenant: string, id: string, record: { id: string }][]> {
  const [, body = ''] = (await readFile(file, 'utf8')).split('\n')
  return (JSON.parse(body) as { data: [string, string, { id: string }][] }).data
}
