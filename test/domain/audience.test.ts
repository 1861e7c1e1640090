import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  audienceFaults,
  hasAdvance,
  parseAudience,
  resolveAudience,
  type Asked,
  type Audience,
} from '../../src/domain/audience.ts'
import { keyOf, noCounts, type Delivery, type Reason } from '../../src/domain/delivery.ts'
import type { Known } from '../../src/domain/directory.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import type { Team } from '../../src/domain/records.ts'

const someone = (id: string, more: Partial<Known> = {}): Known => ({
  id,
  hasApp: true,
  isGuest: false,
  isRetired: false,
  unit: '',
  roles: [],
  language: 'fi',
  off: [],
  ...more,
})
const team = (id: string, channels: string[], members: string[] = []): Team => ({
  id,
  name: id,
  serviceUrl: 'https://smba.example',
  channels: channels.map((channel) => ({ id: channel, key: `key-${channel}`, name: channel })),
  members: members.map((member) => ({ id: member, userId: member })),
})

const audienceOf = (text: string): Audience => {
  const audience = parseAudience(text)
  if (audience === undefined) throw new Error(`no audience: ${text}`)
  return audience
}
const resolved = (text: string, asked: Partial<Asked>) =>
  resolveAudience({
    audience: audienceOf(text),
    people: [],
    teams: [],
    supervisors: new Set(),
    notice: 'broadcasts',
    override: false,
    plan: { advanceAt: new Date('2026-12-02T07:00:00Z'), sendAt: new Date('2026-12-03T07:00:00Z') },
    zone: 'Europe/Helsinki',
    noticesInWeek: { main: new Map(), advance: new Map() },
    ...asked,
  })
const ids = (deliveries: Iterable<Delivery>) =>
  [...deliveries].map(({ to }) => ('person' in to ? to.person : to.conversation))

describe('an audience', () => {
  it.each([
    ['supervisors', [{ kind: 'supervisors' }]],
    ['unit:Talous, hallinto ja tuki', [{ kind: 'unit', unit: 'Talous, hallinto ja tuki' }]],
    [
      'unit:Talous, hallinto,language:sv, channel:4f, everyone',
      [
        { kind: 'unit', unit: 'Talous, hallinto' },
        { kind: 'language', language: 'sv' },
        { kind: 'channel', key: '4f' },
        { kind: 'everyone' },
      ],
    ],
    ['unit:Koulut, everyone else', [{ kind: 'unit', unit: 'Koulut, everyone else' }]],
    [' channels ,supervisors', [{ kind: 'channels' }, { kind: 'supervisors' }]],
  ])('is read: %s', (text, audience) => {
    expect(parseAudience(text)).toEqual(audience)
  })

  it.each([
    '',
    ' ',
    'nobody',
    'language:de',
    'language:',
    'unit:',
    'unit: ',
    'channel:',
    'everyone,',
    'everyone,nobody',
  ])('is unknown: “%s”', (text) => {
    expect(parseAudience(text)).toBeUndefined()
  })

  it('is read back whatever a unit is called', () => {
    const unit = fc
      .string({ minLength: 1 })
      .map((name) => name.trim())
      .filter((name) => name !== '' && !/,\s*(supervisors|everyone|channels|unit:|language:|channel:)/.test(name))
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), (units) => {
        expect(parseAudience(units.map((name) => `unit:${name}`).join(','))).toEqual(
          units.map((name) => ({ kind: 'unit', unit: name })),
        )
      }),
    )
  })

  it('is faulty where a unit or a channel does not exist', () => {
    const people = [someone('a', { unit: 'Kirjasto' })]
    const teams = [team('t', ['c'])]
    const faults = (text: string) => audienceFaults(audienceOf(text), people, teams)
    expect(faults('unit:kirjasto,channel:key-c')).toEqual([])
    expect(faults('unit:Museo,channel:c')).toEqual([
      { key: 'broadcasts.faults.unitUnknown', values: { unit: 'Museo' } },
      { key: 'broadcasts.faults.channelUnknown' },
    ])
  })
})

