import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import { aBot, aDataDir, anActor, removeFolder, until, type Actor, type RunningBot } from '../support/bot.ts'
import { aTeamWith, moveTo, roundOf, starts } from '../support/check-ins.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { fillTables } from '../support/hindered.ts'
import { aPostgres, type Server } from '../support/postgres.ts'
import { aLine, balanced, pressedUntilTaken, type Line } from '../support/replicas.ts'

const MONDAY = '2026-11-23T09:00:00+02:00'
const OPENS = '2026-11-26T14:00:00+02:00'
const CLOSES = '2026-11-27T12:00:00+02:00'
const CONNECTIONS = 40

let server: Server
let line: Line
let connector: MockConnector
let content: Awaited<ReturnType<typeof aLightContent>>
let url: string
let keys: string
const bots: RunningBot[] = []

/** One more bot on the database, over the line. */
async function another(): Promise<RunningBot> {
  const env = { DATABASE_URL: line.urlOf(url), KEYS_DIR: keys, CONTENT_DIR: content.dir, CLOCK_START: MONDAY }
  return aBot(env)
}

beforeAll(async () => {
  ;[server, connector, content, keys] = await Promise.all([
    aPostgres([`max_connections=${CONNECTIONS}`]),
    aConnector(),
    aLightContent(),
    aDataDir(),
  ])
  line = await aLine(server.port)
  url = await server.newDatabase()
  bots.push(...(await Promise.all([another(), another()])))
}, 60_000)
afterAll(async () => {
  await Promise.all(bots.map((bot) => bot.stop()))
  await Promise.all([connector.close(), line.close()])
  await server.stop()
  await Promise.all([content.remove(), ...[keys, ...bots.map(({ dataDir }) => dataDir)].map(removeFolder)])
}, 60_000)

const sql = (text: string) => server.sql(url, text)
const actor = (id: string, bot: RunningBot = balanced(bots)): Actor => anActor(bot, connector, { id, name: id })
const wishes = async (): Promise<unknown[]> => (await sql('SELECT body FROM luotsi.wishes')).map(({ body }) => body)

/** Somebody wishes for a tool, and again until it is taken; how often the wish was refused. */
const wish = (id: string, need: string): Promise<number> =>
  pressedUntilTaken(() => actor(id).presses('tools.request', { need }))

