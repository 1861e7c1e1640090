import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { CardJson, MockConnector, Sent } from './connector.ts'
import { databaseOf, makeDatabase } from './shared-database.ts'

export type Reply = { status: number; body: unknown }

export type RunningBot = {
  url: string
  dataDir: string
  log: Record<string, unknown>[]
  /** Everything on standard error. */
  errors: () => string
  process: ChildProcess
  /** Posts a body as the platform does; a string is sent as it is. */
  post(body: unknown, headers?: Record<string, string>, path?: string): Promise<Reply>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export async function aDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'luotsi-'))
}

/** The real bot as a process of its own. `env` is all of its settings beside the data folder, a free port and a high limit a person. */
export async function aBot(env: Record<string, string> = {}, dataDir?: string): Promise<RunningBot> {
  const folder = dataDir ?? (await aDataDir())
  const database = databaseOf(folder)
  if (database !== undefined) await makeDatabase(database)
  // A test is quicker than any person: what a person may do in ten seconds is tested where it is set.
  const bot = launch({ ...placeOf(folder), PORT: '0', PERSON_LIMIT: '10000', ...env })
  const port = await bot.listening
  if (port === undefined) throw new Error(`the bot did not start: ${bot.errors()}`)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    dataDir: folder,
    log: bot.log,
    errors: bot.errors,
    process: bot.process,
    async post(body, headers = {}, path = '/api/messages') {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
    },
    async stop(signal = 'SIGTERM') {
      if (bot.process.exitCode !== null || bot.process.signalCode !== null) return bot.process.exitCode
      const ended = once(bot.process, 'exit')
      bot.process.kill(signal)
      await ended
      return bot.process.exitCode
    },
  }
}

/** The settings that say where a bot, or a command of the shell, finds what is kept. */
export function placeOf(dataDir: string): Record<string, string> {
  const database = databaseOf(dataDir)
  return { DATA_DIR: dataDir, ...(database !== undefined && { DATABASE_URL: database }) }
}

export type RefusedStart = { code: number | null; said: string }

/** A start that is expected to be refused: its exit code and what it said. */
export async function aRefusedStart(env: Record<string, string>): Promise<RefusedStart> {
  const bot = launch({ PORT: '0', ...env })
  const port = await bot.listening
  if (port !== undefined) {
    bot.process.kill('SIGKILL')
    throw new Error('the bot started')
  }
  return { code: bot.process.exitCode, said: bot.errors() }
}

/** Waits for what comes by itself; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

const CACHE = 'node_modules/.cache/luotsi'

/** One content is kept at a time: a test's own must not take the place of the product's. */
export function keptBetweenStarts(env: Record<string, string>): Record<string, string> {
  return { NODE_COMPILE_CACHE: CACHE, ...(env['CONTENT_DIR'] === undefined && { CACHE_DIR: CACHE }) }
}

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/index.ts'], {
    // Compiled code, and the content as it was read, are kept between the many starts of a test run.
    env: { PATH: process.env['PATH'] ?? '', ...keptBetweenStarts(env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: Record<string, unknown>[] = []
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const listening = new Promise<number | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>
      log.push(entry)
      if (entry['msg'] === 'listening') resolve(Number(entry['port']))
    })
    child.once('close', () => {
      resolve(undefined)
    })
  })
  return { process: child, log, errors: () => said, listening }
}

const TENANT = 'tenant-1'
let lastActivity = 0

/** A member of the organisation at one of its places, as the platform tells of them. */
export type Actor = {
  /** Types a message; what the bot sent because of it. */
  writes(text: string, more?: Record<string, unknown>): Promise<Sent[]>
  /** Presses a button as Action.Execute; the body of the answer. */
  presses(verb: string, data?: Record<string, unknown>, more?: Record<string, unknown>): Promise<Pressed>
  /** Presses a button as Action.Submit; what the bot sent. */
  submits(verb: string, data?: Record<string, unknown>, more?: Record<string, unknown>): Promise<Sent[]>
  /** Any other activity; what the bot sent. */
  causes(activity: Record<string, unknown>): Promise<Sent[]>
  activity(more: Record<string, unknown>): Record<string, unknown>
}

export type Pressed = { status: number; type: string; card: CardJson; text: string; sent: Sent[] }

export type ActorAt = {
  name?: string
  id?: string
  tenant?: string
  locale?: string
  /** A conversation in a channel of this team. Without one: the own chat. */
  team?: string
  channel?: string
  group?: string
}

