import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer } from 'node:http'
import { keyOf, type Delivery } from '../../src/domain/delivery.ts'
import type { NewMailing } from '../../src/ports.ts'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/platform/embedded-store.ts'
import { openLog } from '../../src/platform/log.ts'
import { Pauses } from '../../src/platform/pauses.ts'
import { seeded } from '../support/chance.ts'
import { aConnector, type MockConnector, type ServiceAnswer } from '../support/connector.ts'
import { temporaryFolder } from '../support/disks.ts'
import { aSender, disagreements, killManyTimes, listIn, type RunningSender } from '../support/kills.ts'
import { aMailing, conversationOf, MAILING, openSender, recipients, TENANT } from '../support/outbox-sender.ts'

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const SECOND = 1_000
const MINUTE = 60 * SECOND

let service: MockConnector
let folder: string
let remove: () => void

beforeEach(async () => {
  ;({ folder, remove } = temporaryFolder())
  service = await aConnector()
})
afterEach(async () => {
  await service.close()
  remove()
})

const posts = () => service.sent.filter(({ method, conversation }) => method === 'POST' && conversation !== '')
const postsTo = (id: string) => posts().filter(({ conversation }) => conversation === id)
const copies = () => [...service.copies.values()].reduce((sum, one) => sum + one, 0)

