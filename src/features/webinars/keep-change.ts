import type { WebinarRecord } from '../../domain/records.ts'
import { withChanges } from '../../domain/webinar.ts'
import type { Kit, Turn } from '../../kit.ts'
import type { Found } from './find-webinar.ts'

/** Keeps what HR changed, over what the content file or HR's form says. `edit` sees the webinar as it is at the write. */
export async function keepChange(
  { person }: Turn,
  kit: Kit,
  { webinar: { id }, record }: Found,
  edit: (webinar: Found['webinar']) => NonNullable<WebinarRecord['changed']>,
): Promise<void> {
  const written = kit.library().webinars.find((webinar) => webinar.id === id) ?? record?.made
  await kit.store.webinars.change(person.tenant, id, (current = { id, feedback: {} }) => {
    const now = current.made ?? written
    if (now === undefined) return current
    return { ...current, changed: { ...current.changed, ...edit(withChanges(now, current).webinar) } }
  })
}
