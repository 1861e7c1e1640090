/** The cards by name. What a card needs is read off the sample beside its template. */
import type broadcast from '../cards/broadcast.sample.json'
import type broadcastForm from '../cards/broadcast-form.sample.json'
import type broadcastPreview from '../cards/broadcast-preview.sample.json'
import type broadcastReport from '../cards/broadcast-report.sample.json'
import type broadcasts from '../cards/broadcasts.sample.json'
import type canvas from '../cards/canvas.sample.json'
import type checkinAnswer from '../cards/checkin-answer.sample.json'
import type checkinBriefing from '../cards/checkin-briefing.sample.json'
import type checkinFollowUp from '../cards/checkin-follow-up.sample.json'
import type checkinForm from '../cards/checkin-form.sample.json'
import type checkinNote from '../cards/checkin-note.sample.json'
import type checkinOverview from '../cards/checkin-overview.sample.json'
import type checkinPeople from '../cards/checkin-people.sample.json'
import type checkinRest from '../cards/checkin-rest.sample.json'
import type checkinResult from '../cards/checkin-result.sample.json'
import type checkinStatus from '../cards/checkin-status.sample.json'
import type cooperation from '../cards/cooperation.sample.json'
import type draft from '../cards/draft.sample.json'
import type eraseData from '../cards/erase-data.sample.json'
import type found from '../cards/found.sample.json'
import type help from '../cards/help.sample.json'
import type language from '../cards/language.sample.json'
import type launch from '../cards/launch.sample.json'
import type launchForm from '../cards/launch-form.sample.json'
import type launchIdeas from '../cards/launch-ideas.sample.json'
import type message from '../cards/message.sample.json'
import type myData from '../cards/my-data.sample.json'
import type notice from '../cards/notice.sample.json'
import type noticeKind from '../cards/notice-kind.sample.json'
import type phase from '../cards/phase.sample.json'
import type ownAnswer from '../cards/own-answer.sample.json'
import type quiet from '../cards/quiet.sample.json'
import type settings from '../cards/settings.sample.json'
import type theme from '../cards/theme.sample.json'
import type themes from '../cards/themes.sample.json'
import type tool from '../cards/tool.sample.json'
import type weeklyTool from '../cards/weekly-tool.sample.json'
import type webinarChange from '../cards/webinar-change.sample.json'
import type webinarFeedback from '../cards/webinar-feedback.sample.json'
import type webinarForm from '../cards/webinar-form.sample.json'
import type webinarManage from '../cards/webinar-manage.sample.json'
import type webinarPreview from '../cards/webinar-preview.sample.json'
import type webinar from '../cards/webinar.sample.json'
import type webinarReminders from '../cards/webinar-reminders.sample.json'
import type webinars from '../cards/webinars.sample.json'
import type welcome from '../cards/welcome.sample.json'
import type whatChanged from '../cards/what-changed.sample.json'
import type wish from '../cards/wish.sample.json'
import type wishes from '../cards/wishes.sample.json'

export type Cards = {
  broadcast: (typeof broadcast)['fi']
  'broadcast-form': (typeof broadcastForm)['fi']
  'broadcast-preview': (typeof broadcastPreview)['fi']
  'broadcast-report': (typeof broadcastReport)['fi']
  broadcasts: (typeof broadcasts)['fi']
  canvas: (typeof canvas)['fi']
  'checkin-answer': (typeof checkinAnswer)['fi']
  'checkin-briefing': (typeof checkinBriefing)['fi']
  'checkin-follow-up': (typeof checkinFollowUp)['fi']
  'checkin-form': (typeof checkinForm)['fi']
  'checkin-note': (typeof checkinNote)['fi']
  'checkin-overview': (typeof checkinOverview)['fi']
  'checkin-people': (typeof checkinPeople)['fi']
  'checkin-rest': (typeof checkinRest)['fi']
  'checkin-result': (typeof checkinResult)['fi']
  'checkin-status': (typeof checkinStatus)['fi']
  cooperation: (typeof cooperation)['fi']
  draft: (typeof draft)['fi']
  'erase-data': (typeof eraseData)['fi']
  found: (typeof found)['fi']
  help: (typeof help)['fi']
  language: (typeof language)['fi']
  launch: (typeof launch)['fi']
  'launch-form': (typeof launchForm)['fi']
  'launch-ideas': (typeof launchIdeas)['fi']
  message: (typeof message)['fi']
  'my-data': (typeof myData)['fi']
  notice: (typeof notice)['fi']
  'notice-kind': (typeof noticeKind)['fi']
  phase: (typeof phase)['fi']
  'own-answer': (typeof ownAnswer)['fi']
  quiet: (typeof quiet)['fi']
  settings: (typeof settings)['fi']
  theme: (typeof theme)['fi']
  themes: (typeof themes)['fi']
  tool: (typeof tool)['fi']
  'weekly-tool': (typeof weeklyTool)['fi']
  'webinar-change': (typeof webinarChange)['fi']
  'webinar-feedback': (typeof webinarFeedback)['fi']
  'webinar-form': (typeof webinarForm)['fi']
  'webinar-manage': (typeof webinarManage)['fi']
  'webinar-preview': (typeof webinarPreview)['fi']
  webinar: (typeof webinar)['fi']
  'webinar-reminders': (typeof webinarReminders)['fi']
  webinars: (typeof webinars)['fi']
  welcome: (typeof welcome)['fi']
  'what-changed': (typeof whatChanged)['fi']
  wish: (typeof wish)['fi']
  wishes: (typeof wishes)['fi']
}
