import { breakBraces } from '../../domain/person-text.ts'
import { stageOf, timesText } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { signUpsOf } from './attendance.ts'
import { findWebinar, type Found } from './find-webinar.ts'

/** The form to move a published webinar, and to add what was not known before. */
export async function showChanges(turn: Turn, kit: Kit, { webinar }: { webinar: string }): Promise<Answer> {
  const found = await findWebinar(turn, kit, webinar)
  if (found.webinar.cancelled) throw new Refusal(turn.t('webinars.hr.refusals.cancelled'))
  return { replace: await changeCard(turn, kit, found) }
}

async function changeCard(turn: Turn, kit: Kit, { webinar }: Found): Promise<Message> {
  const { t, language, person, now } = turn
  const { title } = webinar.text[language]
  const { recording, capacity } = webinar
  const [date = '', time = ''] = webinar.start.split('T')
  const count = (await signUpsOf(kit, person.tenant, webinar.id)).length
  return {
    card: 'webinar-change',
    language,
    summary: t('webinars.hr.summary.change', { title }),
    show: { verb: 'webinars.change', webinar: webinar.id },
    data: {
      webinar: webinar.id,
      subject: breakBraces(title),
      times: timesText(webinar, language, webinar.zone),
      canMove: stageOf(webinar, now) !== 'over',
      date,
      time,
      minutes: webinar.minutes,
      moveText: t('webinars.hr.change.moveText', { count }),
      join: webinar.join ?? '',
      capacity: capacity === undefined ? '' : String(capacity),
      recording: recording?.link ?? '',
      recordingMinutes: recording === undefined ? '' : String(recording.minutes),
      recordingCaptions: recording?.captions.join() ?? '',
      expires: recording?.expires ?? '',
      tools: webinar.tools.join(),
      toolChoices: toolChoices(turn, kit, webinar),
    },
  }
}

/** Those of the webinar's theme, and those that it has already. */
function toolChoices({ language }: Turn, kit: Kit, { theme, tools }: Found['webinar']) {
  const library = kit.library()
  const ofTheme = library.themes.find(({ id }) => id === theme)?.tools ?? []
  return [...new Set([...tools, ...ofTheme])]
    .flatMap((id) => library.tools.get(id) ?? [])
    .map(({ id, text }) => ({ title: text[language].title, value: id }))
}
