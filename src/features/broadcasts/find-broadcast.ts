import { mailingId, type Part } from '../../domain/broadcast.ts'
import { noCounts, type DeliveryCounts, type Mailing } from '../../domain/delivery.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** The id of a broadcast as a button carries it. */
export type Named = { broadcast: string }

/** @throws Refusal */
export async function findBroadcast(turn: Turn, kit: Kit, id: string): Promise<Broadcast> {
  const found = await kit.store.broadcasts.get(turn.person.tenant, id)
  if (found === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return found
}

/** Changes a broadcast that is there; the same object back changes nothing. @throws Refusal where it is gone */
export async function changeBroadcast(
  turn: Turn,
  kit: Kit,
  id: string,
  edit: (current: Broadcast) => Broadcast,
): Promise<Broadcast> {
  const changed = await kit.store.broadcasts.change(turn.person.tenant, id, (current) => current && edit(current))
  if (changed === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return changed
}

/** Whether it can still be written: nothing of it was confirmed. */
export function isDraft({ state }: Pick<Broadcast, 'state'>): boolean {
  return state === 'draft' || state === 'previewed'
}

/** One of the two mailings as it stands; without `mailing` where there is none, or none any more. */
export type Stand = { part: Part; id: string; mailing: Mailing | undefined; counts: DeliveryCounts }

export async function standOf(kit: Kit, tenant: string, id: string): Promise<Record<Part, Stand>> {
  const [main, advance] = await Promise.all([partOf(kit, tenant, id, 'main'), partOf(kit, tenant, id, 'advance')])
  return { main, advance }
}

async function partOf(kit: Kit, tenant: string, broadcast: string, part: Part): Promise<Stand> {
  const id = mailingId(broadcast, part)
  const mailing = await kit.store.mailings.get(tenant, id)
  if (mailing !== undefined) return { part, id, mailing, counts: await kit.outbox.counts(tenant, id) }
  const kept = (await kit.store.broadcasts.get(tenant, broadcast))?.counts
  return { part, id, mailing, counts: kept?.[part] ?? noCounts() }
}

/** Whether something of it is under way: what is being sent cannot be changed. */
export function isRunning({ mailing, counts }: Stand): boolean {
  return mailing?.state === 'running' || counts.sending > 0
}

/** What of a broadcast a restored backup left waiting for HR: nobody knows who of these has got it since. */
export async function heldOf(kit: Kit, tenant: string, { id, isRestored }: Broadcast): Promise<Mailing[]> {
  if (isRestored !== true) return []
  const all = await kit.store.mailings.list(tenant)
  return all.filter(({ state, message }) => state === 'held' && message['broadcast'] === id)
}
