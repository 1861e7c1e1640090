import { nextSendMoment } from '../../domain/calendar.ts'
import { DAY_MINUTES, dayOf, momentOf, wallOf } from '../../domain/days.ts'
import { endOf, forgottenAt, shownRecording } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import { hasSeat, markSent } from './attendance.ts'
import type { Duty, Followed } from './follow-webinars.ts'
import { messageOf, postMessage, toPerson } from './post-message.ts'

type Left = { says: 'recording' | 'feedback'; from: Date }

/**
 * Once it is over: the recording with the tools and the question how it was, as soon as it is there; the question alone
 * on the next working morning if it is not there by then. Each comes once.
 */
export const tellAfterwards: Duty = {
  dueAt(followed, now, kit) {
    const left = leftToTell(followed, now, kit)
    if (left === undefined) return undefined
    const moment = nextSendMoment(left.from > now ? left.from : now, kit.settings.calendar)
    return moment > now ? moment : left.from
  },

  async fulfil(followed, now, kit) {
    const { tenant, id, found, signUps } = followed
    const left = leftToTell(followed, now, kit)
    if (left === undefined || found === undefined) return
    const mark = markOf(followed, left.says)
    const mailing = {
      id: kit.opaque('webinars.afterwards', tenant, id, mark),
      kind: `webinars.${left.says}`,
      message: messageOf(id, left.says),
    }
    const present = signUps.filter((one) => hasSeat(one, found.record))
    await postMessage(kit, tenant, mailing, present.map(toPerson))
    await markSent(kit, tenant, id, mark)
  },
}

function leftToTell(followed: Followed, now: Date, kit: Kit): Left | undefined {
  const { found, signUps } = followed
  if (found === undefined || signUps.length === 0) return undefined
  const { webinar, record } = found
  if (webinar.cancelled || now >= forgottenAt(webinar)) return undefined
  const isSent = (says: Left['says']) => record?.sent?.includes(markOf(followed, says)) === true
  if (isSent('recording')) return undefined
  const end = endOf(webinar)
  // As it will be at its end: what comes then is known beforehand, so that it comes on time.
  if (shownRecording(webinar, now > end ? now : end) !== undefined) return { says: 'recording', from: end }
  return isSent('feedback') ? undefined : { says: 'feedback', from: nextMorning(end, kit) }
}

function nextMorning(end: Date, { settings: { calendar } }: Kit): Date {
  const midnight = (dayOf(wallOf(end, calendar.zone)) + 1) * DAY_MINUTES
  return nextSendMoment(momentOf(midnight, calendar.zone), calendar)
}

function markOf({ found }: Followed, says: Left['says']): string {
  return `${says}-${found?.record?.announced?.sequence ?? 0}`
}
