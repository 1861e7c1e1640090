import { isOlder, nextAt } from '../../domain/daily.ts'
import type { Collection } from '../../domain/records.ts'
import type { Job } from '../../kit.ts'

const AT_HOUR = 3

/**
 * Wishes and feedback on tools are kept 12 months (privacy rule 24), what is needed to undo a share one day, results of
 * check-ins as long as RETENTION_MONTHS says (rule 21).
 */
export const forgetOldRecords: Job = {
  name: 'retention',
  next: async (since, kit) => nextAt(AT_HOUR, since, kit.settings.timeZone),
  async run(due, kit) {
    await forget(kit.store.wishes, due, { months: 12 })
    await forget(kit.store.trials, due, { months: 12 })
    await forget(kit.store.shares, due, { days: 1 })
    const { retentionMonths } = kit.settings
    await forget(kit.store.results, due, { months: retentionMonths })
    await forget(kit.store.followUps, due, { months: retentionMonths })
  },
}

async function forget<T extends { id: string; at: string }>(
  records: Collection<T>,
  now: Date,
  age: { months?: number; days?: number },
): Promise<void> {
  for (const tenant of await records.tenants()) {
    const old = (await records.list(tenant)).filter(({ at }) => isOlder(at, now, age))
    await Promise.all(old.map(({ id }) => records.change(tenant, id, () => undefined)))
  }
}
