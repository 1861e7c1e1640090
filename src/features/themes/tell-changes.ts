import { parseAudience, resolveAudience } from '../../domain/audience.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { everybody } from '../../domain/directory.ts'
import type { LaunchRecord, Team } from '../../domain/records.ts'
import { nextChange, versionsOf, type ThemeChange } from '../../domain/theme-changes.ts'
import { nextWeekly, openWeekly } from '../../domain/weekly.ts'
import type { Job, Kit } from '../../kit.ts'

/** Tells those who got a theme what is new in it: on the day of the tool of the week, one theme a week. */
export const tellChanges: Job = {
  name: 'themes.launch',
  async next(_since, kit) {
    const now = kit.clock.now()
    const { calendar } = kit.settings
    const starts = (await changesByTenant(kit)).map(({ from }) => from.getTime())
    if (starts.length === 0) return undefined
    const from = new Date(Math.min(...starts))
    const today = openWeekly(now, calendar)
    return today !== undefined && from <= now ? today.at : nextWeekly(from > now ? from : now, calendar)
  },
  async run(_due, kit) {
    const now = kit.clock.now()
    if (openWeekly(now, kit.settings.calendar) === undefined) return
    for (const { tenant, change, from } of await changesByTenant(kit)) {
      if (from > now) continue
      await tell(kit, tenant, change).catch((error: unknown) => {
        kit.report(error)
      })
    }
  },
}

/** What each organisation is told next, and from when on. */
async function changesByTenant(kit: Kit): Promise<{ tenant: string; change: ThemeChange; from: Date }[]> {
  const { launches } = kit.store
  const all = (await launches.tenants()).map(async (tenant) => {
    const next = nextChange(await launches.list(tenant), kit.library(), kit.settings.timeZone)
    return next === undefined ? [] : [{ tenant, ...next }]
  })
  return (await Promise.all(all)).flat()
}

/**
 * The mailing is of the theme and its new versions, and is handed over before they count as told. It is kept for a month,
 * longer than to the next day on which a crash in between would hand it over again.
 */
async function tell(kit: Kit, tenant: string, change: ThemeChange): Promise<void> {
  const { launches } = kit.store
  const now = kit.clock.now()
  const launch = await launches.get(tenant, change.theme)
  if (launch === undefined) return
  const versions = versionsOf(change, kit.library())
  const mailing = {
    id: kit.opaque('themes.changes', tenant, change.theme, JSON.stringify(versions)),
    kind: 'themes.changes',
    does: 'post' as const,
    message: { verb: 'themes.changes', ...change },
    language: kit.settings.defaultLanguage,
    at: now.toISOString(),
    atAnyHour: false,
    isSameForAll: true,
    keepsCopies: true,
    notice: 'themes' as const,
  }
  await kit.outbox.post(tenant, mailing, await recipients(kit, tenant, launch))
  await launches.change(tenant, launch.id, (current) => {
    // Another process was quicker: the month to the next line counts from then.
    const isTold = Object.entries(versions).every(([id, version]) => (current?.told[id] ?? 0) >= version)
    if (current === undefined || isTold) return current
    return { ...current, told: { ...current.told, ...versions }, toldAt: now.toISOString() }
  })
}

/** The people whom the launch means now, and the channels that got it. */
async function recipients(kit: Kit, tenant: string, { audience, channels }: LaunchRecord): Promise<Delivery[]> {
  const { people, teams, staff } = kit.store
  const { defaultLanguage, timeZone: zone } = kit.settings
  const now = kit.clock.now()
  const [known, imported, supervisors, had] = await Promise.all([
    teams.list(tenant),
    staff.get(tenant, 'all'),
    kit.supervisors(tenant),
    kit.outbox.noticesInWeek(tenant, now),
  ])
  const sources = { people: await people.list(tenant), teams: known, staff: imported?.people ?? [] }
  const { main, advance } = resolveAudience({
    audience: parseAudience(audience) ?? [],
    people: everybody({ ...sources, named: supervisors ?? [], defaultLanguage }),
    teams: known,
    supervisors,
    notice: 'themes',
    override: false,
    plan: { sendAt: now },
    zone,
    noticesInWeek: { main: had, advance: had },
    areSupervisorsFirst: true,
  })
  const persons = [...advance, ...main].filter(({ to }) => 'person' in to)
  return [...persons, ...channels.map((channel) => channelDelivery(channel, known))]
}

function channelDelivery(to: LaunchRecord['channels'][number], teams: readonly Team[]): Delivery {
  const channel = teams.flatMap((team) => team.channels).find(({ id }) => id === to.conversation)
  if (channel === undefined) return { to, state: 'skipped', reason: 'notInstalled' }
  return channel.isRetired === true ? { to, state: 'skipped', reason: 'retired' } : { to, state: 'pending' }
}
