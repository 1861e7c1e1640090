import type { Mailing } from '../../domain/delivery.ts'
import type { CheckIn, Reader, Result } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import { BRIEFED_AT_ONCE } from './brief-readers.ts'
import { clear, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import type { ResultOf } from './past-results.ts'
import { postMailing, postToChannels, toPerson } from './post-mailing.ts'
import { languagesOf, roundId } from './team-check-in.ts'

const BRIEFING = 'checkins.briefing'

/** The channel gets the result; each reader one message for all teams that closed together. */
export async function tellResults(due: readonly DueCheckIn[], kit: Kit): Promise<void> {
  const told = new Map<DueCheckIn, Result | undefined>()
  await forEachDue(due, kit, async (one) => {
    const result = await latestResult(kit, one)
    if (result !== undefined) await postResult(kit, one, result)
    told.set(one, result)
  })
  // In the order of `due`, so that a repetition makes the same messages of them.
  const done = due.filter((one) => told.has(one))
  for (const [tenant, its] of Map.groupBy(done, (one) => one.tenant)) {
    const results = its.flatMap((one) => {
      const result = told.get(one)
      return result === undefined ? [] : [{ checkIn: one.checkIn, result }]
    })
    await brief(kit, tenant, results)
  }
  await forEachDue(done, kit, ({ tenant, checkIn }) => clear(kit, tenant, checkIn.id, 'announce'))
}

/** The result of the week that was opened last. */
async function latestResult(kit: Kit, { tenant, checkIn }: DueCheckIn): Promise<Result | undefined> {
  const { id, lastWeek } = checkIn
  return lastWeek === undefined ? undefined : kit.store.results.get(tenant, roundId(kit, tenant, id, lastWeek))
}

function postResult(kit: Kit, { tenant, checkIn }: DueCheckIn, { id: round }: Result): Promise<void> {
  return postToChannels(kit, tenant, checkIn, {
    id: kit.opaque('checkins.result', round),
    kind: 'checkins.result',
    message: { verb: 'checkins.result', round },
  })
}

async function brief(kit: Kit, tenant: string, told: readonly ResultOf[]): Promise<void> {
  const posted = await briefingsOf(kit, tenant, told)
  const readers = new Map(told.flatMap(({ checkIn }) => checkIn.readers).map((reader) => [reader.id, reader]))
  for (const reader of readers.values()) {
    const theirs = posted.filter((mailing) => mailing.id === briefingId(kit, tenant, reader, roundsOf(mailing)))
    const had = new Set(theirs.flatMap(roundsOf))
    const fresh = told.filter(({ checkIn, result }) => isReader(checkIn, reader) && !had.has(result.id))
    for (const some of chunked(fresh, BRIEFED_AT_ONCE)) await postBriefing(kit, tenant, reader, some)
  }
}

/** What a crash left of telling these: the teams of which some readers have heard already. */
async function briefingsOf(kit: Kit, tenant: string, told: readonly ResultOf[]): Promise<Mailing[]> {
  const rounds = new Set(told.map(({ result }) => result.id))
  return (await kit.store.mailings.list(tenant)).filter(
    (mailing) =>
      mailing.kind === BRIEFING && mailing.state !== 'preparing' && roundsOf(mailing).some((one) => rounds.has(one)),
  )
}

async function postBriefing(kit: Kit, tenant: string, reader: Reader, some: readonly ResultOf[]): Promise<void> {
  const [first] = some
  if (first === undefined) return
  const rounds = some.map(({ result }) => result.id)
  await postMailing(
    kit,
    tenant,
    {
      id: briefingId(kit, tenant, reader, rounds),
      kind: BRIEFING,
      message: { verb: 'checkins.briefing', rounds },
      language: languagesOf(first.checkIn.language)[0],
    },
    [toPerson(reader, first.checkIn.serviceUrl)],
  )
}

function briefingId(kit: Kit, tenant: string, reader: Reader, rounds: readonly string[]): string {
  return kit.opaque(BRIEFING, tenant, reader.id, ...rounds)
}

function roundsOf({ message: { rounds } }: Mailing): string[] {
  return Array.isArray(rounds) ? rounds : []
}

function isReader({ readers }: CheckIn, { id }: Reader): boolean {
  return readers.some((reader) => reader.id === id)
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}
