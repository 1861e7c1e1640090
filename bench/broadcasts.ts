/**
 * What a broadcast costs: the real store, ledger, outbox, connector and card, against a service on this machine that
 * takes 100 ms to answer. Beside it, in the same run and by turns, what the SDK's samples do: `continueConversationAsync`
 * and `sendActivity` for each, as many at once. Every variant is a process of its own, so that memory is its own.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Delivery } from '../src/domain/delivery.ts'
import { aBroadcast } from '../test/support/copies.ts'
import { median, over, round } from './support/figures.ts'
import { aService } from './support/service.ts'

const TENANT = 'tenant-1'
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const SMALL = 10_000
const FILLED_AT_ONCE = 20_000
const LARGE = 100_000
/** Fewer: each 429 is a pause for all. */
const FAULTY = 20_000
const TOLD = 20_000

type Report = {
  recipients: number
  seconds: number
  prepareSeconds: number
  cpuMicroseconds: number
  idleMb: number
  peakMb: number
  counts: Record<string, number>
}
type Job = { what: 'fill' | 'ours' | 'sdk'; url: string; recipients: number; rate: number; folder: string }

if (process.argv[2]?.startsWith('{') === true) await runJob(JSON.parse(process.argv[2]) as Job)
else await main(process.argv.slice(2))

/** `only`: the parts to run, all where none is named. What the others came to earlier stays in the file. */
async function main(only: string[]): Promise<void> {
  const folder = join(import.meta.dirname, 'results')
  const file = join(folder, 'broadcasts.json')
  mkdirSync(folder, { recursive: true })
  const results = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Record<string, unknown>
  const parts = {
    pace: async () => [await paced(30, 900), await paced(300, 6_000), await paced(1_000, 20_000)],
    sdk: besideTheSdk,
    large: async () => [await large(LARGE, false)],
    faults: async () => [await large(FAULTY, true)],
    turns: async () => [await turnsMeanwhile()],
  }
  for (const [part, measure] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(part)) continue
    const loadBefore = round(loadavg()[0] ?? 0)
    const rows = await measure()
    console.table(rows)
    const machine = { at: new Date().toISOString(), node: process.version, cpus: cpus().length }
    results[part] = { ...machine, loadBefore, loadAfter: round(loadavg()[0] ?? 0), rows }
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  }
}

