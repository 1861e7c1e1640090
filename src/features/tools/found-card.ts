import { contactLines } from '../../domain/contacts.ts'
import type { ContactKind } from '../../domain/content.ts'
import { toolLine } from '../../domain/tool-facts.ts'
import { Refusal, type Kit, type Message, type Turn } from '../../kit.ts'
import { whereElse } from './show-elsewhere.ts'

const SHOWN = 3

/** Whom to turn to for a person at risk, the nearest help first. */
const CARE_CONTACTS: readonly ContactKind[] = ['crisis_line', 'occupational_health', 'occupational_safety', 'hr']

export type Offer = {
  /** Tools, the best first. */
  ids: readonly string[]
  /** Whether words of care come before the tools. */
  care?: boolean
  /** The topic that the message may be about instead. */
  elsewhere?: string | undefined
}

/**
 * The first three of these tools. “More” shows the next three and comes round to the first again, so that nothing is
 * lost when the list takes the place of the earlier one. Tools that are no more are left out.
 */
export function foundCard(turn: Turn, kit: Kit, { ids, care = false, elsewhere }: Offer, hint = ''): Message {
  const { language, t } = turn
  const library = kit.library()
  const tools = ids.flatMap((id) => library.tools.get(id) ?? [])
  if (tools.length === 0) throw new Refusal(t('refusals.noTool'))
  const shown = tools.slice(0, SHOWN)
  const order = tools.map(({ id }) => id)
  return {
    card: 'found',
    language,
    summary: care ? t('care.summary') : t('found.summary', { count: shown.length }),
    show: { verb: 'tools.more', tools: order, care: care ? 'yes' : 'no' },
    data: {
      title: care ? t('care.title') : t('found.title', { count: shown.length }),
      care,
      contacts: care ? contactLines(library.contacts, CARE_CONTACTS, language, t) : [],
      hint,
      ids: order,
      tools: shown.map((tool) => ({
        id: tool.id,
        title: tool.text[language].title,
        reason: tool.text[language].when,
        facts: toolLine(tool, language, t),
      })),
      elsewhere: elsewhere === undefined ? [] : [whereElse(turn, kit, elsewhere)],
      next: order.length > SHOWN ? [...order.slice(SHOWN), ...order.slice(0, SHOWN)] : [],
    },
  }
}
