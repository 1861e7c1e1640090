import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { DateTime } from 'luxon'
import type { Job, Kit } from '../../src/kit.ts'
import { openLog } from '../../src/platform/log.ts'
import { openScheduler, type Scheduler } from '../../src/platform/scheduler.ts'
import { aKit } from '../support/kit.ts'

const ZONE = 'Europe/Helsinki'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A clock that stands where it is put. */
let now: Date
let lines: string[]
let schedulers: Scheduler[]
beforeEach(() => {
  jest.useFakeTimers()
  lines = []
  schedulers = []
})
afterEach(async () => {
  await Promise.all(schedulers.map((one) => one.stop()))
  jest.useRealTimers()
})

const local = (text: string): Date => DateTime.fromISO(text, { zone: ZONE }).toJSDate()
const shown = (at: Date): string => DateTime.fromJSDate(at, { zone: ZONE }).toFormat("yyyy-MM-dd HH:mm'Z'ZZ")
const faults = (): unknown[] => lines.map((line) => JSON.parse(line) as unknown)

function aScheduler(jobs: Job[], given: { settled?: () => Promise<void> } = {}): Scheduler {
  const kit: Kit = { ...aKit(), clock: { now: () => now } }
  const moveTo = (to: Date) => {
    expect(to.getTime()).toBeGreaterThan(now.getTime())
    now = to
    return Promise.resolve(true)
  }
  const log = openLog('info', { write: (line) => void lines.push(line) })
  const scheduler = openScheduler({ jobs, kit, log, settled: () => Promise.resolve(), moveTo, ...given })
  schedulers.push(scheduler)
  return scheduler
}

/** Every day at a time of the wall clock; what it ran for, and what the clock showed. */
function daily(time: string, name = 'daily') {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const runs: { due: Date; at: Date }[] = []
  const job: Job = {
    name,
    next(since) {
      const at = (days: number) =>
        DateTime.fromJSDate(since, { zone: ZONE }).startOf('day').plus({ days }).set({ hour, minute })
      return Promise.resolve([0, 1, 2].map((days) => at(days).toJSDate()).find((due) => due > since))
    },
    run(due) {
      runs.push({ due, at: now })
      return Promise.resolve()
    },
  }
  return { job, runs }
}

/** Due at moments that somebody plans, as check-ins are; a run does what is due by now. */
function planned(name: string, ...moments: Date[]) {
  const due = [...moments]
  const runs: Date[] = []
  const job: Job = {
    name,
    next: () => Promise.resolve(due.toSorted((one, other) => one.getTime() - other.getTime())[0]),
    run(moment) {
      runs.push(moment)
      const left = due.filter((one) => one > now)
      due.splice(0, due.length, ...left)
      return Promise.resolve()
    },
  }
  return { job, runs, due }
}

