import { PARTS, textFor, type Part } from '../../domain/broadcast.ts'
import { momentText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { changeId } from './change-copies.ts'
import { heldOf, isDraft, isRunning, type Stand } from './find-broadcast.ts'

/** What it is about, in the reader's language: a launch by its theme. */
export function subjectOf({ t, language }: Turn, kit: Kit, { text, launch }: Broadcast): string {
  const title = breakBraces(textFor(language, text, kit.settings.defaultLanguage).text.title)
  return launch === undefined ? title : t('broadcasts.withTheme', { title })
}

/** One sentence on where a broadcast stands. */
export async function stateText(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  { main, advance }: Record<Part, Stand>,
): Promise<string> {
  const { t, language, person } = turn
  const { id, state, withdrawn, corrections } = broadcast
  const moment = (iso: string) => ({ moment: momentText(new Date(iso), kit.settings.timeZone, language) })
  const isUnderWay = (ids: string[]) => isOneUnderWay(kit, person.tenant, ids)

  if (isDraft(broadcast)) return t('broadcasts.states.draft')
  if (state === 'approving') return t('broadcasts.states.approving')
  if ((await heldOf(kit, person.tenant, broadcast)).length > 0) return t('broadcasts.states.restored')
  if (withdrawn) {
    const isGoing = await isUnderWay(PARTS.map((part) => changeId(id, part, 'withdraw')))
    return t(isGoing ? 'broadcasts.states.withdrawing' : 'broadcasts.states.withdrawn')
  }
  if (isRunning(main) || isRunning(advance)) return t('broadcasts.states.running')
  if (corrections > 0 && (await isUnderWay(PARTS.map((part) => changeId(id, part, `correct-${corrections}`))))) {
    return t('broadcasts.states.correcting')
  }
  if (state === 'cancelled') return t('broadcasts.states.cancelled')
  if (isWaiting(advance)) return t('broadcasts.states.waitingAdvance', moment(advance.mailing.at))
  if (isWaiting(main)) {
    const key = advance.mailing === undefined ? 'broadcasts.states.waiting' : 'broadcasts.states.advance'
    return t(key, moment(main.mailing.at))
  }
  if (corrections > 0) return t('broadcasts.states.corrected')
  return t('broadcasts.states.ended', moment(main.mailing?.endedAt ?? broadcast.plan?.sendAt ?? broadcast.changedAt))
}

function isWaiting(stand: Stand): stand is Stand & { mailing: NonNullable<Stand['mailing']> } {
  return stand.mailing !== undefined && stand.mailing.state !== 'ended'
}

async function isOneUnderWay(kit: Kit, tenant: string, ids: readonly string[]): Promise<boolean> {
  const mailings = await Promise.all(ids.map((id) => kit.store.mailings.get(tenant, id)))
  return mailings.some((mailing) => mailing !== undefined && mailing.state !== 'ended')
}
