/**
 * A region: 10,000 teams of ten whose check-ins all open on one Thursday at 14.00, as one tenant and as 300, served by
 * two real bots over one PostgreSQL; the service answers after 100 ms, from a thread. People press at a steady pace
 * meanwhile: the card of the themes until they have the check-in's card, then their answer. SCALE is the part of the
 * region, RATE what all tenants together are sent in a second, PRESSES how many people press in a second.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { Pool } from 'undici'
import type { CheckIn } from '../src/domain/records.ts'
import { aBot, until, type RunningBot } from '../test/support/bot.ts'
import { aPostgres, aPostgresStore, type Server } from '../test/support/postgres.ts'
import { cpuOf, memoryOf, over, quantile, round } from './support/figures.ts'

const SCALE = Number(process.env['SCALE'] ?? 0.1)
const RATE = Number(process.env['RATE'] ?? 300)
const PRESSES = Number(process.env['PRESSES'] ?? 20)
const TEAMS = Math.round(10_000 * SCALE)
const MEMBERS = 10
const TENANTS = Math.max(2, Math.round(300 * SCALE))
const BOTS = 2
const LATENCY_MS = 100
const OPENS = '2026-11-26T12:00:00.000Z'
const CLOSES = '2026-11-27T10:00:00.000Z'
const WEEK = '2026-W48'
/** Two starts on a busy machine. */
const BEFORE_MS = 90_000
/** The start is over by then: from here on the bots are idle but for presses. */
const QUIET_MS = 15_000
const LOOK_EVERY_MS = 500
/** Nothing more comes. */
const SILENT_MS = 120_000
const FILLED_AT_ONCE = 64

type Card = { team: number; member: number; round: string }
/** A request as the service got it; `card` where it brought a check-in. */
type Arrival = { at: number; what: 'members' | 'note' | 'card' | 'other'; team: number; card?: Card }
type Pressed = { at: number; ms: number; what: 'theme' | 'answer'; isTaken: boolean }

if (isMainThread) await main()
else await playService()

async function main(): Promise<void> {
  const parts = { one: 1, many: TENANTS }
  const asked = Object.entries(parts).filter(([part]) => process.argv.length < 3 || process.argv.includes(part))
  const rows: object[] = []
  for (const [, tenants] of asked) {
    // A server of its own each: what one has left, the other would clean up.
    const server = await aPostgres()
    try {
      rows.push(await region(server, tenants))
    } finally {
      await server.stop()
    }
    for (const row of rows) console.table(row)
    const folder = join(import.meta.dirname, 'results')
    mkdirSync(folder, { recursive: true })
    const machine = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, load: loadavg() }
    writeFileSync(join(folder, 'region.json'), `${JSON.stringify({ ...machine, scale: SCALE, rows }, null, 2)}\n`)
  }
  process.exit(0)
}

