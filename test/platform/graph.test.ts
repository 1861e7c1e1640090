import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  aGraph,
  aGraphDesk,
  aUser,
  down,
  forbidden,
  throttled,
  TOKEN,
  users,
  type GraphOfTest,
} from '../support/graph.ts'

const desk = aGraphDesk()
/** Where nothing of the bot has to go. */
let elsewhere: GraphOfTest
beforeAll(async () => {
  elsewhere = await aGraph()
})
afterAll(() => elsewhere.close())

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('The members of a group', () => {
  it('are read by pages of 999, all 20,000 of them', async () => {
    desk.service.groups.set('everybody', users(20_000))
    const found = await desk.graph.members('everybody')
    expect(found).toEqual(new Set(users(20_000).map(({ id }) => id)))
    expect(desk.service.asked).toHaveLength(21)
    expect(new Set(desk.service.asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]))
  })

  it('are its people, without guests, devices and the groups within it', async () => {
    desk.service.groups.set('mixed', [
      aUser('ID-Maija'),
      aUser('id-before-2014', { userType: null }),
      aUser('id-guest', { userType: 'Guest' }),
      aUser('id-invited', { userPrincipalName: 'eva_firma.fi#EXT#@kunta.onmicrosoft.com' }),
      { id: 'id-device', kind: 'device' },
      { id: 'id-group', kind: 'group' },
    ])
    expect(await desk.graph.members('mixed')).toEqual(new Set(['id-maija', 'id-before-2014']))
    desk.service.groups.set('empty', [])
    expect(await desk.graph.members('empty')).toEqual(new Set())
    expect(await desk.graph.members('unknown')).toBeUndefined()
  })

  it('are not taken from an answer that hides who is a guest', async () => {
    desk.service.groups.set('hidden', [aUser('id-maija'), { id: 'id-liisa', userPrincipalName: null, userType: null }])
    expect(await faultOf(desk.graph.members('hidden'))).toMatchObject({ code: 'users-are-hidden' })
  })

  it('are not asked for at another address, whatever the next page is said to be', async () => {
    desk.service.groups.set('everybody', users(1))
    elsewhere.groups.set('everybody', users(1))
    const asked = '/v1.0/groups/everybody/transitiveMembers'
    for (const next of [
      `${elsewhere.origin}${asked}`,
      `${desk.service.origin.replace('http:', 'https:')}${asked}`,
      `${desk.service.origin.replace('//', '//somebody@')}.evil.example${asked}`,
      `${desk.service.origin}/beta${asked}`,
      asked,
      'no address',
    ]) {
      desk.service.answers = () => ({ status: 200, body: { value: [], '@odata.nextLink': next } })
      expect(await faultOf(desk.graph.members('everybody'))).toMatchObject({ code: 'foreign-page' })
    }
    expect(desk.service.asked).toHaveLength(6)
    expect(elsewhere.asked).toEqual([])
  })

  it('are not looked for where Graph redirects to', async () => {
    desk.service.answers = ({ path }) => ({ status: 302, headers: { location: `${elsewhere.origin}${path}` } })
    expect(await faultOf(desk.graph.members('everybody'))).toMatchObject({ code: 'no-answer' })
    expect(elsewhere.asked).toEqual([])
  })

  it('come to an end where the pages do not', async () => {
    desk.service.answers = ({ path }) => ({
      status: 200,
      body: { value: [], '@odata.nextLink': `${desk.service.origin}${path}` },
    })
    expect(await faultOf(desk.graph.members('endless'))).toMatchObject({ code: 'too-many-pages' })
    expect(desk.service.asked).toHaveLength(201)
  })

  it.each([{ value: 'no list' }, { value: [{ id: 7 }] }, {}])('are not taken from rubbish: %j', async (body) => {
    desk.service.answers = () => ({ status: 200, body })
    expect(await faultOf(desk.graph.members('rubbish'))).toMatchObject({ code: 'unfit-answer' })
  })
})

