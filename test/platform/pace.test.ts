import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { ConversationLimits } from '../../src/platform/conversation-limits.ts'
import { Pace } from '../../src/platform/pace.ts'
import { Permits } from '../../src/platform/permits.ts'

const SECOND = 1_000

/** The most moments that any span of this length holds. */
function most(moments: readonly number[], within: number): number {
  let from = 0
  let found = 0
  for (const [to, moment] of moments.entries()) {
    while ((moments[from] ?? 0) <= moment - within) from += 1
    found = Math.max(found, to - from + 1)
  }
  return found
}

describe('The pace', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  /** So many lanes, each of which takes a slot, notes it and waits for its answer, `count` requests in all. */
  function running(
    pace: Pace,
    { count, lanes = 64, answerMs = 100 }: { count: number; lanes?: number; answerMs?: number },
  ) {
    const moments: number[] = []
    let left = count
    const lane = async () => {
      while (left > 0) {
        left -= 1
        await pace.slot()
        moments.push(performance.now())
        await new Promise((resolve) => setTimeout(resolve, answerMs))
      }
    }
    const done = Promise.all(Array.from({ length: lanes }, lane))
    return { moments, done }
  }

  it.each([1, 7, 30, 97, 250, 600])('keeps to %d a second and uses at least 98 %% of it', async (rate) => {
    const count = rate * 20
    const { moments } = running(new Pace(rate), { count, lanes: Math.max(64, rate * 0.3) })
    await jest.advanceTimersByTimeAsync(25 * SECOND)
    expect(moments).toHaveLength(count)
    // A start from rest has a slot at its beginning and at its end.
    expect(most(moments, 10 * SECOND)).toBeLessThanOrEqual(Math.max(rate * 10 * 1.02, rate * 10 + 1))
    expect(most(moments, SECOND)).toBeLessThanOrEqual(Math.max(rate * 1.1, rate + 1))
    const used = (count - 1) / (((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / SECOND)
    expect(used).toBeGreaterThanOrEqual(rate * 0.98)
  })

  it('keeps to the rate and loses none of it whatever the timers and the answers do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 200 }),
        fc.array(fc.record({ slots: fc.integer({ min: 1, max: 300 }), restMs: fc.integer({ min: 0, max: 3_000 }) }), {
          minLength: 1,
          maxLength: 5,
        }),
        async (rate, bursts) => {
          const pace = new Pace(rate)
          const moments: number[] = []
          const asked = bursts.reduce((sum, { slots }) => sum + slots, 0)
          for (const { slots, restMs } of bursts) {
            for (let n = 0; n < slots; n += 1) void pace.slot().then(() => moments.push(performance.now()))
            await jest.advanceTimersByTimeAsync(restMs)
          }
          await jest.advanceTimersByTimeAsync((asked / rate) * SECOND + SECOND)
          expect(moments).toHaveLength(asked)
          expect(most(moments, SECOND)).toBeLessThanOrEqual(Math.max(rate * 1.1, rate + 1))
          expect(most(moments, 10 * SECOND)).toBeLessThanOrEqual(Math.max(rate * 10 * 1.02, rate * 10 + 1))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('wakes at most fifty times a second, however high the rate', async () => {
    const pace = new Pace(600)
    const moments: number[] = []
    for (let n = 0; n < 6_000; n += 1) void pace.slot().then(() => moments.push(performance.now()))
    await jest.advanceTimersByTimeAsync(11 * SECOND)
    expect(moments).toHaveLength(6_000)
    expect(new Set(moments).size).toBeLessThanOrEqual(10 * 50 + 1)
  })

  it('serves in the order of asking', async () => {
    const pace = new Pace(100)
    const served: number[] = []
    for (let n = 0; n < 50; n += 1) void pace.slot().then(() => served.push(n))
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(served).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  it('begins with a quarter of the rate after a pause, and comes back to the whole in ten seconds', async () => {
    const pace = new Pace(100)
    pace.restart(20 * SECOND)
    await jest.advanceTimersByTimeAsync(20 * SECOND)
    const { moments } = running(pace, { count: 4_000 })
    await jest.advanceTimersByTimeAsync(30 * SECOND)
    const start = moments[0] ?? 0
    const inSecond = (n: number) =>
      moments.filter((at) => at >= start + n * SECOND && at < start + (n + 1) * SECOND).length
    const seconds = Array.from({ length: 15 }, (_, n) => inSecond(n))
    expect(seconds[0]).toBeLessThanOrEqual(30)
    expect(seconds[0]).toBeGreaterThanOrEqual(20)
    expect(seconds.slice(0, 10)).toEqual(seconds.slice(0, 10).toSorted((one, other) => one - other))
    for (const number of seconds.slice(10)) expect(number).toBeGreaterThanOrEqual(98)
    expect(most(moments, SECOND)).toBeLessThanOrEqual(110)
  })

  it('lets those go at once who wait when a pause begins, since they are to see it', async () => {
    const pace = new Pace(1)
    let gone = 0
    for (let n = 0; n < 20; n += 1) void pace.slot().then(() => (gone += 1))
    await jest.advanceTimersByTimeAsync(100)
    expect(gone).toBe(1)
    pace.restart(60 * SECOND)
    await jest.advanceTimersByTimeAsync(0)
    expect(gone).toBe(20)
  })

  it('lets everybody go while nothing is paced, and paces again afterwards', async () => {
    const pace = new Pace(10)
    const { moments } = running(pace, { count: 200, lanes: 200 })
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(moments.length).toBeLessThanOrEqual(11)
    expect(pace.isFree).toBe(false)
    await pace.unpaced(async () => {
      expect(pace.isFree).toBe(true)
      await jest.advanceTimersByTimeAsync(1)
    })
    expect(moments).toHaveLength(200)
    const after = running(pace, { count: 50 })
    await jest.advanceTimersByTimeAsync(2 * SECOND)
    expect(after.moments.length).toBeLessThanOrEqual(22)
  })
})

describe('The limits of a conversation', () => {
  it('take never more than 7 messages in a second, 8 in two and 15 in thirty, and make nobody wait for nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 120 }), (gaps) => {
        const limits = new ConversationLimits()
        const moments: number[] = []
        let now = 0
        for (const gap of gaps) {
          now += gap
          const wait = limits.book('one', now)
          if (wait > 0) {
            expect(limits.book('one', now + wait - 1)).toBeGreaterThan(0)
            now += wait
            expect(limits.book('one', now)).toBe(0)
          }
          moments.push(now)
          expect(limits.book(`another ${moments.length}`, now)).toBe(0)
        }
        expect(most(moments, SECOND)).toBeLessThanOrEqual(7)
        expect(most(moments, 2 * SECOND)).toBeLessThanOrEqual(8)
        expect(most(moments, 30 * SECOND)).toBeLessThanOrEqual(15)
      }),
    )
  })
})

describe('Permits', () => {
  it('are never more than there are, go to who came first, and one gets as many as are free', async () => {
    const permits = new Permits(10)
    expect(await permits.take(4)).toBe(4)
    expect(await permits.take(40)).toBe(6)
    const taken: string[] = []
    void permits.take(3).then((count) => taken.push(`first ${count}`))
    void permits.take(3).then((count) => taken.push(`second ${count}`))
    permits.giveBack(2)
    await Promise.resolve()
    expect(taken).toEqual(['first 2'])
    permits.giveBack(8)
    await Promise.resolve()
    expect(taken).toEqual(['first 2', 'second 3'])
    expect(await permits.take(100)).toBe(5)
  })

  it('wait until as many are free as are worth it, which may be fewer by then', async () => {
    const permits = new Permits(10)
    await permits.take(10)
    let least = 4
    const taken: number[] = []
    void permits.take(8, () => least).then((count) => taken.push(count))
    permits.giveBack(3)
    await Promise.resolve()
    expect(taken).toEqual([])
    least = 2
    permits.giveBack(2)
    await Promise.resolve()
    expect(taken).toEqual([5])
  })
})
