import { beforeAll, describe, expect, it } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nextSendMoment } from '../../src/domain/calendar.ts'
import type { Destination, Mailing, What } from '../../src/domain/delivery.ts'
import type { CheckIn } from '../../src/domain/records.ts'
import { checkins } from '../../src/features/checkins/index.ts'
import type { Kit, Turn } from '../../src/kit.ts'
import type { Member, RoundKeys, Store } from '../../src/ports.ts'
import { buttonsWith, cardOf, elementsOf, until, wordsOf } from '../support/bot.ts'
import {
  answers,
  aTeamWith,
  FIVE,
  goesDownUntil,
  inChannel,
  moveTo,
  roundOf,
  roundOn,
  sentTo,
  sentToChannel,
  starts,
  THURSDAY,
} from '../support/check-ins.ts'
import type { CardJson } from '../support/connector.ts'
import { theQuestions } from '../support/content.ts'
import { aLightHouse, type House } from '../support/house.ts'
import { aKit, anAddress, aPlace, aStore, aTurn } from '../support/kit.ts'
import { storedIn } from '../support/stored.ts'

const SLOW = { SEND_RATE: '10' }

describe('the change of the clocks', () => {
  const house = aLightHouse({ ...SLOW, CLOCK_START: '2026-03-20T16:30:00+02:00' })
  const TEAMS = ['kahdeksan', 'yhdeksän', 'torstai']
  beforeAll(async () => {
    await begins(house, 'kahdeksan', { weekday: '1', time: '08:00', closeAfterHours: '100' })
    await begins(house, 'yhdeksän', { weekday: '1', time: '09:00', closeAfterHours: '99' })
    await begins(house, 'torstai')
  })

  /** The bot is down from before the reminder and the close on Friday until the night of the change. */
  const overTheNight = async (friday: string, night: string, later: string, nextDay: string) => {
    await moveTo(house, friday)
    house.connector.sent.length = 0
    await goesDownUntil(house, night)
    const atNight = await moveTo(house, later)
    expect((await storedIn(house.bot.dataDir))['rounds']).toEqual([])
    expect(house.connector.sent).toEqual([])
    const ran = await moveTo(house, nextDay)
    expect(house.connector.sent).toEqual([])
    return [atNight.filter((name) => name === 'retention'), ran]
  }

  it('F58 Monday 9.00 is 9.00 before both changes', async () => {
    await opensAtNine('2026-03-23', '+02:00')
  })

  it('F57 what fell due over the weekend of the change in March is done once: closed at night, told on Monday', async () => {
    const ran = await overTheNight(
      '2026-03-27T08:30:00+02:00',
      '2026-03-29T02:59:30+02:00',
      '2026-03-29T04:10:00+03:00',
      '2026-03-30T07:59:00+03:00',
    )
    // What tidies up at 3.00 comes at 4.00, for there is no 3.00; and again on Monday.
    expect(ran).toEqual([['retention'], ['retention']])
    // Told first, for the next round begins at the same time.
    expect(await moveTo(house, '2026-03-30T08:00:00+03:00')).toEqual(['checkins.close', 'checkins.open'])
    expect(TEAMS.map((team) => resultsIn(house, team).length)).toEqual([1, 1, 1])
    expect(TEAMS.map((team) => wordsOf(resultsIn(house, team)).includes('vk 13'))).toEqual([true, true, true])
    expect(TEAMS.map((team) => cardsTo(house, `${team}-antti`).length)).toEqual([1, 0, 0])
  })

  it('F58 Monday 9.00 is 9.00 after the change in March, and before and after that in October', async () => {
    await opensAtNine('2026-03-30', '+03:00')
    await moveTo(house, '2026-04-10T15:00:00+03:00')
    for (const team of TEAMS) await inChannel(house, team, team).presses('checkins.pause', { until: '2026-10-19' })
    await moveTo(house, '2026-10-18T12:00:00+03:00')
    await opensAtNine('2026-10-19', '+03:00')
  })

  it('F57 and so it is in October, in the hour that comes twice', async () => {
    const ran = await overTheNight(
      '2026-10-23T08:30:00+03:00',
      '2026-10-25T03:30:00+03:00',
      '2026-10-25T03:30:00+02:00',
      '2026-10-26T07:59:00+02:00',
    )
    // The first 3.00 of that night was before the start, and the second is none.
    expect(ran).toEqual([[], ['retention']])
    await moveTo(house, '2026-10-26T08:00:00+02:00')
    expect(TEAMS.map((team) => resultsIn(house, team).length)).toEqual([1, 1, 1])
    await opensAtNine('2026-10-26', '+02:00')
    expect(await moveTo(house, '2026-10-27T12:00:00+02:00')).toEqual(['retention'])
  })

  async function opensAtNine(day: string, offset: string): Promise<void> {
    await moveTo(house, `${day}T08:59:00${offset}`)
    house.connector.sent.length = 0
    expect(await moveTo(house, `${day}T09:00:00${offset}`)).toEqual(['checkins.open'])
    expect(FIVE.map((id) => cardsTo(house, `yhdeksän-${id}`).length)).toEqual(FIVE.map(() => 1))
  }
})