/** The real bot sends to 20,000 at the highest rate; meanwhile somebody asks for a tool twenty times a second. */
async function turnsMeanwhile(): Promise<object> {
  const { openEmbeddedStore } = await import('../src/platform/embedded-store.ts')
  const { aBot, anActor, buttonsWith } = await import('../test/support/bot.ts')
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  const service = await aService(false)
  try {
    const filling = await openEmbeddedStore(folder)
    const person = (id: string) =>
      filling.people.change(TENANT, `aad-${id}`, () => ({
        id: `aad-${id}`,
        userId: `29:${id}`,
        ownChat: { conversation: `own-${id}`, serviceUrl: service.url },
      }))
    await Promise.all(['hr', ...Array.from({ length: TOLD }, (_, n) => `person-${n}`)].map(person))
    await filling.close()
    const bot = await aBot(
      { CLOCK_START: '2026-11-26T10:00:00+02:00', SEND_RATE: '1000', APPROVAL_ABOVE: '100000', HR_USERS: 'aad-hr' },
      folder,
    )
    const at = { url: service.url } as Parameters<typeof anActor>[1]
    const hr = anActor(bot, { ...at, sent: [] }, { id: 'hr' })
    const text = { title_fi: 'Uusi teema', body_fi: 'Teema alkaa torstaina.' }
    const { card } = await hr.presses('broadcasts.preview', { ...text, audience: 'language:fi', at: 'now' })
    const broadcast = buttonsWith(card, 'broadcasts.test')[0]?.data?.['broadcast']
    const token = buttonsWith(card, 'broadcasts.confirm')[0]?.data?.['token']
    if (token === undefined) throw new Error('the preview cannot be confirmed')
    const asked: number[] = []
    const ask = async (n: number) => {
      const from = performance.now()
      await anActor(bot, { ...at, sent: [] }, { id: `asker-${n % 50}` }).writes('tiimissä kinaa etäpalavereista')
      asked.push(performance.now() - from)
    }
    const began = performance.now()
    const confirmed = await hr.presses('broadcasts.confirm', { broadcast, token })
    if (confirmed.status !== 200 || confirmed.text !== '') throw new Error(`not confirmed: ${confirmed.text}`)
    const asks: Promise<void>[] = []
    while (performance.now() - began < (TOLD / 1_000) * 1_000) {
      asks.push(ask(asks.length))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await Promise.all(asks)
    await bot.stop()
    const { at: posts } = await service.end()
    const sorted = asked.toSorted((one, other) => one - other)
    return {
      recipients: TOLD,
      questions: asked.length,
      'median ms': round(median(asked)),
      'p99 ms': round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
      'longest ms': round(sorted.at(-1) ?? 0),
      'messages and answers': posts.length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Keeps to the rate: the most that arrived within any second and any ten, and how much of the rate was used. */
async function paced(rate: number, recipients: number): Promise<object> {
  const service = await aService(false)
  const report = await inProcess({ what: 'ours', url: service.url, recipients, rate })
  const { at, refused } = await service.end()
  return {
    rate,
    recipients,
    'used %': round((100 * recipients) / rate / report.seconds),
    'over in 1 s %': over(at, 1_000, rate),
    'over in 10 s %': over(at, 10_000, rate),
    refused,
    'cpu µs each': round(report.cpuMicroseconds),
    delivered: report.counts['delivered'],
  }
}

async function besideTheSdk(): Promise<object[]> {
  const runs: Record<'ours' | 'sdk', Report[]> = { ours: [], sdk: [] }
  for (let turn = 0; turn < ROUNDS; turn += 1)
    for (const what of ['ours', 'sdk'] as const) {
      const service = await aService(false)
      runs[what].push(await inProcess({ what, url: service.url, recipients: SMALL, rate: 100_000 }))
      await service.end()
    }
  return Object.entries(runs).map(([what, reports]) => ({
    what,
    recipients: SMALL,
    'messages a second': round(SMALL / median(reports.map(({ seconds }) => seconds))),
    'cpu µs each': round(median(reports.map(({ cpuMicroseconds }) => cpuMicroseconds))),
    'peak over idle MB': round(median(reports.map(({ peakMb, idleMb }) => peakMb - idleMb))),
  }))
}

/** One large broadcast, with 1 % each of 502, 412 and 429 among the answers where there are faults. */
async function large(recipients: number, faults: boolean): Promise<object> {
  const service = await aService(faults)
  const report = await inProcess({ what: 'ours', url: service.url, recipients, rate: 100_000 })
  const { at } = await service.end()
  const { counts } = report
  const sum = ['delivered', 'failed', 'unknown', 'pending', 'sending', 'skipped', 'cancelled'].map(
    (state) => counts[state] ?? 0,
  )
  return {
    recipients,
    faults: faults ? '1 % of 502, of 412, of 429' : 'none',
    'prepare s': round(report.prepareSeconds),
    'messages a second': round(recipients / report.seconds),
    'cpu µs each': round(report.cpuMicroseconds),
    'idle MB': round(report.idleMb),
    'peak over idle MB': round(report.peakMb - report.idleMb),
    requests: at.length,
    delivered: counts['delivered'],
    unknown: counts['unknown'],
    failed: counts['failed'],
    'sum is total': sum.reduce((all, one) => all + one, 0) === counts['total'],
  }
}

async function inProcess(job: Omit<Job, 'folder'>): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  try {
    if (job.what === 'ours') await saidBy({ ...job, folder, what: 'fill' })
    return JSON.parse(await saidBy({ ...job, folder })) as Report
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The last line that the job writes. */
async function saidBy(job: Job): Promise<string> {
  const child = spawn(process.execPath, ['--expose-gc', import.meta.filename, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const chunk of child.stdout) said += String(chunk)
  return said.trim().split('\n').at(-1) ?? ''
}

async function runJob(job: Job): Promise<void> {
  const report = await { fill, ours: sendOurs, sdk: sendBySdk }[job.what](job)
  process.stdout.write(`${JSON.stringify(report)}\n`)
  process.exit(0)
}

/** The people and the broadcast, in a process of its own: what it takes is none of the sender's. */
async function fill({ url, recipients, folder }: Job): Promise<object> {
  const { openEmbeddedStore } = await import('../src/platform/embedded-store.ts')
  const store = await openEmbeddedStore(folder)
  const long = { title: 'Uusi teema: palaute arjessa', body: 'Teema alkaa torstaina.\n\n'.repeat(20) }
  await store.broadcasts.change(TENANT, 'broadcast', () =>
    aBroadcast('broadcast', { text: { fi: long, sv: long, en: long } }),
  )
  for (let from = 0; from < recipients; from += FILLED_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(FILLED_AT_ONCE, recipients - from) }, (_, n) => {
        const id = `person-${from + n}`
        const ownChat = { conversation: `a:${id}-${'x'.repeat(80)}`, serviceUrl: url }
        return store.people.change(TENANT, id, () => ({ id, userId: `29:${id}`, ownChat, locale: 'fi-FI' }))
      }),
    )
  await store.close()
  return {}
}

async function sendOurs({ recipients, rate, folder }: Job): Promise<Report> {
  const { openChats } = await import('../src/platform/chats.ts')
  const { readCards } = await import('../src/platform/cards.ts')
  const { readStrings } = await import('../src/platform/strings.ts')
  const { Connector } = await import('../src/platform/connector.ts')
  const { openEmbeddedStore } = await import('../src/platform/embedded-store.ts')
  const { openLog } = await import('../src/platform/log.ts')
  const { openMetrics } = await import('../src/platform/metrics.ts')
  const { inFlightAt } = await import('../src/platform/line-out.ts')
  const { openOutbox } = await import('../src/platform/outbox.ts')
  const { showBroadcast } = await import('../src/features/broadcasts/show-broadcast.ts')
  const { aKit } = await import('../test/support/kit.ts')
  const store = await openEmbeddedStore(folder)
  const strings = await readStrings('content')
  const render = await readCards('cards', strings)
  const metrics = openMetrics()
  const connections = inFlightAt(rate)
  const connector = new Connector({
    token: () => Promise.resolve(undefined),
    isAllowed: () => true,
    metrics,
    isSingle: true,
    connections,
  })
  const kit = aKit({ store, strings: (language) => strings.translate(language) })
  const outbox = openOutbox({
    connector,
    chats: openChats(connector, render, store, 'luotsi'),
    store,
    clock: { now: () => new Date() },
    calendar: kit.settings.calendar,
    strings: (language) => strings.translate(language),
    async show(turn, what) {
      const answer = await showBroadcast(turn, kit, what as never)
      if (!('replace' in answer)) throw new Error('the broadcast is not shown')
      return answer.replace
    },
    render,
    watches: {},
    kit: () => kit,
    rate,
    metrics,
    log: openLog('silent'),
  })
  const watch = memory()
  const prepared = performance.now()
  const mailing = {
    id: 'broadcast',
    kind: 'broadcasts.send',
    does: 'post',
    message: { verb: 'broadcasts.show', broadcast: 'broadcast' },
    language: 'fi',
    at: new Date().toISOString(),
    atAnyHour: true,
    isSameForAll: true,
    keepsCopies: true,
    notice: 'broadcasts',
  } as const
  await outbox.hold(TENANT, mailing, toAll(recipients))
  const prepareSeconds = (performance.now() - prepared) / 1000
  const cpu = process.cpuUsage()
  const began = performance.now()
  await outbox.release(TENANT, 'broadcast', new Date())
  await outbox.idle()
  while ((await store.mailings.get(TENANT, 'broadcast'))?.state !== 'ended') {
    await new Promise((resolve) => setTimeout(resolve, 50))
    await outbox.startDue()
    await outbox.idle()
  }
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { reasons: _reasons, ...counts } = await outbox.counts(TENANT, 'broadcast')
  const memoryUsed = watch()
  await connector.close()
  await store.close()
  return { recipients, seconds, prepareSeconds, cpuMicroseconds: (user + system) / recipients, ...memoryUsed, counts }
}

/** The proactive samples of the SDK: a stored conversation reference, and one send after another for as many lanes. */
async function sendBySdk({ url, recipients }: Job): Promise<Report> {
  const { CloudAdapter, ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } =
    await import('botbuilder')
  const credentials = new ConfigurationServiceClientCredentialFactory({ MicrosoftAppType: 'MultiTenant' })
  const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}, credentials))
  const card = JSON.parse(execFileSync('cat', ['cards/notice.json']).toString()) as object
  const references = Array.from({ length: recipients }, (_, n) => ({
    bot: { id: '28:luotsi', name: 'Luotsi' },
    channelId: 'msteams',
    serviceUrl: url,
    conversation: { id: `a:person-${n}`, isGroup: false, conversationType: 'personal', tenantId: TENANT, name: '' },
  }))
  const watch = memory()
  const cpu = process.cpuUsage()
  const began = performance.now()
  const queue = references.values()
  let delivered = 0
  const lane = async () => {
    for (const reference of queue)
      await adapter.continueConversationAsync('', reference, async (context) => {
        await context.sendActivity({
          type: 'message',
          attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
        })
        delivered += 1
      })
  }
  await Promise.all(Array.from({ length: 512 }, lane))
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    recipients,
    seconds,
    prepareSeconds: 0,
    cpuMicroseconds: (user + system) / recipients,
    ...watch(),
    counts: { delivered },
  }
}

function* toAll(recipients: number): Generator<Delivery> {
  for (let n = 0; n < recipients; n += 1) yield { to: { person: `person-${n}` }, state: 'pending' }
}

/** Resident memory: what is idle now, and the most until the returned function is called. */
function memory(): () => { idleMb: number; peakMb: number } {
  globalThis.gc?.()
  const idle = process.memoryUsage.rss()
  let peak = idle
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 200)
  return () => {
    clearInterval(timer)
    return { idleMb: idle / 2 ** 20, peakMb: peak / 2 ** 20 }
  }
}
