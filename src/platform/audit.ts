import { lastOf, linked, type Act } from '../domain/audit.ts'
import type { AuditEntry } from '../domain/records.ts'
import type { Kit } from '../kit.ts'
import type { Store } from '../ports.ts'
import type { Commands } from './control.ts'
import type { Log } from './log.ts'

type AuditStore = Pick<Store, 'audit'>

/** The last entry of each tenant's chain as this process knows it, and the queue of those to come. */
const chains = new WeakMap<Store['audit'], Map<string, Promise<Link>>>()

type Link = Pick<AuditEntry, 'number' | 'hash'>

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
  const ofStore = chains.get(audit) ?? new Map<string, Promise<Link>>()
  chains.set(audit, ofStore)
  const last = ofStore.get(tenant) ?? audit.list(tenant).then(lastOf)
  const kept = last.then((before) => append(audit, tenant, before, act))
  // What could not be stored leaves no gap.
  ofStore.set(
    tenant,
    kept.catch(() => last),
  )
  return kept
}

/** Where another process has added to the chain, after what it added. */
async function append(audit: Store['audit'], tenant: string, before: Link, act: Act): Promise<AuditEntry> {
  for (let last = before; ;) {
    const entry = linked(last, act)
    const mine = { is: false }
    const there = await audit.change(tenant, entry.id, (known) => {
      mine.is = known === undefined
      return known ?? entry
    })
    if (mine.is || there === undefined) return entry
    last = there
  }
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
