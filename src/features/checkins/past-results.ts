import { DateTime } from 'luxon'
import type { CheckIn, Result } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'
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

export type ResultOf = { checkIn: CheckIn; result: Result }

/** A result and the check-ins that it came of. @throws Refusal in the words of not found where `isFor` says no */
export async function findResult(
  turn: Turn,
  kit: Kit,
  round: string,
  isFor: (checkIn: CheckIn) => boolean | Promise<boolean>,
): Promise<ResultOf> {
  const { tenant } = turn.person
  const result = await kit.store.results.get(tenant, round)
  const checkIn = result && (await kit.store.checkIns.get(tenant, result.team))
  if (result === undefined || checkIn === undefined || !(await isFor(checkIn))) {
    throw new Refusal(turn.t('refusals.notFound'))
  }
  return { checkIn, result }
}

/** The same for its readers alone. @throws Refusal */
export function findReadersResult(turn: Turn, kit: Kit, round: string): Promise<ResultOf> {
  return findResult(turn, kit, round, ({ readers }) => readers.some(({ id }) => id === turn.person.id))
}
