/** Commands of the shell to the bot that holds the data folder: a socket in it, one line of JSON there and one back. */
import { chmod, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { NotStored } from '../domain/records.ts'
import { code, reason } from './durable-file.ts'
import type { Log } from './log.ts'

/** The kernel takes 107 bytes, on some systems 103. */
const LONGEST_PATH = 100
/** Some 200,000 people. */
const LARGEST_LINE = 32 * 1024 * 1024
/** For the line to come whole: it comes from this machine. */
const LINE_WITHIN_MS = 30_000

/** Why the bot did not do what was asked, with the cure. */
export class ControlFault extends Error {
  override name = 'ControlFault'
}

/** Nobody listens. */
export class NobodyThere extends ControlFault {
  override name = 'NobodyThere'
}

/** By name: each takes the request, to be parsed, and gives what can be written as JSON. */
export type Commands = Record<string, (request: unknown) => Promise<unknown>>

export type Control = { close(): Promise<void> }

const request = z.looseObject({ command: z.string() })
const reply = z.union([z.strictObject({ answer: z.unknown() }), z.strictObject({ fault: z.string() })])

/**
 * Listens in the data folder, which the caller has locked: a socket that is there already is a killed bot's. Where that
 * cannot be, the bot runs without, and the log says why.
 */
export async function openControl(options: { dataDir: string; commands: Commands; log: Log }): Promise<Control> {
  try {
    return await listen(options)
  } catch (error) {
    options.log.warn({ why: reason(error) }, 'commands of the shell are not taken: control.sock could not be opened')
    return { close: () => Promise.resolve() }
  }
}

async function listen({ dataDir, commands, log }: Parameters<typeof openControl>[0]): Promise<Control> {
  const path = socketIn(dataDir)
  await rm(path, { force: true })
  const connections = new Set<Socket>()
  const running = new Set<Promise<void>>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    // Who asked may have gone; the command was run all the same.
    socket.on('error', () => socket.destroy())
    void lineFrom(socket, LINE_WITHIN_MS)
      .then((line) => {
        const work = run(commands, line, log).then((said) => {
          socket.end(`${JSON.stringify(said)}\n`)
        })
        running.add(work)
        return work.finally(() => running.delete(work))
      })
      .catch((error: unknown) => socket.end(`${JSON.stringify({ fault: reason(error) })}\n`))
  })
  // The socket is made within this call: nobody else can open it before it has its mode.
  const earlier = process.umask(0o177)
  const listening = once(server, 'listening')
  try {
    server.listen(path)
  } finally {
    process.umask(earlier)
  }
  await listening
  await chmod(path, 0o600)
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.allSettled(running)
      for (const socket of connections) socket.destroySoon()
      await closed
    },
  }
}

async function run(commands: Commands, line: string, log: Log): Promise<z.input<typeof reply>> {
  try {
    const asked = request.parse(JSON.parse(line))
    const command = Object.hasOwn(commands, asked.command) ? commands[asked.command] : undefined
    if (command === undefined) {
      throw new ControlFault('The running bot does not know this command: it is of another version. Restart it.')
    }
    return { answer: await command(asked) }
  } catch (error) {
    if (error instanceof Error && (error.name.endsWith('Fault') || error instanceof NotStored)) {
      return { fault: error.message }
    }
    log.error({ err: error }, 'a command of the shell failed')
    return { fault: 'The running bot could not do it: its log says where.' }
  }
}

/**
 * Asks the bot that runs on the data folder; resolves to the command's answer.
 * @throws NobodyThere, ControlFault with what the bot said
 */
export async function askBot(dataDir: string, asked: { command: string } & Record<string, unknown>): Promise<unknown> {
  const socket = connect(socketIn(dataDir))
  try {
    await once(socket, 'connect')
  } catch (cause) {
    if (!['ENOENT', 'ECONNREFUSED'].includes(code(cause))) {
      throw new ControlFault(
        `The running bot cannot be reached: ${reason(cause)}. Run this as the user that runs the bot.`,
      )
    }
    throw new NobodyThere('No bot takes commands there.', { cause })
  }
  socket.on('error', () => socket.destroy())
  socket.end(`${JSON.stringify(asked)}\n`)
  const line = await lineFrom(socket)
  const said = reply.parse(JSON.parse(line))
  if ('fault' in said) throw new ControlFault(said.fault)
  return said.answer
}

/** The shorter of the two ways to write it: the kernel takes no long paths. @throws ControlFault */
function socketIn(dataDir: string): string {
  const path = join(dataDir, 'control.sock')
  const [shortest = path] = [path, relative(process.cwd(), path)].sort((one, other) => one.length - other.length)
  if (Buffer.byteLength(shortest) <= LONGEST_PATH) return shortest
  const cure = 'set DATA_DIR to a shorter one, or start the bot and the command from a folder closer to it'
  throw new ControlFault(`The path ${shortest} is too long for a socket (over ${LONGEST_PATH} bytes): ${cure}.`)
}

/** @throws ControlFault where the other side sends too much, ends before the line does, or takes too long */
function lineFrom(socket: Socket, withinMs?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    const fail = (why: string) => {
      reject(new ControlFault(why))
      socket.removeAllListeners('data').resume()
    }
    const timer = withinMs && setTimeout(() => fail('The line did not come whole in time.'), withinMs).unref()
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      size += piece.length
      if (size > LARGEST_LINE) return fail(`The line is larger than ${LARGEST_LINE / 1024 / 1024} MB.`)
      if (!piece.includes(0x0a)) return
      const [line = ''] = Buffer.concat(pieces).toString().split('\n', 1)
      clearTimeout(timer)
      resolve(line)
    })
    const ended = () => fail('The other side ended before it had said everything: look at the bot’s log.')
    socket.once('end', ended)
    socket.once('close', ended)
  })
}
