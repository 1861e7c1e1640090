import { isPublished, startOf } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { faulty } from './hr-fields.ts'
import { manageCard } from './manage-webinar.ts'
import { tokenOf } from './preview-webinar.ts'

/** Puts on everybody's list what the preview showed: once, whoever presses however often. Nobody is told by it. */
export async function publishWebinar(
  turn: Turn,
  kit: Kit,
  { webinar: id, token }: { webinar: string; token: string },
): Promise<Answer> {
  const { t, now, person } = turn
  const made = (await kit.store.webinars.get(person.tenant, id))?.made
  if (made === undefined) throw new Refusal(t('refusals.notFound'))
  if (!isPublished(made) && startOf(made) <= now) throw faulty(turn, [{ key: 'webinars.hr.faults.past' }])
  const mine = { is: false }
  const record = await kit.store.webinars.change(person.tenant, id, (current) => {
    mine.is = current?.made?.state === 'draft' && tokenOf(kit, current.made) === token
    return mine.is && current?.made !== undefined
      ? { ...current, made: { ...current.made, state: 'published' } }
      : current
  })
  if (!isPublished(record?.made)) throw new Refusal(t('webinars.hr.refusals.changed'))
  if (mine.is) await kit.audit(turn, { what: 'webinars.publish', to: id, outcome: 'done', note: '' })
  const news = t(mine.is ? 'webinars.hr.news.published' : 'webinars.hr.news.alreadyPublished')
  return { replace: await manageCard(turn, kit, id, { news }) }
}
