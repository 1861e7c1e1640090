import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { keyOf, type Delivery, type DeliveryCounts } from '../../src/domain/delivery.ts'
import { NotStored, type PersonRecord, type Team } from '../../src/domain/records.ts'
import { Refusal, Unconfirmed, type Feature, type Kit, type Message, type Show, type Turn } from '../../src/kit.ts'
import type { NewMailing, Sending, Store } from '../../src/ports.ts'
import { openChats } from '../../src/platform/chats.ts'
import { Connector, ConnectorError, NotConnected, NotThere } from '../../src/platform/connector.ts'
import { openLog } from '../../src/platform/log.ts'
import { openMetrics, type Metrics } from '../../src/platform/metrics.ts'
import { openOutbox, type RunningOutbox } from '../../src/platform/outbox.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aKit, aStore, keys, NOW } from '../support/kit.ts'

const T = 'tenant-1'
const KIND = 'broadcasts.send'
const SECOND = 1_000
const MINUTE = 60 * SECOND
const calendar = { zone: 'Europe/Helsinki', window: { from: '08:00', to: '16:00' }, quiet: [] }

const lines: string[] = []
const log = openLog('info', { write: (line) => void lines.push(line) })
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
/** What each mailing that was handed over should come to, by its id. */
const totals = new Map<string, number>()
beforeEach(() => {
  lines.length = 0
  totals.clear()
})

function aMailing(given: Partial<NewMailing> = {}): NewMailing {
  return {
    id: 'mailing-1',
    kind: KIND,
    does: 'post',
    message: { verb: 'broadcasts.open', broadcast: 'b1' },
    language: 'fi',
    at: NOW.toISOString(),
    atAnyHour: false,
    isSameForAll: false,
    keepsCopies: true,
    ...given,
  }
}

const pending = (to: Delivery['to']): Delivery => ({ to, state: 'pending' })
const channels = (count: number, serviceUrl: string): Delivery[] =>
  Array.from({ length: count }, (_, n) => pending({ conversation: `channel-${n}`, serviceUrl }))

function card({ language }: Turn, what: Show): Message {
  return {
    card: 'notice',
    language,
    summary: what.verb,
    show: what,
    data: { title: what.verb, paragraphs: [], offers: [] },
  } as unknown as Message
}

async function listOf(store: Store, id = 'mailing-1'): Promise<Delivery[]> {
  return Array.fromAsync(store.ledger.deliveries(T, id))
}

const statesOf = async (store: Store, id?: string) =>
  Object.fromEntries((await listOf(store, id)).map(({ to, state }) => [keyOf(to), state]))

/** Nobody is missing: every mailing has as many rows as were handed over, each in one state. */
async function expectNobodyMissing(store: Store): Promise<void> {
  for (const { id } of await store.mailings.list(T)) {
    const { total, reasons: _, ...states } = await store.ledger.counts(T, id)
    expect([id, total]).toEqual([id, totals.get(id) ?? total])
    expect(Object.values(states).reduce((sum, one) => sum + one)).toBe(total)
    expect(await listOf(store, id)).toHaveLength(total)
  }
}

