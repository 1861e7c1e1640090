import { beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import ICAL from 'ical.js'
import { DateTime } from 'luxon'
import type { Webinar } from '../../src/domain/content.ts'
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Broadcast, SignUp, WebinarRecord } from '../../src/domain/records.ts'
import { forgetOldRecords } from '../../src/features/privacy/forget-old-records.ts'
import { showTheme } from '../../src/features/themes/show-theme.ts'
import { noteReminded } from '../../src/features/webinars/attendance.ts'
import { downloadCalendar, linkToCalendar } from '../../src/features/webinars/calendar-file.ts'
import { followWebinars } from '../../src/features/webinars/follow-webinars.ts'
import { webinars } from '../../src/features/webinars/index.ts'
import { tellNews } from '../../src/features/webinars/tell-news.ts'
import { tellSeats } from '../../src/features/webinars/tell-seats.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../src/kit.ts'
import { aWebinar } from '../support/content.ts'
import { aKit, aPlace, aTurn, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
const ID = 'wb-testi'
const CHANNEL = { conversation: 'kanava', serviceUrl: 'https://service.example', team: 'koti' }
const AT_THREE = '2026-12-03T13:00'

const plain = aKit().library()

/** A webinar on Thursday 3 December 2026 at 13.00; it is Tuesday 24 November. */
let file: Webinar | undefined
let now: Date
let kit: FakeKit

const at = (local: string) => DateTime.fromISO(local, { zone: 'Europe/Helsinki' }).toJSDate()

beforeEach(() => begin())

function begin(change: Partial<Webinar> = {}): void {
  file = aWebinar({ join: 'https://example.com/join', ...change })
  now = at('2026-11-24T10:00')
  kit = kitOn({})
}

/** On the same store: what a start finds after a crash. */
function kitOn(given: Partial<Kit>): FakeKit {
  const library: Kit['library'] = () => ({ ...plain, webinars: file === undefined ? [] : [file] })
  return aKit({ library, clock: { now: () => now }, ...given })
}

function turnOf(id: string, given: Partial<Turn> = {}): Turn {
  return aTurn({ person: { tenant: TENANT, id, userId: `29:${id}`, name: id }, now, ...given })
}

async function press(id: string, verb: string, data: object = {}, given: Partial<Turn> = {}): Promise<Answer> {
  const action = webinars.actions?.[`webinars.${verb}`]
  if (action === undefined) throw new Error(`no verb ${verb}`)
  return action.run(turnOf(id, given), kit, { webinar: ID, ...data })
}

/** The card of a webinar that came. */
function cardOf(answer: Answer | Message): Extract<Message, { card: 'webinar' }>['data'] {
  const message =
    'card' in answer ? answer : 'open' in answer ? answer.open : 'replace' in answer ? answer.replace : undefined
  if (message?.card !== 'webinar') throw new Error('no webinar came')
  return message.data
}

type Buttons = Record<'acts' | 'undo' | 'ways', { verb: string }[]>
const verbsOn = ({ acts, undo, ways }: Buttons) =>
  [...acts, ...undo, ...ways].map(({ verb }) => verb.replace('webinars.', ''))

const signUps = async (): Promise<SignUp[]> => kit.store.signUps.list(TENANT)
const record = (): Promise<WebinarRecord | undefined> => kit.store.webinars.get(TENANT, ID)

/** Runs the job at each moment at which it is due, until then; what was handed to the outbox meanwhile, and when. */
async function until(local: string): Promise<string[]> {
  const said: string[] = []
  for (let due = await followWebinars.next(now, kit); due !== undefined && due <= at(local);) {
    if (due > now) now = due
    const before = kit.mailed.length
    await followWebinars.run(due, kit)
    for (const { mailing, deliveries } of kit.mailed.slice(before)) said.push(told(mailing.message['says'], deliveries))
    const next = await followWebinars.next(now, kit)
    if (next !== undefined && next <= due) throw new Error(`the job leaves due what it ran for: ${due.toISOString()}`)
    due = next
  }
  now = at(local)
  return said
}

function told(says: unknown, deliveries: readonly Delivery[]): string {
  const names = deliveries.map(({ to, state }) => {
    const name = 'person' in to ? to.person : to.conversation
    return state === 'pending' ? name : `${name} ${state}`
  })
  const when = DateTime.fromJSDate(now, { zone: 'Europe/Helsinki' }).toFormat('d.M. HH:mm')
  return `${when} ${String(says)} → ${names.join(', ')}`
}

/** The outbox delivers what it was handed. */
async function deliver(): Promise<void> {
  for (const { id } of await kit.store.mailings.list(TENANT)) {
    const claimed = await kit.store.ledger.claim(TENANT, id, 100, now)
    const copy = { activity: `activity-${id}`, conversation: 'own', serviceUrl: 'https://service.example' }
    await kit.store.ledger.record(
      TENANT,
      id,
      claimed.map(({ to }) => ({ to, state: 'delivered', copy })),
    )
    await kit.store.mailings.change(TENANT, id, (known) => known && { ...known, state: 'ended' })
  }
}

describe('signing up for a webinar', () => {
  it('is done once, however often it is pressed, and keeps the clock of the client', async () => {
    const card = cardOf(await press('maija', 'signup', {}, { zone: 'Europe/Stockholm' }))
    expect(card.news).toBe('webinars.news.signedUp')
    expect(verbsOn(card)).toEqual(['leave', 'reminders'])
    const first = await signUps()
    now = at('2026-11-25T10:00')
    await press('maija', 'signup')
    await press('maija', 'signup', {}, { zone: 'Europe/Stockholm' })
    expect(await signUps()).toEqual(first)
    expect(first).toMatchObject([{ webinar: ID, person: 'maija', zone: 'Europe/Stockholm', userId: '29:maija' }])
    expect(card.when).toBe('to 3.12.2026 klo 12.00–13.00 (Keski-Euroopan aika)')
  })

  it('changes the webinar’s own card in place, and leaves every other card where it is', async () => {
    expect('replace' in (await press('maija', 'signup', { here: 'yes' }))).toBe(true)
    expect('open' in (await press('maija', 'signup'))).toBe(true)
    // The answer to a press is the presser's alone, and a shared card stays.
    expect('open' in (await press('maija', 'signup', { here: 'yes' }, { place: aPlace('channel') }))).toBe(true)
  })

  it('is taken back, however often it is pressed', async () => {
    await press('maija', 'signup')
    expect(cardOf(await press('maija', 'leave')).news).toBe('webinars.news.left')
    await press('maija', 'leave')
    expect(await signUps()).toEqual([])
  })

  it('is refused once it has begun, or is cancelled, or is none, and nothing is stored', async () => {
    const refused = async (verb: string, data: object, key: string) => {
      await expect(press('maija', verb, data)).rejects.toThrow(new Refusal(key))
    }
    await refused('signup', { webinar: 'wb-muu' }, 'refusals.notFound')
    await refused('signup', { webinar: 'w'.repeat(41) }, 'refusals.notFound')
    await refused('signup', { webinar: ['wb-testi'] }, 'refusals.notFound')
    now = at(AT_THREE)
    await refused('signup', {}, 'webinars.refusals.begun')
    begin({ cancelled: true })
    await refused('signup', {}, 'webinars.refusals.cancelled')
    await refused('reminders', {}, 'webinars.refusals.notSignedUp')
    expect(await signUps()).toEqual([])
    expect(await record()).toBeUndefined()
  })

  it('ends with the whole of it: who leaves after the end gets nothing more', async () => {
    await press('maija', 'signup')
    now = at('2026-12-03T14:30')
    await press('maija', 'leave')
    expect(await until('2026-12-10T12:00')).toEqual([])
  })
})

describe('the seats of a webinar', () => {
  const waiting = async () => (await record())?.attendance?.waiting ?? []
  const seats = async () => (await record())?.attendance?.seats ?? []

  it('go round: who comes later waits, and who moves up is told once', async () => {
    begin({ capacity: 1 })
    await press('maija', 'signup')
    const card = cardOf(await press('sari', 'signup'))
    expect([card.news, card.state]).toEqual(['webinars.news.queued', 'webinars.state.queued {"queue":1}'])
    expect(cardOf(await press('aino', 'show')).state).toBe('webinars.state.full')
    await press('maija', 'leave')
    await press('maija', 'leave')
    expect(kit.mailed.map(({ mailing, deliveries }) => told(mailing.message['says'], deliveries))).toEqual([
      '24.11. 10:00 seat → sari',
    ])
    expect([await seats(), await waiting()]).toEqual([['sari'], []])
    expect(await until('2026-11-25T10:00')).toEqual([])
  })

  it('go to one of two who press at once, and both know where they stand', async () => {
    begin({ capacity: 1 })
    const cards = await Promise.all([press('maija', 'signup'), press('sari', 'signup')])
    const states = cards.map((card) => cardOf(card).state).toSorted()
    expect(states).toEqual(['webinars.state.queued {"queue":1}', 'webinars.state.signedUp'])
  })

  it('are passed on to whoever waits, also where a crash came between the leave and the message', async () => {
    begin({ capacity: 1 })
    await press('maija', 'signup')
    await press('sari', 'signup')
    const { outbox, store } = kit
    kit = kitOn({ store, outbox: { ...outbox, post: () => Promise.reject(new Error('killed')) } })
    await expect(press('maija', 'leave')).rejects.toThrow('killed')
    kit = kitOn({ store })
    expect(await until('2026-11-24T11:00')).toEqual(['24.11. 10:00 seat → sari'])
  })

  it('that are added later are given out, and those who came before any were counted keep theirs', async () => {
    for (const id of ['maija', 'sari']) await press(id, 'signup')
    file = aWebinar({ capacity: 1 })
    await press('aino', 'signup')
    expect([await seats(), await waiting()]).toEqual([['maija', 'sari'], ['aino']])
    file = aWebinar({ capacity: 3 })
    await tellSeats(kit, TENANT, ID)
    await tellSeats(kit, TENANT, ID)
    expect(kit.mailed).toHaveLength(1)
    expect(await waiting()).toEqual([])
  })

  it('hold whatever people press: nobody twice, none beyond their number, each told once when they move up', async () => {
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), verb: fc.constantFrom('signup', 'leave') })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 3 }), async (steps, capacity) => {
        begin({ capacity })
        let expected: string[] = []
        let moves = 0
        for (const { id, verb } of steps) {
          now = new Date(now.getTime() + 60_000)
          const before = expected.slice(0, capacity)
          if (verb === 'leave') expected = expected.filter((one) => one !== id)
          else if (!expected.includes(id)) expected = [...expected, id]
          await press(id, verb)
          if (verb === 'leave') moves += expected.slice(0, capacity).filter((one) => !before.includes(one)).length
        }
        expect([...(await seats()), ...(await waiting())]).toEqual(expected)
        expect(await seats()).toHaveLength(Math.min(expected.length, capacity))
        expect((await signUps()).map(({ person }) => person).toSorted()).toEqual(expected.toSorted())
        expect(kit.mailed).toHaveLength(moves)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the reminders of a webinar', () => {
  const THREE = ['26.11. 13:00 reminder → maija', '2.12. 13:00 reminder → maija', '3.12. 12:00 reminder → maija']

  it('come 7 days, 1 day and 1 hour before to who signed up with a seat, and are no notices', async () => {
    begin({ capacity: 1 })
    for (const id of ['maija', 'sari']) await press(id, 'signup')
    expect(await until('2026-12-03T13:59')).toEqual(THREE)
    expect(kit.mailed.map(({ mailing }) => mailing.notice)).toEqual([undefined, undefined, undefined])
  })

  it('F62 stay noted as the process with the latest clock noted them', async () => {
    await press('maija', 'signup')
    now = at('2026-12-02T13:00')
    const slower = kitOn({ store: kit.store, clock: { now: () => at('2026-12-02T11:00') } })
    for (const one of [kit, slower]) await noteReminded(one, TENANT, await signUps())
    expect((await signUps())[0]?.remindedAt).toBe(now.toISOString())
  })

  it('are those that the person chose; what is chosen too late is not made up', async () => {
    for (const id of ['maija', 'sari', 'aino']) await press(id, 'signup')
    const chosen = cardOf(await press('sari', 'remind', { P7D: 'false', P1D: 'false', PT1H: 'true' }))
    expect(chosen.news).toBe('webinars.news.chosen')
    await press('aino', 'remind', { P7D: 'false', P1D: 'false', PT1H: 'false' })
    expect(await until('2026-11-30T10:00')).toEqual(['26.11. 13:00 reminder → maija'])
    await press('aino', 'remind', { P7D: 'true', P1D: 'true', PT1H: 'false' })
    expect(await until('2026-12-03T13:59')).toEqual([
      '2.12. 13:00 reminder → maija, aino',
      '3.12. 12:00 reminder → maija, sari',
    ])
    const { P7D: _absent, ...rest } = { P7D: 'x', P1D: 'maybe' }
    await expect(press('sari', 'remind', rest)).rejects.toThrow('refusals.badInput')
  })

  it('that are turned on after their time are not made up', async () => {
    await press('maija', 'signup')
    await press('maija', 'remind', { P7D: 'false', P1D: 'false', PT1H: 'false' })
    expect(await until('2026-12-02T14:00')).toEqual([])
    await press('maija', 'remind', { P7D: 'true', P1D: 'true', PT1H: 'true' })
    expect(await until('2026-12-03T13:59')).toEqual(THREE.slice(2))
  })

  it('do not come to who turned them off, and a break does not stop them', async () => {
    const people = { sari: { off: ['webinars' as const] }, maija: { quietUntil: '2027-01-01' } }
    for (const [id, more] of Object.entries(people)) {
      await kit.store.people.change(TENANT, id, () => ({ id, userId: `29:${id}`, ...more }))
      await press(id, 'signup')
    }
    expect(await until('2026-11-27T10:00')).toEqual(['26.11. 13:00 reminder → sari skipped, maija'])
  })

  it('F60 come once when the clock goes two hours forward, back and on again', async () => {
    await press('maija', 'signup')
    expect(await until('2026-11-26T15:00')).toEqual(THREE.slice(0, 1))
    now = at('2026-11-26T12:30')
    expect(await until('2026-11-26T16:00')).toEqual([])
    expect(await until('2026-12-03T13:59')).toEqual(THREE.slice(1))
  })

  it('F61 that were missed while the bot was down come once, the nearest alone, and none once it has begun', async () => {
    await press('maija', 'signup')
    now = at('2026-12-02T14:00')
    expect(await until('2026-12-02T14:01')).toEqual(['2.12. 14:00 reminder → maija'])
    now = at('2026-12-03T13:00')
    expect(await until('2026-12-03T13:59')).toEqual([])
  })

  it('F61 come once though a crash came before they were noted', async () => {
    await press('maija', 'signup')
    const { store } = kit
    const signUps: typeof store.signUps = { ...store.signUps, change: () => Promise.reject(new Error('killed')) }
    now = at('2026-11-26T13:00')
    const dying = kitOn({ store: { ...store, signUps } })
    await followWebinars.run(now, dying)
    expect([dying.mailed.length, dying.reported.map(String)]).toEqual([1, ['Error: killed']])
    kit = kitOn({ store })
    expect(await until('2026-11-26T16:00')).toEqual([])
    expect(await until('2026-12-02T13:00')).toEqual(THREE.slice(1, 2))
  })

  it('keep nobody else waiting: a webinar that fails is reported, and left', async () => {
    await press('maija', 'signup')
    const { store, outbox } = kit
    kit = kitOn({ store, outbox: { ...outbox, post: () => Promise.reject(new Error('full')) } })
    now = at('2026-11-26T13:00')
    await followWebinars.run(now, kit)
    expect(kit.reported.map(String)).toEqual(['Error: full'])
    // Due at the same moment still, so that the scheduler lets it rest.
    now = at('2026-11-26T13:05')
    expect(await followWebinars.next(now, kit)).toEqual(at('2026-11-26T13:00'))
  })
})