describe('who gets a message', () => {
  it('is who has the unit, however it is written, or the language, and nobody twice', () => {
    const people = [
      someone('a', { unit: 'Ååminne', language: 'sv' }),
      someone('b', { unit: 'a\u030Aa\u030Aminne'.toUpperCase() }),
      someone('c', { language: 'sv' }),
      someone('d'),
    ]
    const { main, advanceIs, figures } = resolved('unit:Ååminne,language:sv', { people })
    expect(ids(main)).toEqual(['a', 'b', 'c'])
    expect([advanceIs, figures.total]).toEqual(['none', 3])
  })

  it('is, among supervisors, everybody with the app until somebody is named', () => {
    const people = [someone('a'), someone('b', { hasApp: false }), someone('c')]
    expect(ids(resolved('supervisors', { people, supervisors: undefined }).main)).toEqual(['a', 'c'])
    expect(ids(resolved('supervisors', { people, supervisors: new Set(['b']) }).main)).toEqual(['b'])
  })

  it('is a supervisor too whom the import knows by another name', () => {
    const people = [someone('aino@kunta.example', { hasApp: false, roles: ['supervisor'] })]
    expect([...resolved('supervisors', { people }).main]).toEqual([
      { to: { person: 'aino@kunta.example' }, state: 'skipped', reason: 'notInstalled' },
    ])
  })

  it('is told with what the platform knows of the person', () => {
    const people = [someone('a', { userId: '29:a', serviceUrl: 'https://smba.example' })]
    expect([...resolved('language:fi', { people }).main]).toEqual([
      { to: { person: 'a', userId: '29:a', serviceUrl: 'https://smba.example' }, state: 'pending' },
    ])
  })

  it('is every channel once, and one that refused is skipped', () => {
    const shared = team('t2', ['c1', 'c2'])
    const teams = [
      team('t1', ['c1']),
      {
        ...shared,
        channels: shared.channels.map((one) => (one.id === 'c2' ? { ...one, isRetired: true as const } : one)),
      },
    ]
    expect([...resolved('channels', { teams }).main]).toEqual([
      { to: { conversation: 'c1', serviceUrl: 'https://smba.example', team: 't1' }, state: 'pending' },
      {
        to: { conversation: 'c2', serviceUrl: 'https://smba.example', team: 't2' },
        state: 'skipped',
        reason: 'retired',
      },
    ])
    expect(ids(resolved('channel:key-c2', { teams }).main)).toEqual(['c2'])
  })
})

