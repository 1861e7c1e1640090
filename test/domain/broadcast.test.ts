import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  BROADCAST_LIMITS,
  checkBroadcast,
  confirmationOf,
  fallbackOrder,
  mayConfirm,
  partsOf,
  textFor,
  type Written,
} from '../../src/domain/broadcast.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { lengthOf } from '../../src/domain/person-text.ts'

const EMPTY = { title: '', body: '' }
const FULL = { title: 'Uusi teema', body: 'Palaute alkaa.' }
const written = (more: Partial<Written> = {}): Written => ({
  text: { fi: FULL, sv: EMPTY, en: EMPTY },
  tool: '',
  theme: '',
  webinar: '',
  link: '',
  image: '',
  imageAlt: '',
  override: '',
  ...more,
})
const checked = (more: Partial<Written>) =>
  checkBroadcast(written(more), {
    linkHosts: ['Kunta.example'],
    exists: { tool: (id) => id === 'goal', theme: (id) => id === 'feedback', webinar: () => false },
  })
const faultsOf = (more: Partial<Written>) =>
  checked(more).faults.map(({ key, language }) => `${key.replace('broadcasts.faults.', '')} ${language ?? ''}`.trim())
const inFinnish = (title: string, body: string) => ({ text: { fi: { title, body }, sv: EMPTY, en: EMPTY } })

describe('what HR writes', () => {
  it('may be sent with one language, a tool, a theme, a link and an image on the allowed hosts', () => {
    const links = {
      link: 'https://kunta.example/a',
      image: 'https://kuvat.kunta.example/b.png',
      imageAlt: 'Kaksi ihmistä',
    }
    expect(faultsOf({ ...links, tool: 'goal', theme: 'feedback' })).toEqual([])
  })

  it('is told all its faults at once', () => {
    const text = { fi: { title: 'a'.repeat(81), body: '' }, sv: { title: '', body: 'b'.repeat(1_501) }, en: EMPTY }
    const rest = { tool: 'x', theme: 'x', webinar: 'x', link: 'x', image: 'x', override: 'c'.repeat(201) }
    expect(faultsOf({ text, ...rest })).toEqual([
      'bodyMissing fi',
      'titleLong fi',
      'titleMissing sv',
      'bodyLong sv',
      'tool',
      'theme',
      'webinar',
      'link',
      'image',
      'imageAlt',
      'overrideLong',
    ])
    expect(faultsOf({ text: { fi: EMPTY, sv: EMPTY, en: { title: ' \n', body: '\u200B' } } })).toEqual(['noLanguage'])
  })

  it('is told how long it is and how long it may be', () => {
    expect(checked(inFinnish('a'.repeat(81), 'b')).faults).toEqual([
      { key: 'broadcasts.faults.titleLong', language: 'fi', values: { length: 81, limit: 80 } },
    ])
  })

  it('is measured in visible characters', () => {
    expect(faultsOf(inFinnish('👍'.repeat(80), 'å'.normalize('NFD').repeat(1_500)))).toEqual([])
  })

  it('is too long where marks are heaped on its letters or its lines make too large a card', () => {
    expect(faultsOf(inFinnish('a', `b${'\u0327\u0303'.repeat(5_000)}`))).toEqual(['bodyLong fi'])
    expect(faultsOf(inFinnish('a', 'b\n'.repeat(BROADCAST_LIMITS.paragraphs)))).toEqual([])
    expect(faultsOf(inFinnish('a', 'b\n'.repeat(BROADCAST_LIMITS.paragraphs + 1)))).toEqual(['bodyParts fi'])
  })

  it('is kept tidied: a title on one line, an address as it will be opened', () => {
    const { clean } = checked({
      ...inFinnish(' Uusi\nteema\u202E ', 'A\u030A\r\n\r\n\r\nloppu '),
      link: ' HTTPS://kunta.example/a?b={{DATE(c)}} ',
      imageAlt: 'Kaksi\nihmistä',
    })
    expect(clean).toMatchObject({
      text: { fi: { title: 'Uusi teema', body: 'Å\n\nloppu' } },
      link: 'https://kunta.example/a?b=%7B%7BDATE(c)%7D%7D',
      imageAlt: 'Kaksi ihmistä',
    })
  })

  it.each([
    ['http://kunta.example/', 'not encrypted'],
    ['https://kunta.example.evil.example/', 'another host'],
    ['https://notkunta.example/', 'a host that ends alike'],
    ['https://kunta.example@evil.example/', 'a host behind a name'],
    ['https://kunta.example:x@evil.example/', 'a host behind a password'],
    ['javascript:alert(1)//https://kunta.example', 'a script'],
    ['//kunta.example/', 'no scheme'],
    ['kunta.example', 'no address'],
    [`https://kunta.example/${'a'.repeat(1_000)}`, 'too long'],
  ])('holds no link that is not https on an allowed host: %s (%s)', (address) => {
    expect(faultsOf({ link: address })).toEqual(['link'])
    expect(faultsOf({ image: address, imageAlt: 'Kuva' })).toEqual(['image'])
  })

  it('stays within its limits, and as it is when checked again, whatever was typed', () => {
    const text = fc.string({ unit: 'binary' })
    const texts = fc.record({ title: text, body: text })
    fc.assert(
      fc.property(fc.record({ fi: texts, sv: texts, en: texts }), text, text, (all, link, image) => {
        const { clean, faults } = checked({ text: all, link, image, imageAlt: link, override: link })
        expect(checked(clean)).toEqual({ clean, faults })
        if (faults.length > 0) return
        for (const { title, body } of LANGUAGES.map((language) => clean.text[language])) {
          expect(title === '').toBe(body === '')
          expect(title).not.toContain('\n')
          expect(lengthOf(title)).toBeLessThanOrEqual(BROADCAST_LIMITS.title)
          expect(title.length).toBeLessThanOrEqual(3 * BROADCAST_LIMITS.title)
          expect(body.length).toBeLessThanOrEqual(3 * BROADCAST_LIMITS.body)
        }
        expect(clean.link === '' || clean.link.startsWith('https://')).toBe(true)
      }),
    )
  })

  it('is shown by paragraphs', () => {
    expect(partsOf('Hei!\n\nUusi teema\n alkaa. ')).toEqual(['Hei!', 'Uusi teema', 'alkaa.'])
    expect(partsOf('')).toEqual([])
  })
})

