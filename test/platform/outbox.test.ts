import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  Unconfirmed,
  Unreachable,
  type Address,
  type Message,
  type Sending,
  type Store,
  type Turn,
} from '../../src/kit.ts'
import { openChats } from '../../src/platform/chats.ts'
import { Connector, ConnectorError, NotConnected } from '../../src/platform/connector.ts'
import { openLog } from '../../src/platform/log.ts'
import { openMetrics, type Metrics } from '../../src/platform/metrics.ts'
import { openOutbox } from '../../src/platform/outbox.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aStore, keys, NOW } from '../support/kit.ts'

const KIND = 'checkins.open'
const lines: string[] = []
const log = openLog('info', { write: (line) => void lines.push(line) })
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
beforeEach(() => {
  lines.length = 0
})

type Chats = Parameters<typeof openOutbox>[0]['chats']

function outboxOf(chats: Chats, given: { rate?: number; store?: Store } = {}) {
  const metrics = openMetrics()
  const store = given.store ?? aStore()
  const clock = { now: () => NOW }
  return {
    metrics,
    store,
    ...openOutbox({ chats, store, clock, strings: () => keys, rate: 1000, metrics, log, ...given }),
  }
}

function message(turn: Turn): Promise<Message> {
  const { language } = turn
  return Promise.resolve({
    card: 'notice',
    language,
    summary: 'x',
    show: { verb: 'welcome.notice', notice: 'stale' },
    data: { title: 'x', paragraphs: [], offers: [] },
  } as unknown as Message)
}

function toPerson(id: string, more: Partial<Sending> = {}, serviceUrl = 'https://service.example'): Sending {
  const person = { id: `aad-${id}`, userId: `29:${id}`, name: id }
  return { kind: KIND, to: { person, tenant: 'tenant-1', serviceUrl }, message, language: 'fi', ...more }
}

function toChannel(conversation: string, serviceUrl = 'https://service.example'): Sending {
  return { kind: KIND, to: { tenant: 'tenant-1', serviceUrl, conversation }, message, language: 'sv' }
}

const many = (count: number): Sending[] => Array.from({ length: count }, (_, n) => toChannel(`channel-${n}`))

describe('The outbox', () => {
  let service: MockConnector
  let connector: Connector
  let metrics: Metrics
  let outbox: ReturnType<typeof outboxOf>
  beforeEach(async () => {
    service = await aConnector()
    metrics = openMetrics()
    connector = new Connector({
      token: () => Promise.resolve(undefined),
      isAllowed: () => true,
      metrics,
      isSingle: true,
    })
    const store = aStore()
    outbox = outboxOf(
      openChats(connector, () => ({ type: 'AdaptiveCard', body: [] }), store, 'luotsi'),
      { store },
    )
  })
  afterEach(async () => {
    await connector.close()
    await service.close()
  })
  const person = (id: string, more: Partial<Sending> = {}) => toPerson(id, more, service.url)
  const posted = () => service.sent.filter(({ conversation }) => conversation !== '')
  const outcome = async (sending: Sending) => {
    const { total: _total, ...counts } = await outbox.unpaced(() => outbox.send([sending]))
    return Object.entries(counts).find(([, count]) => count === 1)?.[0]
  }

  it('opens a chat with a person who has none, once, and posts one message there', async () => {
    expect(await outbox.send([person('maija')])).toEqual({ total: 1, delivered: 1, failed: 0, unknown: 0 })
    await outbox.send([person('maija')])
    expect(service.sent.map(({ conversation }) => conversation)).toEqual(['', 'own-chat-29:maija', 'own-chat-29:maija'])
    expect(await outbox.store.people.get('tenant-1', 'aad-maija')).toMatchObject({ userId: '29:maija' })
  })

  it('asks for a message at its delivery, in the language of the person, for the place it goes to', async () => {
    const known = (id: string, more: object) =>
      outbox.store.people.change('tenant-1', `aad-${id}`, () => ({ id: `aad-${id}`, userId: `29:${id}`, ...more }))
    await known('choice', { language: 'en', locale: 'sv-FI' })
    await known('locale', { locale: 'sv-FI' })
    await known('english', { locale: 'en-US' })
    const turns: Turn[] = []
    const noted = (turn: Turn) => {
      turns.push(turn)
      return message(turn)
    }
    for (const id of ['choice', 'locale', 'english', 'nobody']) await outbox.send([person(id, { message: noted })])
    await outbox.send([{ ...toChannel('channel-1', service.url), message: noted }])
    expect(turns.map(({ language }) => language)).toEqual(['en', 'sv', 'fi', 'fi', 'sv'])
    expect(turns[0]).toMatchObject({
      person: { tenant: 'tenant-1', id: 'aad-choice', userId: '29:choice' },
      place: { kind: 'own', address: { conversation: 'own-chat-29:choice', serviceUrl: service.url } },
      now: NOW,
    })
    expect(turns[4]?.place).toEqual({
      kind: 'channel',
      address: { tenant: 'tenant-1', serviceUrl: service.url, conversation: 'channel-1' },
    })
    expect(posted().map(({ body }) => (body as { locale?: string }).locale)).toEqual(['en', 'sv', 'fi', 'fi', 'sv'])
  })

  it.each([
    { status: 200, comes: 'delivered', posts: 1 },
    ...[408, 502, 503, 504, 0].map((status) => ({ status, comes: 'unknown', posts: 1 })),
    ...[400, 401, 403, 404, 413, 500].map((status) => ({ status, comes: 'failed', posts: 1 })),
    ...[412, 429].map((status) => ({ status, comes: 'failed', posts: 5 })),
  ])('takes an answer of $status as $comes after $posts attempts', async ({ status, comes, posts }) => {
    service.failNext = Array.from({ length: 20 }, () => ({ status, headers: { 'retry-after': '86400' } }))
    expect(await outcome(toChannel('channel-1', service.url))).toBe(comes)
    expect(posted()).toHaveLength(posts)
  })

  it.each([412, 429])('delivers once what was refused with %d at first', async (status) => {
    service.failNext = [{ status }, { status }]
    expect(await outcome(toChannel('channel-1', service.url))).toBe('delivered')
    expect(posted()).toHaveLength(3)
  })

  it('asks again for a chat where it is unknown whether there is one: that repeats no message', async () => {
    service.failNext = [{ status: 504 }, { status: 0 }, { status: 429 }]
    expect(await outcome(person('maija'))).toBe('delivered')
    expect(service.sent.map(({ conversation }) => conversation)).toEqual([
      ...Array<string>(4).fill(''),
      'own-chat-29:maija',
    ])
  })

  it('fails where no chat can be opened, and the others get theirs', async () => {
    service.unreachable.add('29:maija')
    const counts = await outbox.send(['maija', 'liisa'].map((id) => person(id)))
    expect(counts).toEqual({ total: 2, delivered: 1, failed: 1, unknown: 0 })
    expect(posted().map(({ conversation }) => conversation)).toEqual(['own-chat-29:liisa'])
  })

  it('tries five times where nobody answers the door', async () => {
    await service.close()
    const before = service.sent.length
    expect(await outcome(toChannel('channel-1', service.url))).toBe('failed')
    expect(service.sent).toHaveLength(before)
    const requests = await metrics.read()
    expect(requests).toContain('luotsi_connector_requests_total{method="POST",status="failed"} 5')
  })
})

