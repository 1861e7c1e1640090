/**
 * Ways of ranking tools, side by side on messages with known answers: `node bench/ranking.ts [messages.json]`. What each
 * ingredient adds, other ways tried, and weights chosen on four folds of the messages and measured on the fifth. Last
 * column: own phrases, each asked of an index without it (every fourth of them). docs/search.md keeps the table.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import MiniSearch from 'minisearch'
import { printTable } from '../src/cli/table.ts'
import { LANGUAGES, type InLanguages } from '../src/domain/languages.ts'
import { answerLanguage, languageOfMessage } from '../src/domain/message-language.ts'
import { measureLeftOutPhrases, measureSearch, type SearchQuery } from '../src/domain/search-quality.ts'
import { openIndex, RECIPE, type Lexicon, type Recipe, type SearchIndex } from '../src/domain/search.ts'
import { openReader } from '../src/domain/terms.ts'
import { wordsOf } from '../src/domain/words.ts'
import { readContentFiles } from '../src/platform/content-files.ts'
import { searchDocuments } from '../src/platform/content.ts'

const FOLDS = 5
const EVERY = 4
const file = process.argv[2] ?? '../shared/search/queries.dev.json'
if (!existsSync(file)) {
  console.log(`There is no ${file}: node bench/ranking.ts messages.json`)
  process.exit(0)
}

const { content } = await readContentFiles('content')
// Without a threshold and without topics: what is compared is the order of the tools alone.
const lexicon: Lexicon = { ...(content.lexicon as Lexicon), threshold: -Infinity }
const noConcepts: Lexicon = { ...lexicon, concepts: {} }
const documents = searchDocuments(content.tools, content.themes, content.keywords)
const messages = JSON.parse(await readFile(file, 'utf8')) as SearchQuery[]
const tools = new Set(content.tools.map(({ id }) => id))

const NONE: Recipe = { ...RECIPE, when: 0, summary: 0, needs: 0, keywords: 0, trigram: 0 }
const rows: [name: string, index: SearchIndex, left?: { recipe: Recipe; words: Lexicon }][] = [
  ['MiniSearch (BM25+), stems of all texts', miniSearch(false)],
  ['MiniSearch with the product’s stems, trigrams, concepts', miniSearch(true)],
  made('naive Bayes: titles and themes', NONE, noConcepts),
  made('+ summary and when', { ...NONE, when: RECIPE.when, summary: RECIPE.summary }, noConcepts),
  made('+ everyday phrases', { ...RECIPE, keywords: 0, trigram: 0 }, noConcepts),
  made('+ keywords', { ...RECIPE, trigram: 0 }, noConcepts),
  made('+ trigrams', RECIPE, noConcepts),
  made('+ concepts: the product', RECIPE, lexicon),
  ['the best phrase instead of all', bestPhrase()],
  ['the product, compounds split', splitting()],
]
const lines = rows.map(([name, index, left]) => {
  const { byLanguage, all } = measureSearch(index, messages, tools)
  const phrases = left && measureLeftOutPhrases(documents, left.words, left.recipe, EVERY)
  return [
    name,
    ...LANGUAGES.flatMap((language) => {
      const { hit1, hit3, hit10 } = byLanguage[language]
      return [percent(hit1), percent(hit3), percent(hit10)]
    }),
    percent(all.hit3),
    phrases === undefined ? '' : percent(phrases.all.hit10),
  ]
})
const folds = chooseOnFolds()
printTable(
  ['', ...LANGUAGES.flatMap((language) => [`${language} @1`, '@3', '@10']), 'all @3', 'left out @10'],
  [
    ...lines,
    ['weights chosen on four folds, the fifth measured', ...Array<string>(9).fill(''), percent(folds.hit3), ''],
  ],
)
console.log(`\nChosen on the folds: ${folds.chosen.join('; ')}`)

function made(name: string, recipe: Recipe, words: Lexicon): (typeof rows)[number] {
  return [name, openIndex(documents, words, recipe), { recipe, words }]
}

/** The tool of the phrase that fits best, each phrase a document of its own. */
function bestPhrase(): SearchIndex {
  const phrases = documents.flatMap((document) =>
    document.needs.map((need, at) => ({ ...document, id: `${document.id}/${at}`, needs: [need], keywords: [] })),
  )
  const index = openIndex(phrases, lexicon)
  return {
    find(text, prefer) {
      const found = index.find(text, prefer)
      const matches = found.matches.map((match) => ({ ...match, id: match.id.replace(/\/.*/, '') }))
      return { ...found, matches: matches.filter(({ id }, at) => matches.findIndex((match) => match.id === id) === at) }
    },
  }
}

