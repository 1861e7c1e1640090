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
  const found = await resultOf(turn, kit, round)
  if (found === undefined || !(await isFor(found.checkIn))) throw new Refusal(turn.t('refusals.notFound'))
  return found
}

/** The same for its readers alone. @throws Refusal */
export function findReadersResult(turn: Turn, kit: Kit, round: string): Promise<ResultOf> {
  return findResult(turn, kit, round, isReadBy(turn))
}

/** Those of several that the person reads: a team may have been handed over since. @throws Refusal where that is none */
export async function findReadersResults(turn: Turn, kit: Kit, rounds: readonly string[]): Promise<ResultOf[]> {
  const found = await Promise.all(rounds.map((round) => resultOf(turn, kit, round)))
  const theirs = found.flatMap((one) => (one !== undefined && isReadBy(turn)(one.checkIn) ? [one] : []))
  if (theirs.length === 0) throw new Refusal(turn.t('refusals.notFound'))
  return theirs
}

function isReadBy({ person }: Turn): (checkIn: CheckIn) => boolean {
  return ({ readers }) => readers.some(({ id }) => id === person.id)
}

async function resultOf({ person: { tenant } }: Turn, kit: Kit, round: string): Promise<ResultOf | undefined> {
  const result = await kit.store.results.get(tenant, round)
  const checkIn = result && (await kit.store.checkIns.get(tenant, result.team))
  return checkIn && { checkIn, result }
}
