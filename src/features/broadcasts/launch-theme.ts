import { z } from 'zod'
import { momentText } from '../../domain/dates.ts'
import { CHANNEL_DELAY, USUAL_AUDIENCE } from '../../domain/launch.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { isDraft } from './find-broadcast.ts'
import { judgeLaunch } from './judge-launch.ts'
import { launchMoments } from './launch-offer.ts'
import { prepare } from './prepare-broadcast.ts'
import { audience, timeFields, wantedAt } from './preview-broadcast.ts'
import { previewCard } from './preview-card.ts'
import { text } from './text-fields.ts'

export const launchSchema = z.object({
  theme: z.string('broadcasts.faults.theme').max(40, 'broadcasts.faults.theme'),
  audience: audience.default(USUAL_AUDIENCE),
  ...timeFields,
  channelDelayDays: z
    .union([z.number(), z.string().trim().max(10)], 'launches.faults.delay')
    .default('')
    .transform((days) => (days === '' ? CHANNEL_DELAY.usual : Number(days))),
  waiver: text(),
  again: z.union([z.boolean(), z.string().max(10)], 'refusals.badInput').default(false),
})

/** Keeps the launch as a draft, the one of its theme, and shows it with the exact count. */
export async function launchTheme(turn: Turn, kit: Kit, given: z.output<typeof launchSchema>): Promise<Answer> {
  const { theme, channelDelayDays, waiver } = given
  const launchedAt = (await launchMoments(kit, turn.person.tenant)).get(theme)
  if (launchedAt !== undefined && String(given.again) !== 'true') {
    const moment = momentText(launchedAt, kit.settings.timeZone, turn.language)
    throw new Refusal(turn.t('launches.refusals.again', { moment }))
  }
  const id = await draftId(turn, kit, theme)
  const launch = { channelDelayDays, waiver }
  const judged = await judgeLaunch(turn, kit, id, { theme, audience: given.audience, at: wantedAt(given), launch })
  return { replace: await previewCard(turn, kit, await prepare(turn, kit, id, judged)) }
}

/** A theme has one draft of its launch at a time, whoever of HR prepares it. */
async function draftId({ person: { tenant } }: Turn, kit: Kit, theme: string): Promise<string> {
  for (let number = 0; ; number++) {
    const id = kit.opaque('launch', tenant, theme, String(number))
    const known = await kit.store.broadcasts.get(tenant, id)
    if (known === undefined || isDraft(known)) return id
  }
}
