import { dayText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { shownRecording, stageOf, startOf, timesText } from '../../domain/webinar.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { standingOf } from './attendance.ts'
import { allWebinars, type Found } from './find-webinar.ts'

/** What a supervisor goes through in ten seconds. */
const MOST = 6

/** What is ahead, and the recordings that can still be watched, on the reader's own clock. */
export async function listWebinars(turn: Turn, kit: Kit): Promise<Message> {
  const { language, t, now } = turn
  const all = await allWebinars(kit, turn.person.tenant)
  const ahead = all.filter(({ webinar }) => ['ahead', 'joinable'].includes(stageOf(webinar, now))).slice(0, MOST)
  const recorded = all.filter(({ webinar }) => shownRecording(webinar, now) !== undefined).slice(-MOST)
  const isHr = turn.place.kind === 'own' && (await kit.roles(turn.person)).has('hr')
  return {
    card: 'webinars',
    language,
    summary: t('webinars.list.summary'),
    show: { verb: 'webinars.list' },
    data: {
      canMake: isHr,
      drafts: isHr ? await draftsOf(turn, kit) : [],
      empty: ahead.length === 0 ? t('webinars.list.empty') : '',
      ahead: await Promise.all(ahead.map((found) => lineOf(turn, kit, found))),
      recordings: recorded.toReversed().map(({ webinar }) => ({
        id: webinar.id,
        subject: breakBraces(webinar.text[language].title),
        when: t('webinars.list.until', { date: dayText(webinar.recording?.expires ?? '', language) }),
      })),
    },
  }
}

/** What HR wrote and has not published, while there is time for it. */
async function draftsOf({ person, language, now }: Turn, kit: Kit) {
  const records = await kit.store.webinars.list(person.tenant)
  return records
    .flatMap(({ made }) => (made?.state === 'draft' && startOf(made) > now ? [made] : []))
    .slice(0, MOST)
    .map(({ id, text }) => ({ id, subject: breakBraces(text[language].title) }))
}

/** In a channel nobody reads who signed up. */
async function lineOf(turn: Turn, kit: Kit, found: Found) {
  const { language, t, zone, place, now } = turn
  const { webinar } = found
  const standing = place.kind === 'own' ? await standingOf(kit, turn.person, found) : undefined
  const state =
    standing === undefined
      ? ''
      : standing.queue > 0
        ? t('webinars.state.queued', { queue: standing.queue })
        : t('webinars.state.signedUp')
  const isJoinable = stageOf(webinar, now) === 'joinable' && webinar.join !== undefined
  return {
    id: webinar.id,
    subject: breakBraces(webinar.text[language].title),
    when: timesText(webinar, language, zone ?? standing?.signUp.zone),
    kind: webinar.kind === 'webinar' ? '' : t(`webinars.kinds.${webinar.kind}`),
    state: [state, isJoinable ? t('webinars.list.joinable') : ''].filter((words) => words !== '').join(' '),
  }
}