/** Long words of the documents and the messages once more as the known words they begin or end with. */
function splitting(): SearchIndex {
  const known = new Set(
    documents.flatMap(({ needs, keywords, when }) => wordsOf([...needs, ...keywords, when].join(' '))),
  )
  const split = (text: string) =>
    [
      text,
      ...wordsOf(text)
        .filter(({ length }) => length >= 9)
        .flatMap((word) =>
          Array.from({ length: word.length - 7 }, (_, at) => [word.slice(0, at + 4), word.slice(at + 4)]),
        )
        .flat()
        .filter((part) => known.has(part)),
    ].join(' ')
  const cut = documents.map((document) => ({
    ...document,
    needs: document.needs.map(split),
    keywords: document.keywords.map(split),
  }))
  const index = openIndex(cut, lexicon)
  return { find: (text, prefer) => index.find(split(text), prefer) }
}

function miniSearch(inFull: boolean): SearchIndex {
  const shelves = Object.fromEntries(
    LANGUAGES.map((language) => {
      const { read, learn, keysOf } = openReader(language, inFull ? lexicon : noConcepts)
      const terms = (text: string, isQuestion: boolean): string[] => {
        const { stems, concepts } = (isQuestion ? read : learn)(text)
        return inFull ? [...stems.flatMap(keysOf), ...concepts.map((concept) => `@${concept}`)] : stems
      }
      const index = new MiniSearch<Record<string, string>>({
        fields: ['title', 'when', 'summary', 'needs', 'keywords'],
        tokenize: (text, field) => terms(text, field === undefined),
        processTerm: (term) => term,
        searchOptions: {
          boost: { title: 2, when: 2, needs: 2, keywords: 2, summary: 1 },
          boostTerm: (term) => (term.startsWith('#') ? 0.15 : term.startsWith('@') ? 1.5 : 1),
        },
      })
      index.addAll(
        documents
          .filter((document) => document.language === language)
          .map(({ id, title, when, summary, needs, keywords }) => ({
            id,
            title,
            when,
            summary,
            needs: needs.join(' · '),
            keywords: keywords.join(' · '),
          })),
      )
      return [language, index]
    }),
  ) as InLanguages<MiniSearch>
  return {
    find(text, prefer) {
      const guess = languageOfMessage(text)
      const language = guess.sure ? guess.language : prefer
      const matches = shelves[language].search(text.slice(0, 300)).slice(0, 12)
      return { language, care: false, matches: matches.map(({ id, score }) => ({ id: String(id), score, language })) }
    },
  }
}

/** The best of some recipes on the other folds, for each fold. */
function chooseOnFolds(): { hit3: number; chosen: string[] } {
  const recipes = [0.2, 0.3, 0.4].flatMap((trigram) =>
    [1, 2].flatMap((concept) => [0.5, 1, 2].map((smoothing) => ({ trigram, concept, smoothing }))),
  )
  const hits = recipes.map((weights) => {
    const index = openIndex(documents, lexicon, { ...RECIPE, ...weights })
    return messages.map(({ text, strong }) => {
      const { matches } = index.find(text, answerLanguage({ text, defaultLanguage: 'fi' }))
      return matches.slice(0, 3).some(({ id }) => strong.includes(id))
    })
  })
  const count = (own: boolean[], isCounted: (at: number) => boolean) =>
    own.filter((hit, at) => hit && isCounted(at)).length
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const totals = hits.map((own) => count(own, (at) => at % FOLDS !== fold))
    const best = totals.indexOf(Math.max(...totals))
    return { best, hits: count(hits[best] ?? [], (at) => at % FOLDS === fold) }
  })
  return {
    hit3: folds.reduce((sum, each) => sum + each.hits, 0) / messages.length,
    chosen: folds.map(({ best }) => JSON.stringify(recipes[best])),
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}