describe('a webinar that is moved or cancelled', () => {
  it('F64 is told once to everyone who signed up, and reminds at its new times alone', async () => {
    begin({ capacity: 1 })
    for (const id of ['maija', 'sari']) await press(id, 'signup')
    await until('2026-11-27T10:00')
    file = aWebinar({ capacity: 1, start: '2026-12-10T09:00' })
    expect(await until('2026-11-27T11:00')).toEqual(['27.11. 10:00 moved → maija, sari'])
    await tellNews(kit, TENANT, ID)
    expect(await record()).toMatchObject({ announced: { start: '2026-12-10T09:00', sequence: 1 } })
    expect(await until('2026-12-04T12:00')).toEqual(['3.12. 09:00 reminder → maija'])
  })

  it('F64 is not reminded of at once where the new time makes a reminder late: the news has told it', async () => {
    await press('maija', 'signup')
    now = at('2026-11-25T10:00')
    file = aWebinar({ start: '2026-12-01T13:00' })
    expect(await until('2026-12-01T11:00')).toEqual(['25.11. 10:00 moved → maija', '30.11. 13:00 reminder → maija'])
  })

  it('F64 withdraws what is queued, and changes what was delivered where it stands', async () => {
    await press('maija', 'signup')
    await until('2026-11-26T13:00')
    await deliver()
    file = aWebinar({ start: '2026-12-10T09:00' })
    const before = kit.mailed.length
    await tellNews(kit, TENANT, ID)
    const [update, news] = kit.mailed.slice(before)
    expect(update).toMatchObject({ mailing: { does: 'update', message: { says: 'moved' }, atAnyHour: true } })
    expect(update?.deliveries).toMatchObject([{ to: { person: 'maija' }, copy: { conversation: 'own' } }])
    expect(news).toMatchObject({ mailing: { does: 'post', kind: 'webinars.news' } })
    // The news is still queued when it is moved again: it is withdrawn, and the newer one goes out.
    file = aWebinar({ start: '2026-12-11T09:00' })
    await tellNews(kit, TENANT, ID)
    expect(await kit.outbox.counts(TENANT, news?.mailing.id ?? '')).toMatchObject({ cancelled: 1, pending: 0 })
    expect(kit.mailed.slice(before).map(({ mailing }) => mailing.does)).toEqual(['update', 'post', 'update', 'post'])
  })

  it('F64 that is cancelled, or whose file is gone, is told once, and reminds no more', async () => {
    await press('maija', 'signup')
    file = aWebinar({ cancelled: true })
    expect(await until('2026-11-24T11:00')).toEqual(['24.11. 10:00 cancelled → maija'])
    file = undefined
    expect(await until('2027-01-04T11:00')).toEqual([])

    begin()
    await press('maija', 'signup')
    file = undefined
    expect(await until('2027-01-04T11:00')).toEqual(['24.11. 10:00 cancelled → maija'])
    const gone = cardOf(await press('maija', 'message', { says: 'cancelled' }))
    expect(gone).toMatchObject({ subject: 'webinars.gone', when: 'to 3.12.2026 klo 13.00–14.00' })
  })

  it('F64 a past one never reminds, and a change of it tells nothing', async () => {
    await press('maija', 'signup')
    now = at('2026-12-03T15:00')
    file = aWebinar({ start: '2026-12-03T12:00' })
    expect(await until('2026-12-03T15:30')).toEqual([])
    expect(verbsOn(cardOf(await press('maija', 'show')))).toEqual(['feedback'])
  })

  it('is told though a crash came in between, and once', async () => {
    await press('maija', 'signup')
    file = aWebinar({ start: '2026-12-10T09:00' })
    const { store } = kit
    const dying = kitOn({
      store: { ...store, webinars: { ...store.webinars, change: () => Promise.reject(new Error('killed')) } },
    })
    await expect(tellNews(dying, TENANT, ID)).rejects.toThrow('killed')
    expect(dying.mailed).toHaveLength(1)
    kit = kitOn({ store })
    expect(await until('2026-11-24T11:00')).toEqual([])
    expect((await record())?.announced?.sequence).toBe(1)
  })

  it('is told at once, at any hour, where it would otherwise come too late', async () => {
    await press('maija', 'signup')
    now = at('2026-11-30T20:00')
    file = aWebinar({ cancelled: true })
    await tellNews(kit, TENANT, ID)
    expect(kit.mailed.at(-1)?.mailing.atAnyHour).toBe(false)

    begin({ start: '2026-12-01T07:30' })
    await press('maija', 'signup')
    now = at('2026-11-30T20:00')
    file = aWebinar({ start: '2026-12-01T07:30', cancelled: true })
    await tellNews(kit, TENANT, ID)
    expect(kit.mailed.at(-1)?.mailing.atAnyHour).toBe(true)
  })

  it('shows at its delivery what is true by then', async () => {
    await press('maija', 'signup')
    const shown = async (says: string) => cardOf(await press('maija', 'message', { says })).heading
    expect(await shown('reminder')).toBe('webinars.says.reminder.heading')
    expect(await shown('cancelled')).toBe('webinars.says.moved.heading')
    await expect(shown('recording')).rejects.toThrow(Refusal)
    await expect(shown('all')).rejects.toThrow('refusals.notFound')
    file = aWebinar({ cancelled: true })
    expect(await shown('reminder')).toBe('webinars.says.cancelled.heading')
    file = aWebinar()
    now = at(AT_THREE)
    await expect(shown('reminder')).rejects.toThrow(Refusal)
    // Read in another language, a delivered one is not refused.
    expect(cardOf(await press('maija', 'message', { says: 'reminder', again: 'yes' })).heading).toBe(
      'webinars.kinds.webinar',
    )
  })
})

