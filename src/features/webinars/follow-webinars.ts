import type { SignUp } from '../../domain/records.ts'
import type { Job, Kit } from '../../kit.ts'
import { signUpsOf } from './attendance.ts'
import { webinarById, type Found } from './find-webinar.ts'
import { remindPeople } from './remind-people.ts'
import { tellAfterwards } from './tell-afterwards.ts'
import { launchedWebinar, tellChannels } from './tell-channels.ts'
import { hasNews, tellNews } from './tell-news.ts'
import { areSeatsToTell, tellSeats } from './tell-seats.ts'

/** A webinar that somebody signed up for or was told of. `found` is undefined where it is in no file any more. */
export type Followed = { tenant: string; id: string; found: Found | undefined; signUps: SignUp[] }

/** One of the things that come due in the life of a webinar. */
export type Duty = {
  /** When it is next due; a moment gone by stays the same until it is done. */
  dueAt: (followed: Followed, now: Date, kit: Kit) => Promise<Date | undefined> | Date | undefined
  /** Safe to repeat after a crash. */
  fulfil: (followed: Followed, now: Date, kit: Kit) => Promise<void>
}

/** Due since ever: what was changed by card or file has no time of its own. */
const AT_ONCE = new Date(0)

const tellingNews: Duty = {
  async dueAt({ tenant, id, found }, now, kit) {
    const record = found?.record ?? (await kit.store.webinars.get(tenant, id))
    return hasNews(record?.announced, found?.webinar, now) ? AT_ONCE : undefined
  },
  fulfil: ({ tenant, id }, _, kit) => tellNews(kit, tenant, id),
}

const tellingSeats: Duty = {
  dueAt: ({ found }, now) => (found !== undefined && areSeatsToTell(found, now) ? AT_ONCE : undefined),
  fulfil: ({ tenant, id }, _, kit) => tellSeats(kit, tenant, id),
}

/** News first: what follows goes by the times that people know. */
const DUTIES: readonly Duty[] = [tellingNews, tellingSeats, remindPeople, tellChannels, tellAfterwards]

/** Reminds, tells what changed, and brings what is left of a webinar to those who signed up. */
export const followWebinars: Job = {
  name: 'webinars.remind',
  async next(_, kit) {
    const now = kit.clock.now()
    let first: Date | undefined
    for (const followed of await allFollowed(kit)) {
      for (const duty of DUTIES) {
        const due = await duty.dueAt(followed, now, kit)
        if (due !== undefined && (first === undefined || due < first)) first = due
      }
    }
    return first
  },
  async run(_, kit) {
    const now = kit.clock.now()
    for (const followed of await allFollowed(kit)) {
      await fulfilDue(kit, followed, now).catch((error: unknown) => {
        kit.report(error)
      })
    }
  },
}

/** What one duty wrote, the next one sees. */
async function fulfilDue(kit: Kit, before: Followed, now: Date): Promise<void> {
  let followed = before
  for (const duty of DUTIES) {
    const due = await duty.dueAt(followed, now, kit)
    if (due === undefined || due > now) continue
    await duty.fulfil(followed, now, kit)
    const { tenant, id } = followed
    followed = { tenant, id, found: await webinarById(kit, tenant, id), signUps: await signUpsOf(kit, tenant, id) }
  }
}

/** Those of which something is kept, and those with which a theme was launched. */
async function allFollowed(kit: Kit): Promise<Followed[]> {
  const { webinars, launches, signUps } = kit.store
  const tenants = new Set([...(await webinars.tenants()), ...(await launches.tenants())])
  const all: Followed[] = []
  for (const tenant of tenants) {
    const kept = (await webinars.list(tenant)).map(({ id }) => id)
    const launched = await Promise.all((await launches.list(tenant)).map((one) => launchedWebinar(kit, tenant, one)))
    // Listed once for all: this is asked every second.
    const its = Map.groupBy(await signUps.list(tenant), ({ webinar }) => webinar)
    for (const id of new Set([...kept, ...launched.filter((one) => one !== undefined)])) {
      all.push({ tenant, id, found: await webinarById(kit, tenant, id), signUps: its.get(id) ?? [] })
    }
  }
  return all
}
