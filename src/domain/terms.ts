/** What a text says to the search: stems, their trigrams, and the concepts its words and idioms stand for. */
import { openConcepts } from './concepts.ts'
import type { Word } from './concepts.ts'
import type { InLanguages, Language } from './languages.ts'
import { openSpelling, type Spelling } from './spelling.ts'
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
  learnt: () => Learnt
}

/** Trigrams are told from stems by their sign. */
function keysOf(stemmed: string): readonly string[] {
  return [stemmed, ...trigramsOf(stemmed).map((trigram) => `#${trigram}`)]
}

/** Learnt words in the order in which they were learnt, and the stem of each. */
export type Learnt = { words: readonly string[]; stems: readonly string[] }

/**
 * Reads texts of one language. `before` is what an earlier reader of the same vocabulary had learnt.
 * @throws Error naming a concept whose words cannot be looked up.
 */
export function openReader(language: Language, vocabulary: Vocabulary, before?: Learnt): Readers {
  const learnt = new Map<string, Word>()
  const keys = new Map<string, readonly string[] | undefined>()
  const stopWords = new Set(vocabulary.stopWords[language].map(fold))
  const wordOf = (word: string, stemmed: string): Word => ({
    word,
    stem: stemmed,
    empty: stopWords.has(word) || word.length === 1,
  })
  const keep = (word: string, stemmed: string): Word => {
    const read = wordOf(word, stemmed)
    learnt.set(word, read)
    keys.set(stemmed, undefined)
    return read
  }
  const learnWord = (word: string): Word => learnt.get(word) ?? keep(word, stem(word, language))
  before?.words.forEach((word, at) => keep(word, before.stems[at] as string))
  stopWords.forEach(learnWord)
  const entries = Object.entries(vocabulary.concepts).map(([concept, words]) => [concept, words[language]] as const)
  const conceptsAt = openConcepts(entries, (word) => learnWord(word).stem)

  let spelling: Spelling | undefined
  const correction = (word: string): Word | undefined => {
    spelling ??= openSpelling(learnt.keys())
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
    keysOf(stemmed) {
      const known = keys.get(stemmed)
      if (known !== undefined) return known
      const own = keysOf(stemmed)
      if (keys.has(stemmed)) keys.set(stemmed, own)
      return own
    },
    learnt: () => ({ words: [...learnt.keys()], stems: Array.from(learnt.values(), (word) => word.stem) }),
  }
}
