import type { Webinar } from '../../domain/content.ts'
import type { WebinarRecord } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** A webinar as it stands now, and what is kept of it. */
export type Found = { webinar: Webinar; record: WebinarRecord | undefined }

/** The webinars of the content files and those that HR made, with what HR changed; the first to start first. */
export async function allWebinars(kit: Kit, tenant: string): Promise<Found[]> {
  const records = await kit.store.webinars.list(tenant)
  const byId = new Map(records.map((record) => [record.id, record]))
  const written = kit.library().webinars.map((webinar) => merged(webinar, byId.get(webinar.id)))
  const made = records.flatMap((record) => (record.made === undefined ? [] : [merged(record.made, record)]))
  return [...written, ...made].toSorted((one, other) => compare(one.webinar.start, other.webinar.start))
}

export async function webinarById(kit: Kit, tenant: string, id: string): Promise<Found | undefined> {
  const record = await kit.store.webinars.get(tenant, id)
  const written = kit.library().webinars.find((webinar) => webinar.id === id) ?? record?.made
  return written && merged(written, record)
}

/** @throws Refusal */
export async function findWebinar(turn: Turn, kit: Kit, id: string): Promise<Found> {
  const found = await webinarById(kit, turn.person.tenant, id)
  if (found === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return found
}

function merged(written: Webinar, record: WebinarRecord | undefined): Found {
  return { webinar: { ...written, ...record?.changed }, record }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
