/** A process to kill: sends one mailing to many over the embedded store, and takes it up again where it is started anew. */
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Kit, Message, NewMailing } from '../../src/kit.ts'
import { openChats } from '../../src/platform/chats.ts'
import { Connector } from '../../src/platform/connector.ts'
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import { openLog } from '../../src/platform/log.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { openOutbox } from '../../src/platform/outbox.ts'

export const TENANT = 'tenant-1'
export const MAILING = 'mailing-1'

/** What the process is told: where its data is, where the service is, to how many it sends and how many a second. */
export type SenderTask = { folder: string; url: string; recipients: number; rate: number; timeoutMs?: number }

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

async function send({ folder, url, recipients: count, rate, timeoutMs }: SenderTask): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const log = openLog('info', { write: (line) => void process.stderr.write(line) })
  const metrics = openMetrics()
  const store = await openEmbeddedStore(folder)
  const connector = new Connector({
    token: () => Promise.resolve(undefined),
    isAllowed: () => true,
    metrics,
    isSingle: true,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  const render = () => ({ type: 'AdaptiveCard', body: [] })
  const outbox = openOutbox({
    connector,
    chats: openChats(connector, render, store, 'luotsi'),
    store,
    clock: { now: () => new Date() },
    calendar: { zone: 'Europe/Helsinki', window: { from: '08:00', to: '16:00' }, quiet: [] },
    strings: () => (key) => key,
    show: ({ language }) =>
      Promise.resolve({ card: 'notice', language, summary: 'x', show: { verb: 'x' }, data: {} } as unknown as Message),
    render,
    watches: {
      test: (_kit, _tenant, { state }) => {
        if (state === 'ended') say('ended')
        return Promise.resolve()
      },
    },
    kit: () => ({}) as Kit,
    rate,
    metrics,
    log,
  })
  const mailing: NewMailing = {
    id: MAILING,
    kind: 'test',
    does: 'post',
    message: { verb: 'x' },
    language: 'fi',
    at: new Date().toISOString(),
    atAnyHour: true,
    isSameForAll: true,
    keepsCopies: true,
  }
  process.once('SIGTERM', () => {
    void outbox
      .stop()
      .then(() => connector.close())
      .then(() => store.close())
      .then(() => process.exit(0))
  })
  await outbox.start()
  await outbox.post(TENANT, mailing, recipients(count, url))
  say('under way')
}

const [task] = process.argv.slice(2)
if (import.meta.main && task !== undefined) await send(JSON.parse(task) as SenderTask)
