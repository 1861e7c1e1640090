import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { nextSendMoment } from '../../src/domain/calendar.ts'
import { PHASES, type Phase, type Theme, type Tool, type Webinar } from '../../src/domain/content.ts'
import {
  firstToolOf,
  inPhaseOrder,
  lacksForLaunch,
  launchTexts,
  planLaunch,
  toolOfTheWeek,
  webinarOfLaunch,
  type Choice,
} from '../../src/domain/launch.ts'
import { aContent, aWebinar } from '../support/content.ts'
import { at, calendar, shown } from '../support/working-calendar.ts'

describe('what a launch lacks', () => {
  const content = aContent()
  const theme = content.themes[0] as Theme
  const published = new Map(content.tools.map((tool) => [tool.id, tool]))
  const now = at('2026-11-26T14:05')
  const lacks = (given: { theme?: Theme; webinar?: ReturnType<typeof aWebinar> | undefined; waiver?: string }) =>
    lacksForLaunch({ theme, webinar: aWebinar(), waiver: '', ...given }, published, now)

  it('is nothing with three languages, three published tools and a webinar', () => {
    expect(lacks({})).toEqual([])
    expect(lacks({ theme: { ...theme, tools: ['aa-yksi', 'aa-kaksi', 'aa-kolme'] } })).toEqual([])
  })

  it('is a tool where two are published', () => {
    expect(lacks({ theme: { ...theme, tools: ['aa-yksi', 'aa-kaksi', 'aa-draft'] } })).toEqual(['tools'])
  })

  it('is a language where one has an empty text', () => {
    const text = { ...theme.text, sv: { ...theme.text.sv, why: ' ' } }
    expect(lacks({ theme: { ...theme, text } })).toEqual(['languages'])
  })

  it.each([
    ['there is none', undefined],
    ['it is over', aWebinar({ start: '2026-11-20T13:00' })],
    ['it is cancelled', aWebinar({ cancelled: true })],
  ])('is a webinar where %s, or the reason for having none', (_, webinar) => {
    expect(lacks({ webinar })).toEqual(['webinar'])
    expect(lacks({ webinar, waiver: ' ' })).toEqual(['webinar'])
    expect(lacks({ webinar, waiver: 'it was held in spring' })).toEqual([])
  })

  it('is told all at once', () => {
    expect(lacks({ theme: { ...theme, tools: [] }, webinar: undefined })).toEqual(['tools', 'webinar'])
  })
})

describe('what a theme is launched with', () => {
  const content = aContent()
  const theme = content.themes[0] as Theme
  const launch = content.launches[0]
  const published = new Map(content.tools.map((tool) => [tool.id, tool]))
  const now = at('2026-11-26T14:05')
  const named = aWebinar()
  const another = aWebinar({ id: 'wb-toinen', start: '2026-12-01T13:00' })

  it('is the webinar that its launch names while that is ahead, else the next of the theme', () => {
    const webinarOf = (webinars: Webinar[]) => webinarOfLaunch(theme, launch, webinars, now)?.id
    expect(webinarOf([another, named])).toBe('wb-testi')
    expect(webinarOf([another, { ...named, cancelled: true }])).toBe('wb-toinen')
    expect(webinarOf([{ ...another, theme: 't02-muu' }])).toBeUndefined()
    expect(webinarOf([{ ...another, kind: 'guidance' }])).toBeUndefined()
    expect(webinarOf([{ ...named, start: '2026-11-26T13:05' }])).toBeUndefined()
    expect(webinarOfLaunch({ ...theme, webinar: 'wb-testi' }, undefined, [another, named], now)?.id).toBe('wb-testi')
  })

  it('is the tool that its launch names, else the first one of the theme that is published', () => {
    expect(firstToolOf(theme, launch && { ...launch, first_tool: 'aa-kaksi' }, published)?.id).toBe('aa-kaksi')
    expect(firstToolOf(theme, launch && { ...launch, first_tool: 'aa-draft' }, published)?.id).toBe('aa-yksi')
    expect(firstToolOf({ ...theme, tools: ['aa-draft', 'aa-kolme'] }, undefined, published)?.id).toBe('aa-kolme')
    expect(firstToolOf(theme, launch, new Map())).toBeUndefined()
  })

  it('says why now in the words of its launch, and else in its own', () => {
    expect(launchTexts(theme, launch).sv).toEqual({
      title: 'Ledarskap i vardagen',
      body: 'Året börjar och mycket är öppet.',
    })
    expect(launchTexts(theme, undefined).en.body).toBe('One small act this week moves things forward.')
  })
})

