import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Limits } from '../../src/platform/limits.ts'

const anna = { tenant: 'tenant-1', id: 'anna' }
const bo = { tenant: 'tenant-1', id: 'bo' }

function someLimits(limits = { person: 3, tenant: 100 }) {
  const clock = { ms: 0 }
  return { clock, limits: new Limits(limits, () => clock.ms) }
}

describe('the limits', () => {
  it('lets a person do so much in ten seconds, says it once beyond that, and goes on when it is over', () => {
    const { clock, limits } = someLimits()
    const outcomes = Array.from({ length: 6 }, () => limits.admit(anna))
    expect(outcomes).toEqual(['passed', 'passed', 'passed', 'refused', 'muted', 'muted'])
    clock.ms = 9_999
    expect(limits.admit(anna)).toBe('muted')
    clock.ms = 10_000
    expect(limits.admit(anna)).toBe('passed')
  })

  it('lets others go on while one floods, in another tenant under the same id too', () => {
    const { limits } = someLimits()
    for (let at = 0; at < 10; at++) limits.admit(anna)
    expect(limits.admit(bo)).toBe('passed')
    expect(limits.admit({ ...anna, tenant: 'tenant-2' })).toBe('passed')
  })

  it('keeps a tenant to its part of a second, and others out of it', () => {
    const { clock, limits } = someLimits({ person: 100, tenant: 2 })
    expect([limits.admit(anna), limits.admit(bo), limits.admit(anna)]).toEqual(['passed', 'passed', 'refused'])
    expect(limits.admit({ tenant: 'tenant-2', id: 'cilla' })).toBe('passed')
    clock.ms = 1_000
    expect(limits.admit(anna)).toBe('passed')
  })

  it('never lets more pass in any ten seconds than it may', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 60 }), (pauses) => {
        const { clock, limits } = someLimits()
        const passed = pauses.flatMap((pause) => {
          clock.ms += pause
          return limits.admit(anna) === 'passed' ? [clock.ms] : []
        })
        for (const from of passed) {
          expect(passed.filter((at) => at >= from && at < from + 10_000).length).toBeLessThanOrEqual(3)
        }
      }),
    )
  })

  it('remembers no more people than it may, however many write at once', () => {
    const { limits } = someLimits({ person: 3, tenant: 1_000_000 })
    for (let at = 0; at < 50_100; at++) limits.admit({ tenant: 'tenant-1', id: `stranger-${at}` })
    expect(limits.size).toBe(50_000)
  })
})
