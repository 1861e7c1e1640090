/**
 * Which of many documents a text most likely belongs to: multinomial naive Bayes with additive smoothing, over an
 * inverted index in typed arrays.
 */

/** One phrase of a document, by the document's place: its keys, and how much the phrase counts. */
export type Phrase = { place: number; keys: Iterable<string>; weight: number }

export type LikelihoodOptions = {
  /** How much a key of this kind says beside the others. */
  weightOf: (key: string) => number
  /** Added to every count, so that a key that a document lacks does not rule it out. */
  smoothing: number
  /** Keys that a larger share of the documents has are left out. */
  commonest: number
}

export interface Likelihood {
  /**
   * For each document, by place, by how much likelier the keys come from it than from an average document: the
   * weighted logarithm of the ratio. Minus infinity where the document has none of the keys; a key counts once.
   */
  score(keys: Iterable<string>): Float64Array
}

export function openLikelihood(
  documents: number,
  phrases: readonly Phrase[],
  { weightOf, smoothing, commonest }: LikelihoodOptions,
): Likelihood {
  const { counts, holders } = countKeys(phrases)
  const entries = [...counts].filter(([key, byPlace]) => byPlace.size <= commonest * documents || weightOf(key) === 1)
  const numbers = new Map(entries.map(([key], number) => [key, number]))
  const size = entries.reduce((sum, [, byPlace]) => sum + byPlace.size, 0)
  const starts = new Uint32Array(entries.length + 1)
  const places = new Uint16Array(size)
  const worths = new Float32Array(size)
  const weights = new Float64Array(entries.length)
  const averages = new Float64Array(entries.length)
  const totals = new Float64Array(documents)
  let at = 0
  for (const [number, [key, byPlace]] of entries.entries()) {
    const weight = weightOf(key) * rarity(holders.get(key) ?? 0, phrases.length)
    const worth = (count: number): number => weight * Math.log(1 + (weight * count) / smoothing)
    let sum = 0
    for (const [place, count] of byPlace) {
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
  return {
    score(keys) {
      const scores = new Float64Array(documents)
      let weight = 0
      let expected = 0
      for (const key of new Set(keys)) {
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

/** How often each key stands in each document, weighted, and in how many phrases. */
function countKeys(phrases: readonly Phrase[]) {
  const counts = new Map<string, Map<number, number>>()
  const holders = new Map<string, number>()
  for (const { place, keys, weight } of phrases) {
    for (const key of new Set(keys)) {
      const byPlace = counts.get(key)
      if (byPlace === undefined) counts.set(key, new Map([[place, weight]]))
      else byPlace.set(place, (byPlace.get(place) ?? 0) + weight)
      holders.set(key, (holders.get(key) ?? 0) + 1)
    }
  }
  return { counts, holders }
}

/** A key of one phrase tells more than one of many. */
function rarity(holders: number, phrases: number): number {
  return Math.log((1 + phrases) / (1 + holders)) + 1
}
