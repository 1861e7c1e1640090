/** Finding tools by a person's own words. */
import { checkConcept } from './concepts.ts'
import { LANGUAGES } from './languages.ts'
import type { InLanguages, Language } from './languages.ts'
import { languageOfMessage } from './message-language.ts'
import { countLikelihood, openLikelihood, type LikelihoodTable, type Phrase } from './likelihood.ts'
import { openReader } from './terms.ts'
import type { Learnt, Readers, Terms, Vocabulary } from './terms.ts'
import { wordsOf } from './words.ts'

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
  /**
   * `prefer` is the language of a message that does not tell its own. Only the first 300 characters are searched. Of tools
   * with the same score those that `isFirst` names come first.
   */
  find(text: string, prefer: Language, isFirst?: (id: string) => boolean): Found
}

/** What the ingredients weigh, measured on development messages; docs/search.md has the figures. */
export const RECIPE = {
  title: 1.5,
  when: 1.5,
  summary: 1.5,
  needs: 1,
  keywords: 1,
  theme: 0.5,
  /** Concepts come from all the languages of a tool: their phrases were written apart and say more together. */
  conceptsOfOtherLanguages: 0.6,
  concept: 1.2,
  trigram: 0.3,
  smoothing: 5,
  /** A tool found in another language than the message's. */
  otherLanguage: 0.6,
  /**
   * A topic that belongs elsewhere comes instead of the tools where it leads the best of them by this and so much for
   * each word of the message: who tells a story of work uses more words than who asks for the lunch menu.
   */
  elsewhereLead: -25,
  elsewhereLeadPerWord: 1,
  /** It comes beside the tools where it lacks at most this for coming instead of them. */
  elsewhereBeside: 10,
}

export type Recipe = typeof RECIPE

const FIELDS = ['title', 'when', 'needs', 'keywords', 'summary', 'theme'] as const

const LONGEST_TEXT = 300
const MOST_MATCHES = 12
/** A message all of whose words one language knows weighs as much as so many of its function words. */
const KNOWN_WEIGHT = 2
/** Trigrams that half of the tools have tell them apart too little for what they cost. */
const COMMONEST_TRIGRAM = 0.5

/** The documents of one language; `tools` are their tools by number. */
type Shelf = {
  language: Language
  readers: Readers
  tools: readonly number[]
  score: (terms: Terms, inFull: boolean) => Float64Array
}

/** What an index is opened from, as plain data that can be kept. `ids` are of tools and topics; a shelf has their numbers. */
export type IndexTables = {
  ids: readonly string[]
  elsewhere: readonly string[]
  /** Tools by the words of their titles and everyday phrases. */
  verbatim: ReadonlyMap<string, readonly string[]>
  shelves: readonly { language: Language; tools: readonly number[]; learnt: Learnt; table: LikelihoodTable }[]
}

/** @throws Error naming a concept whose words cannot be looked up. */
export function openIndex(
  documents: readonly SearchDocument[],
  lexicon: Lexicon,
  recipe: Recipe = RECIPE,
): SearchIndex {
  return indexFrom(buildTables(documents, lexicon, recipe), lexicon, recipe)
}

/** @throws Error naming a concept whose words cannot be looked up. */
export function checkLexicon(lexicon: Lexicon): void {
  for (const [concept, words] of Object.entries(withCare(lexicon).concepts))
    for (const language of LANGUAGES) checkConcept(concept, words[language])
}

/** Reads all documents: what takes long. @throws Error naming a concept whose words cannot be looked up. */
export function buildTables(
  documents: readonly SearchDocument[],
  lexicon: Lexicon,
  recipe: Recipe = RECIPE,
): IndexTables {
  const ids = [...new Set(documents.map(({ id }) => id))]
  return {
    ids,
    elsewhere: [...new Set(documents.filter((document) => document.elsewhere).map(({ id }) => id))],
    verbatim: verbatimOf(documents),
    shelves: buildShelves(documents, ids, withCare(lexicon), recipe),
  }
}

