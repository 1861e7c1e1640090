import { breakBraces } from '../../domain/person-text.ts'
import type { SignUp, WebinarRecord } from '../../domain/records.ts'
import { forgottenAt, placeOf, startOf, stageOf, timesText } from '../../domain/webinar.ts'
import { demandRole, Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { signUpsOf } from './attendance.ts'
import { feedbackLines } from './feedback-totals.ts'
import { findWebinar, type Found } from './find-webinar.ts'
import { HR } from './hr-door.ts'

/** Each name is asked of the platform: as many as one waits for. */
const NAMES_A_PAGE = 25

/** The page of those who run a webinar: HR, and the one person whom its file names as the organiser. */
export async function manageWebinar(
  turn: Turn,
  kit: Kit,
  { webinar, from }: { webinar: string; from: number },
): Promise<Answer> {
  const found = await findWebinar(turn, kit, webinar)
  if (!isOrganiser(turn, found)) await demandRole(turn, kit, HR, { what: 'webinars.manage', to: webinar })
  if (turn.place.kind !== 'own') throw new Refusal(turn.t('webinars.hr.refusals.ownChatOnly'))
  return { replace: await manageCard(turn, kit, webinar, { from }) }
}

/** How many signed up, for those who run it, in their own chat; none for anybody else. */
export async function panelFacts(turn: Turn, kit: Kit, found: Found): Promise<{ label: string; line: string }[]> {
  const { t, person, place } = turn
  const { webinar, record } = found
  const isMine = place.kind === 'own' && (isOrganiser(turn, found) || (await kit.roles(person)).has('hr'))
  if (!isMine) return []
  const signUps = await signUpsOf(kit, person.tenant, webinar.id)
  const waiting = signUps.filter((one) => waits(one, record)).length
  const seats = webinar.capacity
  const fact = (name: 'signedUp' | 'waiting' | 'seats', count: number) => ({
    label: t(`webinars.hr.manage.${name}`),
    line: String(count),
  })
  return [
    fact('signedUp', signUps.length),
    ...(seats === undefined ? [] : [fact('waiting', waiting), fact('seats', seats)]),
  ]
}

function isOrganiser({ person }: Turn, { webinar }: Found): boolean {
  return webinar.organiser_id !== undefined && webinar.organiser_id === person.id.toLowerCase()
}

/** How many signed up and what they said, as numbers; names for the organiser alone. `from` counts names from 0. */
export async function manageCard(
  turn: Turn,
  kit: Kit,
  id: string,
  { news = '', from = 0 }: { news?: string; from?: number } = {},
): Promise<Message> {
  const { t, language, now, person } = turn
  const found = await findWebinar(turn, kit, id)
  const { webinar, record } = found
  const { title } = webinar.text[language]
  const signUps = await signUpsOf(kit, person.tenant, id)
  const isHr = (await kit.roles(person)).has('hr')
  const isKept = now < forgottenAt(webinar)
  const named = isKept && isOrganiser(turn, found) ? signUps : []
  const next = from + NAMES_A_PAGE
  return {
    card: 'webinar-manage',
    language,
    summary: t('webinars.hr.summary.manage', { title }),
    show: { verb: 'webinars.manage', webinar: id },
    data: {
      news,
      webinar: id,
      subject: breakBraces(title),
      times: timesText(webinar, language, turn.zone),
      state: stateText(turn, found),
      isKept,
      signedUp: String(signUps.length),
      waiting: String(signUps.filter((one) => waits(one, record)).length),
      seats: webinar.capacity === undefined ? '' : String(webinar.capacity),
      people: await namesOf(turn, kit, found, named.slice(from, next)),
      more: named.length > next ? String(next) : '',
      feedback: stageOf(webinar, now) === 'over' ? feedbackLines(turn, kit, record) : [],
      canChange: isHr && !webinar.cancelled,
      canCancel: isHr && !webinar.cancelled && now < startOf(webinar),
      cancelText: t('webinars.hr.manage.cancelText', { count: signUps.length }),
    },
  }
}

function stateText({ t, now }: Turn, { webinar }: Found): string {
  const stage = stageOf(webinar, now)
  if (stage === 'cancelled') return t('webinars.hr.manage.isCancelled')
  return t(stage === 'over' ? 'webinars.hr.manage.isOver' : 'webinars.hr.manage.isAhead')
}

function waits({ person }: SignUp, record: WebinarRecord | undefined): boolean {
  return record?.attendance !== undefined && (placeOf(record.attendance, person)?.queue ?? 0) > 0
}

/** As the platform says them at this moment, in each person's own chat with the bot: names are stored nowhere. */
async function namesOf(turn: Turn, kit: Kit, { record }: Found, signUps: readonly SignUp[]) {
  const { t, person } = turn
  const lines = signUps.map(async (signUp) => {
    const known = await kit.store.people.get(person.tenant, signUp.person)
    const chat = known?.ownChat
    const told = chat && (await kit.chats.nameOf({ tenant: person.tenant, ...chat }, signUp.userId).catch(() => ''))
    const name = breakBraces(told ?? '') || t('webinars.hr.manage.unnamed')
    return { line: waits(signUp, record) ? t('webinars.hr.manage.waits', { name }) : name }
  })
  return Promise.all(lines)
}
