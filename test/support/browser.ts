import { afterAll, beforeAll } from '@jest/globals'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { aDataDir, keptBetweenStarts, removeFolder } from './bot.ts'

export const SCREENSHOTS = 'screenshots'

const LOCAL = /^(https?:\/\/(127\.0\.0\.1|localhost)[:/]|data:|blob:)/

/** Chromium without a word to the outside: every address but this machine's is blocked. */
export async function aBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export async function aPage(browser: Browser, width = 1280, height = 1400): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, locale: 'fi-FI' })
  page.setDefaultTimeout(10_000)
  // The Playground's page is large: a busy machine takes its time to load it.
  page.setDefaultNavigationTimeout(60_000)
  await page.route('**/*', (route) => (LOCAL.test(route.request().url()) ? route.continue() : route.abort()))
  return page
}

export type Local = {
  address: string
  botPort: number
  playgroundPort: number
  said: () => string
  process: ChildProcess
  stop(): Promise<number | null>
}

/** What `npm start` runs, or another command like it, on free ports; ready when the address to open is printed. */
export async function npmStart(
  dataDir: string,
  { script = 'src/cli/local.ts', env = {} }: { script?: string; env?: Record<string, string> } = {},
): Promise<Local> {
  const [port, playground] = await Promise.all([freePort(), freePort()])
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: dataDir,
      PORT: String(port),
      PLAYGROUND_PORT: String(playground),
      ...keptBetweenStarts(env),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = once(child, 'exit')
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.trimEnd().endsWith(`127.0.0.1:${playground}`)) resolve()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.once('exit', () => {
      reject(new Error(`${script} ended: ${said}`))
    })
  })
  await ready
  return {
    address: `http://127.0.0.1:${playground}`,
    botPort: port,
    playgroundPort: playground,
    said: () => said,
    process: child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await ended
      }
      return child.exitCode
    },
  }
}

/** The Playground as a person uses it. */
export class Playground {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address)
    await this.page.getByText('Personal Chat').first().waitFor()
  }

  async goTo(conversation: string): Promise<void> {
    await this.page.getByRole('treeitem', { name: conversation }).click()
  }

  cards(): Locator {
    return this.page.locator('.ac-adaptiveCard')
  }

  /** The newest card once it says this. */
  async cardThatSays(text: string): Promise<Locator> {
    const card = this.cards().filter({ hasText: text }).last()
    await card.waitFor()
    return card
  }

  async write(text: string): Promise<void> {
    // A form on a card has text boxes too; the one to write in comes last.
    await this.page.getByRole('textbox').last().click()
    await this.page.keyboard.type(text)
    await this.page.keyboard.press('Enter')
  }

  /** A new post in the channel that is open: a bot is spoken to by its name there. */
  async mention(text: string): Promise<void> {
    await this.page.getByRole('textbox').first().click()
    await this.page.keyboard.type('@')
    await this.page.getByRole('menuitem', { name: 'Luotsi' }).click()
    await this.page.keyboard.type(` ${text}`)
    await this.page.keyboard.press('Enter')
  }

  /** Chooses from a list of a card. */
  async choose(list: Locator, option: string): Promise<void> {
    await list.click()
    await this.page.getByRole('option', { name: option, exact: true }).click()
  }

  /** The whole card, in a window as high as the card. */
  async picture(card: Locator, file: string): Promise<void> {
    await card.scrollIntoViewIfNeeded()
    await this.page.waitForTimeout(300)
    await card.screenshot({ path: file })
  }
}

/** What the tests of a file share: `npm start` on an empty folder, and a window in which it is open. */
export function aPlayground(env: Record<string, string> = {}): { playground: Playground; local: Local } {
  const shared = {} as { playground: Playground; local: Local }
  let dataDir: string
  let browser: Browser
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true })
    dataDir = await aDataDir()
    shared.local = await npmStart(dataDir, { env })
    browser = await aBrowser()
    // High enough that a whole tool card is in the picture.
    shared.playground = new Playground(await aPage(browser, 1280, 1900))
    await shared.playground.open(shared.local.address)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await shared.local.stop()
    await removeFolder(dataDir)
  })
  return shared
}

/** Moves the clock of a bot that runs; what ran meanwhile. */
export async function moveClock({ botPort }: Local, now: string): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${botPort}/dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now }),
  })
  if (!response.ok) throw new Error(`the clock answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { ran: string[] }).ran
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
