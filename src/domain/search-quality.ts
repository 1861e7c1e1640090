/** How well the search finds the tools that people's own words ask for. */
import type { InLanguages, Language } from './languages.ts'
import { answerLanguage } from './message-language.ts'
import { openIndex, RECIPE } from './search.ts'
import type { Found, Lexicon, SearchDocument, SearchIndex } from './search.ts'

/** A message with the tools that answer it: `strong` ones, and `ok` ones that would do.*/
export type SearchQuery = AskedMessage & {
  strong: string[]
  ok: string[]
  /** It hints at a person at risk or at a shock. */
  care?: boolean | undefined
}

/** A message by somebody; `lang` is not told to the search. */
export type AskedMessage = { id: string; lang: Language; text: string }

/**
 * Shares from 0 to 1. `hitN`: a strong tool among the first N; `fairN`: a strong or an ok one; `mrr`: the mean of
 * 1 / rank of the first strong tool; `rejected`: for which no tool is found, which counts as a miss.
 */
export type SearchScore = {
  queries: number
  hit1: number
  hit3: number
  hit10: number
  mrr: number
  fair1: number
  fair3: number
  fair10: number
  rejected: number
}

/** A message with no strong tool among its first three. */
export type SearchMiss = { id: string; lang: Language; text: string; wanted: string[]; found: string[] }

export type SearchQuality = {
  all: SearchScore
  byLanguage: InLanguages<SearchScore>
  /** Messages that no strong tool is present for; they are not counted. */
  leftOut: number
  misses: SearchMiss[]
  /** Messages that call for words of care, and those of them that get them. `needless`: others that get them. */
  care: { messages: number; recognised: number; needless: number; missed: AskedMessage[] }
}

/** Of messages that no tool answers, the shares that get no tool, and that get where they belong beside tools. */
export type ElsewhereScore = { messages: number; rejected: number; beside: number }

/** What is read when a message does not tell its language. */
const DEFAULT_LANGUAGE: Language = 'fi'

/** Measures an index by messages. `tools` says which tools are present. */
export function measureSearch(
  index: SearchIndex,
  queries: readonly SearchQuery[],
  tools: { has(id: string): boolean },
): SearchQuality {
  const counted = queries.filter(({ strong }) => strong.some((id) => tools.has(id)))
  const results = counted.map((query) => {
    const found = ask(index, query)
    const ids = found.matches.map(({ id }) => id)
    return {
      query,
      ids,
      care: found.care,
      strong: rankOf(ids, query.strong),
      fair: rankOf(ids, [...query.strong, ...query.ok]),
    }
  })
  const scoreOf = (language: Language): SearchScore => score(results.filter(({ query }) => query.lang === language))
  return {
    all: score(results),
    byLanguage: { fi: scoreOf('fi'), sv: scoreOf('sv'), en: scoreOf('en') },
    leftOut: queries.length - counted.length,
    misses: results
      .filter(({ strong }) => strong > 3)
      .map(({ query: { id, lang, text, strong }, ids }) => ({
        id,
        lang,
        text,
        wanted: strong.filter((wanted) => tools.has(wanted)),
        found: ids.slice(0, 3),
      })),
    care: careOf(results),
  }
}

/** Measures how many of the messages that no tool answers are told so. */
export function measureElsewhere(
  index: SearchIndex,
  messages: readonly AskedMessage[],
): { all: ElsewhereScore; byLanguage: InLanguages<ElsewhereScore>; missed: AskedMessage[] } {
  const results = messages.map((message) => ({ message, found: ask(index, message) }))
  const scoreOf = (language?: Language): ElsewhereScore => {
    const own = results.filter(({ message }) => language === undefined || message.lang === language)
    const share = (count: number) => (own.length === 0 ? 0 : count / own.length)
    const isRejected = ({ found }: (typeof own)[number]) => found.matches.length === 0
    const isBeside = ({ found }: (typeof own)[number]) => found.matches.length > 0 && found.elsewhere !== undefined
    return {
      messages: own.length,
      rejected: share(own.filter(isRejected).length),
      beside: share(own.filter(isBeside).length),
    }
  }
  return {
    all: scoreOf(),
    byLanguage: { fi: scoreOf('fi'), sv: scoreOf('sv'), en: scoreOf('en') },
    missed: results.filter(({ found }) => found.matches.length > 0).map(({ message }) => message),
  }
}

