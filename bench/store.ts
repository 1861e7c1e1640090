/**
 * What one change costs as the records grow in number: the embedded store beside plain lowdb, which keeps all in one
 * file. One change to each in turn, so that both meet the same machine; lowdb syncs nothing, the store everything.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { JSONFilePreset } from 'lowdb/node'
import type { PersonRecord } from '../src/domain/records.ts'
import { openEmbeddedStore } from '../src/platform/embedded-store.ts'
import type { EmbeddedStore } from '../src/platform/embedded-store.ts'

const SIZES = [1_000, 10_000, 30_000]
const ROUNDS = 200
const RESULTS = join(import.meta.dirname, 'results')
const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))

try {
  const rows = []
  for (const records of SIZES) rows.push(await measured(records))
  console.table(rows)
  mkdirSync(RESULTS, { recursive: true })
  const about = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, rounds: ROUNDS }
  writeFileSync(join(RESULTS, 'store.json'), `${JSON.stringify({ ...about, rows }, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true })
}

async function measured(records: number): Promise<Record<string, number>> {
  const data = join(folder, String(records))
  const single = join(folder, `${records}.json`)
  const people = Array.from({ length: records }, (_, n) => person(n))
  const lowdb = await JSONFilePreset<{ people: Record<string, PersonRecord> }>(single, { people: {} })
  for (const one of people) lowdb.data.people[one.id] = one
  const filled = await openEmbeddedStore(data)
  await Promise.all(people.map((one) => filled.people.change('t', one.id, () => one)))
  await filled.close()
  const start = performance.now()
  const store = await openEmbeddedStore(data)
  const loaded = performance.now() - start
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const id = `person ${(round * 7919) % records}`
    const locale = `fi-${round}`
    ours.push(await timed(() => store.people.change('t', id, (now) => now && { ...now, locale })))
    theirs.push(await timed(() => lowdb.update((now) => Object.assign(now.people[id] ?? {}, { locale }))))
  }
  const newTeam = await newTeams(store, records / 3)
  await store.close()
  const sizes = readdirSync(join(data, 'people')).map((file) => statSync(join(data, 'people', file)).size)
  return {
    records,
    'store median ms': at(ours, 0.5),
    'store p99 ms': at(ours, 0.99),
    'store largest file KB': Math.round(Math.max(...sizes) / 1024),
    'store load ms': Math.round(loaded),
    'new team median ms': newTeam,
    'lowdb median ms': at(theirs, 0.5),
    'lowdb p99 ms': at(theirs, 0.99),
    'lowdb file KB': Math.round(statSync(single).size / 1024),
  }
}

/** To add a team where there are many: its index is the one file that grows with them. */
async function newTeams(store: EmbeddedStore, count: number): Promise<number> {
  const add = (n: number) => store.teams.change('t', `team ${n}`, () => team(n))
  await Promise.all(Array.from({ length: count }, (_, n) => add(n)))
  const times: number[] = []
  for (let round = 0; round < 50; round++) times.push(await timed(() => add(count + round)))
  return at(times, 0.5)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function at(times: number[], share: number): number {
  const time = times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? NaN
  return Math.round(time * 100) / 100
}

function person(n: number): PersonRecord {
  const ownChat = { conversation: `a:${'c'.repeat(100)}${n}`, serviceUrl: 'https://example.test/emea/' }
  return { id: `person ${n}`, userId: `29:${'u'.repeat(60)}${n}`, locale: 'fi-FI', ownChat }
}

function team(n: number) {
  return { id: `team ${n}`, name: `Team ${n}`, serviceUrl: 'https://example.test/', channels: [], members: ['a', 'b'] }
}
