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
  /** A stem with its trigrams (`#kok`), by which texts are compared; the same array for a learnt stem each time. */
  keysOf: (stemmed: string) => readonly string[]
}

/** Trigrams are told from stems by their sign. */
function keysOf(stemmed: string): readonly string[] {
  return [stemmed, ...trigramsOf(stemmed).map((trigram) => `#${trigram}`)]
}

/** Reads texts of one language. @throws Error naming a concept whose words cannot be looked up. */
export function openReader(language: Language, vocabulary: Vocabulary): Readers {
  const learnt = new Map<string, Word>()
  const keys = new Map<string, readonly string[]>()
  const spelling = openSpelling()
  const stopWords = new Set(vocabulary.stopWords[language].map(fold))
  const wordOf = (word: string, stemmed: string): Word => ({
    word,
    stem: stemmed,
    empty: stopWords.has(word) || word.length === 1,
  })
  const learnWord = (word: string): Word => {
    const before = learnt.get(word)
    if (before !== undefined) return before
    const read = wordOf(word, stem(word, language))
    spelling.learn(word)
    learnt.set(word, read)
    if (!keys.has(read.stem)) keys.set(read.stem, keysOf(read.stem))
    return read
  }
  stopWords.forEach(learnWord)
  const entries = Object.entries(vocabulary.concepts).map(([concept, words]) => [concept, words[language]] as const)
  const conceptsAt = openConcepts(entries, (word) => learnWord(word).stem)

  const correction = (word: string): Word | undefined => {
    const meant = spelling.correct(word)
    return meant === undefined || stopWords.has(meant) ? undefined : learnt.get(meant)
  }
  const termsOf = (words: Word[], corrects: boolean): Terms => {
    const found: { stems: string[]; concepts: string[] } = { stems: [], concepts: [] }
    let known = 0
    for (const [at, word] of words.entries()) {
      const concepts = conceptsAt(words, at)
      found.concepts.push(...concepts)
      if (word.empty) continue
      found.stems.push(word.stem)
      const isKnown = concepts.length > 0 || keys.has(word.stem)
      if (isKnown) known++
      const meant = corrects && !isKnown ? correction(word.word) : undefined
      if (!meant) continue
      found.stems.push(meant.stem)
      found.concepts.push(...conceptsAt([meant], 0))
    }
    return { ...found, known: known / Math.max(1, found.stems.length) }
  }
  return {
    learn: (text) => termsOf(wordsOf(text).map(learnWord), false),
    read: (text) =>
      termsOf(
        wordsOf(text).map((word) => learnt.get(word) ?? wordOf(word, stem(word, language))),
        true,
      ),
    glance: (text) =>
      termsOf(
        wordsOf(text).map((word) => learnt.get(word) ?? wordOf(word, '')),
        false,
      ),
    keysOf: (stemmed) => keys.get(stemmed) ?? keysOf(stemmed),
  }
}
