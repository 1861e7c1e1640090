/** HR writes to many, with the real bot over HTTP. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anActor, buttonsWith, placeOf, type Actor, type Pressed } from './bot.ts'
import { textsOf } from './check-ins.ts'
import type { CardJson, Sent } from './connector.ts'
import type { House } from './house.ts'

export const TEXTS = { title_fi: 'Haku alkaa', body_fi: 'Hae ensi viikolla.\n\nTervetuloa!' }
export const SWEDISH = { title_sv: 'Ansökan börjar', body_sv: 'Sök nästa vecka.' }

export type Previewed = { broadcast: string; token: string; card: CardJson; text: string }

export function member({ bot, connector }: House, id: string, more: { locale?: string; tenant?: string } = {}): Actor {
  return anActor(bot, connector, { id, name: id, ...more })
}

/** HR sends the form; the preview, or the refusal as `text`. */
export async function preview(house: House, form: object, by = 'hanna'): Promise<Previewed> {
  const { card, text } = await member(house, by).presses('broadcasts.preview', { ...TEXTS, ...form })
  return { ...tokenOn(card), card, text }
}

/** Which broadcast a preview shows, and what sends it: empty where it shows none, or it cannot be sent. */
export function tokenOn(card: CardJson): { broadcast: string; token: string } {
  const told = (verb: string, name: string): string => {
    const value = buttonsWith(card, verb)[0]?.data?.[name]
    return typeof value === 'string' ? value : ''
  }
  return { broadcast: told('broadcasts.test', 'broadcast'), token: told('broadcasts.confirm', 'token') }
}

/** The activity of HR's card that shows how a broadcast goes on. */
export function watchedCard(broadcast: string): string {
  return `report-${broadcast}`
}

export function press(
  house: House,
  verb: string,
  broadcast: string,
  by = 'hanna',
  more: object = {},
): Promise<Pressed> {
  return member(house, by).presses(`broadcasts.${verb}`, { broadcast, ...more }, { replyToId: watchedCard(broadcast) })
}

/** HR writes and confirms; what has its time is sent when this resolves. */
export async function send(house: House, form: object): Promise<string> {
  const { broadcast, token, text } = await preview(house, form)
  if (broadcast === '') throw new Error(`no preview: ${text}`)
  const { text: refused } = await press(house, 'confirm', broadcast, 'hanna', { token })
  if (refused !== '') throw new Error(refused)
  await settle(house)
  return broadcast
}

/** Resolves when nothing that is due is unsent; the names of what ran. */
export async function settle({ bot }: House, advance = 'PT1S'): Promise<string[]> {
  const { status, body } = await bot.post({ advance }, {}, '/dev/clock')
  if (status !== 200) throw new Error(`the clock answered ${status}`)
  return (body as { ran: string[] }).ran
}

const STATES = ['pending', 'sending', 'delivered', 'failed', 'skipped', 'unknown', 'cancelled']

/** The figures of a report that are not nothing. @throws where their sum is not the total */
export function figuresOn(card: CardJson): Record<string, number> {
  const texts = textsOf(card)
  const figures = STATES.map((state) => [state, Number(texts[state])] as const)
  const sum = figures.reduce((all, [, number]) => all + number, 0)
  if (sum !== Number(texts['total'])) throw new Error(`the figures do not sum up: ${JSON.stringify(texts)}`)
  return Object.fromEntries(figures.filter(([, number]) => number > 0))
}

export async function report(house: House, broadcast: string): Promise<CardJson> {
  const { card, text } = await press(house, 'report', broadcast)
  if (text !== '') throw new Error(text)
  return card
}

/** What was put into the watched card of a broadcast, in order. */
export function updatesOf({ connector }: House, broadcast: string): Sent[] {
  return connector.sent.filter(({ method, activity }) => method === 'PUT' && activity === watchedCard(broadcast))
}

/** `npm run people` with these rows, while the bot runs: it asks the bot. */
export async function imports({ bot, env: { DATABASE_URL } }: House, rows: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-people-'))
  const file = join(folder, 'people.csv')
  writeFileSync(file, ['id,unit,role,language', ...rows, ''].join('\n'))
  const child = spawn(process.execPath, ['src/cli/people.ts', 'import', file, '--replace'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: 'node_modules/.cache/luotsi',
      ...placeOf(bot.dataDir),
      ...(DATABASE_URL !== undefined && { DATABASE_URL }),
      BOT_TENANT_ID: 'tenant-1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()))
  await once(child, 'close')
  rmSync(folder, { recursive: true })
  if (child.exitCode !== 0) throw new Error(said)
  return said
}