describe('The outbox', () => {
  let service: MockConnector
  let connector: Connector
  let metrics: Metrics
  let store: Store
  let outbox: RunningOutbox
  let now: Date
  let shown: { turn: Turn; what: unknown }[]
  let show: Kit['show']
  let token: () => Promise<string | undefined>
  let told: { state: string; counts: DeliveryCounts }[]
  const stopped: (() => Promise<void>)[] = []

  const aClient = (more: { timeoutMs?: number } = {}) =>
    new Connector({ token: () => token(), isAllowed: () => true, metrics, isSingle: true, ...more })
  const anOutbox = (given: { rate?: number; store?: Store; watches?: NonNullable<Feature['watches']> } = {}) => {
    const render = (message: Message) => ({ type: 'AdaptiveCard', body: [{ text: message.language }] })
    const its = given.store ?? store
    const opened = openOutbox({
      connector,
      chats: openChats(connector, render, its, 'luotsi'),
      store: its,
      clock: { now: () => now },
      calendar,
      strings: () => keys,
      show: (turn, what) => {
        shown.push({ turn, what })
        return show(turn, what)
      },
      render,
      watches: {
        [KIND]: (_kit, _tenant, { state }, counts) => {
          told.push({ state, counts })
          return Promise.resolve()
        },
      },
      kit: () => aKit(),
      rate: 1000,
      metrics,
      log,
      ...given,
    })
    const post: RunningOutbox['post'] = async (tenant, mailing, deliveries) => {
      const all = [...deliveries]
      totals.set(mailing.id, all.length)
      await opened.post(tenant, mailing, all)
    }
    stopped.push(() => opened.stop())
    return { ...opened, post }
  }

  beforeEach(async () => {
    service = await aConnector()
    metrics = openMetrics()
    store = aStore()
    now = NOW
    shown = []
    told = []
    show = (turn, what) => Promise.resolve(card(turn, what as Show))
    token = () => Promise.resolve(undefined)
    connector = aClient()
    outbox = anOutbox()
  })
  afterEach(async () => {
    await Promise.all(stopped.splice(0).map((stop) => stop()))
    await expectNobodyMissing(store)
    await connector.close()
    await service.close()
  })

  const person = (id: string) => pending({ person: `aad-${id}`, userId: `29:${id}`, serviceUrl: service.url })
  const channel = (n = 1) => pending({ conversation: `channel-${n}`, serviceUrl: service.url, team: 'team-1' })
  const know = (id: string, more: Partial<PersonRecord>) =>
    store.people.change(T, `aad-${id}`, () => ({ id: `aad-${id}`, userId: `29:${id}`, ...more }))
  const knowTeam = () => {
    const team: Team = {
      id: 'team-1',
      name: 'Iltavuoro',
      serviceUrl: service.url,
      channels: [1, 2].map((n) => ({ id: `channel-${n}`, key: `key-${n}`, name: '' })),
      members: [],
    }
    return store.teams.change(T, 'team-1', () => team)
  }
  const posted = () => service.sent.filter(({ method, conversation }) => method === 'POST' && conversation !== '')
  /** Does what is due, as a moved clock does it: what has to wait longer than that is left. */
  const played = (ms = 0, work?: () => Promise<unknown>) => {
    now = new Date(now.getTime() + ms)
    return outbox.unpaced(async () => {
      await work?.()
      await outbox.startDue()
      await outbox.idle()
    })
  }
  const sent = (deliveries: Delivery[], mailing: Partial<NewMailing> = {}) =>
    played(0, () => outbox.post(T, aMailing(mailing), deliveries))
  const stateOf = async (id = 'mailing-1') => (await store.mailings.get(T, id))?.state

  it('opens a chat with a person who has none, keeps it, and posts there', async () => {
    await sent([person('maija')])
    await sent([person('maija')], { id: 'mailing-2' })
    expect(service.sent.map(({ conversation }) => conversation)).toEqual(['', 'own-chat-29:maija', 'own-chat-29:maija'])
    expect(await store.people.get(T, 'aad-maija')).toMatchObject({
      userId: '29:maija',
      ownChat: { conversation: 'own-chat-29:maija', serviceUrl: service.url },
    })
    expect(await listOf(store)).toMatchObject([
      {
        state: 'delivered',
        copy: { activity: 'activity-1', conversation: 'own-chat-29:maija', serviceUrl: service.url },
      },
    ])
    expect(await store.mailings.get(T, 'mailing-1')).toMatchObject({ state: 'ended', endedAt: NOW.toISOString() })
  })

  it('renders at delivery, in the language of the recipient, for the place it goes to', async () => {
    await know('choice', { language: 'en', locale: 'sv-FI' })
    await know('locale', { locale: 'sv-FI' })
    await know('english', { locale: 'en-US' })
    await sent(['choice', 'locale', 'english', 'nobody'].map(person))
    await sent([channel()], { id: 'mailing-2', language: 'sv' })
    const turnOf = (id: string) => shown.find(({ turn }) => turn.person.id === id)?.turn
    const languages = ['aad-choice', 'aad-locale', 'aad-english', 'aad-nobody', ''].map((id) => turnOf(id)?.language)
    expect(languages).toEqual(['en', 'sv', 'fi', 'fi', 'sv'])
    expect(turnOf('aad-choice')).toMatchObject({
      person: { tenant: T, id: 'aad-choice', userId: '29:choice', name: '' },
      place: { kind: 'own', address: { conversation: 'own-chat-29:choice', serviceUrl: service.url } },
      now: NOW,
    })
    expect(turnOf('')?.place).toMatchObject({
      kind: 'channel',
      address: { tenant: T, serviceUrl: service.url, conversation: 'channel-1' },
      team: 'team-1',
      channel: 'channel-1',
    })
    const localeIn = (id: string) => posted().find(({ conversation }) => conversation === id)?.body
    expect(localeIn('own-chat-29:choice')).toMatchObject({ locale: 'en' })
    expect(localeIn('channel-1')).toMatchObject({ locale: 'sv' })
  })

  it('renders once for all where all get the same, by language and kind of place', async () => {
    await know('inSwedish', { language: 'sv' })
    const deliveries = [...['maija', 'liisa', 'inSwedish'].map(person), channel(1), channel(2)]
    await sent(deliveries, { isSameForAll: true })
    expect(shown.map(({ turn }) => `${turn.place.kind} ${turn.language}`).sort()).toEqual([
      'channel fi',
      'own fi',
      'own sv',
    ])
    await sent(deliveries, { id: 'mailing-2' })
    expect(shown).toHaveLength(3 + 5)
    expect(posted()).toHaveLength(10)
  })

  it.each([
    { status: 201, comes: 'delivered', reason: undefined },
    { status: 200, comes: 'delivered', reason: undefined },
    ...[408, 502, 503, 504, 0].map((status) => ({ status, comes: 'unknown', reason: 'noAnswer' })),
    ...[400, 405, 500].map((status) => ({ status, comes: 'failed', reason: 'refused' })),
    { status: 403, comes: 'failed', reason: 'blocked' },
    { status: 404, comes: 'failed', reason: 'gone' },
    { status: 413, comes: 'failed', reason: 'tooLarge' },
  ])('takes an answer of $status as $comes after one attempt', async ({ status, comes, reason }) => {
    service.failNext = [{ status }]
    await sent([channel()])
    expect(await listOf(store)).toMatchObject([{ state: comes, ...(reason !== undefined && { reason }) }])
    expect(posted()).toHaveLength(1)
    expect(await stateOf()).toBe('ended')
    expect(await metrics.read()).toContain(
      `luotsi_outbox_total{kind="${KIND}",outcome="${comes}",reason="${reason ?? ''}"} 1`,
    )
  })

  it('takes a time-out as unknown, and a 2xx without an id as delivered, with nothing to correct', async () => {
    await connector.close()
    connector = aClient({ timeoutMs: 300 })
    outbox = anOutbox()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    service.answers = ({ conversation }) => (conversation === 'channel-1' ? promise : { status: 202 })
    await sent([channel(1), channel(2)])
    resolve(undefined)
    expect(await listOf(store)).toEqual([
      { ...channel(1), state: 'unknown', reason: 'noAnswer' },
      { ...channel(2), state: 'delivered' },
    ])
  })

  it.each([412, 429])('leaves what was refused with %d pending, and delivers it once later', async (status) => {
    service.failNext = [{ status }]
    await sent([channel()])
    expect(await statesOf(store)).toEqual({ 'conversation channel-1': 'pending' })
    expect(await stateOf()).toBe('waiting')
    await played(2 * SECOND)
    expect(await statesOf(store)).toEqual({ 'conversation channel-1': 'delivered' })
    expect(posted()).toHaveLength(2)
  })

  it('gives up after five 412, longer and longer apart, and after five refused connections', async () => {
    service.answers = () => ({ status: 412 })
    await sent([channel()])
    const rests: number[] = []
    for (let at = await outbox.nextStart(); at !== undefined; at = await outbox.nextStart()) {
      rests.push((at.getTime() - now.getTime()) / SECOND)
      await played(at.getTime() - now.getTime())
    }
    expect(posted()).toHaveLength(5)
    expect(rests).toHaveLength(4)
    rests.forEach((rest, n) => {
      expect(rest).toBeGreaterThanOrEqual(2 ** n)
      expect(rest).toBeLessThanOrEqual(2 ** (n + 1))
    })
    expect(await listOf(store)).toEqual([{ ...channel(), state: 'failed', reason: 'refused' }])

    const nobody = pending({ conversation: 'channel-2', serviceUrl: 'http://127.0.0.1:1' })
    await sent([nobody], { id: 'mailing-2' })
    for (let at = await outbox.nextStart(); at !== undefined; at = await outbox.nextStart()) {
      service.answers = () => undefined
      // Somebody gets through meanwhile: it is this one address.
      await sent([channel(3)], { id: `mailing-${at.getTime()}` })
      await played(at.getTime() - now.getTime())
    }
    expect(await listOf(store, 'mailing-2')).toEqual([{ ...nobody, state: 'failed', reason: 'notConnected' }])
    expect(await metrics.read()).toContain('luotsi_connector_requests_total{method="POST",status="failed"} 5')
  })

  it('pauses for all on a 401 or a token that cannot be had, and fails nobody', async () => {
    service.answers = () => ({ status: 401 })
    await sent([channel(1)])
    expect(outbox.state()).toMatchObject({ isPaused: true, running: 0 })
    await sent([channel(2)], { id: 'mailing-2' })
    expect(posted()).toHaveLength(1)
    expect([await stateOf(), await stateOf('mailing-2')]).toEqual(['waiting', 'waiting'])
    service.answers = () => undefined
    await played(MINUTE)
    expect(await statesOf(store)).toEqual({ 'conversation channel-1': 'delivered' })
    expect(await statesOf(store, 'mailing-2')).toEqual({ 'conversation channel-2': 'delivered' })

    // An address that is not taken for this machine, which needs no token.
    const abroad = pending({ conversation: 'channel-3', serviceUrl: service.url.replace('127.0.0.1', '0.0.0.0') })
    token = () => Promise.reject(new Error('the token endpoint is down'))
    await sent([abroad], { id: 'mailing-3' })
    expect(posted()).toHaveLength(3)
    expect(outbox.state().isPaused).toBe(true)
    token = () => Promise.resolve('a-token')
    await played(MINUTE)
    expect(await statesOf(store, 'mailing-3')).toEqual({ 'conversation channel-3': 'delivered' })
    expect(posted().at(-1)?.authorization).toBe('Bearer a-token')
  })

  it('waits with a message while the disk does not take where the chat is that it opened', async () => {
    const change = store.people.change.bind(store.people)
    store.people.change = () => Promise.reject(new NotStored('the disk is full'))
    await sent([person('maija')])
    expect(await statesOf(store)).toEqual({ 'person aad-maija': 'pending' })
    store.people.change = change
    await played(2 * SECOND)
    expect(await statesOf(store)).toEqual({ 'person aad-maija': 'delivered' })
    expect(posted()).toHaveLength(1)
  })

  it('asks again for a chat where it is unknown whether there is one: that repeats no message', async () => {
    service.failNext = [{ status: 504 }, { status: 0 }, { status: 429 }]
    await sent([person('maija')])
    for (let n = 0; n < 4; n += 1) await played(10 * SECOND)
    expect(await statesOf(store)).toEqual({ 'person aad-maija': 'delivered' })
    expect(service.sent.map(({ conversation }) => conversation)).toEqual([
      ...Array<string>(4).fill(''),
      'own-chat-29:maija',
    ])
  })

  it('fails where no chat can be opened, remembers that, and the others get theirs', async () => {
    service.unreachable.add('29:maija')
    await sent(['maija', 'liisa'].map(person))
    expect(await statesOf(store)).toEqual({ 'person aad-maija': 'failed', 'person aad-liisa': 'delivered' })
    expect(await store.people.get(T, 'aad-maija')).toEqual({ id: 'aad-maija', userId: '29:maija', isRetired: true })
    await sent([person('maija')], { id: 'mailing-2' })
    expect(await listOf(store, 'mailing-2')).toMatchObject([{ state: 'skipped', reason: 'retired' }])
    expect(service.sent.filter(({ conversation }) => conversation === '')).toHaveLength(2)
  })

  it('retires who blocked the bot, forgets a chat that is gone, and lets a closed channel rest', async () => {
    const ownChat = { conversation: 'own-chat-of-liisa', serviceUrl: service.url }
    await know('maija', { language: 'sv', ownChat: { ...ownChat, conversation: 'own-chat-of-maija' } })
    await know('liisa', { ownChat })
    await knowTeam()
    const answers: Record<string, number> = { 'own-chat-of-maija': 403, 'own-chat-of-liisa': 404, 'channel-1': 403 }
    service.answers = ({ conversation }) => {
      const status = answers[conversation]
      return status === undefined ? undefined : { status }
    }
    await sent([person('maija'), person('liisa'), channel(1), channel(2)])
    expect((await listOf(store)).map(({ state, reason }) => reason ?? state)).toEqual([
      'blocked',
      'gone',
      'blocked',
      'delivered',
    ])
    expect(await store.people.get(T, 'aad-maija')).toMatchObject({ isRetired: true, language: 'sv' })
    expect(await store.people.get(T, 'aad-liisa')).toEqual({ id: 'aad-liisa', userId: '29:liisa' })
    const its = (await store.teams.get(T, 'team-1'))?.channels
    expect(its?.map(({ id, isRetired }) => [id, isRetired])).toEqual([
      ['channel-1', true],
      ['channel-2', undefined],
    ])
  })

  it('leaves out at delivery who turned the kind off or wants quiet by then, but for an override, and never an opt-out', async () => {
    await know('off', { off: ['broadcasts'] })
    await know('offOther', { off: ['weekly'] })
    await know('quiet', { quietUntil: '2026-11-27' })
    await know('quietOver', { quietUntil: '2026-11-26' })
    const people = ['off', 'offOther', 'quiet', 'quietOver'].map(person)
    const reasons = async (id: string) => (await listOf(store, id)).map(({ state, reason }) => reason ?? state)
    await sent(people, { notice: 'broadcasts' })
    expect(await reasons('mailing-1')).toEqual(['optedOut', 'delivered', 'quiet', 'delivered'])
    await sent(people, { id: 'mailing-2', notice: 'broadcasts', atAnyHour: true })
    expect(await reasons('mailing-2')).toEqual(['optedOut', 'delivered', 'delivered', 'delivered'])
    await sent(people, { id: 'mailing-3' })
    expect(await reasons('mailing-3')).toEqual(Array(4).fill('delivered'))
  })

  it('keeps where its messages stand, corrects them there and takes them back', async () => {
    await sent([person('maija'), channel(1)])
    const copies = await listOf(store)
    const again = copies.map((delivery): Delivery => ({ ...delivery, state: 'pending' }))
    const withOne = [...again, channel(9)]
    service.sent.length = 0
    await sent(withOne, { id: 'correction', does: 'update' })
    expect((await listOf(store, 'correction')).map(({ state, reason }) => reason ?? state)).toEqual([
      'delivered',
      'delivered',
      'noCopy',
    ])
    expect(await listOf(store, 'correction')).toMatchObject([...copies, { state: 'failed' }])
    const requests = () => service.sent.map(({ method, activity }) => `${method} ${activity ?? ''}`).sort()
    expect(requests()).toEqual(['PUT activity-1', 'PUT activity-2'])
    service.sent.length = 0
    await sent(again, { id: 'withdrawal', does: 'remove' })
    expect(requests()).toEqual(['DELETE activity-1', 'DELETE activity-2'])
    service.canDelete = false
    await sent(again, { id: 'withdrawal-2', does: 'remove' })
    expect(requests().slice(-2)).toEqual(['PUT activity-1', 'PUT activity-2'])
    await sent([channel(2)], { id: 'mailing-2', keepsCopies: false })
    expect(await listOf(store, 'mailing-2')).toEqual([{ ...channel(2), state: 'delivered' }])
  })

  it('corrects outside the window and in spite of an opt-out: what stands there is to be true', async () => {
    await sent([person('maija')], { notice: 'broadcasts' })
    const its = (await listOf(store)).map((delivery): Delivery => ({ ...delivery, state: 'pending' }))
    await store.people.change(T, 'aad-maija', (known) => known && { ...known, off: ['broadcasts'] })
    now = new Date('2026-11-28T22:00:00Z')
    await sent(its, { id: 'correction', does: 'update', notice: 'broadcasts' })
    expect(await statesOf(store, 'correction')).toEqual({ 'person aad-maija': 'delivered' })
  })

  it('ends what is outdated by its delivery, and tells the log of what could not be made', async () => {
    show = (turn) =>
      Promise.reject(turn.place.channel === 'channel-1' ? new Refusal('closed') : new RangeError('Maija'))
    await sent([channel(1), channel(2)])
    expect((await listOf(store)).map(({ reason }) => reason)).toEqual(['outdated', 'fault'])
    expect(logged().filter(({ level }) => level === 50)).toMatchObject([{ kind: KIND, err: { kind: 'RangeError' } }])
    expect(posted()).toEqual([])
  })

  it('posts once for an id, however many ask at once, and however long the disk takes', async () => {
    const deliveries = channels(40, service.url)
    const prepare = store.ledger.prepare.bind(store.ledger)
    let writes = 0
    store.ledger.prepare = async (...all) => {
      await new Promise((resolve) => setTimeout(resolve, (writes += 1) * 5))
      return prepare(...all)
    }
    await played(0, () => Promise.all(Array.from({ length: 20 }, () => outbox.post(T, aMailing(), deliveries))))
    await sent(channels(50, service.url))
    totals.set('mailing-1', 40)
    expect(posted()).toHaveLength(40)
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ total: 40, delivered: 40 })
  })

  it('posts what could not be written the first time', async () => {
    const prepare = store.ledger.prepare.bind(store.ledger)
    store.ledger.prepare = () => Promise.reject(new NotStored('the disk is full'))
    await expect(outbox.post(T, aMailing(), [channel()])).rejects.toThrow(NotStored)
    store.ledger.prepare = prepare
    await sent([channel()])
    expect(posted()).toHaveLength(1)
  })

  it('holds until the one release, with the list that was held last', async () => {
    expect(await outbox.hold(T, aMailing(), channels(5, service.url))).toMatchObject({ total: 5, pending: 5 })
    expect(await outbox.hold(T, aMailing(), channels(3, service.url))).toMatchObject({ total: 3 })
    await played(7 * 24 * 60 * MINUTE)
    expect(posted()).toEqual([])
    expect(await outbox.release(T, 'nothing', now)).toBe(false)
    const released: boolean[] = []
    await played(0, async () => {
      released.push(...(await Promise.all(Array.from({ length: 5 }, () => outbox.release(T, 'mailing-1', now)))))
    })
    expect(released.filter(Boolean)).toHaveLength(1)
    expect(posted()).toHaveLength(3)
    await expect(outbox.hold(T, aMailing(), channels(5, service.url))).rejects.toThrow('on its way already')
  })

  it('starts at its time, and not before', async () => {
    const at = new Date(NOW.getTime() + 30 * MINUTE)
    await outbox.hold(T, aMailing(), channels(3, service.url))
    await outbox.release(T, 'mailing-1', at)
    await outbox.post(T, aMailing({ id: 'mailing-2', at: at.toISOString() }), [channel(7)])
    expect(await outbox.nextStart()).toEqual(at)
    await played(29 * MINUTE)
    expect(posted()).toEqual([])
    await played(MINUTE)
    expect(posted()).toHaveLength(4)
    expect(await outbox.nextStart()).toBeUndefined()
  })

  it('cancels a held and a waiting mailing whole', async () => {
    const at = new Date(NOW.getTime() + MINUTE)
    await outbox.hold(T, aMailing(), channels(3, service.url))
    await outbox.post(T, aMailing({ id: 'mailing-2', at: at.toISOString() }), channels(4, service.url))
    for (const id of ['mailing-1', 'mailing-2']) {
      await outbox.cancel(T, id)
      expect(await stateOf(id)).toBe('ended')
    }
    expect(await outbox.release(T, 'mailing-1', now)).toBe(false)
    await played(2 * MINUTE)
    expect(posted()).toEqual([])
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ total: 3, cancelled: 3 })
    expect(await outbox.counts(T, 'mailing-2')).toMatchObject({ total: 4, cancelled: 4 })
  })

  it('cancels what has not begun, and what comes back refused from then on', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>()
    const { promise: asked, resolve: ask } = Promise.withResolvers<undefined>()
    service.answers = async ({ conversation }) => {
      if (posted().length >= 10) ask(undefined)
      await answered
      return conversation === 'channel-0' ? { status: 429 } : conversation === 'channel-1' ? { status: 412 } : undefined
    }
    await outbox.post(T, aMailing(), channels(500, service.url))
    await asked
    await outbox.cancel(T, 'mailing-1')
    answer(undefined)
    await outbox.idle()
    const counts = await outbox.counts(T, 'mailing-1')
    const states = await statesOf(store)
    expect([states['conversation channel-0'], states['conversation channel-1']]).toEqual(['cancelled', 'cancelled'])
    expect(counts).toMatchObject({ pending: 0, sending: 0, delivered: posted().length - 2 })
    expect(counts.cancelled).toBeGreaterThan(200)
    expect(await stateOf()).toBe('ended')
    expect(told.at(-1)).toEqual({ state: 'ended', counts })
  })

  it('ends a cancelled mailing at once where all wait for a pause', async () => {
    service.answers = () => ({ status: 429, headers: { 'retry-after': '20' } })
    await outbox.post(T, aMailing(), channels(500, service.url))
    await until(() => outbox.state().isPaused)
    await outbox.cancel(T, 'mailing-1')
    await until(async () => (await stateOf()) === 'ended')
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ total: 500, cancelled: 500 })
  })

  it('sends the failed again, and the unknown, where they are asked for, and nothing while it runs', async () => {
    service.answers = ({ conversation }) =>
      conversation === 'channel-0' ? { status: 500 } : conversation === 'channel-1' ? { status: 504 } : undefined
    await sent(channels(5, service.url))
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ delivered: 3, failed: 1, unknown: 1 })
    service.answers = () => undefined
    await played(0, async () => {
      expect(await outbox.repeat(T, 'mailing-1', 'failed')).toBe(1)
      expect(await outbox.repeat(T, 'mailing-1', 'unknown')).toBe(0)
    })
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({
      delivered: 4,
      failed: 0,
      unknown: 1,
      reasons: { noAnswer: 1 },
    })
    await played(0, () => outbox.repeat(T, 'mailing-1', 'unknown'))
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ delivered: 5, total: 5 })
    expect(await outbox.repeat(T, 'mailing-1', 'failed')).toBe(0)
    expect(posted()).toHaveLength(7)
    expect(await stateOf()).toBe('ended')
  })

  it('forgets a mailing while it runs, and sends nothing more of it', async () => {
    await outbox.post(T, aMailing(), channels(500, service.url))
    await until(() => posted().length >= 20)
    await outbox.forget(T, 'mailing-1')
    const before = posted().length
    await outbox.idle()
    expect(posted()).toHaveLength(before)
    expect(before).toBeLessThan(500)
    expect([await listOf(store), await store.mailings.list(T)]).toEqual([[], []])
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ total: 0 })
    await outbox.forget(T, 'mailing-1')
  })

  it('forgets a mailing that waits for a pause without waiting for it', async () => {
    service.answers = () => ({ status: 429, headers: { 'retry-after': '20' } })
    await outbox.post(T, aMailing(), channels(100, service.url))
    await until(() => outbox.state().isPaused)
    await outbox.forget(T, 'mailing-1')
    expect([await listOf(store), await store.mailings.list(T)]).toEqual([[], []])
  })

  it('stops at the end of the window, and goes on in the next one, which it names', async () => {
    now = new Date('2026-11-27T15:59:30+02:00')
    show = (turn, what) => {
      if (shown.length === 20) now = new Date('2026-11-27T16:01:00+02:00')
      return Promise.resolve(card(turn, what as Show))
    }
    outbox = anOutbox({ rate: 200 })
    await sent(channels(200, service.url))
    const before = posted().length
    expect(before).toBeGreaterThanOrEqual(20)
    expect(before).toBeLessThanOrEqual(64)
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ pending: 200 - before, sending: 0 })
    const monday = new Date('2026-11-30T08:00:00+02:00')
    expect(await outbox.nextStart()).toEqual(monday)
    expect(await store.mailings.get(T, 'mailing-1')).toMatchObject({ state: 'waiting', at: monday.toISOString() })
    await played(MINUTE)
    expect(posted()).toHaveLength(before)
    await played(monday.getTime() - now.getTime())
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ delivered: 200 })
    expect(posted()).toHaveLength(200)
  })

  it('waits for the window where it is posted outside it, unless it may go at any hour', async () => {
    now = new Date('2026-11-28T12:00:00+02:00')
    await sent([channel(1)])
    await sent([channel(2)], { id: 'mailing-2', atAnyHour: true })
    expect(posted().map(({ conversation }) => conversation)).toEqual(['channel-2'])
    expect(await outbox.nextStart()).toEqual(new Date('2026-11-30T08:00:00+02:00'))
  })

  it('gives back what has not left when it stops, and sends the rest once after the next start', async () => {
    outbox = anOutbox({ rate: 20 })
    await outbox.post(T, aMailing(), channels(40, service.url))
    await until(() => posted().length >= 5)
    await outbox.stop()
    const { delivered, pending: left } = await outbox.counts(T, 'mailing-1')
    expect([delivered, left]).toEqual([posted().length, 40 - posted().length])
    expect(await stateOf()).toBe('running')
    outbox = anOutbox()
    await played(0, () => outbox.start())
    expect(await outbox.counts(T, 'mailing-1')).toMatchObject({ delivered: 40, unknown: 0 })
    expect([...service.copies.values()]).toEqual(Array(40).fill(1))
  })

  it('takes up what a crash left: what was being sent is unknown, what was half written is gone, the rest is sent', async () => {
    const states: Delivery[] = [{ ...channel(1), state: 'sending' }, channel(2), { ...channel(3), state: 'delivered' }]
    const { at } = aMailing()
    for (const [id, state] of Object.entries({ a: 'running', b: 'waiting', c: 'preparing', d: 'ended' } as const)) {
      await store.mailings.change(T, id, () => ({ ...aMailing({ id }), state, at }))
      await store.ledger.prepare(T, id, states)
    }
    await played(0, () => outbox.start())
    const its = ['unknown', 'delivered', 'delivered']
    for (const id of ['a', 'b', 'd']) expect([id, Object.values(await statesOf(store, id))]).toEqual([id, its])
    expect(await outbox.counts(T, 'a')).toMatchObject({ reasons: { interrupted: 1 } })
    expect((await store.mailings.list(T)).map(({ id, state }) => [id, state])).toEqual([
      ['a', 'ended'],
      ['b', 'ended'],
      ['d', 'ended'],
    ])
    expect(await listOf(store, 'c')).toEqual([])
    expect(posted().map(({ conversation }) => conversation)).toEqual(Array(3).fill('channel-2'))
  })

  it('says how many notices a person gets in a week, of what is sent or planned', async () => {
    const people = ['maija', 'liisa'].map(person)
    const inAWeek = new Date(NOW.getTime() + 7 * 24 * 60 * MINUTE)
    await know('liisa', { off: ['themes'] })
    await sent(people, { notice: 'broadcasts' })
    await sent(people, { id: 'mailing-2', notice: 'themes' })
    await sent(people, { id: 'mailing-3' })
    await outbox.hold(T, aMailing({ id: 'mailing-4', notice: 'broadcasts' }), people)
    await outbox.post(T, aMailing({ id: 'mailing-5', notice: 'broadcasts', at: inAWeek.toISOString() }), people)
    expect([...(await outbox.noticesInWeek(T, NOW))].sort()).toEqual([
      ['aad-liisa', 1],
      ['aad-maija', 2],
    ])
    expect([...(await outbox.noticesInWeek(T, inAWeek))].sort()).toEqual([
      ['aad-liisa', 1],
      ['aad-maija', 1],
    ])
    expect(await outbox.noticesInWeek('tenant-2', NOW)).toEqual(new Map())
  })

  it('sends from memory and leaves no trace of who got it', async () => {
    const sending = (id: string): Sending => ({
      kind: 'checkins.remind',
      to: { id: `aad-${id}`, userId: `29:${id}`, name: id },
      tenant: T,
      serviceUrl: service.url,
      message: { verb: 'checkins.show', round: 'r1' },
      language: 'sv',
    })
    await know('liisa', { language: 'en' })
    service.unreachable.add('29:kalle')
    service.failNext = [{ status: 429, headers: { 'retry-after': '0' } }]
    await outbox.unpaced(() => outbox.send(['maija', 'liisa', 'kalle'].map(sending)))
    expect(new Set(posted().map(({ conversation }) => conversation))).toEqual(
      new Set(['own-chat-29:maija', 'own-chat-29:liisa']),
    )
    expect(posted()).toHaveLength(2)
    expect(shown.map(({ turn }) => turn.language).sort()).toEqual(['en', 'sv'])
    expect(await store.people.list(T)).toEqual([{ id: 'aad-liisa', userId: '29:liisa', language: 'en' }])
    expect(await store.mailings.list(T)).toEqual([])
    expect(logged()).not.toContainEqual(expect.objectContaining({ msg: 'sent' }))
  })

  it('counts by kind, outcome and reason, and names no person, team or conversation', async () => {
    service.answers = ({ conversation }) =>
      conversation === 'channel-1' ? { status: 504 } : conversation === 'channel-2' ? { status: 403 } : undefined
    await sent([person('maija'), channel(0), channel(1), channel(2)])
    const text = await metrics.read()
    expect(text).toContain(`luotsi_outbox_total{kind="${KIND}",outcome="delivered",reason=""} 2`)
    expect(text).toContain(`luotsi_outbox_total{kind="${KIND}",outcome="unknown",reason="noAnswer"} 1`)
    expect(text).toContain(`luotsi_outbox_total{kind="${KIND}",outcome="failed",reason="blocked"} 1`)
    expect(logged().filter(({ msg }) => msg === 'sent')).toMatchObject([{ kind: KIND, total: 4, delivered: 2 }])
    expect(lines.join('') + text).not.toMatch(/maija|tenant-1|team-1|channel-|own-chat|mailing-1/i)
  })
})

