/**
 * Ways of ranking tools, side by side on messages with known answers (`npm run bench -- ranking messages.json`):
 * what each ingredient adds, the best phrase instead of all of them, compounds split, and weights learnt on four folds
 * of the messages and measured on the fifth. The product's way is the last but one line before those.
 */
import { readFile } from 'node:fs/promises'
import { LANGUAGES, type Language } from '../src/domain/languages.ts'
import { answerLanguage, languageOfMessage } from '../src/domain/message-language.ts'
import { openPostings, type Row } from '../src/domain/postings.ts'
import { RECIPE, type Lexicon, type SearchDocument } from '../src/domain/search.ts'
import { openReader, type Terms } from '../src/domain/terms.ts'
import { readContentFiles } from '../src/platform/content-files.ts'
import { searchDocuments } from '../src/platform/content.ts'
import { printTable } from '../src/cli/table.ts'

type Message = { lang: Language; text: string; strong: string[] }
/** What speaks for each tool, by the name of the evidence. */
type Evidence = Record<string, Float64Array>

const FOLDS = 5
const LEARNT = ['words', 'trigrams', 'concepts', 'best phrase', 'all phrases', 'compound parts']

export async function compareRankings(file: string): Promise<void> {
  const { content } = await readContentFiles('content')
  const lexicon = content.lexicon as Lexicon
  const messages = JSON.parse(await readFile(file, 'utf8')) as Message[]
  const documents = searchDocuments(content.tools, content.themes, content.keywords)
  const ids = content.tools.map(({ id }) => id)
  const shelves = new Map(LANGUAGES.map((language) => [language, openShelf(language, documents, lexicon)]))
  const asked = messages.map((message) => {
    const { text } = message
    const guess = languageOfMessage(text)
    const language = guess.sure ? guess.language : answerLanguage({ text, defaultLanguage: 'fi' })
    return { message, evidence: (shelves.get(language) as Shelf)(text) }
  })
  const ways: Record<string, Record<string, number>> = {
    'titles and themes': { titles: 1 },
    '+ summary and when': { 'titles, summary, when': 1 },
    '+ everyday phrases': { 'words without keywords': 1 },
    '+ keywords': { words: 1 },
    '+ trigrams': { words: 1, trigrams: RECIPE.trigram },
    '+ concepts (the product)': { words: 1, trigrams: RECIPE.trigram, concepts: RECIPE.concept },
    'best phrase alone': { 'best phrase': 1 },
    'product + best phrase': { words: 1, trigrams: RECIPE.trigram, concepts: RECIPE.concept, 'best phrase': 4 },
    'product + all phrases': { words: 1, trigrams: RECIPE.trigram, concepts: RECIPE.concept, 'all phrases': 4 },
    'product + compounds split': {
      words: 1,
      trigrams: RECIPE.trigram,
      concepts: RECIPE.concept,
      'compound parts': 0.3,
    },
  }
  const lines = Object.entries(ways).map(([name, weights]) =>
    line(
      name,
      asked.map(({ message, evidence }) => ({ message, rank: rankOf(ids, message, sum(evidence, weights)) })),
    ),
  )
  const learnt = learnOnFolds(asked, ids)
  printTable(
    ['', ...LANGUAGES.flatMap((language) => [`${language} hit@1`, '@3', '@10']), 'all @3'],
    [...lines, line('weights learnt on held-back folds', learnt.ranks)],
  )
  console.log(`\nLearnt weights: ${LEARNT.map((name, at) => `${name} ${learnt.weights[at]?.toFixed(2)}`).join(', ')}`)
}

type Shelf = (text: string) => Evidence

function openShelf(language: Language, documents: readonly SearchDocument[], lexicon: Lexicon): Shelf {
  const own = documents.filter((document) => document.language === language)
  const { learn, read, cut } = openReader(language, lexicon)
  const texts = own.map((document) => {
    const phrases = document.needs.map(learn)
    return {
      title: learn(document.title),
      theme: learn(document.theme),
      when: learn(document.when),
      summary: learn(document.summary),
      needs: joined(phrases),
      keywords: joined(document.keywords.map(learn)),
      phrases: [...phrases, learn(document.title), learn(document.when)],
    }
  })
  type Field = 'title' | 'theme' | 'when' | 'summary' | 'needs' | 'keywords'
  const rows = (fields: readonly Field[]): Row[] =>
    fields.map((field) => ({ weight: RECIPE[field], keys: texts.map((text) => text[field].stems) }))
  const all: readonly Field[] = ['title', 'when', 'summary', 'theme', 'needs', 'keywords']
  const postings = (fields: readonly Field[]) => openPostings(own.length, rows(fields))
  const titles = postings(['title', 'theme'])
  const heads = postings(['title', 'theme', 'summary', 'when'])
  const phrased = postings(['title', 'theme', 'summary', 'when', 'needs'])
  const words = postings(all)
  const trigrams = openPostings(
    own.length,
    rows(all).map((row) => ({ ...row, parts: cut })),
    0.5,
  )
  const concepts = openPostings(own.length, [
    { weight: 1, keys: texts.map((text) => all.flatMap((field) => text[field].concepts)) },
  ])
  const owners = texts.flatMap(({ phrases }, tool) => phrases.map(() => tool))
  const each = openPostings(owners.length, [
    { weight: 1, keys: texts.flatMap(({ phrases }) => phrases.map(({ stems }) => stems)) },
  ])
  const known = new Set(texts.flatMap((text) => all.flatMap((field) => text[field].stems)))
  const score = (index: typeof words, keys: string[]) => {
    const scores = new Float64Array(own.length)
    index.add(keys, scores, 1)
    return scores
  }
  return (text) => {
    const terms = read(text.slice(0, 300))
    const byPhrase = new Float64Array(owners.length)
    each.add(terms.stems, byPhrase, 1 / Math.sqrt(Math.max(1, terms.stems.length)))
    const best = new Float64Array(own.length)
    const squares = new Float64Array(own.length)
    for (const [at, tool] of owners.entries()) {
      best[tool] = Math.max(best[tool] as number, byPhrase[at] as number)
      squares[tool] = (squares[tool] as number) + (byPhrase[at] as number) ** 2
    }
    return {
      titles: score(titles, terms.stems),
      'titles, summary, when': score(heads, terms.stems),
      'words without keywords': score(phrased, terms.stems),
      words: score(words, terms.stems),
      trigrams: score(trigrams, terms.stems.flatMap(cut)),
      concepts: score(concepts, terms.concepts),
      'best phrase': best,
      'all phrases': squares.map(Math.sqrt),
      'compound parts': score(words, language === 'en' ? [] : terms.stems.flatMap((stem) => partsOf(stem, known))),
    }
  }
}

