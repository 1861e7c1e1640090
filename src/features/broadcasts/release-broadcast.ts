import { mailingId } from '../../domain/broadcast.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'

/** Sends both mailings at their times; what was released before stays as it is. */
export async function release(kit: Kit, tenant: string, { id, plan }: Broadcast): Promise<void> {
  if (plan === undefined) return
  if (plan.advanceAt !== '') await kit.outbox.release(tenant, mailingId(id, 'advance'), new Date(plan.advanceAt))
  await kit.outbox.release(tenant, id, new Date(plan.sendAt))
}
