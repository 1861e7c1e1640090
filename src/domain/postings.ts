/** An inverted index in typed arrays: which documents a key stands in, and what it is worth there. */

/** One field of all documents: the keys of each, by place. `keyWeight` is the same wherever the key stands. */
export type Row = { weight: number; keyWeight: number; keys: string[][] }

export type Postings = {
  has(this: void, key: string): boolean
  /** The score of each document, by place. A key counts once however often it is asked for. */
  score(this: void, keys: Iterable<string>): Float64Array
}

/** How far a long field is held to the average length. */
const LENGTH_NORM = 0.7
/** Ten times in a text is not ten times the evidence, but more than the usual saturation of BM25 leaves of it. */
const FREQUENCY_POWER = 0.75

/**
 * A key is worth in a document: its rarity (1 for a key of one document alone, whatever their number) times its weighted
 * frequency, so that scores and the threshold keep their meaning while the bank grows.
 */
export function openPostings(documents: number, rows: Row[]): Postings {
  const frequencies = new Map<string, { keyWeight: number; byPlace: Map<number, number> }>()
  for (const { weight, keyWeight, keys } of rows) {
    const average = keys.reduce((sum, each) => sum + each.length, 0) / documents
    keys.forEach((each, place) => {
      const one = weight / (1 - LENGTH_NORM + (LENGTH_NORM * each.length) / average)
      for (const key of each) {
        const entry = frequencies.get(key) ?? { keyWeight, byPlace: new Map<number, number>() }
        frequencies.set(key, entry)
        entry.byPlace.set(place, (entry.byPlace.get(place) ?? 0) + one)
      }
    })
  }
  const numbers = new Map([...frequencies.keys()].map((key, number) => [key, number]))
  const starts = new Uint32Array(numbers.size + 1)
  const size = [...frequencies.values()].reduce((sum, { byPlace }) => sum + byPlace.size, 0)
  const places = new Uint16Array(size)
  const worths = new Float32Array(size)
  let at = 0
  for (const [key, { keyWeight, byPlace }] of frequencies) {
    for (const [place, frequency] of byPlace) {
      places[at] = place
      worths[at] = keyWeight * rarity(byPlace.size, documents) * frequency ** FREQUENCY_POWER
      at++
    }
    starts[(numbers.get(key) as number) + 1] = at
  }
  return {
    has: (key) => numbers.has(key),
    score: (keys) => {
      const scores = new Float64Array(documents)
      for (const key of new Set(keys)) {
        const number = numbers.get(key)
        if (number === undefined) continue
        const end = starts[number + 1] as number
        for (let each = starts[number] as number; each < end; each++)
          scores[places[each] as number]! += worths[each] as number
      }
      return scores
    },
  }
}

function rarity(holders: number, documents: number): number {
  const inverse = (count: number): number => Math.log(1 + (documents - count + 0.5) / (count + 0.5))
  return inverse(holders) / inverse(1)
}
