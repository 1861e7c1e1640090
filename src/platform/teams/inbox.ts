import type { TurnContext } from 'botbuilder'
import type { Outcome } from '../dispatch.ts'
import { inTurn, runningTurn, type Log, type RunningTurn } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { Once } from '../once.ts'
import { activitySchema, type Incoming } from './activity.ts'
import { GateRefusal, type Reply, type StrictAdapter } from './adapter.ts'
import { isSubmit } from './application.ts'

/** A message whose answer takes longer is acknowledged meanwhile: the platform would send it again after 15 s. */
const ACKNOWLEDGE_AFTER_MS = 3_000

type Options = {
  adapter: StrictAdapter
  run: (context: TurnContext) => Promise<void>
  clock: { now(): Date }
  newId: () => string
  metrics: Metrics
  log: Log
}

export type Inbox = {
  /** Answers one request of the platform. `body` is parsed JSON. */
  receive(body: unknown, authorization: string): Promise<Reply>
  /** Tells how the turn that is running now ended. */
  ended(kind: string, outcome: Outcome): void
  /** Resolves when no turn is running any more. */
  idle(): Promise<void>
}

/** The entrance: gate, once, run, acknowledge. Every log line of a turn carries its id, and nothing of its text. */
export function openInbox({ adapter, run, clock, newId, metrics, log }: Options): Inbox {
  const once = new Once<Reply>(() => clock.now().getTime())
  const running = new Set<Promise<unknown>>()

  const handle = async (activity: Incoming): Promise<Reply> => {
    const turn = { id: newId(), startedAt: performance.now() }
    return inTurn(turn, async () => {
      try {
        return await adapter.turn(activity, run)
      } catch (error) {
        metrics.turn(activity.type, 'failed', secondsSince(turn))
        log.error({ kind: activity.type, err: error }, 'a turn failed')
        throw error
      }
    })
  }

  return {
    async receive(body, authorization) {
      const known = activitySchema.safeParse(body)
      if (!known.success) return { status: 400 }
      const activity = known.data
      try {
        await adapter.admit(activity, authorization)
      } catch (error) {
        if (!(error instanceof GateRefusal)) throw error
        log.warn({ status: error.status, why: error.cure }, 'a request was refused at the gate')
        return { status: error.status }
      }
      const key = keyOf(activity)
      const { answer, repeated } =
        key === undefined ? { answer: handle(activity), repeated: false } : once.run(key, () => handle(activity))
      if (repeated) metrics.turn(activity.type, 'repeated', 0)
      running.add(answer)
      const done = answer.catch(() => ({ status: 500 })).finally(() => running.delete(answer))
      return mayAcknowledge(activity) ? Promise.race([done, acknowledgement()]) : done
    },

    ended(kind, outcome) {
      const turn = runningTurn()
      if (turn === undefined) return
      metrics.turn(kind, outcome, secondsSince(turn))
      log.info({ kind, outcome, ms: Math.round(secondsSince(turn) * 1000) }, 'turn')
    },

    async idle() {
      await Promise.allSettled(running)
    },
  }
}

/** An edit carries the id of the message that it edits. */
function keyOf({ type, id, timestamp, conversation }: Incoming): string | undefined {
  if (id === undefined) return undefined
  return [conversation.id, type, id, type === 'message' || type === 'invoke' ? '' : String(timestamp)].join('|')
}

/** Only what merely reads: a typed message. A press changes something and is answered when that is durable. */
function mayAcknowledge(activity: Incoming): boolean {
  return activity.type === 'message' && !isSubmit(activity)
}

async function acknowledgement(): Promise<Reply> {
  await new Promise((resolve) => setTimeout(resolve, ACKNOWLEDGE_AFTER_MS).unref())
  return { status: 200 }
}

function secondsSince({ startedAt }: RunningTurn): number {
  return (performance.now() - startedAt) / 1000
}