describe('who is skipped', () => {
  const worst: Partial<Known> = {
    isGuest: true,
    hasApp: false,
    isRetired: true,
    off: ['broadcasts'],
    quietUntil: '2027-01-01',
  }
  const full = new Map([['a', 3]])
  const reasonOf = (more: Partial<Known>, asked: Partial<Asked> = {}) =>
    [...resolved('language:fi', { people: [someone('a', more)], ...asked }).main][0]?.reason

  it('is told by the first reason of their order', () => {
    const noticesInWeek = { main: full, advance: new Map<string, number>() }
    const worse = [worst, { ...worst, isGuest: false }]
    worse.push({ ...worst, isGuest: false, hasApp: true }, { ...worst, isGuest: false, hasApp: true, isRetired: false })
    const reasons = worse.map((more) => reasonOf(more, { noticesInWeek }))
    expect(reasons).toEqual(['guest', 'notInstalled', 'retired', 'optedOut'])
    expect(reasonOf({ quietUntil: '2027-01-01' }, { noticesInWeek })).toBe('quiet')
    expect(reasonOf({}, { noticesInWeek })).toBe('weekLimit')
  })

  it('gets it again on the day until which notices were to rest, by the local date', () => {
    const sendAt = new Date('2026-12-02T22:30:00Z')
    expect(reasonOf({ quietUntil: '2026-12-03' }, { plan: { sendAt } })).toBeUndefined()
    expect(reasonOf({ quietUntil: '2026-12-04' }, { plan: { sendAt } })).toBe('quiet')
  })

  it('gets a third notice in a week, and no fourth', () => {
    const after = (number: number) => ({ main: new Map([['a', number]]), advance: new Map<string, number>() })
    expect(reasonOf({}, { noticesInWeek: after(2) })).toBeUndefined()
    expect(reasonOf({}, { noticesInWeek: after(3) })).toBe('weekLimit')
  })

  it('gets what HR sends with a reason in quiet and in a full week, but never a kind that was turned off', () => {
    const noticesInWeek = { main: full, advance: full }
    expect(reasonOf({ quietUntil: '2027-01-01' }, { noticesInWeek, override: true })).toBeUndefined()
    expect(reasonOf({ off: ['broadcasts'] }, { override: true })).toBe('optedOut')
    expect(reasonOf({ off: ['weekly'] })).toBeUndefined()
  })

  it('is judged by the day and week in which supervisors get it, where they get it ahead', () => {
    const people = [someone('a', { quietUntil: '2026-12-03' }), someone('b')]
    const noticesInWeek = { main: new Map<string, number>(), advance: new Map([['b', 3]]) }
    const { advance } = resolved('everyone', { people, supervisors: undefined, noticesInWeek })
    expect([...advance].map(({ reason }) => reason)).toEqual(['quiet', 'weekLimit'])
  })
})

describe('who gets a message ahead of the others', () => {
  const people = [someone('boss'), someone('chief', { unit: 'Kirjasto' }), someone('worker', { unit: 'Kirjasto' })]
  const supervisors = new Set(['boss', 'chief'])
  const teams = [team('t1', ['c1'], ['boss', 'worker']), team('t2', ['c2'], ['chief'])]

  it.each([
    ['everyone', true],
    ['channels', true],
    ['channel:x', true],
    ['unit:x,everyone', true],
    ['supervisors', false],
    ['unit:x,language:sv', false],
  ])('is there for %s: %s', (text, expected) => {
    expect(hasAdvance(audienceOf(text))).toBe(expected)
  })

  it('is each supervisor, instead of with everyone', () => {
    const { main, advance, advanceIs, figures } = resolved('everyone', { people, supervisors, teams })
    expect([ids(main), ids(advance)]).toEqual([['worker'], ['boss', 'chief']])
    expect([advanceIs, figures.total]).toEqual(['instead', 3])
  })

  it('leaves nobody for later where everyone is a supervisor', () => {
    const { counts, figures } = resolved('everyone', { people, supervisors: undefined })
    expect(counts.main).toEqual(noCounts())
    expect(figures.total).toBe(3)
  })

  it('is, for channels, each supervisor of their teams, who is not counted', () => {
    const all = resolved('channels', { people, supervisors, teams })
    expect([ids(all.main), ids(all.advance)]).toEqual([
      ['c1', 'c2'],
      ['boss', 'chief'],
    ])
    expect([all.advanceIs, all.figures.total]).toEqual(['inAddition', 2])
    expect(ids(resolved('channel:key-c1', { people, supervisors, teams }).advance)).toEqual(['boss'])
  })

  it('is not told again where a unit was asked for beside the channels, and is then counted', () => {
    const { main, advance, advanceIs, figures } = resolved('unit:Kirjasto,channels', { people, supervisors, teams })
    expect([ids(main), ids(advance)]).toEqual([
      ['worker', 'c1', 'c2'],
      ['boss', 'chief'],
    ])
    expect([advanceIs, figures.total]).toEqual(['instead', 5])
  })
})

