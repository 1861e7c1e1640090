import { followUpAt, nextSendMoment } from '../../domain/calendar.ts'
import type { CheckIn, Result } from '../../domain/records.ts'
import type { Job, Kit, Member, Sending } from '../../kit.ts'
import { briefingCard, BRIEFED_AT_ONCE } from './brief-readers.ts'
import { closeRound } from './close-round.ts'
import { dueBy, earliest, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import { withAsks } from './follow-up.ts'
import type { ResultOf } from './past-results.ts'
import { resultCard } from './result-card.ts'
import { channelsOf, languagesOf, roundId, without } from './team-check-in.ts'

/** Closes what is due, at any hour; then tells of it within the send window. */
export const closeRounds: Job = {
  name: 'checkins.close',
  next: (_, kit) => earliest(kit, 'close', 'announce'),
  async run(_, kit) {
    const now = kit.clock.now()
    await forEachDue(await dueBy(kit, now, 'close'), kit, (due) => close(due, now, kit))
    await announce(await dueBy(kit, now, 'announce'), kit)
  },
}

async function close({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  const { calendar } = kit.settings
  const id = checkIn.lastWeek === undefined ? '' : roundId(kit, tenant, checkIn.id, checkIn.lastWeek)
  const result = await closeRound(kit, tenant, checkIn, id, now)
  await kit.store.checkIns.change(tenant, checkIn.id, (current) => {
    if (current === undefined) return undefined
    const closed = without(current, 'deliver', 'remind', 'close')
    if (result === undefined) return closed
    const told = { ...closed, due: { ...closed.due, announce: nextSendMoment(now, calendar).toISOString() } }
    if (!offersTool(result)) return told
    const at = followUpAt(new Date(current.due.close ?? now), calendar).toISOString()
    return withAsks(told, [...(current.asks ?? []), { round: id, at }])
  })
}

function offersTool({ story }: Result): boolean {
  return story.kind !== 'hidden' && story.tool !== undefined
}

type Announcement = ResultOf & { tenant: string }

/** The channel gets the result; each reader one message for all teams that closed together. Begun once. */
async function announce(due: readonly DueCheckIn[], kit: Kit): Promise<void> {
  const told: Announcement[] = []
  await forEachDue(due, kit, async ({ tenant, checkIn }) => {
    await kit.store.checkIns.change(tenant, checkIn.id, (current) => current && without(current, 'announce'))
    const result = await latestResult(kit, tenant, checkIn)
    if (result !== undefined) told.push({ tenant, checkIn, result })
  })
  if (told.length === 0) return
  kit.outbox.behind(async () => {
    const channels = await Promise.all(told.map((one) => channelMessages(kit, one)))
    await kit.outbox.send([...channels.flat(), ...briefings(kit, told)])
  })
}

/** The result of the week that was opened last. */
async function latestResult(kit: Kit, tenant: string, { id, lastWeek }: CheckIn): Promise<Result | undefined> {
  return lastWeek === undefined ? undefined : kit.store.results.get(tenant, roundId(kit, tenant, id, lastWeek))
}

async function channelMessages(kit: Kit, { tenant, checkIn, result }: Announcement): Promise<Sending[]> {
  return (await channelsOf(kit, tenant, checkIn)).map((channel) => ({
    kind: 'checkins.result',
    to: channel,
    language: languagesOf(checkIn.language)[0],
    message: (turn) => resultCard(turn, kit, checkIn, result),
  }))
}

function briefings(kit: Kit, told: readonly Announcement[]): Sending[] {
  const byReader = new Map<string, { reader: Member; of: Announcement[] }>()
  for (const one of told)
    for (const reader of one.checkIn.readers) {
      const key = JSON.stringify([one.tenant, reader.id])
      const known = byReader.get(key)
      if (known === undefined) byReader.set(key, { reader, of: [one] })
      else known.of.push(one)
    }
  return [...byReader.values()].flatMap(({ reader, of }) =>
    chunked(of, BRIEFED_AT_ONCE).flatMap((some) => {
      const [first] = some
      if (first === undefined) return []
      return [
        {
          kind: 'checkins.briefing',
          to: { person: reader, tenant: first.tenant, serviceUrl: first.checkIn.serviceUrl },
          language: languagesOf(first.checkIn.language)[0],
          message: (turn) => briefingCard(turn, kit, some),
        } satisfies Sending,
      ]
    }),
  )
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}
