/** What a text says to the search: stems, their trigrams, and the concepts its words and idioms stand for. */
import { openConcepts } from './concepts.ts'
import type { InLanguages, Language } from './languages.ts'
import { openSpelling } from './spelling.ts'
import { fold, stem, trigramsOf, wordsOf } from './words.ts'

/** How to read a text: which words say nothing, and which words and idioms stand for a concept. */
export type Vocabulary = { stopWords: InLanguages<string[]>; concepts: Record<string, InLanguages<string[]>> }

/** `known` is the share of the words, those that say nothing left out, that were learnt or stand for a concept. */
export type Terms = { stems: string[]; trigrams: string[]; concepts: string[]; known: number }

export type Reader = (text: string) => Terms

/**
 * Reads texts of one language. `learn` also keeps the words: they are not stemmed again, and an unknown word is taken
 * for the learnt one that is a slip of the finger away. What people ask is read without being kept.
 */
export function openReader(language: Language, vocabulary: Vocabulary): { read: Reader; learn: Reader } {
  const learnt = new Map<string, string>()
  const stems = new Set<string>()
  const spelling = openSpelling()
  const stemOf = (word: string): string => learnt.get(word) ?? stem(word, language)
  const learnWord = (word: string): string => {
    if (!learnt.has(word)) spelling.learn(word)
    const stemmed = stemOf(word)
    learnt.set(word, stemmed)
    stems.add(stemmed)
    return stemmed
  }
  const stopWords = new Set(vocabulary.stopWords[language].map(fold))
  stopWords.forEach(learnWord)
  const entries = Object.entries(vocabulary.concepts).map(([concept, words]) => [concept, words[language]] as const)
  const conceptsAt = openConcepts(entries, learnWord)

  const meant = (word: string): { stem: string; concepts: string[] } | undefined => {
    const corrected = spelling.correct(word)
    if (corrected === undefined || stopWords.has(corrected)) return undefined
    const read = { word: corrected, stem: stemOf(corrected), empty: false }
    return { stem: read.stem, concepts: conceptsAt([read], 0) }
  }
  const reader =
    (stemmed: (word: string) => string) =>
    (text: string): Terms => {
      const words = wordsOf(text).map((word) => ({ word, stem: stemmed(word), empty: stopWords.has(word) }))
      const terms: Terms = { stems: [], trigrams: [], concepts: [], known: 0 }
      let known = 0
      words.forEach((each, at) => {
        const concepts = conceptsAt(words, at)
        terms.concepts.push(...concepts)
        if (each.empty || each.word.length === 1) return
        terms.stems.push(each.stem)
        if (concepts.length > 0 || stems.has(each.stem)) known++
        else {
          const correction = meant(each.word)
          terms.stems.push(...(correction ? [correction.stem] : []))
          terms.concepts.push(...(correction?.concepts ?? []))
        }
      })
      return { ...terms, trigrams: terms.stems.flatMap(trigramsOf), known: known / Math.max(1, terms.stems.length) }
    }
  return { read: reader(stemOf), learn: reader(learnWord) }
}
