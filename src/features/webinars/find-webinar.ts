import { allWebinarsOf, isPublished, withChanges, type KnownWebinar } from '../../domain/webinar.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** A webinar as it stands now, and what is kept of it. */
export type Found = KnownWebinar

/** The webinars of the content files and those that HR published, with what HR changed; the first to start first. */
export async function allWebinars(kit: Kit, tenant: string): Promise<Found[]> {
  return allWebinarsOf(kit.library().webinars, await kit.store.webinars.list(tenant))
}

/** Undefined for one that is not there, or that HR has not published. */
export async function webinarById(kit: Kit, tenant: string, id: string): Promise<Found | undefined> {
  const record = await kit.store.webinars.get(tenant, id)
  const ofFile = kit.library().webinars.find((webinar) => webinar.id === id)
  const written = ofFile ?? (isPublished(record?.made) ? record.made : undefined)
  return written && withChanges(written, record)
}

/** @throws Refusal */
export async function findWebinar(turn: Turn, kit: Kit, id: string): Promise<Found> {
  const found = await webinarById(kit, turn.person.tenant, id)
  if (found === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return found
}
