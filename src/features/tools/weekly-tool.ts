import { toolLine } from '../../domain/tool-facts.ts'
import { choosing } from '../../domain/wanted-notices.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'

/** The tool of the week as it comes by itself: enough to decide whether to open it. */
export async function showWeekly(turn: Turn, kit: Kit, { tool: id }: { tool: string }): Promise<Answer> {
  const { language, t, place } = turn
  const tool = findTool(turn, kit, id)
  const { title, summary } = tool.text[language]
  const theme = kit.library().themes.find((one) => one.id === tool.theme)
  return {
    replace: {
      card: 'weekly-tool',
      language,
      summary: t('weekly.summary', { title }),
      show: { verb: 'tools.week', tool: id },
      data: {
        id,
        image: `${kit.settings.publicUrl}/images/${tool.theme}.png`,
        imageAlt: t('theme.imageAlt', { name: theme?.text[language].name ?? '' }),
        title,
        summary,
        facts: toolLine(tool, language, t),
        isOwn: place.kind === 'own',
      },
    },
  }
}

/** Says yes or no to a tool of the week. The answer is what the settings say of it. */
export async function joinWeekly(turn: Turn, kit: Kit, { on }: { on: boolean }): Promise<Answer> {
  const { person, place, t } = turn
  if (place.kind !== 'own') throw new Refusal(t('notices.refusals.here', { word: t('notices.words.settings') }))
  const { tenant, id, userId } = person
  await kit.store.people.change(tenant, id, (stored) => {
    const current = stored ?? { id, userId }
    const next = choosing(current, { weekly: on })
    return next === current ? stored : next
  })
  const open = await kit.show(turn, { verb: 'notices.kind', kind: 'weekly' })
  return { open, notice: open.summary }
}
