import { z } from 'zod'
import { mailingId, partsOf, textFor, type Part } from '../../domain/broadcast.ts'
import { momentText } from '../../domain/dates.ts'
import type { What } from '../../domain/delivery.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import { noticeCard, Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { findBroadcast, isDraft } from './find-broadcast.ts'
import { webinarTitle } from './offered-webinars.ts'
import { launchCard, type Delivered } from './launch-card.ts'

export const showSchema = z.object({
  broadcast: z.string('refusals.notFound').max(40, 'refusals.notFound'),
  part: z.literal('advance', 'refusals.notFound').optional(),
})

const STEPS = ['say', 'ask', 'questions'] as const

/** What shows a broadcast to its recipients; to supervisors, ahead of the others, with how to raise it. */
export function showMessage(broadcast: string, part: Part): What {
  return { verb: 'broadcasts.show', broadcast, ...(part === 'advance' && { part }) }
}

/** A broadcast as it is delivered, to whoever was sent it; before that to HR alone. */
export async function showBroadcast(
  turn: Turn,
  kit: Kit,
  { broadcast: id, part }: z.output<typeof showSchema>,
): Promise<Answer> {
  const found = await findDelivered(turn, kit, id)
  if (found.withdrawn) return { replace: noticeCard(turn, 'takenBack') }
  const teamGetsAt = part === 'advance' ? await timeOfTeam(turn, kit, found) : undefined
  return { replace: await deliveredCard(turn, kit, found, part, teamGetsAt) }
}

/** @throws Refusal where nothing of it was ever sent, unless HR asks */
export async function findDelivered(turn: Turn, kit: Kit, id: string): Promise<Broadcast> {
  const found = await findBroadcast(turn, kit, id)
  const isSent = !isDraft(found) && found.state !== 'approving'
  if (isSent || (turn.place.kind === 'own' && (await kit.roles(turn.person)).has('hr'))) return found
  throw new Refusal(turn.t('refusals.notFound'))
}

/** When those get it who are not told ahead; undefined where it has gone to them, or will to none. */
async function timeOfTeam({ person, now }: Turn, kit: Kit, { id, plan }: Broadcast): Promise<Date | undefined> {
  const { pending } = await kit.outbox.counts(person.tenant, mailingId(id, 'main'))
  return pending > 0 && plan !== undefined && new Date(plan.sendAt) > now ? new Date(plan.sendAt) : undefined
}

/** What a recipient sees: a broadcast's own card, or that of the theme which it launches. */
export async function deliveredCard(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  part: Part = 'main',
  teamGetsAt?: Date,
): Promise<Message> {
  const show = showMessage(broadcast.id, part)
  return broadcast.launch === undefined
    ? broadcastCard(turn, kit, broadcast, { part, teamGetsAt, show })
    : launchCard(turn, kit, broadcast, { part, teamGetsAt, show })
}

async function broadcastCard(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  { part, teamGetsAt, show }: Delivered,
): Promise<Message> {
  const { t, language, place } = turn
  const { id, corrections, link, image, imageAlt } = broadcast
  const { defaultLanguage, timeZone } = kit.settings
  const library = kit.library()
  const tool = library.tools.get(broadcast.tool)
  const theme = library.themes.find((one) => one.id === broadcast.theme)
  const { text } = textFor(language, broadcast.text, defaultLanguage)
  const isAhead = part === 'advance'
  return {
    card: 'broadcast',
    language,
    summary: t('broadcasts.summary.delivered', { title: text.title }),
    show,
    data: {
      broadcast: id,
      from: t('broadcasts.fromHr'),
      corrected: corrections > 0 ? t('broadcasts.corrected') : '',
      advance: teamGetsAt ? t('broadcasts.teamGets', { moment: momentText(teamGetsAt, timeZone, language) }) : '',
      subject: breakBraces(text.title),
      lines: partsOf(text.body).map((line) => ({ line: breakBraces(line) })),
      raise: isAhead ? STEPS.map((step, at) => ({ number: String(at + 1), text: t(`broadcasts.raise.${step}`) })) : [],
      tool: tool?.id ?? '',
      toolTitle: tool ? t('broadcasts.withTool', { title: tool.text[language].title }) : '',
      theme: theme?.id ?? '',
      themeTitle: theme ? t('broadcasts.withTheme', { title: theme.text[language].name }) : '',
      webinarTitle: await webinarTitle(turn, kit, broadcast.webinar),
      link,
      linkTitle: link === '' ? '' : t('broadcasts.openLink', { host: new URL(link).host }),
      image,
      imageAlt: breakBraces(imageAlt),
      isOwn: place.kind === 'own',
    },
  }
}
