import { mayEndQuiet, quietEnd, type QuietSpan } from '../../domain/quiet.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { choosePause } from './choose-pause.ts'
import { changeOwn, demandOwnChat } from './own-notices.ts'
import { showSettings } from './show-settings.ts'

/** `for` is counted from the press, however old the card is; `until` is the first day on which messages come again. */
type Quiet = { for?: QuietSpan | undefined; until?: string | undefined }

export async function keepQuiet(turn: Turn, kit: Kit, { for: span, until: day = '' }: Quiet): Promise<Answer> {
  demandOwnChat(turn)
  const { timeZone: zone } = kit.settings
  const until = span === undefined ? day : quietEnd(span, turn.now, zone)
  if (!mayEndQuiet(until, turn.now, zone)) throw new Refusal(turn.t('notices.refusals.until'))
  await changeOwn(turn, kit, (record) => (record.quietUntil === until ? record : { ...record, quietUntil: until }))
  return { replace: await choosePause(turn, kit, turn.t('notices.news.paused')) }
}

export async function resume(turn: Turn, kit: Kit): Promise<Answer> {
  demandOwnChat(turn)
  await changeOwn(turn, kit, (record) => {
    const { quietUntil, ...rest } = record
    return quietUntil === undefined ? record : rest
  })
  return { replace: await showSettings(turn, kit, turn.t('notices.news.resumed')) }
}