describe('A request to Graph', () => {
  beforeEach(() => {
    desk.service.users.set('maija@kunta.fi', 'ID-Maija')
  })
  const failFirst = (...answers: ReturnType<GraphOfTest['answers']>[]) => {
    desk.service.answers = () => answers.shift()
  }

  it('tells whose a user principal name is', async () => {
    desk.service.users.set('o’brien+1/2#@kunta.fi', 'id-odd')
    expect(await desk.graph.idOf('maija@kunta.fi')).toBe('id-maija')
    expect(await desk.graph.idOf('o’brien+1/2#@kunta.fi')).toBe('id-odd')
    expect(await desk.graph.idOf('nobody@kunta.fi')).toBeUndefined()
  })

  it('waits as long as Graph asks for, five minutes at most, and doubles its pause where Graph asks for nothing', async () => {
    const date = new Date(desk.time + 30_000).toUTCString()
    failFirst(throttled('7'), throttled(date), throttled('86400'), throttled('-1'), throttled('soon'))
    expect(await desk.graph.idOf('maija@kunta.fi')).toBe('id-maija')
    expect(desk.slept).toEqual([7_000, 30_000, 300_000, 0, 32_000])
  })

  it('waits for the pause that Graph asked another one for', async () => {
    const { promise: pause, resolve: wake } = Promise.withResolvers<undefined>()
    const { promise: asleep, resolve: sleeps } = Promise.withResolvers<undefined>()
    const graph = desk.open({
      sleep() {
        sleeps(undefined)
        return pause
      },
    })
    failFirst(throttled('7'))
    const first = graph.idOf('maija@kunta.fi')
    await asleep
    const others = [graph.idOf('maija@kunta.fi'), graph.idOf('maija@kunta.fi')]
    // By the time that this is answered the others would have been asked too.
    for (let round = 0; round < 5; round += 1) await fetch(elsewhere.origin)
    expect(desk.service.asked).toHaveLength(1)
    wake(undefined)
    expect(await Promise.all([first, ...others])).toEqual(['id-maija', 'id-maija', 'id-maija'])
  })

  it('is made six times at most', async () => {
    desk.service.answers = () => throttled('1')
    expect(await faultOf(desk.graph.idOf('maija@kunta.fi'))).toMatchObject({ status: 429 })
    expect(desk.service.asked).toHaveLength(6)
  })

  it('is made again where it only reads and Graph is down for a moment', async () => {
    failFirst(down(503), down(504))
    expect(await desk.graph.idOf('maija@kunta.fi')).toBe('id-maija')
    expect(desk.service.asked).toHaveLength(3)
  })

  it('is not made again where it is refused', async () => {
    desk.service.answers = forbidden
    expect(await faultOf(desk.graph.idOf('maija@kunta.fi'))).toMatchObject({ status: 403 })
    expect(desk.service.asked).toHaveLength(1)
  })

  it('is given up where no answer comes', async () => {
    desk.service.answers = () => 'hangs'
    expect(await faultOf(desk.open({ timeoutMs: 20 }).idOf('maija@kunta.fi'))).toMatchObject({ code: 'too-slow' })
    expect(desk.service.asked).toHaveLength(6)
  })

  it('is not made without a token where there should be one', async () => {
    const token = () => Promise.reject(new Error('the identity service is down'))
    expect(await faultOf(desk.open({ token }).idOf('maija@kunta.fi'))).toMatchObject({ code: 'no-token' })
    expect(desk.service.asked).toEqual([])
  })

  it('ends when the bot stops, one for a token too', async () => {
    desk.service.answers = () => {
      desk.graph.close()
      return 'hangs'
    }
    expect(await faultOf(desk.graph.idOf('maija@kunta.fi'))).toMatchObject({ code: 'no-answer' })
    const slow = desk.open({ token: () => new Promise(() => undefined) })
    const asked = faultOf(slow.idOf('maija@kunta.fi'))
    slow.close()
    expect(await asked).toMatchObject({ code: 'no-token' })
    expect(desk.service.asked).toHaveLength(1)
  })
})

describe('The installation for many', () => {
  it('installs once for each of 1,000, throttled or not, and counts those who had the app', async () => {
    const people = users(1_000).map(({ id }) => id)
    for (let at = 0; at < 1_000; at += 10) desk.service.installed.set(`id-${at}`, 1)
    let posts = 0
    desk.service.answers = ({ method }) => (method === 'POST' && (posts += 1) % 5 === 0 ? throttled('3') : undefined)
    const { installed, there, failed } = await desk.graph.install([...people, 'ID-1', ...people])
    expect({ installed, there, failed: failed.size }).toEqual({ installed: 900, there: 100, failed: 0 })
    expect(desk.service.installed).toEqual(new Map(people.toSorted().map((id) => [id, 1])))
    expect(posts).toBeGreaterThan(1_200)
    expect(new Set(desk.slept)).toEqual(new Set([3_000]))
  })

  it('tells for whom it failed, and does not repeat what may have worked', async () => {
    desk.service.answers = ({ path }) => {
      if (path.includes('id-1/')) return down(503)
      return path.includes('id-2/') ? forbidden() : undefined
    }
    const { installed, there, failed } = await desk.graph.install(['id-1', 'id-2', 'id-3'])
    expect({ installed, there }).toEqual({ installed: 1, there: 0 })
    expect(failed).toEqual(
      new Map([
        ['id-1', 503],
        ['id-2', 403],
      ]),
    )
    expect(desk.service.asked).toHaveLength(4)
  })

  it('does not begin where the organisation’s catalogue lacks the app', async () => {
    desk.service.catalogue.clear()
    expect(await faultOf(desk.graph.install(['id-1']))).toMatchObject({ code: 'not-in-catalogue' })
    expect(desk.service.asked).toHaveLength(1)
  })
})
