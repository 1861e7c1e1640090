import { isPrincipalName, withObjectIds } from '../domain/staff.ts'
import type { Store } from '../ports.ts'
import type { Graph } from './graph.ts'
import type { Log } from './log.ts'

/** So many answers are kept at once: the list is one record, and a stop loses no more than these. */
const KEPT_TOGETHER = 500

type Options = { store: Pick<Store, 'staff'>; graph: Pick<Graph, 'idOf'>; log: Log; isStopping: () => boolean }

/**
 * Asks Graph for the object ids of those whom the import names by user principal name, one after the other. All of them
 * after an import, for a name may have become another person's; those without one at a start. Where Graph fails it ends,
 * and what is known stays.
 */
export async function lookUpStaff(
  { store, graph, log, isStopping }: Options,
  tenant: string,
  which: 'all' | 'missing',
): Promise<void> {
  const list = await store.staff.get(tenant, 'all')
  const asked = (list?.people ?? []).filter(
    ({ id, objectId }) => isPrincipalName(id) && (which === 'all' || objectId === undefined),
  )
  const found = new Map<string, string | undefined>()
  const keep = async () => {
    if (found.size === 0) return
    await store.staff.change(tenant, 'all', (now) => now && { ...now, people: withObjectIds(now.people, found) })
    found.clear()
  }
  try {
    for (const { id } of asked) {
      if (isStopping()) break
      found.set(id, await graph.idOf(id))
      if (found.size === KEPT_TOGETHER) await keep()
    }
  } catch (error) {
    if (!isStopping())
      log.warn({ err: error }, 'whom the import names by user principal name could not all be looked up')
  }
  await keep()
}
