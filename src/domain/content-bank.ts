/** What only all files together can tell: references, titles, the size of a theme, texts taken from elsewhere. */
import { error, fileOf, passagesOf, warning, type CheckOptions, type Finding, type Place } from './content-findings.ts'
import { eventReferences } from './content-event-references.ts'
import { sentencesIn } from './content-prose.ts'
import { ORIGIN_SENTENCE } from './content-vocabulary.ts'
import { unknownIds } from './content-references.ts'
import type { Content, Theme, Tool } from './content.ts'
import { likeQueries } from './content-likeness.ts'
import { LANGUAGES, type Language } from './languages.ts'

const TOOLS_IN_THEME = 5
const REPEATED = { characters: 45, tools: 3 }
const KEYWORDS = { from: 20, to: 200 }
const OFFERED_BY_DIMENSION = 2

export function bankFindings(content: Content, options: CheckOptions): Finding[] {
  return [
    ...content.tools.flatMap((tool) => toolReferences(tool, content)),
    ...content.themes.flatMap((theme) => [...themeReferences(theme, content), ...themeSize(theme, content)]),
    ...content.theories.flatMap((theory) => itsTheme(fileOf.theory(theory), theory, 'theory', content)),
    ...titles(content.tools),
    ...repeatedSentences(content.tools),
    ...sameOpenings(content.tools.filter(({ state }) => state === 'published')),
    ...keywordTools(content),
    ...careTools(content),
    ...checkInOffers(content),
    ...eventReferences(content),
    ...likeQueries(content, options.devMessages ?? []),
  ]
}

function toolReferences(tool: Tool, content: Content): Finding[] {
  const file = fileOf.tool(tool)
  const place = { file, field: 'related' }
  return [
    ...unknownIds(place, tool.related, content.tools, content),
    ...(tool.related.includes(tool.id) ? [error(place, 'itself')] : []),
    ...itsTheme(file, tool, 'tools', content),
  ]
}

/** A theme that could not be read is known by its file: its own faults are told there. */
function itsTheme(
  file: string,
  { id, theme: themeId, state }: Pick<Tool, 'id' | 'theme' | 'state'>,
  list: 'tools' | 'theory',
  { themes, refused }: Content,
): Finding[] {
  const theme = themes.find((candidate) => candidate.id === themeId)
  if (theme === undefined)
    return refused.has(themeId) ? [] : [error({ file, field: 'theme' }, 'unknown-id', { id: themeId })]
  if (state !== 'published') return []
  return [
    ...(theme[list].includes(id) ? [] : [error({ file, field: 'theme' }, 'not-listed', { theme: themeId })]),
    ...(theme.state === 'published' ? [] : [error({ file, field: 'theme' }, 'theme-unpublished', { theme: themeId })]),
  ]
}

function themeReferences(theme: Theme, content: Content): Finding[] {
  const file = fileOf.theme(theme)
  return (['tools', 'theory'] as const).flatMap((field) => {
    const listed = field === 'tools' ? content.tools : content.theories
    const place = { file, field }
    return [
      ...unknownIds(place, theme[field], listed, content),
      ...listed
        .filter((item) => theme[field].includes(item.id) && item.theme !== theme.id)
        .map((item) => error(place, 'other-theme', { id: item.id, theme: item.theme })),
    ]
  })
}

function themeSize(theme: Theme, { tools, theories, refused }: Content): Finding[] {
  if (theme.state !== 'published') return []
  const count = (ids: string[], items: Pick<Tool, 'id' | 'state'>[]) =>
    ids.filter((id) => refused.has(id) || items.some((item) => item.id === id && item.state === 'published')).length
  const enough = (field: 'tools' | 'theory', found: number, limit: number) =>
    found < limit ? [error({ file: fileOf.theme(theme), field }, 'few-published', { count: found, limit })] : []
  return [
    ...enough('tools', count(theme.tools, tools), TOOLS_IN_THEME),
    ...enough('theory', count(theme.theory, theories), 1),
  ]
}

