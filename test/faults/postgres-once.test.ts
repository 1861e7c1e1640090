import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { sendLaunches } from '../../src/features/broadcasts/send-broadcasts.ts'
import { openRounds } from '../../src/features/checkins/open-rounds.ts'
import { closeRounds } from '../../src/features/checkins/close-rounds.ts'
import { remindSilent } from '../../src/features/checkins/remind-silent.ts'
import { tellChanges } from '../../src/features/themes/tell-changes.ts'
import { sendWeekly } from '../../src/features/tools/send-weekly.ts'
import { followWebinars } from '../../src/features/webinars/follow-webinars.ts'
import { webinars } from '../../src/features/webinars/index.ts'
import { breaksIn } from '../../src/domain/audit.ts'
import type { Answer, Feature, Job, Kit, Turn } from '../../src/kit.ts'
import { openAudit, readAudit } from '../../src/platform/audit.ts'
import type { RunningOutbox } from '../../src/platform/outbox.ts'
import type { Peers } from '../../src/platform/peers.ts'
import { openPeers } from '../../src/platform/postgres/peers.ts'
import type { PostgresStore } from '../../src/platform/postgres/store.ts'
import { openRoundKeys } from '../../src/platform/round-keys.ts'
import { shuffle } from '../../src/platform/shuffle.ts'
import { aDesk, type Desk } from '../support/check-in-desk.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { temporaryFolder } from '../support/disks.ts'
import { theQuestions } from '../support/content.ts'
import { aKit, aTurn, cardOf } from '../support/kit.ts'
import { openSender } from '../support/outbox-sender.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'

const TENANT = 'tenant-1'
const PROCESSES = 20
const PEOPLE = Array.from({ length: 12 }, (_, at) => `p${at}`)
const SUPERVISORS = PEOPLE.slice(0, 2)
const OPENS = '2026-11-26T14:00:00+02:00'
const REMINDS = '2026-11-27T09:00:00+02:00'
const CLOSES = '2026-11-27T12:00:00+02:00'

/** What a process has of its own: a desk over its store, its outbox and its view of the keys. */
type Process = { store: PostgresStore; peers: Peers; outbox: RunningOutbox; desk: Desk; close: () => Promise<void> }

