/**
 * What check-ins cost, on the disk that holds the folder for temporary files: an answer and a close while few and many
 * other rounds are open (the features' own code over both real stores by turns, and real keys; chats are not touched),
 * and how long a turn waits while all teams' rounds open at once (the real bot, the service played by a thread). There
 * is no peer. `answers` or `opening` runs one part.
 */
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as nodeFiles from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { AnswerBox, CheckIn, Roster, Round } from '../src/domain/records.ts'
import { answerToken, sealAnswer } from '../src/domain/sealed-answer.ts'
import { answerCheckIn } from '../src/features/checkins/answer-checkin.ts'
import { closeRound } from '../src/features/checkins/close-round.ts'
import { readContentFiles } from '../src/platform/content-files.ts'
import type { Filesystem } from '../src/platform/durable-file.ts'
import { openEmbeddedStore } from '../src/platform/embedded-store.ts'
import { openRoundKeys } from '../src/platform/round-keys.ts'
import type { Store } from '../src/ports.ts'
import { aBot } from '../test/support/bot.ts'
import { aKit, anAddress, aTurn, type FakeKit } from '../test/support/kit.ts'
import { aPostgres, aPostgresStore, type Server } from '../test/support/postgres.ts'
import { quantile } from './support/figures.ts'

const TENANT = 'tenant-1'
const OPENS = '2026-11-26T12:00:00.000Z'
const CLOSES = '2026-11-27T10:00:00.000Z'
const WEEK = '2026-W48'
const SIZES = [100, 10_000, 100_000]
const WARM_UP = 20
const ANSWERS = 300
const WRITTEN_AT_ONCE = 2_000
const CLOSINGS = 100
const TEN = Array.from({ length: 10 }, (_, n) => `person ${n}`)
const SIXTY = Array.from({ length: 60 }, (_, n) => `person ${n}`)
const TEAMS = 2_000
const ASK_EVERY_MS = 50
const BEFORE_MS = 10_000
const ASKERS = 400

/** How each is filled, without waiting for the disk, and then opened for the measurement. */
const STORES = { embedded: onFiles, PostgreSQL: onPostgres }

type Row = Record<string, number | string>
type OpenRound = { rounds: Round; rosters: Roster; answers: AnswerBox }
type Filling = { folder: string; server: Server; open: OpenRound[]; checkIns: CheckIn[]; disk: Tally }
type Tally = { syncs: number; syncMs: number; otherMs: number; bytes: number; calls: number }
type Opened = Store & { close(): Promise<void> }
/** A store in which so many other rounds are open, and what is asked of the disk by it and by the keys. */
type Office = {
  on: keyof typeof STORES
  others: number
  store: Opened
  kit: FakeKit
  disk: Tally
  keys: Tally
  answer: Row[]
  close: Row[]
}

