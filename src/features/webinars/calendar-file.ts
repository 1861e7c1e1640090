import { isLanguage } from '../../domain/languages.ts'
import { announced } from '../../domain/webinar.ts'
import { webinarCalendar } from '../../domain/webinar-calendar.ts'
import type { Download, Kit, Turn } from '../../kit.ts'
import { keepAnnounced } from './attendance.ts'
import { webinarById } from './find-webinar.ts'

/** The address of the calendar file. Its key tells of which organisation the webinar is; a calendar may keep it. */
export function linkToCalendar({ person, language }: Pick<Turn, 'person' | 'language'>, kit: Kit, id: string): string {
  const query = new URLSearchParams({ lang: language, key: keyOf(kit, person.tenant, id) })
  return `${kit.settings.publicUrl}/webinars/${id}.ics?${query.toString()}`
}

/** The calendar file of a webinar as it stands now. Undefined for a file that is not there, or a wrong key. */
export async function downloadCalendar(kit: Kit, file: string, query: URLSearchParams): Promise<Download | undefined> {
  const [, id = ''] = /^([a-z0-9-]{1,40})\.ics$/.exec(file) ?? []
  const tenant = await tenantOf(kit, id, query.get('key') ?? '')
  if (tenant === undefined) return undefined
  const known = await webinarById(kit, tenant, id)
  if (known === undefined) return undefined
  // Whoever has the file knows the times: a change of them is told by a higher sequence.
  await keepAnnounced(kit, tenant, known)
  const record = await kit.store.webinars.get(tenant, id)
  const now = kit.clock.now()
  const { announced: state } = announced(record?.announced, known.webinar, now)
  if (state === undefined) return undefined
  const isTold = state === record?.announced
  const lang = query.get('lang')
  const text = webinarCalendar(known.webinar, {
    language: isLanguage(lang) ? lang : kit.settings.defaultLanguage,
    sequence: state.sequence,
    cancelled: state.cancelled,
    publicUrl: kit.settings.publicUrl,
    stamp: isTold && record.announcedAt !== undefined ? new Date(record.announcedAt) : now,
  })
  return { name: `${id}.ics`, type: 'text/calendar; charset=utf-8', pieces: piecesOf(text) }
}

/** A webinar of a content file is there in every organisation, whether or not anything of it is kept there yet. */
async function tenantOf(kit: Kit, id: string, key: string): Promise<string | undefined> {
  const { people, webinars, installations } = kit.store
  const lists = await Promise.all([people, webinars, installations].map((records) => records.tenants()))
  // Hashed once more, so that how long the comparison takes tells nothing about the key.
  const given = hashed(kit, key)
  return lists.flat().find((tenant) => hashed(kit, keyOf(kit, tenant, id)) === given)
}

function keyOf(kit: Kit, tenant: string, id: string): string {
  return kit.opaque('webinar.ics', tenant, id)
}

function hashed(kit: Kit, key: string): string {
  return kit.opaque('webinar.ics.compare', key)
}

/** Whole in memory: it is small. */
async function* piecesOf(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text)
}