describe('the text for a reader', () => {
  const [fi, sv, en] = ['fi', 'sv', 'en'].map((title) => ({ title, body: 'b' })) as [
    typeof FULL,
    typeof FULL,
    typeof FULL,
  ]

  it.each([
    ['in the own language', 'sv', { fi, sv, en }, 'sv'],
    ['in the default language, where there is none', 'sv', { fi, sv: EMPTY, en }, 'en'],
    ['then in Finnish', 'sv', { fi, sv: EMPTY, en: EMPTY }, 'fi'],
    ['then in Swedish', 'fi', { fi: EMPTY, sv, en: EMPTY }, 'sv'],
    ['never a body alone', 'fi', { fi: { title: '', body: 'x' }, sv, en: EMPTY }, 'sv'],
    ['never a title alone', 'fi', { fi: { title: 'x', body: '' }, sv, en: EMPTY }, 'sv'],
  ] as const)('is %s', (_, language, texts, given) => {
    expect(textFor(language, texts, 'en')).toEqual({
      text: texts[given],
      language: given,
      isFallback: given !== language,
    })
  })

  it('falls back in a stated order', () => {
    expect(fallbackOrder('en', 'sv')).toEqual(['en', 'sv', 'fi'])
    expect(fallbackOrder('fi', 'fi')).toEqual(['fi', 'sv', 'en'])
  })

  it('is none where no language is complete', () => {
    expect(() => textFor('fi', { fi: EMPTY, sv: EMPTY, en: EMPTY }, 'fi')).toThrow(RangeError)
  })
})

describe('a press of “send”', () => {
  const now = new Date('2026-12-03T07:00:00Z')
  const after = (ms: number) => new Date(now.getTime() + ms)
  const previewed = { state: 'previewed', token: confirmationOf('right', now) } as const

  it.each([
    ['confirms a fresh preview', previewed, 'right', 599_999, 'confirm'],
    ['renews a preview of ten minutes ago', previewed, 'right', 600_000, 'renew'],
    ['renews an earlier preview', previewed, 'earlier', 0, 'renew'],
    ['renews what was changed after its preview', { ...previewed, state: 'draft' }, 'right', 0, 'renew'],
    ['shows what came of it, once confirmed', { state: 'confirmed' }, 'right', 0, 'done'],
    ['shows what came of it, whatever the age', { ...previewed, state: 'confirmed' }, 'right', 9e9, 'done'],
    ['shows that it waits for an approver', { ...previewed, state: 'approving' }, 'right', 0, 'done'],
    ['shows that it was cancelled', { ...previewed, state: 'cancelled' }, 'right', 0, 'done'],
    ['is unknown for a draft that has no preview', { state: 'draft' }, '', 0, 'unknown'],
    ['is unknown for a token that was used up', { state: 'previewed' }, '', 0, 'unknown'],
    ['is unknown for no broadcast', undefined, 'right', 0, 'unknown'],
  ] as const)('%s', (_, broadcast, token, later, expected) => {
    expect(mayConfirm(broadcast, token, after(later))).toBe(expected)
  })
})