describe('the end of a year of 53 weeks, with nothing quiet but July', () => {
  const house = aLightHouse({ ...SLOW, CLOCK_START: '2026-12-21T08:00:00+02:00', QUIET_PERIODS: '07-01/07-31' })

  it('F59 week 53 and 1 January belong to the old year, week 1 comes after them, and every second week counts 53', async () => {
    await begins(house, 'viikko')
    await begins(house, 'joka-toinen', { every: '2' })
    // Thursday to Friday, moved off Christmas Eve, Christmas Day and New Year's Day.
    const weeks: [opens: string, closes: string, week: string, both: boolean][] = [
      ['2026-12-22T14:00', '2026-12-23T12:00', 'vk 52', true],
      ['2026-12-30T14:00', '2026-12-31T12:00', 'vk 53', false],
      ['2027-01-07T14:00', '2027-01-08T12:00', 'vk 1', true],
      ['2027-01-14T14:00', '2027-01-15T12:00', 'vk 2', false],
    ]
    for (const [opens, closes, week, both] of weeks) {
      house.connector.sent.length = 0
      await moveTo(house, `${opens}:00+02:00`)
      const [card, ...more] = cardsTo(house, 'viikko-antti')
      expect([wordsOf(card).includes(`${week}\n`), more]).toEqual([true, []])
      expect([week, cardsTo(house, 'joka-toinen-antti').length]).toEqual([week, both ? 1 : 0])
      await Promise.all(
        FIVE.map((id, at) => answers(house, `viikko-${id}`, roundOf(house, `viikko-${id}`), [6 + (at % 2), 7, 8])),
      )
      await moveTo(house, `${closes}:00+02:00`)
      expect(wordsOf(resultsIn(house, 'viikko'))).toContain(`Viikkopulssi, ${week}\n`)
      if (week !== 'vk 53') continue
      await moveTo(house, '2027-01-01T12:00:00+02:00')
      const [newest] = await inChannel(house, 'viikko', 'viikko').writes('tulokset')
      expect(wordsOf(cardOf(newest))).toContain('Viikkopulssi, vk 53')
    }
    const [chart] = elementsOf(resultsIn(house, 'viikko'), 'Chart.Line') as { data: { values: { x: number }[] }[] }[]
    expect(chart?.data.map(({ values }) => values.map(({ x }) => x))).toEqual([[9, 10, 11, 12]])
  })
})