if (isMainThread) await main()
else await playService()

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  const results: Record<string, unknown> = {
    at: new Date().toISOString(),
    node: process.version,
    cpus: cpus().length,
    loadBefore: loadavg()[0],
  }
  const isAsked = (part: string) => process.argv.length < 3 || process.argv.includes(part)
  const keep = (part: string, rows: Row[]) => {
    console.table(rows)
    results[part] = rows
    const file = join(import.meta.dirname, 'results')
    mkdirSync(file, { recursive: true })
    writeFileSync(join(file, 'check-ins.json'), `${JSON.stringify({ ...results, load: loadavg()[0] }, null, 2)}\n`)
  }
  try {
    if (isAsked('answers')) {
      const { answers, closings } = await answersAndClosings(folder)
      keep('answers', answers)
      keep('closings', closings)
    }
    if (isAsked('opening')) keep('opening', [await openingAtOnce(join(folder, 'opening'))])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function answersAndClosings(folder: string): Promise<{ answers: Row[]; closings: Row[] }> {
  const offices: Office[] = []
  const server = await aPostgres()
  for (const on of ['embedded', 'PostgreSQL'] as const)
    for (const others of SIZES) offices.push(await anOffice(join(folder, `${on}-${others}`), on, others, server))
  execFileSync('sync')
  const inTurns = async (count: number, work: (office: Office, n: number) => Promise<void>) => {
    for (let n = 0; n < count; n++)
      for (let at = 0; at < offices.length; at++) {
        const office = offices[(n + at) % offices.length]
        if (office) await work(office, n)
      }
  }
  const measured = async (office: Office, work: () => Promise<unknown>): Promise<Row> => {
    Object.assign(office.disk, noTally())
    Object.assign(office.keys, noTally())
    const start = performance.now()
    await work()
    const ms = performance.now() - start
    const { disk, keys } = office
    const keysMs = keys.syncMs + keys.otherMs
    return {
      ms,
      syncs: disk.syncs + keys.syncs,
      syncMs: disk.syncMs + keys.syncMs,
      storeOtherMs: disk.otherMs,
      keysMs,
      bytes: disk.bytes,
      restMs: ms - disk.syncMs - disk.otherMs - keysMs,
    }
  }
  await inTurns(WARM_UP + ANSWERS, async (office, n) => {
    const id = idOf('ten', Math.floor(n / TEN.length))
    const person = TEN[n % TEN.length] ?? ''
    const row = await measured(office, () =>
      answerCheckIn(turnOf(person), office.kit, { round: id, q1: '7', q2: 'na', q3: String(n % 11) }),
    )
    if (n >= WARM_UP) office.answer.push(row)
  })
  await inTurns(CLOSINGS, async (office, n) => {
    const id = idOf('sixty', n)
    const row = await measured(office, () =>
      closeRound(office.kit, TENANT, aCheckIn(`sixty ${n}`), id, new Date(CLOSES)),
    )
    const result = await office.store.results.get(TENANT, id)
    if (result?.answers !== SIXTY.length) throw new Error('a round was closed without its answers')
    office.close.push(row)
  })
  for (const { store } of offices) await store.close()
  await server.stop()
  const table = (rows: (office: Office) => Row[]) =>
    offices.map((office) => {
      const first = offices.find(({ on }) => on === office.on) ?? office
      return summary(office, rows(office), quantile(valuesOf(rows(first), 'ms'), 0.5))
    })
  return { answers: table(({ answer }) => answer), closings: table(({ close }) => close) }
}

function summary({ on, others }: Office, rows: Row[], first: number): Row {
  const median = (name: string, digits = 2) => Number(quantile(valuesOf(rows, name), 0.5).toFixed(digits))
  return {
    store: on,
    'other rounds': others,
    samples: rows.length,
    'median ms': median('ms'),
    'p99 ms': Number(quantile(valuesOf(rows, 'ms'), 0.99).toFixed(2)),
    'longest ms': Number(quantile(valuesOf(rows, 'ms'), 1).toFixed(2)),
    'to the first': Number((median('ms', 6) / first).toFixed(2)),
    syncs: median('syncs', 0),
    'in syncs ms': median('syncMs'),
    'other file calls ms': median('storeOtherMs'),
    'keys, syncs too ms': median('keysMs'),
    'rest ms': median('restMs'),
    'written KB': Number((quantile(valuesOf(rows, 'bytes'), 0.5) / 1024).toFixed(1)),
  }
}

/** Other rounds are open in it, and those that will be measured. */
async function anOffice(folder: string, on: Office['on'], others: number, server: Server): Promise<Office> {
  const start = performance.now()
  mkdirSync(folder)
  mkdirSync(join(folder, 'keys'))
  const keysTally = noTally()
  const keyRing = await openRoundKeys(join(folder, 'keys'), tallied(keysTally))
  const ids = Array.from({ length: others }, (_, n) => idOf('other', n))
  for (const id of ids) writeFileSync(join(folder, 'keys', 'rounds', `${id}.key`), randomBytes(32), { mode: 0o600 })
  const colleagues = TEN.map((name) => `${name} elsewhere ${'o'.repeat(15)}`)
  const open = ids.map((id, n) =>
    anOpenRound(aRound(id, `other ${n}`, colleagues.length), colleagues, () =>
      colleagues
        .slice(0, 6)
        .map(() => ({ token: randomBytes(32).toString('hex'), sealed: randomBytes(31).toString('base64') })),
    ),
  )
  const tens = Array.from({ length: (WARM_UP + ANSWERS) / TEN.length }, (_, n) =>
    aRound(idOf('ten', n), `ten ${n}`, TEN.length),
  )
  const sixties = Array.from({ length: CLOSINGS }, (_, n) => aRound(idOf('sixty', n), `sixty ${n}`, SIXTY.length))
  for (const { id } of [...tens, ...sixties]) await keyRing.make(id)
  const keys = new Map<string, Buffer>()
  for (const { id } of sixties) keys.set(id, (await keyRing.read(id)) ?? Buffer.alloc(32))
  open.push(...tens.map((round) => anOpenRound(round, TEN, () => [])))
  for (const round of sixties) {
    open.push(anOpenRound(round, SIXTY, ({ id }) => sealedAnswers(keys.get(id) ?? Buffer.alloc(32), id)))
  }
  const checkIns = [...tens, ...sixties].map(({ team }) => aCheckIn(team))
  const disk = noTally()
  const store = await STORES[on]({ folder: join(folder, 'data'), server, open, checkIns, disk })
  console.log(`${on}, ${others} other rounds are open: ready in ${Math.round((performance.now() - start) / 1000)} s`)
  const kit = aKit({ store, roundKeys: keyRing })
  const { questions } = (await readContentFiles('content')).content
  const library = { ...kit.library(), questions }
  return { on, others, store, kit: { ...kit, library: () => library }, disk, keys: keysTally, answer: [], close: [] }
}

function anOpenRound(round: Round, people: string[], answersOf: (round: Round) => AnswerBox['answers']): OpenRound {
  const { id } = round
  return { rounds: round, rosters: { id, people }, answers: { id, locked: false, answers: answersOf(round) } }
}

async function onFiles({ folder, open, checkIns, disk }: Filling): Promise<Opened> {
  const store = await openEmbeddedStore(folder, { files: unsynced() })
  await Promise.all(open.map(({ rounds }) => store.rounds.change(TENANT, rounds.id, () => rounds)))
  await Promise.all(open.map(({ rosters }) => store.rosters.change(TENANT, rosters.id, () => rosters)))
  await Promise.all(open.map(({ answers }) => store.answers.change(TENANT, answers.id, () => answers)))
  await Promise.all(checkIns.map((checkIn) => store.checkIns.change(TENANT, checkIn.id, () => checkIn)))
  await store.close()
  return openEmbeddedStore(folder, { files: tallied(disk) })
}

/** What it asks of the disk is the server's, and not counted. */
async function onPostgres({ server, open, checkIns }: Filling): Promise<Opened> {
  const store = await aPostgresStore(server)
  for (const checkIn of checkIns) await store.checkIns.change(TENANT, checkIn.id, () => checkIn)
  for (let at = 0; at < open.length; at += WRITTEN_AT_ONCE) {
    const some = open.slice(at, at + WRITTEN_AT_ONCE)
    for (const table of ['rounds', 'rosters', 'answers'] as const) {
      const text = `INSERT INTO luotsi.${table} (tenant, id, version, changed, body)
        SELECT $1, one->>'id', gen_random_uuid(), pg_current_xact_id(), one FROM json_array_elements($2) AS one`
      await server.sql(store.url, text, [TENANT, JSON.stringify(some.map((one) => one[table]))])
    }
  }
  await server.sql(store.url, 'VACUUM ANALYZE')
  await server.sql(store.url, 'CHECKPOINT')
  return store
}

function sealedAnswers(key: Buffer, round: string) {
  const all = SIXTY.map((person, n) => {
    const token = answerToken(key, TENANT, person, round)
    return { token, sealed: sealAnswer(key, token, [n % 11, n % 7, undefined]) }
  })
  return all.toSorted((one, other) => (one.token < other.token ? -1 : 1))
}

/** All teams open their rounds at one moment, while somebody types every 50 ms. */
async function openingAtOnce(folder: string): Promise<Row> {
  const service = new Worker(import.meta.filename)
  const url = await new Promise<string>((resolve) => service.once('message', resolve))
  const teams = Array.from({ length: TEAMS }, (_, n) => `team-${n}`)
  const people = teams.flatMap((team) => TEN.map((_, n) => `${team}-p${n}`))
  const askers = Array.from({ length: ASKERS }, (_, n) => `asker-${n}`)
  const filling = await openEmbeddedStore(folder, { files: unsynced() })
  const each = (ids: string[], write: (id: string) => Promise<unknown>) => Promise.all(ids.map(write))
  await each([...people, ...askers], (id) =>
    filling.people.change(TENANT, `aad-${id}`, () => ({
      id: `aad-${id}`,
      userId: `29:${id}`,
      locale: 'fi-FI',
      ownChat: { conversation: `own-${id}`, serviceUrl: url },
    })),
  )
  await each(teams, (id) => filling.checkIns.change(TENANT, id, () => ({ ...aCheckIn(id), serviceUrl: url })))
  await each(teams, (id) => {
    const team = { id, name: id, serviceUrl: url, channels: [], members: [] }
    return filling.teams.change(TENANT, id, () => team)
  })
  await filling.close()
  execFileSync('sync')
  const start = new Date(Date.parse(OPENS) - BEFORE_MS).toISOString()
  const bot = await aBot({ CLOCK_START: start, SEND_RATE: '1000' }, folder)
  const { aheadMs } = JSON.parse(await nodeFiles.readFile(join(folder, 'clock.json'), 'utf8')) as { aheadMs: number }
  const opensAt = Date.parse(OPENS) - aheadMs
  const asks: { at: number; ms: Promise<number> }[] = []
  let news: ServiceNews = { cards: 0, notes: 0, lastCard: 0, lastNote: 0 }
  const waiting = new Map<string, (at: number) => void>()
  service.on('message', (said: ServiceNews | { reply: string; at: number }) => {
    if ('reply' in said) waiting.get(said.reply)?.(said.at)
    else news = said
  })
  const typed = async (n: number): Promise<number> => {
    const id = askers[n % ASKERS] ?? ''
    const at = Date.now()
    const replied = new Promise<number>((resolve) => waiting.set(`own-${id}`, resolve))
    await bot.post(aMessage(id, `in-${n}`, url))
    return (await replied) - at
  }
  const asking = setInterval(() => {
    asks.push({ at: Date.now(), ms: typed(asks.length) })
  }, ASK_EVERY_MS)
  const limit = opensAt + 150_000
  while (news.cards < people.length && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 200))
  clearInterval(asking)
  const never = new Promise<number>((resolve) => setTimeout(resolve, 5_000, Infinity).unref())
  const settled = await Promise.all(asks.map(async ({ at, ms }) => ({ at, ms: await Promise.race([ms, never]) })))
  // The first second warms the bot up.
  const before = settled.filter(({ at }) => at < opensAt && at > (asks[0]?.at ?? 0) + 1_000)
  const during = settled.filter(({ at }) => at >= opensAt && at <= news.lastCard)
  const longest = during.toSorted((one, other) => other.ms - one.ms)[0]
  const errors = bot.log.filter(({ level }) => typeof level === 'number' && level >= 50).length
  await bot.stop()
  await service.terminate()
  return {
    teams: TEAMS,
    'cards out': news.cards,
    'channels told': news.notes,
    'opens to last card s': Number(((news.lastCard - opensAt) / 1000).toFixed(1)),
    'quiet: asked': before.length,
    'quiet: median ms': quantile(valuesOf(before, 'ms'), 0.5),
    'quiet: p99 ms': quantile(valuesOf(before, 'ms'), 0.99),
    'opening: asked': during.length,
    'opening: median ms': quantile(valuesOf(during, 'ms'), 0.5),
    'opening: p99 ms': quantile(valuesOf(during, 'ms'), 0.99),
    'opening: longest ms': quantile(valuesOf(during, 'ms'), 1),
    'longest asked at s': longest === undefined ? '' : Number(((longest.at - opensAt) / 1000).toFixed(1)),
    'logged errors': errors,
  }
}

