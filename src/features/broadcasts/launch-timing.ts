import { TOKEN_MINUTES } from '../../domain/broadcast.ts'
import type { Wish } from '../../domain/broadcast-plan.ts'
import { momentText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import { allWebinarsOf, timesText } from '../../domain/webinar.ts'
import type { Kit, Turn } from '../../kit.ts'
import { launchMoments } from './launch-offer.ts'
import { planOf, wishOf } from './plan-sending.ts'
import type { Timing } from './preview-timing.ts'

/** When supervisors and the others get a theme, why not at the time that was wished for, and whether it came before. */
export async function launchTiming(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  needsApproval: boolean,
): Promise<Timing> {
  const { t, now } = turn
  const { plan, theme } = broadcast
  if (plan === undefined) return { when: '', advance: '', warnings: [] }
  const moment = (at: Date) => momentText(at, kit.settings.timeZone, turn.language)
  const first = new Date(plan.advanceAt || plan.sendAt)
  const isSoon = first.getTime() - now.getTime() < TOKEN_MINUTES * 60_000
  const soon = t(needsApproval ? 'launches.when.approval' : 'launches.when.now')
  const launchedAt = (await launchMoments(kit, turn.person.tenant)).get(theme)
  const isAgain = launchedAt !== undefined && launchedAt.getTime() !== first.getTime()
  const wish = await wishOf(turn, kit, broadcast.id, broadcast)
  return {
    when: isSoon ? soon : t('launches.when.at', { moment: moment(first) }),
    advance: plan.advanceAt === '' ? '' : t('launches.when.others', { moment: moment(new Date(plan.sendAt)) }),
    warnings: [
      ...(isAgain ? [t('launches.warnings.again', { moment: moment(launchedAt) })] : []),
      ...warningsOf(turn, wish, broadcast, moment(first)),
    ],
  }
}

/** What holds it back, each rule for itself: it is gone through once more without the other. */
function warningsOf({ t }: Turn, wish: Wish, { launch }: Broadcast, moment: string): string[] {
  const goesAt = (changed: Partial<Wish>): number => {
    const plan = planOf({ ...wish, ...changed }, launch)
    return 'fault' in plan ? 0 : (plan.advanceAt ?? plan.sendAt).getTime()
  }
  const alone = { hasOneOn: () => false }
  return [
    ...(goesAt(alone) > goesAt({ ...alone, override: true }) ? [t('launches.warnings.outside', { moment })] : []),
    ...(goesAt({}) > goesAt(alone) ? [t('broadcasts.warnings.secondToday')] : []),
  ]
}

/** Its webinar with its times, or why it has none. */
export async function launchNotes(turn: Turn, kit: Kit, { launch, webinar: id }: Broadcast): Promise<string[]> {
  const { t, language, zone, person } = turn
  if (launch === undefined) return []
  if (launch.waiver !== '') return [t('launches.notes.waiver', { reason: breakBraces(launch.waiver) })]
  const records = await kit.store.webinars.list(person.tenant)
  return allWebinarsOf(kit.library().webinars, records)
    .filter(({ webinar }) => webinar.id === id)
    .map(({ webinar }) =>
      t('launches.notes.webinar', {
        title: breakBraces(webinar.text[language].title),
        times: timesText(webinar, language, zone),
      }),
    )
}