/** Looks again until it is so, for half a minute at most. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks += 1) {
    if (looks > 5_000) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function inState(list: readonly Delivery[], state: Delivery['state']): Delivery[] {
  return list.filter((delivery) => delivery.state === state)
}

describe('A process that sends and is ended', () => {
  let running: RunningSender[] = []
  afterEach(async () => {
    await Promise.all(running.filter((one) => one.process.exitCode === null).map((one) => one.end('SIGKILL')))
    running = []
  })
  const start = (count: number, rate: number) => {
    const sender = aSender({ folder, url: service.url, recipients: count, rate })
    running.push(sender)
    return sender
  }

  it('F1 killed at 37 % of 2,000, it goes on: nobody is missing, nobody gets it twice, and those in flight are unknown', async () => {
    const all = recipients(2_000, service.url)
    const first = start(2_000, 213)
    await until(() => service.confirmed.size >= 740)
    await first.end('SIGKILL')
    const before = await listIn(folder)
    expect(disagreements(before, all, service)).toEqual([])
    expect(inState(before, 'sending').length).toBeLessThanOrEqual(64)
    expect(inState(before, 'delivered').length).toBeGreaterThan(600)
    const second = start(2_000, 1_000)
    await second.says('ended')
    expect(await second.end('SIGTERM')).toBe(0)
    const list = await listIn(folder)
    expect(disagreements(list, all, service)).toEqual([])
    const unknown = inState(list, 'unknown')
    expect(unknown.map(({ to }) => to)).toEqual(inState(before, 'sending').map(({ to }) => to))
    expect(new Set(unknown.map(({ reason }) => reason))).toEqual(new Set(unknown.length > 0 ? ['interrupted'] : []))
    expect(inState(list, 'delivered')).toHaveLength(2_000 - unknown.length)
    for (const { to } of inState(before, 'delivered')) {
      expect(list.find((one) => keyOf(one.to) === keyOf(to))?.state).toBe('delivered')
    }
  }, 90_000)

  it(`F1 killed twenty times at any moment, it loses nobody and tells nobody twice (SEED=${SEED})`, async () => {
    const count = 8_000
    const report = await killManyTimes(service, { times: 20, count, rate: 500, random: seeded(SEED) })
    expect(report.wrong).toEqual([])
    expect(report.killedUnderWay).toBeGreaterThan(15)
    expect(report.mostInFlight).toBeLessThanOrEqual(150)
    expect(inState(report.end, 'delivered').length + inState(report.end, 'unknown').length).toBe(count)
  }, 240_000)

  it('F2 killed between a request and its record, it takes the message for unknown and does not repeat it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    service.answers = ({ conversation }) => (conversation === '' ? undefined : promise)
    const first = start(5, 100)
    await until(() => posts().length === 5)
    await first.end('SIGKILL')
    resolve(undefined)
    service.answers = () => undefined
    const second = start(5, 100)
    await second.says('ended')
    await second.end('SIGTERM')
    expect((await listIn(folder)).map(({ state, reason }) => `${state} ${reason ?? ''}`)).toEqual(
      Array(5).fill('unknown interrupted'),
    )
    expect(posts()).toHaveLength(5)
  })

  it('F3 asked to stop, it lets what is on its way come to its end, exits with 0, and nothing is unknown', async () => {
    service.delayMs = 300
    const all = recipients(500, service.url)
    const first = start(500, 100)
    await until(() => service.confirmed.size >= 50)
    expect(await first.end('SIGTERM')).toBe(0)
    const list = await listIn(folder)
    expect(disagreements(list, all, service)).toEqual([])
    expect([inState(list, 'sending'), inState(list, 'unknown')]).toEqual([[], []])
    expect(inState(list, 'delivered')).toHaveLength(copies())
    service.delayMs = 0
    const second = start(500, 1_000)
    await second.says('ended')
    await second.end('SIGTERM')
    expect(inState(await listIn(folder), 'delivered')).toHaveLength(500)
    expect(copies()).toBe(500)
  })
})

describe('A broadcast over a service with faults', () => {
  const lines: string[] = []
  const log = openLog('info', { write: (line) => void lines.push(line) })
  const pausesLogged = () =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => /pauses/.test(String(msg)))
  let store: EmbeddedStore
  let now: Date
  let outbox: ReturnType<typeof openSender>['outbox']
  let closers: (() => Promise<void>)[]

  const open = (given: Partial<Parameters<typeof openSender>[0]> = {}) => {
    const sender = openSender({ store, log, rate: 200, clock: { now: () => now }, ...given })
    outbox = sender.outbox
    closers.push(
      () => sender.outbox.stop(),
      () => sender.connector.close(),
    )
  }
  beforeEach(async () => {
    lines.length = 0
    closers = []
    now = new Date('2026-11-26T12:05:00Z')
    store = await openEmbeddedStore(folder)
    open()
  })
  afterEach(async () => {
    for (const close of closers) await close()
    await store.close()
  })

  const channel = (n: number, more: object = {}): Delivery => ({
    to: { conversation: `c${n}`, serviceUrl: service.url, ...more },
    state: 'pending',
  })
  const channels = (count: number) => Array.from({ length: count }, (_, n) => channel(n))
  const personWith = (id: string): Delivery => ({
    to: { person: id, userId: `29:${id}`, serviceUrl: service.url },
    state: 'pending',
  })
  const post = (deliveries: Delivery[], given: Partial<NewMailing> = {}) =>
    outbox.post(TENANT, aMailing({ at: now.toISOString(), ...given }), deliveries)
  /** Sends what is due with a clock that stands; what has to wait is left to a later step. */
  const step = async (ms = 0, work?: () => Promise<unknown>) => {
    now = new Date(now.getTime() + ms)
    await outbox.unpaced(async () => {
      await work?.()
      await outbox.startDue()
      await outbox.idle()
    })
  }
  const sent = (deliveries: Delivery[], given?: Partial<NewMailing>) => step(0, () => post(deliveries, given))
  const list = (id = MAILING) => Array.fromAsync(store.ledger.deliveries(TENANT, id))
  const outcomes = async (id?: string) => (await list(id)).map(({ state, reason }) => reason ?? state)
  const counts = (id = MAILING) => outbox.counts(TENANT, id)

  it('F4 a storm of 429 is one pause for all, then a slow start, and nothing is lost', async () => {
    const startedAt = performance.now()
    const from = now.getTime()
    // It ticks.
    open({ rate: 100, clock: { now: () => new Date(from + performance.now() - startedAt) } })
    let isStorm = true
    let refused = 0
    service.answers = (): ServiceAnswer | undefined => {
      if (!isStorm) return undefined
      refused += 1
      return { status: 429, headers: { 'retry-after': '1' } }
    }
    await post(channels(60))
    await post(channels(60), { id: 'mailing-2' })
    // The storm goes on after the first pause.
    await until(() => pausesLogged().length === 2)
    // Those that were on their way come back.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const before = posts().length
    isStorm = false
    let whilePaused = before
    await until(() => {
      const { isPaused } = outbox.state()
      if (isPaused) whilePaused = posts().length
      return !isPaused
    })
    expect(whilePaused - before).toBeLessThanOrEqual(5)
    await outbox.idle()
    expect(await counts()).toMatchObject({ total: 60, delivered: 60 })
    expect(await counts('mailing-2')).toMatchObject({ total: 60, delivered: 60 })
    expect(posts()).toHaveLength(120 + refused)
    // Those on their way when the first came back, and not all that were claimed.
    expect(refused).toBeLessThanOrEqual(64)
    expect(copies()).toBe(120)
    expect(pausesLogged().length).toBeLessThanOrEqual(3)
  })

  it('F8 requests of which none is answered pause all, before they make a whole broadcast unknown', () => {
    let at = 0
    const pauses = new Pauses({ now: () => new Date(at) }, log, () => undefined)
    for (let n = 0; n < 15; n += 1) pauses.unanswered()
    expect(pauses.until).toBeUndefined()
    pauses.unanswered()
    const first = pauses.until?.getTime() ?? 0
    expect(first).toBeGreaterThanOrEqual(500)
    at = first + 1
    pauses.unanswered()
    expect((pauses.until?.getTime() ?? 0) - at).toBeGreaterThanOrEqual(1_000)
    pauses.answered()
    at += 60_000
    for (let n = 0; n < 15; n += 1) pauses.unanswered()
    expect(pauses.until).toBeUndefined()
  })

  it('F5 a 429 that says no length makes pauses that double, with jitter, until somebody gets through', () => {
    const grow = () => {
      let at = 0
      const pauses = new Pauses({ now: () => new Date(at) }, log, () => undefined)
      const rests = Array.from({ length: 8 }, () => {
        pauses.note({ why: 'limited' })
        const rest = (pauses.until?.getTime() ?? at) - at
        at += rest + 1
        return rest
      })
      pauses.answered()
      pauses.note({ why: 'limited' })
      return { rests, last: (pauses.until?.getTime() ?? at) - at }
    }
    const { rests, last } = grow()
    rests.forEach((rest, n) => {
      expect(rest).toBeGreaterThanOrEqual(500 * 2 ** n)
      expect(rest).toBeLessThanOrEqual(1_000 * 2 ** n)
    })
    expect(last).toBeLessThanOrEqual(1_000)
    expect(grow().rests).not.toEqual(rests)
  })

  it('F6 a pause of a day is a quarter of an hour, the operator is told, and rubbish counts as no length', async () => {
    service.answers = () => ({ status: 429, headers: { 'retry-after': '86400' } })
    await sent(channels(3))
    expect(await outbox.nextStart()).toEqual(new Date(now.getTime() + 15 * MINUTE))
    expect(pausesLogged()).toMatchObject([{ level: 50, why: 'limited', seconds: 900, asked: 86_400 }])
    for (const rubbish of ['soon', '-5', '1e400', '', 'NaN', '2099-01-01']) {
      service.answers = () => undefined
      await step(15 * MINUTE)
      service.answers = () => ({ status: 429, headers: { 'retry-after': rubbish } })
      await sent([channel(9)], { id: `mailing ${rubbish}` })
      const rest = ((await outbox.nextStart())?.getTime() ?? Infinity) - now.getTime()
      expect([rubbish, rest <= SECOND]).toEqual([rubbish, true])
    }
    service.answers = () => undefined
    await step(MINUTE)
    expect(await outcomes()).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('F7 a 504 after the message was taken leaves one copy and is unknown, until HR sends it again', async () => {
    service.answers = () => ({ status: 504, isTaken: true })
    await sent([channel(1), personWith('maija')], { at: now.toISOString() })
    // The chat of a person is asked for again: that repeats no message.
    service.answers = ({ conversation }) => (conversation === '' ? undefined : { status: 504, isTaken: true })
    for (let n = 0; n < 5; n += 1) await step(MINUTE)
    expect(await outcomes()).toEqual(['noAnswer', 'noAnswer'])
    expect([...service.copies.values()]).toEqual([1, 1])
    service.answers = () => undefined
    await step(MINUTE, () => outbox.repeat(TENANT, MAILING, 'unknown'))
    expect(await outcomes()).toEqual(['delivered', 'delivered'])
    expect([...service.copies.values()]).toEqual([2, 2])
  })

  it('F8 a service that hangs is a time-out: unknown, asked once', async () => {
    open({ timeoutMs: 300 })
    const { promise, resolve } = Promise.withResolvers<undefined>()
    service.answers = ({ conversation }) => (conversation === 'c1' ? promise : undefined)
    await sent(channels(3))
    resolve(undefined)
    expect(await outcomes()).toEqual(['delivered', 'noAnswer', 'delivered'])
    expect(postsTo('c1')).toHaveLength(1)
  })

  it('F9 a refused connection or a name that nobody knows is tried again, and delivered once it can be', async () => {
    const port = await aClosedPort()
    // Too long a label for a name: no name service is asked.
    const nowhere = `http://${'x'.repeat(64)}.invalid`
    const at = (serviceUrl: string, n: number): Delivery => ({
      to: { conversation: `c${n}`, serviceUrl },
      state: 'pending',
    })
    await sent([at(`http://127.0.0.1:${port}`, 1), at(nowhere, 2), channel(3)])
    expect((await list()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['pending', 1],
      ['pending', 1],
      ['delivered', undefined],
    ])
    const later = createServer((_request, response) => {
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"a1"}')
    })
    await new Promise<void>((resolve) => later.listen(port, '127.0.0.1', resolve))
    await step(10 * SECOND)
    later.close()
    expect((await outcomes())[0]).toBe('delivered')
    expect(copies()).toBe(1)
  })

  it('F10 a 401 in the middle pauses the whole job, fails nobody, and is not asked 1,000 times', async () => {
    open({ rate: 1000 })
    let refused = 0
    service.answers = () => {
      if (service.confirmed.size < 200) return undefined
      refused += 1
      return { status: 401 }
    }
    await sent(channels(1_000))
    expect(refused).toBeLessThanOrEqual(300)
    const { delivered, failed, unknown, pending } = await counts()
    expect([failed, unknown, delivered + pending]).toEqual([0, 0, 1_000])
    expect(pending).toBeGreaterThan(400)
    expect(pausesLogged()).toMatchObject([{ level: 50, why: 'unauthorized' }])
    service.answers = () => undefined
    await step(MINUTE)
    expect(await counts()).toMatchObject({ delivered: 1_000 })
    expect(copies()).toBe(1_000)
  })

  it('F11 a 403 is failed with its reason, and the person is left alone until there is an install event', async () => {
    const ownChat = { conversation: 'chat-of-maija', serviceUrl: service.url }
    await store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', ownChat }))
    service.answers = ({ conversation }) => (conversation === 'chat-of-maija' ? { status: 403 } : undefined)
    await sent([personWith('maija'), personWith('liisa')])
    expect(await outcomes()).toEqual(['blocked', 'delivered'])
    const before = posts().length
    await sent([personWith('maija')], { id: 'mailing-2' })
    expect(await outcomes('mailing-2')).toEqual(['retired'])
    expect(posts()).toHaveLength(before)
    expect(await store.people.get(TENANT, 'maija')).toMatchObject({ isRetired: true, ownChat })
  })

  it('F12 a 404 drops the reference, and the next message opens a chat anew', async () => {
    const ownChat = { conversation: 'old-chat', serviceUrl: service.url }
    await store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', language: 'sv', ownChat }))
    service.answers = ({ conversation }) => (conversation === 'old-chat' ? { status: 404 } : undefined)
    await sent([personWith('maija')])
    expect(await outcomes()).toEqual(['gone'])
    expect(await store.people.get(TENANT, 'maija')).toEqual({ id: 'maija', userId: '29:maija', language: 'sv' })
    await sent([personWith('maija')], { id: 'mailing-2' })
    expect(await outcomes('mailing-2')).toEqual(['delivered'])
    expect(service.copies).toEqual(new Map([['own-chat-29:maija', 1]]))
  })

  it('F14 a 412 is tried again by itself, that message alone, and delivered once', async () => {
    let refused = 0
    service.answers = ({ conversation }) => (conversation === 'c1' && ++refused <= 3 ? { status: 412 } : undefined)
    await sent(channels(3))
    expect(await outcomes()).toEqual(['delivered', 'pending', 'delivered'])
    for (let n = 0; n < 3; n += 1) await step(20 * SECOND)
    expect(await outcomes()).toEqual(['delivered', 'delivered', 'delivered'])
    expect([postsTo('c1').length, copies()]).toEqual([4, 3])
  })

  it('F16 cancelled at half it stops, and the report is exact', async () => {
    await post(channels(400))
    await until(() => service.confirmed.size >= 200)
    await outbox.cancel(TENANT, MAILING)
    const atCancel = posts().length
    await outbox.idle()
    const { total, delivered, cancelled, pending, sending } = await counts()
    expect([total, delivered + cancelled, pending, sending]).toEqual([400, 400, 0, 0])
    expect(delivered).toBe(copies())
    expect(delivered).toBeLessThanOrEqual(atCancel + 64)
    for (const delivery of inState(await list(), 'delivered')) {
      expect(service.copies.get(conversationOf(delivery))).toBe(1)
    }
    await outbox.stop()
    open()
    await step(0, () => outbox.start())
    expect(copies()).toBe(delivered)
  })

  it('F18 who joins or leaves during the run changes nothing in the list; what came of those who left is recorded', async () => {
    const people = Array.from({ length: 150 }, (_, n) => personWith(`p${n}`))
    await post(people)
    await until(() => service.confirmed.size >= 10)
    service.unreachable.add('29:p148')
    await store.people.change(TENANT, 'p149', () => ({ id: 'p149', userId: '29:p149', isRetired: true }))
    await store.people.change(TENANT, 'new', () => ({ id: 'new', userId: '29:new' }))
    await outbox.idle()
    expect((await list()).map(({ to }) => keyOf(to))).toEqual(people.map(({ to }) => keyOf(to)))
    expect((await outcomes()).slice(147)).toEqual(['delivered', 'blocked', 'retired'])
    expect(await counts()).toMatchObject({ total: 150, delivered: 148, failed: 1, skipped: 1 })
    expect(service.copies.has('own-chat-29:new')).toBe(false)
  })

  it('F19 a guest stands in the list as skipped with the reason, to the end, and gets nothing', async () => {
    const guest: Delivery = { ...personWith('guest'), state: 'skipped', reason: 'guest' }
    await sent([guest, personWith('maija')])
    expect(await outbox.repeat(TENANT, MAILING, 'failed')).toBe(0)
    expect(await list()).toMatchObject([guest, { state: 'delivered' }])
    expect(await counts()).toMatchObject({ total: 2, skipped: 1, reasons: { guest: 1 } })
    expect(service.sent.filter(({ body }) => JSON.stringify(body).includes('guest'))).toEqual([])
  })

  it('F20 a 2xx without an id is delivered, and cannot be corrected: that is said', async () => {
    const answers: ServiceAnswer[] = [{ status: 201, body: { id: 'a1' } }, { status: 200 }, { status: 202, body: {} }]
    service.answers = () => answers.shift()
    await sent([channel(1), channel(2), channel(3)])
    expect(await outcomes()).toEqual(['delivered', 'delivered', 'delivered'])
    const correction = (await list()).map((delivery): Delivery => ({ ...delivery, state: 'pending' }))
    await sent(correction, { id: 'correction', does: 'update' })
    expect(await outcomes('correction')).toEqual(['delivered', 'noCopy', 'noCopy'])
    expect(copies()).toBe(3)
  })

  it('F21 the newest address of a chat or a team is used, for a correction too', async () => {
    const old = 'http://127.0.0.1:1'
    const ownChat = { conversation: 'chat-of-maija', serviceUrl: service.url }
    await store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', ownChat }))
    const team = { id: 'team-1', name: '', serviceUrl: service.url, channels: [], members: [] }
    await store.teams.change(TENANT, 'team-1', () => team)
    const prepared: Delivery[] = [
      { to: { person: 'maija', userId: '29:maija', serviceUrl: old }, state: 'pending' },
      { to: { conversation: 'c1', serviceUrl: old, team: 'team-1' }, state: 'pending' },
    ]
    await sent(prepared)
    expect(await outcomes()).toEqual(['delivered', 'delivered'])
    const standing = prepared.map(({ to }, n): Delivery => {
      const conversation = n === 0 ? 'chat-of-maija' : 'c1'
      return { to, state: 'pending', copy: { activity: `activity-${n + 1}`, conversation, serviceUrl: old } }
    })
    await sent(standing, { id: 'correction', does: 'update' })
    expect(await outcomes('correction')).toEqual(['delivered', 'delivered'])
  })

  it('F21 a host off the list gets neither a token nor a message', async () => {
    let tokens = 0
    open({
      token: () => Promise.resolve(`token-${(tokens += 1)}`),
      isAllowed: (serviceUrl) => serviceUrl === service.url,
    })
    const elsewhere = service.url.replace('127.0.0.1', '0.0.0.0')
    await sent([{ to: { conversation: 'c1', serviceUrl: elsewhere }, state: 'pending' }, channel(2)])
    expect(await outcomes()).toEqual(['refused', 'delivered'])
    expect([tokens, posts().map(({ conversation }) => conversation)]).toEqual([0, ['c2']])
  })

  it('F22 while no token can be had all wait, nothing is asked of the service, and nobody is failed', async () => {
    let isDown = true
    open({ token: () => (isDown ? Promise.reject(new Error('the token endpoint is down')) : Promise.resolve('t1')) })
    // An address that is not taken for this machine, which gets no token.
    const abroad = service.url.replace('127.0.0.1', '0.0.0.0')
    const deliveries = Array.from({ length: 200 }, (_, n): Delivery => ({
      to: { conversation: `c${n}`, serviceUrl: abroad },
      state: 'pending',
    }))
    await sent(deliveries)
    for (let n = 0; n < 5; n += 1) await step(15 * MINUTE)
    expect(await counts()).toMatchObject({ pending: 200, failed: 0, unknown: 0 })
    expect(service.sent).toEqual([])
    expect(pausesLogged()[0]).toMatchObject({ level: 50, why: 'unauthorized' })
    isDown = false
    await step(15 * MINUTE)
    expect(await counts()).toMatchObject({ delivered: 200 })
    expect(posts().map(({ authorization }) => authorization)).toEqual(Array(200).fill('Bearer t1'))
  })
})

/** A port of this machine that was free a moment ago. */
async function aClosedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
