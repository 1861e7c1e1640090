/** Numbers for attacks that guess: what chance alone would score, so rarely exceeded that a test never fails by it. */

/** A score beyond its bound comes by chance less than once in a thousand million attacks. */
const RARE = 1e-9

/** |z| of a standard normal value beyond this is rarer than 1e-10. */
export const Z_BOUND = 6.5

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The score that `guesses` of which each hits with probability `p` reach by chance more rarely than RARE. */
export function mostByChance(guesses: number, p: number): number {
  let term = (1 - p) ** guesses
  let beyond = 1 - term
  let score = 0
  while (beyond >= RARE && score < guesses) {
    term *= ((guesses - score) / (score + 1)) * (p / (1 - p))
    score += 1
    beyond -= term
  }
  return score
}

/** How many guesses at random pairings hit, at most, by chance: one a pairing on average, as Poisson has it. */
export function mostFixedPoints(pairings: number): number {
  let term = Math.exp(-pairings)
  let beyond = 1 - term
  let score = 0
  while (beyond >= RARE) {
    score += 1
    term *= pairings / score
    beyond -= term
  }
  return score
}

/** How far the orders of several pairs of lists agree, as a standard normal value: Spearman’s rank correlations, summed. */
export function agreement(pairs: readonly (readonly [one: readonly string[], other: readonly string[]])[]): number {
  const used = pairs.filter(([one]) => one.length > 2)
  const sum = used.reduce((total, [one, other]) => total + rankCorrelation(one, other) * Math.sqrt(one.length - 1), 0)
  return used.length === 0 ? 0 : sum / Math.sqrt(used.length)
}

function rankCorrelation(one: readonly string[], other: readonly string[]): number {
  const n = one.length
  const squares = one.reduce((total, item, at) => total + (other.indexOf(item) - at) ** 2, 0)
  return 1 - (6 * squares) / (n * (n * n - 1))
}

/** Pearson’s correlation as a standard normal value. */
export function correlation(pairs: readonly (readonly [x: number, y: number])[]): number {
  const n = pairs.length
  const mean = (of: (pair: readonly [number, number]) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / n
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)]
  const xy = mean(([x, y]) => (x - mx) * (y - my))
  const [xx, yy] = [mean(([x]) => (x - mx) ** 2), mean(([, y]) => (y - my) ** 2)]
  return xx === 0 || yy === 0 ? 0 : (xy / Math.sqrt(xx * yy)) * Math.sqrt(n)
}