async function region(server: Server, tenants: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  const arrivals: Arrival[] = []
  const service = new Worker(import.meta.filename)
  const url = await new Promise<string>((resolve) => service.once('message', resolve))
  service.on('message', (some: Arrival[]) => arrivals.push(...some))

  const database = await server.newDatabase()
  const fillSeconds = await fillStore(server, { database, url, tenants })
  const opensAt = Date.now() + BEFORE_MS
  const bots = await Promise.all(
    Array.from({ length: BOTS }, (_, n) => {
      const dataDir = join(folder, String(n))
      mkdirSync(dataDir)
      writeFileSync(join(dataDir, 'clock.json'), JSON.stringify({ aheadMs: Date.parse(OPENS) - opensAt }))
      return aBot(
        {
          DATABASE_URL: database,
          KEYS_DIR: join(folder, 'keys'),
          SEND_RATE: String(Math.max(1, Math.round(RATE / tenants))),
          ALLOWED_TENANTS: Array.from({ length: tenants }, (_, tenant) => `tenant-${tenant}`).join(),
        },
        dataDir,
      )
    }),
  )
  process.once('exit', () => {
    for (const bot of bots) bot.process.kill('SIGKILL')
  })
  const memory: { at: number; mb: number[] }[] = []
  const sampling = setInterval(() => memory.push({ at: Date.now(), mb: bots.map(memoryOfBot) }), LOOK_EVERY_MS)
  const people = aPublic(bots, { url, tenants, arrivals })
  if (Date.now() > opensAt - QUIET_MS) throw new Error('the bots started too slowly for this bench')
  await setTimeout(opensAt - QUIET_MS - Date.now())
  people.begin()
  await setTimeout(opensAt - Date.now())

  const busyBefore = machineTime()
  const cpuBefore = bots.map(cpuOfBot)
  const all = TEAMS * (MEMBERS + 1)
  const count = async (text: string) => Number((await server.sql(database, text))[0]?.['count'])
  let openedAt: number | undefined
  let cpuOpened = cpuBefore
  const messages = () => arrivals.filter(({ what }) => what === 'note' || what === 'card')
  for (let heardAt = Date.now(), heard = 0; Date.now() - heardAt < SILENT_MS;) {
    await setTimeout(LOOK_EVERY_MS)
    if (openedAt === undefined && (await count('SELECT count(*) FROM luotsi.rounds')) === TEAMS) {
      openedAt = Date.now()
      cpuOpened = bots.map(cpuOfBot)
    }
    if (arrivals.length > heard) heardAt = Date.now()
    heard = arrivals.length
    if (messages().length >= all) break
  }
  const cpuDrained = bots.map(cpuOfBot)
  // Each process finds out that nothing of a mailing is left: much at once, where there is one a team.
  const underWay = `SELECT count(*) FROM luotsi.mailings WHERE body->>'state' <> 'ended'`
  const patience = Date.now() + SILENT_MS
  let left = await count(underWay)
  for (; left > 0 && Date.now() < patience; left = await count(underWay)) await setTimeout(LOOK_EVERY_MS)
  const endedAt = left > 0 ? NaN : Date.now()
  const cpuAfter = bots.map(cpuOfBot)
  const busy = machineTime()
  const presses = await people.end()
  const open = await count(`SELECT count(*) FROM luotsi.deliveries WHERE state IN ('pending', 'sending')`)
  const delivered = await count(`SELECT count(*) FROM luotsi.deliveries WHERE state = 'delivered'`)
  const answers = await count(`SELECT sum(json_array_length(body->'answers')) AS count FROM luotsi.answers`)
  clearInterval(sampling)
  const errors = bots.flatMap(({ log }) => log).filter(({ level }) => Number(level) >= 50)
  for (const { msg } of errors.slice(0, 3)) console.log(msg)
  await Promise.all(bots.map((bot) => bot.stop()))
  await service.terminate()
  rmSync(folder, { recursive: true, force: true })

  const sent = messages().map(({ at }) => at)
  // A job that asks for a roster takes a place of the rate too.
  const paced = arrivals.filter(({ what }) => ['members', 'note', 'card'].includes(what))
  const leaving = paced.map(({ at }) => at)
  const [first = NaN] = sent
  const last = sent.at(-1) ?? NaN
  const rosters = arrivals.filter(({ what }) => what === 'members').map(({ at }) => at)
  const seconds = (from: number, to: number) => round((to - from) / 1_000)
  const cpuSeconds = (from: number[], to: number[]) => to.map((micro, n) => round((micro - (from[n] ?? 0)) / 1e6))
  const between = (from: number, to: number) => memory.filter(({ at }) => at >= from && at < to)
  const quiet = between(opensAt - QUIET_MS, opensAt).at(-1)?.mb ?? []
  const most = bots.map((_, n) => Math.max(...between(opensAt, Infinity).map(({ mb }) => mb[n] ?? 0)))
  return {
    teams: TEAMS,
    tenants,
    'permitted rate, all tenants': RATE,
    'filling s': fillSeconds,
    'all rounds open after s': openedAt === undefined ? NaN : seconds(opensAt, openedAt),
    'rosters asked in 1 s, most': mostWithin(rosters, 1_000),
    'first message after s': seconds(opensAt, first),
    'last message after s': seconds(opensAt, last),
    'messages arrived': sent.length,
    'messages expected': all,
    'noted as delivered': delivered,
    'still open': open,
    'all mailings ended after s': seconds(opensAt, endedAt),
    'used %': round((100 * (leaving.length - 1)) / RATE / ((last - (leaving[0] ?? NaN)) / 1_000)),
    'used % of the middle half': usedInTheMiddle(leaving),
    'used % by a tenant, median': round(quantile(usedByTenants(paced, tenants), 0.5)),
    'used % by a tenant, least': round(quantile(usedByTenants(paced, tenants), 0)),
    'over in 10 s %': over(leaving, 10_000, RATE),
    ...pressFigures('quiet', presses, opensAt - QUIET_MS, opensAt),
    ...pressFigures('opening', presses, opensAt, openedAt ?? Infinity),
    ...pressFigures('draining', presses, first, last),
    ...pressFigures('settling', presses, last, Infinity),
    'presses refused': presses.filter(({ isTaken }) => !isTaken).length,
    'answers pressed': presses.filter(({ what, isTaken }) => what === 'answer' && isTaken).length,
    'answers kept': answers,
    'MB idle': quiet.join(' '),
    'MB most': most.join(' '),
    'MB at the end': memory.at(-1)?.mb.join(' '),
    'CPU s of the bots, opening': cpuSeconds(cpuBefore, cpuOpened).join(' '),
    'CPU s of the bots, draining': cpuSeconds(cpuOpened, cpuDrained).join(' '),
    'CPU s of the bots, settling': cpuSeconds(cpuDrained, cpuAfter).join(' '),
    'cores busy % meanwhile': round((100 * (busy.busy - busyBefore.busy)) / (busy.all - busyBefore.all)),
    'logged errors': errors.length,
  }
}

