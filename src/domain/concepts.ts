/** Which words and idioms stand for a concept of working life. */
import { fold } from './words.ts'

/**
 * A word of a text. `empty` words say nothing alone: they count within an idiom only. `signs` keeps what may begin at
 * the word, for the next text that has it.
 */
export type Word = { word: string; stem: string; empty: boolean; signs?: Sign[] }

type Part = (read: Word) => boolean

/** The parts of an idiom, or the one word, that stand for a concept. */
type Sign = { concept: string; parts: Part[] }

/** So many words may stand inside an idiom: "otan asian huomenna puheeksi" is "ottaa puheeksi". */
const GAP = 2

/** Fewer letters begin, or stand in, too many words. */
const SHORTEST_BEGINNING = 3
const SHORTEST_MIDDLE = 4

/**
 * Finds the concepts that start at a word. An entry is a word in any inflection, `konflikt-` for how a word begins,
 * `-palaver-` for what stands anywhere in it, or several of these in a row for an idiom.
 * @throws Error naming an entry that is too short to look up.
 */
export function openConcepts(
  entries: readonly (readonly [concept: string, entries: readonly string[]])[],
  stemOf: (word: string) => string,
): (words: readonly Word[], at: number) => string[] {
  const byStem = new Map<string, Sign[]>()
  const byBeginning = new Map<string, Sign[]>()
  const byMiddle = new Map<string, Sign[]>()
  for (const [concept, spellings] of entries)
    for (const spelling of spellings) {
      const [first = '', ...others] = spelling.split(/\s+/)
      const sign = { concept, parts: [first, ...others].map((part) => openPart(part, stemOf)) }
      const { at, key } = keyOf(concept, first)
      if (at === 'stem') file(byStem, stemOf(key), sign)
      else file(at === 'middle' ? byMiddle : byBeginning, key, sign)
    }
  return (words, at) => {
    const read = words[at]
    if (!read) return []
    read.signs ??= signsAt(read)
    if (read.signs.length === 0) return []
    return read.signs.filter(({ parts }) => standsAt(words, at, parts)).map(({ concept }) => concept)
  }
  function signsAt(read: Word): Sign[] {
    const { word, stem, empty } = read
    const signs = [...(byStem.get(stem) ?? []), ...(byBeginning.get(word.slice(0, SHORTEST_BEGINNING)) ?? [])]
    for (let from = 0; from + SHORTEST_MIDDLE <= word.length; from++)
      signs.push(...(byMiddle.get(word.slice(from, from + SHORTEST_MIDDLE)) ?? []))
    return signs.filter(({ parts: [first, ...others] }) => first?.(read) === true && !(empty && others.length === 0))
  }
}

function standsAt(words: readonly Word[], at: number, [first, ...others]: Part[]): boolean {
  let last = first && words[at] && first(words[at]) ? at : undefined
  for (const part of others) {
    if (last === undefined) return false
    const after = last + 1
    const step = words.slice(after, after + 1 + GAP).findIndex(part)
    last = step < 0 ? undefined : after + step
  }
  return last !== undefined
}

function openPart(spelling: string, stemOf: (word: string) => string): Part {
  const letters = lettersOf(spelling)
  if (spelling.startsWith('-')) return ({ word }) => word.includes(letters)
  if (spelling.endsWith('-')) return ({ word }) => word.startsWith(letters)
  const stemmed = stemOf(letters)
  return ({ stem }) => stem === stemmed
}

const lettersOf = (spelling: string): string => fold(spelling).replace(/[-'’]/g, '')

/** @throws Error naming an entry that is too short to look up: what `openConcepts` throws, without its work. */
export function checkConcept(concept: string, spellings: readonly string[]): void {
  for (const spelling of spellings) keyOf(concept, spelling.split(/\s+/)[0] ?? '')
}

/** The letters by which an entry's first part is looked up where it stands for a part of a word. */
function keyOf(concept: string, first: string): { at: 'middle' | 'beginning' | 'stem'; key: string } {
  const at = first.startsWith('-') ? 'middle' : first.endsWith('-') ? 'beginning' : 'stem'
  const key = lettersOf(first)
  if (at === 'stem') return { at, key }
  const length = at === 'middle' ? SHORTEST_MIDDLE : SHORTEST_BEGINNING
  if (key.length < length) throw new Error(`Concept ${concept}: "${key}" needs at least ${length} letters`)
  return { at, key: key.slice(0, length) }
}

function file(signs: Map<string, Sign[]>, key: string, sign: Sign): void {
  const filed = signs.get(key)
  if (filed) filed.push(sign)
  else signs.set(key, [sign])
}
