/**
 * What a turn costs, the whole way: a real process, the activity as Teams sends it over HTTP, the answer over HTTP.
 * Ours beside the echo bots of the SDKs and a bare HTTP server, by turns; the median of the rounds. CPU is that of the
 * process that answers, by the system's own count.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'
import { aBot, anActor, buttonsOf, cardOf } from '../test/support/bot.ts'
import { aConnector } from '../test/support/connector.ts'
import { aKeyService } from '../test/support/key-service.ts'
import { cpuOf, median, round } from './support/figures.ts'
import { aService } from './support/service.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const WARM = 400
const MEASURED = 1_500
const AT_ONCE = 8
const BOT_ID = '11111111-2222-4333-8444-555555555555'

type Running = { pid: number; url: string; end(): Promise<void> }
type Case = { what: string; who: string; running: Running; body: (n: number) => object; authorization?: string }

const service = await aService(false, 1)
const keys = await aKeyService()
const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'luotsi-bench-'))
  folders.push(made)
  return made
}
const now = Math.floor(Date.now() / 1_000)
const authorization = `Bearer ${await keys.sign({
  iss: 'https://api.botframework.com',
  aud: BOT_ID,
  serviceurl: service.url,
  nbf: now - 300,
  exp: now + 3_300,
})}`

const question = (text: string) => (n: number) => activity(n, { type: 'message', text })
const press = (n: number) =>
  activity(n, {
    type: 'invoke',
    name: 'adaptiveCard/action',
    value: { action: { type: 'Action.Execute', verb: 'themes.list', data: {} }, trigger: 'manual' },
  })
const ours = await ourBot({})
const oursChecked = await ourBot({ BOT_ID, BOT_TENANT_ID: 'tenant-1', OPENID_METADATA: keys.metadata })
const peers = {
  'node:http': await aPeer(['node']),
  botbuilder: await aPeer(['botbuilder']),
  'teams-ai': await aPeer(['teamsAi']),
  'agents-hosting': await aPeer(['agents']),
}
const team = await aTeamAtItsCheckIn()
const durablePeer = await aPeer(['botbuilder'], { DURABLE: join(folder(), 'written') })
const checkedPeer = await aPeer(['botbuilder', keys.metadata, BOT_ID])
const cases: Case[] = [
  ...Object.entries(peers).map(([who, running]) => ({ what: 'a message', who, running, body: question('moi') })),
  { what: 'a message', who: 'ours: a question', running: ours, body: question('tiimissä kinaa etäpalavereista') },
  ...Object.entries(peers).map(([who, running]) => ({ what: 'a press', who, running, body: press })),
  { what: 'a press', who: 'ours: the card of the themes', running: ours, body: press },
  { what: 'a press, token checked', who: 'botbuilder', running: checkedPeer, body: press, authorization },
  {
    what: 'a press, token checked',
    who: 'ours: the card of the themes',
    running: oursChecked,
    body: press,
    authorization,
  },
  { what: 'an answer', who: 'botbuilder', running: durablePeer, body: press },
  { what: 'an answer', who: 'ours: a check-in’s, sealed', running: team.running, body: team.body },
]

const runs = new Map<Case, { cpu: number; wall: number }[]>()
for (const one of cases) await send(one, WARM)
for (let turn = 0; turn < ROUNDS; turn += 1)
  for (const one of cases) {
    const before = cpuOf(one.running.pid)
    const began = performance.now()
    await send(one, MEASURED)
    const wall = ((performance.now() - began) * 1_000) / MEASURED
    runs.set(one, [...(runs.get(one) ?? []), { cpu: (cpuOf(one.running.pid) - before) / MEASURED, wall }])
  }

const rows = cases.map((one) => {
  const its = runs.get(one) ?? []
  const peer = cases.find(({ what, who }) => what === one.what && who === 'botbuilder')
  const cpu = (of: Case | undefined): number => median((of && runs.get(of))?.map((run) => run.cpu) ?? [])
  return {
    what: one.what,
    who: one.who,
    'cpu µs': round(cpu(one)),
    '× botbuilder': Math.round((cpu(one) / cpu(peer)) * 100) / 100,
    'µs a turn': round(median(its.map(({ wall }) => wall))),
  }
})
console.table(rows)
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true })
const machine = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, load: loadavg() }
writeFileSync(
  join(import.meta.dirname, 'results', 'turns.json'),
  `${JSON.stringify({ ...machine, rounds: ROUNDS, rows }, null, 2)}\n`,
)
for (const running of [ours, oursChecked, team.running, checkedPeer, durablePeer, ...Object.values(peers)])
  await running.end()
await Promise.all([service.end(), keys.close()])
for (const made of folders) rmSync(made, { recursive: true, force: true })
process.exit(0)

function activity(n: number, more: object): object {
  return {
    id: `activity-${process.hrtime.bigint()}`,
    channelId: 'msteams',
    serviceUrl: service.url,
    from: { id: `29:p${n % 50}`, aadObjectId: `aad-p${n % 50}`, name: 'Maija Virtanen' },
    recipient: { id: `28:${BOT_ID}`, name: 'Luotsi' },
    conversation: { id: `own-p${n % 50}`, conversationType: 'personal', tenantId: 'tenant-1' },
    channelData: { tenant: { id: 'tenant-1' } },
    locale: 'fi-FI',
    timestamp: new Date().toISOString(),
    ...more,
  }
}

/** So many, a few at a time; each has to be answered with 200. */
async function send({ what, who, running, body, authorization: token }: Case, count: number): Promise<void> {
  const pool = new Pool(running.url, { connections: AT_ONCE })
  let sent = 0
  const lane = async (): Promise<void> => {
    while (sent < count) {
      const n = (sent += 1)
      const { statusCode, body: answer } = await pool.request({
        method: 'POST',
        path: '/api/messages',
        headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: token }) },
        body: JSON.stringify(body(n)),
      })
      const said = await answer.text()
      const isAsked = what === 'a message' || said.includes('card.adaptive')
      if (statusCode !== 200 || !isAsked) throw new Error(`${what}, ${who}: ${statusCode} ${said}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  await pool.close()
}

async function ourBot(env: Record<string, string>): Promise<Running> {
  const bot = await aBot({ TENANT_LIMIT: '1000000', ...env }, folder())
  return { pid: bot.process.pid ?? 0, url: bot.url, end: () => bot.stop().then(() => undefined) }
}

/** A team of fifty and their supervisor, whose check-in is open; each answers again and again, and the last answer counts. */
async function aTeamAtItsCheckIn(): Promise<{ running: Running; body: (n: number) => object }> {
  const connector = await aConnector()
  const bot = await aBot({ TENANT_LIMIT: '1000000', CLOCK_START: '2026-11-23T09:00:00+02:00' }, folder())
  const people = ['lead', ...Array.from({ length: 50 }, (_, n) => `p${n}`)]
  const members = people.map((id) => ({ id: `29:${id}`, objectId: `aad-${id}`, name: id }))
  connector.teams.set('team', { id: 'team', channels: [{ id: 'team' }], members })
  const supervisor = anActor(bot, connector, { id: 'lead', name: 'lead', team: 'team' })
  await supervisor.causes({ type: 'installationUpdate', action: 'add' })
  const daily = { weekday: '4', time: '14:00', closeAfterHours: '22', every: '1', language: 'fi', remote: 'yes' }
  await supervisor.presses('checkins.start', { ...daily, leaveOut: '', talkOnly: 'no' })
  await bot.post({ now: '2026-11-26T14:00:00+02:00' }, {}, '/dev/clock')
  const button = connector.sent
    .filter(({ body }) => body.attachments !== undefined)
    .flatMap((sent) => buttonsOf(cardOf(sent)))
    .find(({ verb }) => verb === 'checkins.answer')
  const round = button?.data?.['round']
  if (typeof round !== 'string') throw new Error('no check-in was opened')
  const answers = { round, q1: '3', q2: '4', q3: 'na' }
  return {
    running: {
      pid: bot.process.pid ?? 0,
      url: bot.url,
      end: async () => {
        await bot.stop()
        await connector.close()
      },
    },
    body: (n) =>
      activity(n, {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb: 'checkins.answer', data: answers }, trigger: 'manual' },
      }),
  }
}

async function aPeer(args: string[], env: Record<string, string> = {}): Promise<Running> {
  const program = join(import.meta.dirname, 'support', 'echo.ts')
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', () => reject(new Error(`${args.join(' ')} did not start`)))
  })
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    end: () => Promise.resolve(void child.kill('SIGKILL')),
  }
}