describe('the channels that got the launch of its theme', () => {
  const launched = (given: object = {}) =>
    kit.store.launches.change(TENANT, 't01-testi', () => ({
      id: 't01-testi',
      broadcast: 'b',
      at: at('2026-11-10T09:00').toISOString(),
      audience: 'channels',
      channels: [CHANNEL],
      told: {},
      ...given,
    }))

  it('get one line on the day before, by the rule of the reminders, and once for each date', async () => {
    begin({ start: '2026-12-07T09:00' })
    await launched()
    // Monday 7 December; Sunday is no working day: Friday 15.00.
    expect(await until('2026-12-05T12:00')).toEqual(['4.12. 15:00 soon → kanava'])
    expect(await until('2026-12-07T08:59')).toEqual([])
    const line = cardOf(await press('', 'message', { says: 'soon' }, { place: aPlace('channel') }))
    expect(verbsOn(line)).toEqual(['signup', 'show'])
    file = aWebinar({ start: '2026-12-14T09:00' })
    expect(await until('2026-12-15T12:00')).toEqual(['11.12. 15:00 soon → kanava'])
  })

  it('get the line of the webinar that the launch showed, though the content names another', async () => {
    const made = aWebinar({ id: 'wb-oma', start: '2026-12-09T10:00' })
    await kit.store.webinars.change(TENANT, 'wb-oma', () => ({ id: 'wb-oma', made, feedback: {} }))
    await launched()
    await kit.store.broadcasts.change(TENANT, 'b', () => ({ id: 'b', webinar: 'wb-oma' }) as Broadcast)
    expect(await until('2026-12-09T12:00')).toEqual(['8.12. 10:00 soon → kanava'])
  })

  it('F62 keep the line of the new date where another process, which comes to the move later, still knows the old one', async () => {
    await launched()
    await press('maija', 'signup')
    await until('2026-12-02T13:30')
    await deliver()
    file = aWebinar({ start: '2026-12-03T10:00' })
    // The quicker one tells everything while the slower one is about to change what told the old date.
    const quicker = { tells: () => followWebinars.run(now, kit) }
    const list = async (tenant: string) => {
      const { tells } = quicker
      quicker.tells = () => Promise.resolve()
      await tells()
      return kit.store.mailings.list(tenant)
    }
    await tellNews({ ...kit, store: { ...kit.store, mailings: { ...kit.store.mailings, list } } }, TENANT, ID)
    const lines = (await kit.store.mailings.list(TENANT)).filter(({ kind }) => kind === 'webinars.soon')
    expect(lines.map(({ state }) => state)).toEqual(['ended', 'running'])
  })

  it('get none where the launch reached them only after that', async () => {
    await launched({ at: at('2026-12-02T14:00').toISOString() })
    expect(await until('2026-12-03T13:00')).toEqual([])
  })
})

