import { planBroadcast, type Wish } from '../../domain/broadcast-plan.ts'
import { TOKEN_MINUTES } from '../../domain/broadcast.ts'
import { momentText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { wishOf } from './plan-sending.ts'

export type Timing = { when: string; advance: string; warnings: string[] }

/** When it goes, and why not at the time that was wished for. */
export async function timing(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  { needsApproval, besides }: { needsApproval: boolean; besides: number },
): Promise<Timing> {
  const { t, language, now } = turn
  const { plan } = broadcast
  if (plan === undefined) return { when: '', advance: '', warnings: [] }
  const moment = (iso: string) => momentText(new Date(iso), kit.settings.timeZone, language)
  const isSoon = (iso: string) => Date.parse(iso) - now.getTime() < TOKEN_MINUTES * 60_000
  const soon = t(needsApproval ? 'broadcasts.when.approval' : 'broadcasts.when.now')
  const ahead = isSoon(plan.advanceAt || plan.sendAt)
    ? t('broadcasts.advance.now')
    : t('broadcasts.advance.at', { moment: moment(plan.advanceAt) })
  const beside = besides === 0 ? '' : t('broadcasts.advance.besides', { count: besides })
  return {
    when: isSoon(plan.sendAt) ? soon : t('broadcasts.when.at', { moment: moment(plan.sendAt) }),
    advance: plan.advanceAt === '' ? '' : [ahead, beside].filter(Boolean).join(' '),
    warnings: warningsOf(turn, await wishOf(turn, kit, broadcast.id, broadcast), broadcast, moment(plan.sendAt)),
  }
}

/** What holds it back, each rule for itself: it is gone through once more without the others. */
function warningsOf({ t }: Turn, wish: Wish, { override }: Broadcast, moment: string): string[] {
  if (wish.override) return [t('broadcasts.warnings.override', { reason: breakBraces(override) })]
  const goesAt = (changed: Partial<Wish>): number => {
    const plan = planBroadcast({ ...wish, ...changed })
    return 'fault' in plan ? 0 : plan.sendAt.getTime()
  }
  const alone = { hasAdvance: false, hasOneOn: () => false }
  const isOutside = goesAt(alone) > goesAt({ ...alone, override: true })
  const isSecond = goesAt({}) > goesAt({ hasOneOn: () => false })
  const waitsForAdvance = goesAt({}) > goesAt({ hasAdvance: false })
  return [
    ...(isOutside ? [t('broadcasts.warnings.outside', { moment })] : []),
    ...(isSecond ? [t('broadcasts.warnings.secondToday')] : []),
    ...(waitsForAdvance ? [t('broadcasts.warnings.advance', { moment })] : []),
  ]
}