/** Twenty that come to a moment together, and none of which has the lease: what is in the store alone keeps them apart. */
describe('Twenty processes that run the same job at the same moment', () => {
  const log = pino({ level: 'silent' })
  const { folder, remove } = temporaryFolder()
  const clock = { now: () => new Date(moment) }
  let moment = '2026-11-23T09:00:00+02:00'
  let library = { ...aKit().library(), questions: theQuestions() }
  let server: Server
  let service: MockConnector
  let url: string
  let processes: Process[]

  const aProcess = async (): Promise<Process> => {
    const store = await aPostgresStore(server, { url, connections: 3 })
    const peers = openPeers(store, log)
    const { outbox, connector } = openSender({ store, rate: 1000, log, clock, peers })
    const given: Partial<Kit> = {
      ...{ store, outbox, shuffle, roundKeys: await openRoundKeys(folder), clock },
      library: () => library,
      supervisors: () => Promise.resolve(new Set(SUPERVISORS)),
    }
    const close = async () => {
      await outbox.stop()
      await connector.close()
      await store.close()
    }
    await outbox.start()
    return { store, peers, outbox, desk: aDesk(PEOPLE, given), close }
  }

  /** All run it at once; then each has sent what it has to. */
  const all = async (at: string, job: Job): Promise<void> => {
    moment = at
    await Promise.all(processes.map(({ desk }) => job.run(clock.now(), desk.kit)))
    await settled()
  }
  const settled = () => Promise.all(processes.map(({ outbox }) => outbox.idle()))
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

  describe('with a launched theme, its webinar and its tools', () => {
    const THEME = 't01-testi'
    const WEBINAR = 'wb-testi'
    const CHANNELS = ['team-1', 'arki']
    const SIGNED_UP = PEOPLE.slice(2, 8)
    const WANTING = PEOPLE.slice(4)
    const HR: Partial<Kit> = { roles: async () => new Set(['hr'] as const) }
    let broadcast: string

    const turnOf = (id: string): Turn =>
      aTurn({
        person: { tenant: TENANT, id, userId: `29:${id}`, name: id },
        place: { kind: 'own', address: { tenant: TENANT, serviceUrl: service.url, conversation: `own-${id}` } },
        now: clock.now(),
      })
    const presses = (feature: Feature, verb: string, id: string, data: object, kit: Kit): Promise<Answer> => {
      const action = feature.actions?.[verb]
      if (action === undefined) throw new Error(`no verb ${verb}`)
      return action.run(turnOf(id), kit, data)
    }
    /** How many messages they got in this test, of those who got any. */
    const got = (): Record<string, number> =>
      Object.fromEntries([...service.copies].map(([place, copies]) => [place.replace('own-chat-29:', ''), copies]))
    const once = (...places: readonly string[]): Record<string, number> =>
      Object.fromEntries(places.map((place) => [place, 1]))
    /** Of the mailings of a kind, how many were delivered of how many. */
    const recorded = async (kind: string): Promise<[delivered: number, total: number][]> => {
      const { mailings, ledger } = first().store
      const its = (await mailings.list(TENANT)).filter((mailing) => mailing.kind === kind)
      const all = await Promise.all(its.map(({ id }) => Array.fromAsync(ledger.deliveries(TENANT, id))))
      return all.map((list) => [list.filter(({ state }) => state === 'delivered').length, list.length])
    }

    beforeAll(async () => {
      const { teams, people } = first().store
      await teams.change(TENANT, 'team-1', () => ({
        id: 'team-1',
        name: 'Kotihoito',
        serviceUrl: service.url,
        channels: CHANNELS.map((id) => ({ id, key: `key-${id}`, name: id })),
        members: PEOPLE.map((id) => ({ id, userId: `29:${id}` })),
      }))
      for (const id of WANTING)
        await people.change(TENANT, id, (known) => ({ ...(known ?? { id, userId: `29:${id}` }), wantsWeekly: true }))
    })
    beforeEach(() => {
      service.copies.clear()
      service.sent.length = 0
    })

    it('F62 launch it once where it is confirmed in all of them, to supervisors and to nobody else yet', async () => {
      moment = '2026-11-30T09:00:00+02:00'
      const { desk } = first()
      const preview = presses(broadcasts, 'themes.launch', 'hanna', { theme: THEME }, { ...desk.kit, ...HR })
      const { token, ...shown } = await cardOf('broadcast-preview', preview)
      broadcast = shown.broadcast
      const press = (kit: Kit) => presses(broadcasts, 'broadcasts.confirm', 'hanna', { broadcast, token }, kit)
      await Promise.all(processes.map(({ desk }) => press({ ...desk.kit, ...HR })))
      await settled()
      expect(got()).toEqual(once(...SUPERVISORS))
      expect(await recorded('themes.launch')).toEqual(
        expect.arrayContaining([
          [2, 2],
          [0, 2],
        ]),
      )
    }, 60_000)

    it('F62 take each sign-up once, whichever of them it comes to', async () => {
      const signingUp = SIGNED_UP.flatMap((id) =>
        processes
          .slice(0, 5)
          .map(({ desk }) => presses(webinars, 'webinars.signup', id, { webinar: WEBINAR }, desk.kit)),
      )
      await Promise.all(signingUp)
      expect((await first().store.signUps.list(TENANT)).map(({ person }) => person).sort()).toEqual(SIGNED_UP)
    }, 60_000)

    it('F62 choose one tool of the week, and bring it once to each of those who want it', async () => {
      await all('2026-12-01T09:00:00+02:00', sendWeekly)
      expect(got()).toEqual(once(...WANTING))
      expect(await recorded('tools.weekly')).toEqual([[WANTING.length, WANTING.length]])
      expect((await first().store.organisations.get(TENANT, 'all'))?.weekly).toHaveLength(1)
    }, 60_000)

    it('F62 bring the launch to the channels, once, when their time has come', async () => {
      await Promise.all(processes.map(({ peers }) => peers.lookAround()))
      await all('2026-12-02T09:00:00+02:00', sendLaunches)
      expect(got()).toEqual(once(...CHANNELS))
      expect(await recorded('themes.launch')).toEqual([
        [2, 2],
        [2, 2],
      ])
      expect(await first().store.launches.list(TENANT)).toMatchObject([{ id: THEME, broadcast }])
    }, 60_000)

    it('F62 remind each of those who signed up, and each channel, once', async () => {
      await all('2026-12-02T13:00:00+02:00', followWebinars)
      expect(got()).toEqual(once(...SIGNED_UP, ...CHANNELS))
      expect(await recorded('webinars.reminder')).toEqual([[SIGNED_UP.length, SIGNED_UP.length]])
    }, 60_000)

    it('F62 tell that it is moved once, change each message that told the old time once, and remind anew', async () => {
      library = { ...library, webinars: library.webinars.map((one) => ({ ...one, start: '2026-12-03T10:00' })) }
      await all('2026-12-02T14:00:00+02:00', followWebinars)
      // The channels' line of the day before is due at once.
      expect(got()).toEqual(once(...SIGNED_UP, ...CHANNELS))
      const changed = service.sent.filter(({ method }) => method === 'PUT').map(({ activity = '' }) => activity)
      expect(changed).toHaveLength(SIGNED_UP.length + CHANNELS.length)
      expect(new Set(changed).size).toBe(changed.length)
      expect(await recorded('webinars.news')).toEqual([[SIGNED_UP.length, SIGNED_UP.length]])
      expect(await recorded('webinars.soon')).toEqual([
        [2, 2],
        [2, 2],
      ])
    }, 60_000)

    it('F62 tell what changed in the theme once', async () => {
      const tools = new Map([...library.tools].map(([id, tool]) => [id, { ...tool, version: tool.version + 1 }]))
      library = { ...library, tools }
      await all('2027-01-07T09:00:00+02:00', tellChanges)
      expect(got()).toEqual(once(...SUPERVISORS, ...CHANNELS))
      expect(await recorded('themes.changes')).toEqual([[4, 4]])
      const [{ told, toldAt } = {}] = await first().store.launches.list(TENANT)
      expect(new Set(Object.values(told ?? {}))).toEqual(new Set([2]))
      expect(toldAt).toBe(clock.now().toISOString())
    }, 60_000)
  })
})