describe('what is left of a webinar', () => {
  const recording = {
    link: 'https://example.com/recording',
    minutes: 50,
    captions: ['fi' as const, 'sv' as const],
    login_required: false,
    expires: '2027-01-29',
  }

  it('comes as soon as the recording is there, to those who had a seat, with tools and the feedback', async () => {
    for (const id of ['maija', 'sari']) await press(id, 'signup')
    now = at('2026-12-03T15:10')
    file = aWebinar({ recording })
    expect(await until('2026-12-20T12:00')).toEqual(['3.12. 15:10 recording → maija, sari'])
    const card = cardOf(await press('maija', 'message', { says: 'recording' }))
    expect(card).toMatchObject({
      links: [{ url: recording.link, style: 'positive' }],
      tools: [{ tool: 'aa-yksi' }],
      facts: [{ label: 'webinars.facts.recording' }],
    })
    expect(card.facts[0]?.line).toContain('pe 29.1.2027')
    expect(verbsOn(card)).toEqual(['feedback', 'show'])
  })

  it('is asked about on the next working morning where no recording came, and the recording follows', async () => {
    begin({ start: '2026-12-04T13:00' })
    await press('maija', 'signup')
    now = at('2026-12-04T13:59')
    expect(await until('2026-12-08T12:00')).toEqual(['7.12. 08:00 feedback → maija'])
    file = aWebinar({ start: '2026-12-04T13:00', recording })
    expect(await until('2026-12-20T12:00')).toEqual(['8.12. 12:00 recording → maija'])
  })

  it('tells nothing of a cancelled one, nor after 30 days', async () => {
    await press('maija', 'signup')
    now = at('2027-01-03T12:00')
    file = aWebinar({ recording })
    expect(await until('2027-01-20T12:00')).toEqual([])
    begin({ cancelled: true })
    expect(await until('2027-01-20T12:00')).toEqual([])
  })

  it('is forgotten after 30 days: who signed up, who had a seat, who was sent what; the totals stay', async () => {
    begin({ capacity: 1 })
    for (const id of ['maija', 'sari']) await press(id, 'signup')
    await kit.store.webinars.change(TENANT, ID, (known) => known && { ...known, feedback: { useful: { '9': 5 } } })
    await until('2026-12-04T12:00')
    const kept = async () => JSON.stringify([await signUps(), await record(), await kit.store.mailings.list(TENANT)])
    now = at('2027-01-02T13:00')
    await forgetOldRecords.run(now, kit)
    expect(await kept()).toContain('maija')
    now = at('2027-01-02T14:00')
    await forgetOldRecords.run(now, kit)
    expect(await kept()).not.toMatch(/maija|sari/)
    expect(await kit.store.mailings.list(TENANT)).toEqual([])
    expect((await record())?.feedback).toEqual({ useful: { '9': 5 } })
    now = at('2028-12-04T03:00')
    await forgetOldRecords.run(now, kit)
    expect(await record()).toBeUndefined()
  })
})

