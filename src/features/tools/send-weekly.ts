import { resolveAudience } from '../../domain/audience.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { everybody } from '../../domain/directory.ts'
import { LANGUAGES } from '../../domain/languages.ts'
import type { OrganisationRecord, PersonRecord } from '../../domain/records.ts'
import { wants } from '../../domain/wanted-notices.ts'
import { nextToolOfTheWeek, nextWeekly, openWeekly, type WeeklyMoment } from '../../domain/weekly.ts'
import type { Job, Kit } from '../../kit.ts'

/** One tool a week for each organisation, to those who said yes. Where the bot was down all that day, none. */
export const sendWeekly: Job = {
  name: 'tools.weekly',
  async next(_since, kit) {
    const now = kit.clock.now()
    const { calendar } = kit.settings
    const today = openWeekly(now, calendar)
    if (today !== undefined && (await hasAny(kit, today.week))) return today.at
    // Who wants it is looked up on its day alone: this is asked every second.
    return (await isAnyLaunched(kit)) ? nextWeekly(now, calendar) : undefined
  },
  async run(_due, kit) {
    const now = kit.clock.now()
    const today = openWeekly(now, kit.settings.calendar)
    if (today === undefined) return
    for (const tenant of await kit.store.launches.tenants()) {
      if (!(await isLeft(kit, tenant, today.week))) continue
      await sendTo(kit, tenant, today).catch((error: unknown) => {
        kit.report(error)
      })
    }
  },
}

async function isAnyLaunched({ store: { launches } }: Kit): Promise<boolean> {
  const lists = await Promise.all((await launches.tenants()).map((tenant) => launches.list(tenant)))
  return lists.some((list) => list.length > 0)
}

/** Whether any organisation has launched a theme, has somebody who said yes, and has not had the tool of this week. */
async function hasAny(kit: Kit, week: string): Promise<boolean> {
  for (const tenant of await kit.store.launches.tenants()) if (await isLeft(kit, tenant, week)) return true
  return false
}

async function isLeft(kit: Kit, tenant: string, week: string): Promise<boolean> {
  if ((await kit.store.launches.list(tenant)).length === 0) return false
  const had = toolOf(await kit.store.organisations.get(tenant, 'all'), week)
  // Chosen and not handed over: a crash came between.
  const isDone = had === '' || (had && (await kit.store.mailings.get(tenant, mailingId(kit, tenant, week))))
  return !isDone && (await allWanting(kit, tenant)).length > 0
}

/** The tool is written down first, so that a crash does not make it another one; the mailing goes once for its week. */
async function sendTo(kit: Kit, tenant: string, { week, at }: WeeklyMoment): Promise<void> {
  const { organisations, launches, trials } = kit.store
  const tool = nextToolOfTheWeek({
    library: kit.library(),
    launches: await launches.list(tenant),
    organisation: await organisations.get(tenant, 'all'),
    trials: await trials.list(tenant),
    now: at,
  })
  const organisation = await organisations.change(tenant, 'all', (current = { id: 'all', weekly: [] }) =>
    toolOf(current, week) === undefined
      ? { ...current, weekly: [...current.weekly, { tool: tool?.id ?? '', week }] }
      : current,
  )
  const chosen = toolOf(organisation, week) ?? ''
  if (chosen === '') return
  const mailing = {
    id: mailingId(kit, tenant, week),
    kind: 'tools.weekly',
    does: 'post' as const,
    message: { verb: 'tools.week', tool: chosen },
    language: kit.settings.defaultLanguage,
    at: kit.clock.now().toISOString(),
    atAnyHour: false,
    isSameForAll: true,
    keepsCopies: false,
    notice: 'weekly' as const,
  }
  await kit.outbox.post(tenant, mailing, await recipients(kit, tenant))
}

function toolOf(organisation: OrganisationRecord | undefined, week: string): string | undefined {
  return organisation?.weekly.find((one) => one.week === week)?.tool
}

function mailingId(kit: Kit, tenant: string, week: string): string {
  return kit.opaque('tools.weekly', tenant, week)
}

async function allWanting(kit: Kit, tenant: string): Promise<PersonRecord[]> {
  return (await kit.store.people.list(tenant)).filter((record) => wants(record, 'weekly'))
}

/** Everybody who said yes, those included that are skipped, with the reason. */
async function recipients(kit: Kit, tenant: string): Promise<Iterable<Delivery>> {
  const people = await allWanting(kit, tenant)
  const ids = new Set(people.map(({ id }) => id))
  const teams = await kit.store.teams.list(tenant)
  const { defaultLanguage, timeZone: zone } = kit.settings
  const now = kit.clock.now()
  const had = await kit.outbox.noticesInWeek(tenant, now)
  return resolveAudience({
    // Whoever said yes, in whatever language: nobody gets it ahead of the others.
    audience: LANGUAGES.map((language) => ({ kind: 'language', language })),
    people: [...everybody({ people, teams, staff: [], defaultLanguage })].filter(({ id }) => ids.has(id)),
    teams,
    supervisors: undefined,
    notice: 'weekly',
    override: false,
    plan: { sendAt: now },
    zone,
    noticesInWeek: { main: had, advance: had },
  }).main
}
