import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isWorkingDay, nextSendMoment, weekOf } from '../../src/domain/calendar.ts'
import { dayOf, momentOf, readLocal, wallOf, weekdayOf, writeLocal } from '../../src/domain/days.ts'
import type { PersonRecord } from '../../src/domain/records.ts'
import { nextWeekly, openWeekly, weeklyMoment } from '../../src/domain/weekly.ts'
import { sendWeekly } from '../../src/features/tools/send-weekly.ts'
import { tools } from '../../src/features/tools/index.ts'
import type { Answer, Kit, Turn } from '../../src/kit.ts'
import { aKit, aPlace, aTurn, type FakeKit } from '../support/kit.ts'

const { calendar } = aKit().settings
const TENANT = 'tenant-1'
const TUESDAY = '2026-11-24T09:00'

const at = (local: string) => momentOf(readLocal(local) ?? NaN, calendar.zone)
const shown = (moment: Date | undefined) => moment && writeLocal(wallOf(moment, calendar.zone))

describe('the day of the tool of the week', () => {
  it.each<[string, string | undefined, string]>([
    ['2026-W48', TUESDAY, 'a Tuesday at nine'],
    ['2026-W02', '2026-01-07T09:00', 'the day after Epiphany'],
    ['2027-W30', undefined, 'none in July'],
    ['2026-W53', undefined, 'none at the turn of the year'],
    ['2026-W52', '2026-12-22T09:00', 'the last day before the quiet time'],
    ['2026-W14', '2026-03-31T09:00', 'a Tuesday on summer time'],
  ])('of %s is %s: %s', (week, moment) => {
    expect(shown(weeklyMoment(week, calendar))).toBe(moment)
  })

  it('is held to the window', () => {
    const within = (from: string, to: string) => shown(weeklyMoment('2026-W48', { ...calendar, window: { from, to } }))
    expect(within('10:00', '14:00')).toBe('2026-11-24T10:00')
    expect(within('06:00', '08:30')).toBe('2026-11-24T08:30')
  })

  it('stays open till the window closes, and is not made up for on another day', () => {
    expect(openWeekly(at('2026-11-24T08:59'), calendar)).toBeUndefined()
    expect(openWeekly(at(TUESDAY), calendar)).toEqual({ week: '2026-W48', at: at(TUESDAY) })
    expect(openWeekly(at('2026-11-24T16:00'), calendar)).toBeDefined()
    expect(openWeekly(at('2026-11-24T16:01'), calendar)).toBeUndefined()
    expect(openWeekly(at('2026-11-25T10:00'), calendar)).toBeUndefined()
  })

  it('is a working day from Tuesday on, within the window, once a week', () => {
    const moment = fc.integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2031, 0, 1) / 60_000 })
    fc.assert(
      fc.property(moment, (minutes) => {
        const after = new Date(minutes * 60_000)
        const next = nextWeekly(after, calendar)
        const week = weekOf(next, calendar.zone)
        expect(next > after).toBe(true)
        expect(isWorkingDay(next, calendar)).toBe(true)
        expect(nextSendMoment(next, calendar)).toEqual(next)
        expect(weekdayOf(dayOf(wallOf(next, calendar.zone)))).toBeGreaterThanOrEqual(2)
        expect(weeklyMoment(week, calendar)).toEqual(next)
        expect(weekOf(nextWeekly(next, calendar), calendar.zone) > week).toBe(true)
      }),
    )
  })
})

const PEOPLE: PersonRecord[] = [
  { id: 'maija', userId: '29:maija', wantsWeekly: true },
  { id: 'antti', userId: '29:antti' },
  { id: 'linnea', userId: '29:linnea', wantsWeekly: true, quietUntil: '2026-12-24' },
  { id: 'sari', userId: '29:sari', off: ['weekly'] },
]
const ownChat = (id: string) => ({ conversation: `own-${id}`, serviceUrl: 'https://service.example' })

