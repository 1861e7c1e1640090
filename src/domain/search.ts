/** Finding tools by a person's own words. */
import { LANGUAGES } from './languages.ts'
import type { Language } from './languages.ts'
import { languageOfMessage } from './message-language.ts'
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

/** What content/search says: stop-words.yaml, concepts.yaml, and settings.yaml with the threshold. */
export type Lexicon = Vocabulary & { threshold: number }

export type Found = { language: Language; matches: { id: string; score: number; language: Language }[] }

export interface SearchIndex {
  find(text: string, prefer: Language): Found
}

/** What each ingredient weighs. */
export const RECIPE = {
  k: 1.2,
  b: 0.7,
  d: 0.5,
  title: 2,
  when: 2,
  needs: 2,
  summary: 1,
  theme: 0.5,
  concept: 1.5,
  trigram: 0.15,
  other: 0.6,
  unsure: 0.6,
  bm25f: 0,
  phrase: 0,
  pool: 0,
}
export type Recipe = typeof RECIPE

const LONGEST = 300
const MOST = 12

type Shelf = {
  language: Language
  read: Reader
  ids: string[]
  terms: Map<string, number>
  starts: Uint32Array
  places: Uint16Array
  impacts: Float32Array
  vocabulary: Set<string>
}

export function openIndex(documents: readonly SearchDocument[], lexicon: Lexicon, recipe: Recipe = RECIPE): SearchIndex & { raw: (t: string, p: Language) => Found } {
  const shelves = LANGUAGES.map((language) => openShelf(language, documents.filter((d) => d.language === language), lexicon, recipe))
  const raw = (text: string, prefer: Language): Found => {
    const asked = [...text].slice(0, LONGEST).join('')
    const read = shelves.map((shelf) => shelf.read(asked))
    const known = Object.fromEntries(shelves.map((s, i) => [s.language, read[i]!.stems.length ? 1 * read[i]!.stems.filter((x) => s.vocabulary.has(x)).length / read[i]!.stems.length : 0])) as Record<Language, number>
    const guess = languageOfMessage(asked, known)
    const language = guess.sure ? guess.language : prefer
    const best = new Map<string, { id: string; score: number; language: Language }>()
    shelves.forEach((shelf, i) => {
      const weight = shelf.language === language ? 1 : guess.sure ? recipe.other : recipe.unsure
      const scores = score(shelf, read[i]!, recipe)
      shelf.ids.forEach((id, d) => {
        const s = scores[d]! * weight
        const b = best.get(id)
        if (s > 0 && (!b || s > b.score)) best.set(id, { id, score: s, language: shelf.language })
      })
    })
    const matches = [...best.values()].sort((a, b) => b.score - a.score).slice(0, MOST)
    return { language, matches }
  }
  return { raw, find: (t, p) => { const f = raw(t, p); return { ...f, matches: f.matches.filter((m) => m.score >= lexicon.threshold) } } }
}

function queryTerms(terms: Terms): Set<string> {
  return new Set([...terms.stems, ...terms.trigrams.map((t) => '#' + t), ...terms.concepts.map((c) => '@' + c)])
}

function score(shelf: Shelf, terms: Terms, _recipe: Recipe): Float64Array {
  const scores = new Float64Array(shelf.ids.length)
  for (const t of queryTerms(terms)) {
    const i = shelf.terms.get(t)
    if (i === undefined) continue
    for (let p = shelf.starts[i]!; p < shelf.starts[i + 1]!; p++) scores[shelf.places[p]!]! += shelf.impacts[p]!
  }
  return scores
}

function openShelf(language: Language, documents: SearchDocument[], lexicon: Lexicon, r: Recipe): Shelf {
  const { read, learn } = openReader(language, lexicon)
  const impact = new Map<string, Map<number, number>>()
  const fields = documents.map((d) => {
    const t = { title: learn(d.title), when: learn(d.when), needs: learn(d.needs.join(' · ')), summary: learn(d.summary), theme: learn(d.theme) }
    const needsC = d.needs.flatMap((n) => learn(n).concepts)
    const concepts = [...t.title.concepts, ...t.when.concepts, ...t.summary.concepts, ...needsC]
    return { t, concepts }
  })
  const add = (place: number, weight: number, terms: string[], average: number): void => {
    const counts = new Map<string, number>()
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
    for (const [term, tf] of counts) {
      const row = impact.get(term) ?? new Map<number, number>()
      impact.set(term, row)
      const part = r.bm25f ? (weight * tf) / (1 - r.b + (r.b * terms.length) / average) : weight * (r.d + (tf * (r.k + 1)) / (tf + r.k * (1 - r.b + (r.b * terms.length) / average)))
      row.set(place, (row.get(place) ?? 0) + part)
    }
  }
  const addAll = (weight: number, list: string[][]): void => {
    if (!weight) return
    const average = list.reduce((n, x) => n + x.length, 0) / Math.max(1, list.length) || 1
    list.forEach((terms, place) => { add(place, weight, terms, average) })
  }
  for (const f of ['title', 'when', 'needs', 'summary', 'theme'] as const) {
    addAll(r[f], fields.map((x) => x.t[f].stems))
    if (r.trigram) addAll(r[f], fields.map((x) => x.t[f].trigrams.map((t) => '#' + t)))
  }
  addAll(r.concept, fields.map((x) => x.concepts.map((t) => '@' + t)))
  const n = documents.length
  const terms = new Map<string, number>()
  const starts = new Uint32Array(impact.size + 1)
  const places: number[] = [], impacts: number[] = []
  const top = Math.log(1 + (n - 0.5) / 1.5) || 1
  for (const [term, row] of impact) {
    terms.set(term, terms.size)
    const idf = Math.log(1 + (n - row.size + 0.5) / (row.size + 0.5)) / top
    for (const [place, part] of row) { places.push(place); impacts.push((r.bm25f ? 6 * part / (part + r.bm25f) : part) * idf * (term.startsWith('#') ? r.trigram : 1)) }
    starts[terms.size] = places.length
  }
  return { language, read, ids: documents.map((d) => d.id), terms, starts, places: Uint16Array.from(places), impacts: Float32Array.from(impacts), vocabulary: new Set([...impact.keys()].filter((t) => !/^[#@]/.test(t))) }
}
