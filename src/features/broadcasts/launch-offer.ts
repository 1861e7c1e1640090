import type { Launch, Theme, Tool, Webinar } from '../../domain/content.ts'
import { firstToolOf, lacksForLaunch, webinarOfLaunch, type Lack } from '../../domain/launch.ts'
import { allWebinarsOf } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'

/** A theme with what it is launched with, as things stand now. */
export type Offer = {
  theme: Theme
  launch: Launch | undefined
  tool: Tool | undefined
  webinar: Webinar | undefined
  /** Why it has no webinar, by its content: empty where nothing is said. */
  waiver: string
  /** `waiver` is HR's own reason; that of the content stands in for it. */
  lacks: (waiver: string) => Lack[]
}

/** Every published theme, in the order of the list. */
export async function offersOf(kit: Kit, tenant: string): Promise<Offer[]> {
  const { themes, tools, launches, webinars: written } = kit.library()
  const now = kit.clock.now()
  const webinars = allWebinarsOf(written, await kit.store.webinars.list(tenant)).map(({ webinar }) => webinar)
  return themes.map((theme) => {
    const launch = launches.get(theme.id)
    const webinar = webinarOfLaunch(theme, launch, webinars, now)
    const waiver = launch?.waiver ?? ''
    return {
      theme,
      launch,
      tool: firstToolOf(theme, launch, tools),
      webinar,
      waiver,
      lacks: (given) => lacksForLaunch({ theme, webinar, waiver: given || waiver }, tools, now),
    }
  })
}

/** When each theme was launched, or is going to be, by its id. */
export async function launchMoments(kit: Kit, tenant: string): Promise<Map<string, Date>> {
  const [launched, broadcasts] = await Promise.all([kit.store.launches.list(tenant), kit.store.broadcasts.list(tenant)])
  const underWay = broadcasts.flatMap(({ launch, state, withdrawn, plan, theme }) => {
    const stands = launch !== undefined && !withdrawn && (state === 'approving' || state === 'confirmed')
    return stands && plan !== undefined ? [{ id: theme, at: plan.advanceAt || plan.sendAt }] : []
  })
  const moments = [...launched, ...underWay].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
  return new Map(moments.map(({ id, at }) => [id, new Date(at)]))
}
