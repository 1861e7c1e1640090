/** Finding tools by a person's own words. */
import { LANGUAGES } from './languages.ts'
import type { InLanguages, Language } from './languages.ts'
import { languageOfMessage } from './message-language.ts'
import { openPostings } from './postings.ts'
import type { Postings, Row } from './postings.ts'
import { openReader } from './terms.ts'
import type { Reader, Terms, Vocabulary } from './terms.ts'

/** One tool in one language. `theme` is the theme's name in that language. */
export type SearchDocument = {
  id: string
  language: Language
  title: string
  summary: string
  when: string
  needs: string[]
  theme: string
}

/**
 * What content/search says: stop-words.yaml, concepts.yaml, and settings.yaml with the threshold. A tool that scores
 * less than the threshold does not fit; set it from development messages when the content or the recipe changes.
 */
export type Lexicon = Vocabulary & { threshold: number }

/** Best first; each tool once, in the language it was found in. Empty where nothing fits. */
export type Found = { language: Language; matches: Match[] }

export type Match = { id: string; score: number; language: Language }

export interface SearchIndex {
  /** `prefer` is the language of a message that does not tell its own. Only the first 300 characters are searched. */
  find(text: string, prefer: Language): Found
}

/** What the ingredients weigh. Measured on development messages and on phrases left out, where it is flat around these. */
export const RECIPE = {
  title: 2,
  when: 2,
  needs: 2,
  summary: 1,
  theme: 0.5,
  concept: 4,
  trigram: 0.1,
  /** A tool found in another language than the message's. */
  otherLanguage: 0.6,
  /** Concepts come from all the languages of a tool: their phrases were written apart and say more together. */
  conceptsOfAllLanguages: true,
}

export type Recipe = typeof RECIPE

const FIELDS = ['title', 'when', 'needs', 'summary', 'theme'] as const

const LONGEST_TEXT = 300
const MOST_MATCHES = 12
/** A message all of whose words one language knows weighs as much as so many of its function words. */
const KNOWN_WEIGHT = 2

/** The documents of one language. */
type Shelf = { language: Language; read: Reader; ids: string[]; postings: Postings }

/** @throws Error naming a concept whose words cannot be looked up. */
export function openIndex(
  documents: readonly SearchDocument[],
  lexicon: Lexicon,
  recipe: Recipe = RECIPE,
): SearchIndex {
  const shelves = openShelves(documents, lexicon, recipe)
  return {
    find: (text, prefer) => {
      const asked = [...text].slice(0, LONGEST_TEXT).join('')
      const questions = shelves.map((shelf) => ({ ...shelf, terms: shelf.read(asked) }))
      const message = languageOfMessage(
        asked,
        Object.fromEntries(
          questions.map(({ language, terms }) => [language, KNOWN_WEIGHT * terms.known]),
        ) as InLanguages<number>,
      )
      const language = message.sure ? message.language : prefer
      const best = new Map<string, Match>()
      for (const question of questions) {
        const weight = question.language === language ? 1 : recipe.otherLanguage
        keepBest(best, question, question.postings.score(keysOf(question.terms)), weight)
      }
      const matches = [...best.values()].filter(({ score }) => score >= lexicon.threshold)
      return { language, matches: matches.sort((a, b) => b.score - a.score).slice(0, MOST_MATCHES) }
    },
  }
}

function keepBest(best: Map<string, Match>, { ids, language }: Shelf, scores: Float64Array, weight: number): void {
  ids.forEach((id, place) => {
    const score = (scores[place] ?? 0) * weight
    if (score > (best.get(id)?.score ?? 0)) best.set(id, { id, score, language })
  })
}

/** Trigrams and concepts are marked, so that none is taken for a word. */
function keysOf({ stems, trigrams, concepts }: Terms): string[] {
  return [...stems, ...trigrams.map((trigram) => `#${trigram}`), ...concepts.map((concept) => `@${concept}`)]
}

function openShelves(documents: readonly SearchDocument[], lexicon: Lexicon, recipe: Recipe): Shelf[] {
  const drafts = LANGUAGES.map((language) => {
    const own = documents.filter((document) => document.language === language)
    const { read, learn } = openReader(language, lexicon)
    return { language, read, ids: own.map(({ id }) => id), texts: own.map((document) => readDocument(document, learn)) }
  })
  const shared = new Map<string, string[]>()
  for (const { ids, texts } of drafts)
    texts.forEach(({ concepts }, place) => {
      const id = ids[place] as string
      shared.set(id, [...(shared.get(id) ?? []), ...concepts])
    })
  return drafts.map(({ language, read, ids, texts }) => {
    const concepts = recipe.conceptsOfAllLanguages
      ? ids.map((id) => shared.get(id) ?? [])
      : texts.map((text) => text.concepts)
    return { language, read, ids, postings: openPostings(ids.length, rowsOf(texts, concepts, recipe)) }
  })
}

type ReadDocument = { fields: Record<(typeof FIELDS)[number], Terms>; concepts: string[] }

function readDocument(document: SearchDocument, learn: Reader): ReadDocument {
  const needs = document.needs.map(learn)
  const fields = {
    title: learn(document.title),
    when: learn(document.when),
    summary: learn(document.summary),
    theme: learn(document.theme),
    needs: {
      stems: needs.flatMap(({ stems }) => stems),
      trigrams: needs.flatMap(({ trigrams }) => trigrams),
      concepts: needs.flatMap(({ concepts }) => concepts),
      known: 1,
    },
  }
  return { fields, concepts: FIELDS.flatMap((field) => fields[field].concepts) }
}

function rowsOf(texts: ReadDocument[], concepts: string[][], recipe: Recipe): Row[] {
  const rows = FIELDS.flatMap((field): Row[] => [
    { weight: recipe[field], keyWeight: 1, keys: texts.map(({ fields }) => fields[field].stems) },
    {
      weight: recipe[field],
      keyWeight: recipe.trigram,
      keys: texts.map(({ fields }) => fields[field].trigrams.map((trigram) => `#${trigram}`)),
    },
  ])
  const tags = concepts.map((each) => each.map((concept) => `@${concept}`))
  return [...rows, { weight: 1, keyWeight: recipe.concept, keys: tags }].filter((row) => row.weight * row.keyWeight > 0)
}
