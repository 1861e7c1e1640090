/**
 * What one change costs as the records grow in number: the embedded store beside plain lowdb, which keeps all in one
 * file. One change to each in turn, so that both meet the same machine. lowdb syncs nothing; the store syncs each
 * change and then waits for what lowdb left to the disk as well, so it is also measured alone.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { JSONFilePreset } from 'lowdb/node'
import type { PersonRecord } from '../src/domain/records.ts'
import { openEmbeddedStore } from '../src/platform/embedded-store.ts'

const SIZES = [1_000, 10_000, 30_000]
const ROUNDS = 100
const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))

try {
  const rows: Record<string, number>[] = []
  for (const records of SIZES) rows.push(await measured(records))
  console.table(rows)
  const results = join(import.meta.dirname, 'results')
  mkdirSync(results, { recursive: true })
  const about = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, load: loadavg()[0] }
  writeFileSync(join(results, 'store.json'), `${JSON.stringify({ ...about, rounds: ROUNDS, rows }, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true })
}

async function measured(records: number): Promise<Record<string, number>> {
  const data = join(folder, String(records))
  const single = join(folder, `${records}.json`)
  const lowdb = await JSONFilePreset<Record<string, PersonRecord>>(single, {})
  const filling = await openEmbeddedStore(data)
  const people = Array.from({ length: records }, (_, n) => person(n))
  lowdb.data = Object.fromEntries(people.map((one) => [one.id, one]))
  await Promise.all(people.map((one) => filling.people.change('t', one.id, () => one)))
  await Promise.all(people.slice(0, records / 3).map(({ id }) => filling.teams.change('t', id, () => team(id))))
  await filling.close()
  const [loading, store] = await timed(() => openEmbeddedStore(data))
  const change = (id: string, locale: string) => store.people.change('t', id, (now) => now && { ...now, locale })
  const alone: number[] = []
  const beside: number[] = []
  const theirs: number[] = []
  const newTeam: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const id = `person ${(round * 7919) % records}`
    alone.push((await timed(() => change(id, `sv-${round}`)))[0])
    newTeam.push((await timed(() => store.teams.change('t', `new ${round}`, () => team('new'))))[0])
  }
  for (let round = 0; round < ROUNDS; round++) {
    const id = `person ${(round * 7919) % records}`
    beside.push((await timed(() => change(id, `fi-${round}`)))[0])
    theirs.push((await timed(() => lowdb.update((all) => Object.assign(all[id] ?? {}, { locale: 'fi' }))))[0])
  }
  await store.close()
  const sizes = readdirSync(`${data}/people`).map((file) => statSync(`${data}/people/${file}`).size)
  return {
    people: records,
    'alone: median ms': at(alone, 0.5),
    'alone: p99 ms': at(alone, 0.99),
    'new team: median ms': at(newTeam, 0.5),
    'beside lowdb: median ms': at(beside, 0.5),
    'beside lowdb: p99 ms': at(beside, 0.99),
    'lowdb: median ms': at(theirs, 0.5),
    'lowdb: p99 ms': at(theirs, 0.99),
    'largest file KB': Math.round(Math.max(...sizes) / 1024),
    'lowdb file KB': Math.round(statSync(single).size / 1024),
    'load ms': Math.round(loading),
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const start = performance.now()
  const result = await work()
  return [performance.now() - start, result]
}

function at(times: number[], share: number): number {
  return Number(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]?.toFixed(2))
}

function person(n: number): PersonRecord {
  const ownChat = { conversation: `a:${'c'.repeat(100)}${n}`, serviceUrl: 'https://example.test/emea/' }
  return { id: `person ${n}`, userId: `29:${'u'.repeat(60)}${n}`, locale: 'fi-FI', ownChat }
}

function team(id: string) {
  return {
    id,
    name: id,
    serviceUrl: 'https://example.test/',
    channels: [],
    members: [
      { id: 'a', userId: '29:a' },
      { id: 'b', userId: '29:b' },
    ],
  }
}