describe('the card of a webinar', () => {
  it('lets one join from an hour before until the end, with what a login needs', async () => {
    begin({ login_required: true })
    if (file) file.text.fi.login_note = 'Kirjaudu tunnuksella.'
    const shown = async (local: string) => {
      now = at(local)
      const { links, notes } = cardOf(await press('maija', 'show'))
      return [links.some(({ url }) => url === 'https://example.com/join'), notes.map(({ line }) => line)]
    }
    expect(await shown('2026-12-03T11:59')).toEqual([false, []])
    expect(await shown('2026-12-03T12:00')).toEqual([true, ['Kirjaudu tunnuksella.']])
    expect(await shown('2026-12-03T13:59')).toEqual([true, ['Kirjaudu tunnuksella.']])
    expect(await shown('2026-12-03T14:00')).toEqual([false, []])
  })

  it('has one primary button, also where one can both join and sign up', async () => {
    now = at('2026-12-03T12:30')
    const { links, acts } = cardOf(await press('maija', 'show'))
    expect([...links, ...acts].map(({ style }) => style)).toEqual(['positive', 'default'])
  })

  it('is opened from the card of its theme as long as it is ahead, at the time it was moved to', async () => {
    const onTheme = async () => {
      const answer = await showTheme(turnOf('maija'), kit, { theme: 't01-testi' })
      return 'open' in answer && answer.open.card === 'theme' ? answer.open.data.webinars : undefined
    }
    await kit.store.webinars.change(TENANT, ID, () => ({
      id: ID,
      changed: { start: '2026-12-04T09:00' },
      feedback: {},
    }))
    expect(await onTheme()).toMatchObject([{ webinar: ID, when: 'pe 4.12.2026 klo 09.00–10.00' }])
    now = at('2026-12-04T10:00')
    expect(await onTheme()).toEqual([])
  })

  it('shows nothing that has no value, and no braces that a card would evaluate', async () => {
    begin({ captions: [] })
    if (file) file.text.fi.title = '{{DATE(2026-11-26T12:05:00Z)}}'
    const { facts, subject, state, notes, tools } = cardOf(await press('maija', 'show'))
    expect(facts.map(({ label }) => label)).not.toContain('webinars.facts.captions')
    expect([state, notes, tools]).toEqual(['', [], []])
    expect(subject).not.toContain('{{')
  })

  it('stands on the list while it is ahead, and in a channel without who signed up', async () => {
    await press('maija', 'signup')
    const listed = async (given: Partial<Turn> = {}) => {
      const message = await webinars.commands?.['webinars']?.(turnOf('maija', given), kit)
      return message?.card === 'webinars' ? message.data : undefined
    }
    expect((await listed())?.ahead).toMatchObject([{ id: ID, state: 'webinars.state.signedUp' }])
    expect((await listed({ place: aPlace('channel') }))?.ahead).toMatchObject([{ id: ID, state: '' }])
    now = at('2026-12-03T14:00')
    expect(await listed()).toMatchObject({ ahead: [], recordings: [], empty: 'webinars.list.empty' })
  })
})

