/** Kills the process that sends, many times, and says what was lost or doubled. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { keyOf, type Delivery } from '../../src/domain/delivery.ts'
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import type { MockConnector } from './connector.ts'
import { temporaryFolder } from './disks.ts'
import { ask } from './shared-database.ts'
import { MAILING, TENANT, conversationOf, recipients, type SenderTask } from './outbox-sender.ts'

export type RunningSender = {
  process: ChildProcess
  log: () => string
  /** Resolves when it has said so. */
  says(what: 'under way' | 'ended'): Promise<void>
  /** Resolves to the exit code: null where a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

export function aSender(task: SenderTask): RunningSender {
  const program = join(import.meta.dirname, 'outbox-sender.ts')
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    // Compiled code is kept between the many starts of a test run.
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: 'node_modules/.cache/luotsi' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit') as Promise<[number | null]>
  const said = { out: '', log: '' }
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said.log += data.toString()))
  return {
    process: child,
    log: () => said.log,
    async says(what) {
      while (!said.out.includes(what)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the sender ended: ${said.log}`)
        await Promise.race([once(child.stdout, 'data'), exit])
      }
    },
    async end(signal) {
      child.kill(signal)
      return (await exit)[0]
    },
  }
}

/** The list as the next process will find it; the folder itself is left as it is. */
export async function listIn(folder: string): Promise<Delivery[]> {
  const copy = temporaryFolder()
  cpSync(folder, copy.folder, { recursive: true })
  const store = await openEmbeddedStore(copy.folder)
  const list = await Array.fromAsync(store.ledger.deliveries(TENANT, MAILING))
  await store.close()
  copy.remove()
  return list
}

/** Where the list and the service disagree: who is missing, who got it twice, who has it or lacks it against the record. */
export function disagreements(list: readonly Delivery[], all: readonly Delivery[], service: MockConnector): string[] {
  const found: string[] = []
  const byKey = new Map(list.map((delivery) => [keyOf(delivery.to), delivery]))
  if (list.length !== all.length) found.push(`${list.length} of ${all.length} stand in the list`)
  for (const recipient of all) {
    const key = keyOf(recipient.to)
    const conversation = conversationOf(recipient)
    const copies = service.copies.get(conversation) ?? 0
    const { state } = byKey.get(key) ?? {}
    if (state === undefined) found.push(`${key} is missing`)
    if (copies > 1) found.push(`${key} has ${copies} copies`)
    if ((service.confirmed.get(conversation) ?? 0) > 1) found.push(`${key} was confirmed twice`)
    if (state === 'delivered' && copies === 0) found.push(`${key} is delivered without a copy`)
    if (copies > 0 && !['delivered', 'unknown', 'sending'].includes(state ?? '')) found.push(`${key} is ${state ?? ''}`)
  }
  return found
}

/** `mostInFlight` is of one process. */
export type KillReport = { wrong: string[]; killedUnderWay: number; mostInFlight: number; end: Delivery[] }

/** Notes what is wrong after a death, where `list` is what was found then. */
function watcher(service: MockConnector, all: readonly Delivery[], report: KillReport) {
  let earlier = new Set<string>()
  return (life: string, list: Delivery[], inFlight: number): void => {
    const delivered = new Set(list.filter(({ state }) => state === 'delivered').map(({ to }) => keyOf(to)))
    const lost = [...earlier].filter((key) => !delivered.has(key)).map((key) => `${key} is delivered no more`)
    report.wrong.push(...[...disagreements(list, all, service), ...lost].map((what) => `${life}: ${what}`))
    report.mostInFlight = Math.max(report.mostInFlight, inFlight)
    if (list.some(({ state }) => state === 'pending')) report.killedUnderWay += 1
    report.end = list
    earlier = delivered
  }
}

type Deaths = { times: number; count: number; rate: number; random: () => number }

/** The rest of a mailing is sent as fast as it can. */
const QUICKLY = 1000

/** One data folder, one mailing: `times` lives of 50–400 ms, and a last one that ends by itself. */
export async function killManyTimes(service: MockConnector, given: Deaths): Promise<KillReport> {
  const { times, count, rate, random } = given
  const { folder, remove } = temporaryFolder()
  const report: KillReport = { wrong: [], killedUnderWay: 0, mostInFlight: 0, end: [] }
  const watch = watcher(service, recipients(count, service.url), report)
  const look = async (life: string) => {
    const list = await listIn(folder)
    watch(life, list, list.filter(({ state }) => state === 'sending').length)
  }
  for (let life = 1; life <= times; life += 1) {
    const sender = aSender({ folder, url: service.url, recipients: count, rate })
    await sender.says('under way')
    await setTimeout(50 + random() * 350)
    await sender.end('SIGKILL')
    await look(`life ${life}`)
  }
  const last = aSender({ folder, url: service.url, recipients: count, rate: QUICKLY })
  await last.says('ended')
  await last.end('SIGTERM')
  await look('the end')
  remove()
  return report
}

/** One database, one mailing, two processes: `times` one of them dies 50–400 ms after the newest began, and is started anew. */
export async function killOneOfTwo(service: MockConnector, url: string, given: Deaths): Promise<KillReport> {
  const { times, count, rate, random } = given
  const { folder, remove } = temporaryFolder()
  const task = { folder, url: service.url, recipients: count, rate, database: url, leaseMs: 3_000 }
  const report: KillReport = { wrong: [], killedUnderWay: 0, mostInFlight: 0, end: [] }
  const watch = watcher(service, recipients(count, service.url), report)
  const look = async (life: string) => {
    const rows = await ask(url, 'SELECT goes, state, worker FROM luotsi.deliveries ORDER BY position')
    const sending = Map.groupBy(rows, ({ state, worker }) => (state === 'sending' ? worker : undefined))
    sending.delete(undefined)
    const list = rows.map(({ goes: to, state }) => ({ to, state }) as Delivery)
    watch(life, list, Math.max(0, ...[...sending.values()].map((its) => its.length)))
  }
  const start = async (given: Partial<SenderTask> = {}) => {
    const sender = aSender({ ...task, ...given })
    await sender.says('under way')
    return sender
  }
  let [one, other] = await Promise.all([start(), start()])
  for (let death = 1; death <= times; death += 1) {
    await setTimeout(50 + random() * 350)
    if (random() < 0.5) [one, other] = [other, one]
    await one.end('SIGKILL')
    // What the record and the service say is of one moment while nothing more leaves.
    other.process.kill('SIGSTOP')
    await look(`death ${death}`)
    other.process.kill('SIGCONT')
    if (death < times) one = await start()
  }
  await other.end('SIGTERM')
  const last = await start({ rate: QUICKLY })
  await last.says('ended')
  await last.end('SIGTERM')
  await look('the end')
  remove()
  return report
}
