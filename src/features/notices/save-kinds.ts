import type { NoticeKind } from '../../domain/delivery.ts'
import { choosing } from '../../domain/wanted-notices.ts'
import type { Answer, Kit, Turn } from '../../kit.ts'
import { changeOwn, demandOwnChat } from './own-notices.ts'
import { showSettings } from './show-settings.ts'

type Chosen = Partial<Record<NoticeKind, boolean | undefined>>

/** Turns on and off what is ticked and what is not; a kind that the card does not have stays as it is. */
export async function saveKinds(turn: Turn, kit: Kit, chosen: Chosen): Promise<Answer> {
  demandOwnChat(turn)
  await changeOwn(turn, kit, (record) => choosing(record, chosen))
  return { replace: await showSettings(turn, kit, turn.t('notices.news.saved')) }
}