describe('the calendar file', () => {
  const fileOf = async (query: Record<string, string> = {}, name = `${ID}.ics`) => {
    const link = new URL(linkToCalendar(turnOf('maija'), kit, ID))
    for (const [key, value] of Object.entries(query)) link.searchParams.set(key, value)
    const download = await downloadCalendar(kit, name, link.searchParams)
    return download && { ...download, text: (await Array.fromAsync(download.pieces)).join('') }
  }
  const eventOf = (text = '') => {
    const [vevent] = new ICAL.Component(ICAL.parse(text) as [string, object[], object[]]).getAllSubcomponents('vevent')
    return vevent && new ICAL.Event(vevent)
  }

  it('opens with the key of the card alone, in the language that is asked for', async () => {
    await press('maija', 'signup')
    expect(await fileOf({ key: 'wrong' })).toBeUndefined()
    expect(await fileOf({ key: '' })).toBeUndefined()
    expect(await fileOf({}, 'wb-muu.ics')).toBeUndefined()
    expect(await fileOf({}, `../${ID}.ics`)).toBeUndefined()
    const download = await fileOf({ lang: 'sv' })
    expect(download).toMatchObject({ name: `${ID}.ics`, type: 'text/calendar; charset=utf-8' })
    expect(eventOf(download?.text)?.summary).toBe('Budskapet går fram')
    expect(eventOf((await fileOf({ lang: 'xx' }))?.text)?.summary).toBe('Viesti menee perille')
  })

  it('F64 has a higher SEQUENCE under the same UID from the moment of the change, and cancels', async () => {
    // Known by a press elsewhere in the organisation; nobody signed up.
    await kit.store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija' }))
    const first = eventOf((await fileOf())?.text)
    const same = await fileOf()
    now = at('2026-11-25T10:00')
    expect((await fileOf())?.text).toBe(same?.text)
    file = aWebinar({ start: '2026-12-10T09:00' })
    const moved = eventOf((await fileOf())?.text)
    expect([first?.uid, first?.sequence, moved?.uid, moved?.sequence]).toEqual([first?.uid, 0, first?.uid, 1])
    await until('2026-11-25T11:00')
    expect(eventOf((await fileOf())?.text)?.sequence).toBe(1)
    file = aWebinar({ start: '2026-12-10T09:00', cancelled: true })
    const { text = '' } = (await fileOf()) ?? {}
    expect(text).toContain('METHOD:CANCEL')
    expect(eventOf(text)?.sequence).toBe(2)
  })

  it('is not opened by the key of another organisation', async () => {
    await press('maija', 'signup')
    await kit.store.people.change('tenant-2', 'eve', () => ({ id: 'eve', userId: '29:eve' }))
    const made = aWebinar({ id: 'wb-oma', state: 'published' })
    await kit.store.webinars.change(TENANT, 'wb-oma', () => ({ id: 'wb-oma', made, feedback: {} }))
    const key = (tenant: string) =>
      new URL(linkToCalendar(turnOf('eve', { person: { tenant, id: 'eve', userId: '', name: '' } }), kit, 'wb-oma'))
    const opened = async (tenant: string) => downloadCalendar(kit, 'wb-oma.ics', key(tenant).searchParams)
    expect(await opened('tenant-2')).toBeUndefined()
    expect(await opened(TENANT)).toBeDefined()
  })
})
