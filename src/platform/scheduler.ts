import type { Job, Kit } from '../kit.ts'
import type { Log } from './log.ts'

/** How soon a schedule that somebody changed, or a clock set by hand, is noticed. */
const LOOK_AGAIN_MS = 1_000
/** A job that failed, or left due what it ran for, is let alone this long: it must neither stop the others nor spin. */
const REST_MS = 60_000

type Options = {
  jobs: readonly Job[]
  kit: Kit
  log: Log
  /** Resolves when what the runs sent, and what they do behind, has come to its end. */
  settled: () => Promise<void>
  /** Runs a job unless another process on the same store does so now; false where one does. */
  alone?: (name: string, work: () => Promise<void>) => Promise<boolean>
  /** Development's clock; it never goes back. */
  moveTo?: (to: Date) => Promise<unknown>
}

export type Scheduler = {
  /** Runs what is due by now. A timer does so too. */
  runDue(): Promise<void>
  /**
   * Moves the clock to `to`, stopping at each due moment so that its run, what it sends and what it leaves behind see
   * their own time. The names of the runs, in order; what fails meanwhile is left for later.
   */
  move(to: Date): Promise<string[]>
  stop(): Promise<void>
}

/** What is waited for before and after each run. */
type Steps = { before?: (due: Date) => Promise<void>; after?: () => Promise<void> }

/**
 * Runs the jobs of the features by the bot's clock: one run at a time, in the order of their due times, a moment in the
 * past at once. A run does all that is due at its moment. A clock that goes back makes nothing due a second time.
 */
export function openScheduler({ jobs, kit, log, settled, alone, moveTo }: Options): Scheduler {
  const turns = jobs.map((job) => new Turns(job, kit, log, alone))
  let queue: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const queued = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }

  const next = async (): Promise<{ job: Turns; due: Date } | undefined> => {
    const dues = await Promise.all(turns.map(async (job) => ({ job, due: await job.next() })))
    const known = dues.flatMap(({ job, due }) => (due === undefined ? [] : [{ job, due }]))
    return known.toSorted((one, other) => one.due.getTime() - other.due.getTime())[0]
  }

  /** Runs what is due by `until`; the names, and what is due after that. */
  const step = async (until: Date, { before, after }: Steps = {}) => {
    const ran: string[] = []
    let at = await next()
    for (; at !== undefined && at.due <= until && !isStopped; at = await next()) {
      await before?.(at.due)
      if (await at.job.run(at.due)) ran.push(at.job.name)
      await after?.()
    }
    return { ran, upcoming: at?.due }
  }

  const runDue = () => queued(() => step(kit.clock.now()))

  const look = async () => {
    const { upcoming } = await runDue()
    const wait = upcoming === undefined ? LOOK_AGAIN_MS : upcoming.getTime() - kit.clock.now().getTime()
    if (isStopped) return
    timer = setTimeout(() => void look(), Math.min(Math.max(wait, 0), LOOK_AGAIN_MS))
    timer.unref()
  }
  void look()

  return {
    async runDue() {
      await runDue()
    },

    move: (to) =>
      queued(async () => {
        const advance = async (due: Date) => {
          if (due > kit.clock.now()) await moveTo?.(due)
        }
        for (const job of turns) job.wake()
        await settled()
        const { ran } = await step(to, { before: advance, after: settled })
        if (!isStopped) await advance(to)
        return ran
      }),

    async stop() {
      isStopped = true
      clearTimeout(timer)
      await queue
    },
  }
}

/** One job's turns: what it ran for last, and until when it rests. */
class Turns {
  readonly #job: Job
  readonly #kit: Kit
  readonly #log: Log
  /** The bot's clock: never goes back. */
  #since: Date
  #ranFor: Date | undefined
  /** The process's own clock. */
  #endedAt = Number.NEGATIVE_INFINITY
  #isFailed = false
  readonly #alone: NonNullable<Options['alone']>
  /** Until then another process is at it: the process's own clock. */
  #othersUntil = Number.NEGATIVE_INFINITY

  constructor(job: Job, kit: Kit, log: Log, alone: Options['alone']) {
    this.#job = job
    this.#kit = kit
    this.#log = log
    this.#alone = alone ?? ((_, work) => work().then(() => true))
    this.#since = kit.clock.now()
  }

  get name(): string {
    return this.#job.name
  }

  /** Undefined while it rests. */
  async next(): Promise<Date | undefined> {
    if (performance.now() < this.#othersUntil) return undefined
    const isFresh = performance.now() - this.#endedAt < REST_MS
    if (this.#isFailed && isFresh) return undefined
    const due = await this.#job.next(this.#since, this.#kit).catch((error: unknown) => {
      this.#fail(error)
      return undefined
    })
    const isLeft = due !== undefined && this.#ranFor !== undefined && due <= this.#ranFor
    return isLeft && isFresh ? undefined : due
  }

  async run(due: Date): Promise<boolean> {
    try {
      if (!(await this.#alone(this.#job.name, () => this.#job.run(due, this.#kit)))) {
        this.#othersUntil = performance.now() + LOOK_AGAIN_MS
        return false
      }
    } catch (error) {
      this.#fail(error)
      return false
    }
    if (due > this.#since) this.#since = due
    this.#ranFor = due
    this.#endedAt = performance.now()
    this.#isFailed = false
    return true
  }

  wake(): void {
    this.#endedAt = Number.NEGATIVE_INFINITY
  }

  #fail(error: unknown): void {
    this.#log.error({ job: this.#job.name, err: error }, 'a job failed')
    this.#isFailed = true
    this.#endedAt = performance.now()
  }
}
