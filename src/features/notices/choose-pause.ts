import { proposedEnd, QUIET_SPANS } from '../../domain/quiet.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { demandOwnChat, pauseOf, readOwn } from './own-notices.ts'

/** A break from messages, with one press or until a date. `changed` says what just happened. */
export async function choosePause(turn: Turn, kit: Kit, changed = ''): Promise<Message> {
  demandOwnChat(turn, 'quiet')
  const { language, t, now } = turn
  const record = await readOwn(turn, kit)
  const pause = pauseOf(turn, kit, record)
  return {
    card: 'quiet',
    language,
    summary: t('notices.quietSummary'),
    show: { verb: 'notices.pause' },
    data: {
      changed,
      ...pause,
      spans: QUIET_SPANS.map((span) => ({ span, title: t(`notices.spans.${span}`) })),
      until: pause.isPaused ? (record.quietUntil ?? '') : proposedEnd(now, kit.settings.timeZone),
    },
  }
}
