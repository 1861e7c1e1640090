import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Tool } from '../../src/domain/content.ts'
import { momentOf, readLocal, wallOf, writeLocal } from '../../src/domain/days.ts'
import type { Library } from '../../src/domain/library.ts'
import type { LaunchRecord, PersonRecord, Team } from '../../src/domain/records.ts'
import { changeOf, nextChange } from '../../src/domain/theme-changes.ts'
import { themes } from '../../src/features/themes/index.ts'
import { tellChanges } from '../../src/features/themes/tell-changes.ts'
import type { Kit, Turn } from '../../src/kit.ts'
import { aKit, aPlace, aTurn } from '../support/kit.ts'

const { calendar } = aKit().settings
const TENANT = 'tenant-1'
const at = (local: string) => momentOf(readLocal(local) ?? NaN, calendar.zone)
const shown = (moment: Date | undefined) => moment && writeLocal(wallOf(moment, calendar.zone))

const THEME = aKit().library().themes[0]?.id ?? ''
const ALL = { 'aa-yksi': 1, 'aa-kaksi': 1, 'aa-kolme': 1, 'aa-nelja': 1, 'aa-viisi': 1 }
const { 'aa-viisi': _new, ...FOUR } = ALL

function aLaunch(given: Partial<LaunchRecord> = {}): LaunchRecord {
  return {
    id: THEME,
    broadcast: 'b',
    at: at('2026-10-20T09:00').toISOString(),
    audience: 'supervisors,channels',
    channels: [{ conversation: 'koti', serviceUrl: 'https://service.example', team: 'koti' }],
    told: ALL,
    ...given,
  }
}

describe('what is new in a theme', () => {
  const aTool = (version: number) => ({ version }) as Tool
  const bank = (tools: Record<string, number>, listed = Object.keys(tools)) => ({
    themes: [{ id: THEME, tools: listed }],
    tools: new Map(Object.entries(tools).map(([id, version]) => [id, aTool(version)])),
  })

  it('is a tool that came, and a new version of one that was there', () => {
    const told = { a: 1, b: 2, c: 1 }
    expect(changeOf(aLaunch({ told }), bank({ a: 1, b: 2, c: 1 }))).toBeUndefined()
    expect(changeOf(aLaunch({ told }), bank({ a: 1, d: 1, b: 3, c: 1 }))).toEqual({
      theme: THEME,
      added: ['d'],
      renewed: ['b'],
    })
  })

  it('is nothing where a tool or the theme went away, is not published yet, or went back to an older version', () => {
    const told = { a: 2, b: 1 }
    expect(changeOf(aLaunch({ told }), bank({ a: 1 }, ['a', 'b', 'draft']))).toBeUndefined()
    expect(changeOf(aLaunch({ told }), { themes: [], tools: new Map() })).toBeUndefined()
  })

  it('is told one theme a week, of each a month after the launch or the last line, the longest waiting first', () => {
    const day = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined })
    const launches = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), day), { minLength: 1, maxLength: 6 })
    const moment = (days: number) => new Date(Date.UTC(2026, 0, 5, 7) + days * 86_400_000)
    fc.assert(
      fc.property(launches, (all) => {
        const records = all.map(([launched, told], index) =>
          aLaunch({
            id: `t${index}`,
            at: moment(launched).toISOString(),
            told: {},
            ...(told !== undefined && { toldAt: moment(told).toISOString() }),
          }),
        )
        const listed = records.map(({ id }) => ({ id, tools: ['a'] }))
        const next = nextChange(records, { themes: listed, tools: new Map([['a', aTool(1)]]) }, calendar.zone)
        const chosen = records.find(({ id }) => id === next?.change.theme)
        if (next === undefined || chosen === undefined) throw new Error('something is new')
        const lastOf = ({ at: launchedAt, toldAt = launchedAt }: LaunchRecord) => toldAt
        expect(next.from.getTime() - Date.parse(lastOf(chosen))).toBeGreaterThanOrEqual(30 * 86_400_000)
        for (const record of records) {
          expect(lastOf(chosen) <= lastOf(record)).toBe(true)
          if (record.toldAt !== undefined) expect(next.from > new Date(record.toldAt)).toBe(true)
        }
      }),
    )
  })
})

