/** What a text says to the search: stems, their trigrams, and the concepts its words and idioms stand for. */
import type { InLanguages, Language } from './languages.ts'
import { fold, stem, trigramsOf, wordsOf } from './words.ts'

/** How to read a text: which words say nothing, and which words and idioms stand for a concept. */
export type Vocabulary = { stopWords: InLanguages<string[]>; concepts: Record<string, InLanguages<string[]>> }

export type Terms = { stems: string[]; trigrams: string[]; concepts: string[] }

export type Reader = (text: string) => Terms

type Word = { word: string; stem: string }

type Part = (read: Word) => boolean

/** The parts of an idiom, or the one word, that stand for a concept. */
type Sign = { concept: string; parts: Part[] }

/** So many words may stand inside an idiom: "otan huomenna puheeksi" is "ottaa puheeksi". */
const GAP = 2

/** Two letters begin too many words. */
const SHORTEST_BEGINNING = 3
const SHORTEST_MIDDLE = 4

/** Reads texts of one language. Words seen while `learning` keep their stems, so that they are never stemmed again. */
export function openReader(language: Language, vocabulary: Vocabulary): { read: Reader; learn: Reader } {
  const known = new Map<string, string>()
  const stemOf = (word: string): string => known.get(word) ?? stem(word, language)
  const learnStem = (word: string): string => {
    const stemmed = stemOf(word)
    known.set(word, stemmed)
    return stemmed
  }
  const stopWords = new Set(vocabulary.stopWords[language].map(fold))
  const conceptsOf = openConcepts(vocabulary, language, learnStem)
  const reader =
    (stemmed: (word: string) => string): Reader =>
    (text) => {
      const words = wordsOf(text).map((word) => ({ word, stem: stemmed(word) }))
      const stems = words.filter(({ word }) => !stopWords.has(word) && word.length > 1).map((each) => each.stem)
      return { stems, trigrams: stems.flatMap(trigramsOf), concepts: conceptsOf(words) }
    }
  return { read: reader(stemOf), learn: reader(learnStem) }
}

function openConcepts(vocabulary: Vocabulary, language: Language, stemOf: (word: string) => string) {
  const byStem = new Map<string, Sign[]>()
  const byBeginning = new Map<string, Sign[]>()
  const byMiddle = new Map<string, Sign[]>()
  for (const [concept, entries] of Object.entries(vocabulary.concepts))
    for (const entry of entries[language]) {
      const spellings = entry.split(/\s+/)
      const sign = { concept, parts: spellings.map((spelling) => openPart(spelling, stemOf)) }
      const [first = ''] = spellings
      const letters = lettersOf(first)
      if (first.startsWith('-')) file(byMiddle, cut(letters, SHORTEST_MIDDLE, entry, concept), sign)
      else if (first.endsWith('-')) file(byBeginning, cut(letters, SHORTEST_BEGINNING, entry, concept), sign)
      else file(byStem, stemOf(letters), sign)
    }
  return (words: Word[]): string[] => {
    const concepts: string[] = []
    words.forEach((read, at) => {
      const signs = [...(byStem.get(read.stem) ?? []), ...(byBeginning.get(read.word.slice(0, SHORTEST_BEGINNING)) ?? [])]
      for (let from = 0; from + SHORTEST_MIDDLE <= read.word.length; from++)
        signs.push(...(byMiddle.get(read.word.slice(from, from + SHORTEST_MIDDLE)) ?? []))
      for (const { concept, parts } of signs) if (standsAt(words, at, parts)) concepts.push(concept)
    })
    return concepts
  }
}

function standsAt(words: Word[], at: number, parts: Part[]): boolean {
  let next = at
  for (const [index, part] of parts.entries()) {
    const until = index === 0 ? next : next + GAP
    while (next <= until && next < words.length && !part(words[next] as Word)) next++
    if (next > until || next >= words.length) return false
    next++
  }
  return true
}

function openPart(spelling: string, stemOf: (word: string) => string): Part {
  const letters = lettersOf(spelling)
  if (spelling.startsWith('-')) return ({ word }) => word.includes(letters)
  if (spelling.endsWith('-')) return ({ word }) => word.startsWith(letters)
  const stemmed = stemOf(letters)
  return (read) => read.stem === stemmed
}

const lettersOf = (spelling: string): string => fold(spelling).replace(/[-'’]/g, '')

function cut(letters: string, length: number, entry: string, concept: string): string {
  if (letters.length < length) throw new Error(`Concept ${concept}: "${entry}" needs at least ${length} letters`)
  return letters.slice(0, length)
}

function file(signs: Map<string, Sign[]>, key: string, sign: Sign): void {
  const filed = signs.get(key)
  if (filed) filed.push(sign)
  else signs.set(key, [sign])
}
