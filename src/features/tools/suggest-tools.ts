import { noticeCard, type Kit, type Message, type Turn } from '../../kit.ts'
import { foundCard } from './found-card.ts'

/** A longer message is searched by its beginning (contract, “Words people type”). In characters. */
const SEARCHED_LENGTH = 300

/** Three rounds of three: further matches fit too loosely to be worth a press. */
const OFFERED = 9

/** A need in somebody's own words: up to three tools, or a useful answer where none fits. */
export async function suggestTools(turn: Turn, kit: Kit, text: string): Promise<Message> {
  const found = kit.library().index.find(text.slice(0, SEARCHED_LENGTH), turn.language)
  const ids = found.matches.slice(0, OFFERED).map(({ id }) => id)
  if (ids.length > 0) {
    return foundCard(turn, kit, ids, text.length > SEARCHED_LENGTH ? turn.t('found.hint') : '')
  }
  const barelyAnything = (text.match(/\p{L}{2,}/gu) ?? []).length === 0
  return noticeCard(turn, barelyAnything ? 'unclear' : 'nothing')
}
