import { breakBraces } from '../../domain/person-text.ts'
import { toolBadges, toolFacts, withoutLabel } from '../../domain/tool-facts.ts'
import type { Tool } from '../../domain/content.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { myChannels } from './my-channels.ts'

type Extras = {
  /** What just changed, as the card's first line; `where` is a name that somebody gave. */
  changed?: { text: string; where?: string }
  /** The opaque id of a channel whose share can be undone. */
  undo?: string
  sharedBy?: string
  /** The ids of the list to go back to. */
  back?: string[]
}

/** A tool as a card. In one's own chat it can be shared to one's channels. */
export async function toolCard(turn: Turn, kit: Kit, tool: Tool, extras: Extras = {}): Promise<Message> {
  const { language, t, place } = turn
  const text = tool.text[language]
  const theme = kit.library().themes.find(({ id }) => id === tool.theme)
  const own = place.kind === 'own'
  const channels = own ? await myChannels(turn, kit) : []
  return {
    card: 'tool',
    language,
    summary: t('tool.summary', { title: text.title }),
    show: { verb: 'tools.show', tool: tool.id, ...(extras.back && { tools: extras.back }) },
    data: {
      id: tool.id,
      changed: extras.changed?.text ?? '',
      changedWhere: breakBraces(extras.changed?.where ?? ''),
      undo: extras.undo ?? '',
      sharedBy: breakBraces(extras.sharedBy ?? ''),
      icon: theme?.icon ?? 'Lightbulb',
      image: `${kit.settings.publicUrl}/images/${tool.theme}.png`,
      imageAlt: t('theme.imageAlt', { name: theme?.text[language].name ?? '' }),
      title: text.title,
      isNew: tool.exemption !== undefined,
      summary: text.summary,
      badges: toolBadges(tool, language, t),
      facts: toolFacts(tool, language, t),
      when: text.when,
      steps: text.steps.map((step, index) => ({ number: index + 1, text: step })),
      outcome: text.outcome,
      remoteTip: withoutLabel(t('tool.remote'), text.remote_tip),
      avoid: text.avoid,
      care: text.care,
      followUp: text.follow_up,
      origin: text.origin,
      channels: channels.map(({ key, title }) => ({ value: key, title: breakBraces(title) })),
      // Chosen beforehand only where nothing can be mistaken: one wrong press would post to another team.
      chosen: channels.length === 1 ? (channels[0]?.key ?? '') : '',
      hint: own && channels.length === 0 ? t('tool.noChannels') : '',
      scale: Array.from({ length: 11 }, (_, value) => ({ value: String(value), title: scaleTitle(turn, value) })),
      isCanvas: text.canvas !== undefined,
      printUrl: `${kit.settings.publicUrl}/tools/${tool.id}?lang=${language}`,
      back: own ? [] : (extras.back ?? []),
    },
  }
}

function scaleTitle({ t }: Turn, value: number): string {
  if (value === 0) return t('tried.worst')
  return value === 10 ? t('tried.best') : String(value)
}
