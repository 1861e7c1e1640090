import type { Kit, Message, Turn } from '../../kit.ts'
import type { Found } from './find-webinar.ts'
import { messageOf, type Saying } from './post-message.ts'
import { button, calendar, feedback, joinOrWatch, NO_PRESS, reminders, signUpOrLeave } from './webinar-buttons.ts'
import { recordingFacts } from './webinar-facts.ts'
import { commonTo, stateOf, viewOf, whenOf } from './webinar-view.ts'

/** What comes by itself to those who signed up, or to a channel: short, with all that one then needs. */
export async function messageCard(turn: Turn, kit: Kit, found: Found, says: Saying): Promise<Message> {
  const view = await viewOf(turn, kit, found)
  const { language, t } = turn
  const { webinar } = found
  const { title } = webinar.text[language]
  const isReminder = says === 'reminder'
  const willJoin = webinar.join !== undefined && view.stage === 'ahead'
  const details = button(view, 'webinars.show', 'webinars.details')
  const buttons = {
    reminder: { ...signUpOrLeave(view), extras: [], ways: [...details, ...reminders(view)] },
    moved: { ...signUpOrLeave(view), extras: calendar(view), ways: details },
    cancelled: { ...NO_PRESS, extras: calendar(view), ways: [] },
    seat: { ...signUpOrLeave(view), extras: calendar(view), ways: details },
    soon: { ...signUpOrLeave(view), extras: [], ways: details },
    recording: { ...NO_PRESS, extras: [], ways: [...feedback(view), ...details] },
    feedback: { ...NO_PRESS, extras: [], ways: [...feedback(view), ...details] },
  }[says]
  return {
    card: 'webinar',
    language,
    summary: t(`webinars.says.${says}.summary`, { title, when: whenOf(view) }),
    show: { ...messageOf(webinar.id, says), again: 'yes' },
    data: {
      ...commonTo(view),
      news: '',
      heading: t(`webinars.says.${says}.heading`),
      state: says === 'cancelled' ? '' : stateOf(view),
      lead: isReminder && !willJoin ? '' : t(`webinars.says.${says}.lead`),
      lines: [],
      facts: recordingFacts(view),
      links: joinOrWatch(view),
      ...buttons,
      canTurnOff: isReminder,
    },
  }
}

/** Of a webinar that is in no file any more, only its times are still known. */
export function goneCard(turn: Turn, webinar: string, when: string): Message {
  const { language, t } = turn
  const subject = t('webinars.gone')
  const nothing = { news: '', state: '', lines: [], facts: [], notes: [], tools: [], links: [], extras: [], ways: [] }
  return {
    card: 'webinar',
    language,
    summary: t('webinars.says.cancelled.summary', { title: subject, when }),
    show: { ...messageOf(webinar, 'cancelled'), again: 'yes' },
    data: {
      ...nothing,
      ...NO_PRESS,
      id: webinar,
      heading: t('webinars.says.cancelled.heading'),
      subject,
      when,
      lead: t('webinars.says.cancelled.lead'),
      canTurnOff: false,
    },
  }
}
