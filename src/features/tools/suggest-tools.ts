import { noticeCard, type Kit, type Message, type Turn } from '../../kit.ts'
import { elsewhereCard } from './show-elsewhere.ts'
import { foundCard } from './found-card.ts'
import { phaseFit } from './phase-fit.ts'

/** A longer message is searched by its beginning (contract, “Words people type”). In characters. */
const SEARCHED_LENGTH = 300

/** Three rounds of three: further matches fit too loosely to be worth a press. */
const OFFERED = 9

/** A need in somebody's own words: up to three tools, where it belongs, or a useful answer where nothing fits. */
export async function suggestTools(turn: Turn, kit: Kit, text: string): Promise<Message> {
  const asked = text.slice(0, SEARCHED_LENGTH)
  const { matches, elsewhere, care } = kit.library().index.find(asked, turn.language, await phaseFit(turn, kit))
  const found = matches.slice(0, OFFERED).map(({ id }) => id)
  const ids = found.length === 0 && care ? kit.library().careTools : found
  if (ids.length > 0) {
    const hint = text.length > SEARCHED_LENGTH ? turn.t('found.hint') : ''
    return foundCard(turn, kit, { ids, care, elsewhere }, hint)
  }
  if (elsewhere !== undefined) return elsewhereCard(turn, kit, elsewhere)
  const barelyAnything = (text.match(/\p{L}{2,}/gu) ?? []).length === 0
  return noticeCard(turn, barelyAnything ? 'unclear' : 'nothing')
}
