import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'

/** What HR can do with a theme: the page of ideas of its launch, or what the theme itself says. */
export function showIdeas({ t, language }: Turn, kit: Kit, { theme: id }: { theme: string }): Promise<Answer> {
  const theme = kit.library().themes.find((one) => one.id === id)
  if (theme === undefined) throw new Refusal(t('refusals.notFound'))
  const { name, hr } = theme.text[language]
  const { ideas } = kit.library().launches.get(id)?.text[language] ?? { ideas: [{ heading: '', idea: hr }] }
  const summary = t('launches.summary.ideas', { name })
  return Promise.resolve({
    notice: summary,
    open: {
      card: 'launch-ideas',
      language,
      summary,
      show: { verb: 'themes.ideas', theme: id },
      data: { theme: id, name, ideas },
    },
  })
}
