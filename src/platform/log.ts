import { AsyncLocalStorage } from 'node:async_hooks'
import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** A turn that is running. `startedAt` is of the process's own clock, in milliseconds. */
export type RunningTurn = { id: string; startedAt: number }

const turns = new AsyncLocalStorage<RunningTurn>()

/** Every log line written while this work runs carries the turn's id. */
export function inTurn<T>(turn: RunningTurn, work: () => T): T {
  return turns.run(turn, work)
}

export function runningTurn(): RunningTurn | undefined {
  return turns.getStore()
}

/** What may never stand in a log line, wherever it hides in an object that is logged. */
const SECRET = ['text', 'value', 'data', 'body', 'authorization', 'headers', 'token', 'BOT_PASSWORD', 'METRICS_TOKEN']

/** JSON lines on standard output. Message texts, action values, headers and secrets are removed by name. */
export function openLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    mixin: () => {
      const turn = turns.getStore()
      return turn === undefined ? {} : { turn: turn.id }
    },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
    serializers: { err: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** A library that writes to the console could write a message's text: its words are dropped, the fact is kept. */
export function muteConsole(log: Log): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    console[method] = () => {
      log.debug({ method }, 'a library wrote to the console')
    }
  }
}

/** An error's own message may quote what a person wrote (JSON.parse does), so only its kind and place are logged. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const status = 'status' in error && typeof error.status === 'number' ? { status: error.status } : {}
  const at = error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim())
  return { kind: error.name, ...code, ...status, at }
}
