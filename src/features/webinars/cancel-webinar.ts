import { startOf } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { signUpsOf } from './attendance.ts'
import { findWebinar, type Found } from './find-webinar.ts'
import { keepChange } from './keep-change.ts'
import { manageCard } from './manage-webinar.ts'
import { tellNews } from './tell-news.ts'

/** Cancels for good; everybody who signed up is told once, however often it is pressed. */
export async function cancelWebinar(turn: Turn, kit: Kit, { webinar: id }: { webinar: string }): Promise<Answer> {
  const { t, person } = turn
  const found = await findWebinar(turn, kit, id)
  if (!found.webinar.cancelled) {
    demandAhead(turn, found.webinar)
    await keepChange(turn, kit, found, (webinar) => {
      demandAhead(turn, webinar)
      return { cancelled: true }
    })
    await kit.audit(turn, { what: 'webinars.cancel', to: id, outcome: 'done', note: '' })
  }
  await tellNews(kit, person.tenant, id)
  const count = (await signUpsOf(kit, person.tenant, id)).length
  return { replace: await manageCard(turn, kit, id, { news: t('webinars.hr.news.cancelled', { count }) }) }
}

function demandAhead({ t, now }: Turn, webinar: Found['webinar']): void {
  if (now >= startOf(webinar)) throw new Refusal(t('webinars.hr.refusals.begun'))
}
