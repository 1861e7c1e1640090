/** An inverted index in typed arrays: which documents a key stands in, and what it is worth there. */

/** One field of all documents: the keys of each document, by place. */
export type Row = { weight: number; keys: string[][] }

export interface Postings {
  /** Adds what the keys are worth, times `weight`, to the scores of the documents, by place. A key counts once. */
  add(keys: Iterable<string>, scores: Float64Array, weight: number): void
}

/** How far a long field is held to the average length. */
const LENGTH_NORM = 0.7
/** Ten times in a text is not ten times the evidence, but more than the usual saturation of BM25 leaves of it. */
const FREQUENCY_POWER = 0.75

/**
 * A key is worth in a document: its rarity (1 for a key of one document alone, whatever their number) times its weighted
 * frequency, so that scores keep their meaning while documents are added. Keys of more than the share `commonest` of
 * the documents are left out.
 */
export function openPostings(documents: number, rows: readonly Row[], commonest = 1): Postings {
  const entries = [...frequenciesOf(documents, rows)].filter(([, byPlace]) => byPlace.size <= commonest * documents)
  const numbers = new Map(entries.map(([key], number) => [key, number]))
  const starts = new Uint32Array(entries.length + 1)
  const size = entries.reduce((sum, [, byPlace]) => sum + byPlace.size, 0)
  const places = new Uint16Array(size)
  const worths = new Float32Array(size)
  let at = 0
  for (const [number, [, byPlace]] of entries.entries()) {
    const worth = rarity(byPlace.size, documents)
    for (const [place, frequency] of byPlace) {
      places[at] = place
      worths[at++] = worth * frequency ** FREQUENCY_POWER
    }
    starts[number + 1] = at
  }
  return {
    add(keys, scores, weight) {
      for (const key of new Set(keys)) {
        const number = numbers.get(key)
        if (number === undefined) continue
        const end = starts[number + 1] as number
        for (let each = starts[number] as number; each < end; each++) {
          const place = places[each] as number
          scores[place] = (scores[place] as number) + weight * (worths[each] as number)
        }
      }
    },
  }
}

/** How often each key stands in each document, by place: weighted by field and held to the field's average length. */
function frequenciesOf(documents: number, rows: readonly Row[]): Map<string, Map<number, number>> {
  const frequencies = new Map<string, Map<number, number>>()
  for (const { weight, keys } of rows) {
    const average = keys.reduce((sum, each) => sum + each.length, 0) / documents
    for (const [place, each] of keys.entries()) {
      const one = weight / (1 - LENGTH_NORM + (LENGTH_NORM * each.length) / average)
      for (const key of each) {
        const byPlace = frequencies.get(key) ?? new Map<number, number>()
        if (byPlace.size === 0) frequencies.set(key, byPlace)
        byPlace.set(place, (byPlace.get(place) ?? 0) + one)
      }
    }
  }
  return frequencies
}

function rarity(holders: number, documents: number): number {
  const inverse = (count: number): number => Math.log(1 + (documents - count + 0.5) / (count + 0.5))
  return inverse(holders) / inverse(1)
}
