import { z } from 'zod'
import { checkAddition } from '../../domain/webinar-form.ts'
import { seated } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findWebinar, type Found } from './find-webinar.ts'
import { choices, faulty, field, webinarId } from './hr-fields.ts'
import { keepChange } from './keep-change.ts'
import { manageCard } from './manage-webinar.ts'
import { tellSeats } from './tell-seats.ts'

export const addSchema = z.object({
  webinar: webinarId,
  join: field(),
  capacity: field(),
  recording: field(),
  recordingMinutes: field(),
  recordingCaptions: choices(),
  expires: field(),
  tools: choices(),
})

/** The link to join, the recording, what it taught, more seats: who gets one of these is told at once, once. */
export async function addToWebinar(turn: Turn, kit: Kit, given: z.output<typeof addSchema>): Promise<Answer> {
  const { t, now, person } = turn
  const { webinar: id, ...addition } = given
  const found = await findWebinar(turn, kit, id)
  if (found.webinar.cancelled) throw new Refusal(t('webinars.hr.refusals.cancelled'))
  const { tools } = kit.library()
  const { linkHosts } = kit.settings
  const checked = checkAddition(addition, found.webinar, { now, linkHosts, hasTool: (tool) => tools.has(tool) })
  if ('faults' in checked) throw faulty(turn, checked.faults)
  const count = seatedBy(found, checked.changed.capacity)
  await keepChange(turn, kit, found, () => checked.changed)
  await kit.audit(turn, { what: 'webinars.add', to: id, outcome: 'done', note: Object.keys(checked.changed).join(' ') })
  await tellSeats(kit, person.tenant, id)
  const news = count > 0 ? t('webinars.hr.news.seated', { count }) : t('webinars.hr.news.added')
  return { replace: await manageCard(turn, kit, id, { news }) }
}

function seatedBy({ record }: Found, capacity: number | undefined): number {
  if (record?.attendance === undefined || capacity === undefined) return 0
  return seated(record.attendance, capacity).movedUp.length
}
