import { NOTICE_KINDS, type NoticeKind } from '../../domain/delivery.ts'
import type { Answer, Kit, Turn } from '../../kit.ts'
import { changeOwn, demandOwnChat, withOff } from './own-notices.ts'
import { showSettings } from './show-settings.ts'

type Chosen = Partial<Record<NoticeKind, 'true' | 'false' | undefined>>

/** Turns on and off what is ticked and what is not; a kind that the card does not have stays as it is. */
export async function saveKinds(turn: Turn, kit: Kit, chosen: Chosen): Promise<Answer> {
  demandOwnChat(turn)
  await changeOwn(turn, kit, (record) =>
    withOff(
      record,
      NOTICE_KINDS.filter((kind) => (chosen[kind] ?? String(record.off?.includes(kind) !== true)) === 'false'),
    ),
  )
  return { replace: await showSettings(turn, kit, turn.t('notices.news.saved')) }
}
