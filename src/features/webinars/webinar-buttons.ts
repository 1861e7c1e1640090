/** What a reader can do with a webinar now. */
import { startOf } from '../../domain/webinar.ts'
import type { StringKey } from '../../strings.ts'
import { linkToCalendar } from './calendar-file.ts'
import { canJoin, isFull, recordingOf, type View } from './webinar-view.ts'

type Link = { title: string; url: string; style: Style }
type Button = { verb: string; title: string; style: Style }
type Style = 'default' | 'positive'

export function joinOrWatch(view: View): Link[] {
  const { t } = view.turn
  const { join } = view.found.webinar
  const recording = recordingOf(view)
  return [
    ...(join !== undefined && canJoin(view)
      ? [{ title: t('webinars.join'), url: join, style: 'positive' as const }]
      : []),
    ...(recording ? [{ title: t('webinars.watch'), url: recording.link, style: 'positive' as const }] : []),
  ]
}

/** A cancelled one is offered so that the calendar takes its entry away. */
export function calendar({ turn, kit, found: { webinar }, stage, standing }: View): Link[] {
  const isOffered = stage === 'cancelled' ? standing !== undefined : turn.now < startOf(webinar)
  const title = turn.t(stage === 'cancelled' ? 'webinars.uncalendar' : 'webinars.calendar')
  return isOffered ? [{ title, url: linkToCalendar(turn, kit, webinar.id), style: 'default' }] : []
}

export function registration({ turn: { t, now }, found: { webinar }, stage }: View): Link[] {
  const { registration: url } = webinar
  const isOpen = stage !== 'cancelled' && now < startOf(webinar)
  return url !== undefined && isOpen ? [{ title: t('webinars.register'), url, style: 'default' }] : []
}

export const NO_PRESS: { acts: Button[]; undo: Button[] } = { acts: [], undo: [] }

/** What one came for stands first, the way back from it near the end. */
export function signUpOrLeave(view: View): typeof NO_PRESS {
  const { found, standing, stage, turn } = view
  if (stage === 'cancelled' || turn.now >= startOf(found.webinar)) return NO_PRESS
  if (standing !== undefined) return { acts: [], undo: button(view, 'webinars.leave', 'webinars.leave') }
  const title = isFull(found) ? 'webinars.queue' : 'webinars.signup'
  // One primary button a card: joining comes before signing up.
  const style = joinOrWatch(view).length > 0 ? 'default' : 'positive'
  return { acts: button(view, 'webinars.signup', title, style), undo: [] }
}

/** Within the hour before the start there is none left to choose. */
export function reminders(view: View): Button[] {
  const isOffered = view.stage === 'ahead' && view.standing !== undefined
  return isOffered ? button(view, 'webinars.reminders', 'webinars.reminders.choose') : []
}

export function feedback(view: View): Button[] {
  const { stage, standing } = view
  const isAsked = stage === 'over' && standing?.queue === 0 && standing.signUp.gaveFeedback !== true
  return isAsked ? button(view, 'webinars.feedback', 'webinars.giveFeedback') : []
}

/** For those who run it. */
export function manage(view: View): Button[] {
  return button(view, 'webinars.manage', 'webinars.hr.manage.open')
}

export function button({ turn: { t } }: View, verb: string, title: StringKey, style: Style = 'default'): Button[] {
  return [{ verb, title: t(title), style }]
}
