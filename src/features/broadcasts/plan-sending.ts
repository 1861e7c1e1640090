import { hasAdvance, parseAudience } from '../../domain/audience.ts'
import { planBroadcast, type BroadcastPlan, type Wish } from '../../domain/broadcast-plan.ts'
import { dayOf, isoDate, wallOf } from '../../domain/days.ts'
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
    others.flatMap(({ plan }) => (plan ? isoDate(dayOf(wallOf(new Date(plan.sendAt), calendar.zone))) : [])),
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

/** When it goes if it leaves the hands of people now; a time that has passed meanwhile is now. */
export async function planNow(turn: Turn, kit: Kit, broadcast: Broadcast): Promise<BroadcastPlan> {
  const wish = await wishOf(turn, kit, broadcast.id, broadcast)
  const plans = [planBroadcast(wish), planBroadcast({ ...wish, wanted: 'now' })]
  const plan = plans.find((one) => !('fault' in one))
  if (plan === undefined || 'fault' in plan) throw new Refusal(turn.t('broadcasts.faults.at'))
  return plan
}

export function writtenPlan({ advanceAt, sendAt }: BroadcastPlan): NonNullable<Broadcast['plan']> {
  return { advanceAt: advanceAt?.toISOString() ?? '', sendAt: sendAt.toISOString() }
}
