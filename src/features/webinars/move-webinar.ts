import { z } from 'zod'
import { checkTime } from '../../domain/webinar-form.ts'
import { stageOf } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { signUpsOf } from './attendance.ts'
import { findWebinar, type Found } from './find-webinar.ts'
import { faulty, field, webinarId } from './hr-fields.ts'
import { keepChange } from './keep-change.ts'
import { manageCard } from './manage-webinar.ts'
import { tellNews } from './tell-news.ts'

export const moveSchema = z.object({ webinar: webinarId, date: field(), time: field(), minutes: field() })

/** Another time, on the clock of the webinar's zone, or another length; everybody who signed up is told once. */
export async function moveWebinar(turn: Turn, kit: Kit, given: z.output<typeof moveSchema>): Promise<Answer> {
  const { t, now, person } = turn
  const { webinar: id } = given
  const found = await findWebinar(turn, kit, id)
  demandMovable(turn, found.webinar)
  const { start, minutes, faults } = checkTime({ ...given, zone: found.webinar.zone }, now)
  if (start === found.webinar.start && minutes === found.webinar.minutes) {
    // Perhaps by a press that a crash cut short: what it left untold is told.
    await tellNews(kit, person.tenant, id)
    throw new Refusal(t('webinars.hr.refusals.unchanged'))
  }
  if (faults.length > 0) throw faulty(turn, faults)
  await keepChange(turn, kit, found, (webinar) => {
    demandMovable(turn, webinar)
    return { start, minutes }
  })
  await kit.audit(turn, { what: 'webinars.move', to: id, outcome: 'done', note: '' })
  await tellNews(kit, person.tenant, id)
  const count = (await signUpsOf(kit, person.tenant, id)).length
  return { replace: await manageCard(turn, kit, id, { news: t('webinars.hr.news.moved', { count }) }) }
}

function demandMovable({ t, now }: Turn, webinar: Found['webinar']): void {
  const stage = stageOf(webinar, now)
  if (stage === 'cancelled') throw new Refusal(t('webinars.hr.refusals.cancelled'))
  if (stage === 'over') throw new Refusal(t('webinars.hr.refusals.over'))
}
