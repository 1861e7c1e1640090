import type { Webinar } from '../../domain/content.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { allWebinarsOf, stageOf, timesText } from '../../domain/webinar.ts'
import type { Kit, Turn } from '../../kit.ts'

/** The webinars that a message to many can offer: those that are still to come. */
export async function webinarsAhead({ person, now }: Turn, kit: Kit): Promise<Webinar[]> {
  const all = allWebinarsOf(kit.library().webinars, await kit.store.webinars.list(person.tenant))
  return all.map(({ webinar }) => webinar).filter((one) => ['ahead', 'joinable'].includes(stageOf(one, now)))
}

/** What its button says: the title and the times on the reader's clock. Empty for one that is gone. */
export async function webinarTitle(turn: Turn, kit: Kit, id: string): Promise<string> {
  if (id === '') return ''
  const all = allWebinarsOf(kit.library().webinars, await kit.store.webinars.list(turn.person.tenant))
  const webinar = all.find((one) => one.webinar.id === id)?.webinar
  if (webinar === undefined) return ''
  const title = `${breakBraces(webinar.text[turn.language].title)}, ${timesText(webinar, turn.language, turn.zone)}`
  return turn.t('broadcasts.withWebinar', { title })
}
