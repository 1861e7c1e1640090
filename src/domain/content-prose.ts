/** How heavy a text is to read. Figures and limits: content/writing.md, "Machine checks". */
import { error, warning, type Finding, type Passage } from './content-findings.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'
import { languageOfMessage } from './message-language.ts'

const LONGEST_SENTENCE = 20
const LIX_LIMITS: InLanguages<{ warning: number; error: number }> = {
  fi: { warning: 45, error: 55 },
  sv: { warning: 32, error: 40 },
  en: { warning: 32, error: 40 },
}
const MEAN_WORD = 7
const LONG_WORD = 18
/** LIX of a sentence or two says nothing. */
const ENOUGH_WORDS = 60
const TELLING_WORDS = 4
const SECONDS_PER_CHARACTER = 0.068

/** Apostrophes, hyphens and the Finnish colon (HR:stä) join a word. */
export function wordsIn(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:[’':\-–][\p{L}\p{N}]+)*/gu) ?? []
}

/** A sentence ends at . ! ? : before a space, or at the end of the line. */
export function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.!?:][”“’")]*)\s+|\n+/u).filter((part) => wordsIn(part).length > 0)
}

/** LIX: words per sentence + the percentage of words over six letters. */
export function lixOf(texts: readonly string[]): number {
  const words = texts.flatMap(wordsIn)
  const sentences = texts.flatMap(sentencesIn)
  if (words.length === 0) return 0
  return words.length / sentences.length + (100 * words.filter((word) => letters(word) > 6).length) / words.length
}

export function readingSeconds(characters: number): number {
  return characters * SECONDS_PER_CHARACTER
}

/** Sentences, LIX and word lengths of the running text of one file in one language. */
export function proseFindings(passages: readonly Passage[]): Finding[] {
  const [first] = passages
  if (first === undefined) return []
  const { file, language } = first
  return [
    ...passages.flatMap(longSentences),
    ...heavyText({ file, language }, passages),
    ...(language === 'fi' ? longWords({ file, language }, passages) : []),
  ]
}

export function longSentences(passage: Passage): Finding[] {
  return sentencesIn(passage.text).flatMap((sentence) => {
    const count = wordsIn(sentence).length
    return count > LONGEST_SENTENCE
      ? [error(passage, 'long-sentence', { count, limit: LONGEST_SENTENCE, sentence })]
      : []
  })
}

function heavyText(place: { file: string; language: Language }, passages: readonly Passage[]): Finding[] {
  const texts = passages.map(({ text }) => text)
  if (texts.flatMap(wordsIn).length < ENOUGH_WORDS) return []
  const count = Math.round(lixOf(texts))
  const limits = LIX_LIMITS[place.language]
  if (count > limits.error) return [error(place, 'lix', { count, limit: limits.error })]
  return count > limits.warning ? [warning(place, 'lix', { count, limit: limits.warning })] : []
}

function longWords(place: { file: string; language: Language }, passages: readonly Passage[]): Finding[] {
  const words = passages.flatMap(({ text }) => wordsIn(text)).filter((word) => /\p{L}/u.test(word))
  const mean = words.reduce((sum, word) => sum + letters(word), 0) / words.length
  return [
    ...(mean > MEAN_WORD ? [error(place, 'mean-word', { count: rounded(mean), limit: MEAN_WORD })] : []),
    ...passages.flatMap((passage) =>
      wordsIn(passage.text)
        .filter((word) => letters(word) >= LONG_WORD)
        .map((word) => warning(passage, 'long-word', { count: letters(word), word })),
    ),
  ]
}

/** Each language's length against the first one's; far from it, something was left out or explained too much. */
export function ratioFindings(file: string, length: (language: Language) => number): Finding[] {
  const [from, to] = [0.75, 1.35]
  const [first, ...others] = LANGUAGES
  return others.flatMap((language) => {
    const count = rounded(length(language) / length(first))
    return count < from || count > to ? [warning({ file, language }, 'length-ratio', { count, from, to })] : []
  })
}

/** A passage that is surely in another language. Titles and what names foreign books have too few words to tell. */
export function languageFindings(passages: readonly Passage[]): Finding[] {
  return passages.flatMap((passage) => {
    const { language, sure } = languageOfMessage(passage.text)
    const tells = sure && wordsIn(passage.text).length >= TELLING_WORDS && !['source', 'origin'].includes(passage.field)
    return tells && language !== passage.language ? [error(passage, 'wrong-language', { other: language })] : []
  })
}

function letters(word: string): number {
  return word.match(/\p{L}/gu)?.length ?? 0
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