/** Through the store's own API; commits are not waited for while it is filled. */
async function fillStore(
  server: Server,
  { database, url, tenants }: { database: string; url: string; tenants: number },
): Promise<number> {
  const began = performance.now()
  const name = database.slice(database.lastIndexOf('/') + 1)
  await server.sql(database, `ALTER DATABASE ${name} SET synchronous_commit = off`)
  const store = await aPostgresStore(server, { url: database, connections: 20 })
  const teams = Array.from({ length: TEAMS }, (_, n) => n).values()
  const lane = async (): Promise<void> => {
    for (const n of teams) {
      const tenant = tenantOf(n, tenants)
      const members = Array.from({ length: MEMBERS }, (_, member) => personId(n, member))
      const ids = [...members, leadOf(n)]
      await Promise.all([
        ...members.map((id) =>
          store.people.change(tenant, `aad-${id}`, () => ({
            id: `aad-${id}`,
            userId: `29:${id}`,
            locale: 'fi-FI',
            ownChat: { conversation: `own-${id}`, serviceUrl: url },
          })),
        ),
        store.teams.change(tenant, teamId(n), () => ({
          id: teamId(n),
          name: `Kotihoito ${n}`,
          serviceUrl: url,
          channels: [{ id: teamId(n), key: `key-${n}`, name: '' }],
          members: ids.map((id) => ({ id: `aad-${id}`, userId: `29:${id}` })),
        })),
        store.checkIns.change(tenant, teamId(n), () => aCheckIn(n, url)),
      ])
    }
  }
  await Promise.all(Array.from({ length: FILLED_AT_ONCE }, lane))
  await store.close()
  await server.sql(database, `ALTER DATABASE ${name} RESET synchronous_commit`)
  await server.sql(database, 'VACUUM ANALYZE')
  await server.sql(database, 'CHECKPOINT')
  return round((performance.now() - began) / 1_000)
}

/** Presses of many people, at moments that do not wait for the answers to earlier ones; to each of the bots in turn. */
function aPublic(
  bots: readonly RunningBot[],
  { url, tenants, arrivals }: { url: string; tenants: number; arrivals: readonly Arrival[] },
) {
  const pools = bots.map((bot) => new Pool(bot.url, { connections: 256 }))
  const done: Pressed[] = []
  let under = 0
  let number = 0
  let looked = 0
  let timer: NodeJS.Timeout | undefined
  const nextCard = (): Card | undefined => {
    for (; looked < arrivals.length; looked += 1) {
      const card = arrivals[looked]?.card
      if (card === undefined) continue
      looked += 1
      return card
    }
    return undefined
  }
  const press = async (): Promise<void> => {
    const card = nextCard()
    const n = (number += 1)
    const { team, member } = card ?? { team: n % TEAMS, member: n % MEMBERS }
    const data = card && { round: card.round, q1: String(n % 11), q2: 'na', q3: String(n % 7) }
    const action = { type: 'Action.Execute', verb: card ? 'checkins.answer' : 'themes.list', data: data ?? {} }
    const at = Date.now()
    const began = performance.now()
    const { statusCode, body } = await (pools[n % pools.length] as Pool).request({
      method: 'POST',
      path: '/api/messages',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aPress({ team, member, n, url, tenants }, action)),
    })
    const said = await body.text()
    const isTaken = statusCode === 200 && said.includes('application/vnd.microsoft.card.adaptive')
    done.push({ at, ms: performance.now() - began, what: card ? 'answer' : 'theme', isTaken })
  }
  return {
    begin() {
      timer = setInterval(() => {
        under += 1
        press()
          .catch(() => done.push({ at: Date.now(), ms: Infinity, what: 'theme', isTaken: false }))
          .finally(() => (under -= 1))
      }, 1_000 / PRESSES)
    },
    async end(): Promise<Pressed[]> {
      clearInterval(timer)
      await until(() => under === 0)
      await Promise.all(pools.map((pool) => pool.close()))
      return done
    },
  }
}

function aPress(
  { team, member, n, url, tenants }: { team: number; member: number; n: number; url: string; tenants: number },
  action: object,
): object {
  const id = personId(team, member)
  const tenant = tenantOf(team, tenants)
  return {
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: `in-${n}`,
    value: { action, trigger: 'manual' },
    channelId: 'msteams',
    serviceUrl: url,
    locale: 'fi-FI',
    from: { id: `29:${id}`, aadObjectId: `aad-${id}`, name: id },
    recipient: { id: '28:luotsi', name: 'Luotsi' },
    conversation: { id: `own-${id}`, conversationType: 'personal', tenantId: tenant },
    channelData: { tenant: { id: tenant } },
  }
}

