import { followUpAt, nextSendMoment } from '../../domain/calendar.ts'
import type { Result } from '../../domain/records.ts'
import type { Job, Kit } from '../../kit.ts'
import { closeRound } from './close-round.ts'
import { dueBy, earliest, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import { withAsks } from './follow-up.ts'
import { roundId, without } from './team-check-in.ts'
import { tellResults } from './tell-results.ts'

/** Closes what is due, at any hour; then tells of it within the send window. */
export const closeRounds: Job = {
  name: 'checkins.close',
  next: (_, kit) => earliest(kit, 'close', 'announce'),
  async run(_, kit) {
    const now = kit.clock.now()
    await forEachDue(await dueBy(kit, now, 'close'), kit, (due) => close(due, now, kit))
    await tellResults(await dueBy(kit, now, 'announce'), kit)
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
