import type { Kit, Store } from '../kit.ts'

/** Keeps who did what, under ids in the order of time. */
export function openAudit(store: Pick<Store, 'audit'>, clock: { now(): Date }, newId: () => string): Kit['audit'] {
  return async ({ person }, entry) => {
    const at = clock.now().toISOString()
    const id = `${at} ${newId()}`
    await store.audit.change(person.tenant, id, () => ({ ...entry, id, at, who: person.id }))
  }
}