describe('twenty people who press at once', () => {
  const house = aLightHouse({ ...SLOW, CLOCK_START: '2026-11-23T09:00:00+02:00' })
  const TWENTY = Array.from({ length: 20 }, (_, at) => `p${at + 1}`)
  const startedIn = async () => (await storedIn(house.bot.dataDir))['checkIns'] ?? []
  let starter = ''

  it('start one team’s check-ins once: the first one’s stand, and are shown to the others', async () => {
    await aTeamWith(house, 'tori', TWENTY)
    const timeOf = (id: string) => `13:${id.slice(1).padStart(2, '0')}`
    const pressed = await Promise.all(TWENTY.map((id) => starts(house, 'tori', id, { time: timeOf(id) })))
    const begun = pressed.filter(({ card }) => wordsOf(card).includes('Viikkopulssi on aloitettu.'))
    expect(begun).toHaveLength(1)
    const [checkIn, ...more] = (await startedIn()) as unknown as Pick<CheckIn, 'readers' | 'schedule'>[]
    expect([checkIn?.readers.length, more]).toEqual([1, []])
    starter = checkIn?.readers[0]?.name ?? ''
    expect(checkIn?.schedule.time).toBe(timeOf(starter))
    const shown = `to 26.11.2026 klo ${timeOf(starter).replace(':', '.')}`
    expect(pressed.filter(({ card }) => !wordsOf(card).includes(shown))).toEqual([])
  })

  it('at the moment of the opening open one round, and a team gets one a week', async () => {
    await starts(house, 'tori', starter)
    await moveTo(house, '2026-11-26T13:59:59+02:00')
    house.connector.sent.length = 0
    const everybody = TWENTY.map((id) => starts(house, 'tori', id))
    await Promise.all([moveTo(house, '2026-11-26T14:00:00.500+02:00'), ...everybody])
    await Promise.all(TWENTY.map((id) => starts(house, 'tori', id)))
    await moveTo(house, '2026-11-26T15:00:00+02:00')
    const asked = TWENTY.filter((id) => id !== starter)
    expect(asked.map((id) => cardsTo(house, id).length)).toEqual(asked.map(() => 1))
    expect(new Set(asked.map((id) => roundOf(house, id))).size).toBe(1)
    expect(openingsIn(house, 'tori')).toHaveLength(1)
    expect((await storedIn(house.bot.dataDir))['rounds']).toHaveLength(1)
  })
})

describe('a clock that jumps', () => {
  const house = aLightHouse({ ...SLOW, CLOCK_START: '2026-11-26T13:30:00+02:00' })
  const rounds = async () => ((await storedIn(house.bot.dataDir))['rounds'] ?? []).map(({ team }) => team)
  const nothingNew = () => {
    expect(house.connector.sent.filter(({ body }) => body.attachments !== undefined)).toEqual([])
  }
  beforeAll(async () => {
    await begins(house, 'lyhyt')
    await begins(house, 'pitkä', { closeAfterHours: '26' })
  })

  it('F60 two hours forward, then refused to go back: no second round, no second card', async () => {
    await moveTo(house, '2026-11-26T14:00:00+02:00')
    expect(cardsTo(house, 'lyhyt-antti')).toHaveLength(1)
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-11-26T16:00:00+02:00')).toEqual([])
    expect((await house.bot.post({ now: '2026-11-26T13:59:00+02:00' }, {}, '/dev/clock')).status).toBe(409)
    nothingNew()
  })

  it('F60 started with an earlier clock than the stored one: the stored one holds', async () => {
    await goesDownUntil(house, '2026-11-26T13:59:00+02:00')
    expect((await house.bot.post({ now: '2026-11-26T16:00:00+02:00' }, {}, '/dev/clock')).status).toBe(409)
    await moveTo(house, '2026-11-26T16:30:00+02:00')
    nothingNew()
    expect(await rounds()).toHaveLength(2)
  })

  it('F60 set back behind an opening, whose round is closed or still open: neither opens again', async () => {
    // One is closed, the other has had its reminder.
    await moveTo(house, '2026-11-27T13:30:00+02:00')
    expect(await rounds()).toEqual(['pitkä'])
    // As on a machine whose clock was set back while the bot was down.
    await house.bot.stop()
    await rm(join(house.bot.dataDir, 'clock.json'))
    await goesDownUntil(house, '2026-11-26T13:30:00+02:00')
    // Saved again, the check-ins are planned anew from the earlier time.
    await starts(house, 'lyhyt', 'lyhyt')
    await starts(house, 'pitkä', 'pitkä', { closeAfterHours: '26' })
    house.connector.sent.length = 0
    await moveTo(house, '2026-11-27T15:59:00+02:00')
    expect(['lyhyt', 'pitkä'].map((team) => cardsTo(house, `${team}-antti`).length)).toEqual([0, 0])
    expect(['lyhyt', 'pitkä'].map((team) => resultsIn(house, team).length)).toEqual([0, 0])
    expect(await rounds()).toEqual(['pitkä'])
    await moveTo(house, '2026-11-27T16:00:00+02:00')
    expect(['lyhyt', 'pitkä'].map((team) => resultsIn(house, team).length)).toEqual([0, 1])
  })
})

