/**
 * One broadcast sent by one, two and four processes over one PostgreSQL, and by one process over the embedded store in
 * the same run: how much of the permitted rate is used, and how far any window lies over it, all together. The service
 * answers after 100 ms.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { aSender } from '../test/support/kills.ts'
import { aPostgres } from '../test/support/postgres.ts'
import { median, over, round } from './support/figures.ts'
import { aService } from './support/service.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 1)
const SECONDS = Number(process.env['SECONDS'] ?? 20)
const RATES = [30, 300, 1_000]
const VARIANTS = [
  { store: 'embedded', processes: 1 },
  { store: 'PostgreSQL', processes: 1 },
  { store: 'PostgreSQL', processes: 2 },
  { store: 'PostgreSQL', processes: 4 },
] as const

const server = await aPostgres()
const runs = new Map<string, Awaited<ReturnType<typeof run>>[]>()
for (let turn = 0; turn < ROUNDS; turn += 1)
  for (const rate of RATES)
    for (const variant of VARIANTS) {
      const key = JSON.stringify({ ...variant, rate })
      runs.set(key, [...(runs.get(key) ?? []), await run(variant, rate)])
    }
await server.stop()

const rows = Array.from(runs, ([key, its]) => ({
  ...(JSON.parse(key) as object),
  recipients: its[0]?.recipients,
  'used %': round(median(its.map(({ used }) => used))),
  'over in 1 s %': round(Math.max(...its.map(({ overOne }) => overOne))),
  'over in 10 s %': round(Math.max(...its.map(({ overTen }) => overTen))),
  arrived: its.map(({ arrived }) => arrived).join(' '),
}))
console.table(rows)
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true })
const machine = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, load: loadavg() }
writeFileSync(
  join(import.meta.dirname, 'results', 'replicas.json'),
  `${JSON.stringify({ ...machine, rows, runs: Object.fromEntries(runs) }, null, 2)}\n`,
)

/** Of the time between the first message and the last: a start takes no part. */
async function run({ store, processes }: (typeof VARIANTS)[number], rate: number) {
  const recipients = rate * SECONDS
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  const service = await aService(false)
  const database = store === 'PostgreSQL' ? { database: await server.newDatabase() } : {}
  const senders = Array.from({ length: processes }, () =>
    // Every fourth is a person whose own chat is opened first: a request of its own.
    aSender({ folder, url: service.url, recipients: Math.round(recipients / 1.25), rate, ...database }),
  )
  await Promise.all(senders.map((sender) => sender.says('ended')))
  await Promise.all(senders.map((sender) => sender.end('SIGTERM')))
  const { at } = await service.end()
  rmSync(folder, { recursive: true })
  const seconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1_000
  return {
    recipients,
    arrived: at.length,
    used: (100 * (at.length - 1)) / rate / seconds,
    overOne: over(at, 1_000, rate),
    overTen: over(at, 10_000, rate),
  }
}