describe('the plan of a launch', () => {
  type Given = Partial<Omit<Parameters<typeof planLaunch>[0], 'now'>> & { now: string }
  const planned = ({ now, ...more }: Given) => {
    const plan = planLaunch({
      wanted: 'now',
      now: at(now),
      override: false,
      hasOneOn: () => false,
      calendar,
      channelDelayDays: 2,
      hasChannels: true,
      ...more,
    })
    return 'fault' in plan ? plan.fault : [shown(plan.supervisorsAt), shown(plan.channelsAt)]
  }

  it.each<[string, Given, [string, string]]>([
    [
      'reaches channels two days after supervisors',
      { now: '2026-11-24T09:00' },
      ['2026-11-24T09:00', '2026-11-26T09:00'],
    ],
    [
      'reaches channels on Monday where two days later is a Saturday',
      { now: '2026-11-26T14:05' },
      ['2026-11-26T14:05', '2026-11-30T08:00'],
    ],
    [
      'waits for the window first, and counts the days from then',
      { now: '2026-11-26T17:00', channelDelayDays: 3 },
      ['2026-11-27T08:00', '2026-11-30T08:00'],
    ],
    [
      'goes at the wanted time',
      { now: '2026-11-26T14:05', wanted: '2026-12-01T09:00' },
      ['2026-12-01T09:00', '2026-12-03T09:00'],
    ],
    [
      'keeps the local time over the clocks’ going forward',
      { now: '2027-03-24T09:00', channelDelayDays: 7 },
      ['2027-03-24T09:00', '2027-03-31T09:00'],
    ],
    [
      'keeps the local time over the clocks’ going back',
      { now: '2026-10-23T09:00', channelDelayDays: 3 },
      ['2026-10-23T09:00', '2026-10-26T09:00'],
    ],
    ['passes over the quiet period', { now: '2026-12-21T09:00' }, ['2026-12-21T09:00', '2027-01-07T08:00']],
    [
      'comes to both at one moment with no days between',
      { now: '2026-11-24T09:00', channelDelayDays: 0 },
      ['2026-11-24T09:00', '2026-11-24T09:00'],
    ],
    [
      'gives way to a broadcast of the same day, for channels too',
      { now: '2026-11-24T09:00', hasOneOn: (date) => ['2026-11-24', '2026-11-27'].includes(date) },
      ['2026-11-25T08:00', '2026-11-30T08:00'],
    ],
    [
      'goes at any hour where HR gave a reason',
      { now: '2026-11-27T20:00', override: true, channelDelayDays: 1 },
      ['2026-11-27T20:00', '2026-11-28T20:00'],
    ],
  ])('%s', (_, given, moments) => {
    expect(planned(given)).toEqual(moments)
  })

  it('has no time for channels where the audience has none', () => {
    expect(planned({ now: '2026-11-24T09:00', hasChannels: false })).toEqual(['2026-11-24T09:00', undefined])
  })

  it.each([
    ['a past time', '2026-11-20T09:00', 'broadcasts.faults.atPast'],
    ['a time that the clocks leap over', '2027-03-28T03:30', 'broadcasts.faults.at'],
  ])('refuses %s', (_, wanted, fault) => {
    expect(planned({ now: '2026-11-24T09:00', wanted })).toBe(fault)
  })

  it('never reaches channels before supervisors, and both in working hours alone', () => {
    const minute = fc.integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 })
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: 14 }), (minutes, channelDelayDays) => {
        const now = new Date(minutes * 60_000)
        const wish = { wanted: 'now', now, override: false, hasOneOn: () => false, hasChannels: true }
        const plan = planLaunch({ ...wish, calendar, channelDelayDays })
        if ('fault' in plan || plan.channelsAt === undefined) throw new Error('no plan')
        const days = (plan.channelsAt.getTime() - plan.supervisorsAt.getTime()) / 86_400_000
        expect(days).toBeGreaterThanOrEqual(channelDelayDays - 1 / 24)
        for (const moment of [plan.supervisorsAt, plan.channelsAt]) {
          expect(nextSendMoment(moment, calendar)).toEqual(moment)
        }
      }),
    )
  })
})

