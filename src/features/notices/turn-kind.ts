import type { NoticeKind } from '../../domain/delivery.ts'
import { choosing, wants } from '../../domain/wanted-notices.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'
import { changeOwn, demandOwnChat, pauseOf, readOwn } from './own-notices.ts'

type OfKind = { kind: NoticeKind }

/** Turns one kind off, from a message of that kind, which stays. */
export async function turnOff(turn: Turn, kit: Kit, { kind }: OfKind): Promise<Answer> {
  demandOwnChat(turn)
  await changeOwn(turn, kit, (record) => choosing(record, { [kind]: false }))
  const card = await showKind(turn, kit, kind)
  return { open: card, notice: card.summary }
}

export async function turnOn(turn: Turn, kit: Kit, { kind }: OfKind): Promise<Answer> {
  demandOwnChat(turn)
  await changeOwn(turn, kit, (record) => choosing(record, { [kind]: true }))
  return { replace: await showKind(turn, kit, kind) }
}

/** Whether one kind is off or comes, and the way back. */
export async function showKind(turn: Turn, kit: Kit, kind: NoticeKind): Promise<Message> {
  demandOwnChat(turn)
  const { language, t } = turn
  const record = await readOwn(turn, kit)
  const isOff = !wants(record, kind)
  const { isPaused, state } = pauseOf(turn, kit, record)
  const title = t(`notices.kinds.${kind}.${isOff ? 'off' : 'on'}`)
  return {
    card: 'notice-kind',
    language,
    summary: title,
    show: { verb: 'notices.kind', kind },
    data: {
      title,
      paragraphs: isOff
        ? [t(`notices.kinds.${kind}.note`), t('notices.undo')]
        : [...(isPaused ? [state] : []), t('notices.again')],
      isOff,
      kind,
    },
  }
}
