import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readSettings, SettingsFault } from '../platform/settings.ts'

const PLAYGROUND = 'node_modules/@microsoft/m365agentsplayground/cli.js'
const CHILD = fileURLToPath(new URL('./local-child.ts', import.meta.url))
const READY_WITHIN_MS = 60_000

/** Something that the person at the keyboard can mend. */
export class StartFault extends Error {
  override name = 'StartFault'
}

/** The addresses of the two. */
export type Local = { bot: string; playground: string }

type Together = {
  /** How it was started, for what it says. */
  command: string
  env: Record<string, string | undefined>
  /** Before anything is started, with the folder that the bot will use. */
  prepare?: (dataDir: string) => Promise<void>
  /** Once both answer. The lines are printed before the address to open. */
  whenReady: (local: Local) => Promise<string[]>
}

const playgroundConfig = z.looseObject({ config: z.looseObject({ teams: z.array(z.looseObject({ id: z.string() })) }) })

/** The bot and Microsoft 365 Agents Playground together on this machine, ended together. */
export async function runTogether({ command, env, prepare, whenReady }: Together): Promise<void> {
  const children: ChildProcess[] = []
  let ending = false

  try {
    await start()
  } catch (error) {
    const isMendable = error instanceof StartFault || error instanceof SettingsFault
    await end(
      1,
      isMendable ? error.message : `${command} failed.\n${error instanceof Error ? (error.stack ?? '') : ''}`,
    )
  }

  async function start(): Promise<void> {
    const settings = readSettings(env)
    if (settings.mode !== 'development') {
      throw new StartFault(
        `${command} is for trying Luotsi on one machine. With BOT_ID or in production, use npm run bot.`,
      )
    }
    if (!existsSync(PLAYGROUND)) {
      throw new StartFault(
        'Microsoft 365 Agents Playground is missing: run npm ci (without --omit=dev) in this folder.',
      )
    }
    const playgroundPort = Number(env['PLAYGROUND_PORT'] ?? 56150)
    await demandFree(settings.PORT, 'PORT')
    await demandFree(playgroundPort, 'PLAYGROUND_PORT')
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

    await prepare?.(settings.DATA_DIR)
    mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 })
    const log = openSync(join(settings.DATA_DIR, 'luotsi.log'), 'a', 0o600)
    const bot = `http://127.0.0.1:${settings.PORT}`
    console.log('Luotsi käynnistyy … (Luotsi startar … / Luotsi is starting …)')
    const botProcess = run('Luotsi', ['src/index.ts'], ['ignore', log, 'pipe', 'ipc'])
    botProcess.stderr?.pipe(process.stderr)
    await until(async () => (await fetch(`${bot}/readyz`)).ok, 'Luotsi')

    const playground = `http://127.0.0.1:${playgroundPort}`
    const playgroundProcess = run(
      'Agents Playground',
      [
        PLAYGROUND,
        'start',
        '-e',
        `${bot}/api/messages`,
        '-c',
        'msteams',
        '-p',
        String(playgroundPort),
        '--service-url',
        `${playground}/_connector`,
        '--disable-telemetry',
      ],
      ['ignore', 'pipe', 'pipe', 'ipc'],
      {
        // It tells its own zone as that of its people.
        TZ: settings.TIME_ZONE,
        TEAMSAPPTESTER_BROWSER: 'none',
        M365_AGENTS_PLAYGROUND_LOGFILE: join(settings.DATA_DIR, 'playground.log'),
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: '.m365agentsplayground.yml',
      },
    )
    const port = await portOf(playgroundProcess)
    if (port !== playgroundPort) throw new StartFault(busy(playgroundPort, 'PLAYGROUND_PORT'))
    await until(async () => (await fetch(`${playground}/_internal/v1/config`)).ok, 'Agents Playground')
    await announceTeam(playground)

    const lines = await whenReady({ bot, playground })
    console.log(
      `Luotsi: ${bot} · loki (logg, log): ${join(settings.DATA_DIR, 'luotsi.log')} · Ctrl-C lopettaa (avslutar, ends)`,
    )
    for (const line of lines) console.log(line)
    console.log('Öppna i webbläsaren / Open in a browser:')
    console.log(playground)
  }

  /** Starts a child that ends with this process, and ends everything when it ends by itself. */
  function run(
    name: string,
    args: string[],
    stdio: ('ignore' | 'pipe' | 'ipc' | number)[],
    more: Record<string, string> = {},
  ): ChildProcess {
    const child = spawn(process.execPath, ['--import', CHILD, ...args], { stdio, env: { ...env, ...more } })
    children.push(child)
    child.once('exit', (code, signal) => {
      if (!ending) void end(1, `${name} ended by itself (${signal ?? `code ${code ?? 0}`}), so everything was ended.`)
    })
    return child
  }

  async function end(code: number, why?: string): Promise<void> {
    if (ending) return
    ending = true
    if (why !== undefined) console.error(why)
    const running = children.filter((child) => child.exitCode === null && child.signalCode === null)
    await Promise.all(
      running.map(async (child) => {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }),
    )
    process.exit(code)
  }

  function busy(port: number, setting: string): string {
    return `Port ${port} is taken by another program: end it, or set ${setting} to a free one (${setting}=${port + 1} ${command}).`
  }

  async function demandFree(port: number, setting: string): Promise<void> {
    const probe = createServer()
    const opened = once(probe, 'listening')
    probe.listen(port, '127.0.0.1')
    await opened.catch(() => {
      throw new StartFault(busy(port, setting))
    })
    probe.close()
    await once(probe, 'close')
  }

  async function until(isReady: () => Promise<boolean>, name: string): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS
    while (!(await isReady().catch(() => false))) {
      if (ending) await new Promise(() => undefined)
      if (Date.now() > deadline) throw new StartFault(`${name} did not become ready within a minute.`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** The Playground takes a random port where its own is taken, and tells it on its first line. */
function portOf(playground: ChildProcess): Promise<number> {
  playground.stderr?.resume()
  return new Promise((resolve, reject) => {
    let said = ''
    playground.stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1000)
      const port = /Listening on (\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    playground.once('exit', () => {
      reject(new StartFault('Agents Playground did not start; playground.log in the data folder tells why.'))
    })
  })
}

/** The Playground tells the bot of a channel only when it is first opened; sharing should work at once. */
async function announceTeam(playground: string): Promise<void> {
  const { config } = playgroundConfig.parse(await (await fetch(`${playground}/_internal/v1/config`)).json())
  const activities = `${playground}/_internal/v1/customActivities`
  for (const { id } of config.teams) {
    const query = new URLSearchParams({ conversationId: id, type: 'install' })
    const installed = await (await fetch(`${activities}/template?${query.toString()}`)).text()
    await fetch(activities, { method: 'POST', headers: { 'content-type': 'application/json' }, body: installed })
  }
}
