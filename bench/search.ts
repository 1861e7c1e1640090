/** Own index against MiniSearch with the same terms and weights, interleaved: time of a search, time to build. */
import { mkdir, writeFile } from 'node:fs/promises'
import MiniSearch from 'minisearch'
import { LANGUAGES } from '../src/domain/languages.ts'
import { openIndex, RECIPE, type Lexicon, type SearchDocument } from '../src/domain/search.ts'
import { openReader } from '../src/domain/terms.ts'
import { readContentFiles } from '../src/platform/content-files.ts'

const TOOLS_AT_MOST = 300
const ROUNDS = 5
const SYLLABLES = ['ka', 'lo', 'mi', 'nu', 're', 'sti']

type Find = (text: string) => unknown

const { tools, lexicon } = (await readContentFiles('content')).content
if (!lexicon) throw new Error('content/search cannot be read: see npm run content')
const words: Lexicon = lexicon
const present = tools.flatMap((tool) =>
  LANGUAGES.map((language): SearchDocument => ({ ...tool.text[language], id: tool.id, language, theme: '' })),
)
const questions = present.flatMap(({ needs }) => needs)
const copies = Math.ceil((TOOLS_AT_MOST * LANGUAGES.length) / present.length)
const many = Array.from({ length: copies }, (_, copy) => present.map((document) => varied(document, copy))).flat()
const rows = [present, many.slice(0, TOOLS_AT_MOST * LANGUAGES.length)].flatMap((documents) => measure(documents))
process.stdout.write(rows.map((row) => JSON.stringify(row)).join('\n') + '\n')
await mkdir('bench/results', { recursive: true })
await writeFile('bench/results/search.json', JSON.stringify({ node: process.version, rows }, null, 2))

function measure(documents: SearchDocument[]) {
  const engines = [
    { engine: 'own', ...timed(() => ownFind(documents)), times: [] as number[] },
    { engine: 'minisearch', ...timed(() => peerFind(documents)), times: [] as number[] },
  ]
  for (let round = 0; round <= ROUNDS; round++)
    for (const question of questions)
      for (const { result, times } of round % 2 ? engines : engines.toReversed()) {
        const { milliseconds } = timed(() => result(question))
        if (round > 0) times.push(milliseconds)
      }
  return engines.map(({ engine, milliseconds: build, times }) => ({
    engine,
    tools: documents.length / LANGUAGES.length,
    buildMs: rounded(build),
    medianMs: rounded(quantile(times, 0.5)),
    p99Ms: rounded(quantile(times, 0.99)),
    searches: times.length,
  }))
}

function ownFind(documents: SearchDocument[]): Find {
  const index = openIndex(documents, words)
  return (text) => index.find(text, 'fi')
}

function peerFind(documents: SearchDocument[]): Find {
  const { title, when, needs, summary, concept, trigram } = RECIPE
  const indexes = LANGUAGES.map((language) => {
    const { read, learn } = openReader(language, words)
    const keys = (text: string, field?: string): string[] => {
      const terms = field === undefined ? read(text) : learn(text)
      const concepts = terms.concepts.map((each) => `@${each}`)
      if (field === 'concepts') return concepts
      return [...terms.stems, ...terms.trigrams.map((each) => `#${each}`), ...(field === undefined ? concepts : [])]
    }
    const index = new MiniSearch({
      fields: ['title', 'when', 'needs', 'summary', 'concepts'],
      tokenize: keys,
      processTerm: (term) => term,
      searchOptions: {
        boost: { title, when, needs, summary, concepts: concept },
        boostTerm: (term) => (term.startsWith('#') ? trigram : 1),
      },
    })
    const own = documents.filter((document) => document.language === language)
    const text = ({ needs: phrases, ...rest }: SearchDocument) => ({ ...rest, needs: phrases.join(' · ') })
    index.addAll(own.map(text).map((each) => ({ ...each, concepts: [each.title, each.when, each.needs].join(' · ') })))
    return index
  })
  return (text) => indexes.map((index) => index.search(text))
}

/** A copy of a tool in which every third word or so is another one. */
function varied(document: SearchDocument, copy: number): SearchDocument {
  if (copy === 0) return document
  const vary = (text: string): string =>
    text.replace(/\p{L}{4,}/gu, (word) => {
      const number = copy * 7 + word.length * 3 + word.charCodeAt(0) + word.charCodeAt(word.length - 1)
      return number % 3 ? word : word.slice(0, -1) + (SYLLABLES[number % 6] ?? '') + (SYLLABLES[copy % 5] ?? '')
    })
  const { id, title, when, summary, needs } = document
  const texts = { title: vary(title), when: vary(when), summary: vary(summary), needs: needs.map(vary) }
  return { ...document, ...texts, id: `${id}-${copy}` }
}

function timed<T>(work: () => T): { result: T; milliseconds: number } {
  const before = performance.now()
  const result = work()
  return { result, milliseconds: performance.now() - before }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN
}
