/** What the bot sends by itself, on its way from this process: design/delivery.md. */
import { answerLanguage } from '../domain/message-language.ts'
import {
  Refusal,
  Unconfirmed,
  Unreachable,
  type Address,
  type Chats,
  type Kit,
  type Message,
  type Outbox,
  type Sending,
  type SendingCounts,
  type Store,
  type Turn,
} from '../kit.ts'
import { ConnectorError, NotConnected } from './connector.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { Pace } from './pace.ts'
import { Permits } from './permits.ts'

const AT_ONCE = 64
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

export type Delivery = Exclude<keyof SendingCounts, 'total'>

export type RunningOutbox = Outbox & {
  /** Resolves when nothing is being sent, and nothing runs behind. */
  idle(): Promise<void>
  /** While this work runs nothing is paced and no pause is kept: a move of the clock waits for neither. */
  unpaced<T>(work: () => Promise<T>): Promise<T>
}

type Options = {
  /** Their requests are one attempt each. */
  chats: Pick<Chats, 'ownChat' | 'post'>
  store: Pick<Store, 'people'>
  clock: { now(): Date }
  strings: Kit['strings']
  /** Requests a second. */
  rate: number
  metrics: Metrics
  log: Log
}

export function openOutbox({ chats, store, clock, strings, rate, metrics, log }: Options): RunningOutbox {
  const pace = new Pace(rate)
  const permits = new Permits(AT_ONCE)
  const underWay = new Set<Promise<unknown>>()

  const tracked = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    const done = () => underWay.delete(work)
    work.then(done, done)
    return work
  }

  /** One request an attempt. Repeated is what was not taken, and with `isHarmless` also what may have been. */
  const request = async <T>(ask: () => Promise<T>, isHarmless = false): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      await pace.slot()
      try {
        return await ask()
      } catch (error) {
        const pause = jittered(FIRST_PAUSE_MS * 2 ** (attempt - 1))
        const asked = pauseAsked(error)
        if (asked !== undefined) pace.pause(Math.min(asked.ms ?? pause, LONGEST_PAUSE_MS))
        const isMine = error instanceof NotConnected || (isHarmless && error instanceof Unconfirmed)
        if (attempt === ATTEMPTS || (asked === undefined && !isMine)) throw error
        if (isMine) await pace.rest(pause)
      }
    }
  }

  const addressOf = async ({ to, leavesNoTrace }: Sending): Promise<Address> => {
    if (!('person' in to)) return to
    const { person, tenant, serviceUrl } = to
    const known = (await store.people.get(tenant, person.id))?.ownChat
    if (known !== undefined) return { tenant, ...known }
    const isKept = leavesNoTrace !== true
    return request(() => chats.ownChat({ ...person, tenant }, serviceUrl, { isKept }), true)
  }

  const turnAt = async (address: Address, { to, language: otherwise }: Sending): Promise<Turn> => {
    const isOwn = 'person' in to
    const record = isOwn ? await store.people.get(to.tenant, to.person.id) : undefined
    const { language: choice, locale } = record ?? {}
    const language = answerLanguage({ choice, locale, text: '', defaultLanguage: otherwise })
    const person = isOwn ? to.person : { id: '', userId: '', name: '' }
    return {
      person: { ...person, tenant: to.tenant },
      place: { kind: isOwn ? 'own' : 'channel', address },
      language,
      t: strings(language),
      now: clock.now(),
    }
  }

  const deliver = async (sending: Sending): Promise<Delivery> => {
    try {
      const address = await addressOf(sending)
      let message: Message | undefined
      await request(async () => {
        message ??= await sending.message(await turnAt(address, sending))
        await chats.post(address, message)
      })
      return 'delivered'
    } catch (error) {
      if (error instanceof Unconfirmed) return 'unknown'
      if (!isOfThePlatform(error)) log.error({ kind: sending.kind, err: error }, 'a message could not be sent')
      return 'failed'
    }
  }

  const deliverAll = async (sendings: readonly Sending[]): Promise<SendingCounts> => {
    const counts = { total: sendings.length, delivered: 0, failed: 0, unknown: 0 }
    const waiting = sendings.values()
    const lane = async () => {
      for (const sending of waiting) {
        const outcome = await permits.during(() => deliver(sending))
        counts[outcome] += 1
        if (sending.leavesNoTrace !== true) metrics.outbox(sending.kind, outcome)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, sendings.length) }, lane))
    // How many were reminded would tell how many have answered.
    const kinds = [...new Set(sendings.flatMap(({ kind, leavesNoTrace }) => (leavesNoTrace === true ? [] : kind)))]
    if (kinds.length > 0) log.info({ kind: kinds.join(','), ...counts }, 'sent')
    return counts
  }

  return {
    send: (sendings) => tracked(deliverAll(sendings)),

    behind(work) {
      const done = Promise.resolve()
        .then(work)
        .catch((error: unknown) => {
          log.error({ err: error }, 'work behind a turn or a job failed')
        })
      void tracked(done)
    },

    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },

    unpaced: (work) => pace.unpaced(work),
  }
}

/** Whether the service asks everybody to wait, and how long if it says so. */
function pauseAsked(error: unknown): { ms: number | undefined } | undefined {
  const isAsked = error instanceof ConnectorError && [429, 412].includes(error.status)
  return isAsked ? { ms: error.retryAfterMs } : undefined
}

/** Counted by the connector, or said to the recipient's card: nothing to mend here. */
function isOfThePlatform(error: unknown): boolean {
  return [ConnectorError, NotConnected, Unreachable, Refusal].some((kind) => error instanceof kind)
}

/** Between a half and the whole, so that those who wait do not all come back at once. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2)
}
