import { toolLine } from '../../domain/tool-facts.ts'
import { Refusal, type Kit, type Message, type Turn } from '../../kit.ts'

const SHOWN = 3

/**
 * The first three of these tools. “More” shows the next three and comes round to the first again, so that nothing is
 * lost when the list takes the place of the earlier one. Tools that are no more are left out.
 */
export function foundCard(turn: Turn, kit: Kit, ids: readonly string[], hint = ''): Message {
  const { language, t } = turn
  const library = kit.library()
  const tools = ids.flatMap((id) => library.tools.get(id) ?? [])
  if (tools.length === 0) throw new Refusal(t('refusals.noTool'))
  const shown = tools.slice(0, SHOWN)
  const order = tools.map(({ id }) => id)
  return {
    card: 'found',
    language,
    summary: t('found.summary', { count: shown.length }),
    show: { verb: 'tools.more', tools: order },
    data: {
      title: t('found.title', { count: shown.length }),
      hint,
      ids: order,
      tools: shown.map((tool) => ({
        id: tool.id,
        title: tool.text[language].title,
        reason: tool.text[language].when,
        facts: toolLine(tool, language, t),
      })),
      next: order.length > SHOWN ? [...order.slice(SHOWN), ...order.slice(0, SHOWN)] : [],
    },
  }
}
