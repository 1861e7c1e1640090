import { DateTime } from 'luxon'
import { dateText } from '../../domain/dates.ts'
import { isQuiet } from '../../domain/quiet.ts'
import type { PersonRecord } from '../../domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** What one person wants is neither shown nor changed where others read. @throws Refusal that says where to write */
export function demandOwnChat({ place, t }: Turn, word: 'settings' | 'quiet' = 'settings'): void {
  if (place.kind !== 'own') throw new Refusal(t('notices.refusals.here', { word: t(`notices.words.${word}`) }))
}

export async function readOwn({ person }: Turn, kit: Kit): Promise<PersonRecord> {
  return (await kit.store.people.get(person.tenant, person.id)) ?? fresh(person)
}

/** Changes the person's record; nothing is written where `edit` gives back what it got. */
export async function changeOwn(
  { person }: Turn,
  kit: Kit,
  edit: (current: PersonRecord) => PersonRecord,
): Promise<void> {
  await kit.store.people.change(person.tenant, person.id, (stored) => {
    const current = stored ?? fresh(person)
    const next = edit(current)
    return next === current ? stored : next
  })
}

function fresh({ id, userId }: Turn['person']): PersonRecord {
  return { id, userId }
}

/** Whether the person is on a break, and a sentence that says so. */
export function pauseOf(
  { t, now, language }: Turn,
  kit: Kit,
  record: PersonRecord,
): { isPaused: boolean; state: string } {
  const { timeZone: zone } = kit.settings
  const { quietUntil = '' } = record
  if (!isQuiet(record, now, zone)) return { isPaused: false, state: t('notices.pause.none') }
  const date = dateText(DateTime.fromISO(quietUntil, { zone }).toJSDate(), zone, language)
  return { isPaused: true, state: t('notices.pause.until', { date }) }
}