type House = { kit: FakeKit; moveTo: (local: string) => void; runsAt: (local: string) => Promise<boolean> }

/** One theme was launched, and two people said yes; the clock stands at `local`. */
async function aHouse(local = '2026-11-23T12:00', given: Partial<Kit> = {}): Promise<House> {
  let now = at(local)
  const kit = aKit({ clock: { now: () => now }, ...given })
  const [theme] = kit.library().themes
  if (theme === undefined) throw new Error('there is no theme')
  for (const person of PEOPLE)
    await kit.store.people.change(TENANT, person.id, () => ({ ...person, ownChat: ownChat(person.id) }))
  // Those who are in a team with the app, and said nothing, get nothing.
  await kit.store.teams.change(TENANT, 'koti', () => ({
    id: 'koti',
    name: 'Kotihoito',
    serviceUrl: 'https://service.example',
    channels: [],
    members: ['antti', 'hanna'].map((id) => ({ id, userId: `29:${id}` })),
  }))
  await kit.store.launches.change(TENANT, theme.id, () => ({
    id: theme.id,
    broadcast: 'b',
    at: '2026-11-10T07:00:00Z',
    audience: 'supervisors',
    channels: [],
    told: {},
  }))
  const moveTo = (to: string) => {
    now = at(to)
  }
  return {
    kit,
    moveTo,
    /** As the scheduler does: looks at this moment, and runs what is due. */
    async runsAt(to) {
      moveTo(to)
      const due = await sendWeekly.next(now, kit)
      if (due === undefined || due > now) return false
      await sendWeekly.run(due, kit)
      return true
    },
  }
}

const sentIn = ({ mailed }: FakeKit) => mailed.map(({ mailing }) => mailing.message['tool'])
const weeklyOf = async (kit: Kit) => (await kit.store.organisations.get(TENANT, 'all'))?.weekly

