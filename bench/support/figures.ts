/** By how much the most within any window of this length lies over the rate, in per cent. */
export function over(at: readonly number[], ms: number, rate: number): number {
  let most = 0
  let from = 0
  for (const [to, moment] of at.entries()) {
    while (moment - (at[from] ?? 0) >= ms) from += 1
    most = Math.max(most, to - from + 1)
  }
  return round((most / ((rate * ms) / 1000) - 1) * 100)
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}