describe('a bot that was down', () => {
  const house = aLightHouse({ ...SLOW, CLOCK_START: '2026-11-02T09:00:00+02:00' })
  const cards = (team: string) => FIVE.map((id) => cardsTo(house, `${team}-${id}`).length)
  const results = () => ['puoli', 'pitkä', 'keski'].map((team) => resultsIn(house, team).length)
  const [once, never] = [FIVE.map(() => 1), FIVE.map(() => 0)]
  beforeAll(async () => {
    await begins(house, 'puoli')
    await begins(house, 'pitkä', { closeAfterHours: '26' })
    await begins(house, 'keski', { weekday: '3', time: '09:00', closeAfterHours: '30' })
  })

  it('F61 over an opening and a close opens late where two hours are left, closes at once, and tells of it', async () => {
    await downFor('2026-11-05T13:50:00+02:00', '2026-11-06T10:30:00+02:00')
    await moveTo(house, '2026-11-06T10:31:00+02:00')
    expect([cards('pitkä'), cards('puoli'), results()]).toEqual([once, never, [0, 0, 1]])
    expect(openingsIn(house, 'pitkä')).toHaveLength(1)
    await moveTo(house, '2026-11-06T12:30:00+02:00')
    expect([cards('pitkä'), cards('puoli'), results()]).toEqual([once, never, [0, 0, 1]])
  })

  it('F61 until the evening closes at once, but opens and tells of the close in the morning', async () => {
    await downFor('2026-11-12T13:50:00+02:00', '2026-11-12T16:30:00+02:00')
    await moveTo(house, '2026-11-12T17:00:00+02:00')
    expect((await storedIn(house.bot.dataDir))['rounds']).toEqual([])
    expect(house.connector.sent).toEqual([])
    await moveTo(house, '2026-11-13T07:59:00+02:00')
    expect(house.connector.sent).toEqual([])
    await moveTo(house, '2026-11-13T08:00:00+02:00')
    expect([cards('pitkä'), cards('puoli'), results()]).toEqual([once, once, [0, 0, 1]])
    // The reminder to the silent.
    await moveTo(house, '2026-11-13T11:59:00+02:00')
    expect(openingsIn(house, 'puoli')).toHaveLength(1)
    expect(cards('puoli')).toEqual(FIVE.map(() => 2))
  })

  it('F61 for a week skips the round that it missed: one opens, not two, with the next questions', async () => {
    await downFor('2026-11-19T13:50:00+02:00', '2026-11-26T13:00:00+02:00')
    await moveTo(house, '2026-11-26T13:59:00+02:00')
    expect([cards('puoli'), cards('pitkä'), cards('keski')]).toEqual([never, never, never])
    expect(wordsOf(resultsIn(house, 'keski'))).toContain('Viikkopulssi, vk 47')
    await moveTo(house, '2026-11-26T15:00:00+02:00')
    expect([cards('puoli'), cards('pitkä'), cards('keski'), results()]).toEqual([once, once, never, [0, 0, 1]])
    expect((await storedIn(house.bot.dataDir))['rounds']).toHaveLength(2)
    // The second round of the team: slots 2 and 3, not 6 and 7.
    const [card] = cardsTo(house, 'puoli-antti')
    expect(wordsOf(card)).toContain('vk 48')
    expect(wordsOf(card)).toMatch(
      /2\. Kuinka hyvin tulit kuulluksi kokouksissa\?[^]*3\. Kuinka hyvin palauduit työstäsi\?/,
    )
  })

  it('F61 from the middle of sending goes on with it, to nobody twice: the reminder reaches those in flight', async () => {
    const inFlight = 64
    const people = Array.from({ length: inFlight + 36 }, (_, at) => `iso-${at + 1}`)
    const total = () => people.reduce((sum, id) => sum + cardsTo(house, id).length, 0)
    const most = () => Math.max(...people.map((id) => cardsTo(house, id).length))
    await moveTo(house, '2026-11-27T16:00:00+02:00')
    await aTeamWith(house, 'iso', ['iso', ...people])
    await starts(house, 'iso', 'iso')
    // The last second passes by itself: a moved clock would not keep the rate.
    await moveTo(house, '2026-12-03T13:59:59+02:00')
    let looks = 0
    await until(() => total() >= 3 || (looks += 1) > 500)
    expect(total()).toBeGreaterThanOrEqual(3)
    await house.bot.stop('SIGKILL')
    const before = total()
    expect([before < people.length - inFlight, most()]).toEqual([true, 1])
    await goesDownUntil(house, '2026-12-03T14:00:00+02:00')
    await moveTo(house, '2026-12-03T14:30:00+02:00')
    const sent = total()
    expect([sent > before, people.length - sent <= inFlight, most()]).toEqual([true, true, 1])
    await moveTo(house, '2026-12-04T08:59:00+02:00')
    expect([total(), most()]).toEqual([sent, 1])
    await moveTo(house, '2026-12-04T09:00:00+02:00')
    expect(total()).toBe(sent + people.length)
    expect((await storedIn(house.bot.dataDir))['rounds']?.filter(({ team }) => team === 'iso')).toHaveLength(1)
  })

  async function downFor(from: string, to: string): Promise<void> {
    await moveTo(house, from)
    house.connector.sent.length = 0
    await goesDownUntil(house, to)
  }
})

