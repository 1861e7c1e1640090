import { contactLines } from '../../domain/contacts.ts'
import type { Webinar } from '../../domain/content.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { shownRecording, stageOf, timesText, type Stage } from '../../domain/webinar.ts'
import type { Kit, Turn } from '../../kit.ts'
import { standingOf, type Standing } from './attendance.ts'
import type { Found } from './find-webinar.ts'

/** A webinar as one reader finds it now. */
export type View = { turn: Turn; kit: Kit; found: Found; standing: Standing | undefined; stage: Stage }

export async function viewOf(turn: Turn, kit: Kit, found: Found): Promise<View> {
  const standing = await standingOf(kit, turn.person, found)
  return { turn, kit, found, standing, stage: stageOf(found.webinar, turn.now) }
}

export function commonTo(view: View) {
  const { kit, found, stage, turn } = view
  const { language } = turn
  const { webinar } = found
  const { tools } = kit.library()
  const harvest = stage === 'over' ? webinar.tools.flatMap((id) => tools.get(id) ?? []) : []
  return {
    id: webinar.id,
    subject: breakBraces(webinar.text[language].title),
    when: whenOf(view),
    state: stateOf(view),
    notes: loginNotes(view).map((line) => ({ line: breakBraces(line) })),
    tools: harvest.map(({ id, text }) => ({ tool: id, title: text[language].title })),
  }
}

/** On the clock of the reader: of this client, or of the one that signed up. */
export function whenOf({ turn, found, standing }: View): string {
  return timesText(found.webinar, turn.language, turn.zone ?? standing?.signUp.zone)
}

export function stateOf({ turn: { t }, found, standing, stage }: View): string {
  if (stage === 'cancelled') return t('webinars.state.cancelled')
  if (standing !== undefined && standing.queue > 0) return t('webinars.state.queued', { queue: standing.queue })
  if (standing !== undefined) return t('webinars.state.signedUp')
  return stage !== 'over' && isFull(found) ? t('webinars.state.full') : ''
}

export function isFull({ webinar: { capacity }, record }: Found): boolean {
  return capacity !== undefined && (record?.attendance?.seats.length ?? 0) >= capacity
}

/** What a login needs, and whom to turn to: only beside a link that asks for one. */
function loginNotes(view: View): string[] {
  const { kit, found, turn } = view
  const { language, t } = turn
  const { webinar } = found
  const isGated = (canJoin(view) && webinar.login_required) || recordingOf(view)?.login_required === true
  if (!isGated) return []
  const contacts = contactLines(kit.library().contacts, [webinar.sign_in_contact], language, t)
  const note = webinar.text[language].login_note ?? t('webinars.login')
  return [note, ...contacts.map(({ label, text }) => `${label}: ${text}`)]
}

/** Where seats are counted, those who have one join. */
export function canJoin({ found: { webinar }, stage, standing }: View): boolean {
  const maySit = webinar.capacity === undefined || standing?.queue === 0
  return webinar.join !== undefined && stage === 'joinable' && maySit
}

export function recordingOf({ found: { webinar }, turn: { now } }: View): Webinar['recording'] {
  return shownRecording(webinar, now)
}