function pressFigures(when: string, presses: readonly Pressed[], from: number, to: number): Record<string, number> {
  const its = presses.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms)
  return {
    [`${when}: presses`]: its.length,
    [`${when}: p50 ms`]: round(quantile(its, 0.5)),
    [`${when}: p95 ms`]: round(quantile(its, 0.95)),
    [`${when}: p99 ms`]: round(quantile(its, 0.99)),
    [`${when}: longest ms`]: round(quantile(its, 1)),
  }
}

function mostWithin(at: readonly number[], ms: number): number {
  // Over a rate of one, in per cent.
  return Math.round((over(at, ms, 1) / 100 + 1) * (ms / 1_000))
}

/** Between a quarter and three quarters of the requests: neither the beginning, while mailings are written, nor the tail. */
function usedInTheMiddle(at: readonly number[]): number {
  const from = Math.floor(at.length / 4)
  const to = Math.floor((at.length * 3) / 4)
  return round((100 * (to - from)) / RATE / (((at[to] ?? NaN) - (at[from] ?? NaN)) / 1_000))
}

/** Of its own rate, from its first request to its last: the last tenant begins later than the first. */
function usedByTenants(messages: readonly Arrival[], tenants: number): number[] {
  const its = Map.groupBy(messages, ({ team }) => team % tenants)
  return Array.from(its.values(), (some) => {
    const seconds = ((some.at(-1)?.at ?? NaN) - (some[0]?.at ?? NaN)) / 1_000
    return (100 * (some.length - 1)) / (RATE / tenants) / seconds
  })
}

function cpuOfBot(bot: RunningBot): number {
  return cpuOf(bot.process.pid ?? 0)
}

function memoryOfBot(bot: RunningBot): number {
  return memoryOf(bot.process.pid ?? 0)
}

/** Of all that the machine does, in ticks. */
function machineTime(): { busy: number; all: number } {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/ +/)
  const ticks = fields.slice(0, 8).map(Number)
  const all = ticks.reduce((sum, one) => sum + one, 0)
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all }
}

function tenantOf(team: number, tenants: number): string {
  return `tenant-${team % tenants}`
}

function teamId(n: number): string {
  return `team-${n}`
}

function personId(team: number, member: number): string {
  return `p${team}-${member}`
}

/** Who leads ten teams. */
function leadOf(team: number): string {
  return `lead-${Math.floor(team / 10)}`
}

/** Due at OPENS, as the form proposes it. */
function aCheckIn(n: number, serviceUrl: string): CheckIn {
  return {
    id: teamId(n),
    key: `check-in-${n}`,
    channel: teamId(n),
    serviceUrl,
    readers: [{ id: `aad-${leadOf(n)}`, userId: `29:${leadOf(n)}`, name: 'Maija Virtanen' }],
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

/** The service: it knows who is in a team by the name of the team, and tells what it got ten times a second. */
async function playService(): Promise<void> {
  let arrivals: Arrival[] = []
  let last = 0
  const server = createServer((request, response) => {
    const [, , conversation = '', what = ''] = (request.url ?? '').split(/[/?]/).filter(Boolean).map(decodeURIComponent)
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      arrivals.push(arrivalOf(conversation, what, pieces))
      const team = Number(conversation.slice('team-'.length))
      const ids = [...Array.from({ length: MEMBERS }, (_, member) => personId(team, member)), leadOf(team)]
      const members = ids.map((id) => ({ id: `29:${id}`, aadObjectId: `aad-${id}`, name: id }))
      const isRoster = what === 'pagedmembers'
      const answer = JSON.stringify(isRoster ? { members } : { id: `activity-${(last += 1)}` })
      globalThis.setTimeout(() => {
        response.writeHead(isRoster ? 200 : 201, { 'content-type': 'application/json' })
        response.end(answer)
      }, LATENCY_MS)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  setInterval(() => {
    if (arrivals.length > 0) parentPort?.postMessage(arrivals)
    arrivals = []
  }, 100)
}

function arrivalOf(conversation: string, what: string, pieces: readonly Buffer[]): Arrival {
  const at = Date.now()
  if (conversation.startsWith('team-')) {
    const team = Number(conversation.slice('team-'.length))
    return { at, what: what === 'pagedmembers' ? 'members' : 'note', team }
  }
  const [team = -1, member = -1] = conversation.slice('own-p'.length).split('-').map(Number)
  const round = /"round":"([0-9a-f]{32})"/.exec(Buffer.concat(pieces).toString())?.[1]
  if (round === undefined) return { at, what: 'other', team }
  return { at, what: 'card', team, card: { team, member, round } }
}