function ask(index: SearchIndex, { text }: AskedMessage): Found {
  return index.find(text, answerLanguage({ text, defaultLanguage: DEFAULT_LANGUAGE }))
}

function careOf(results: readonly { query: SearchQuery; care: boolean }[]): SearchQuality['care'] {
  const asked = results.filter(({ query }) => query.care === true)
  return {
    messages: asked.length,
    recognised: asked.filter(({ care }) => care).length,
    needless: results.filter(({ query, care }) => query.care !== true && care).length,
    missed: asked.filter(({ care }) => !care).map(({ query }) => query),
  }
}

/**
 * Measures the index by its own phrases: each one is asked of an index that lacks it. One phrase of every tool and
 * language is left out at a time, so that there are as many indexes as the longest list of phrases; `every` asks only
 * every so many.
 */
export function measureLeftOutPhrases(
  documents: readonly SearchDocument[],
  lexicon: Lexicon,
  recipe = RECIPE,
  every = 1,
): SearchQuality {
  const ofTools = documents.filter(({ elsewhere }) => elsewhere !== true)
  const tools = new Set(ofTools.map(({ id }) => id))
  const rounds = Math.max(0, ...ofTools.map(({ needs }) => needs.length))
  const parts = Array.from({ length: Math.ceil(rounds / every) }, (_, round) => {
    const left = round * every
    const without = documents.map((each) => ({ ...each, needs: each.needs.filter((_phrase, at) => at !== left) }))
    const asked = ofTools.flatMap(({ id, language, needs }): SearchQuery[] => {
      const text = needs[left]
      return text === undefined
        ? []
        : [{ id: `${id}-${language}-${left + 1}`, lang: language, text, strong: [id], ok: [] }]
    })
    return measureSearch(openIndex(without, lexicon, recipe), asked, tools)
  })
  const byLanguage = (language: Language): SearchScore => average(parts.map((part) => part.byLanguage[language]))
  return {
    all: average(parts.map(({ all }) => all)),
    byLanguage: { fi: byLanguage('fi'), sv: byLanguage('sv'), en: byLanguage('en') },
    leftOut: 0,
    misses: parts.flatMap(({ misses }) => misses),
    care: { messages: 0, recognised: 0, needless: 0, missed: [] },
  }
}

/** From 1; infinite where none is found. */
function rankOf(ids: readonly string[], wanted: readonly string[]): number {
  const at = ids.findIndex((id) => wanted.includes(id))
  return at < 0 ? Infinity : at + 1
}

type Ranks = { strong: number; fair: number; ids: readonly string[] }

function score(results: readonly Ranks[]): SearchScore {
  const share = (count: (result: Ranks) => number): number =>
    results.length === 0 ? 0 : results.reduce((sum, result) => sum + count(result), 0) / results.length
  return {
    queries: results.length,
    hit1: share(({ strong }) => Number(strong <= 1)),
    hit3: share(({ strong }) => Number(strong <= 3)),
    hit10: share(({ strong }) => Number(strong <= 10)),
    mrr: share(({ strong }) => 1 / strong),
    fair1: share(({ fair }) => Number(fair <= 1)),
    fair3: share(({ fair }) => Number(fair <= 3)),
    fair10: share(({ fair }) => Number(fair <= 10)),
    rejected: share(({ ids }) => Number(ids.length === 0)),
  }
}

/** The score over all messages of several measurements. */
function average(scores: readonly SearchScore[]): SearchScore {
  const queries = scores.reduce((sum, each) => sum + each.queries, 0)
  const mean = (figure: Exclude<keyof SearchScore, 'queries'>): number =>
    queries === 0 ? 0 : scores.reduce((sum, each) => sum + each[figure] * each.queries, 0) / queries
  return {
    queries,
    hit1: mean('hit1'),
    hit3: mean('hit3'),
    hit10: mean('hit10'),
    mrr: mean('mrr'),
    fair1: mean('fair1'),
    fair3: mean('fair3'),
    fair10: mean('fair10'),
    rejected: mean('rejected'),
  }
}
