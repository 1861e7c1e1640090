import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { breaksIn, lastOf, linked, START, type Act } from '../../src/domain/audit.ts'
import type { AuditEntry } from '../../src/domain/records.ts'

const anAct = (note: string): Act => ({
  at: '2026-11-26T12:05:00.000Z',
  who: 'maija',
  what: 'broadcasts.confirm',
  to: 'b1',
  outcome: 'done',
  note,
})

function aChain(notes: readonly string[]): AuditEntry[] {
  return notes.reduce<AuditEntry[]>((chain, note) => [...chain, linked(chain.at(-1) ?? START, anAct(note))], [])
}

const chains = fc.array(fc.string(), { minLength: 2, maxLength: 12 }).map(aChain)

describe('the chain of the audit', () => {
  it('holds as it was written, in whatever order it is read', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        expect(breaksIn(chain)).toEqual([])
        expect(breaksIn(chain.toReversed())).toEqual([])
        expect(lastOf(chain.toReversed())).toEqual(chain.at(-1))
      }),
    )
  })

  it('tells an entry that was changed, whichever of its fields', () => {
    const fields = ['at', 'who', 'what', 'to', 'note'] as const
    fc.assert(
      fc.property(chains, fc.nat(), fc.constantFrom(...fields), (chain, at, field) => {
        const changed = chain.map((entry, index) =>
          index === at % chain.length ? { ...entry, [field]: `${entry[field]}!` } : entry,
        )
        expect(breaksIn(changed)).toEqual([(at % chain.length) + 1])
      }),
    )
  })

  it('tells entries that were left out, but for the oldest, which are removed with time', () => {
    const chain = aChain(['a', 'b', 'c', 'd'])
    expect(breaksIn(chain.filter(({ number }) => number !== 2))).toEqual([3])
    expect(breaksIn(chain.slice(2))).toEqual([])
  })

  it('tells an entry that was put in another’s place with a hash of its own', () => {
    const [first = linked(START, anAct('')), , ...rest] = aChain(['a', 'b', 'c'])
    expect(breaksIn([first, linked(first, anAct('x')), ...rest])).toEqual([3])
  })
})