/** The index that was built with the same words and the same recipe. */
export function indexFrom(tables: IndexTables, lexicon: Lexicon, recipe: Recipe = RECIPE): SearchIndex {
  const { ids, verbatim } = tables
  const words = withCare(lexicon)
  const shelves = tables.shelves.map(({ language, tools, learnt, table }): Shelf => {
    const readers = openReader(language, words, learnt)
    const likelihood = openLikelihood(table)
    const score = (terms: Terms, inFull: boolean) => likelihood.score(keysOf(terms, inFull ? readers : undefined))
    return { language, readers, tools, score }
  })
  const elsewhere = new Set(tables.elsewhere)
  const careTools = new Set(lexicon.care.tools)
  return {
    find(text, prefer, isFirst = () => false) {
      const asked = text.slice(0, LONGEST_TEXT)
      const questions = readIn(shelves, asked)
      const known = questions.map(({ shelf, terms }) => [shelf.language, KNOWN_WEIGHT * terms.known])
      const message = languageOfMessage(asked, Object.fromEntries(known) as InLanguages<number>)
      const scored = questions.map(({ shelf, terms, inFull }) => ({ shelf, scores: shelf.score(terms, inFull) }))
      const language = message.sure ? message.language : likeliest(scored, prefer)
      const words = wordsOf(asked)
      const named = verbatim.get(words.join(' '))
      const ranked = rank(scored, language, named ?? [], isFirst)
      const topic = named === undefined ? ranked.find(({ id }) => elsewhere.has(id)) : undefined
      const tools = ranked.filter(({ id }) => !elsewhere.has(id)).slice(0, MOST_MATCHES)
      const own = questions.filter(({ shelf }) => !message.sure || shelf.language === language)
      const care = own.some(({ terms }) => terms.concepts.includes(CARE)) || careTools.has(tools[0]?.id ?? '')
      const lead = recipe.elsewhereLead + recipe.elsewhereLeadPerWord * words.length
      return { language, care, ...chosen(tools, care ? undefined : topic, lead, named !== undefined) }
    },
  }
  /** Tools and topics, the named ones first; each in the language in which it fits best. */
  function rank(
    scored: readonly Scored[],
    language: Language,
    named: readonly string[],
    isFirst: (id: string) => boolean,
  ): Match[] {
    const best = ids.map((id): Match => ({ id, score: -Infinity, language }))
    for (const { shelf, scores } of scored) {
      const isOwn = shelf.language === language
      const inOther = (score: number) => (score > 0 ? score * recipe.otherLanguage : -Infinity)
      keepBest(best, shelf, isOwn ? scores : scores.map(inOther))
    }
    const isNamed = ({ id }: Match) => Number(named.includes(id))
    const breaksTies = ({ id }: Match) => Number(isFirst(id))
    return best
      .filter(({ id, score }) => score > -Infinity || named.includes(id))
      .sort((a, b) => isNamed(b) - isNamed(a) || b.score - a.score || breaksTies(b) - breaksTies(a))
  }
  /** The tools, the topic, or both where they are near. Who may need care is never sent elsewhere. */
  function chosen(
    tools: Match[],
    topic: Match | undefined,
    lead: number,
    isNamed: boolean,
  ): Pick<Found, 'matches' | 'elsewhere'> {
    const best = tools[0]?.score ?? -Infinity
    const score = topic !== undefined && topic.score >= lexicon.threshold ? topic.score : -Infinity
    const matches = !isNamed && (best < lexicon.threshold || score - best > lead) ? [] : tools
    const isNear = topic !== undefined && score > -Infinity && score - best > lead - recipe.elsewhereBeside
    return { matches, ...(isNear && { elsewhere: topic.id }) }
  }
}

type Scored = { shelf: Shelf; scores: Float64Array }

/** The language in which some tool fits best; `prefer` where none fits at all. */
function likeliest(scored: readonly Scored[], prefer: Language): Language {
  const tops = scored.map(({ shelf, scores }) => ({ language: shelf.language, top: Math.max(0, ...scores) }))
  const highest = Math.max(...tops.map(({ top }) => top))
  const preferred = tops.find(({ language }) => language === prefer)
  return preferred?.top === highest ? prefer : (tops.find(({ top }) => top === highest)?.language ?? prefer)
}

