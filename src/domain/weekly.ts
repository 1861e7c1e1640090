/** The tool of the week: when it comes, and which one. product.md, “The rhythm of a week”. */
import { isWorkingDay, nextSendMoment, weekOf, type WorkCalendar } from './calendar.ts'
import type { Tool } from './content.ts'
import { DAY_MINUTES, dayOf, minutesOf, momentOf, mondayOf, wallOf } from './days.ts'
import { firstToolOf, toolOfTheWeek } from './launch.ts'
import type { Library } from './library.ts'
import type { LaunchRecord, OrganisationRecord, Trial } from './records.ts'

const USUAL_TIME = '09:00'
/** Days from Monday. */
const [TUESDAY, FRIDAY] = [1, 4]
/** The longest quiet time is far shorter. */
const LOOK_AHEAD_WEEKS = 110

/** An ISO week with its moment. */
export type WeeklyMoment = { week: string; at: Date }

/**
 * When what comes weekly comes in an ISO week: Tuesday 9.00, held to the window, or the same time on the first working
 * day after it. Undefined where that week has none: nothing comes, and nothing is made up for.
 */
export function weeklyMoment(week: string, calendar: WorkCalendar): Date | undefined {
  const { from, to } = calendar.window
  const time = Math.min(Math.max(minutesOf(USUAL_TIME), minutesOf(from)), minutesOf(to))
  for (let day = mondayOf(week) + TUESDAY; day <= mondayOf(week) + FRIDAY; day++) {
    const at = momentOf(day * DAY_MINUTES + time, calendar.zone)
    if (isWorkingDay(at, calendar)) return at
  }
  return undefined
}

/**
 * The weekly moment of today once it has come, as long as the day's window is open: what was missed because the bot was
 * down still comes then. Later it is skipped.
 */
export function openWeekly(now: Date, calendar: WorkCalendar): WeeklyMoment | undefined {
  const { zone } = calendar
  const week = weekOf(now, zone)
  const at = weeklyMoment(week, calendar)
  if (at === undefined || at > now || dayOf(wallOf(at, zone)) !== dayOf(wallOf(now, zone))) return undefined
  return nextSendMoment(now, calendar) > now ? undefined : { week, at }
}

/** The first weekly moment after `after`. @throws RangeError where the calendar never has one */
export function nextWeekly(after: Date, calendar: WorkCalendar): Date {
  const { zone } = calendar
  const monday = mondayOf(weekOf(after, zone))
  for (let ahead = 0; ahead < LOOK_AHEAD_WEEKS; ahead++) {
    const noon = momentOf((monday + 7 * ahead) * DAY_MINUTES + DAY_MINUTES / 2, zone)
    const at = weeklyMoment(weekOf(noon, zone), calendar)
    if (at !== undefined && at > after) return at
  }
  throw new RangeError('The calendar has no working day')
}

type Sources = {
  library: Pick<Library, 'tools' | 'themes' | 'launches'>
  launches: readonly LaunchRecord[]
  organisation: OrganisationRecord | undefined
  trials: readonly Pick<Trial, 'tool'>[]
  now: Date
}

/**
 * The tool of the next week, of the themes launched by now. None that came before, with a launch or as a tool of the
 * week; those that somebody tried by themselves come last. Undefined once all have come.
 */
export function nextToolOfTheWeek({ library, launches, organisation, trials, now }: Sources): Tool | undefined {
  const launched = launches.flatMap(({ id, at }) => {
    const theme = library.themes.find((one) => one.id === id)
    return theme === undefined || new Date(at) > now ? [] : [{ theme, at }]
  })
  const withLaunch = launched.flatMap(
    ({ theme }) => firstToolOf(theme, library.launches.get(theme.id), library.tools)?.id ?? [],
  )
  return toolOfTheWeek({
    launched,
    tools: library.tools,
    sent: new Set([...withLaunch, ...(organisation?.weekly.map(({ tool }) => tool) ?? [])]),
    used: new Set(trials.map(({ tool }) => tool)),
    phase: organisation?.phase,
  })
}
