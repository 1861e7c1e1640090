/**
 * Which of many documents a text most likely belongs to: multinomial naive Bayes with additive smoothing, over an
 * inverted index in typed arrays.
 */

/**
 * One phrase of a document, by the document's place: its keys in groups, and how much the phrase counts. A group that
 * many phrases share is best one array: its keys are looked up once.
 */
export type Phrase = { place: number; keys: readonly (readonly string[])[]; weight: number }

export type LikelihoodOptions = {
  /** How much a key of this kind says beside the others. */
  weightOf: (key: string) => number
  /** Added to every count, so that a key that a document lacks does not rule it out. */
  smoothing: number
  /** A key that a larger share of the documents has is left out. */
  commonestOf: (key: string) => number
}

export interface Likelihood {
  /**
   * For each document, by place, by how much likelier the keys come from it than from an average document: the
   * weighted logarithm of the ratio. Minus infinity where the document has none of the keys; a key counts once.
   */
  score(keys: readonly (readonly string[])[]): Float64Array
}

/** What was counted, as plain data that can be kept. A key's number is its place in `keys` and, with `starts`, in the rest. */
export type LikelihoodTable = {
  keys: readonly string[]
  starts: Uint32Array
  places: Uint16Array
  worths: Float32Array
  weights: Float64Array
  averages: Float64Array
  /** By document. */
  lengths: Float64Array
}

export function countLikelihood(
  documents: number,
  phrases: readonly Phrase[],
  { weightOf, smoothing, commonestOf }: LikelihoodOptions,
): LikelihoodTable {
  const entries = countKeys(documents, phrases).filter(
    ({ key, places }) => places.length <= commonestOf(key) * documents,
  )
  const size = entries.reduce((sum, { places }) => sum + places.length, 0)
  const starts = new Uint32Array(entries.length + 1)
  const places = new Uint16Array(size)
  const worths = new Float32Array(size)
  const weights = new Float64Array(entries.length)
  const averages = new Float64Array(entries.length)
  const totals = new Float64Array(documents)
  let at = 0
  for (const [number, entry] of entries.entries()) {
    const weight = weightOf(entry.key) * rarity(entry.phrases, phrases.length)
    const worth = (count: number): number => weight * Math.log(1 + (weight * count) / smoothing)
    let sum = 0
    for (const [each, place] of entry.places.entries()) {
      const count = entry.counts[each] as number
      places[at] = place
      worths[at++] = worth(count)
      totals[place] = (totals[place] as number) + weight * count
      sum += count
    }
    weights[number] = weight
    averages[number] = worth(sum / documents)
    starts[number + 1] = at
  }
  const size1 = smoothing * entries.length
  const average = Math.log(totals.reduce((sum, total) => sum + total, 0) / Math.max(1, documents) + size1)
  const lengths = totals.map((total) => Math.log(total + size1) - average)
  return { keys: entries.map(({ key }) => key), starts, places, worths, weights, averages, lengths }
}

export function openLikelihood(table: LikelihoodTable): Likelihood {
  const { keys: known, starts, places, worths, weights, averages, lengths } = table
  const numbers = new Map(known.map((key, number) => [key, number]))
  return {
    score(keys) {
      const scores = new Float64Array(lengths.length)
      let weight = 0
      let expected = 0
      for (const key of new Set(keys.flat())) {
        const number = numbers.get(key)
        if (number === undefined) continue
        weight += weights[number] as number
        expected += averages[number] as number
        const end = starts[number + 1] as number
        for (let each = starts[number] as number; each < end; each++) {
          const place = places[each] as number
          scores[place] = (scores[place] as number) + (worths[each] as number)
        }
      }
      return scores.map((score, place) =>
        score === 0 ? -Infinity : score - expected - weight * (lengths[place] as number),
      )
    },
  }
}

/** A key with the documents it stands in, how often in each (weighted), and in how many phrases of all. */
type Entry = { key: string; places: number[]; counts: number[]; phrases: number }

/** Counts document by document with numbered keys: the bank has a million keys in its phrases, few of them different. */
function countKeys(documents: number, phrases: readonly Phrase[]): Entry[] {
  const entries: Entry[] = []
  const numbers = new Map<string, number>()
  const groups = new Map<readonly string[], number[]>()
  const lastPhrase: number[] = []
  const countHere: number[] = []
  const numberOf = (key: string): number => {
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, entries.length)
    lastPhrase.push(-1)
    countHere.push(0)
    return entries.push({ key, places: [], counts: [], phrases: 0 }) - 1
  }
  const numbersOf = (group: readonly string[]): number[] => {
    const known = groups.get(group)
    if (known !== undefined) return known
    const own = group.map(numberOf)
    groups.set(group, own)
    return own
  }
  const byPlace = Array.from({ length: documents }, (): number[] => [])
  for (const [number, { place }] of phrases.entries()) byPlace[place]?.push(number)
  for (const [place, own] of byPlace.entries()) {
    const here: number[] = []
    for (const phrase of own) {
      const { keys, weight } = phrases[phrase] as Phrase
      for (const group of keys) {
        for (const key of numbersOf(group)) {
          if (lastPhrase[key] === phrase) continue
          lastPhrase[key] = phrase
          const entry = entries[key] as Entry
          entry.phrases++
          if (countHere[key] === 0) here.push(key)
          countHere[key] = (countHere[key] as number) + weight
        }
      }
    }
    for (const key of here) {
      const { places, counts } = entries[key] as Entry
      places.push(place)
      counts.push(countHere[key] as number)
      countHere[key] = 0
    }
  }
  return entries
}

/** A key of one phrase tells more than one of many. */
function rarity(holders: number, phrases: number): number {
  return Math.log((1 + phrases) / (1 + holders)) + 1
}
