import { hasAdvance, parseAudience } from '../../domain/audience.ts'
import type { BroadcastFault } from '../../domain/broadcast.ts'
import { planBroadcast, type BroadcastPlan, type Wish } from '../../domain/broadcast-plan.ts'
import { dayOf, isoDate, wallOf } from '../../domain/days.ts'
import { planLaunch } from '../../domain/launch.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** When it is wished to go, as of now: one a day, unless there is a reason to go at once. */
export async function wishOf(
  { person, now }: Turn,
  kit: Kit,
  id: string,
  { audience, at, override }: Pick<Broadcast, 'audience' | 'at' | 'override'>,
): Promise<Wish> {
  const { calendar } = kit.settings
  const others = (await kit.store.broadcasts.list(person.tenant)).filter(
    (one) => one.id !== id && (one.state === 'approving' || one.state === 'confirmed'),
  )
  const dates = new Set(
    others.flatMap(momentsOf).map((moment) => isoDate(dayOf(wallOf(new Date(moment), calendar.zone)))),
  )
  return {
    wanted: at,
    now,
    hasAdvance: hasAdvance(parseAudience(audience) ?? []),
    override: override !== '',
    hasOneOn: (date) => dates.has(date),
    calendar,
  }
}

/** The days that it takes, for there is one a day: of a launch that of the supervisors, and that of the others. */
function momentsOf({ plan, launch }: Broadcast): string[] {
  if (plan === undefined) return []
  return launch === undefined || plan.advanceAt === '' ? [plan.sendAt] : [plan.advanceAt, plan.sendAt]
}

/** By the rules of a broadcast or of a launch. Of a launch that only supervisors get, `isAtOnce`, there is one moment. */
export function planOf(
  { hasAdvance: isAhead, ...wish }: Wish,
  launch: Broadcast['launch'],
  isAtOnce = false,
): BroadcastPlan | { fault: BroadcastFault['key'] } {
  if (launch === undefined) return planBroadcast({ ...wish, hasAdvance: isAhead })
  const plan = planLaunch({ ...wish, channelDelayDays: launch.channelDelayDays, hasChannels: !isAtOnce })
  if ('fault' in plan) return plan
  const { supervisorsAt, channelsAt } = plan
  return channelsAt === undefined ? { sendAt: supervisorsAt } : { advanceAt: supervisorsAt, sendAt: channelsAt }
}

/** When it goes if it leaves the hands of people now; a time that has passed meanwhile is now. */
export async function planNow(turn: Turn, kit: Kit, broadcast: Broadcast): Promise<BroadcastPlan> {
  const wish = await wishOf(turn, kit, broadcast.id, broadcast)
  const isAtOnce = broadcast.plan?.advanceAt === ''
  const plans = [wish, { ...wish, wanted: 'now' }].map((one) => planOf(one, broadcast.launch, isAtOnce))
  const plan = plans.find((one) => !('fault' in one))
  if (plan === undefined || 'fault' in plan) throw new Refusal(turn.t('broadcasts.faults.at'))
  return plan
}

export function writtenPlan({ advanceAt, sendAt }: BroadcastPlan): NonNullable<Broadcast['plan']> {
  return { advanceAt: advanceAt?.toISOString() ?? '', sendAt: sendAt.toISOString() }
}
