import type { CheckIn, DueKind } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import { without } from './team-check-in.ts'

export type DueCheckIn = { tenant: string; checkIn: CheckIn }

/** The earliest moment at which any of this is due for any team. */
export async function earliest(kit: Kit, ...kinds: DueKind[]): Promise<Date | undefined> {
  let first: string | undefined
  for (const { checkIn } of await all(kit))
    for (const kind of kinds) {
      const due = checkIn.due[kind]
      if (due !== undefined && (first === undefined || due < first)) first = due
    }
  return first === undefined ? undefined : new Date(first)
}

/** The check-ins for which this is due by now. */
export async function dueBy(kit: Kit, now: Date, kind: DueKind): Promise<DueCheckIn[]> {
  const until = now.toISOString()
  return (await all(kit)).filter(({ checkIn }) => (checkIn.due[kind] ?? '~') <= until)
}

async function all(kit: Kit): Promise<DueCheckIn[]> {
  const tenants = await kit.store.checkIns.tenants()
  const lists = await Promise.all(
    tenants.map(async (tenant) => (await kit.store.checkIns.list(tenant)).map((checkIn) => ({ tenant, checkIn }))),
  )
  return lists.flat()
}

/** Where the platform does not tell who is in the team, it is asked again after this. */
export const AGAIN_MS = 10 * 60_000

export async function postpone(kit: Kit, tenant: string, team: string, kind: DueKind, to: Date): Promise<void> {
  await kit.store.checkIns.change(
    tenant,
    team,
    (current) => current && { ...current, due: { ...current.due, [kind]: to.toISOString() } },
  )
}

/** This is not due any more; true for the one call that did it. */
export async function clear(kit: Kit, tenant: string, team: string, kind: DueKind): Promise<boolean> {
  const mine = { is: false }
  await kit.store.checkIns.change(tenant, team, (current) => {
    mine.is = current?.due[kind] !== undefined
    return current && without(current, kind)
  })
  return mine.is
}

/** How many teams are worked on at once. */
const AT_ONCE = 16

/** Works on every team, a few at once; one that fails is told of and keeps nobody else waiting. */
export async function forEachDue(
  due: readonly DueCheckIn[],
  kit: Kit,
  work: (one: DueCheckIn) => Promise<unknown>,
): Promise<void> {
  const waiting = [...due]
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      await work(one).catch((error: unknown) => {
        kit.report(error)
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, worker))
}
