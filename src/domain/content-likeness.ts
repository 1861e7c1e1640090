/** Phrases that are too near to the messages by which the search is measured. */
import { error, fileOf, type Finding, type Passage, type Place } from './content-findings.ts'
import type { Content } from './content.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'
import { fold, stem, wordsOf } from './words.ts'

const LIKE_A_QUERY = { stems: 3, share: 0.6 }

/**
 * Phrases taken from the messages that the search is developed on: three or more content stems of which 60 % stand in
 * one message. They would find that message and nobody else's.
 */
export function likeQueries(
  { tools, elsewhere, keywords, lexicon }: Content,
  messages: readonly { id: string; lang: Language; text: string }[],
): Finding[] {
  if (messages.length === 0 || lexicon === undefined) return []
  const stems = stemmer(lexicon.commonWords)
  const known = messages.map((message) => ({ ...message, stems: stems(message.text, message.lang) }))
  const phrases = LANGUAGES.flatMap((language) => [
    ...tools.flatMap((tool) =>
      numbered({ file: fileOf.tool(tool), language, field: 'needs' }, tool.text[language].needs),
    ),
    ...elsewhere.flatMap((topic) => {
      const { needs, keywords: words } = topic.text[language]
      const place = { file: fileOf.elsewhere(topic), language }
      return [...numbered({ ...place, field: 'needs' }, needs), ...numbered({ ...place, field: 'keywords' }, words)]
    }),
    ...Object.entries(keywords).flatMap(([id, lists]) =>
      numbered({ file: 'search/keywords', language, field: id }, lists[language]),
    ),
  ])
  return phrases.flatMap((phrase) => {
    const own = [...stems(phrase.text, phrase.language)]
    if (own.length < LIKE_A_QUERY.stems) return []
    const like = known.find(
      (message) =>
        message.lang === phrase.language &&
        own.filter((one) => message.stems.has(one)).length >= LIKE_A_QUERY.share * own.length,
    )
    return like === undefined ? [] : [error(phrase, 'like-a-query', { message: like.id })]
  })
}

/** The texts of a list, each at its place. */
function numbered(place: Place & { language: Language; field: string }, texts: readonly string[]): Passage[] {
  return texts.map((text, index) => ({ ...place, field: `${place.field}.${index + 1}`, text }))
}

function stemmer(commonWords: InLanguages<string[]>): (text: string, language: Language) => Set<string> {
  const stops = Object.fromEntries(
    LANGUAGES.map((language) => [language, new Set(commonWords[language].map(fold))]),
  ) as InLanguages<Set<string>>
  return (text, language) =>
    new Set(
      wordsOf(text)
        .filter((word) => !stops[language].has(word))
        .map((word) => stem(word, language)),
    )
}
