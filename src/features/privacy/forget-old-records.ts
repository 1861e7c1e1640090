import { mailingId, PARTS, type Part } from '../../domain/broadcast.ts'
import { isOlder, nextAt } from '../../domain/daily.ts'
import type { Mailing } from '../../domain/delivery.ts'
import type { Broadcast, Collection, WebinarRecord } from '../../domain/records.ts'
import { allWebinarsOf, endOf, forgottenAt, type Timing } from '../../domain/webinar.ts'
import type { Job, Kit } from '../../kit.ts'

const AT_HOUR = 3

/** A broadcast that nobody went on with: said on the list of drafts. */
const UNSENT = { days: 90 }
/** A prepared list that nobody confirmed; one that waits for a second person stays as long as its broadcast. */
const UNCONFIRMED = { days: 1 }
/** What can be repeated, corrected or taken back; then only the counts of the log remain. */
const REPEATABLE = { days: 30 }
/** Any other ended mailing: its id keeps it from being sent twice, should a crash repeat what made it due. */
const ENDED = { days: 1 }

/**
 * Wishes and feedback on tools are kept 12 months (privacy rule 24), what is needed to undo a share one day, results of
 * check-ins (rule 21), what HR sent and how a webinar went as long as RETENTION_MONTHS says, and who signed up for it 30
 * days after its end.
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
    await forget(kit.store.audit, due, { months: retentionMonths })
    await forgetBroadcasts(due, kit)
    await forgetWebinars(due, kit)
    await forgetMailings(due, kit)
  },
}

async function forgetBroadcasts(now: Date, kit: Kit): Promise<void> {
  const { broadcasts } = kit.store
  for (const tenant of await broadcasts.tenants())
    for (const broadcast of await broadcasts.list(tenant)) {
      const age = isSent(broadcast) ? { months: kit.settings.retentionMonths } : UNSENT
      if (!isOlder(lastMoment(broadcast), now, age)) continue
      // The record last: a crash leaves something to find the lists by.
      for (const part of PARTS) await kit.outbox.forget(tenant, mailingId(broadcast.id, part))
      await broadcasts.change(tenant, broadcast.id, () => undefined)
    }
}

/** What is to go on a later day is of that day. */
function lastMoment({ state, changedAt, plan }: Broadcast): string {
  const isDraft = state === 'draft' || state === 'previewed'
  return !isDraft && plan !== undefined && plan.sendAt > changedAt ? plan.sendAt : changedAt
}

function isSent({ state }: Broadcast): boolean {
  return state === 'confirmed' || state === 'cancelled'
}

/** 30 days after a webinar nobody is known to have signed up for it; how it went is kept as long as results are. */
async function forgetWebinars(now: Date, kit: Kit): Promise<void> {
  const { webinars, signUps } = kit.store
  const months = kit.settings.retentionMonths
  for (const tenant of new Set([...(await webinars.tenants()), ...(await signUps.tenants())])) {
    const records = await webinars.list(tenant)
    const all = allWebinarsOf(kit.library().webinars, records).map(({ webinar }) => webinar)
    // One whose file is gone is where people last knew it to be.
    const timings = new Map<string, Timing>([
      ...records.flatMap(({ id, announced }) => (announced === undefined ? [] : [[id, announced] as const])),
      ...all.map((webinar) => [webinar.id, webinar] as const),
    ])
    const isForgotten = (id: string) => {
      const timing = timings.get(id)
      return timing === undefined || forgottenAt(timing) <= now
    }
    const old = (await signUps.list(tenant)).filter(({ webinar }) => isForgotten(webinar))
    for (const { id } of await mailingsOf(kit, tenant, isForgotten)) await kit.outbox.forget(tenant, id)
    await Promise.all(old.map(({ id }) => signUps.change(tenant, id, () => undefined)))
    for (const { id, made } of records) {
      const timing = timings.get(id) ?? made
      if (timing === undefined || !isForgotten(id)) continue
      const isOld = isOlder(endOf(timing).toISOString(), now, { months })
      await webinars.change(tenant, id, (current) => (isOld ? undefined : current && withoutPeople(current)))
    }
  }
}

/** The lists of who was sent what about a webinar tell who signed up. */
async function mailingsOf(kit: Kit, tenant: string, isForgotten: (webinar: string) => boolean): Promise<Mailing[]> {
  return (await kit.store.mailings.list(tenant)).filter(({ kind, message: { webinar } }) => {
    return kind.startsWith('webinars.') && typeof webinar === 'string' && isForgotten(webinar)
  })
}

function withoutPeople(record: WebinarRecord): WebinarRecord {
  const { attendance, movedUp, ...rest } = record
  return attendance === undefined && movedUp === undefined ? record : rest
}

async function forgetMailings(now: Date, kit: Kit): Promise<void> {
  for (const tenant of await kit.store.mailings.tenants()) {
    const all = await kit.store.broadcasts.list(tenant)
    const broadcasts = new Map(
      all.flatMap((broadcast) => PARTS.map((part) => [mailingId(broadcast.id, part), { broadcast, part }] as const)),
    )
    // A restored one waits for HR, however long.
    const restored = new Set(all.filter(({ isRestored }) => isRestored).map(({ id }) => id))
    for (const { id, state, at, endedAt, keepsCopies, message } of await kit.store.mailings.list(tenant)) {
      const its = broadcasts.get(id)
      const isOld =
        state === 'held'
          ? its?.broadcast.state !== 'approving' &&
            !restored.has(String(message['broadcast'])) &&
            isOlder(at, now, UNCONFIRMED)
          : endedAt !== undefined && isOlder(endedAt, now, keepsCopies ? REPEATABLE : ENDED)
      if (!isOld) continue
      if (its !== undefined && state !== 'held') await keepCounts(kit, tenant, its, id)
      await kit.outbox.forget(tenant, id)
    }
  }
}

/** The report goes on telling what a mailing came to when its list is gone. */
async function keepCounts(
  kit: Kit,
  tenant: string,
  { broadcast, part }: { broadcast: Broadcast; part: Part },
  mailing: string,
): Promise<void> {
  const counts = await kit.outbox.counts(tenant, mailing)
  await kit.store.broadcasts.change(
    tenant,
    broadcast.id,
    (known) => known && { ...known, counts: { ...known.counts, [part]: counts } },
  )
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
