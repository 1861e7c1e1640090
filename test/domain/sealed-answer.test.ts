import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { answerToken, openAnswer, sealAnswer, type Choice } from '../../src/domain/sealed-answer.ts'

const aKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
const choices = fc.array(fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }), { minLength: 3, maxLength: 3 })
const keyOf = (seed: string) => createHash('sha256').update(seed).digest()

describe('a sealed answer', () => {
  it('opens with its key and token to what was chosen', () => {
    fc.assert(
      fc.property(aKey, fc.string(), choices, (key, token, chosen) => {
        expect(openAnswer(key, token, sealAnswer(key, token, chosen))).toEqual(chosen)
      }),
    )
  })

  it('opens with no other key, no other token, and not altered', () => {
    const sealed = sealAnswer(keyOf('one'), 'token', [1, 2, undefined])
    expect(() => openAnswer(keyOf('two'), 'token', sealed)).toThrow()
    expect(() => openAnswer(keyOf('one'), 'another', sealed)).toThrow()
    for (let at = 0; at < Buffer.from(sealed, 'base64').length; at += 1) {
      const bytes = Buffer.from(sealed, 'base64')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      expect(() => openAnswer(keyOf('one'), 'token', bytes.toString('base64'))).toThrow()
    }
  })

  it('is of one length whatever was chosen, and tells nothing by its bytes', () => {
    const all: Choice[][] = Array.from({ length: 12 }, (_, at) => Array<Choice>(3).fill(at === 11 ? undefined : at))
    const sealed = all.map((chosen) => sealAnswer(keyOf('one'), 'token', chosen))
    expect(new Set(sealed.map((text) => text.length)).size).toBe(1)
    expect(new Set(sealed).size).toBe(12)
    // The same choices of two people have nothing in common.
    expect(sealAnswer(keyOf('one'), 'another', [0, 0, 0])).not.toBe(sealed[0])
  })

  it('never uses a nonce for two different answers', () => {
    const nonces = new Set<string>()
    for (let one = 0; one < 12; one += 1)
      for (let other = 0; other < 12; other += 1)
        nonces.add(sealAnswer(keyOf('one'), 'token', [one % 12, other, 0]).slice(0, 16))
    expect(nonces.size).toBe(144)
  })
})

describe('the token of an answer', () => {
  it('is one for a person and round, and another for any other person, round, tenant or key', () => {
    const of = (key: string, ...parts: [string, string, string]) => answerToken(keyOf(key), ...parts)
    expect(of('k', 't', 'p', 'r')).toBe(of('k', 't', 'p', 'r'))
    const others = [of('k', 't', 'p', 'r'), of('l', 't', 'p', 'r'), of('k', 'u', 'p', 'r'), of('k', 't', 'q', 'r')]
    expect(new Set([...others, of('k', 't', 'p', 's'), of('k', 'tp', '', 'r'), of('k', 't|p', '', 'r')]).size).toBe(7)
    expect(of('k', 't', 'p', 'r')).toMatch(/^[0-9a-f]{64}$/)
  })
})
