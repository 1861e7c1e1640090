/** Deliveries in memory. One change runs to its end before the next begins. */
import { counted, keyOf, noCounts, type Delivery, type Ledger } from '../../src/domain/delivery.ts'

export function aLedger(): Ledger {
  const lists = new Map<string, Map<string, Delivery>>()
  const listOf = (tenant: string, mailing: string) =>
    lists.get(JSON.stringify([tenant, mailing])) ?? new Map<string, Delivery>()
  const all = (tenant: string, mailing: string): Delivery[] => [...listOf(tenant, mailing).values()]
  const countsOf = (tenant: string, mailing: string) =>
    all(tenant, mailing).reduce((counts, delivery) => counted(counts, delivery), noCounts())
  const put = (tenant: string, mailing: string, delivery: Delivery): void => {
    listOf(tenant, mailing).set(keyOf(delivery.to), structuredClone(delivery))
  }

  return {
    leaseMs: Infinity,
    async prepare(tenant, mailing, deliveries) {
      const list = new Map<string, Delivery>()
      for await (const delivery of deliveries) {
        if (!list.has(keyOf(delivery.to))) list.set(keyOf(delivery.to), structuredClone(delivery))
      }
      lists.set(JSON.stringify([tenant, mailing]), list)
      return countsOf(tenant, mailing)
    },
    async claim(tenant, mailing, most, now) {
      const due = all(tenant, mailing).filter((one) => one.state === 'pending' && dueOf(one) <= now.getTime())
      const claimed = due.slice(0, most).map(({ after: _, ...one }): Delivery => ({ ...one, state: 'sending' }))
      for (const delivery of claimed) put(tenant, mailing, delivery)
      return structuredClone(claimed)
    },
    async record(tenant, mailing, outcomes) {
      for (const outcome of outcomes) {
        const isSending = listOf(tenant, mailing).get(keyOf(outcome.to))?.state === 'sending'
        if (isSending) put(tenant, mailing, outcome)
      }
    },
    async shift(tenant, mailing, from, { state, reason }) {
      const its = all(tenant, mailing).filter((one) => from.includes(one.state))
      for (const { to, copy } of its)
        put(tenant, mailing, { to, state, ...(reason && { reason }), ...(copy && { copy }) })
      return its.length
    },
    interrupt(tenant, mailing) {
      return this.shift(tenant, mailing, ['sending'], { state: 'unknown', reason: 'interrupted' })
    },
    async counts(tenant, mailing) {
      return countsOf(tenant, mailing)
    },
    async nextDue(tenant, mailing) {
      const due = all(tenant, mailing).flatMap((one) => (one.state === 'pending' ? dueOf(one) : []))
      return due.length > 0 ? new Date(Math.min(...due)) : undefined
    },
    async *deliveries(tenant, mailing) {
      yield* structuredClone(all(tenant, mailing))
    },
    async remove(tenant, mailing) {
      lists.delete(JSON.stringify([tenant, mailing]))
    },
  }
}

function dueOf({ after }: Delivery): number {
  return after === undefined ? 0 : Date.parse(after)
}
