import { randomInt } from 'node:crypto'

/** Random order (Fisher–Yates), as good as the system's randomness. */
export function shuffle<T>(items: readonly T[]): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(randomInt(left.length), 1))
}
