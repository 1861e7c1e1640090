import { audienceFaults, parseAudience, resolveAudience, type Audience, type Resolved } from '../../domain/audience.ts'
import { planBroadcast, type BroadcastPlan } from '../../domain/broadcast-plan.ts'
import { checkBroadcast, type Written } from '../../domain/broadcast.ts'
import { everybody, type Known } from '../../domain/directory.ts'
import type { Broadcast, Team } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'
import { faulty, faultText } from './fault-text.ts'
import { webinarsAhead } from './offered-webinars.ts'
import { wishOf } from './plan-sending.ts'

/** What HR chose and wrote. */
export type Draft = Written & Pick<Broadcast, 'audience' | 'at' | 'launch'>

export type Sources = { people: Iterable<Known>; teams: readonly Team[]; supervisors: ReadonlySet<string> | undefined }

/** A draft without a fault: whom it means and when it goes. */
export type Judged = { draft: Draft; plan: BroadcastPlan; resolved: Resolved }

/** @throws Refusal that tells all faults at once; nothing is stored */
export async function judge(turn: Turn, kit: Kit, id: string, given: Draft): Promise<Judged> {
  const { tools, themes } = kit.library()
  const webinars = await webinarsAhead(turn, kit)
  const { clean, faults } = checkBroadcast(given, {
    linkHosts: kit.settings.linkHosts,
    exists: {
      tool: (one) => tools.has(one),
      theme: (one) => themes.some((theme) => theme.id === one),
      webinar: (one) => webinars.some((webinar) => webinar.id === one),
    },
  })
  const draft: Draft = { ...clean, audience: given.audience, at: given.at }
  const audience = parseAudience(given.audience)
  const plan = planBroadcast(await wishOf(turn, kit, id, draft))
  const sources = await sourcesOf(kit, turn.person.tenant)
  const unknown = audience === undefined ? [] : audienceFaults(audience, sources.people, sources.teams)
  const lines = [
    ...faults.map((fault) => faultText(turn, fault)),
    ...(audience === undefined ? [turn.t('broadcasts.faults.audience')] : []),
    ...unknown.map((fault) => faultText(turn, fault)),
    ...('fault' in plan ? [turn.t(plan.fault)] : []),
  ]
  if (lines.length > 0 || audience === undefined || 'fault' in plan) throw faulty(turn, lines)
  const resolved = await resolve(turn, kit, { draft, audience, plan, sources })
  if (resolved.figures.total === 0) throw faulty(turn, [turn.t('broadcasts.faults.audienceEmpty')])
  return { draft, plan, resolved }
}

export async function sourcesOf(kit: Kit, tenant: string): Promise<Sources> {
  const { people, teams, staff } = kit.store
  const [records, all, imported, supervisors] = await Promise.all([
    people.list(tenant),
    teams.list(tenant),
    staff.get(tenant, 'all'),
    kit.supervisors(tenant),
  ])
  const { defaultLanguage } = kit.settings
  const named = supervisors ?? []
  return {
    people: everybody({ people: records, teams: all, staff: imported?.people ?? [], named, defaultLanguage }),
    teams: all,
    supervisors,
  }
}

export async function resolve(
  { person: { tenant } }: Turn,
  kit: Kit,
  { draft, audience, plan, sources }: { draft: Draft; audience: Audience; plan: BroadcastPlan; sources: Sources },
): Promise<Resolved> {
  const main = await kit.outbox.noticesInWeek(tenant, plan.sendAt)
  const advance = plan.advanceAt === undefined ? main : await kit.outbox.noticesInWeek(tenant, plan.advanceAt)
  const isLaunch = draft.launch !== undefined
  return resolveAudience({
    ...sources,
    audience,
    notice: isLaunch ? 'themes' : 'broadcasts',
    areSupervisorsFirst: isLaunch,
    override: draft.override !== '',
    plan,
    zone: kit.settings.timeZone,
    noticesInWeek: { main, advance },
  })
}
