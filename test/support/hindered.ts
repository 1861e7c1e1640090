/** Stands in the way of what a running bot writes, in its data folder or in its database. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { CollectionName } from '../../src/domain/records.ts'
import { tableOf } from '../../src/platform/postgres/schema.ts'
import { ask, databaseOf } from './shared-database.ts'

export type Held = {
  /** What waits is refused; PostgreSQL does so by itself when it has waited for long enough. */
  refuse(): void
  /** Out of the way again; what a bot that was killed meanwhile had begun does not happen any more. */
  release(): Promise<void>
}

/** Writes to these records wait; reads do not. */
export async function holdWrites(dataDir: string, collection: CollectionName): Promise<Held> {
  const database = databaseOf(dataDir)
  return database === undefined ? holdFiles(join(dataDir, collection)) : holdTable(database, collection)
}

/** A write waits for ever where its new file is a pipe that nobody reads. */
function holdFiles(folder: string): Held {
  const pipes = asidesOf(folder)
  execFileSync('mkfifo', pipes)
  let ends: number[] = []
  return {
    refuse() {
      // What is written to a pipe cannot be synced.
      ends = pipes.map((pipe) => openSync(pipe, 'r+'))
    },
    release() {
      ends.forEach(closeSync)
      for (const pipe of asidesOf(folder)) rmSync(pipe, { force: true })
      return Promise.resolve()
    },
  }
}

async function holdTable(database: string, collection: CollectionName): Promise<Held> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  await client.query(`BEGIN; LOCK TABLE luotsi.${tableOf(collection)} IN SHARE MODE`)
  return {
    refuse: () => undefined,
    async release() {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`)
      await client.end()
    },
  }
}

/** There is room for no record of these any more, until the function that comes back is called. */
export async function fillDisk(dataDir: string, collections: readonly CollectionName[]): Promise<() => Promise<void>> {
  const database = databaseOf(dataDir)
  if (database !== undefined) return fillTables(database, collections)
  const asides = collections.flatMap((name) => ['0', '1', 'index'].map((file) => join(dataDir, name, `${file}.db.new`)))
  for (const aside of asides) symlinkSync('/dev/full', aside)
  return () => {
    for (const aside of asides) rmSync(aside, { force: true })
    return Promise.resolve()
  }
}

export async function fillTables(url: string, collections: readonly CollectionName[]): Promise<() => Promise<void>> {
  await ask(
    url,
    `CREATE OR REPLACE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`,
  )
  for (const name of collections) {
    const table = `luotsi.${tableOf(name)}`
    await ask(url, `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION public.full_disk()`)
  }
  return async () => {
    for (const name of collections) await ask(url, `DROP TRIGGER IF EXISTS full_disk ON luotsi.${tableOf(name)}`)
  }
}

function asidesOf(folder: string): string[] {
  const buckets = readdirSync(folder).flatMap((file) => /^([01]+)\.db$/.exec(file)?.[1] ?? [])
  return [...new Set(['0', '1', ...buckets])].map((bucket) => join(folder, `${bucket}.db.new`))
}
