import { z } from 'zod'
import { TOKEN_MINUTES } from '../../domain/broadcast.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import type { StringKey } from '../../strings.ts'
import { findBroadcast, isDraft } from './find-broadcast.ts'
import { judge, type Draft } from './judge-draft.ts'
import { prepare } from './prepare-broadcast.ts'
import { previewCard } from './preview-card.ts'
import { reportCard } from './report-card.ts'
import { text, textFields, textsOf } from './text-fields.ts'

/** Several choices are one string with commas. */
export const audience = z
  .union([z.string(), z.array(z.string().max(200)).max(200).transform(String)], 'broadcasts.faults.audience')
  .pipe(z.string().max(10_000, 'broadcasts.faults.audience'))

/** A choice of the list, or a day with a time of one's own. */
export const timeFields = {
  at: z.string('broadcasts.faults.at').max(40, 'broadcasts.faults.at').default('now'),
  date: z.string('broadcasts.faults.at').max(40, 'broadcasts.faults.at').default(''),
  time: z.string('broadcasts.faults.at').max(40, 'broadcasts.faults.at').default(''),
}

/** An id of a list, whose first choice is none. */
const chosen = (fault: StringKey) =>
  z
    .string(fault)
    .max(40, fault)
    .default('')
    .transform((id) => (id === 'none' ? '' : id))

export const previewSchema = z.object({
  broadcast: z.string('refusals.notFound').max(40, 'refusals.notFound').default(''),
  ...textFields,
  audience: audience.default(''),
  ...timeFields,
  tool: chosen('broadcasts.faults.tool'),
  theme: chosen('broadcasts.faults.theme'),
  webinar: chosen('broadcasts.faults.webinar'),
  link: text(),
  image: text(),
  imageAlt: text(),
  override: text(),
})

type Given = z.output<typeof previewSchema>

/** Keeps the draft and shows it, with the exact count; the same id from here to the report. */
export async function previewBroadcast(turn: Turn, kit: Kit, given: Given): Promise<Answer> {
  const draft = draftOf(given)
  const id = given.broadcast === '' ? await newId(turn, kit, draft) : given.broadcast
  const earlier = given.broadcast === '' ? undefined : await findBroadcast(turn, kit, id)
  if (earlier?.launch !== undefined) throw new Refusal(turn.t('refusals.notFound'))
  if (earlier !== undefined && !isDraft(earlier)) throw new Refusal(turn.t('broadcasts.refusals.sent'))
  const known = earlier ?? (await kit.store.broadcasts.get(turn.person.tenant, id))
  if (known !== undefined && !isDraft(known)) {
    return { replace: await reportCard(turn, kit, known, turn.t('broadcasts.news.already')) }
  }
  const judged = await judge(turn, kit, id, draft)
  const broadcast = await prepare(turn, kit, id, judged)
  return { replace: await previewCard(turn, kit, broadcast) }
}

/** The same words of the same person are one draft, however often a form without an id is sent; later on they are a new one. */
async function newId({ person, now }: Turn, kit: Kit, draft: Draft): Promise<string> {
  for (let number = 0; ; number++) {
    const id = kit.opaque('broadcast', person.tenant, person.id, JSON.stringify(draft), String(number))
    const known = await kit.store.broadcasts.get(person.tenant, id)
    if (known === undefined || isDraft(known) || isRepeat(known, now)) return id
  }
}

/** The form was sent again by a press that came late: what it wrote has just been confirmed. */
function isRepeat({ state, changedAt }: Broadcast, now: Date): boolean {
  return state !== 'cancelled' && now.getTime() - Date.parse(changedAt) < TOKEN_MINUTES * 60_000
}

/** A day that was chosen comes before a choice of the list. */
export function wantedAt({ at, date, time }: Pick<Given, 'at' | 'date' | 'time'>): string {
  const wanted = date === '' ? at : `${date}T${time}`
  return wanted === '' ? 'now' : wanted
}

function draftOf(given: Given): Draft {
  const { audience, tool, theme, webinar, link, image, imageAlt, override } = given
  const rest = { audience, tool, theme, webinar, link, image, imageAlt, override }
  return { text: textsOf(given), at: wantedAt(given), ...rest }
}
