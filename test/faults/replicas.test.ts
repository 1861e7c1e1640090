import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import type { Delivery } from '../../src/domain/delivery.ts'
import { inFlightAt } from '../../src/platform/line-out.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { temporaryFolder } from '../support/disks.ts'
import { aSender, disagreements, type RunningSender } from '../support/kills.ts'
import { MAILING, TENANT, recipients, type SenderTask } from '../support/outbox-sender.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'

/** Processes on a busy machine starve each other: where all is to be delivered, no answer and no claim is given up for that. */
const PATIENT: Partial<SenderTask> = { leaseMs: 180_000, answeredWithinMs: 60_000 }

/** Real processes that send one mailing over one PostgreSQL, and what befalls them. */
describe('Several processes on one PostgreSQL', () => {
  let server: Server
  let service: MockConnector
  let database: string
  let remove: () => void
  let task: SenderTask
  const running: RunningSender[] = []
  beforeAll(async () => {
    server = await aPostgres(['max_connections=400'])
    service = await aConnector()
  }, 60_000)
  afterAll(async () => {
    await service.close()
    await server.stop()
  })
  beforeEach(async () => {
    service.copies.clear()
    service.confirmed.clear()
    database = await server.newDatabase()
    const temporary = temporaryFolder()
    remove = temporary.remove
    task = { folder: temporary.folder, url: service.url, recipients: 1500, rate: 300, database, leaseMs: 3_000 }
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sender) => sender.end('SIGKILL')))
    remove()
  })

  const start = (given: Partial<SenderTask> = {}): RunningSender => {
    const sender = aSender({ ...task, ...given })
    running.push(sender)
    return sender
  }
  /** Starts so many, which send from now on. */
  const underWay = async (count: number, given: Partial<SenderTask> = {}): Promise<RunningSender[]> => {
    const senders = Array.from({ length: count }, () => start(given))
    await Promise.all(senders.map((sender) => sender.says('under way')))
    return senders
  }
  const list = async (): Promise<Delivery[]> => {
    const store = await aPostgresStore(server, { url: database })
    const found = await Array.fromAsync(store.ledger.deliveries(TENANT, MAILING))
    await store.close()
    return found
  }
  const sent = (): number => service.copies.values().reduce((sum, copies) => sum + copies, 0)
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await setTimeout(20)
  }
  /** What is wrong at the end, where each has its end. */
  const wrongAtTheEnd = async (): Promise<string[]> => {
    const end = await list()
    const open = end.filter(({ state }) => !['delivered', 'unknown'].includes(state))
    const all = recipients(task.recipients, service.url)
    return [...disagreements(end, all, service), ...open.map(({ state }) => `one is ${state} at the end`)]
  }
  const statesAtTheEnd = async (): Promise<Record<string, number>> =>
    Object.fromEntries([...Map.groupBy(await list(), ({ state }) => state)].map(([state, its]) => [state, its.length]))

  it('F62 send one mailing once, where twenty write and send it at the same moment', async () => {
    const senders = await underWay(20, PATIENT)
    await Promise.all(senders.map((sender) => sender.says('ended')))
    expect(await wrongAtTheEnd()).toEqual([])
    expect(await statesAtTheEnd()).toEqual({ delivered: 1500 })
  }, 180_000)

  it('F63 send nothing more where one was paused past its lease, and leave what it had to HR as unknown', async () => {
    const [paused] = await underWay(1)
    await until(() => sent() > 200)
    paused?.process.kill('SIGSTOP')
    const [other] = await underWay(1)
    await other?.says('ended')
    const before = sent()
    const { unknown = 0, ...rest } = await statesAtTheEnd()
    expect(unknown).toBeGreaterThan(0)
    expect(unknown).toBeLessThanOrEqual(inFlightAt(task.rate))
    expect(rest).toEqual({ delivered: 1500 - unknown })
    paused?.process.kill('SIGCONT')
    await paused?.says('ended')
    await setTimeout(1_000)
    // What had left before the pause may be answered after it.
    expect(sent()).toBe(before)
    expect(await statesAtTheEnd()).toEqual({ unknown, ...rest })
    expect(await wrongAtTheEnd()).toEqual([])
  }, 60_000)

  it('F69 lose and double nothing where PostgreSQL is killed and comes back while they send', async () => {
    const senders = await underWay(2)
    for (const after of [300, 800]) {
      await until(() => sent() > after)
      await server.kill()
      await setTimeout(700)
      await server.start()
    }
    await Promise.all(senders.map((sender) => sender.says('ended')))
    expect(await wrongAtTheEnd()).toEqual([])
    const { delivered = 0, unknown = 0 } = await statesAtTheEnd()
    expect(delivered + unknown).toBe(1500)
  }, 90_000)

  it('go on without the one that is killed: what it had in flight is unknown, and nobody gets it twice', async () => {
    const [killed, other] = await underWay(2)
    await until(() => sent() > 300)
    await killed?.end('SIGKILL')
    await other?.says('ended')
    expect(await wrongAtTheEnd()).toEqual([])
    expect((await statesAtTheEnd())['unknown'] ?? 0).toBeLessThanOrEqual(inFlightAt(task.rate))
  }, 60_000)

  it('are replaced one after another without a message lost, doubled or unknown', async () => {
    let [one, other] = await underWay(2, PATIENT)
    for (let turn = 0; turn < 3; turn += 1) {
      await until(() => sent() > (turn + 1) * 250)
      expect(await one?.end('SIGTERM')).toBe(0)
      ;[one, other] = [other, (await underWay(1, PATIENT))[0]]
    }
    await one?.says('ended')
    await other?.says('ended')
    expect(await wrongAtTheEnd()).toEqual([])
    expect(await statesAtTheEnd()).toEqual({ delivered: 1500 })
  }, 90_000)

  it('agree though their clocks are two hours apart, either way', async () => {
    const senders = [-7_200_000, 0, 7_200_000].map((aheadMs) => start({ ...PATIENT, aheadMs }))
    await Promise.all(senders.map((sender) => sender.says('ended')))
    expect(await wrongAtTheEnd()).toEqual([])
    expect(await statesAtTheEnd()).toEqual({ delivered: 1500 })
  }, 60_000)
})
