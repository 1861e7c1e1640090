import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { wanted } from '../support/fuzz-presses.ts'
import { faultsOf } from '../support/fuzz-rules.ts'

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe(`Presses that no card offers, a thousand times thirty (SEED=${SEED})`, () => {
  it('keep every rule, one after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 15, maxLength: 30, size: 'max' }), async (presses) => {
        expect(await faultsOf(presses)).toEqual([])
      }),
      { numRuns: 1_000, seed: SEED },
    )
  }, 300_000)
})
