import { breakBraces } from '../../domain/person-text.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import type { Found } from './find-webinar.ts'
import { panelFacts } from './manage-webinar.ts'
import { calendar, feedback, joinOrWatch, manage, registration, reminders, signUpOrLeave } from './webinar-buttons.ts'
import { factsOf, recordingFacts } from './webinar-facts.ts'
import { commonTo, viewOf } from './webinar-view.ts'

export type News = 'signedUp' | 'queued' | 'left' | 'chosen'

/** All about a webinar that has a value, and what the reader can do with it now. `news` is what just happened. */
export async function webinarCard(
  turn: Turn,
  kit: Kit,
  found: Found,
  { news }: { news?: News } = {},
): Promise<Message> {
  const view = await viewOf(turn, kit, found)
  const { language, t } = turn
  const { webinar } = found
  const { title, description } = webinar.text[language]
  const changed = news === undefined ? '' : t(`webinars.news.${news}`)
  const panel = await panelFacts(turn, kit, found)
  return {
    card: 'webinar',
    language,
    summary: news === undefined ? t('webinars.summary', { title }) : changed,
    show: { verb: 'webinars.show', webinar: webinar.id },
    data: {
      ...commonTo(view),
      news: changed,
      heading: t(`webinars.kinds.${webinar.kind}`),
      lead: '',
      lines: description.split(/\n+/).map((line) => ({ line: breakBraces(line) })),
      facts: [...factsOf(webinar, turn), ...recordingFacts(view), ...panel],
      links: joinOrWatch(view),
      ...signUpOrLeave(view),
      extras: [...calendar(view), ...registration(view)],
      ways: [...reminders(view), ...feedback(view), ...(panel.length > 0 ? manage(view) : [])],
      canTurnOff: false,
    },
  }
}