describe('A job', () => {
  it.each([
    { what: 'spring, when 03:30 does not exist', from: '2027-03-27T22:00', shows: '2027-03-28 04:30Z+03:00' },
    { what: 'autumn, when 03:30 comes twice', from: '2026-10-24T22:00', shows: '2026-10-25 03:30Z+03:00' },
  ])('F57 that is due at 03:30 runs once on the Sunday of the clock change in $what', async ({ from, shows }) => {
    now = local(from)
    const sunday = DateTime.fromJSDate(now, { zone: ZONE }).plus({ days: 1 }).toISODate()
    const ticked = daily('03:30')
    const ticking = aScheduler([ticked.job])
    for (let at = now.getTime(); at < local(from).getTime() + 12 * HOUR; at += 30 * MINUTE) {
      now = new Date(at)
      await jest.advanceTimersByTimeAsync(61_000)
      await ticking.runDue()
    }
    now = local(from)
    const moved = daily('03:30')
    await aScheduler([moved.job]).move(new Date(now.getTime() + 12 * HOUR))
    for (const { runs } of [ticked, moved]) {
      expect(runs.map(({ due }) => shown(due)).filter((due) => due.startsWith(sunday ?? ''))).toEqual([shows])
    }
  })

  it('F60 runs no second time when the clock goes two hours forward, back, or jumps about', async () => {
    const fixed = daily('14:00')
    const round = planned('checkins.open', local('2026-11-26T14:00'))
    now = local('2026-11-26T13:00')
    const scheduler = aScheduler([fixed.job, round.job])
    for (const time of ['13:30', '15:30', '13:31', '13:59', '14:00', '16:00', '12:00', '14:00', '18:00', '14:01']) {
      now = local(`2026-11-26T${time}`)
      await jest.advanceTimersByTimeAsync(61_000)
      await scheduler.runDue()
    }
    expect(fixed.runs.map(({ due }) => due)).toEqual([local('2026-11-26T14:00')])
    expect(round.runs).toEqual([local('2026-11-26T14:00')])
  })

  it('runs at once for a moment that came while the bot was down, the earliest first', async () => {
    now = local('2026-11-26T13:00')
    const order: string[] = []
    const noting = ({ job }: { job: Job }): Job => ({
      ...job,
      run: (due, kit) => job.run(due, kit).then(() => void order.push(`${job.name} ${shown(due)}`)),
    })
    const open = planned('open', local('2026-11-24T14:00'))
    const close = planned('close', local('2026-11-25T12:00'), local('2026-11-26T12:00'))
    await aScheduler([noting(close), noting(open)]).runDue()
    // One run does all that is due by now.
    expect(order).toEqual(['open 2026-11-24 14:00Z+02:00', 'close 2026-11-25 12:00Z+02:00'])
  })

  it('runs on the second when a schedule is changed to soon', async () => {
    now = local('2026-11-26T13:00')
    const open = planned('open')
    aScheduler([open.job])
    await jest.advanceTimersByTimeAsync(10_000)
    now = new Date(now.getTime() + 10_000)
    const soon = new Date(now.getTime() + 5_000)
    open.due.push(soon)
    for (let ms = 0; ms < 6_000; ms += 100) {
      await jest.advanceTimersByTimeAsync(100)
      now = new Date(now.getTime() + 100)
      if (now < soon) expect(open.runs).toEqual([])
    }
    expect(open.runs).toEqual([soon])
  })

  it('that fails is logged, rests a minute and is tried again, while the others go on', async () => {
    now = local('2026-11-26T14:00')
    let tries = 0
    const failing: Job = {
      name: 'failing',
      next: () => Promise.resolve(local('2026-11-26T13:00')),
      run: () => Promise.reject(new RangeError(`try ${(tries += 1)}`)),
    }
    const other = daily('14:00')
    now = local('2026-11-26T13:59')
    aScheduler([failing, other.job])
    await jest.advanceTimersByTimeAsync(59_000)
    expect(tries).toBe(1)
    now = local('2026-11-26T14:00')
    await jest.advanceTimersByTimeAsync(2_000)
    expect(tries).toBe(2)
    expect(other.runs).toHaveLength(1)
    await jest.advanceTimersByTimeAsync(10 * MINUTE)
    expect(tries).toBe(12)
    expect(faults()[0]).toMatchObject({ level: 50, job: 'failing', err: { kind: 'RangeError' } })
  })

  it('of every day that failed is tried again for the same day', async () => {
    const retention = daily('03:00')
    const run = jest.spyOn(retention.job, 'run').mockRejectedValueOnce(new Error('no disk'))
    now = local('2026-11-26T02:00')
    aScheduler([retention.job])
    now = local('2026-11-26T03:00')
    await jest.advanceTimersByTimeAsync(2 * MINUTE)
    expect(run.mock.calls.map(([due]) => due)).toEqual([now, now])
    expect(retention.runs).toHaveLength(1)
  })

  it('that leaves due what it ran for does not spin', async () => {
    now = local('2026-11-26T14:00')
    let runs = 0
    const stuck: Job = {
      name: 'stuck',
      next: () => Promise.resolve(local('2026-11-26T13:00')),
      run: () => Promise.resolve(void (runs += 1)),
    }
    aScheduler([stuck])
    await jest.advanceTimersByTimeAsync(5 * MINUTE - 1_000)
    expect(runs).toBe(5)
  })

  it('whose next moment cannot be told rests a minute too', async () => {
    now = local('2026-11-26T14:00')
    let asked = 0
    const unknown: Job = {
      name: 'unknown',
      next: () => Promise.reject(new Error(`asked ${(asked += 1)}`)),
      run: () => Promise.resolve(),
    }
    aScheduler([unknown])
    await jest.advanceTimersByTimeAsync(3 * MINUTE - 1_000)
    expect(asked).toBe(3)
  })
})

