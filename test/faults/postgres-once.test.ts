import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { openRounds } from '../../src/features/checkins/open-rounds.ts'
import { closeRounds } from '../../src/features/checkins/close-rounds.ts'
import { remindSilent } from '../../src/features/checkins/remind-silent.ts'
import { breaksIn } from '../../src/domain/audit.ts'
import type { Job, Kit } from '../../src/kit.ts'
import { openAudit, readAudit } from '../../src/platform/audit.ts'
import type { RunningOutbox } from '../../src/platform/outbox.ts'
import { openPeers } from '../../src/platform/postgres/peers.ts'
import type { PostgresStore } from '../../src/platform/postgres/store.ts'
import { openRoundKeys } from '../../src/platform/round-keys.ts'
import { shuffle } from '../../src/platform/shuffle.ts'
import { aDesk, type Desk } from '../support/check-in-desk.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { temporaryFolder } from '../support/disks.ts'
import { aTurn } from '../support/kit.ts'
import { openSender } from '../support/outbox-sender.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'

const TENANT = 'tenant-1'
const PROCESSES = 20
const PEOPLE = Array.from({ length: 12 }, (_, at) => `p${at}`)
const OPENS = '2026-11-26T14:00:00+02:00'
const REMINDS = '2026-11-27T09:00:00+02:00'
const CLOSES = '2026-11-27T12:00:00+02:00'

/** What a process has of its own: a desk over its store, its outbox and its view of the keys. */
type Process = { store: PostgresStore; outbox: RunningOutbox; desk: Desk; close: () => Promise<void> }

/** Twenty that come to a moment together, and none of which has the lease: what is in the store alone keeps them apart. */
describe('Twenty processes that run the same job at the same moment', () => {
  const log = pino({ level: 'silent' })
  const { folder, remove } = temporaryFolder()
  const clock = { now: () => new Date(moment) }
  let moment = '2026-11-23T09:00:00+02:00'
  let server: Server
  let service: MockConnector
  let url: string
  let processes: Process[]

  const aProcess = async (): Promise<Process> => {
    const store = await aPostgresStore(server, { url, connections: 3 })
    const { outbox, connector } = openSender({ store, rate: 1000, log, clock, peers: openPeers(store, log) })
    const given: Partial<Kit> = { store, outbox, shuffle, roundKeys: await openRoundKeys(folder), clock }
    const close = async () => {
      await outbox.stop()
      await connector.close()
      await store.close()
    }
    await outbox.start()
    return { store, outbox, desk: aDesk(PEOPLE, given), close }
  }

  /** All run it at once; then each has sent what it has to. */
  const all = async (at: string, job: Job): Promise<void> => {
    moment = at
    await Promise.all(processes.map(({ desk }) => job.run(clock.now(), desk.kit)))
    await Promise.all(processes.map(({ outbox }) => outbox.idle()))
  }
  const first = (): Process => processes[0] as Process
  const copies = (ids: readonly string[]): number[] => ids.map((id) => service.copies.get(`own-chat-29:${id}`) ?? 0)

  beforeAll(async () => {
    ;[server, service] = await Promise.all([aPostgres(), aConnector()])
    url = await server.newDatabase()
    await (await aPostgresStore(server, { url })).close()
    processes = await Promise.all(Array.from({ length: PROCESSES }, aProcess))
    const { desk, store } = first()
    await desk.starts()
    // The mock service takes the place of the one that the team was met at.
    await store.checkIns.change(TENANT, 'team-1', (known) => known && { ...known, serviceUrl: service.url })
  }, 60_000)
  afterAll(async () => {
    await Promise.all(processes.map(({ close }) => close()))
    await Promise.all([service.close(), server.stop()])
    remove()
  })

  it('F62 open one round with one roster, one key and one card for each', async () => {
    await all(OPENS, openRounds)
    const { rounds, rosters, answers, mailings } = first().store
    expect((await mailings.list(TENANT)).map(({ kind }) => kind).sort()).toEqual(['checkins.card', 'checkins.channel'])
    for (const kept of [rounds, rosters, answers]) expect(await kept.list(TENANT)).toHaveLength(1)
    expect(readdirSync(join(folder, 'rounds'))).toHaveLength(1)
    expect(copies(PEOPLE)).toEqual(PEOPLE.map(() => 1))
    expect(service.copies.get('team-1')).toBe(1)
  }, 60_000)

  it('F62 take each answer once, whichever of them it comes to', async () => {
    const answering = PEOPLE.slice(0, 6).flatMap((id, at) =>
      processes.map(({ desk }) => desk.answers(id, [String(at), String(at), 'na'])),
    )
    expect(new Set(await Promise.all(answering))).toEqual(new Set(['thanks']))
    const [box] = await first().store.answers.list(TENANT)
    expect(box?.answers).toHaveLength(6)
  }, 60_000)

  it('F62 remind each of those who are silent once, and nobody else', async () => {
    await all(REMINDS, remindSilent)
    expect(copies(PEOPLE)).toEqual(PEOPLE.map((_, at) => (at < 6 ? 1 : 2)))
  }, 60_000)

  it('F62 close the round to one result, leave nothing of it, and tell of it once', async () => {
    await all(CLOSES, closeRounds)
    const { rounds, rosters, answers, results } = first().store
    for (const gone of [rounds, rosters, answers]) expect(await gone.list(TENANT)).toEqual([])
    // 0 + 1 + … + 5 of six.
    expect(await results.list(TENANT)).toMatchObject([{ answers: 6, figures: [{ mean: 2.5 }, { mean: 2.5 }, {}] }])
    expect(readdirSync(join(folder, 'rounds'))).toEqual([])
    expect(service.copies.get('team-1')).toBe(2)
  }, 60_000)

  it('F62 add to one chain of what was done: no act is lost, and none breaks it', async () => {
    const acts = processes.flatMap(({ store }, process) => {
      const audit = openAudit(store, clock, log)
      return Array.from({ length: 10 }, (_, at) =>
        audit(aTurn(), { what: 'wishes.list', to: `${process}-${at}`, outcome: 'done', note: '' }),
      )
    })
    await Promise.all(acts)
    const chain = (await readAudit(first().store))[TENANT] ?? []
    const mine = chain.filter(({ what }) => what === 'wishes.list')
    expect(new Set(mine.map(({ to }) => to)).size).toBe(PROCESSES * 10)
    expect(mine).toHaveLength(PROCESSES * 10)
    expect(breaksIn(chain)).toEqual([])
  }, 60_000)
})
