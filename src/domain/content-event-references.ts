/** What webinars and launches name: their theme, its tools, the webinar of a launch. */
import { error, fileOf, type Finding } from './content-findings.ts'
import { unknownIds } from './content-references.ts'
import type { Content, Launch, Theme, Webinar } from './content.ts'
import { FEWEST_TOOLS } from './launch.ts'

export function eventReferences(content: Content): Finding[] {
  return [
    ...content.themes.flatMap((theme) => webinarOfTheme(fileOf.theme(theme), theme.webinar, theme.id, content)),
    ...content.webinars.flatMap((webinar) => webinarReferences(webinar, content)),
    ...content.launches.flatMap((launch) => launchReferences(launch, content)),
    ...launchedTwice(content.launches),
  ]
}

function webinarReferences(webinar: Webinar, content: Content): Finding[] {
  const file = fileOf.webinar(webinar)
  return [
    ...unknownIds({ file, field: 'theme' }, [webinar.theme], content.themes, content),
    ...unknownIds({ file, field: 'tools' }, webinar.tools, content.tools, content),
  ]
}

function launchReferences(launch: Launch, content: Content): Finding[] {
  const file = fileOf.launch(launch)
  const { theme: themeId, first_tool: first, webinar } = launch
  const theme = content.themes.find(({ id }) => id === themeId)
  return [
    ...unknownIds({ file, field: 'theme' }, [themeId], content.themes, content),
    ...unknownIds({ file, field: 'first_tool' }, [first], content.tools, content),
    ...(theme ? toolsOfLaunch(file, launch, theme, content) : []),
    ...webinarOfTheme(file, webinar, themeId, content),
  ]
}

function toolsOfLaunch(file: string, launch: Launch, theme: Theme, { tools, refused }: Content): Finding[] {
  const { first_tool: first, state } = launch
  const isListed = theme.tools.includes(first) || tools.every(({ id }) => id !== first)
  const isThere = (id: string) => refused.has(id) || tools.some((tool) => tool.id === id && tool.state === 'published')
  const count = theme.tools.filter(isThere).length
  const place = { file, field: 'theme' }
  return [
    ...(isListed ? [] : [error({ file, field: 'first_tool' }, 'not-in-theme', { id: first, theme: theme.id })]),
    ...(state === 'published' && theme.state !== 'published'
      ? [error(place, 'theme-unpublished', { theme: theme.id })]
      : []),
    ...(state === 'published' && count < FEWEST_TOOLS
      ? [error(place, 'few-published', { count, limit: FEWEST_TOOLS })]
      : []),
  ]
}

function webinarOfTheme(file: string, id: string | undefined, themeId: string, content: Content): Finding[] {
  if (id === undefined) return []
  const place = { file, field: 'webinar' }
  const webinar = content.webinars.find((one) => one.id === id)
  const isOthers = webinar !== undefined && webinar.theme !== themeId
  return [
    ...unknownIds(place, [id], content.webinars, content),
    ...(isOthers ? [error(place, 'other-theme', { id, theme: webinar.theme })] : []),
  ]
}

function launchedTwice(launches: readonly Launch[]): Finding[] {
  return launches.flatMap((launch, index) => {
    const first = launches.findIndex(({ theme }) => theme === launch.theme)
    return first === index
      ? []
      : [error({ file: fileOf.launch(launch), field: 'theme' }, 'twice', { id: launch.theme })]
  })
}