describe('A move of the clock', () => {
  it('stops at every due moment in order, each run seeing its own time, and ends at its target', async () => {
    now = local('2026-11-26T13:00')
    const open = planned('open', local('2026-11-26T14:00'), local('2026-11-27T14:00'))
    const seen: string[] = []
    const noting = (job: Job): Job => ({
      ...job,
      run(due, kit) {
        seen.push(`${job.name} ${shown(due)} ${shown(kit.clock.now())}`)
        return job.run(due, kit)
      },
    })
    const scheduler = aScheduler([noting(daily('03:00', 'retention').job), noting(open.job)])
    const target = local('2026-11-27T18:00')
    expect(await scheduler.move(target)).toEqual(['open', 'retention', 'open'])
    expect(seen).toEqual(
      [
        ['open', '2026-11-26 14:00Z+02:00'],
        ['retention', '2026-11-27 03:00Z+02:00'],
        ['open', '2026-11-27 14:00Z+02:00'],
      ].map(([name = '', time = '']) => `${name} ${time} ${time}`),
    )
    expect(now).toEqual(target)
  })

  it('waits after each run, and before the first, for what is sent and what runs behind', async () => {
    now = local('2026-11-26T13:00')
    const remind = planned('remind')
    const open = planned('open', local('2026-11-26T14:00'))
    const settledAt: string[] = []
    const settled = () => {
      settledAt.push(shown(now).slice(11, 16))
      // What the opening left behind plans the reminder.
      if (open.runs.length === 1 && remind.runs.length === 0 && remind.due.length === 0) {
        remind.due.push(local('2026-11-26T15:00'))
      }
      return Promise.resolve()
    }
    expect(await aScheduler([open.job, remind.job], { settled }).move(local('2026-11-26T18:00'))).toEqual([
      'open',
      'remind',
    ])
    expect(settledAt).toEqual(['13:00', '14:00', '15:00'])
  })

  it('leaves what fails for later, and goes on', async () => {
    now = local('2026-11-26T13:00')
    let tries = 0
    const failing: Job = {
      name: 'failing',
      next: () => Promise.resolve(local('2026-11-26T13:30')),
      run: () => Promise.reject(new Error(`try ${(tries += 1)}`)),
    }
    const scheduler = aScheduler([failing, daily('14:00').job])
    expect(await scheduler.move(local('2026-11-28T13:00'))).toEqual(['daily', 'daily'])
    expect(tries).toBe(1)
    await scheduler.move(local('2026-11-28T13:01'))
    expect(tries).toBe(2)
  })

  it('waits for the one before it', async () => {
    now = local('2026-11-26T13:00')
    const { job, runs } = daily('14:00')
    const scheduler = aScheduler([job])
    const moves = ['2026-11-27T13:00', '2026-11-28T13:00', '2026-11-29T13:00'].map((to) => scheduler.move(local(to)))
    expect(await Promise.all(moves)).toEqual([['daily'], ['daily'], ['daily']])
    expect(runs.every(({ due, at }) => due.getTime() === at.getTime())).toBe(true)
  })
})
