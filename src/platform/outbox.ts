/** What the bot sends by itself: design/delivery.md. Mailings are kept with their deliveries, so that a crash loses none. */
import type { WorkCalendar } from '../domain/calendar.ts'
import { noCounts, type Deliveries, type Delivery, type Mailing } from '../domain/delivery.ts'
import type { Chats, Feature, Kit, NewMailing, Outbox, Sending, Store } from '../kit.ts'
import { NotSent, openAttempt, type Attempt, type Parcel } from './attempt.ts'
import type { RenderCard } from './cards.ts'
import type { Connector } from './connector.ts'
import { ConversationLimits } from './conversation-limits.ts'
import type { Log } from './log.ts'
import { MailingRun } from './mailing-run.ts'
import type { Metrics } from './metrics.ts'
import { Naps } from './naps.ts'
import { noticesInWeek } from './notice-count.ts'
import { Pace } from './pace.ts'
import { Pauses } from './pauses.ts'
import { Permits } from './permits.ts'

/** In flight at most while the rate is one at which an answer takes as long as it takes. */
const IN_FLIGHT = 64
/** At a low rate two seconds of it, so that a cancel stops within seconds. */
const CLAIMED_SECONDS = 2
const FEWEST_IN_FLIGHT = 4
/** A faster rate needs as many as are sent while one answer is awaited; more than this no rate that is allowed needs. */
const ANSWER_SECONDS = 0.3
const MOST_IN_FLIGHT = 512
/** A longer rest is left to the scheduler. */
const LONGEST_SLEEP_MS = 30_000
const TOLD_EVERY_MS = 2_000
const AGAIN_MS = 2_000
/** An end of longer ago was told, or interests nobody. */
const TOLD_AGAIN_MS = 24 * 3_600_000
const ATTEMPTS_FROM_MEMORY = 5

export type RunningOutbox = Outbox & {
  /** Takes up what a stop or a crash left. */
  start(): Promise<void>
  /**
   * Writes down what a stop or a crash left: what was being sent then is unknown. Nothing leaves before the function
   * that comes back is called.
   */
  recover(): Promise<() => void>
  /** Resolves when nothing is being sent, and nothing runs behind. */
  idle(): Promise<void>
  /** While this work runs nothing is paced, and what has to wait is left to the scheduler: a move of the clock waits for neither. */
  unpaced<T>(work: () => Promise<T>): Promise<T>
  /** Claims no more, and resolves when what is in flight is recorded. */
  stop(): Promise<void>
  /** How things stand: the age of the oldest message that is due, in seconds, and whether all wait. */
  state(): { oldestSeconds: number; running: number; isPaused: boolean }
}

type Options = {
  /** Its requests are one attempt each. */
  connector: Connector
  chats: Pick<Chats, 'ownChat'>
  store: Pick<Store, 'people' | 'staff' | 'teams' | 'mailings' | 'ledger'>
  clock: { now(): Date }
  calendar: WorkCalendar
  strings: Kit['strings']
  show: Kit['show']
  render: RenderCard
  watches: NonNullable<Feature['watches']>
  kit: () => Kit
  /** Requests a second. */
  rate: number
  metrics: Metrics
  log: Log
}

/** How many messages are under way at once, at `rate` requests a second: so many a crash leaves unknown at most. */
export function inFlightAt(rate: number): number {
  const slow = Math.min(IN_FLIGHT, Math.max(FEWEST_IN_FLIGHT, Math.ceil(rate * CLAIMED_SECONDS)))
  return Math.min(Math.max(slow, Math.ceil(rate * ANSWER_SECONDS)), MOST_IN_FLIGHT)
}

