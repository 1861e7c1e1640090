import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { breakBraces, lengthOf, tidyText } from '../../src/domain/person-text.ts'

describe('the text of a person', () => {
  it.each([
    ['decomposed letters', 'A\u030Anger a\u0308a\u0308ni', 'Ånger ääni'],
    ['a mark between a letter and its accent', 'A\u200B\u030A', 'Å'],
    ['overrides of direction and NUL', 'a\u202Eb\u0000c\u2066d', 'abcd'],
    ['half a surrogate pair', 'a\uD83Db', 'a\uFFFDb'],
    ['an emoji with joiners', '👩‍👩‍👧', '👩‍👩‍👧'],
    ['line breaks of all kinds', 'a\r\nb\u2028c\n\n\n\nd', 'a\nb\nc\n\nd'],
  ])('is kept whole and harmless: %s', (_, given, kept) => {
    expect(tidyText(given)).toBe(kept)
  })

  it('is NFC, well-formed and the same when tidied again, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const once = tidyText(given)
        expect(once.isWellFormed()).toBe(true)
        expect(once.normalize('NFC')).toBe(once)
        expect(tidyText(once)).toBe(once)
      }),
    )
  })

  it('is counted as people count', () => {
    expect(lengthOf('Ä👩‍👩‍👧!')).toBe(3)
  })

  it('holds no braces that a card would evaluate, and looks as before', () => {
    const broken = breakBraces('{{DATE(2026-11-26)}} {x}')
    expect(broken).not.toMatch(/\{\{|\}\}/)
    expect(broken.replaceAll('\u2060', '')).toBe('{{DATE(2026-11-26)}} {x}')
  })
})
