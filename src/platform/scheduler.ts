import type { Job, Kit } from '../kit.ts'
import type { Log } from './log.ts'

/** A real timer never waits longer than this, so that a clock set by hand is noticed. */
const LONGEST_WAIT_MS = 60_000

export type Scheduler = {
  /** Runs everything due by `until` in order, each job seeing its own due time; the names of the runs. */
  runDue(until: Date): Promise<string[]>
  stop(): Promise<void>
}

/** Runs the jobs of the features by the bot's clock. Runs queue up: one at a time, in the order of their due times. */
export function openScheduler(jobs: readonly Job[], kit: Kit, log: Log): Scheduler {
  let ranUntil = kit.clock.now()
  let queue: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const nextDue = async (): Promise<{ job: Job; due: Date } | undefined> => {
    const dues = await Promise.all(jobs.map(async (job) => ({ job, due: await job.next(ranUntil, kit) })))
    const known = dues.flatMap(({ job, due }) => (due === undefined ? [] : [{ job, due }]))
    return known.toSorted((one, other) => one.due.getTime() - other.due.getTime())[0]
  }

  const step = async (until: Date): Promise<string[]> => {
    const ran: string[] = []
    for (let next = await nextDue(); next !== undefined && next.due <= until; next = await nextDue()) {
      const { job, due } = next
      await job.run(due, kit).catch((error: unknown) => {
        log.error({ job: job.name, err: error }, 'a job failed')
      })
      ranUntil = due
      ran.push(job.name)
    }
    if (until > ranUntil) ranUntil = until
    return ran
  }

  const runDue = (until: Date): Promise<string[]> => {
    const run = queue.then(() => step(until))
    queue = run.catch(() => undefined)
    return run
  }

  const tick = async () => {
    await runDue(kit.clock.now())
    const next = await nextDue()
    const wait = (next?.due.getTime() ?? Number.POSITIVE_INFINITY) - kit.clock.now().getTime()
    timer = setTimeout(() => void tick(), Math.min(Math.max(wait, 0), LONGEST_WAIT_MS))
    timer.unref()
  }
  void tick()

  return {
    runDue,
    async stop() {
      clearTimeout(timer)
      await queue
    },
  }
}
