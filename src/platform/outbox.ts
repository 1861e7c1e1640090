/** What the bot sends by itself: design/delivery.md. Mailings are kept with their deliveries, so that a crash loses none. */
import { Begun, noCounts, type Deliveries, type Mailing } from '../domain/delivery.ts'
import type { NewMailing, Outbox, Store } from '../ports.ts'
import type { AttemptOptions } from './attempt.ts'
import { Background } from './background.ts'
import { keyOf } from './buckets.ts'
import { LinesOut } from './lines-out.ts'
import { MailingRuns, type RunsOptions } from './mailing-runs.ts'
import { noticesInWeek } from './notice-count.ts'
import type { Peers } from './peers.ts'
import { sendFromMemory } from './send-from-memory.ts'

/** An end of longer ago was told, or interests nobody. */
const TOLD_AGAIN_MS = 24 * 3_600_000

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
  /** Resolves when a job may ask the service for something: that takes a place of the tenant's rate too. */
  mayAsk(tenant: string): Promise<void>
  /** How things stand: the age of the oldest message that is due, in seconds, and whether all wait. */
  state(): { oldestSeconds: number; running: number; isPaused: boolean }
}

type Options = Omit<AttemptOptions, 'mayGo' | 'zone' | 'store'> &
  Omit<RunsOptions, 'store'> & {
    store: Pick<Store, 'people' | 'staff' | 'teams' | 'mailings' | 'ledger'>
    /** Requests a second. */
    rate: number
    /** The other processes on the store. */
    peers?: Peers
  }

/** How soon what another process began, or cancelled, is known here. */
const LOOKED_AROUND_EVERY_MS = 1_000