describe('a crash at any step of an opening', () => {
  const MONDAY = '2026-11-23T09:00:00+02:00'
  const OPENING = '2026-11-26T14:00:00+02:00'
  /** More than an opening takes. */
  const STEPS = 60

  it.each([
    { what: 'resumed at once', up: ['2026-11-26T14:01:00+02:00'], cards: 1 },
    {
      what: 'resumed in the morning',
      up: ['2026-11-26T17:00:00+02:00', '2026-11-27T08:00:00+02:00'],
      cards: 1,
      first: 0,
    },
    { what: 'resumed after the close, which skips it', up: ['2026-11-28T12:00:00+02:00'], cards: 0 },
  ])(
    'F61 is $what: one round, and a card to each, never two, whoever was in flight',
    async ({ up, cards, first = cards }) => {
      const ends = new Set<string>()
      for (let step = 0; step < STEPS; step += 1) {
        const world = aWorld()
        await world.starts(MONDAY)
        await world.runs(OPENING, step)
        const end = !world.isDead() ? 'done' : world.hasBegun() ? 'sending' : 'before'
        ends.add(end)
        const counts: number[] = []
        for (const at of up) {
          await world.runs(at)
          counts.push(Math.max(...world.cards()))
        }
        const rounds = await world.store.rounds.list('tenant-1')
        expect([step, Math.max(...world.cards()) <= 1, rounds.length <= 1]).toEqual([step, true, true])
        if (end === 'before') expect([step, counts[0], world.cards()]).toEqual([step, first, FIVE.map(() => cards)])
        const came = world.cards().filter((count) => count === 1).length
        // One message is in flight at a time here.
        if (end === 'sending' && cards === 1) expect([step, came >= FIVE.length - 1]).toEqual([step, true])
        if (end === 'done') expect([step, came]).toEqual([step, FIVE.length])
        // Whatever was begun is closed, and nothing of it stays.
        await world.runs('2026-11-28T12:00:00+02:00')
        expect([step, await world.left()]).toEqual([step, []])
      }
      // The crash came at every step, from before the first to after the last.
      expect(ends).toEqual(new Set(['before', 'sending', 'done']))
    },
  )
})

describe('a crash at any step of telling results', () => {
  const CLOSING = '2026-11-27T12:00:00+02:00'
  /** More than telling of two teams takes. */
  const STEPS = 70

  it('tells each channel and the one who reads of both teams once, of nothing twice', async () => {
    const ends = new Set<boolean>()
    for (let step = 0; step < STEPS; step += 1) {
      const world = aWorld()
      for (const team of ['team-1', 'team-2']) await world.starts('2026-11-23T09:00:00+02:00', team)
      await world.runs('2026-11-26T14:00:00+02:00')
      await world.runs(CLOSING, step)
      ends.add(world.isDead())
      await world.runs('2026-11-27T12:01:00+02:00')
      await world.runs('2026-11-27T12:02:00+02:00')
      const mailings = (await world.store.mailings.list('tenant-1')).filter(({ kind }) =>
        ['checkins.result', 'checkins.briefing'].includes(kind),
      )
      const told = (kind: string) => mailings.filter((one) => one.kind === kind).flatMap(roundsTold)
      const results = (await world.store.results.list('tenant-1')).map(({ id }) => id).toSorted()
      expect([step, results.length, told('checkins.result').toSorted()]).toEqual([step, 2, results])
      expect([step, told('checkins.briefing').toSorted()]).toEqual([step, results])
      const counts = await Promise.all(mailings.map(({ id }) => world.store.ledger.counts('tenant-1', id)))
      const ended = counts.reduce((sum, { delivered, unknown }) => sum + delivered + unknown, 0)
      expect([step, ended]).toEqual([step, mailings.length])
      expect([step, world.resultsIn('team-1') <= 1, world.resultsIn('team-2') <= 1]).toEqual([step, true, true])
    }
    expect(ends).toEqual(new Set([true, false]))
  })

  function roundsTold({ message }: Mailing): string[] {
    return [message['round'] ?? message['rounds'] ?? []].flat()
  }
})