function titles(tools: readonly Tool[]): Finding[] {
  const [first, ...others] = LANGUAGES
  const taken = LANGUAGES.flatMap((language) => {
    const firstWith = new Map<string, string>()
    return tools.flatMap((tool) => {
      const title = tool.text[language].title.toLowerCase()
      const other = firstWith.get(title)
      if (other !== undefined) return [error(titleOf(tool, language), 'title-taken', { other })]
      firstWith.set(title, tool.id)
      return []
    })
  })
  const same = tools.flatMap((tool) =>
    others
      .filter((language) => tool.text[language].title === tool.text[first].title)
      .map((language) => warning(titleOf(tool, language), 'title-same')),
  )
  return [...taken, ...same]
}

function titleOf(tool: Tool, language: Language): Place {
  return { file: fileOf.tool(tool), language, field: 'title' }
}

/** No two published tools begin alike: neither their summary nor their first step. */
function sameOpenings(tools: readonly Tool[]): Finding[] {
  return (['summary', 'steps.1'] as const).flatMap((field) =>
    LANGUAGES.flatMap((language) => {
      const firstWith = new Map<string, string>()
      return tools.flatMap((tool) => {
        const { summary, steps } = tool.text[language]
        const [sentence = ''] = sentencesIn(field === 'summary' ? summary : (steps[0] ?? ''))
        const other = firstWith.get(sentence)
        if (other === undefined) firstWith.set(sentence, tool.id)
        const place = { file: fileOf.tool(tool), language, field }
        return other === undefined ? [] : [error(place, 'same-opening', { other, sentence })]
      })
    }),
  )
}

/** Search words are those of a tool, and neither so few that they tell nothing nor so many that they tell everything. */
function keywordTools({ keywords, tools, refused }: Content): Finding[] {
  return Object.entries(keywords).flatMap(([id, lists]) => {
    const place = { file: 'search/keywords', field: id }
    return [
      ...unknownIds(place, [id], tools, { refused }),
      ...LANGUAGES.flatMap((language) => {
        const count = lists[language].length
        const { from, to } = KEYWORDS
        return count < from || count > to ? [error({ ...place, language }, 'list-length', { count, from, to })] : []
      }),
    ]
  })
}

function careTools(content: Content): Finding[] {
  const { lexicon } = content
  return lexicon
    ? unknownIds({ file: 'search/care.yaml', field: 'tools' }, lexicon.care.tools, content.tools, content)
    : []
}

/** What a low figure offers: tools that exist, and at least two that are published for each dimension but the core. */
function checkInOffers(content: Content): Finding[] {
  const { questions, tools, refused } = content
  const file = 'checkins.yaml'
  const isThere = (id: string) => refused.has(id) || tools.some((tool) => tool.id === id && tool.state === 'published')
  const byDimension = Map.groupBy(questions, ({ dimension }) => dimension)
  return [
    ...questions.flatMap(({ id, offers }) => unknownIds({ file, field: `${id}.offers` }, offers, tools, content)),
    ...[...byDimension].flatMap(([dimension, its]) => {
      const count = new Set(its.flatMap(({ offers }) => offers).filter(isThere)).size
      return count < OFFERED_BY_DIMENSION
        ? [error({ file }, 'few-offered', { dimension, count, limit: OFFERED_BY_DIMENSION })]
        : []
    }),
  ]
}

/** The same long sentence in many tools: the bank reads as written by one stamp. */
function repeatedSentences(tools: readonly Tool[]): Finding[] {
  return LANGUAGES.flatMap((language) => {
    const places = new Map<string, Set<string>>()
    for (const tool of tools) {
      for (const sentence of longSentences(tool, language)) {
        places.set(sentence, (places.get(sentence) ?? new Set()).add(tool.id))
      }
    }
    return [...places].flatMap(([sentence, ids]) => {
      const [first = ''] = ids
      if (ids.size <= REPEATED.tools) return []
      const values = { count: ids.size, tools: [...ids].join(', '), sentence }
      return [error({ file: `tools/${first}.yaml`, language }, 'repeated', values)]
    })
  })
}

function longSentences(tool: Tool, language: Language): string[] {
  return passagesOf(fileOf.tool(tool), tool.text)
    .filter((passage) => passage.language === language && !passage.field.startsWith('needs'))
    .flatMap(({ text }) => sentencesIn(text.replace(ORIGIN_SENTENCE[language], '')))
    .filter((sentence) => sentence.length > REPEATED.characters)
}