describe('the tool of the week', () => {
  it('comes on Tuesday at nine to those who said yes, and counts as one that can be turned off', async () => {
    const { kit, runsAt } = await aHouse()
    expect(shown(await sendWeekly.next(kit.clock.now(), kit))).toBe(TUESDAY)
    expect(await runsAt(TUESDAY)).toBe(true)
    expect(kit.mailed).toMatchObject([
      {
        tenant: TENANT,
        mailing: {
          kind: 'tools.weekly',
          notice: 'weekly',
          message: { verb: 'tools.week', tool: 'aa-kaksi' },
          atAnyHour: false,
          at: at(TUESDAY).toISOString(),
        },
        deliveries: [
          { to: { person: 'maija' }, state: 'pending' },
          { to: { person: 'linnea' }, state: 'skipped', reason: 'quiet' },
        ],
      },
    ])
    expect(kit.mailed[0]?.deliveries).toHaveLength(2)
    expect(await weeklyOf(kit)).toEqual([{ tool: 'aa-kaksi', week: '2026-W48' }])
  })

  it('comes once a week, each tool once, until all have come', async () => {
    const { kit, runsAt, moveTo } = await aHouse()
    expect(await runsAt(TUESDAY)).toBe(true)
    expect(await runsAt('2026-11-24T09:01')).toBe(false)
    expect(await runsAt('2026-11-30T09:00')).toBe(false)
    for (const day of ['2026-12-01', '2026-12-08', '2026-12-15', '2026-12-22']) await runsAt(`${day}T09:00`)
    // The first tool of the theme came with its launch.
    expect(sentIn(kit)).toEqual(['aa-kaksi', 'aa-kolme', 'aa-nelja', 'aa-viisi'])
    expect((await weeklyOf(kit))?.at(-1)).toEqual({ tool: '', week: '2026-W52' })
    moveTo('2026-12-22T09:01')
    expect(shown(await sendWeekly.next(kit.clock.now(), kit))).toBe('2027-01-07T09:00')
  })

  it('is unused ones first, and those that fit what the organisation goes through', async () => {
    const { kit, runsAt } = await aHouse()
    const trial = { id: 't', tool: 'aa-kaksi', version: 1, helped: 8, worked: '', change: '', at: '2026-11-20' }
    await kit.store.trials.change(TENANT, 't', () => trial)
    // Of those that have not come, the fourth alone is for it.
    await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', phase: 'new_normal', weekly: [] }))
    for (const day of ['2026-11-24', '2026-12-01', '2026-12-08', '2026-12-15']) await runsAt(`${day}T09:00`)
    expect(sentIn(kit)[0]).toBe('aa-nelja')
    expect(sentIn(kit).at(-1)).toBe('aa-kaksi')
  })

  it('is of themes launched before its time alone', async () => {
    const { kit, runsAt } = await aHouse()
    const [theme] = kit.library().themes
    const later = at('2026-11-24T10:00').toISOString()
    await kit.store.launches.change(TENANT, theme?.id ?? '', (launch) => launch && { ...launch, at: later })
    await runsAt('2026-11-24T10:30')
    expect(kit.mailed).toEqual([])
    await runsAt('2026-12-01T09:00')
    expect(sentIn(kit)).toEqual(['aa-kaksi'])
  })

  it('still comes on its day where the bot was down at nine, and is left out where it was down all day', async () => {
    const late = await aHouse('2026-11-24T15:30')
    expect(await late.runsAt('2026-11-24T15:30')).toBe(true)
    expect(sentIn(late.kit)).toEqual(['aa-kaksi'])

    const skipped = await aHouse('2026-11-24T16:30')
    expect(await skipped.runsAt('2026-11-24T16:30')).toBe(false)
    expect(await skipped.runsAt('2026-11-25T09:00')).toBe(false)
    await skipped.runsAt('2026-12-01T09:00')
    expect(sentIn(skipped.kit)).toEqual(['aa-kaksi'])
  })

  it('is the same tool, sent once, after a crash between choosing and sending', async () => {
    const { kit, runsAt } = await aHouse()
    const { outbox } = kit
    kit.outbox = { ...outbox, post: () => Promise.reject(new Error('the disk is full')) }
    await runsAt(TUESDAY)
    expect(kit.reported).toHaveLength(1)
    kit.outbox = outbox
    // Meanwhile somebody tried it, so that another one would be chosen now.
    const trial = { id: 't', tool: 'aa-kaksi', version: 1, helped: 8, worked: '', change: '', at: '2026-11-24' }
    await kit.store.trials.change(TENANT, 't', () => trial)
    expect(await runsAt('2026-11-24T09:01')).toBe(true)
    expect(await runsAt('2026-11-24T09:02')).toBe(false)
    expect(sentIn(kit)).toEqual(['aa-kaksi'])
    expect(await weeklyOf(kit)).toEqual([{ tool: 'aa-kaksi', week: '2026-W48' }])
  })

  it('goes to nobody where nobody said yes, and that week is no tool’s', async () => {
    const { kit, runsAt } = await aHouse()
    for (const id of ['maija', 'linnea']) await kit.store.people.change(TENANT, id, () => undefined)
    expect(await runsAt(TUESDAY)).toBe(false)
    await sendWeekly.run(at(TUESDAY), kit)
    expect(kit.mailed).toEqual([])
    expect(await weeklyOf(kit)).toBeUndefined()
  })

  it('is not due where nothing was launched', async () => {
    const nothing = await aHouse()
    const [theme] = nothing.kit.library().themes
    await nothing.kit.store.launches.change(TENANT, theme?.id ?? '', () => undefined)
    expect(await sendWeekly.next(nothing.kit.clock.now(), nothing.kit)).toBeUndefined()
  })

  it('passes over whoever has had three messages this week', async () => {
    const { kit, runsAt } = await aHouse()
    kit.outbox.noticesInWeek = () => Promise.resolve(new Map([['maija', 3]]))
    await runsAt(TUESDAY)
    expect(kit.mailed[0]?.deliveries[0]).toMatchObject({ state: 'skipped', reason: 'weekLimit' })
  })

  it('keeps one organisation’s weeks from another’s', async () => {
    const { kit, runsAt } = await aHouse()
    const [theme] = kit.library().themes
    const launch = await kit.store.launches.get(TENANT, theme?.id ?? '')
    await kit.store.launches.change('tenant-2', theme?.id ?? '', () => launch)
    await kit.store.people.change('tenant-2', 'olli', () => ({ id: 'olli', userId: '29:olli', wantsWeekly: true }))
    await kit.store.organisations.change('tenant-2', 'all', () => ({
      id: 'all',
      weekly: [{ tool: 'aa-kaksi', week: '2026-W47' }],
    }))
    await runsAt(TUESDAY)
    expect(kit.mailed.map(({ tenant, mailing }) => [tenant, mailing.message['tool']])).toEqual([
      [TENANT, 'aa-kaksi'],
      ['tenant-2', 'aa-kolme'],
    ])
  })
})

