import { weekNumber } from '../../domain/daily.ts'
import type { Theme, Video } from '../../domain/content.ts'
import { webinarOfLaunch } from '../../domain/launch.ts'
import { toolLine } from '../../domain/tool-facts.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { allWebinarsOf, timesText } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'

/** A theme: why it matters now, its tools in the order in which to try them, and one bite of theory, another each week. */
export async function showTheme(turn: Turn, kit: Kit, { theme: id }: { theme: string }): Promise<Answer> {
  const { language, t } = turn
  const library = kit.library()
  const theme = library.themes.find((one) => one.id === id)
  if (theme === undefined) throw new Refusal(t('refusals.notFound'))
  const { name, why, order, hr } = theme.text[language]
  const isHr = turn.place.kind === 'own' && (await kit.roles(turn.person)).has('hr')
  const tools = theme.tools.flatMap((tool) => library.tools.get(tool) ?? [])
  const bites = theme.theory.flatMap((theory) => library.theories.get(theory) ?? [])
  const theories = bites.filter((_, at) => at === weekNumber(turn.now, kit.settings.timeZone) % bites.length)
  return {
    notice: t('theme.opened', { name }),
    open: {
      card: 'theme',
      language,
      summary: t('theme.summary', { name }),
      show: { verb: 'themes.show', theme: id },
      data: {
        name,
        why,
        order,
        hr: isHr ? hr : '',
        webinars: await webinarAhead(turn, kit, theme),
        videos: theme.video === undefined ? [] : [videoOf(theme.video, turn)],
        icon: theme.icon,
        image: `${kit.settings.publicUrl}/images/${theme.id}.png`,
        imageAlt: t('theme.imageAlt', { name }),
        tools: tools.map((tool, index) => ({
          number: index + 1,
          id: tool.id,
          title: tool.text[language].title,
          summary: tool.text[language].summary,
          facts: toolLine(tool, language, t),
        })),
        theories: theories.map((theory) => {
          const text = theory.text[language]
          return {
            title: text.title,
            paragraphs: text.body.split(/\n{2,}/).map((paragraph) => paragraph.replaceAll('\n', ' ').trim()),
            question: text.question,
            source: text.source,
          }
        }),
      },
    },
  }
}

/** The webinar of the theme that is ahead: one line that opens it. */
async function webinarAhead({ language, zone, now, person }: Turn, kit: Kit, theme: Theme) {
  const { webinars, launches } = kit.library()
  const all = allWebinarsOf(webinars, await kit.store.webinars.list(person.tenant)).map(({ webinar }) => webinar)
  const webinar = webinarOfLaunch(theme, launches.get(theme.id), all, now)
  if (webinar === undefined) return []
  const subject = breakBraces(webinar.text[language].title)
  return [{ webinar: webinar.id, subject, when: timesText(webinar, language, zone) }]
}

function videoOf({ link, poster, alt, minutes, captions, login_required: login }: Video, { language, t }: Turn) {
  const names = new Intl.DisplayNames(language, { type: 'language' })
  const languages = new Intl.ListFormat(language).format(captions.flatMap((code) => names.of(code) ?? []))
  const captioned = captions.length === 0 ? t('theme.noCaptions') : t('theme.captions', { languages })
  return { link, poster, alt: alt[language], facts: `${t('common.minutes', { minutes })} · ${captioned}`, login }
}
