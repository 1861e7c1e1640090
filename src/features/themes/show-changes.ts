import type { Tool } from '../../domain/content.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'

const NAMED = 3

type Told = { theme: string; added: string[]; renewed: string[] }

/** What is new in a launched theme, as one line: new tools and new versions, three of each by name. */
export async function showChanges(turn: Turn, kit: Kit, { theme: id, ...told }: Told): Promise<Answer> {
  const { language, t, place } = turn
  const { themes, tools } = kit.library()
  const theme = themes.find((one) => one.id === id)
  const [added = [], renewed = []] = [told.added, told.renewed].map((ids) => ids.flatMap((one) => tools.get(one) ?? []))
  // Nothing to tell of what was taken away meanwhile.
  if (theme === undefined || added.length + renewed.length === 0) throw new Refusal(t('refusals.notFound'))
  const title = t('changes.title', { theme: theme.text[language].name })
  const line = [
    ...(added.length > 0 ? [t('changes.added', { count: added.length, tools: listOf(turn, added) })] : []),
    ...(renewed.length > 0 ? [t('changes.renewed', { count: renewed.length, tools: listOf(turn, renewed) })] : []),
  ].join(' ')
  return {
    replace: {
      card: 'what-changed',
      language,
      summary: `${title}: ${line}`,
      show: { verb: 'themes.changes', theme: id, ...told },
      data: { theme: id, title, text: line, isOwn: place.kind === 'own' },
    },
  }
}

function listOf({ language, t }: Turn, tools: readonly Tool[]): string {
  const titles = tools.map(({ text }) => t('changes.tool', { title: text[language].title }))
  const rest = titles.length - NAMED
  const items = rest > 0 ? [...titles.slice(0, NAMED), t('changes.more', { count: rest })] : titles
  return new Intl.ListFormat(language === 'en' ? 'en-GB' : language).format(items)
}