describe('The outbox, by the clock of the process,', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  /** Chats that answer by `say`, and note when. */
  function noting(say: (attempt: number, to: Address) => Promise<unknown>) {
    const at: number[] = []
    const chats: Chats = {
      ownChat: () => Promise.reject(new Error('not asked for')),
      async post(to) {
        at.push(performance.now())
        await say(at.length, to)
        return undefined
      },
    }
    return { at, chats }
  }
  const taken = () => Promise.resolve()
  const most = (at: number[], within: number) =>
    Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + within).length))
  const gaps = (at: number[]) => at.slice(1).map((one, n) => one - (at[n] ?? 0))

  it('keeps to the rate over all who send, and uses it', async () => {
    const { at, chats } = noting(() => new Promise((resolve) => setTimeout(resolve, 400)))
    const outbox = outboxOf(chats, { rate: 30 })
    const sent = Promise.all([
      outbox.send(many(300)),
      outbox.send(many(300)),
      ...many(10).map((one) => outbox.send([one])),
    ])
    await jest.advanceTimersByTimeAsync(21_000)
    expect((await sent).map(({ delivered }) => delivered).reduce((sum, one) => sum + one)).toBe(610)
    expect(most(at, 1_000)).toBeLessThanOrEqual(33)
    expect(most(at, 10_000)).toBeLessThanOrEqual(306)
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((610 / 30 / 0.98) * 1000)
  })

  it('saves up no idle time', async () => {
    const { at, chats } = noting(taken)
    const outbox = outboxOf(chats, { rate: 30 })
    void outbox.send(many(1))
    await jest.advanceTimersByTimeAsync(60_000)
    void outbox.send(many(200))
    await jest.advanceTimersByTimeAsync(5_000)
    expect(most(at, 1_000)).toBeLessThanOrEqual(33)
  })

  it('has at most 64 in flight', async () => {
    let inFlight = 0
    const { chats } = noting(() => new Promise(() => (inFlight += 1)))
    const outbox = outboxOf(chats)
    void outbox.send(many(100))
    void outbox.send(many(100))
    await jest.advanceTimersByTimeAsync(60_000)
    expect(inFlight).toBe(64)
  })

  it('lets everybody pause when the service asks for it, and loses nothing', async () => {
    const { at, chats } = noting((attempt) =>
      attempt === 3 ? Promise.reject(new ConnectorError(429, 30_000)) : taken(),
    )
    const outbox = outboxOf(chats, { rate: 100 })
    const sent = outbox.send(many(50))
    await jest.advanceTimersByTimeAsync(29_000)
    expect(at).toHaveLength(3)
    await jest.advanceTimersByTimeAsync(2_000)
    expect(await sent).toMatchObject({ delivered: 50 })
    expect(at).toHaveLength(51)
    expect(most(at.slice(3), 1_000 / 10)).toBeLessThanOrEqual(16)
  })

  it('caps a pause of a day at a minute, and grows the pauses of which nobody says how long', async () => {
    const day = noting(() => Promise.reject(new ConnectorError(429, 86_400_000)))
    void outboxOf(day.chats).send(many(1))
    await jest.advanceTimersByTimeAsync(600_000)
    for (const gap of gaps(day.at)) expect(Math.round(gap / 1000)).toBe(60)
    expect(day.at).toHaveLength(5)
    const silent = noting(() => Promise.reject(new ConnectorError(412)))
    void outboxOf(silent.chats).send(many(1))
    await jest.advanceTimersByTimeAsync(600_000)
    expect(silent.at).toHaveLength(5)
    gaps(silent.at).forEach((gap, n) => {
      expect(gap).toBeGreaterThanOrEqual(500 * 2 ** n)
      expect(gap).toBeLessThanOrEqual(1_010 * 2 ** n)
    })
  })

  it('waits longer and longer for a door that nobody answers, while the others go on', async () => {
    const { at, chats } = noting((_, { conversation }) =>
      conversation === 'channel-0' ? Promise.reject(new NotConnected()) : taken(),
    )
    const outbox = outboxOf(chats)
    const sent = outbox.send(many(20))
    await jest.advanceTimersByTimeAsync(100)
    expect(at).toHaveLength(20)
    await jest.advanceTimersByTimeAsync(60_000)
    expect(at).toHaveLength(24)
    expect(await sent).toMatchObject({ delivered: 19, failed: 1 })
  })

  it('paces and pauses nothing while the clock is moved, what waits already included', async () => {
    const refused = new Set<string>()
    const { at, chats } = noting((_, { conversation }) => {
      if (refused.has(conversation)) return taken()
      refused.add(conversation)
      return Promise.reject(/-[07]$/.test(conversation) ? new NotConnected() : new ConnectorError(429, 86_400_000))
    })
    const outbox = outboxOf(chats, { rate: 10 })
    const before = outbox.send(many(5))
    await jest.advanceTimersByTimeAsync(150)
    expect(at).toHaveLength(2)
    const counts = await outbox.unpaced(async () => {
      const during = await outbox.send(many(100))
      await outbox.idle()
      return during
    })
    expect([counts.delivered, (await before).delivered]).toEqual([100, 5])
    const after = outbox.send(many(5))
    await jest.advanceTimersByTimeAsync(500)
    expect(await after).toMatchObject({ delivered: 5 })
  })

  it('is idle when what it sends and what runs behind is done, whatever comes of it', async () => {
    const { at, chats } = noting(taken)
    const outbox = outboxOf(chats, { rate: 10 })
    outbox.behind(async () => {
      await outbox.send(many(20))
      outbox.behind(() => Promise.reject(new RangeError('a bug')))
      outbox.behind(() => outbox.send(many(10)).then(() => undefined))
    })
    let isIdle = false
    void outbox.idle().then(() => (isIdle = true))
    await jest.advanceTimersByTimeAsync(2_500)
    expect(isIdle).toBe(false)
    await jest.advanceTimersByTimeAsync(1_000)
    expect(isIdle).toBe(true)
    expect(at).toHaveLength(30)
    expect(logged().filter(({ level }) => level === 50)).toMatchObject([{ err: { kind: 'RangeError' } }])
  })

  it('counts by kind and outcome, and names no person, team or conversation', async () => {
    const ends = [taken, () => Promise.reject(new Unconfirmed()), () => Promise.reject(new Unreachable())]
    const { chats } = noting((attempt) => (ends[attempt % 3] ?? taken)())
    const outbox = outboxOf(chats)
    const ownChat = { conversation: 'own-chat', serviceUrl: 'https://service.example' }
    await outbox.store.people.change('tenant-1', 'aad-maija', () => ({ id: 'aad-maija', userId: '29:maija', ownChat }))
    const faulty: Sending = { ...toChannel('channel-9'), message: () => Promise.reject(new RangeError('of Maija')) }
    const sent = outbox.send([...many(5), toPerson('maija'), faulty])
    await jest.advanceTimersByTimeAsync(1_000)
    expect(await sent).toEqual({ total: 7, delivered: 2, unknown: 2, failed: 3 })
    const text = await outbox.metrics.read()
    expect(text).toContain('luotsi_outbox_total{kind="checkins.open",outcome="delivered"} 2')
    expect(text).toContain('luotsi_outbox_total{kind="checkins.open",outcome="unknown"} 2')
    expect(text).toContain('luotsi_outbox_total{kind="checkins.open",outcome="failed"} 3')
    expect(logged().filter(({ msg }) => msg === 'sent')).toMatchObject([{ kind: KIND, total: 7, delivered: 2 }])
    expect(lines.join('') + text).not.toMatch(/maija|tenant-1|channel-|own-chat/i)
  })
})