type ServiceNews = { cards: number; notes: number; lastCard: number; lastNote: number }

/** The service, in a thread of its own so that it does not wait for who asks: a team's ten and their supervisor. */
async function playService(): Promise<void> {
  const news: ServiceNews = { cards: 0, notes: 0, lastCard: 0, lastNote: 0 }
  const server = createServer((request, response) => {
    const [, , conversation = '', what = ''] = (request.url ?? '').split(/[/?]/).filter(Boolean).map(decodeURIComponent)
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const at = Date.now()
      if (conversation.startsWith('own-asker')) {
        if (what === 'activities' && body.includes('attachments')) parentPort?.postMessage({ reply: conversation, at })
      } else if (what === 'activities' && conversation.startsWith('own-'))
        Object.assign(news, { cards: news.cards + 1, lastCard: at })
      else if (what === 'activities') Object.assign(news, { notes: news.notes + 1, lastNote: at })
      const members = [...TEN.map((_, n) => `${conversation}-p${n}`), 'maija'].map((id) => ({
        id: `29:${id}`,
        aadObjectId: `aad-${id}`,
        name: id,
      }))
      response.writeHead(what === 'pagedmembers' ? 200 : 201, { 'content-type': 'application/json' })
      response.end(JSON.stringify(what === 'pagedmembers' ? { members } : { id: `activity-${at}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  setInterval(() => parentPort?.postMessage({ ...news }), 100)
}

function aMessage(id: string, activity: string, serviceUrl: string) {
  return {
    type: 'message',
    id: activity,
    text: 'työkalut',
    channelId: 'msteams',
    serviceUrl,
    locale: 'fi-FI',
    from: { id: `29:${id}`, aadObjectId: `aad-${id}`, name: id },
    recipient: { id: '28:luotsi', name: 'Luotsi' },
    conversation: { id: `own-${id}`, conversationType: 'personal', tenantId: TENANT },
    channelData: { tenant: { id: TENANT } },
  }
}

function aRound(id: string, team: string, rosterSize: number): Round {
  return {
    id,
    team,
    week: WEEK,
    zone: 'Europe/Helsinki',
    opens: OPENS,
    closes: CLOSES,
    k: 5,
    number: 0,
    questions: ['C0', 'WL1', 'RE1'].map((question) => ({ id: question, version: 1 })),
    readers: aCheckIn(team).readers,
    rosterSize,
  }
}

/** Due at OPENS, as the form proposes it. */
function aCheckIn(team: string): CheckIn {
  return {
    id: team,
    key: createHash('sha256').update(team).digest('hex').slice(0, 32),
    channel: team,
    serviceUrl: 'https://service.example',
    readers: [{ id: 'aad-maija', userId: '29:maija', name: 'Maija Virtanen' }],
    schedule: { weekday: 4, time: '14:00', closeAfterHours: 22, every: 1 },
    language: 'fi',
    worksRemotely: true,
    talkOnly: false,
    leaveOut: [],
    joined: [],
    k: 5,
    firstWeek: WEEK,
    opened: 0,
    skips: [],
    next: { week: WEEK, opens: OPENS, closes: CLOSES },
    stopped: false,
    due: { open: OPENS },
  }
}

function turnOf(id: string) {
  const person = { tenant: TENANT, id, userId: `29:${id}`, name: id }
  return aTurn({ person, place: { kind: 'own', address: anAddress('own') }, now: new Date('2026-11-26T13:00:00Z') })
}

function idOf(kind: string, n: number): string {
  return createHash('sha256').update(`${kind} ${n}`).digest('hex').slice(0, 32)
}

function noTally(): Tally {
  return { syncs: 0, syncMs: 0, otherMs: 0, bytes: 0, calls: 0 }
}

/** The real disk; what is asked of it is timed. */
function tallied(tally: Tally): Filesystem {
  const timed =
    <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      const start = performance.now()
      tally.calls += 1
      try {
        return await work(...given)
      } finally {
        tally.otherMs += performance.now() - start
      }
    }
  const open = timed(nodeFiles.open)
  return {
    ...real(timed),
    async open(path, flags, mode) {
      const handle = await open(path, flags, mode)
      return {
        writeFile: timed((content: string | Buffer) => {
          tally.bytes += Buffer.byteLength(content)
          return handle.writeFile(content)
        }) as typeof handle.writeFile,
        close: timed(() => handle.close()),
        async sync() {
          const start = performance.now()
          await handle.sync()
          tally.syncs += 1
          tally.syncMs += performance.now() - start
        },
      }
    },
  }
}

function real(
  timed: <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) => (...given: Given) => Promise<T>,
) {
  const { rename, link, copyFile, rm, mkdir, readdir, readFile } = nodeFiles
  return {
    rename: timed(rename),
    link: timed(link),
    copyFile: timed(copyFile),
    rm: timed(rm),
    mkdir: timed(mkdir) as typeof mkdir,
    readdir: timed(readdir) as typeof readdir,
    readFile: timed(readFile) as typeof readFile,
  }
}

/** For filling alone. */
function unsynced(): Filesystem {
  return {
    ...nodeFiles,
    async open(path, flags, mode) {
      const handle = await nodeFiles.open(path, flags, mode)
      const writeFile: typeof handle.writeFile = (content) => handle.writeFile(content)
      return { writeFile, close: () => handle.close(), sync: () => Promise.resolve() }
    },
  }
}

function valuesOf(rows: readonly Row[], name: string): number[] {
  return rows.map((row) => Number(row[name]))
}
