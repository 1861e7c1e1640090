import { DateTime } from 'luxon'
import type { Result } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import { roundId } from './team-check-in.ts'

/** ISO weeks of the longest look back: the trend's twelve, or three figures of every fourth week. */
const WEEKS_BACK = 26

/** A team's results of the weeks before this one, newest first. */
export async function lastWeeks(kit: Kit, tenant: string, team: string, week: string): Promise<Result[]> {
  const weeks = weeksUpTo(week, WEEKS_BACK + 1)
    .slice(0, -1)
    .reverse()
  const found = await Promise.all(
    weeks.map((earlier) => kit.store.results.get(tenant, roundId(kit, tenant, team, earlier))),
  )
  return found.flatMap((result) => result ?? [])
}

/** So many ISO weeks up to this one, the oldest first. */
export function weeksUpTo(week: string, count: number): string[] {
  const last = DateTime.fromISO(week)
  return Array.from({ length: count }, (_, at) => last.minus({ weeks: count - 1 - at }).toFormat("kkkk-'W'WW"))
}