export function openOutbox(options: Options): RunningOutbox {
  const { store, clock, calendar, peers, log } = options
  const { mailings, ledger } = store
  const background = new Background(log)
  const lines = new LinesOut({ ...options, zone: calendar.zone }, peers)
  const runs = new MailingRuns(options, lines, background)
  const recording = new Map<string, Promise<unknown>>()

  /** Sets a mailing on its way: at once, or when the scheduler finds it due. */
  const launch = async (tenant: string, id: string, from: Mailing['state'], at: Date): Promise<boolean> => {
    const isDue = at <= clock.now()
    const mine = { is: false }
    const mailing = await mailings.change(tenant, id, (known) => {
      mine.is = known?.state === from
      if (known === undefined || !mine.is) return known
      const { isCancelled: _earlier, ...rest } = known
      return { ...rest, state: isDue ? 'running' : 'waiting', at: at.toISOString() }
    })
    if (!mine.is || mailing === undefined) {
      // Cancelled at the moment at which it was parked.
      if (mailing?.state !== 'waiting') runs.waitNoMore(tenant, id)
      return false
    }
    if (isDue) runs.begin(tenant, mailing)
    else runs.wait(tenant, mailing)
    return true
  }

  /** Writes a mailing and its deliveries, then does what is next; false where it was there already. One at a time for each id. */
  const record = async (
    tenant: string,
    mailing: NewMailing,
    from: readonly (Mailing['state'] | undefined)[],
    deliveries: Deliveries,
    next: () => Promise<unknown>,
  ): Promise<boolean> => {
    const key = keyOf(tenant, mailing.id)
    const work = (recording.get(key) ?? Promise.resolve()).then(async () => {
      const mine = { is: false }
      await mailings.change(tenant, mailing.id, (known) => {
        mine.is = from.includes(known?.state)
        return mine.is ? { ...mailing, state: 'preparing' } : known
      })
      if (!mine.is) return false
      try {
        await ledger.prepare(tenant, mailing.id, deliveries)
      } catch (error) {
        // Another process has written it too, and was quicker.
        if (error instanceof Begun) return false
        throw error
      }
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

  const recover = async (): Promise<() => void> => {
    const left: (() => void)[] = []
    for (const tenant of await mailings.tenants())
      for (const mailing of await mailings.list(tenant)) {
        const { id, state } = mailing
        if (state === 'preparing') {
          // Another process may be at it; whoever asks for it again takes it over.
          if (peers !== undefined) continue
          await ledger.remove(tenant, id)
          await mailings.change(tenant, id, () => undefined)
          continue
        }
        await ledger.interrupt(tenant, id)
        if (state === 'waiting') runs.wait(tenant, mailing)
        if (state === 'running') left.push(() => runs.begin(tenant, mailing))
        if (state === 'ended') left.push(() => background.run(() => takeUpEnded(tenant, mailing)))
      }
    return () => {
      for (const go of left) go()
      if (peers === undefined) return
      peers.followMailings(learn)
      void lookAround(peers)
    }
  }

  /** What another process did with a mailing. */
  const learn = (tenant: string, mailing: Mailing): void => {
    const { id, state } = mailing
    if (state === 'waiting') return runs.wait(tenant, mailing)
    runs.waitNoMore(tenant, id)
    if (state !== 'running') return
    if (!runs.isRunning(tenant, id)) runs.begin(tenant, mailing)
    else if (mailing.isCancelled === true) void runs.cancel(tenant, id)
  }

  /** Looks around again and again, until the outbox stops. */
  const lookAround = async (around: Peers): Promise<void> => {
    while (!lines.isStopping) {
      await around.lookAround().catch((error: unknown) => {
        log.error({ err: error }, 'what other processes send is not known: it is looked for again')
      })
      await new Promise((resolve) => setTimeout(resolve, LOOKED_AROUND_EVERY_MS).unref())
    }
  }

  /** It was to be repeated, or its end was perhaps not told. */
  const takeUpEnded = async (tenant: string, mailing: Mailing): Promise<void> => {
    const { id, endedAt } = mailing
    if ((await ledger.nextDue(tenant, id)) !== undefined) await launch(tenant, id, 'ended', clock.now())
    else if (endedAt !== undefined && clock.now().getTime() - Date.parse(endedAt) < TOLD_AGAIN_MS) {
      await runs.tell(tenant, mailing)
    }
  }

  return {
    behind(work) {
      background.run(work)
    },

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
      // What is in flight comes to its end by itself.
      void runs.cancel(tenant, id)
      await ledger.shift(tenant, id, ['pending'], { state: 'cancelled' })
      const endedAt = clock.now().toISOString()
      const mine = { is: false }
      const mailing = await mailings.change(tenant, id, (known) => {
        mine.is = known?.state === 'held' || known?.state === 'waiting'
        if (known?.state === 'running') return { ...known, isCancelled: true }
        return known && mine.is ? { ...known, state: 'ended', endedAt } : known
      })
      runs.waitNoMore(tenant, id)
      if (mailing !== undefined && mine.is) background.run(() => runs.tell(tenant, mailing))
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
      await runs.cancel(tenant, id)
      runs.waitNoMore(tenant, id)
      await ledger.remove(tenant, id)
      await mailings.change(tenant, id, () => undefined)
    },

    noticesInWeek: (tenant, at) => noticesInWeek(store, tenant, at, calendar.zone),
    nextStart: (isMine) => Promise.resolve(runs.nextStart(isMine)),

    async startDue(isMine = () => true) {
      const now = clock.now()
      const due = runs.dueBy(now).filter(({ kind }) => isMine(kind))
      for (const { tenant, id } of due) await launch(tenant, id, 'waiting', now)
    },

    send: (sendings) => background.add(sendFromMemory(sendings, lines, clock)),

    async start() {
      const resume = await recover()
      resume()
    },

    recover,
    idle: () => background.idle(),
    unpaced: (work) => lines.unpaced(work),
    mayAsk: (tenant) => lines.of(tenant).mayAsk(),

    async stop() {
      runs.stop()
      lines.stop()
      await background.settled()
    },

    state() {
      const now = clock.now()
      const { running, oldest } = runs.state(now)
      return {
        oldestSeconds: oldest === undefined ? 0 : Math.max(0, Math.round((now.getTime() - oldest) / 1000)),
        running,
        isPaused: lines.isPaused,
      }
    },
  }
}
