import type { Part } from '../../domain/broadcast.ts'
import type { Theme } from '../../domain/content.ts'
import { momentText } from '../../domain/dates.ts'
import { firstToolOf, isAhead } from '../../domain/launch.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import { allWebinarsOf, timesText } from '../../domain/webinar.ts'
import { Refusal, type Kit, type Message, type Turn } from '../../kit.ts'

/** To whom it goes, when the others get it, and how it is shown again. */
export type Delivered = { part: Part; teamGetsAt: Date | undefined; show: Message['show'] }

const STEPS = ['why', 'ask', 'try'] as const

/**
 * A launched theme as its recipients get it, with what its content says now; supervisors with how to raise it. @throws
 * Refusal where the theme has been taken out of the content
 */
export async function launchCard(
  turn: Turn,
  kit: Kit,
  { theme: themeId, text, webinar }: Pick<Broadcast, 'theme' | 'text' | 'webinar'>,
  { part, teamGetsAt, show }: Delivered,
): Promise<Message> {
  const { t, language, place } = turn
  const { themes, tools, launches } = kit.library()
  const theme = themes.find((one) => one.id === themeId)
  if (theme === undefined) throw new Refusal(t('refusals.notFound'))
  const launch = launches.get(themeId)
  const tool = firstToolOf(theme, launch, tools)
  const { title: name, body: why } = text[language]
  return {
    card: 'launch',
    language,
    summary: t('launches.summary.delivered', { name }),
    show,
    data: {
      name,
      icon: theme.icon,
      image: `${kit.settings.publicUrl}/images/${theme.id}.png`,
      imageAlt: t('theme.imageAlt', { name }),
      advance:
        teamGetsAt === undefined
          ? ''
          : t('launches.teamGets', { moment: momentText(teamGetsAt, kit.settings.timeZone, language) }),
      why,
      step: launch?.text[language].first_step ?? theme.text[language].order,
      tool: tool?.id ?? '',
      toolTitle: tool === undefined ? '' : t('launches.openTool', { title: tool.text[language].title }),
      webinars: await webinarOf(turn, kit, webinar),
      theories: theoryOf(turn, kit, theme),
      raise: part === 'main' ? [] : STEPS.map((step, at) => ({ number: at + 1, text: t(`launches.raise.${step}`) })),
      theme: theme.id,
      isOwn: place.kind === 'own',
    },
  }
}

/** None where it has been cancelled or is over by now. The times are on the reader's clock, where the client tells it. */
async function webinarOf({ language, now, zone, person }: Turn, kit: Kit, id: string) {
  const records = await kit.store.webinars.list(person.tenant)
  return allWebinarsOf(kit.library().webinars, records)
    .filter(({ webinar }) => webinar.id === id && isAhead(webinar, now))
    .map(({ webinar }) => ({
      id,
      title: breakBraces(webinar.text[language].title),
      times: timesText(webinar, language, zone),
    }))
}

function theoryOf({ language }: Turn, kit: Kit, { theory }: Theme) {
  return theory
    .flatMap((id) => kit.library().theories.get(id) ?? [])
    .slice(0, 1)
    .map(({ text }) => {
      const { title, body, question, source } = text[language]
      return { title, paragraphs: paragraphsOf(body), question, source }
    })
}

function paragraphsOf(body: string): string[] {
  return body.split(/\n{2,}/).map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
}