describe('the tool of the week', () => {
  const aTool = (id: string, phase: Phase[] = ['everyday']) => [id, { id, phase } as unknown as Tool] as const
  const theme = (id: string, tools: string[], phase: Phase[] = ['everyday']) => ({ id, tools, phase })
  const choice: Choice = {
    launched: [
      { theme: theme('t02-b', ['b-1', 'b-2']), at: '2026-11-10T07:00:00Z' },
      { theme: theme('t01-a', ['a-1', 'a-2', 'a-3']), at: '2026-11-24T07:00:00Z' },
    ],
    tools: new Map(['a-1', 'a-2', 'a-3', 'b-1', 'b-2', 'c-1'].map((id) => aTool(id))),
    sent: new Set(),
    used: new Set(),
    phase: undefined,
  }
  /** All that come, one after the other. */
  const order = (given: Partial<Choice> = {}) => {
    const ids: string[] = []
    while (ids.length < 10) {
      const sent = new Set([...(given.sent ?? []), ...ids])
      const tool = toolOfTheWeek({ ...choice, ...given, sent })
      if (tool === undefined) break
      ids.push(tool.id)
    }
    return ids
  }

  it('comes from launched themes, the last launched first, in the order of the theme, each once', () => {
    expect(order()).toEqual(['a-1', 'a-2', 'a-3', 'b-1', 'b-2'])
  })

  it('is none that came before, and none that is not published any more', () => {
    expect(order({ sent: new Set(['a-1']) })).toEqual(['a-2', 'a-3', 'b-1', 'b-2'])
    expect(order({ tools: new Map([aTool('b-2')]) })).toEqual(['b-2'])
    expect(order({ launched: [] })).toEqual([])
  })

  it('is an unused one as long as there is one', () => {
    expect(order({ used: new Set(['a-1', 'a-2', 'b-1']) })).toEqual(['a-3', 'b-2', 'a-1', 'a-2', 'b-1'])
  })

  it('fits the phase of the organisation: tool and theme, the tool alone, the theme alone', () => {
    const launched = [
      { theme: theme('t01-a', ['a-1', 'a-2'], ['crisis']), at: '2026-11-24T07:00:00Z' },
      { theme: theme('t02-b', ['b-1', 'b-2']), at: '2026-11-10T07:00:00Z' },
    ]
    const tools = new Map([aTool('a-1'), aTool('a-2', ['crisis']), aTool('b-1'), aTool('b-2', ['everyday', 'crisis'])])
    expect(order({ launched, tools, phase: 'crisis' })).toEqual(['a-2', 'b-2', 'a-1', 'b-1'])
    expect(order({ launched, tools, phase: 'crisis', used: new Set(['a-2']) })).toEqual(['b-2', 'a-1', 'b-1', 'a-2'])
  })

  it('is the same whatever order the launches are listed in, two of one moment included', () => {
    const launched = ['t03-c', 't01-a', 't02-b'].map((id, index) => ({
      theme: theme(id, [`${id}-1`, `${id}-2`]),
      at: index === 0 ? '2026-11-24T07:00:00Z' : '2026-11-10T07:00:00Z',
    }))
    const tools = new Map(launched.flatMap((one) => one.theme.tools.map((id) => aTool(id))))
    const expected = ['t03-c-1', 't03-c-2', 't01-a-1', 't01-a-2', 't02-b-1', 't02-b-2']
    fc.assert(
      fc.property(
        fc.shuffledSubarray(launched, { minLength: 3 }),
        fc.constantFrom(undefined, ...PHASES),
        (all, phase) => {
          expect(order({ launched: all, tools, phase })).toEqual(expected)
        },
      ),
    )
  })
})

describe('the order of a phase', () => {
  it('puts what fits first and leaves the rest as it was', () => {
    const items = [
      { id: 1, phase: ['everyday'] },
      { id: 2, phase: ['crisis', 'exit'] },
      { id: 3, phase: ['everyday', 'exit'] },
    ] as { id: number; phase: Phase[] }[]
    const ids = (phase: Phase | undefined) => inPhaseOrder(items, phase).map(({ id }) => id)
    expect(ids('exit')).toEqual([2, 3, 1])
    expect(ids('everyday')).toEqual([1, 3, 2])
    expect(ids(undefined)).toEqual([1, 2, 3])
  })
})