function joined(phrases: readonly Terms[]): Terms {
  return {
    stems: phrases.flatMap(({ stems }) => stems),
    concepts: phrases.flatMap(({ concepts }) => concepts),
    known: 1,
  }
}

/** Known words that a long one begins or ends with. */
function partsOf(stem: string, known: ReadonlySet<string>): string[] {
  if (stem.length < 8) return []
  const cuts = Array.from({ length: stem.length - 7 }, (_, at) => at + 4)
  return cuts.flatMap((at) => [stem.slice(0, at), stem.slice(at)]).filter((part) => known.has(part))
}

function sum(evidence: Evidence, weights: Record<string, number>): Float64Array {
  const total = new Float64Array(evidence['words']?.length ?? 0)
  for (const [name, weight] of Object.entries(weights))
    evidence[name]?.forEach((value, tool) => (total[tool] = (total[tool] as number) + weight * value))
  return total
}

/** From 1; infinite where no strong tool scores at all. */
function rankOf(ids: readonly string[], { strong }: Message, scores: Float64Array): number {
  const order = [...scores.keys()].filter((tool) => (scores[tool] as number) > 0)
  order.sort((one, other) => (scores[other] as number) - (scores[one] as number))
  const at = order.findIndex((tool) => strong.includes(ids[tool] as string))
  return at < 0 ? Infinity : at + 1
}

type Ranked = { message: Message; rank: number }

function line(name: string, ranked: readonly Ranked[]): string[] {
  const share = (own: readonly Ranked[], limit: number) =>
    `${((100 * own.filter(({ rank }) => rank <= limit).length) / own.length).toFixed(0)}%`
  return [
    name,
    ...LANGUAGES.flatMap((language) => {
      const own = ranked.filter(({ message }) => message.lang === language)
      return [share(own, 1), share(own, 3), share(own, 10)]
    }),
    share(ranked, 3),
  ]
}

/** Weights that give the strong tools the highest share (softmax, gradient descent), from the other folds each time. */
function learnOnFolds(asked: readonly { message: Message; evidence: Evidence }[], ids: readonly string[]) {
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const weights = learn(
      asked.filter((_, at) => at % FOLDS !== fold),
      ids,
    )
    const named = Object.fromEntries(LEARNT.map((name, at) => [name, weights[at] as number]))
    const ranks = asked
      .filter((_, at) => at % FOLDS === fold)
      .map(({ message, evidence }) => ({ message, rank: rankOf(ids, message, sum(evidence, named)) }))
    return { weights: weights.map((weight) => weight / (weights[0] as number)), ranks }
  })
  const mean = (at: number) => folds.reduce((total, { weights }) => total + (weights[at] as number) / FOLDS, 0)
  return { ranks: folds.flatMap(({ ranks }) => ranks), weights: LEARNT.map((_, at) => mean(at)) }
}

function learn(asked: readonly { message: Message; evidence: Evidence }[], ids: readonly string[]): number[] {
  const weights = LEARNT.map(() => 0.1)
  for (let round = 0; round < 300; round++) {
    const slope = LEARNT.map(() => 0)
    for (const { message, evidence } of asked) {
      const values = LEARNT.map((name) => evidence[name] as Float64Array)
      const scores = ids.map((_, tool) =>
        values.reduce((total, value, at) => total + (weights[at] as number) * (value[tool] as number), 0),
      )
      const highest = Math.max(...scores)
      const shares = scores.map((score) => Math.exp(score - highest))
      const all = shares.reduce((total, share) => total + share, 0)
      const wanted = message.strong.filter((id) => ids.includes(id))
      for (const [tool, id] of ids.entries()) {
        const off = (shares[tool] as number) / all - (wanted.includes(id) ? 1 / wanted.length : 0)
        for (const [at, value] of values.entries())
          slope[at] = (slope[at] as number) + (off * (value[tool] as number)) / asked.length
      }
    }
    for (const at of weights.keys()) weights[at] = Math.max(0, (weights[at] as number) - 0.1 * (slope[at] as number))
  }
  return weights
}
