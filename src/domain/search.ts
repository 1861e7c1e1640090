/** Finding tools by a person's own words. */
import { LANGUAGES } from './languages.ts'
import type { InLanguages, Language } from './languages.ts'
import { languageOfMessage } from './message-language.ts'
import { openPostings } from './postings.ts'
import type { Row } from './postings.ts'
import { openReader } from './terms.ts'
import type { Reader, Readers, Terms, Vocabulary } from './terms.ts'

/** One tool in one language. `theme` is the theme's name in that language. */
export type SearchDocument = {
  id: string
  language: Language
  title: string
  summary: string
  when: string
  needs: string[]
  /** Further words in which the need is told. */
  keywords: string[]
  theme: string
  /** A topic that no tool is about (content/search/elsewhere), ranked beside the tools. */
  elsewhere?: boolean
}

/**
 * What content/search says: stop-words.yaml, concepts.yaml, care.yaml, and settings.yaml with the threshold. Nothing fits
 * where the best tool scores less than it; set it from development messages when the content or the recipe changes.
 * `care` has the signs of a person at risk or of a shock, written as concepts are, and the tools that are for them.
 */
export type Lexicon = Vocabulary & { threshold: number; care: { signs: InLanguages<string[]>; tools: string[] } }

/**
 * `matches`: best first; each tool once, in the language it was found in; empty where nothing fits or where a topic that
 * belongs elsewhere fits much better. `elsewhere`: the id of that topic, or of one that comes near the best tool.
 * `care`: the message hints at a person at risk or at a shock.
 */
export type Found = { language: Language; matches: Match[]; elsewhere?: string; care: boolean }

export type Match = { id: string; score: number; language: Language }

export interface SearchIndex {
  /** `prefer` is the language of a message that does not tell its own. Only the first 300 characters are searched. */
  find(text: string, prefer: Language): Found
}

/** What the ingredients weigh. Measured on development messages and on phrases left out; the figures are flat around these. */
export const RECIPE = {
  title: 2,
  when: 2,
  needs: 2,
  keywords: 1,
  summary: 1,
  theme: 0.5,
  concept: 4,
  trigram: 0.1,
  /** A tool found in another language than the message's. */
  otherLanguage: 0.6,
  /** Concepts come from all the languages of a tool: their phrases were written apart and say more together. */
  conceptsOfAllLanguages: true,
  /** A topic that belongs elsewhere comes instead of the tools, or beside them, where it has this share of the best. */
  elsewhereInstead: 1,
  elsewhereBeside: 0.75,
}

export type Recipe = typeof RECIPE

const FIELDS = ['title', 'when', 'needs', 'keywords', 'summary', 'theme'] as const

const LONGEST_TEXT = 300
const MOST_MATCHES = 12
/** Where a tool fits, others may follow with this share of the threshold: who asks for more of them wants them. */
const LOOSE_SHARE = 1 / 3
/** A message all of whose words one language knows weighs as much as so many of its function words. */
const KNOWN_WEIGHT = 2
/** Trigrams that half of the tools have tell them apart too little for what they cost. */
const COMMONEST_TRIGRAM = 0.5

/** The documents of one language; `tools` are their tools by number. */
type Shelf = { language: Language; readers: Readers; tools: number[]; score: (terms: Terms) => Float64Array }

/** @throws Error naming a concept whose words cannot be looked up. */
export function openIndex(
  documents: readonly SearchDocument[],
  lexicon: Lexicon,
  recipe: Recipe = RECIPE,
): SearchIndex {
  const ids = [...new Set(documents.map(({ id }) => id))]
  const shelves = openShelves(documents, ids, withCare(lexicon), recipe)
  const elsewhere = new Set(documents.filter((document) => document.elsewhere).map(({ id }) => id))
  const careTools = new Set(lexicon.care.tools)
  return {
    find(text, prefer) {
      const asked = text.slice(0, LONGEST_TEXT)
      const questions = readIn(shelves, asked)
      const known = questions.map(({ shelf, terms }) => [shelf.language, KNOWN_WEIGHT * terms.known])
      const message = languageOfMessage(asked, Object.fromEntries(known) as InLanguages<number>)
      const language = message.sure ? message.language : prefer
      const best = ids.map((id): Match => ({ id, score: 0, language }))
      for (const { shelf, terms } of questions) {
        const weight = shelf.language === language ? 1 : recipe.otherLanguage
        keepBest(best, shelf, shelf.score(terms), weight)
      }
      const ranked = best.filter(({ score }) => score >= lexicon.threshold * LOOSE_SHARE && score > 0)
      ranked.sort((a, b) => b.score - a.score)
      const [topic] = ranked.filter(({ id }) => elsewhere.has(id))
      const tools = ranked.filter(({ id }) => !elsewhere.has(id)).slice(0, MOST_MATCHES)
      const care = questions.some(({ terms }) => terms.concepts.includes(CARE)) || careTools.has(tools[0]?.id ?? '')
      return { language, care, ...chosen(tools, topic, care ? 0 : 1) }
    },
  }
  /** The tools, the topic, or both where they are near. Who may need care is never sent elsewhere alone. */
  function chosen(tools: Match[], topic: Match | undefined, share: number): Pick<Found, 'matches' | 'elsewhere'> {
    const best = tools[0]?.score ?? 0
    const score = share * (topic?.score ?? 0)
    const matches = best < lexicon.threshold || score > recipe.elsewhereInstead * best ? [] : tools
    const isNear = topic !== undefined && score >= lexicon.threshold && score >= recipe.elsewhereBeside * best
    return { matches, ...(isNear && { elsewhere: topic.id }) }
  }
}

