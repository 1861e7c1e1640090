/** How well the search finds tools for people's own words, as a table or as JSON. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Content } from '../domain/content.ts'
import { LANGUAGES } from '../domain/languages.ts'
import {
  measureElsewhere,
  measureLeftOutPhrases,
  measureSearch,
  type AskedMessage,
  type SearchQuality,
  type SearchScore,
} from '../domain/search-quality.ts'
import { elsewhereDocuments, libraryOf, searchDocuments } from '../platform/content.ts'
import { printTable } from './table.ts'

const messageSchema = z.object({
  id: z.string(),
  lang: z.enum(LANGUAGES),
  text: z.string(),
  strong: z.array(z.string()).default([]),
  ok: z.array(z.string()).default([]),
  care: z.boolean().optional(),
})

/** Messages with the tools that answer them. @throws Error where the file is no such list */
export async function readMessages(file: string) {
  return z.array(messageSchema).parse(JSON.parse(await readFile(file, 'utf8')))
}

/** `queries.json` has the messages that tools answer, `queries.oos.json` beside it those that no tool does, if it is there. */
export async function reportSearch(content: Content, file: string, asJson: boolean): Promise<void> {
  if (content.lexicon === undefined) throw new Error('content/search cannot be read: npm run content says why')
  const library = libraryOf(content, content.lexicon)
  const quality = measureSearch(library.index, await readMessages(file), library.tools)
  const outside = file.replace(/json$/, 'oos.json')
  const elsewhere = measureElsewhere(library.index, existsSync(outside) ? await readMessages(outside) : [])
  const documents = searchDocuments([...library.tools.values()], library.themes, content.keywords)
  const phrases = measureLeftOutPhrases([...documents, ...elsewhereDocuments(content.elsewhere)], content.lexicon)
  if (asJson) {
    console.log(JSON.stringify({ file, ...quality, elsewhere, leftOutPhrases: phrases.byLanguage }, null, 2))
    return
  }
  printScores(quality)
  console.log(`\n${quality.leftOut} messages left out: the tools that answer them are not there yet.`)
  const { messages, recognised, needless } = quality.care
  console.log(`Words of care: ${recognised} of ${messages} messages that call for them, ${needless} others.`)
  console.log('\nMessages that no tool answers:')
  printTable(
    ['', 'messages', 'rejected', 'both shown'],
    [
      ...LANGUAGES.map((language) => [language, elsewhere.byLanguage[language]] as const),
      ['all', elsewhere.all] as const,
    ].map(([name, score]) => [name, String(score.messages), percent(score.rejected), percent(score.beside)]),
  )
  console.log('\nOwn phrases, each asked of an index without it:')
  printScores(phrases)
  printMisses(quality)
  printMessages('without the words of care they call for', quality.care.missed)
  printMessages('that no tool answers, answered with tools', elsewhere.missed)
}

function printScores({ all, byLanguage }: SearchQuality): void {
  const line = (name: string, score: SearchScore) => [
    name,
    String(score.queries),
    ...[score.hit1, score.hit3, score.hit10].map(percent),
    score.mrr.toFixed(2),
    ...[score.fair1, score.fair3, score.fair10, score.rejected].map(percent),
  ]
  printTable(
    ['', 'messages', 'hit@1', 'hit@3', 'hit@10', 'MRR', 'or ok@1', 'ok@3', 'ok@10', 'rejected'],
    [...LANGUAGES.map((language) => line(language, byLanguage[language])), line('all', all)],
  )
}

function printMisses({ misses }: SearchQuality): void {
  console.log(`\n${misses.length} messages without a strong tool among the first three:`)
  for (const { id, lang, text, wanted, found } of misses) {
    console.log(`  ${id} ${lang}  ${text}\n    wanted ${wanted.join(', ')}; found ${found.join(', ') || 'nothing'}`)
  }
}

function printMessages(what: string, messages: readonly AskedMessage[]): void {
  console.log(`\n${messages.length} messages ${what}:`)
  for (const { id, lang, text } of messages) console.log(`  ${id} ${lang}  ${text}`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`
}