describe('the message of the tool of the week', () => {
  const press = async (verb: string, data: object, turn: Partial<Turn> = {}, kit = aKit()): Promise<Answer> => {
    const action = tools.actions?.[verb]
    if (action === undefined) throw new Error(`no verb ${verb}`)
    return action.run(aTurn(turn), kit, data)
  }
  const yesKit = () => {
    const asked: unknown[] = []
    const kit = aKit({
      show: async (_, what) => {
        asked.push(what)
        return Promise.resolve(aCard)
      },
    })
    return { kit, asked }
  }

  it('says what the tool is, and where others read it does not speak of the reader’s choices', async () => {
    const own = await press('tools.week', { tool: 'aa-yksi' })
    expect(own).toMatchObject({ replace: { card: 'weekly-tool', data: { id: 'aa-yksi', isOwn: true } } })
    const shared = await press('tools.week', { tool: 'aa-yksi' }, { place: aPlace('channel') })
    expect(shared).toMatchObject({ replace: { data: { isOwn: false } } })
    await expect(press('tools.week', { tool: 'aa-poissa' })).rejects.toThrow('refusals.noTool')
  })

  it.each([
    ['true', true],
    [true, true],
    ['false', undefined],
    [false, undefined],
  ])('is wanted or not after the press of %j', async (on, expected) => {
    const { kit, asked } = yesKit()
    await kit.store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', wantsWeekly: true }))
    expect(await press('tools.weekly', { on }, {}, kit)).toEqual({ open: aCard, notice: aCard.summary })
    const stored = await kit.store.people.get(TENANT, 'maija')
    expect(stored?.wantsWeekly).toBe(expected)
    expect(stored?.off?.includes('weekly') ?? false).toBe(expected === undefined)
    expect(asked).toEqual([{ verb: 'notices.kind', kind: 'weekly' }])
  })

  it('is wanted by who has no record yet', async () => {
    const { kit } = yesKit()
    await press('tools.weekly', { on: 'true' }, {}, kit)
    expect(await kit.store.people.get(TENANT, 'maija')).toEqual({ id: 'maija', userId: '29:maija', wantsWeekly: true })
  })

  it('is neither wanted nor refused in a channel, or with anything but yes and no', async () => {
    const { kit } = yesKit()
    await expect(press('tools.weekly', { on: 'true' }, { place: aPlace('channel') }, kit)).rejects.toThrow(
      'notices.refusals.here',
    )
    for (const on of ['kyllä', '', null, 1, undefined])
      await expect(press('tools.weekly', { on }, {}, kit)).rejects.toThrow('refusals.badInput')
    expect(await kit.store.people.list(TENANT)).toEqual([])
  })
})

const aCard = {
  card: 'notice-kind' as const,
  language: 'fi' as const,
  summary: 'notices.kinds.weekly.on',
  show: { verb: 'notices.kind', kind: 'weekly' },
  data: { title: 'notices.kinds.weekly.on', paragraphs: [], isOff: false, kind: 'weekly' },
}
