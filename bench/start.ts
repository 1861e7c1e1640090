/** A start of the bot against the bare import of @microsoft/teams-ai, interleaved: time, CPU and memory until ready. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROUNDS = 5
const TICK_MS = 10
const PEER = `await import('@microsoft/teams-ai')
console.log('{}')
process.once('SIGTERM', () => process.exit())
setInterval(() => {}, 60_000)`

/** A search of the message extension: it is answered in the response, without another service. */
const QUESTION = {
  type: 'invoke',
  name: 'composeExtension/query',
  id: 'in-1',
  channelId: 'msteams',
  serviceUrl: 'http://127.0.0.1:9',
  locale: 'fi-FI',
  from: { id: '29:maija', aadObjectId: 'aad-maija', name: 'Maija' },
  recipient: { id: '28:luotsi', name: 'Luotsi' },
  conversation: { id: 'own-maija', conversationType: 'personal', tenantId: 'tenant-1' },
  channelData: { tenant: { id: 'tenant-1' } },
  value: { parameters: [{ name: 'query', value: 'kokous venyy' }] },
}

type Figures = { readyMs: number; cpuMs: number; rssMb: number; answerMs?: number }
type Case = { what: string; env: Record<string, string>; run: (env: Record<string, string>) => Promise<Figures> }

const folder = await mkdtemp(join(tmpdir(), 'luotsi-bench-'))
const kept = { CACHE_DIR: join(folder, 'cache') }
const compiled = { NODE_COMPILE_CACHE: join(folder, 'code') }
const cases: Case[] = [
  { what: 'bare import of teams-ai', env: {}, run: startPeer },
  { what: 'bot, content kept', env: kept, run: startBot },
  { what: 'bot, first start', env: {}, run: startBot },
  { what: 'bare import, compiled code kept', env: compiled, run: startPeer },
  { what: 'bot, content and compiled code kept', env: { ...kept, ...compiled }, run: startBot },
]
const measured = new Map(cases.map(({ what }) => [what, [] as Figures[]]))
try {
  // The first round fills what is kept.
  for (let round = 0; round <= ROUNDS; round++)
    for (const { what, env, run } of round % 2 ? cases : cases.toReversed()) {
      const figures = await run(env)
      if (round > 0) measured.get(what)?.push(figures)
    }
} finally {
  await rm(folder, { recursive: true, force: true })
}
const rows = cases.map(({ what }) => {
  const runs = measured.get(what) ?? []
  const median = (figure: keyof Figures) => {
    const values = runs.flatMap((run) => run[figure] ?? []).sort((a, b) => a - b)
    return Math.round(values[Math.floor(values.length / 2)] ?? NaN)
  }
  const answer = runs[0]?.answerMs === undefined ? {} : { answerMs: median('answerMs') }
  return { what, readyMs: median('readyMs'), cpuMs: median('cpuMs'), rssMb: median('rssMb'), ...answer }
})
process.stdout.write(rows.map((row) => JSON.stringify(row)).join('\n') + '\n')
await mkdir('bench/results', { recursive: true })
await writeFile('bench/results/start.json', JSON.stringify({ node: process.version, rounds: ROUNDS, rows }, null, 2))

async function startPeer(env: Record<string, string>): Promise<Figures> {
  const before = performance.now()
  const child = launch(['--input-type=module', '-e', PEER], env)
  await firstLine(child, () => true)
  const readyMs = performance.now() - before
  const figures = { readyMs, ...(await spentBy(child)) }
  await end(child)
  return figures
}

/** Ready is when /readyz says so; then one search with its cards is asked for, the first answer of the process. */
async function startBot(env: Record<string, string>): Promise<Figures> {
  const data = await mkdtemp(join(folder, 'data-'))
  const before = performance.now()
  const child = launch(['src/index.ts'], { DATA_DIR: data, PORT: '0', ...env })
  const { port } = await firstLine(child, ({ msg }) => msg === 'listening')
  const url = `http://127.0.0.1:${String(port)}`
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  const readyMs = performance.now() - before
  const spent = await spentBy(child)
  const asked = performance.now()
  const response = await fetch(`${url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(QUESTION),
  })
  const answer = await response.text()
  if (!answer.includes('AdaptiveCard')) throw new Error(`no answer: ${response.status} ${answer.slice(0, 200)}`)
  const answerMs = performance.now() - asked
  await end(child)
  return { readyMs, ...spent, answerMs }
}

function launch(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function firstLine(
  { stdout }: ChildProcess,
  isIt: (line: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  if (stdout === null) throw new Error('there is no output')
  const lines = createInterface({ input: stdout })
  for await (const text of lines) {
    const line = JSON.parse(text) as Record<string, unknown>
    if (!isIt(line)) continue
    stdout.resume()
    return line
  }
  throw new Error('it did not start')
}

/** User and system time of all threads, and resident memory. Linux tells both of a running process. */
async function spentBy({ pid }: ChildProcess): Promise<Pick<Figures, 'cpuMs' | 'rssMb'>> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8')
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { cpuMs: ticks * TICK_MS, rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  // Compiled code is written at an exit of one's own.
  child.kill('SIGTERM')
  await ended
}
