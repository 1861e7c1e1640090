import { describe, expect, it } from '@jest/globals'
import { shuffle } from '../../src/platform/shuffle.ts'

describe('A random order', () => {
  it('holds everything once, and leaves what was given as it was', () => {
    const items = Array.from({ length: 50 }, (_, n) => n)
    const before = [...items]
    const shuffled = shuffle(items)
    expect(items).toEqual(before)
    expect(shuffled).not.toEqual(before)
    expect(shuffled.toSorted((one, other) => one - other)).toEqual(before)
    expect(shuffle([])).toEqual([])
  })

  it('is any of the orders, each about as often', () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 6000; n++) {
      const order = shuffle(['a', 'b', 'c']).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // Eight standard deviations from 1,000: it fails once in the age of the universe.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(8 * Math.sqrt((1000 * 5) / 6))
  })
})
