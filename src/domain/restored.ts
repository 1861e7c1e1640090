/** What becomes of what was on its way when a backup was made (fault 71): nothing of it goes on by itself. */
import type { Ledger, Mailing } from './delivery.ts'
import type { Broadcast, Collections } from './records.ts'

/** What HR sent, corrects or takes back: HR decides on it. Anything else comes again by its own time. */
const OF_HR = ['broadcasts.send', 'themes.launch', 'broadcasts.correct', 'broadcasts.withdraw']

/** How many broadcasts wait for HR, how many became drafts again, and how many other mailings were cancelled. */
export type AfterRestore = { waiting: number; drafts: number; cancelled: number }

type Kept = Pick<Collections, 'broadcasts' | 'mailings'> & { ledger: Ledger }

/**
 * Nobody knows what left after the moment to which the store went back. So what HR had confirmed is held until HR lets
 * it go on or cancels it; what was not confirmed is a draft again, and everybody is looked up anew; the rest is cancelled.
 * Done again, it changes nothing. No bot may run on the store. @throws NotStored
 */
export async function holdAfterRestore(store: Kept, now: Date): Promise<AfterRestore> {
  const waiting = new Set<string>()
  const done = { drafts: 0, cancelled: 0 }
  for (const tenant of await store.broadcasts.tenants())
    for (const { id, state } of await store.broadcasts.list(tenant)) {
      if (state !== 'previewed' && state !== 'approving') continue
      await store.broadcasts.change(tenant, id, (known) => known && asDraft(known))
      done.drafts += 1
    }
  for (const tenant of await store.mailings.tenants())
    for (const mailing of await store.mailings.list(tenant)) {
      const broadcast = await broadcastOf(store, tenant, mailing)
      const end = await settle(store, tenant, mailing, broadcast, now)
      if (end === 'cancelled') done.cancelled += 1
      if (end !== 'held' || broadcast === undefined) continue
      waiting.add(JSON.stringify([tenant, broadcast.id]))
      await store.broadcasts.change(tenant, broadcast.id, (known) => known && { ...known, isRestored: true })
    }
  return { waiting: waiting.size, ...done }
}

function asDraft({ token: _void, plan: _old, ...draft }: Broadcast): Broadcast {
  return { ...draft, state: 'draft' }
}

async function broadcastOf(store: Kept, tenant: string, { kind, message }: Mailing): Promise<Broadcast | undefined> {
  const { broadcast: id } = message
  return OF_HR.includes(kind) && typeof id === 'string' ? store.broadcasts.get(tenant, id) : undefined
}

async function settle(
  { ledger, mailings }: Kept,
  tenant: string,
  { id, kind, state, does, isCancelled }: Mailing,
  broadcast: Broadcast | undefined,
  now: Date,
): Promise<'held' | 'cancelled' | 'ended' | 'removed'> {
  if (state === 'preparing' || (OF_HR.includes(kind) && (broadcast === undefined || broadcast.state === 'draft'))) {
    await ledger.remove(tenant, id)
    await mailings.change(tenant, id, () => undefined)
    return 'removed'
  }
  await ledger.shift(tenant, id, ['sending'], { state: 'unknown', reason: 'interrupted' })
  const isLeft = (await ledger.counts(tenant, id)).pending > 0
  const isOver = does === 'post' && (broadcast?.state === 'cancelled' || broadcast?.withdrawn === true)
  const isHeld = isLeft && broadcast !== undefined && isCancelled !== true && !isOver
  if (isLeft && !isHeld) await ledger.shift(tenant, id, ['pending'], { state: 'cancelled' })
  await mailings.change(tenant, id, (known) => known && (isHeld ? held(known) : ended(known, now)))
  return isHeld ? 'held' : isLeft ? 'cancelled' : 'ended'
}

function held({ endedAt: _earlier, ...mailing }: Mailing): Mailing {
  return { ...mailing, state: 'held' }
}

function ended(mailing: Mailing, now: Date): Mailing {
  return mailing.state === 'ended' ? mailing : { ...mailing, state: 'ended', endedAt: now.toISOString() }
}