const PEOPLE: PersonRecord[] = ['maija', 'antti', 'sari'].map((id) => ({
  id,
  userId: `29:${id}`,
  ownChat: { conversation: `own-${id}`, serviceUrl: 'https://service.example' },
  ...(id === 'sari' && { off: ['themes'] }),
}))
const TEAM: Team = {
  id: 'koti',
  name: 'Kotihoito',
  serviceUrl: 'https://service.example',
  channels: [{ id: 'koti', key: 'k', name: '' }],
  members: [{ id: 'antti', userId: '29:antti' }],
}

/** A launched theme; Maija and Sari are supervisors. */
async function aHouse(launch: Partial<LaunchRecord>, given: Partial<Kit> = {}) {
  let now = at('2026-11-23T12:00')
  const supervisors = () => Promise.resolve(new Set(['maija', 'sari']))
  const kit = aKit({ clock: { now: () => now }, supervisors, ...given })
  for (const person of PEOPLE) await kit.store.people.change(TENANT, person.id, () => person)
  await kit.store.teams.change(TENANT, TEAM.id, () => TEAM)
  await kit.store.launches.change(TENANT, THEME, () => aLaunch(launch))
  return {
    kit,
    due: async () => shown(await tellChanges.next(now, kit)),
    runsAt: async (to: string) => {
      now = at(to)
      const due = await tellChanges.next(now, kit)
      if (due === undefined || due > now) return false
      await tellChanges.run(due, kit)
      return true
    },
  }
}

describe('what changed', () => {
  it('reaches the people whom the launch means now and the channels that got it, as one message', async () => {
    const { kit, due, runsAt } = await aHouse({ told: { ...FOUR, 'aa-yksi': 0 } })
    expect(await due()).toBe('2026-11-24T09:00')
    expect(await runsAt('2026-11-24T09:00')).toBe(true)
    expect(kit.mailed).toMatchObject([
      {
        tenant: TENANT,
        mailing: {
          kind: 'themes.changes',
          notice: 'themes',
          message: { verb: 'themes.changes', theme: THEME, added: ['aa-viisi'], renewed: ['aa-yksi'] },
        },
      },
    ])
    expect(kit.mailed[0]?.deliveries).toEqual([
      { to: { person: 'maija', userId: '29:maija', serviceUrl: 'https://service.example' }, state: 'pending' },
      {
        to: { person: 'sari', userId: '29:sari', serviceUrl: 'https://service.example' },
        state: 'skipped',
        reason: 'optedOut',
      },
      { to: { conversation: 'koti', serviceUrl: 'https://service.example', team: 'koti' }, state: 'pending' },
    ])
    expect(await kit.store.launches.get(TENANT, THEME)).toMatchObject({
      told: ALL,
      toldAt: at('2026-11-24T09:00').toISOString(),
    })
    expect(await runsAt('2026-11-24T09:01')).toBe(false)
    expect(await due()).toBeUndefined()
  })

  it('waits a month from the launch, and from one line to the next', async () => {
    const fresh = await aHouse({ told: FOUR, at: at('2026-11-10T09:00').toISOString() })
    // 10 December is a Thursday.
    expect(await fresh.due()).toBe('2026-12-15T09:00')
    expect(await fresh.runsAt('2026-12-08T09:00')).toBe(false)
    expect(await fresh.runsAt('2026-12-15T09:00')).toBe(true)
    const told = await aHouse({ told: FOUR, toldAt: at('2026-11-03T09:00').toISOString() })
    expect(await told.due()).toBe('2026-12-08T09:00')
  })

  it('is nothing where nothing changed', async () => {
    const { due } = await aHouse({})
    expect(await due()).toBeUndefined()
  })

  it('is told once, though a crash came between sending it and noting that it was told', async () => {
    const { kit, runsAt } = await aHouse({ told: FOUR })
    const { store } = kit
    const killed = () => Promise.reject(new Error('killed'))
    kit.store = { ...store, launches: { ...store.launches, change: killed } }
    expect(await runsAt('2026-11-24T09:00')).toBe(true)
    expect(kit.reported).toHaveLength(1)
    kit.store = store
    expect(await runsAt('2026-12-01T09:00')).toBe(true)
    expect(kit.mailed).toHaveLength(1)
    // As long as a message that can be taken back: longer than to the next day on which it could come.
    expect(kit.mailed[0]?.mailing.keepsCopies).toBe(true)
    expect(await kit.store.launches.get(TENANT, THEME)).toMatchObject({ told: ALL })
  })

  it('F62 counts as told from when the first of two processes told it', async () => {
    const { kit } = await aHouse({ told: FOUR })
    const [first, later] = ['2026-11-24T09:00', '2026-11-24T09:05'].map((local) => ({ now: () => at(local) }))
    const { launches } = kit.store
    const get = async (tenant: string, id: string) => {
      await tellChanges.run(at('2026-11-24T09:00'), { ...kit, clock: first ?? kit.clock })
      return launches.get(tenant, id)
    }
    const slower = { ...kit, clock: later ?? kit.clock, store: { ...kit.store, launches: { ...launches, get } } }
    await tellChanges.run(at('2026-11-24T09:00'), slower)
    expect(kit.mailed).toHaveLength(1)
    expect(await launches.get(TENANT, THEME)).toMatchObject({ told: ALL, toldAt: at('2026-11-24T09:00').toISOString() })
  })

  it('comes to no channel that refused a message, or that the app is in no more', async () => {
    const gone = { conversation: 'gone', serviceUrl: 'https://service.example' }
    const { kit, runsAt } = await aHouse({ told: FOUR, channels: [...aLaunch().channels, gone] })
    await kit.store.teams.change(TENANT, TEAM.id, () => ({
      ...TEAM,
      channels: [{ id: 'koti', key: 'k', name: '', isRetired: true }],
    }))
    await runsAt('2026-11-24T09:00')
    const channels = kit.mailed[0]?.deliveries.filter(({ to }) => 'conversation' in to)
    expect(channels?.map(({ state, reason }) => [state, reason])).toEqual([
      ['skipped', 'retired'],
      ['skipped', 'notInstalled'],
    ])
  })

  it('is left for the next week where the bot was down all day', async () => {
    const { due, runsAt } = await aHouse({ told: FOUR })
    expect(await runsAt('2026-11-25T10:00')).toBe(false)
    expect(await due()).toBe('2026-12-01T09:00')
  })
})

