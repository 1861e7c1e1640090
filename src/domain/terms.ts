/** What a text says to the search: stems, their trigrams, and the concepts its words and idioms stand for. */
import { openConcepts } from './concepts.ts'
import type { Word } from './concepts.ts'
import type { InLanguages, Language } from './languages.ts'
import { openSpelling } from './spelling.ts'
import { fold, stem, trigramsOf, wordsOf } from './words.ts'

/** How to read a text: which words say nothing, and which words and idioms stand for a concept. */
export type Vocabulary = { stopWords: InLanguages<string[]>; concepts: Record<string, InLanguages<string[]>> }

/** `known` is the share of the words, those that say nothing left out, that were learnt or stand for a concept. */
export type Terms = { stems: string[]; concepts: string[]; known: number }

export type Reader = (text: string) => Terms

export type Readers = {
  /** Keeps the words: they are not stemmed again, and slips of the finger are corrected to them. */
  learn: Reader
  /** For what people ask, which is not kept. An unknown word is taken for the learnt one that is a slip away. */
  read: Reader
  /** For a message in another language: learnt words and concepts only, at a third of the cost. */
  glance: Reader
  /** The trigrams of a stem as keys (`#kok`); those of learnt words are kept. */
  cut: (stemmed: string) => readonly string[]
}

/** Trigrams are told from stems by their sign. */
function keys(stemmed: string): string[] {
  return trigramsOf(stemmed).map((trigram) => `#${trigram}`)
}

/** Reads texts of one language. @throws Error naming a concept whose words cannot be looked up. */
export function openReader(language: Language, vocabulary: Vocabulary): Readers {
  const learnt = new Map<string, string>()
  const trigrams = new Map<string, string[]>()
  const spelling = openSpelling()
  const learnWord = (word: string): string => {
    const before = learnt.get(word)
    if (before !== undefined) return before
    const stemmed = stem(word, language)
    spelling.learn(word)
    learnt.set(word, stemmed)
    if (!trigrams.has(stemmed)) trigrams.set(stemmed, keys(stemmed))
    return stemmed
  }
  const stopWords = new Set(vocabulary.stopWords[language].map(fold))
  stopWords.forEach(learnWord)
  const entries = Object.entries(vocabulary.concepts).map(([concept, words]) => [concept, words[language]] as const)
  const conceptsAt = openConcepts(entries, learnWord)

  const wordsIn = (text: string, stemOf: (word: string) => string): Word[] =>
    wordsOf(text).map((word) => ({ word, stem: stemOf(word), empty: stopWords.has(word) || word.length === 1 }))
  const correction = (word: string): Word | undefined => {
    const meant = spelling.correct(word)
    const stemmed = meant === undefined || stopWords.has(meant) ? undefined : learnt.get(meant)
    return meant === undefined || stemmed === undefined ? undefined : { word: meant, stem: stemmed, empty: false }
  }
  const termsOf = (words: Word[], corrects: boolean): Terms => {
    const found: { stems: string[]; concepts: string[] } = { stems: [], concepts: [] }
    let known = 0
    for (const [at, word] of words.entries()) {
      const concepts = conceptsAt(words, at)
      found.concepts.push(...concepts)
      if (word.empty) continue
      found.stems.push(word.stem)
      const isKnown = concepts.length > 0 || trigrams.has(word.stem)
      if (isKnown) known++
      const meant = corrects && !isKnown ? correction(word.word) : undefined
      if (!meant) continue
      found.stems.push(meant.stem)
      found.concepts.push(...conceptsAt([meant], 0))
    }
    return { ...found, known: known / Math.max(1, found.stems.length) }
  }
  const readWord = (word: string): string => learnt.get(word) ?? stem(word, language)
  const glanceAt = (word: string): string => learnt.get(word) ?? ''
  return {
    learn: (text) => termsOf(wordsIn(text, learnWord), false),
    read: (text) => termsOf(wordsIn(text, readWord), true),
    glance: (text) => termsOf(wordsIn(text, glanceAt), false),
    cut: (stemmed) => trigrams.get(stemmed) ?? keys(stemmed),
  }
}
