/** Slips of the finger: an unknown word that is one letter away from a known one. */

/** Shorter words have too many neighbours. */
const SHORTEST = 6

/** Words are compared with those of the same first two letters and nearly the same length only. */
const keyOf = (word: string, length: number): string => word.slice(0, 2) + String(length)

export type Spelling = {
  /** The learnt word that was meant, if one is a single slip away. */
  correct(word: string): string | undefined
}

export function openSpelling(words: Iterable<string>): Spelling {
  const learnt = new Map<string, string[]>()
  for (const word of words) {
    if (word.length < SHORTEST) continue
    const key = keyOf(word, word.length)
    const others = learnt.get(key)
    if (others) others.push(word)
    else learnt.set(key, [word])
  }
  return {
    correct(word) {
      if (word.length < SHORTEST) return undefined
      for (const length of [word.length, word.length - 1, word.length + 1]) {
        const meant = learnt.get(keyOf(word, length))?.find((other) => isOneSlip(word, other))
        if (meant !== undefined) return meant
      }
      return undefined
    },
  }
}

/** Whether one letter too many, too few, wrong, or two letters swapped is all that tells the words apart. */
function isOneSlip(one: string, other: string): boolean {
  let from = 0
  while (from < one.length && one[from] === other[from]) from++
  const swapped = one[from] === other[from + 1] && one[from + 1] === other[from]
  return (
    one.slice(from + 1) === other.slice(from + 1) ||
    one.slice(from + 1) === other.slice(from) ||
    one.slice(from) === other.slice(from + 1) ||
    (swapped && one.slice(from + 2) === other.slice(from + 2))
  )
}
