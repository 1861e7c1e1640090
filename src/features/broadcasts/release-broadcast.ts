import { mailingId } from '../../domain/broadcast.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import { keepLaunch } from './keep-launch.ts'

/** Sends both mailings at their times, and keeps that a theme is launched; what was released before stays as it is. */
export async function release(kit: Kit, tenant: string, broadcast: Broadcast): Promise<void> {
  const { id, plan } = broadcast
  if (plan === undefined) return
  if (plan.advanceAt !== '') await kit.outbox.release(tenant, mailingId(id, 'advance'), new Date(plan.advanceAt))
  await kit.outbox.release(tenant, id, new Date(plan.sendAt))
  await keepLaunch(kit, tenant, broadcast)
}
