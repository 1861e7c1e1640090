/** A process to kill: sends one mailing to many over a store, and takes it up again where it is started anew. */
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Feature, Kit, Message } from '../../src/kit.ts'
import type { NewMailing, Store } from '../../src/ports.ts'
import { openChats } from '../../src/platform/chats.ts'
import { Connector } from '../../src/platform/connector.ts'
import { inFlightAt } from '../../src/platform/line-out.ts'
import { openLog, type Log } from '../../src/platform/log.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { openOutbox, type RunningOutbox } from '../../src/platform/outbox.ts'
import type { Peers } from '../../src/platform/peers.ts'
import { openStore } from '../../src/platform/store.ts'

export const TENANT = 'tenant-1'
export const MAILING = 'mailing-1'

/** What the process is told: where its data is, where the service is, to how many it sends and how many a second. */
export type SenderTask = {
  folder: string
  url: string
  recipients: number
  rate: number
  /** The address of a PostgreSQL database that it shares, and for how long a claim is its own. */
  database?: string
  leaseMs?: number
  /** How long it waits for an answer of the service; the product's own time unless told. */
  answeredWithinMs?: number
  /** How far its clock is ahead. */
  aheadMs?: number
}

/** Every fourth is a person whose own chat is opened first; the others are channels. */
export function recipients(count: number, url: string): Delivery[] {
  return Array.from({ length: count }, (_, n) => ({
    to:
      n % 4 === 0
        ? { person: `p${n}`, userId: `29:p${n}`, serviceUrl: url }
        : { conversation: `c${n}`, serviceUrl: url },
    state: 'pending',
  }))
}

/** The conversation in which a recipient's message stands, as the mock service names it. */
export function conversationOf({ to }: Delivery): string {
  return 'person' in to ? `own-chat-29:${to.person}` : to.conversation
}

export function aMailing(given: Partial<NewMailing> = {}): NewMailing {
  return {
    id: MAILING,
    kind: 'test',
    does: 'post',
    message: { verb: 'x' },
    language: 'fi',
    at: new Date().toISOString(),
    atAnyHour: true,
    isSameForAll: true,
    keepsCopies: true,
    ...given,
  }
}

type Given = Partial<Pick<ConstructorParameters<typeof Connector>[0], 'token' | 'isAllowed' | 'timeoutMs'>> & {
  store: Store
  log: Log
  rate: number
  clock?: { now(): Date }
  peers?: Peers
  watches?: NonNullable<Feature['watches']>
}

/** The real outbox and connector, with one card that is the same for all. */
export function openSender(given: Given): { outbox: RunningOutbox; connector: Connector } {
  const metrics = openMetrics()
  const token = () => Promise.resolve(undefined)
  const connector = new Connector({
    token,
    isAllowed: () => true,
    metrics,
    isSingle: true,
    connections: inFlightAt(given.rate),
    ...given,
  })
  const render = () => ({ type: 'AdaptiveCard', body: [] })
  const outbox = openOutbox({
    connector,
    chats: openChats(connector, render, given.store, 'luotsi'),
    clock: { now: () => new Date() },
    calendar: { zone: 'Europe/Helsinki', window: { from: '08:00', to: '16:00' }, quiet: [] },
    strings: () => (key) => key,
    show: ({ language }) =>
      Promise.resolve({ card: 'notice', language, summary: 'x', show: { verb: 'x' }, data: {} } as unknown as Message),
    render,
    watches: {},
    kit: () => ({}) as Kit,
    metrics,
    ...given,
  })
  return { outbox, connector }
}

async function send(task: SenderTask): Promise<void> {
  const { folder, url, recipients: count, rate, database, leaseMs, answeredWithinMs, aheadMs = 0 } = task
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const log = openLog('info', { write: (line) => void process.stderr.write(line) })
  const place = { DATA_DIR: folder, DATABASE_URL: database }
  const opened = await openStore(place, log, leaseMs === undefined ? {} : { leaseMs })
  const { store, peers } = opened
  const { outbox, connector } = openSender({
    store,
    rate,
    log,
    clock: { now: () => new Date(Date.now() + aheadMs) },
    ...(peers && { peers }),
    ...(answeredWithinMs !== undefined && { timeoutMs: answeredWithinMs }),
    watches: {
      test: (_kit, _tenant, { state }) => {
        if (state === 'ended') say('ended')
        return Promise.resolve()
      },
    },
  })
  process.once('SIGTERM', () => {
    void outbox
      .stop()
      .then(() => connector.close())
      .then(() => opened.close())
      .then(() => process.exit(0))
  })
  // A process that ends by itself answers no signal while it does.
  setInterval(() => undefined, 1_000_000)
  await outbox.start()
  // What the scheduler does in the bot.
  setInterval(() => void outbox.startDue(), 100)
  await outbox.post(TENANT, aMailing(), recipients(count, url))
  say('under way')
  // Another process may bring it to its end, and tells of it there.
  do await new Promise((resolve) => setTimeout(resolve, 50))
  while ((await store.mailings.get(TENANT, MAILING))?.state !== 'ended')
  say('ended')
}

const [task] = process.argv.slice(2)
if (import.meta.main && task !== undefined) await send(JSON.parse(task) as SenderTask)
