import { LANGUAGES, type Language } from './languages.ts'
import type { Tool } from './content.ts'
import type { Translate } from '../strings.ts'

const lists = Object.fromEntries(
  LANGUAGES.map((language) => [language, new Intl.ListFormat(language, { type: 'disjunction' })]),
) as Record<Language, Intl.ListFormat>

/** With whom a tool is used, as it stands inside a sentence: “one-to-one or with the team”. */
export function withWhom(tool: Tool, language: Language, t: Translate): string {
  const phrases = tool.with_whom.map((whom) => t(`withWhom.${whom}`))
  return lists[language].format(phrases)
}

/** Minutes, company and remote fit as one or two sentences. */
export function toolFacts(tool: Tool, language: Language, t: Translate): string {
  return t(`facts.${tool.remote_fit}`, { minutes: tool.minutes, whom: withWhom(tool, language, t) })
}

/** The same three in one short line, where several tools stand under each other. */
export function toolLine(tool: Tool, language: Language, t: Translate): string {
  const remote = t(`remoteFit.${tool.remote_fit}`)
  const fit = remote.charAt(0).toLocaleLowerCase(language) + remote.slice(1)
  return [t('common.minutes', { minutes: tool.minutes }), withWhom(tool, language, t), fit].join(' · ')
}

/** The same three as short badges, in rows that fit the width of a phone. */
export function toolBadges(tool: Tool, language: Language, t: Translate): { row: { text: string; icon: string }[] }[] {
  const whom = withWhom(tool, language, t)
  const minutes = { text: t('common.minutes', { minutes: tool.minutes }), icon: 'Clock' }
  const remote = { text: t(`remoteFit.${tool.remote_fit}`), icon: 'ChatMultiple' }
  return [
    { row: [minutes, remote] },
    { row: [{ text: whom.charAt(0).toLocaleUpperCase(language) + whom.slice(1), icon: 'People' }] },
  ]
}

/** A remote tip begins with “Remotely:” in its file; under a heading that says so, it begins with what follows. */
export function withoutLabel(label: string, text: string): string {
  if (!text.startsWith(`${label}:`)) return text
  const rest = text.slice(label.length + 1).trim()
  return rest.charAt(0).toLocaleUpperCase() + rest.slice(1)
}