describe('The outbox, by the clock of the process,', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW })
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  /** A service that answers by `say`, and notes when it was asked. */
  function noting(
    say: (attempt: number, conversation: string) => Promise<unknown>,
    given: { rate?: number; store?: Store; watches?: NonNullable<Feature['watches']> } = {},
  ) {
    const at: number[] = []
    const service: Pick<Connector, 'post'> = {
      async post({ conversation }) {
        at.push(performance.now())
        await say(at.length, conversation)
        return undefined
      },
    }
    const store = given.store ?? aStore()
    const outbox = openOutbox({
      connector: service as unknown as Connector,
      chats: { ownChat: ({ tenant, id }) => Promise.resolve({ tenant, serviceUrl: 's', conversation: `own-${id}` }) },
      store,
      clock: { now: () => new Date() },
      calendar,
      strings: () => keys,
      show: (turn, what) => Promise.resolve(card(turn, what as Show)),
      render: () => ({}),
      watches: {},
      kit: () => aKit(),
      rate: 1000,
      metrics: openMetrics(),
      log,
      ...given,
    })
    const post = async (deliveries: Delivery[], id = 'mailing-1') => {
      totals.set(id, deliveries.length)
      await outbox.post(T, aMailing({ id }), deliveries)
    }
    const counts = (id = 'mailing-1') => outbox.counts(T, id)
    return { outbox, at, post, counts, many: (count: number) => channels(count, 's') }
  }
  const taken = () => Promise.resolve()
  const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const most = (at: number[], within: number) =>
    Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + within).length))

  it('keeps to the rate over all who send, and uses it', async () => {
    const { at, post, many, counts, outbox } = noting(() => after(100), { rate: 30 })
    await Promise.all([post(many(300)), post(many(300), 'mailing-2')])
    const to = { id: 'aad-maija', userId: '29:maija', name: 'Maija' }
    void outbox.send([{ kind: 'x', to, tenant: T, serviceUrl: 's', message: { verb: 'x' }, language: 'fi' }])
    await jest.advanceTimersByTimeAsync(22_000)
    expect([(await counts()).delivered, (await counts('mailing-2')).delivered]).toEqual([300, 300])
    expect(at).toHaveLength(601)
    expect(most(at, SECOND)).toBeLessThanOrEqual(33)
    expect(most(at, 10 * SECOND)).toBeLessThanOrEqual(306)
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((601 / 30 / 0.98) * SECOND)
  })

  it('saves up no idle time', async () => {
    const { at, post, many } = noting(taken, { rate: 30 })
    await post(many(1))
    await jest.advanceTimersByTimeAsync(MINUTE)
    await post(many(200), 'mailing-2')
    await jest.advanceTimersByTimeAsync(5 * SECOND)
    expect(most(at, SECOND)).toBeLessThanOrEqual(33)
  })

  it('writes to the ledger for many messages at once, and uses the rate all the same', async () => {
    const store = aStore()
    const claim = store.ledger.claim.bind(store.ledger)
    const record = store.ledger.record.bind(store.ledger)
    let writes = 0
    const slowly = async () => {
      writes += 1
      await after(15)
    }
    store.ledger.claim = (...claimed) => slowly().then(() => claim(...claimed))
    store.ledger.record = (...recorded) => slowly().then(() => record(...recorded))
    const { at, post, many, counts } = noting((n) => after(50 + ((n * 37) % 100)), { rate: 200, store })
    await post(many(2_000))
    await jest.advanceTimersByTimeAsync(11 * SECOND)
    expect((await counts()).delivered).toBe(2_000)
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan((2_000 / 200 / 0.98) * SECOND)
    expect(writes).toBeLessThan((2 * 2_000) / 12)
  })

  it('has at most 64 in flight, each of them noted as being sent', async () => {
    let inFlight = 0
    const { post, many, counts } = noting(() => new Promise(() => (inFlight += 1)), { rate: 200 })
    await Promise.all([post(many(100)), post(many(100), 'mailing-2')])
    await jest.advanceTimersByTimeAsync(MINUTE)
    expect(inFlight).toBe(64)
    expect((await counts()).sending + (await counts('mailing-2')).sending).toBe(64)
  })

  it('ends a mailing whose messages are all delivered, though others take every place behind it', async () => {
    const answered = Promise.withResolvers<undefined>()
    const never = new Promise(() => undefined)
    const say = (attempt: number, to: string) => (to === 'small' ? taken() : attempt <= 64 ? answered.promise : never)
    const { outbox, post, many } = noting(say, { rate: 200 })
    const others = Array.from({ length: 100 }, (_, n) => pending({ conversation: `other-${n}`, serviceUrl: 's' }))
    await post(many(100))
    await jest.advanceTimersByTimeAsync(SECOND)
    await post([pending({ conversation: 'small', serviceUrl: 's' })], 'mailing-2')
    await post(others, 'mailing-3')
    answered.resolve(undefined)
    await jest.advanceTimersByTimeAsync(5 * SECOND)
    expect(outbox.state().running).toBe(2)
  })

  it('lets everybody pause when the service asks for it, then begin slowly, and loses nothing', async () => {
    const refusal = () => Promise.reject(new ConnectorError(429, 20_000))
    const { at, post, many, counts } = noting((attempt) => (attempt === 3 ? refusal() : taken()), { rate: 100 })
    await post(many(500))
    await post(many(500), 'mailing-2')
    await jest.advanceTimersByTimeAsync(19 * SECOND)
    expect(at).toHaveLength(3)
    await jest.advanceTimersByTimeAsync(2 * SECOND)
    const since = at.slice(3)
    expect(since.length).toBeGreaterThan(5)
    expect(most(since, SECOND)).toBeLessThanOrEqual(35)
    await jest.advanceTimersByTimeAsync(30 * SECOND)
    expect(at).toHaveLength(1001)
    expect([(await counts()).delivered, (await counts('mailing-2')).delivered]).toEqual([500, 500])
    expect(most(at, SECOND)).toBeLessThanOrEqual(110)
    expect(logged().filter(({ msg }) => String(msg).startsWith('sending pauses'))).toMatchObject([
      { level: 40, why: 'limited', seconds: 20 },
    ])
  })

  it('gives what jobs ask its place in the rate, and lets it rest in a pause', async () => {
    const refusal = () => Promise.reject(new ConnectorError(429, 20_000))
    const { at, post, many, outbox } = noting((attempt) => (attempt === 60 ? refusal() : taken()), { rate: 30 })
    const asked: number[] = []
    await post(many(300))
    const job = async () => {
      for (let n = 0; n < 50; n += 1) {
        await outbox.mayAsk(T)
        asked.push(performance.now())
      }
    }
    const jobs = Promise.all(Array.from({ length: 4 }, job))
    await jest.advanceTimersByTimeAsync(15 * SECOND)
    const pausedAt = at.at(-1) ?? 0
    expect(at).toHaveLength(60)
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((one) => one > pausedAt)).toEqual([])
    await jest.advanceTimersByTimeAsync(60 * SECOND)
    await jobs
    expect([at.length, asked.length]).toEqual([301, 200])
    expect(most([...at, ...asked], SECOND)).toBeLessThanOrEqual(33)
  })

  it('sends nothing into a pause that was asked for while others were on their way', async () => {
    const answers = [() => after(50), () => Promise.reject(new ConnectorError(429, 60_000))]
    const { at, post, many } = noting((attempt) => (answers[attempt - 1] ?? taken)(), { rate: 10 })
    await post(many(100))
    await jest.advanceTimersByTimeAsync(30 * SECOND)
    expect(at).toHaveLength(2)
  })

  it('cancels within seconds in a pause, what was claimed before it included', async () => {
    const { post, many, counts, outbox } = noting(() => Promise.reject(new ConnectorError(429, 600_000)), { rate: 10 })
    await post(many(100))
    await jest.advanceTimersByTimeAsync(5 * SECOND)
    await outbox.cancel(T, 'mailing-1')
    await jest.advanceTimersByTimeAsync(5 * SECOND)
    expect(await counts()).toMatchObject({ cancelled: 100, sending: 0, pending: 0 })
  })

  it('caps a pause of a day at a quarter of an hour, and tells the operator', async () => {
    const { at, post, many, outbox } = noting(() => Promise.reject(new ConnectorError(429, 86_400_000)))
    await post(many(1))
    for (let n = 0; n < 3; n += 1) {
      await jest.advanceTimersByTimeAsync(SECOND)
      const next = (await outbox.nextStart())?.getTime() ?? 0
      await jest.advanceTimersByTimeAsync(next - Date.now())
      await outbox.startDue()
    }
    await jest.advanceTimersByTimeAsync(SECOND)
    const gaps = at.slice(1).map((one, n) => Math.round((one - (at[n] ?? 0)) / MINUTE))
    expect(gaps).toEqual([15, 15, 15])
    expect(logged()).toContainEqual(expect.objectContaining({ level: 50, why: 'limited', asked: 86_400, seconds: 900 }))
  })

  it('does not take the weekend between two refusals for a day of trying', async () => {
    jest.setSystemTime(new Date('2026-11-27T15:55:00+02:00'))
    const { post, many, counts, outbox } = noting(
      (attempt) => (attempt <= 2 ? Promise.reject(new ConnectorError(429, 600_000)) : taken()),
      { rate: 10 },
    )
    await post(many(1))
    await jest.advanceTimersByTimeAsync(10 * MINUTE + SECOND)
    await outbox.startDue()
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await outbox.nextStart()).toEqual(new Date('2026-11-30T08:00:00+02:00'))
    jest.setSystemTime(new Date('2026-11-30T08:00:00+02:00'))
    await outbox.startDue()
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await counts()).toMatchObject({ failed: 0, pending: 1 })
    await jest.advanceTimersByTimeAsync(11 * MINUTE)
    await outbox.startDue()
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await counts()).toMatchObject({ delivered: 1 })
  })

  it('makes the pauses longer and longer of which nobody says how long', async () => {
    const { at, post, many } = noting(() => Promise.reject(new ConnectorError(429)))
    await post(many(1))
    await jest.advanceTimersByTimeAsync(25 * SECOND)
    const gaps = at.slice(1, 5).map((one, n) => one - (at[n] ?? 0))
    expect(gaps).toHaveLength(4)
    gaps.forEach((gap, n) => {
      expect(gap).toBeGreaterThanOrEqual(500 * 2 ** n)
      expect(gap).toBeLessThanOrEqual(1_010 * 2 ** n)
    })
  })

  it('waits longer and longer for one door that nobody answers, while the others go on', async () => {
    const { at, post, many, counts } = noting(
      (_, conversation) => (conversation === 'channel-0' ? Promise.reject(new NotConnected('x')) : taken()),
      { rate: 10 },
    )
    await post(many(500))
    await jest.advanceTimersByTimeAsync(2 * MINUTE)
    expect(at).toHaveLength(499 + 5)
    expect(await counts()).toMatchObject({ delivered: 499, failed: 1, reasons: { notConnected: 1 } })
  })

  it('pauses for all while nobody answers any door, and fails nobody', async () => {
    let isUp = false
    const { at, post, many, counts } = noting(() => (isUp ? taken() : Promise.reject(new NotConnected('x'))), {
      rate: 10,
    })
    await post(many(50))
    await jest.advanceTimersByTimeAsync(10 * SECOND)
    expect(at.length).toBeLessThan(20)
    isUp = true
    await jest.advanceTimersByTimeAsync(2 * MINUTE)
    expect(await counts()).toMatchObject({ delivered: 50, failed: 0 })
  })

  it('gives up what has got through to nobody for a day', async () => {
    const { at, post, many, counts, outbox } = noting(() =>
      Promise.reject(new NotConnected('x', { isUnauthorized: true })),
    )
    await post(many(1))
    for (let n = 0; n < 200; n += 1) {
      await jest.advanceTimersByTimeAsync(30 * SECOND)
      const next = await outbox.nextStart()
      if (next === undefined) continue
      await jest.advanceTimersByTimeAsync(Math.max(0, next.getTime() - Date.now()))
      await outbox.startDue()
    }
    expect(await counts()).toMatchObject({ failed: 1, reasons: { notConnected: 1 } })
    expect(at.length).toBeGreaterThan(10)
  })

  it('paces and pauses nothing while the clock is moved, what waits already included', async () => {
    const refused = new Set<string>()
    const { at, post, many, counts, outbox } = noting(
      (_, conversation) => {
        if (!/-[07]$/.test(conversation) || refused.has(conversation)) return taken()
        refused.add(conversation)
        return Promise.reject(/-0$/.test(conversation) ? new NotConnected('x') : new ConnectorError(412))
      },
      { rate: 10 },
    )
    await post(many(5))
    await jest.advanceTimersByTimeAsync(150)
    expect(at).toHaveLength(2)
    await outbox.unpaced(async () => {
      await post(many(100), 'mailing-2')
      await outbox.idle()
    })
    expect(await counts()).toMatchObject({ delivered: 4, pending: 1 })
    expect((await counts('mailing-2')).pending).toBeGreaterThan(0)
    expect((await outbox.nextStart())?.getTime()).toBeGreaterThan(Date.now())
  })

  it('is idle when what it sends and what runs behind is done, whatever comes of it', async () => {
    const { at, post, many, outbox } = noting(taken, { rate: 10 })
    outbox.behind(async () => {
      await post(many(20))
      outbox.behind(() => Promise.reject(new RangeError('a bug')))
      outbox.behind(() => post(many(10), 'mailing-2'))
    })
    let isIdle = false
    void outbox.idle().then(() => (isIdle = true))
    await jest.advanceTimersByTimeAsync(2_500)
    expect(isIdle).toBe(false)
    await jest.advanceTimersByTimeAsync(2_000)
    expect(isIdle).toBe(true)
    expect(at).toHaveLength(30)
    expect(logged().filter(({ level }) => level === 50)).toMatchObject([{ err: { kind: 'RangeError' } }])
  })

  it('tells how a mailing goes on every two seconds at most, and once when it has ended, whatever the telling comes to', async () => {
    const told: { at: number; state: string; delivered: number }[] = []
    const watches: Feature['watches'] = {
      [KIND]: (_kit, _tenant, { state }, { delivered }) => {
        told.push({ at: performance.now(), state, delivered })
        return Promise.reject(new Error('the card could not be updated'))
      },
    }
    const { post, many, counts } = noting(taken, { rate: 30, watches })
    await post(many(300))
    await jest.advanceTimersByTimeAsync(12 * SECOND)
    expect(told.length).toBeGreaterThanOrEqual(5)
    expect(told.map(({ state }) => state)).toEqual([...Array<string>(told.length - 1).fill('running'), 'ended'])
    expect(told.at(-1)?.delivered).toBe(300)
    const progress = told.slice(0, -1)
    for (const [n, { at, delivered }] of progress.entries()) {
      if (n === 0) continue
      expect(at - (progress[n - 1]?.at ?? 0)).toBeGreaterThanOrEqual(2 * SECOND)
      expect(delivered).toBeGreaterThan(progress[n - 1]?.delivered ?? 0)
    }
    expect(await counts()).toMatchObject({ delivered: 300 })
  })

  it('claims nothing more while the disk takes no outcomes, and goes on once it does', async () => {
    const store = aStore()
    const { at, post, many, counts } = noting(taken, { store })
    const record = store.ledger.record.bind(store.ledger)
    let isFull = true
    store.ledger.record = (...all) => (isFull ? Promise.reject(new NotStored('full')) : record(...all))
    await post(many(500))
    await jest.advanceTimersByTimeAsync(MINUTE)
    const before = at.length
    expect(before).toBeLessThanOrEqual(300)
    await jest.advanceTimersByTimeAsync(10 * MINUTE)
    expect(at).toHaveLength(before)
    expect(await counts()).toMatchObject({ delivered: 0, sending: before })
    isFull = false
    await jest.advanceTimersByTimeAsync(10 * SECOND)
    expect(await counts()).toMatchObject({ delivered: 500 })
    expect(at).toHaveLength(500)
  })

  it('stores the end of a mailing once the disk takes it', async () => {
    const store = aStore()
    const { post, many, outbox } = noting(taken, { store })
    const change = store.mailings.change.bind(store.mailings)
    await post(many(3))
    store.mailings.change = () => Promise.reject(new NotStored('full'))
    await jest.advanceTimersByTimeAsync(MINUTE)
    expect((await store.mailings.get(T, 'mailing-1'))?.state).toBe('running')
    store.mailings.change = change
    await jest.advanceTimersByTimeAsync(5 * SECOND)
    expect((await store.mailings.get(T, 'mailing-1'))?.state).toBe('ended')
    expect(outbox.state().running).toBe(0)
  })

  it('sends nothing that the disk does not let it claim first, and goes on once it does', async () => {
    const store = aStore()
    const { at, post, many, counts } = noting(taken, { store, rate: 100 })
    const claim = store.ledger.claim.bind(store.ledger)
    const change = store.mailings.change.bind(store.mailings)
    let isFull = false
    store.ledger.claim = (...all) => (isFull ? Promise.reject(new NotStored('full')) : claim(...all))
    store.mailings.change = (...all) => (isFull ? Promise.reject(new NotStored('full')) : change(...all))
    await post(many(500))
    await jest.advanceTimersByTimeAsync(SECOND)
    isFull = true
    await jest.advanceTimersByTimeAsync(10 * MINUTE)
    const before = at.length
    expect(before).toBeLessThan(300)
    expect(await counts()).toMatchObject({ delivered: before, sending: 0 })
    isFull = false
    await jest.advanceTimersByTimeAsync(10 * SECOND)
    expect(await counts()).toMatchObject({ delivered: 500 })
    expect(at).toHaveLength(500)
  })

  it('sends nothing more once it stops, and lets what is on its way come to its end', async () => {
    const { at, post, many, counts, outbox } = noting(() => after(5 * SECOND), { rate: 10 })
    await post(many(100))
    await jest.advanceTimersByTimeAsync(SECOND)
    const before = at.length
    let isStopped = false
    void outbox.stop().then(() => (isStopped = true))
    await jest.advanceTimersByTimeAsync(2 * SECOND)
    expect(isStopped).toBe(false)
    await jest.advanceTimersByTimeAsync(10 * SECOND)
    expect([isStopped, at.length]).toEqual([true, before])
    expect(await counts()).toMatchObject({ delivered: before, pending: 100 - before, sending: 0 })
  })

  it('says how old the oldest message is that is due', async () => {
    const { post, many, outbox } = noting(() => Promise.reject(new ConnectorError(429, 600_000)))
    expect(outbox.state()).toEqual({ oldestSeconds: 0, running: 0, isPaused: false })
    await post(many(3))
    await jest.advanceTimersByTimeAsync(5 * MINUTE)
    await outbox.startDue()
    expect(outbox.state()).toMatchObject({ isPaused: true })
  })

  it('keeps the limits of one conversation over all mailings', async () => {
    const { at, post } = noting(taken)
    for (let n = 0; n < 20; n += 1) await post(channels(1, 's'), `mailing-${n}`)
    await jest.advanceTimersByTimeAsync(MINUTE)
    expect(at).toHaveLength(20)
    expect([most(at, SECOND), most(at, 2 * SECOND), most(at, 30 * SECOND)]).toEqual([7, 8, 15])
  })

  it('remembers no refusal of a service that answered: a chat that was gone is opened anew', async () => {
    const store = aStore()
    const ownChat = { conversation: 'old', serviceUrl: 's' }
    await store.people.change(T, 'maija', () => ({ id: 'maija', userId: '29:maija', ownChat }))
    const { post, counts } = noting(
      (_, conversation) => {
        if (conversation === 'old') return Promise.reject(new NotThere('POST', 404))
        return conversation === 'own-maija' ? taken() : Promise.reject(new Unconfirmed())
      },
      { store },
    )
    const to = pending({ person: 'maija', userId: '29:maija', serviceUrl: 's' })
    await post([to])
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await counts()).toMatchObject({ failed: 1, reasons: { gone: 1 } })
    await post([to], 'mailing-2')
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await counts('mailing-2')).toMatchObject({ delivered: 1 })
  })
})

/** Looks again until it is so, for half a minute at most. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks += 1) {
    if (looks > 5_000) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