describe('Two bots on one PostgreSQL', () => {
  beforeEach(async () => {
    await sql('TRUNCATE luotsi.wishes')
  })

  it('F69 keep every answer and wish that they thanked for, once, where PostgreSQL is killed while they come', async () => {
    const house = { bot: bots[0] as RunningBot, connector, env: {} }
    const members = Array.from({ length: 12 }, (_, at) => `vastaaja-${at}`)
    await aTeamWith(house, 'tiimi', ['johtaja', ...members])
    await starts(house, 'tiimi', 'johtaja')
    for (const bot of bots) await moveTo({ ...house, bot }, OPENS)
    await until(() => connector.sent.some(({ conversation }) => conversation === 'own-chat-29:vastaaja-11'))
    const round = roundOf(house, 'vastaaja-11')
    let taken = 0
    const refused = { times: 0 }
    // Each answers again and again, one press after another: the last one that was thanked for counts.
    const last = 9
    const answering = members.map(async (id, at) => {
      for (let times = 0; times <= last; times += 1) {
        const choice = String(times === last ? at % 11 : (at + times) % 11)
        const press = () => actor(id).presses('checkins.answer', { round, q1: choice, q2: choice, q3: 'na' })
        refused.times += await pressedUntilTaken(press)
        await wish(id, `Toive ${times}`)
        taken += 1
      }
    })
    for (const after of [20, 60]) {
      await until(() => taken > after)
      await server.kill()
      await setTimeout(1_500)
      await server.start()
    }
    await Promise.all(answering)
    const all = (await wishes()) as { need: string }[]
    expect(all).toHaveLength(members.length * (last + 1))
    await moveTo(house, CLOSES)
    const [{ body: result } = {}] = await sql('SELECT body FROM luotsi.results')
    // 0 + 1 + … + 10 + 0 of twelve.
    expect(result).toMatchObject({ answers: 12, figures: [{ mean: 4.6 }, { mean: 4.6 }, {}] })
  }, 120_000)

  const ANSWERS = [fi.refusals.storage, '']
  /** One press each of so many, at once: the texts that they were answered with, empty for a card. */
  const textsOf = async (people: readonly string[]): Promise<string[]> => {
    const pressed = await Promise.all(people.map((id) => actor(id).presses('tools.request', { need: 'Toive' })))
    return pressed.map(({ text, status }) => (status === 200 ? text : `${status}`))
  }
  const six = Array.from({ length: 6 }, (_, at) => `painaja-${at}`)
  const many = Array.from({ length: 40 }, (_, at) => `monta-${at}`)
  const ready = async (): Promise<number[]> =>
    Promise.all(bots.map(async (bot) => (await fetch(`${bot.url}/readyz`)).status))
  const untilReady = async (): Promise<void> => {
    while ((await ready()).some((status) => status !== 200)) await setTimeout(100)
  }
  /** All are taken again, by each bot, without anybody doing anything. */
  const isWell = async (): Promise<void> => {
    for (const [at, bot] of bots.entries()) {
      const id = `terve-${at}`
      expect((await actor(id, bot).presses('tools.request', { need: 'Toive' })).text).toBe('')
      expect(await wishes()).toContainEqual(expect.objectContaining({ need: 'Toive' }))
    }
    await untilReady()
  }
  const connections = async (): Promise<unknown[]> =>
    (await sql(`SELECT pid FROM pg_stat_activity WHERE application_name = 'luotsi'`)).map(({ pid }) => pid)
  const endConnections = () =>
    sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'luotsi'`)

  it('F69 say in the person’s language that nothing was stored while PostgreSQL is gone, and are not ready', async () => {
    await server.kill()
    expect(new Set(await textsOf(six))).toEqual(new Set([fi.refusals.storage]))
    expect(await ready()).toEqual([503, 503])
    await server.start()
    expect(await wishes()).toEqual([])
    await isWell()
  }, 90_000)

  it('F69 take what is pressed where the connections that they have lead nowhere any more', async () => {
    // As many connections as there can be.
    await textsOf(many)
    line.silence()
    for (const bot of bots)
      expect((await actor('yksin', bot).presses('tools.request', { need: 'Yksin' })).text).toBe('')
    expect(new Set(await textsOf(six))).toEqual(new Set(['']))
    await isWell()
  }, 60_000)

  it('F69 answer within the limit where no connection leads anywhere', async () => {
    line.silence()
    line.isOpen = false
    expect(new Set(await textsOf(six))).toEqual(new Set([fi.refusals.storage]))
    line.isOpen = true
    await isWell()
  }, 60_000)

  it('F69 take all that more people press than there are connections, where each waits for a lock', async () => {
    const held = new pg.Client({ connectionString: url })
    await held.connect()
    await held.query('BEGIN; LOCK TABLE luotsi.wishes IN SHARE MODE')
    const texts = textsOf(many)
    await setTimeout(2_000)
    await held.end()
    expect(new Set(await texts)).toEqual(new Set(['']))
    expect(await wishes()).toHaveLength(40)
  }, 60_000)

  it('F69 answer where PostgreSQL takes no more connections, and go on when it does again', async () => {
    const others: pg.Client[] = []
    await endConnections()
    for (let isFull = false; !isFull;) {
      const other = new pg.Client({ connectionString: url })
      other.on('error', () => undefined)
      isFull = await other.connect().then(
        () => others.push(other) === 0,
        () => true,
      )
    }
    await endConnectionsBy(others[0])
    const texts = new Set(await textsOf(six))
    expect([...texts].every((text) => ANSWERS.includes(text))).toBe(true)
    await Promise.all(others.map((other) => other.end()))
    await isWell()
  }, 60_000)

  it('F69 show nothing as saved where the disk of the database is full', async () => {
    const clear = await fillTables(url, ['wishes', 'people'])
    expect(new Set(await textsOf(six))).toEqual(new Set([fi.refusals.storage]))
    expect(await wishes()).toEqual([])
    await clear()
    await isWell()
  }, 60_000)

  it('F69 follow a failover: no connection to a server that has become a standby is left, where what is read is old', async () => {
    const name = new URL(url).pathname.slice(1)
    // Of whom nothing has to be written when they only read.
    await textsOf(many)
    await sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    await endConnections()
    expect(new Set(await textsOf(six))).toEqual(new Set([fi.refusals.storage]))
    // It answers what only reads, over as many connections as there can be.
    const readBy = (bot: RunningBot) => many.map((id) => actor(id, bot).presses('themes.list'))
    await Promise.all(bots.flatMap(readBy))
    const standing = await connections()
    expect(standing.length).toBeGreaterThan(10)
    // From now on a new connection is one to the new server.
    await server.sql(url, `BEGIN READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only; COMMIT`)
    await isWell()
    while ((await connections()).some((pid) => standing.includes(pid))) await setTimeout(100)
  }, 60_000)

  it('are replaced one after another without a press lost', async () => {
    const balancer = balanced(bots)
    const isOver = { is: false }
    const people = Array.from({ length: 8 }, (_, at) => `vaihto-${at}`)
    const counts = people.map(async (id) => {
      let count = 0
      for (; !isOver.is; count += 1) {
        expect((await actor(id, balancer).presses('tools.request', { need: `Toive ${count}` })).text).toBe('')
      }
      return count
    })
    for (const [at, bot] of [...bots].entries()) {
      const next = await another()
      bots.splice(at, 1, next)
      expect(await bot.stop('SIGTERM')).toBe(0)
      await removeFolder(bot.dataDir)
    }
    isOver.is = true
    const pressed = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    expect(pressed).toBeGreaterThan(20)
    expect(await wishes()).toHaveLength(pressed)
  }, 60_000)
})

/** Ends the bots' connections at a server that has none left for who would do it from outside. */
async function endConnectionsBy(client: pg.Client | undefined): Promise<void> {
  await client?.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'luotsi'`)
}
