import { weekOf } from '../domain/calendar.ts'
import type { DeliveryState } from '../domain/delivery.ts'
import type { Store } from '../ports.ts'

const NOT_RECEIVED: readonly DeliveryState[] = ['failed', 'skipped', 'cancelled']

/** How many notices each person gets or got in the week of `at`, by Entra object id: read from what was prepared. */
export async function noticesInWeek(
  { mailings, ledger }: Pick<Store, 'mailings' | 'ledger'>,
  tenant: string,
  at: Date,
  zone: string,
): Promise<ReadonlyMap<string, number>> {
  const week = weekOf(at, zone)
  const numbers = new Map<string, number>()
  for (const { id, notice, state, at: its } of await mailings.list(tenant)) {
    const isCounted = notice !== undefined && !['preparing', 'held'].includes(state)
    if (!isCounted || weekOf(new Date(its), zone) !== week) continue
    for await (const { to, state: came } of ledger.deliveries(tenant, id)) {
      if (!('person' in to) || NOT_RECEIVED.includes(came)) continue
      numbers.set(to.person, (numbers.get(to.person) ?? 0) + 1)
    }
  }
  return numbers
}
