/** Own index against MiniSearch with the same terms and weights, interleaved: time of a search, time to build. */
import { mkdir, writeFile } from 'node:fs/promises'
import MiniSearch from 'minisearch'
import { LANGUAGES } from '../src/domain/languages.ts'
import { openIndex, RECIPE, type Lexicon, type SearchDocument } from '../src/domain/search.ts'
import { openReader } from '../src/domain/terms.ts'
import { readContentFiles } from '../src/platform/content-files.ts'

const MANY = 300 * LANGUAGES.length
const ROUNDS = 3
/** Of the everyday phrases, every so many is asked: the peer takes long. */
const EVERY = 25
const SYLLABLES = ['ka', 'lo', 'mi', 'nu', 're', 'sti']

const { tools, keywords, lexicon } = (await readContentFiles('content')).content
const words = lexicon as Lexicon
const present = tools.flatMap((tool) =>
  LANGUAGES.map((language): SearchDocument => ({
    ...tool.text[language],
    keywords: keywords[tool.id]?.[language] ?? [],
    id: tool.id,
    language,
    theme: '',
  })),
)
const many = Array.from({ length: MANY }, (_, at) =>
  varied(present[at % present.length], Math.floor(at / present.length)),
)
const questions = present.flatMap(({ needs }) => needs).filter((_, at) => at % EVERY === 0)
const rows = [present, many].flatMap(measure)
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
    buildMs: Math.round(build),
    medianMs: Number(quantile(times, 0.5).toFixed(3)),
    p99Ms: Number(quantile(times, 0.99).toFixed(3)),
  }))
}

function ownFind(documents: SearchDocument[]): (text: string) => unknown {
  const index = openIndex(documents, words)
  return (text) => index.find(text, 'fi')
}

function peerFind(documents: SearchDocument[]): (text: string) => unknown {
  const { title, when, needs, summary, concept, trigram } = RECIPE
  const indexes = LANGUAGES.map((language) => {
    const { read, learn, keysOf } = openReader(language, words)
    const keys = (text: string, field?: string): string[] => {
      const terms = field === undefined ? read(text) : learn(text)
      const concepts = terms.concepts.map((each) => `@${each}`)
      if (field === 'concepts') return concepts
      return [...terms.stems.flatMap(keysOf), ...(field === undefined ? concepts : [])]
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
    index.addAll(own.map(text).map((each) => ({ ...each, concepts: `${each.title} · ${each.when} · ${each.needs}` })))
    return index
  })
  return (text) => indexes.map((index) => index.search(text))
}

/** A copy of a tool in which every third word or so is another one. */
function varied(document: SearchDocument | undefined, copy: number): SearchDocument {
  if (!document) throw new Error('There are no tools')
  if (copy === 0) return document
  const vary = (text: string): string =>
    text.replace(/\p{L}{4,}/gu, (word) => {
      const number = copy * 7 + word.length * 3 + word.charCodeAt(0) + word.charCodeAt(word.length - 1)
      return number % 3 ? word : word.slice(0, -1) + (SYLLABLES[number % 6] ?? '') + (SYLLABLES[copy % 5] ?? '')
    })
  const { id, title, when, needs } = document
  return { ...document, id: `${id}-${copy}`, title: vary(title), when: vary(when), needs: needs.map(vary) }
}

function timed<T>(work: () => T): { result: T; milliseconds: number } {
  const before = performance.now()
  const result = work()
  return { result, milliseconds: performance.now() - before }
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN
}