/** The concept of care.yaml. */
const CARE = 'care'

function withCare({ stopWords, concepts, care }: Lexicon): Vocabulary {
  return { stopWords, concepts: { ...concepts, [CARE]: care.signs } }
}

/** A message that surely is in one language is only glanced at in the others. */
function readIn(shelves: readonly Shelf[], text: string): { shelf: Shelf; terms: Terms }[] {
  const { language, sure } = languageOfMessage(text)
  return shelves.map((shelf) => {
    const { read, glance } = shelf.readers
    return { shelf, terms: sure && shelf.language !== language ? glance(text) : read(text) }
  })
}

function keepBest(best: Match[], { tools, language }: Shelf, scores: Float64Array, weight: number): void {
  for (const [place, tool] of tools.entries()) {
    const match = best[tool] as Match
    const score = (scores[place] as number) * weight
    if (score <= match.score) continue
    match.score = score
    match.language = language
  }
}

function openShelves(
  documents: readonly SearchDocument[],
  ids: readonly string[],
  lexicon: Vocabulary,
  recipe: Recipe,
): Shelf[] {
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const drafts = LANGUAGES.map((language) => {
    const own = documents.filter((document) => document.language === language)
    const readers = openReader(language, lexicon)
    const tools = own.map(({ id }) => numbers.get(id) as number)
    return { language, readers, tools, texts: own.map((document) => readDocument(document, readers.learn)) }
  })
  const shared = ids.map((): string[] => [])
  for (const { tools, texts } of drafts)
    for (const [place, tool] of tools.entries()) shared[tool]?.push(...(texts[place]?.concepts ?? []))
  return drafts.map(({ language, readers, tools, texts }) => {
    const own = texts.map(({ concepts }) => concepts)
    const concepts = recipe.conceptsOfAllLanguages ? tools.map((tool) => shared[tool] ?? []) : own
    return { language, readers, tools, score: openScore(texts, concepts, recipe) }
  })
}

type ReadDocument = { fields: Record<(typeof FIELDS)[number], Terms>; concepts: string[] }

function readDocument({ title, when, summary, theme, needs, keywords }: SearchDocument, learn: Reader): ReadDocument {
  const fields = {
    title: learn(title),
    when: learn(when),
    summary: learn(summary),
    theme: learn(theme),
    needs: together(needs.map(learn)),
    keywords: together(keywords.map(learn)),
  }
  return { fields, concepts: FIELDS.flatMap((field) => fields[field].concepts) }
}

/** Phrases as one text; an idiom never reaches from one phrase into the next. */
function together(phrases: readonly Terms[]): Terms {
  return {
    stems: phrases.flatMap(({ stems }) => stems),
    trigrams: phrases.flatMap(({ trigrams }) => trigrams),
    concepts: phrases.flatMap(({ concepts }) => concepts),
    known: 1,
  }
}

function openScore(texts: ReadDocument[], concepts: string[][], recipe: Recipe): (terms: Terms) => Float64Array {
  const rows = (kind: 'stems' | 'trigrams'): Row[] =>
    FIELDS.map((field) => ({ weight: recipe[field], keys: texts.map(({ fields }) => fields[field][kind]) }))
  const byStem = openPostings(texts.length, rows('stems'))
  const byTrigram = openPostings(texts.length, rows('trigrams'), COMMONEST_TRIGRAM)
  const byConcept = openPostings(texts.length, [{ weight: 1, keys: concepts }])
  return (terms) => {
    const scores = new Float64Array(texts.length)
    byStem.add(terms.stems, scores, 1)
    byTrigram.add(terms.trigrams, scores, recipe.trigram)
    byConcept.add(terms.concepts, scores, recipe.concept)
    return scores
  }
}
