import { parseAudience } from '../../domain/audience.ts'
import type { Part } from '../../domain/broadcast.ts'
import { REASONS, summed, type DeliveryCounts } from '../../domain/delivery.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Turn } from '../../kit.ts'
import type { Stand } from './find-broadcast.ts'

/**
 * What is stated as the size of a broadcast. Supervisors who are told ahead are among its recipients; only where it goes
 * to channels alone they come `besides` them. Of a launch everybody counts.
 */
export function figuresOf(
  { audience, launch }: Pick<Broadcast, 'audience' | 'launch'>,
  { main, advance }: Record<Part, Stand>,
): { counts: DeliveryCounts; besides?: DeliveryCounts } {
  const isOfChannels = parseAudience(audience)?.every(({ kind }) => kind === 'channels' || kind === 'channel') ?? false
  if (isOfChannels && launch === undefined) return { counts: main.counts, besides: advance.counts }
  return { counts: summed([main.counts, advance.counts]) }
}

/** Why not everybody gets or got it, with how many. */
export function reasonLines({ t }: Turn, { reasons }: DeliveryCounts, { launch }: Pick<Broadcast, 'launch'>): string[] {
  return REASONS.flatMap((reason) => {
    const count = reasons[reason] ?? 0
    const isOfThemes = reason === 'optedOut' && launch !== undefined
    const key = isOfThemes ? 'launches.reasons.optedOut' : (`broadcasts.reasons.${reason}` as const)
    return count === 0 ? [] : [t(key, { count })]
  })
}