export function openOutbox(options: Options): RunningOutbox {
  const { store, clock, calendar, watches, kit, rate, log } = options
  const { mailings, ledger } = store
  const pace = new Pace(rate)
  const pauses = new Pauses(clock, log, (ms) => {
    pace.restart(ms)
  })
  const limits = new ConversationLimits()
  const inFlight = inFlightAt(rate)
  const permits = new Permits(inFlight)
  const underWay = new Set<Promise<unknown>>()
  const naps = new Naps()
  const runs = new Map<string, { run: MailingRun; at: number; done: Promise<void> }>()
  const waiting = new Map<string, { tenant: string; id: string; at: string }>()
  const recording = new Map<string, Promise<unknown>>()
  let isStopping = false

  const tracked = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    const done = () => underWay.delete(work)
    work.then(done, done)
    return work
  }

  const behind = (work: () => Promise<void>) => {
    const done = Promise.resolve()
      .then(work)
      .catch((error: unknown) => {
        log.error({ err: error }, 'work behind a turn or a job failed')
      })
    void tracked(done)
  }

  const nap = (ms: number): Promise<void> => (isStopping || pace.isFree ? Promise.resolve() : naps.take(ms))

  const sleep = async (until: Date): Promise<boolean> => {
    const ms = until.getTime() - clock.now().getTime()
    if (ms > LONGEST_SLEEP_MS || (pace.isFree && ms > 0)) return false
    await nap(Math.max(ms, 0))
    return true
  }

  const isHalted = () => isStopping || (pauses.until !== undefined && !pace.isFree)

  const attempt: Attempt = openAttempt({
    ...options,
    zone: calendar.zone,
    async mayGo(conversation) {
      for (;;) {
        if (isHalted()) throw new NotSent()
        await pace.slot()
        if (isHalted()) throw new NotSent()
        const ms = limits.book(conversation)
        if (ms === 0 || pace.isFree) return
        await nap(ms)
      }
    },
  })

  const tell = async (tenant: string, mailing: Mailing): Promise<void> => {
    const watch = watches[mailing.kind]
    if (watch === undefined) return
    await watch(kit(), tenant, mailing, await ledger.counts(tenant, mailing.id)).catch((error: unknown) => {
      log.error({ kind: mailing.kind, err: error }, 'the way of a mailing could not be told')
    })
  }

  /** Tells how a mailing goes on, now and then. */
  const teller = (tenant: string, mailing: Mailing) => {
    let toldAt = performance.now()
    return () => {
      if (performance.now() - toldAt < TOLD_EVERY_MS || watches[mailing.kind] === undefined) return
      toldAt = performance.now()
      behind(() => tell(tenant, mailing))
    }
  }

  const begin = (tenant: string, mailing: Mailing): void => {
    const key = keyOf(tenant, mailing.id)
    waiting.delete(key)
    if (isStopping) return
    const earlier = runs.get(key)
    if (earlier !== undefined) return behind(() => earlier.done.then(() => begin(tenant, mailing)))
    const run = new MailingRun(tenant, mailing, {
      ...options,
      attempt,
      permits,
      pauses,
      claim: Math.ceil(inFlight / 2),
      sleep,
      progressed: teller(tenant, mailing),
    })
    const done = finish(tenant, mailing, run).catch((error: unknown) => {
      log.error({ kind: mailing.kind, err: error }, 'a mailing stopped: it is taken up at the next start')
    })
    runs.set(key, { run, at: new Date(mailing.at).getTime(), done: tracked(done) })
  }

  /** Asks the store again until it takes the change, unless the process ends. */
  const kept = async <T>(kind: string, change: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await change()
      } catch (error) {
        if (isStopping) throw error
        log.error({ kind, err: error }, 'the end of a mailing could not be stored: it waits for the store')
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  const finish = async (tenant: string, { id, kind }: Mailing, run: MailingRun): Promise<void> => {
    const key = keyOf(tenant, id)
    try {
      const end = await run.run().catch(async (error: unknown) => {
        log.error({ kind, err: error }, 'a mailing waits for the store')
        await nap(AGAIN_MS)
        return { is: 'parked' as const, until: new Date(clock.now().getTime() + AGAIN_MS) }
      })
      if (end.is === 'stopped') return
      const next =
        end.is === 'parked'
          ? { state: 'waiting' as const, at: end.until.toISOString() }
          : { state: 'ended' as const, endedAt: clock.now().toISOString() }
      const mailing = await kept(kind, () => mailings.change(tenant, id, (known) => known && { ...known, ...next }))
      if (mailing === undefined) return
      if (mailing.state === 'waiting') waiting.set(key, { tenant, id, at: mailing.at })
      if (mailing.state !== 'ended') return
      const { reasons: _reasons, ...counts } = await ledger.counts(tenant, id)
      log.info({ kind, ...counts }, 'sent')
      await tell(tenant, mailing)
    } finally {
      runs.delete(key)
    }
  }

  /** Sets a mailing on its way: at once, or when the scheduler finds it due. */
  const launch = async (tenant: string, id: string, from: Mailing['state'], at: Date): Promise<boolean> => {
    const isDue = at <= clock.now()
    const mine = { is: false }
    const mailing = await mailings.change(tenant, id, (known) => {
      mine.is = known?.state === from
      return known && mine.is ? { ...known, state: isDue ? 'running' : 'waiting', at: at.toISOString() } : known
    })
    if (!mine.is || mailing === undefined) {
      // Cancelled at the moment at which it was parked.
      if (mailing?.state !== 'waiting') waiting.delete(keyOf(tenant, id))
      return false
    }
    if (isDue) begin(tenant, mailing)
    else waiting.set(keyOf(tenant, id), { tenant, id, at: mailing.at })
    return true
  }

  /** Writes a mailing and its deliveries, then does what is next; false where it was there already. One at a time for each id. */
  const record = async (
    tenant: string,
    mailing: NewMailing,
    from: readonly (Mailing['state'] | undefined)[],
    deliveries: Deliveries,
    next: () => Promise<unknown>,
  ) => {
    const key = keyOf(tenant, mailing.id)
    const work = (recording.get(key) ?? Promise.resolve()).then(async () => {
      const mine = { is: false }
      await mailings.change(tenant, mailing.id, (known) => {
        mine.is = from.includes(known?.state)
        return mine.is ? { ...mailing, state: 'preparing' } : known
      })
      if (!mine.is) return false
      await ledger.prepare(tenant, mailing.id, deliveries)
      await next()
      return true
    })
    const settled = work
      .catch(() => undefined)
      .finally(() => {
        if (recording.get(key) === settled) recording.delete(key)
      })
    recording.set(key, settled)
    return work
  }

  const halt = async (tenant: string, id: string): Promise<void> => {
    const running = runs.get(keyOf(tenant, id))
    running?.run.cancel()
    naps.wake()
    await running?.done
  }

  const sendOne = async ({ to, tenant, serviceUrl, ...rest }: Sending): Promise<void> => {
    const parcel: Parcel = { ...rest, tenant, does: 'post', atAnyHour: false, keepsCopies: false, leavesTrace: false }
    const delivery: Delivery = { to: { person: to.id, userId: to.userId, serviceUrl }, state: 'sending' }
    for (let attempts = 0; attempts < ATTEMPTS_FROM_MEMORY && !isStopping;) {
      const verdict = await attempt(parcel, delivery)
      if (verdict.is !== 'held') return pauses.answered()
      if (verdict.hold.why !== 'waiting') attempts += 1
      pauses.note(verdict.hold)
      const until = pauses.until?.getTime() ?? clock.now().getTime() + AGAIN_MS
      await nap(Math.max(0, until - clock.now().getTime()))
    }
  }

  const recover = async (): Promise<() => void> => {
    const left: (() => void)[] = []
    for (const tenant of await mailings.tenants())
      for (const mailing of await mailings.list(tenant)) {
        const { id, state, at } = mailing
        if (state === 'preparing') {
          await ledger.remove(tenant, id)
          await mailings.change(tenant, id, () => undefined)
          continue
        }
        await ledger.shift(tenant, id, ['sending'], { state: 'unknown', reason: 'interrupted' })
        if (state === 'waiting') waiting.set(keyOf(tenant, id), { tenant, id, at })
        if (state === 'running') left.push(() => begin(tenant, mailing))
        if (state === 'ended') left.push(() => behind(() => takeUpEnded(tenant, mailing)))
      }
    return () => {
      for (const go of left) go()
    }
  }

  /** It was to be repeated, or its end was perhaps not told. */
  const takeUpEnded = async (tenant: string, mailing: Mailing): Promise<void> => {
    const { id, endedAt } = mailing
    if ((await ledger.nextDue(tenant, id)) !== undefined) await launch(tenant, id, 'ended', clock.now())
    else if (endedAt !== undefined && clock.now().getTime() - Date.parse(endedAt) < TOLD_AGAIN_MS) {
      await tell(tenant, mailing)
    }
  }

  return {
    behind,

    async post(tenant, mailing, deliveries) {
      const { id, at } = mailing
      await record(tenant, mailing, [undefined, 'preparing'], deliveries, () =>
        launch(tenant, id, 'preparing', new Date(at)),
      )
    },

    async hold(tenant, mailing, deliveries) {
      const { id } = mailing
      const isMine = await record(tenant, mailing, [undefined, 'preparing', 'held'], deliveries, () =>
        mailings.change(tenant, id, (known) => known && { ...known, state: 'held' }),
      )
      if (!isMine) throw new Error('this mailing is on its way already')
      return ledger.counts(tenant, id)
    },

    release: (tenant, id, at) => launch(tenant, id, 'held', at),

    async cancel(tenant, id) {
      runs.get(keyOf(tenant, id))?.run.cancel()
      await ledger.shift(tenant, id, ['pending'], { state: 'cancelled' })
      naps.wake()
      const endedAt = clock.now().toISOString()
      const mine = { is: false }
      const mailing = await mailings.change(tenant, id, (known) => {
        mine.is = known?.state === 'held' || known?.state === 'waiting'
        return known && mine.is ? { ...known, state: 'ended', endedAt } : known
      })
      waiting.delete(keyOf(tenant, id))
      if (mailing !== undefined && mine.is) behind(() => tell(tenant, mailing))
    },

    async repeat(tenant, id, which) {
      const { state } = (await mailings.get(tenant, id)) ?? {}
      if (state !== 'ended') return 0
      const count = await ledger.shift(tenant, id, [which], { state: 'pending' })
      if (count > 0) await launch(tenant, id, 'ended', clock.now())
      return count
    },

    counts: async (tenant, id) =>
      (await mailings.get(tenant, id)) === undefined ? noCounts() : ledger.counts(tenant, id),

    async forget(tenant, id) {
      await recording.get(keyOf(tenant, id))
      await ledger.shift(tenant, id, ['pending'], { state: 'cancelled' })
      await halt(tenant, id)
      waiting.delete(keyOf(tenant, id))
      await ledger.remove(tenant, id)
      await mailings.change(tenant, id, () => undefined)
    },

    noticesInWeek: (tenant, at) => noticesInWeek(store, tenant, at, calendar.zone),

    nextStart() {
      const first = [...waiting.values()].reduce((least, { at }) => (least === '' || at < least ? at : least), '')
      return Promise.resolve(first === '' ? undefined : new Date(first))
    },

    async startDue() {
      const now = clock.now()
      const due = [...waiting.values()].filter(({ at }) => new Date(at) <= now)
      for (const { tenant, id } of due) await launch(tenant, id, 'waiting', now)
    },

    async send(sendings) {
      const queue = sendings.values()
      const lane = async () => {
        for (const sending of queue) {
          await permits.take(1)
          await sendOne(sending).finally(() => {
            permits.giveBack(1)
          })
        }
      }
      await tracked(Promise.all(Array.from({ length: Math.min(IN_FLIGHT, sendings.length) }, lane)))
    },

    async start() {
      const resume = await recover()
      resume()
    },

    recover,

    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },

    async unpaced(work) {
      return pace.unpaced(() => {
        naps.wake()
        return work()
      })
    },

    async stop() {
      isStopping = true
      for (const { run } of runs.values()) run.stop()
      pace.release()
      naps.wake()
      await Promise.allSettled(underWay)
    },

    state() {
      const now = clock.now().getTime()
      const starts = [...waiting.values()].map(({ at }) => new Date(at).getTime())
      const due = [...starts, ...Array.from(runs.values(), ({ at }) => at)].filter((at) => at <= now)
      const oldest = Math.min(now, ...due)
      return {
        oldestSeconds: Math.round((now - oldest) / 1000),
        running: runs.size,
        isPaused: pauses.until !== undefined,
      }
    },
  }
}

function keyOf(tenant: string, id: string): string {
  return JSON.stringify([tenant, id])
}