/** The tools by the words of their titles and everyday phrases: who types one of them means that tool. */
function verbatimOf(documents: readonly SearchDocument[]): ReadonlyMap<string, readonly string[]> {
  const tools = new Map<string, readonly string[]>()
  for (const { id, title, needs, elsewhere } of documents) {
    // Most phrases are one tool's: they share its list.
    const alone = [id]
    for (const text of elsewhere ? [] : [title, ...needs]) {
      const words = wordsOf(text).join(' ')
      const before = tools.get(words)
      if (before === undefined) tools.set(words, alone)
      else if (!before.includes(id)) tools.set(words, [...before, id])
    }
  }
  tools.delete('')
  return tools
}

/** The concept of care.yaml. It ranks no tool. */
const CARE = 'care'

function withCare({ stopWords, concepts, care }: Lexicon): Vocabulary {
  return { stopWords, concepts: { ...concepts, [CARE]: care.signs } }
}

/** A message that surely is in one language is only glanced at in the others. */
function readIn(shelves: readonly Shelf[], text: string): { shelf: Shelf; terms: Terms; inFull: boolean }[] {
  const { language, sure } = languageOfMessage(text)
  return shelves.map((shelf) => {
    const { read, glance } = shelf.readers
    const inFull = !sure || shelf.language === language
    return { shelf, terms: inFull ? read(text) : glance(text), inFull }
  })
}

function keepBest(best: Match[], { tools, language }: Shelf, scores: Float64Array): void {
  for (const [place, tool] of tools.entries()) {
    const match = best[tool] as Match
    const score = scores[place] as number
    if (score <= match.score) continue
    match.score = score
    match.language = language
  }
}

function buildShelves(
  documents: readonly SearchDocument[],
  ids: readonly string[],
  lexicon: Vocabulary,
  recipe: Recipe,
): IndexTables['shelves'] {
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const drafts = LANGUAGES.map((language) => {
    const own = documents.filter((document) => document.language === language)
    const readers = openReader(language, lexicon)
    const tools = own.map(({ id }) => numbers.get(id) as number)
    return { language, readers, tools, phrases: own.map((document) => phrasesOf(document, readers, recipe)) }
  })
  return drafts.map(({ language, readers, tools, phrases }) => {
    const places = new Map(tools.map((tool, place) => [tool, place]))
    const own = phrases.flatMap((its, place) =>
      its.map(({ terms, weight }): Phrase => ({ place, weight, keys: keysOf(terms, readers) })),
    )
    const others = drafts
      .filter((draft) => draft.language !== language)
      .flatMap((draft) =>
        draft.phrases.flatMap((its, place) => conceptsOf(its, places.get(draft.tools[place] as number))),
      )
    const weight = recipe.conceptsOfOtherLanguages
    const weightOf = (key: string) => (key.startsWith('#') ? recipe.trigram : key.startsWith('@') ? recipe.concept : 1)
    const table = countLikelihood(tools.length, [...own, ...others.map((other) => ({ ...other, weight }))], {
      weightOf,
      smoothing: recipe.smoothing,
      commonestOf: (key) => (key.startsWith('#') ? COMMONEST_TRIGRAM : 1),
    })
    return { language, tools, learnt: readers.learnt(), table }
  })
}

type ReadPhrase = { terms: Terms; weight: number }

function phrasesOf(document: SearchDocument, { learn }: Readers, recipe: Recipe): ReadPhrase[] {
  const phrases = (field: (typeof FIELDS)[number]): ReadPhrase[] =>
    [document[field]].flat().map((text) => ({ terms: learn(text), weight: recipe[field] }))
  return FIELDS.flatMap(phrases).filter(({ terms, weight }) => weight > 0 && terms.stems.length > 0)
}

/** The concepts alone, for the same tool in another language. */
function conceptsOf(phrases: readonly ReadPhrase[], place: number | undefined): Omit<Phrase, 'weight'>[] {
  if (place === undefined) return []
  const keys = phrases.map(({ terms }) => conceptKeys(terms)).filter(({ length }) => length > 0)
  return keys.map((each) => ({ place, keys: [each] }))
}

/** Stems as they are with their `#` trigrams, and `@` concepts. Trigrams are left out where there is nothing to cut with. */
function keysOf(terms: Terms, readers: Readers | undefined): (readonly string[])[] {
  const stems = readers === undefined ? [terms.stems] : terms.stems.map((stem) => readers.keysOf(stem))
  return [...stems, conceptKeys(terms)]
}

function conceptKeys({ concepts }: Terms): string[] {
  return concepts.filter((concept) => concept !== CARE).map((concept) => `@${concept}`)
}
