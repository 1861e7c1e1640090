import { lastOf, linked, type Act } from '../domain/audit.ts'
import type { AuditEntry } from '../domain/records.ts'
import type { Kit } from '../kit.ts'
import type { Store } from '../ports.ts'
import type { Commands } from './control.ts'
import type { Log } from './log.ts'

type AuditStore = Pick<Store, 'audit'>

/** The last entry of each tenant's chain, and the queue of those to come. One process writes a store. */
const chains = new WeakMap<Store['audit'], Map<string, Promise<Pick<AuditEntry, 'number' | 'hash'>>>>()

/** Keeps who did what; the head of the chain goes to the log, out of reach of whoever could change the store. */
export function openAudit(store: AuditStore, clock: { now(): Date }, log: Pick<Log, 'info'>): Kit['audit'] {
  return async ({ person }, entry) => {
    const { number, hash } = await keepAct(store, person.tenant, {
      ...entry,
      at: clock.now().toISOString(),
      who: person.id,
    })
    log.info({ number, hash }, 'audit')
  }
}

/** Adds to the end of the tenant's chain. Resolves when it is durable. @throws NotStored */
export async function keepAct({ audit }: AuditStore, tenant: string, act: Act): Promise<AuditEntry> {
  const ofStore = chains.get(audit) ?? new Map<string, Promise<Pick<AuditEntry, 'number' | 'hash'>>>()
  chains.set(audit, ofStore)
  const last = ofStore.get(tenant) ?? audit.list(tenant).then(lastOf)
  const kept = last.then(async (before) => {
    const entry = linked(before, act)
    await audit.change(tenant, entry.id, () => entry)
    return entry
  })
  // What could not be stored leaves no gap.
  ofStore.set(
    tenant,
    kept.catch(() => last),
  )
  return kept
}

/** All that is kept, by tenant, in the order of the chain. */
export async function readAudit({ audit }: AuditStore): Promise<Record<string, AuditEntry[]>> {
  const tenants = await audit.tenants()
  const lists = await Promise.all(tenants.map((tenant) => audit.list(tenant)))
  return Object.fromEntries(
    tenants.map((tenant, at) => [tenant, (lists[at] ?? []).toSorted((one, other) => one.number - other.number)]),
  )
}

/** The commands that a running bot takes. */
export function auditCommands(store: AuditStore): Commands {
  return { 'audit.read': () => readAudit(store) }
}