const plain = aKit()
const library = { ...plain.library(), questions: theQuestions() }

/** The real feature over one store, in a process that can die at any step that leaves a trace. */
function aWorld() {
  const store = aStore()
  const keys = new Map<string, Buffer>()
  const sent: { to: string; verb: string }[] = []
  const members: Member[] = ['maija', ...FIVE].map((id) => ({ id, userId: `29:${id}`, name: id }))
  let [left, hasBegun] = [Infinity, false]
  let now = new Date(0)

  const step = () => {
    left -= 1
    if (left < 0) throw new Error('killed')
  }
  const stepping = <Port extends object>(port: Port, ...names: (keyof Port)[]): Port =>
    new Proxy(port, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function' || !names.some((one) => one === name)) return member
        return async (...given: unknown[]): Promise<unknown> => {
          step()
          return Reflect.apply(member, target, given)
        }
      },
    })
  const { ledger, ...collections } = store
  const dying = {
    ...Object.fromEntries(
      Object.entries<object>(collections).map(([name, one]) => [name, stepping(one as Store['rounds'], 'change')]),
    ),
    ledger: stepping(ledger, 'prepare', 'claim', 'record', 'shift', 'remove'),
  } as unknown as Store
  const behind: Promise<void>[] = []
  const kit: Kit = aKit({
    library: () => library,
    store: dying,
    clock: { now: () => now },
    chats: { ...plain.chats, members: () => Promise.resolve(members) },
    outbox: {
      ...plain.outbox,
      async post(tenant, mailing, deliveries) {
        const known = await dying.mailings.get(tenant, mailing.id)
        if (known !== undefined && known.state !== 'preparing') return
        await dying.mailings.change(tenant, mailing.id, () => ({ ...mailing, state: 'preparing' }))
        await dying.ledger.prepare(tenant, mailing.id, deliveries)
        await dying.mailings.change(tenant, mailing.id, () => ({ ...mailing, state: 'running' }))
      },
      async forget(tenant, id) {
        await dying.ledger.remove(tenant, id)
        await dying.mailings.change(tenant, id, () => undefined)
      },
      async send(sendings) {
        for (const { to, message } of sendings) {
          await kit.show(turnOf({ person: to.id }), message)
          sent.push({ to: to.id, verb: message.verb })
          step()
        }
      },
      behind(work) {
        behind.push(work().catch(() => undefined))
      },
    },
    roles: () => Promise.resolve(new Set(['supervisor'] as const)),
    roundKeys: stepping<RoundKeys>(
      {
        make(round) {
          keys.set(round, keys.get(round) ?? Buffer.alloc(32, round))
          return Promise.resolve()
        },
        read: (round) => Promise.resolve(keys.get(round)),
        destroy(round) {
          keys.delete(round)
          return Promise.resolve()
        },
      },
      'make',
      'destroy',
    ),
    async show(turn, what) {
      const { verb } = what as What
      const answer = await checkins.actions?.[verb]?.run(turn, kit, what)
      if (answer === undefined || !('replace' in answer)) throw new Error(`${verb} shows nothing`)
      return answer.replace
    },
  })

  const turnOf = (to: Destination): Turn =>
    'person' in to
      ? aTurn({ person: { tenant: 'tenant-1', id: to.person, userId: '', name: '' }, now })
      : aTurn({
          person: { tenant: 'tenant-1', id: '', userId: '', name: '' },
          place: {
            kind: 'channel',
            address: anAddress(to.conversation),
            ...(to.team !== undefined && { team: to.team }),
          },
          now,
        })

  /** One delivery after the other, each recorded before it is sent and after, in the send window alone. */
  const sendAll = async () => {
    if (nextSendMoment(now, kit.settings.calendar) > now) return
    for (const mailing of await store.mailings.list('tenant-1')) {
      if (mailing.state !== 'running') continue
      const claim = async () => (await dying.ledger.claim('tenant-1', mailing.id, 1, now))[0]
      for (let one = await claim(); one !== undefined; one = await claim()) {
        step()
        await kit.show(turnOf(one.to), mailing.message)
        hasBegun = true
        sent.push({ to: 'person' in one.to ? one.to.person : one.to.conversation, verb: mailing.message.verb })
        await dying.ledger.record('tenant-1', mailing.id, [{ to: one.to, state: 'delivered' }])
      }
      const ended = { ...mailing, state: 'ended' as const }
      await dying.mailings.change('tenant-1', mailing.id, () => ended)
      const counts = await store.ledger.counts('tenant-1', mailing.id)
      await checkins.watches?.[mailing.kind]?.(kit, 'tenant-1', ended, counts)
    }
  }

  /** What was being sent when a process ended is unknown; what was being prepared is none. */
  const takeUp = async () => {
    for (const { id, state } of await store.mailings.list('tenant-1')) {
      await store.ledger.shift('tenant-1', id, ['sending'], { state: 'unknown', reason: 'interrupted' })
      if (state === 'preparing') await store.mailings.change('tenant-1', id, () => undefined)
    }
  }

  return {
    store,
    cards: () => FIVE.map((id) => sent.filter(({ to }) => to === id).length),
    resultsIn: (team: string) => sent.filter(({ to, verb }) => to === team && verb === 'checkins.result').length,
    hasBegun: () => hasBegun,
    isDead: () => left < 0,
    /** What an open round has in the store and beside it. */
    async left() {
      const { rounds, rosters, answers: boxes, mailings } = store
      const lists = await Promise.all([rounds, rosters, boxes].map((collection) => collection.list('tenant-1')))
      const cards = (await mailings.list('tenant-1')).filter(({ kind }) => kind === 'checkins.card')
      return [...lists.flat(), ...cards, ...keys.keys()]
    },
    async starts(at: string, team = 'team-1') {
      now = new Date(at)
      const turn = aTurn({ place: { ...aPlace('channel'), team, channel: team }, now })
      await checkins.actions?.['checkins.start']?.run(turn, kit, THURSDAY)
    },
    /** A process that runs what is due by then, until nothing is or it dies after so many steps. */
    async runs(at: string, steps = Infinity) {
      now = new Date(at)
      await takeUp()
      left = steps
      await sendAll().catch(() => undefined)
      let isDue = true
      for (let turn = 0; isDue && left >= 0; turn += 1) {
        if (turn === 20) throw new Error('what ran is due again and again')
        isDue = false
        for (const job of checkins.jobs ?? []) {
          const due = await job.next(now, kit)
          if (due === undefined || due > now || left < 0) continue
          isDue = true
          await job.run(now, kit).catch(() => undefined)
          while (behind.length > 0) await Promise.all(behind.splice(0))
          await sendAll().catch(() => undefined)
        }
      }
    },
  }
}

/** A team of a supervisor, named as the team, and five who answer, whose check-ins are started. */
async function begins(house: House, team: string, given: object = {}): Promise<void> {
  await aTeamWith(house, team, [team, ...FIVE.map((id) => `${team}-${id}`)])
  const { text } = await starts(house, team, team, given)
  if (text !== '') throw new Error(`${team} did not start: ${text}`)
}

/** The answer cards that came to somebody. */
function cardsTo(house: House, id: string): CardJson[] {
  return sentTo(house, id)
    .map(cardOf)
    .filter((card) => roundOn(card) !== '')
}

function resultsIn(house: House, team: string): CardJson[] {
  const cards = sentToChannel(house, team).map(cardOf)
  return cards.filter((card) => buttonsWith(card, 'checkins.results').length > 0)
}

function openingsIn(house: House, team: string): CardJson[] {
  return sentToChannel(house, team)
    .map(cardOf)
    .filter((card) => wordsOf(card).includes('Viikkopulssi on auki'))
}
