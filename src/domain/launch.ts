/** The launch of a theme: what it needs, when supervisors and channels get it, and the tool of the week that follows. */
import { planBroadcast, type BroadcastPlan, type Wish } from './broadcast-plan.ts'
import type { Launch, Phase, Theme, Tool, Webinar } from './content.ts'
import { DAY_MINUTES, momentOf, wallOf } from './days.ts'
import { LANGUAGES, type InLanguages } from './languages.ts'
import type { BroadcastText } from './records.ts'
import { stageOf, type Timing } from './webinar.ts'

export const FEWEST_TOOLS = 3

/** Days from supervisors to channels: contract.md, `themes.launch`. */
export const CHANNEL_DELAY = { from: 0, to: 14, usual: 2 }

/** Who gets a launch where HR says nothing else. */
export const USUAL_AUDIENCE = 'supervisors,channels'

/** What a theme still lacks before it can be launched. */
export type Lack = 'languages' | 'tools' | 'webinar'

/**
 * What is missing: three languages, three published tools, and a webinar that is still ahead, or the reason for having
 * none. `published` are the published tools; `waiver` is empty where no reason was given.
 */
export function lacksForLaunch(
  { theme, webinar, waiver }: { theme: Theme; webinar: Timing | undefined; waiver: string },
  published: ReadonlyMap<string, Tool>,
  now: Date,
): Lack[] {
  const { text, tools } = theme
  return [
    ...(LANGUAGES.every((language) => Object.values(text[language]).every((words) => words.trim() !== ''))
      ? []
      : ['languages' as const]),
    ...(tools.filter((id) => published.has(id)).length >= FEWEST_TOOLS ? [] : ['tools' as const]),
    ...((webinar !== undefined && isAhead(webinar, now)) || waiver.trim() !== '' ? [] : ['webinar' as const]),
  ]
}

/** Whether one can still sign up for a webinar and join it. */
export function isAhead(webinar: Timing, now: Date): boolean {
  return ['ahead', 'joinable'].includes(stageOf(webinar, now))
}

/**
 * The webinar that a theme is launched with: the one that its launch or the theme names, while it is ahead; else the first
 * of the theme that is. `webinars` are as they stand now, the first to start first.
 */
export function webinarOfLaunch(
  theme: Theme,
  launch: Launch | undefined,
  webinars: readonly Webinar[],
  now: Date,
): Webinar | undefined {
  const ahead = webinars.filter((webinar) => isAhead(webinar, now))
  const named = launch?.webinar ?? theme.webinar
  return ahead.find(({ id }) => id === named) ?? ahead.find((one) => one.theme === theme.id && one.kind === 'webinar')
}

/** The tool to begin with: the one that the launch names, or the first of the theme that is published. */
export function firstToolOf(
  theme: Theme,
  launch: Launch | undefined,
  published: ReadonlyMap<string, Tool>,
): Tool | undefined {
  const ids = launch === undefined ? theme.tools : [launch.first_tool, ...theme.tools]
  return ids.map((id) => published.get(id)).find((tool) => tool !== undefined)
}

/** What a launch says in each language: the name of the theme and why it comes now, by its launch or by the theme itself. */
export function launchTexts(theme: Theme, launch: Launch | undefined): InLanguages<BroadcastText> {
  const of = (language: keyof typeof theme.text) => ({
    title: theme.text[language].name,
    body: launch?.text[language].why_now ?? theme.text[language].why,
  })
  return { fi: of('fi'), sv: of('sv'), en: of('en') }
}

export type LaunchPlan = { supervisorsAt: Date; channelsAt?: Date }

/**
 * When a launch goes out: to supervisors as a broadcast does, to channels so many days later at the same local time, both
 * on working days within the window and one a day. With no days between, both come at one moment, supervisors first in
 * the order of sending. `hasChannels` is false where the audience has none.
 */
export function planLaunch(
  wish: Omit<Wish, 'hasAdvance'> & { channelDelayDays: number; hasChannels: boolean },
): LaunchPlan | Exclude<ReturnType<typeof planBroadcast>, BroadcastPlan> {
  const { channelDelayDays, hasChannels, ...asked } = wish
  const first = planBroadcast({ ...asked, hasAdvance: false })
  if ('fault' in first) return first
  const supervisorsAt = first.sendAt
  if (!hasChannels) return { supervisorsAt }
  const { zone } = wish.calendar
  const from = momentOf(wallOf(supervisorsAt, zone) + channelDelayDays * DAY_MINUTES, zone)
  const then = planBroadcast({ ...asked, wanted: 'now', now: from, hasAdvance: false })
  return 'fault' in then ? then : { supervisorsAt, channelsAt: then.sendAt }
}

/** A theme with the ISO time of its launch. */
export type Launched = { theme: Pick<Theme, 'id' | 'phase' | 'tools'>; at: string }

export type Choice = {
  launched: readonly Launched[]
  /** The published tools. */
  tools: ReadonlyMap<string, Tool>
  /** Ids of those that came as a tool of the week, or with a launch, already: none comes twice. */
  sent: ReadonlySet<string>
  /** Ids of those that the person or the organisation has opened or tried by themselves: they come last. */
  used: ReadonlySet<string>
  /** What the organisation is going through, where HR has said so. */
  phase: Phase | undefined
}

/**
 * The next tool of the week: unused ones first, then those that fit the phase, then those of the theme launched last, in
 * the order of the theme. The same input gives the same tool. Undefined once all have come.
 */
export function toolOfTheWeek({ launched, tools, sent, used, phase }: Choice): Tool | undefined {
  const candidates = launched.flatMap(({ theme, at }) =>
    theme.tools.flatMap((id, place) => {
      const tool = tools.get(id)
      if (tool === undefined || sent.has(id)) return []
      return [{ tool, place, at, theme: theme.id, isUsed: used.has(id), misfit: misfit(tool, theme, phase) }]
    }),
  )
  const [next] = candidates.toSorted(
    (one, other) =>
      Number(one.isUsed) - Number(other.isUsed) ||
      one.misfit - other.misfit ||
      compare(other.at, one.at) ||
      compare(one.theme, other.theme) ||
      one.place - other.place,
  )
  return next?.tool
}

/** Those that fit the phase first, otherwise in the order in which they came. For the theme list, and ties of the search. */
export function inPhaseOrder<T extends { phase: readonly Phase[] }>(
  items: readonly T[],
  phase: Phase | undefined,
): T[] {
  const misses = ({ phase: fits }: T) => Number(phase !== undefined && !fits.includes(phase))
  return items.toSorted((one, other) => misses(one) - misses(other))
}

/** 0 where the tool and its theme fit the phase, 1 where the tool alone, 2 where the theme alone, 3 where neither. */
function misfit(tool: Tool, theme: Launched['theme'], phase: Phase | undefined): number {
  if (phase === undefined) return 0
  return (tool.phase.includes(phase) ? 0 : 2) + (theme.phase.includes(phase) ? 0 : 1)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
