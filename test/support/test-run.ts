import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** All folders of a run together take less than half of it. */
const ENOUGH = 1_000_000_000

/** Before the first test of a run. */
export default async function setUp(): Promise<void> {
  keepFoldersInMemory()
  if (process.env['TEST_STORE'] === 'postgres') await shareDatabaseServer()
}

/** `npm run test:postgres`: one server for all, on which each data folder has a database of its own. */
async function shareDatabaseServer(): Promise<void> {
  const { aPostgres } = await import('./postgres.ts')
  const server = await aPostgres()
  process.env['TEST_DATABASE'] = await server.newDatabase()
  // Jest ends when nothing runs any more: test-run-end.ts ends the server, and a run that is broken off does so here.
  process.env['TEST_DATABASE_PROCESS'] = String(server.pid())
  process.once('exit', endDatabaseServer)
}

/** After the last test of a run. */
export function endDatabaseServer(): void {
  const pid = Number(process.env['TEST_DATABASE_PROCESS'] ?? 0)
  delete process.env['TEST_DATABASE_PROCESS']
  if (pid > 0) process.kill(pid, 'SIGKILL')
}

/**
 * Has jest keep the folders of the tests in memory where the machine offers enough of it: each write of a store is
 * synced twice, and most of the time of a test would go by waiting for the disk. What a power cut does to a disk is
 * tried on disks that are made up (disks.ts), and a killed process leaves the same files here as there.
 */
function keepFoldersInMemory(): void {
  if (!existsSync(MEMORY)) return
  const { bavail, bsize } = statfsSync(MEMORY)
  if (bavail * bsize < ENOUGH) return
  const folder = mkdtempSync(join(MEMORY, 'luotsi-tests-'))
  // Under root PostgreSQL runs as another user, who has to get to its own folder in this one.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  // A run that is broken off leaves nothing in memory either.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
}
