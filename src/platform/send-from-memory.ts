import type { Delivery } from '../domain/delivery.ts'
import type { Sending } from '../ports.ts'
import type { Parcel } from './attempt.ts'
import type { LineOut } from './line-out.ts'
import type { LinesOut } from './lines-out.ts'

const ATTEMPTS = 5
const AGAIN_MS = 2_000

/** Sends each once, with nothing kept of it (privacy rule 7); resolves when each has come to its end. */
export async function sendFromMemory(
  sendings: readonly Sending[],
  lines: LinesOut,
  clock: { now(): Date },
): Promise<void> {
  const byTenant = Map.groupBy(sendings, ({ tenant }) => tenant)
  await Promise.all(Array.from(byTenant, ([tenant, its]) => sendAll(its, lines.of(tenant), clock)))
}

async function sendAll(sendings: readonly Sending[], line: LineOut, clock: { now(): Date }): Promise<void> {
  const queue = sendings.values()
  const lane = async () => {
    for (const sending of queue) {
      await line.permits.take(1)
      await sendOne(sending, line, clock).finally(() => {
        line.permits.giveBack(1)
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(line.inFlight(), sendings.length) }, lane))
}

async function sendOne(
  { to, tenant, serviceUrl, ...rest }: Sending,
  { attempt, pauses, nap, isStopping }: LineOut,
  clock: { now(): Date },
): Promise<void> {
  const parcel: Parcel = { ...rest, tenant, does: 'post', atAnyHour: false, keepsCopies: false, leavesTrace: false }
  const delivery: Delivery = { to: { person: to.id, userId: to.userId, serviceUrl }, state: 'sending' }
  for (let attempts = 0; attempts < ATTEMPTS && !isStopping();) {
    const verdict = await attempt(parcel, delivery)
    if (verdict.is !== 'held') return pauses.heard(verdict)
    if (verdict.hold.why !== 'waiting') attempts += 1
    pauses.note(verdict.hold)
    const until = pauses.until?.getTime() ?? clock.now().getTime() + AGAIN_MS
    await nap(Math.max(0, until - clock.now().getTime()))
  }
}
