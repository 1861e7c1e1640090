import { audienceFaults, parseAudience } from '../../domain/audience.ts'
import { BROADCAST_LIMITS } from '../../domain/broadcast.ts'
import { CHANNEL_DELAY, launchTexts } from '../../domain/launch.ts'
import { lengthOf, tidyText } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { faulty, faultText } from './fault-text.ts'
import { judge, resolve, sourcesOf, type Draft, type Judged } from './judge-draft.ts'
import { offersOf, type Offer } from './launch-offer.ts'
import { planOf, wishOf } from './plan-sending.ts'

/** What HR chose of a launch: the rest stands in the content. */
export type ChosenLaunch = Pick<Broadcast, 'theme' | 'audience' | 'at'> & { launch: NonNullable<Broadcast['launch']> }

/** A launch without a fault: whom it means and when it goes. @throws Refusal that tells all faults at once */
export async function judgeLaunch(turn: Turn, kit: Kit, id: string, chosen: ChosenLaunch): Promise<Judged> {
  const { tenant } = turn.person
  const offer = (await offersOf(kit, tenant)).find(({ theme }) => theme.id === chosen.theme)
  const launch = { ...chosen.launch, waiver: tidyText(chosen.launch.waiver) }
  const isDelay = isDelayAllowed(launch.channelDelayDays)
  const audience = parseAudience(chosen.audience)
  const wish = await wishOf(turn, kit, id, { ...chosen, override: '' })
  const plan = planOf(wish, isDelay ? launch : { ...launch, channelDelayDays: CHANNEL_DELAY.usual })
  const sources = await sourcesOf(kit, tenant)
  const lines = [
    ...launchFaults(turn, offer, launch.waiver),
    ...(isDelay ? [] : [turn.t('launches.faults.delay')]),
    ...(audience === undefined ? [turn.t('broadcasts.faults.audience')] : []),
    ...audienceFaults(audience ?? [], sources.people, sources.teams).map((fault) => faultText(turn, fault)),
    ...('fault' in plan ? [turn.t(plan.fault)] : []),
  ]
  if (lines.length > 0 || offer === undefined || audience === undefined || 'fault' in plan) throw faulty(turn, lines)
  const draft = draftOf(offer, { ...chosen, launch })
  const resolved = await resolve(turn, kit, { draft, audience, plan, sources })
  if (resolved.figures.total === 0) throw faulty(turn, [turn.t('broadcasts.faults.audienceEmpty')])
  const isAtOnce = resolved.counts.main.pending === 0 && resolved.counts.advance.pending > 0
  return { draft, plan: isAtOnce && plan.advanceAt ? { sendAt: plan.advanceAt } : plan, resolved }
}

/** Judges what was judged before, as things stand now. */
export function judgeAnew(turn: Turn, kit: Kit, id: string, { launch, ...draft }: Draft): Promise<Judged> {
  return launch === undefined ? judge(turn, kit, id, draft) : judgeLaunch(turn, kit, id, { ...draft, launch })
}

function isDelayAllowed(days: number): boolean {
  return Number.isInteger(days) && days >= CHANNEL_DELAY.from && days <= CHANNEL_DELAY.to
}

function launchFaults({ t }: Turn, offer: Offer | undefined, waiver: string): string[] {
  const length = lengthOf(waiver)
  const limit = BROADCAST_LIMITS.override
  return [
    ...(offer === undefined ? [t('broadcasts.faults.theme')] : []),
    ...(offer?.lacks(waiver) ?? []).map((lack) => t(`launches.faults.${lack}`)),
    ...(length > limit ? [t('broadcasts.faults.overrideLong', { length, limit })] : []),
  ]
}

/** A launch with a webinar needs no reason for having none. */
function draftOf({ theme, launch, tool, webinar, waiver }: Offer, chosen: ChosenLaunch): Draft {
  const reason = webinar === undefined ? chosen.launch.waiver || waiver : ''
  return {
    text: launchTexts(theme, launch),
    theme: theme.id,
    tool: tool?.id ?? '',
    webinar: webinar?.id ?? '',
    link: '',
    image: '',
    imageAlt: '',
    override: '',
    audience: chosen.audience,
    at: chosen.at,
    launch: { channelDelayDays: chosen.launch.channelDelayDays, waiver: reason },
  }
}
