/** Stores with something of everything, and the commands that copy them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { DELIVERY_STATES, type Delivery, type Mailing } from '../../src/domain/delivery.ts'
import type { Broadcast, Collection } from '../../src/domain/records.ts'
import { COLLECTIONS } from '../../src/domain/register.ts'
import { rowsOf, tallyOf } from '../../src/platform/copy.ts'
import type { Store } from '../../src/ports.ts'

export const TENANTS = ['tenant-1', 'tenant-2']
const URL = 'https://service.example'

/** In each collection of two tenants some records, and lists with deliveries in every state. */
export async function fillWith(store: Store, people = 40): Promise<void> {
  const put = (name: (typeof COLLECTIONS)[number], tenant: string, record: { id: string }) =>
    (store[name] as unknown as Collection<{ id: string }>).change(tenant, record.id, () => record)
  for (const tenant of TENANTS) {
    for (const name of COLLECTIONS.filter((one) => one !== 'mailings' && one !== 'broadcasts'))
      await put(name, tenant, { id: `${name}-ä\u0001`, ...{ userId: `29:"${name}"`, at: '2026-11-26T12:00:00.000Z' } })
    const some = Array.from({ length: people }, (_, at) => ({ id: `person-${at}`, userId: `29:${tenant}-${at}` }))
    await Promise.all(some.map((person) => put('people', tenant, person)))
    await put('broadcasts', tenant, aBroadcast('sent'))
    await put('mailings', tenant, aMailing('sent', 'ended'))
    await store.ledger.prepare(tenant, 'sent', recipients(700))
  }
}

/** In every state but `sending`, persons and conversations, with all that can be noted of one. */
export function* recipients(count: number): Generator<Delivery> {
  const states = DELIVERY_STATES.filter((state) => state !== 'sending')
  for (let at = 0; at < count; at++) {
    const state = states[at % states.length] ?? 'pending'
    yield {
      to:
        at % 5 === 0
          ? { conversation: `19:${at}`, serviceUrl: URL, team: 'koti' }
          : { person: `person-${at}`, userId: `29:${at}` },
      state,
      ...(state === 'failed' && { reason: 'blocked' as const }),
      ...(state === 'pending' && at % 2 === 0 && { attempts: 2, after: '2026-11-26T12:00:01.234Z' }),
      ...(state === 'delivered' && { copy: { activity: `a-${at}`, conversation: `own-${at}`, serviceUrl: URL } }),
    }
  }
}

export function aMailing(id: string, state: Mailing['state'], more: Partial<Mailing> = {}): Mailing {
  return {
    id,
    kind: 'broadcasts.send',
    does: 'post',
    message: { verb: 'broadcasts.show', broadcast: id },
    language: 'fi',
    state,
    at: '2026-11-26T12:00:00.000Z',
    atAnyHour: false,
    isSameForAll: true,
    keepsCopies: true,
    notice: 'broadcasts',
    ...more,
  }
}

export function aBroadcast(id: string, more: Partial<Broadcast> = {}): Broadcast {
  const text = { title: 'Haku alkaa', body: 'Hae ensi viikolla.' }
  return {
    id,
    author: { id: 'aad-hanna', userId: '29:hanna', name: 'hanna' },
    text: { fi: text, sv: text, en: text },
    audience: 'everyone',
    at: 'now',
    tool: '',
    theme: '',
    webinar: '',
    link: '',
    image: '',
    imageAlt: '',
    override: '',
    state: 'confirmed',
    changedAt: '2026-11-26T12:00:00.000Z',
    corrections: 0,
    withdrawn: false,
    presses: {},
    ...more,
  }
}

/** Counts and checksums by collection and tenant. */
export const tallied = (store: Store) => tallyOf(rowsOf(store))

export type Command = {
  process: ChildProcess
  said: () => string
  ended: Promise<{ code: number | null; out: string }>
}

/** A command of the shell as the operator starts it; `ended` tells what it printed, and `said` what it said so far. */
export function aCommand(name: 'backup' | 'restore' | 'move', args: string[], env: Record<string, string>): Command {
  const child = spawn(process.execPath, [`src/cli/${name}.ts`, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: 'node_modules/.cache/luotsi', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, errors] = ['', '']
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, out }))
  return { process: child, said: () => errors, ended }
}

/** What a command came to. */
export async function runs(...given: Parameters<typeof aCommand>): Promise<{ code: number | null; said: string }> {
  const command = aCommand(...given)
  const { code, out } = await command.ended
  return { code, said: out + command.said() }
}
