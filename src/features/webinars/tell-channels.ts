import type { Delivery } from '../../domain/delivery.ts'
import type { LaunchRecord } from '../../domain/records.ts'
import { nextReminderAt, reminderDue } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import { keepAnnounced, markSent } from './attendance.ts'
import type { Duty, Followed } from './follow-webinars.ts'
import { messageOf, postMessage } from './post-message.ts'

/** A line on the day before, in the channels that got the theme of the webinar: once for each date that it is on. */
export const tellChannels: Duty = {
  async dueAt(followed, now, kit) {
    const { found } = followed
    if (found === undefined || found.record?.sent?.includes(markOf(followed)) === true) return undefined
    const dues = (await launchesOf(followed, kit)).flatMap(({ since }) => {
      const asked = { since, now, calendar: kit.settings.calendar }
      const webinar = { ...found.webinar, reminders: ['P1D' as const] }
      return reminderDue(webinar, asked)?.at ?? nextReminderAt(webinar, asked) ?? []
    })
    return dues.toSorted((one, other) => +one - +other)[0]
  },

  async fulfil(followed, _, kit) {
    const { tenant, id, found } = followed
    if (found === undefined) return
    const mark = markOf(followed)
    await keepAnnounced(kit, tenant, found)
    const deliveries = (await launchesOf(followed, kit)).flatMap(({ channels }) =>
      channels.map((to): Delivery => ({ to, state: 'pending' })),
    )
    const mailing = {
      id: kit.opaque('webinars.soon', tenant, id, mark),
      kind: 'webinars.soon',
      message: messageOf(id, 'soon'),
    }
    await postMessage(kit, tenant, mailing, deliveries)
    await markSent(kit, tenant, id, mark)
  },
}

/** The launches of which this is the webinar, with the moment since when their channels know of it. */
async function launchesOf({ tenant, id }: Followed, kit: Kit): Promise<(LaunchRecord & { since: Date })[]> {
  const its: LaunchRecord[] = []
  for (const record of await kit.store.launches.list(tenant)) {
    if (record.channels.length > 0 && (await launchedWebinar(kit, tenant, record)) === id) its.push(record)
  }
  return Promise.all(
    its.map(async (record) => {
      const toChannels = await kit.store.mailings.get(tenant, record.broadcast)
      return { ...record, since: new Date(toChannels?.at ?? record.at) }
    }),
  )
}

/** The webinar that the card of a launch showed: HR may have made it; else the one that the content names. */
export async function launchedWebinar(kit: Kit, tenant: string, launch: LaunchRecord): Promise<string | undefined> {
  const { webinar = '' } = (await kit.store.broadcasts.get(tenant, launch.broadcast)) ?? {}
  return webinar === '' ? kit.library().launches.get(launch.id)?.webinar : webinar
}

function markOf({ found }: Followed): string {
  return `soon-${found?.record?.announced?.sequence ?? 0}`
}
