import { describe, expect, it } from '@jest/globals'
import type { Language } from '../../src/domain/languages.ts'
import {
  measureElsewhere,
  measureLeftOutPhrases,
  measureSearch,
  type SearchQuery,
} from '../../src/domain/search-quality.ts'
import type { SearchDocument, SearchIndex } from '../../src/domain/search.ts'

const asked: { text: string; prefer: Language }[] = []

/** Finds what the message lists: "b a" finds b, then a. */
const index: SearchIndex = {
  find(text, prefer) {
    asked.push({ text, prefer })
    const ids = text.split(' ').filter((word) => /\w/.test(word))
    return {
      language: prefer,
      care: text.includes('!'),
      ...(text.includes('?') && { elsewhere: 't' }),
      matches: ids.map((id, at) => ({ id, score: 10 - at, language: prefer })),
    }
  },
}
const noCare = { signs: { fi: [], sv: [], en: [] }, tools: [] }
const tools = new Set(['a', 'b', 'c', 'd', 'e'])
const query = (text: string, strong: string[], ok: string[] = [], lang: Language = 'fi'): SearchQuery => ({
  id: `to ${text}`,
  lang,
  text,
  strong,
  ok,
})

describe('quality of search', () => {
  it('counts a strong tool among the first, the first three and the first ten', () => {
    const { all } = measureSearch(
      index,
      [query('a b', ['a']), query('b c a', ['a']), query('b c d a', ['a']), query('b', ['a'])],
      tools,
    )
    expect(all).toMatchObject({ queries: 4, hit1: 1 / 4, hit3: 2 / 4, hit10: 3 / 4, mrr: (1 + 1 / 3 + 1 / 4) / 4 })
  })

  it('counts a tool that would do beside the strong ones', () => {
    const { all } = measureSearch(index, [query('b c a', ['a'], ['b'])], tools)
    expect(all).toMatchObject({ hit1: 0, fair1: 1, fair3: 1, fair10: 1 })
  })

  it('counts a need for which nothing is found as a miss', () => {
    const { all, misses } = measureSearch(index, [query('', ['a', 'gone'])], tools)
    expect(all).toMatchObject({ queries: 1, hit10: 0, mrr: 0 })
    expect(misses).toEqual([{ id: 'to ', lang: 'fi', text: '', wanted: ['a'], found: [] }])
  })

  it('counts the needs for which no tool comes', () => {
    const { all } = measureSearch(index, [query('', ['a']), query('b', ['a'])], tools)
    expect(all.rejected).toBe(1 / 2)
  })

  it('counts the messages that get the words of care they call for, and others that get them', () => {
    const { care } = measureSearch(
      index,
      [
        { ...query('a !', ['a']), care: true },
        { ...query('a', ['a']), care: true },
        query('b !', ['b']),
        query('b', ['b']),
      ],
      tools,
    )
    expect(care).toMatchObject({ messages: 2, recognised: 1, needless: 1 })
    expect(care.missed.map(({ text }) => text)).toEqual(['a'])
  })

  it('counts of messages that no tool answers those without a tool, and those told where they belong beside one', () => {
    const messages = ['?', '', 'a ?', 'a'].map((text) => ({ id: text, lang: 'sv' as const, text }))
    const { all, byLanguage, missed } = measureElsewhere(index, messages)
    expect(all).toEqual({ messages: 4, rejected: 1 / 2, beside: 1 / 4 })
    expect(byLanguage.sv).toEqual(all)
    expect(byLanguage.fi).toEqual({ messages: 0, rejected: 0, beside: 0 })
    expect(missed.map(({ text }) => text)).toEqual(['a ?', 'a'])
  })

  it('leaves out, and counts, messages whose strong tools are not there yet', () => {
    const quality = measureSearch(index, [query('a', ['a']), query('b', ['gone'], ['b'])], tools)
    expect(quality.leftOut).toBe(1)
    expect(quality.all.queries).toBe(1)
  })

  it('tells the languages apart, and shows no figure for one without messages', () => {
    const { byLanguage } = measureSearch(index, [query('a', ['a'], [], 'fi'), query('b', ['a'], [], 'sv')], tools)
    expect(byLanguage.fi.hit1).toBe(1)
    expect(byLanguage.sv.hit1).toBe(0)
    expect(byLanguage.en).toMatchObject({ queries: 0, hit1: 0, mrr: 0 })
  })

  it('does not tell the search the language of a message', () => {
    asked.length = 0
    measureSearch(index, [query('what do we do', ['a'], [], 'fi'), query('konflikt', ['a'], [], 'sv')], tools)
    expect(asked.map(({ prefer }) => prefer)).toEqual(['en', 'fi'])
  })
})

describe('quality of search with a phrase left out', () => {
  const document = (id: string, needs: string[]): SearchDocument => {
    const texts = { title: id, summary: '', when: '', keywords: [], theme: '' }
    return { id, language: 'fi', ...texts, needs }
  }
  const lexicon = { stopWords: { fi: [], sv: [], en: [] }, concepts: {}, threshold: 0.3, care: noCare }

  it('asks each phrase of an index that lacks it', () => {
    const shared = document('meetings', ['palaveri venyy', 'palaveri ilman päätöstä'])
    const alone = document('worries', ['käytävillä supistaan', 'porukka pelkää'])
    const { all, misses } = measureLeftOutPhrases([shared, alone, document('third', ['jotain ihan muuta'])], lexicon)
    expect(all).toMatchObject({ queries: 5, hit1: 2 / 5, hit10: 2 / 5 })
    expect(misses.map(({ id }) => id)).toEqual(['worries-fi-1', 'third-fi-1', 'worries-fi-2'])
  })
})
