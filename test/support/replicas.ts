/** Several real bots on one database, as the platform reaches them, and the line between them and the database. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import type { Pressed, RunningBot } from './bot.ts'

/** The platform gives a press up after so long: what comes later reaches nobody. */
const LIMIT_MS = 15_000

/**
 * One address for all: in turn, as a load balancer does. A press that meets a closing port is repeated with its id; one
 * that is not answered within the limit of the platform is silence, and throws.
 */
export function balanced(bots: readonly RunningBot[]): RunningBot & { repeated: number } {
  let turn = 0
  const balancer = {
    ...(bots[0] as RunningBot),
    repeated: 0,
    async post(...given: Parameters<RunningBot['post']>) {
      const ended = AbortSignal.timeout(LIMIT_MS)
      for (;;) {
        const bot = bots[(turn += 1) % bots.length] as RunningBot
        try {
          const silence = once(ended, 'abort').then(() => Promise.reject(new Error('silence')))
          silence.catch(() => undefined)
          return await Promise.race([bot.post(...given), silence])
        } catch (error) {
          if (ended.aborted) throw new Error('the press was answered by silence', { cause: error })
          balancer.repeated += 1
          await setTimeout(50)
        }
      }
    },
  }
  return balancer
}

/** Presses until it is taken; how often it was told that it was not. Anything but these two answers throws. */
export async function pressedUntilTaken(press: () => Promise<Pressed>): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    const { status, text, card } = await press()
    if (status === 200 && text === '' && card.body.length > 0) return refused
    if (status !== 200 || text !== fi.refusals.storage) throw new Error(`answered with ${status}: ${text}`)
    await setTimeout(200)
  }
}

/** A line to the server that can be cut half-open: nothing comes through, and neither end hears of it. */
export type Line = {
  /** The address of a database by this line. */
  urlOf(url: string): string
  /** What is connected now hears nothing more. */
  silence(): void
  /** Who connects from now on is heard, or is not. */
  isOpen: boolean
  close(): Promise<void>
}

export async function aLine(port: number): Promise<Line> {
  const ends = new Set<Socket>()
  const keep = (end: Socket): void => {
    ends.add(end)
    end.on('error', () => undefined)
  }
  const server = createServer((here) => {
    keep(here)
    if (!line.isOpen) return
    const there = connect(port, '127.0.0.1')
    keep(there)
    here.pipe(there).pipe(here)
    here.once('close', () => there.destroy())
    there.once('close', () => here.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const its = (server.address() as AddressInfo).port
  const line: Line = {
    urlOf: (url) => url.replace(`:${port}/`, `:${its}/`),
    isOpen: true,
    silence() {
      for (const end of ends) {
        end.removeAllListeners('close')
        end.unpipe()
        end.pause()
      }
    },
    async close() {
      server.close()
      for (const end of ends) end.destroy()
      await once(server, 'close')
    },
  }
  return line
}