describe('who gets a launch first', () => {
  const people = [someone('boss'), someone('chief', { unit: 'Kirjasto' }), someone('worker', { unit: 'Kirjasto' })]
  const teams = [team('t1', ['c1'], ['boss', 'worker'])]
  const asked = { people, teams, supervisors: new Set(['boss', 'chief']), areSupervisorsFirst: true }

  it.each([
    ['supervisors', ['boss', 'chief'], []],
    ['supervisors,channels', ['boss', 'chief'], ['c1']],
    ['unit:Kirjasto', ['chief'], ['worker']],
    ['channels', ['boss'], ['c1']],
    ['everyone', ['boss', 'chief'], ['worker']],
  ])('is every supervisor whom %s means, and everybody counts', (text, first, later) => {
    const { main, advance, advanceIs, figures } = resolved(text, asked)
    expect([ids(advance), ids(main)]).toEqual([first, later])
    expect([advanceIs, figures.total]).toEqual(['instead', first.length + later.length])
  })
})

describe('every audience', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  const anyone = fc.record({
    hasApp: fc.boolean(),
    isGuest: fc.boolean(),
    isRetired: fc.boolean(),
    unit: fc.constantFrom('', 'Kirjasto', 'Talous, hallinto'),
    roles: fc.constantFrom([], ['supervisor' as const]),
    language: fc.constantFrom(...LANGUAGES),
    off: fc.constantFrom([], ['broadcasts' as const], ['weekly' as const]),
    quietUntil: fc.constantFrom('2026-12-01', '2027-01-01'),
  })
  const people = fc.dictionary(id, anyone).map((all) => Object.entries(all).map(([name, more]) => someone(name, more)))
  const teams = fc
    .dictionary(fc.constantFrom('t1', 't2', 't3'), fc.uniqueArray(id))
    .map((all) => Object.entries(all).map(([name, members]) => team(name, [`${name}-c1`, 'shared'], members)))
  const part = fc.constantFrom(
    'supervisors',
    'everyone',
    'channels',
    'unit:Kirjasto',
    'unit:Talous, hallinto',
    'language:sv',
    'channel:key-shared',
  )
  const notices = fc.dictionary(id, fc.integer({ min: 0, max: 5 })).map((all) => new Map(Object.entries(all)))

  it('has each recipient once, sums exactly, is the same each time, and misses nobody it means', () => {
    const supervisors = fc.option(fc.uniqueArray(id), { nil: undefined }).map((named) => named && new Set(named))
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1 }),
        people,
        teams,
        supervisors,
        fc.boolean(),
        notices,
        fc.boolean(),
        (parts, everyone, allTeams, named, override, had, areSupervisorsFirst) => {
          const asked = { people: everyone, teams: allTeams, supervisors: named, override, areSupervisorsFirst }
          const noticesInWeek = { main: had, advance: had }
          const { main, advance, advanceIs, counts, figures } = resolved(parts.join(','), { ...asked, noticesInWeek })
          const both = [...main, ...advance]
          const keys = both.map(({ to }) => keyOf(to))
          expect(new Set(keys).size).toBe(keys.length)
          expect([...main, ...advance]).toEqual(both)
          expect([counts.main.total, counts.advance.total]).toEqual([[...main].length, [...advance].length])
          expect(figures.pending + figures.skipped).toBe(figures.total)
          expect(figures.total).toBe(advanceIs === 'instead' ? both.length : counts.main.total)
          if (parts.includes('everyone')) {
            expect(ids(both)).toEqual(expect.arrayContaining(everyone.map((one) => one.id)))
          }
          for (const single of parts) {
            const alone = resolved(single, { ...asked, noticesInWeek })
            const meant = alone.advanceIs === 'inAddition' ? ids(alone.main) : ids([...alone.main, ...alone.advance])
            expect(ids(both)).toEqual(expect.arrayContaining(meant))
          }
          for (const { state, reason } of both) expect(reason === undefined).toBe(state === 'pending')
          const kept: Reason[] = ['quiet', 'weekLimit']
          if (override) expect(both.some(({ reason }) => reason !== undefined && kept.includes(reason))).toBe(false)
        },
      ),
    )
  })
})