export function anActor(bot: RunningBot, connector: MockConnector, at: ActorAt = {}): Actor {
  const name = at.name ?? 'Maija Virtanen'
  const id = at.id ?? 'maija'
  const tenant = at.tenant ?? TENANT
  const conversation = at.channel ?? at.team ?? at.group ?? `own-${id}`
  const kind = at.team !== undefined ? 'channel' : at.group !== undefined ? 'groupChat' : 'personal'

  const activity = (more: Record<string, unknown>) => ({
    type: 'message',
    id: `in-${(lastActivity += 1)}`,
    channelId: 'msteams',
    serviceUrl: connector.url,
    locale: at.locale ?? 'fi-FI',
    from: { id: `29:${id}`, aadObjectId: `aad-${id}`, name },
    recipient: { id: '28:luotsi', name: 'Luotsi' },
    conversation: { id: conversation, conversationType: kind, tenantId: tenant },
    channelData: {
      tenant: { id: tenant },
      ...(at.team !== undefined && { team: { id: at.team, name: 'Kotihoito' }, channel: { id: conversation } }),
    },
    ...more,
  })

  const during = async (work: () => Promise<unknown>): Promise<Sent[]> => {
    const before = connector.sent.length
    await work()
    return connector.sent.slice(before)
  }

  const causes = (more: Record<string, unknown>) => during(() => bot.post(activity(more)))

  return {
    activity,
    causes,
    writes: (text, more) => causes({ text, ...more }),
    submits: (verb, data, more) => causes({ value: { verb, ...data }, ...more }),
    async presses(verb, data = {}, more) {
      let reply: Reply = { status: 0, body: undefined }
      const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' }
      const sent = await during(async () => {
        reply = await bot.post(activity({ type: 'invoke', name: 'adaptiveCard/action', value, ...more }))
      })
      const body = (reply.body ?? {}) as { type?: string; value?: unknown }
      return {
        status: reply.status,
        type: body.type ?? '',
        card: (typeof body.value === 'object' ? body.value : { body: [] }) as CardJson,
        text: typeof body.value === 'string' ? body.value : '',
        sent,
      }
    },
  }
}

/** The card of a message that the bot sent. */
export function cardOf(sent: Sent | undefined): CardJson {
  const card = sent?.body.attachments?.[0]?.content
  if (card === undefined) throw new Error(`no card in ${JSON.stringify(sent)}`)
  return card
}

export type ButtonJson = {
  type: string
  verb?: string
  title?: string
  data?: Record<string, unknown>
  fallback?: ButtonJson
}

/** All buttons of a card, wherever they stand; fallbacks left out. */
export function buttonsOf(card: unknown): ButtonJson[] {
  if (Array.isArray(card)) return card.flatMap(buttonsOf)
  if (typeof card !== 'object' || card === null) return []
  const { fallback: _fallback, ...rest } = card as ButtonJson & Record<string, unknown>
  const own = typeof rest.type === 'string' && rest.type.startsWith('Action.') ? [rest as ButtonJson] : []
  return [...own, ...Object.values(rest).flatMap(buttonsOf)]
}

/** The buttons of a card that press this verb. */
export function buttonsWith(card: CardJson, verb: string): ButtonJson[] {
  return buttonsOf(card).filter((button) => button.verb === verb)
}

/** The channels that a card can be sent to. */
export function channelsOn(card: CardJson): { title: string; value: string }[] {
  const input = JSON.stringify(card.body.find((element) => element['id'] === 'channel')?.['choices'] ?? [])
  return JSON.parse(input) as { title: string; value: string }[]
}

/** All elements of a type on a card, wherever they stand; fallbacks left out. */
export function elementsOf(card: unknown, type: string): Record<string, unknown>[] {
  if (Array.isArray(card)) return card.flatMap((part) => elementsOf(part, type))
  if (typeof card !== 'object' || card === null) return []
  const { fallback: _fallback, ...rest } = card as Record<string, unknown>
  const parts = Object.values(rest).flatMap((part) => elementsOf(part, type))
  return rest['type'] === type ? [rest, ...parts] : parts
}

/** All words that a card shows, fallbacks left out. */
export function wordsOf(card: unknown): string {
  if (Array.isArray(card)) return card.map(wordsOf).join('\n')
  if (typeof card !== 'object' || card === null) return ''
  const { fallback: _fallback, ...rest } = card as Record<string, unknown>
  return Object.entries(rest)
    .map(([key, value]) =>
      ['text', 'title', 'label', 'placeholder'].includes(key) && typeof value === 'string' ? value : wordsOf(value),
    )
    .filter((text) => text !== '')
    .join('\n')
}
