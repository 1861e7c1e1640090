/** What is new in a launched theme, and when those who got it are told: product.md, “What changed”. */
import { weekOf } from './calendar.ts'
import type { Theme, Tool } from './content.ts'
import { DAY_MINUTES, momentOf, mondayOf } from './days.ts'
import type { LaunchRecord } from './records.ts'

const MINUTE_MS = 60_000
/** From the launch to the first line, and from one line to the next: at most monthly. */
const REST_DAYS = 30

/** The ids of tools that came to a theme, and of those that have a new version, in the order of the theme. */
export type ThemeChange = { theme: string; added: string[]; renewed: string[] }

/** The themes and the published tools. */
export type Bank = { themes: readonly Pick<Theme, 'id' | 'tools'>[]; tools: ReadonlyMap<string, Pick<Tool, 'version'>> }

/** What the recipients of a launch do not know yet. Undefined where that is nothing; what went away is not told. */
export function changeOf({ id, told }: LaunchRecord, { themes, tools }: Bank): ThemeChange | undefined {
  const published = themes.find((theme) => theme.id === id)?.tools.filter((tool) => tools.has(tool)) ?? []
  const added = published.filter((tool) => told[tool] === undefined)
  const renewed = published.filter((tool) => (tools.get(tool)?.version ?? 0) > (told[tool] ?? Infinity))
  return added.length + renewed.length === 0 ? undefined : { theme: id, added, renewed }
}

/** The versions of what is new, by id: what its readers know from then on. */
export function versionsOf({ added, renewed }: ThemeChange, { tools }: Bank): Record<string, number> {
  const versions = [...added, ...renewed].map((id) => [id, tools.get(id)?.version ?? 0] as const)
  return Object.fromEntries(versions)
}

/**
 * The change that is told next, of all launched themes of an organisation, and from when on: the one that has waited
 * longest, one a week, so that an update of the whole bank does not come as fourteen messages.
 */
export function nextChange(
  launches: readonly LaunchRecord[],
  bank: Bank,
  zone: string,
): { change: ThemeChange; from: Date } | undefined {
  const changed = launches.flatMap((launch) => {
    const change = changeOf(launch, bank)
    return change === undefined ? [] : [{ change, from: restsUntil(launch) }]
  })
  const [first] = changed.toSorted((one, other) => one.from.getTime() - other.from.getTime())
  const tellings = launches.flatMap(({ toldAt }) => (toldAt === undefined ? [] : [weekAfter(new Date(toldAt), zone)]))
  return first && { ...first, from: latest([first.from, ...tellings]) }
}

function restsUntil({ at, toldAt = at }: LaunchRecord): Date {
  return new Date(Date.parse(toldAt) + REST_DAYS * DAY_MINUTES * MINUTE_MS)
}

/** The Monday after, at midnight. */
function weekAfter(at: Date, zone: string): Date {
  return momentOf((mondayOf(weekOf(at, zone)) + 7) * DAY_MINUTES, zone)
}

function latest(all: readonly Date[]): Date {
  return new Date(Math.max(...all.map((one) => one.getTime())))
}