describe('the message of what changed', () => {
  const press = async (data: object, turn: Partial<Turn> = {}, kit = aKit()) => {
    const action = themes.actions?.['themes.changes']
    if (action === undefined) throw new Error('no such verb')
    return action.run(aTurn(turn), kit, data)
  }
  const told = { theme: THEME, added: ['aa-viisi'], renewed: ['aa-yksi'] }

  it('names the theme and its tools in the reader’s language, and comes again in another one', async () => {
    const answer = await press(told)
    if (!('replace' in answer) || answer.replace.card !== 'what-changed') throw new Error('no card came')
    const { data, show } = answer.replace
    expect(data.title).toContain('changes.title')
    expect(data.text).toMatch(/changes\.added .*"count":1.*Viides työkalu.*changes\.renewed .*"count":1/)
    expect(data.isOwn).toBe(true)
    expect(show).toEqual({ verb: 'themes.changes', ...told })
    const swedish = await press(told, { language: 'sv', place: aPlace('channel') })
    expect(JSON.stringify(swedish)).toContain('Det femte verktyget')
    expect(swedish).toMatchObject({ replace: { data: { isOwn: false } } })
  })

  it('names three tools and counts the rest', async () => {
    const answer = await press({ theme: THEME, added: Object.keys(ALL), renewed: [] })
    const { text } = ('replace' in answer ? answer.replace.data : {}) as { text: string }
    expect(text.match(/changes\.tool /g)).toHaveLength(3)
    expect(text).toContain('changes.more')
    expect(text).not.toContain('changes.renewed')
  })

  it('is none where the theme or all its news went away meanwhile', async () => {
    const nothing: Library = { ...aKit().library(), themes: [] }
    await expect(press(told, {}, aKit({ library: () => nothing }))).rejects.toThrow('refusals.notFound')
    await expect(press({ theme: THEME, added: ['aa-poissa'], renewed: [] })).rejects.toThrow('refusals.notFound')
    await expect(press({ theme: 'x'.repeat(41), added: [], renewed: [] })).rejects.toThrow('refusals.notFound')
  })
})
