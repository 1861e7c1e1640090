import { isOlder, nextAt } from '../../domain/daily.ts'
import type { Collection } from '../../domain/records.ts'
import type { Job, Kit } from '../../kit.ts'

const AT_HOUR = 3

/** A prepared list that nobody confirmed. */
const UNCONFIRMED = { days: 1 }
/** What can be repeated, corrected or taken back; then only the counts of the log remain. */
const REPEATABLE = { days: 30 }
/** Any other ended mailing: its id keeps it from being sent twice, should a crash repeat what made it due. */
const ENDED = { days: 1 }

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
    await forgetMailings(due, kit)
  },
}

async function forgetMailings(now: Date, kit: Kit): Promise<void> {
  for (const tenant of await kit.store.mailings.tenants())
    for (const { id, state, at, endedAt, keepsCopies } of await kit.store.mailings.list(tenant)) {
      const isOld =
        state === 'held'
          ? isOlder(at, now, UNCONFIRMED)
          : endedAt !== undefined && isOlder(endedAt, now, keepsCopies ? REPEATABLE : ENDED)
      if (isOld) await kit.outbox.forget(tenant, id)
    }
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
