/**
 * `npm run content`: everything that is wrong with the content, by file; exits with 1 where there is an error.
 * `-- --language sv|en`: the editor's language. `-- --report`: words, reading time and LIX of each tool.
 * `-- --search [file] [--json]`: how well the search finds the tools that the messages of the file ask for.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { CheckOptions, Finding } from '../domain/content-findings.ts'
import { sentenceOf } from '../domain/content-messages.ts'
import { lixOf, readingSeconds, wordsIn } from '../domain/content-prose.ts'
import { cardTexts } from '../domain/content-tool-checks.ts'
import type { Content, Tool } from '../domain/content.ts'
import { isLanguage, LANGUAGES, type InLanguages, type Language } from '../domain/languages.ts'
import { findingsOf } from '../platform/content.ts'
import { readMessages, reportSearch } from './search-report.ts'
import { printTable } from './table.ts'

const CONTENT_DIR = process.env['CONTENT_DIR'] ?? './content'
const DEV_MESSAGES = '../shared/search/queries.dev.json'

const LEVELS: InLanguages<Record<Finding['level'], string>> = {
  fi: { error: 'virhe', warning: 'huomio' },
  sv: { error: 'fel', warning: 'obs' },
  en: { error: 'error', warning: 'warning' },
}
const TOTALS: InLanguages<(errors: number, warnings: number) => string> = {
  fi: (errors, warnings) => `Virheitä ${errors}, huomioita ${warnings}.`,
  sv: (errors, warnings) => `Fel ${errors}, anmärkningar ${warnings}.`,
  en: (errors, warnings) => `Errors ${errors}, warnings ${warnings}.`,
}
const COLUMNS: InLanguages<string[]> = {
  fi: ['työkalu', 'kieli', 'sanaa', 'lukuaika s', 'LIX'],
  sv: ['verktyg', 'språk', 'ord', 'lästid s', 'LIX'],
  en: ['tool', 'language', 'words', 'reading s', 'LIX'],
}

await main()

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      language: { type: 'string', default: 'fi' },
      report: { type: 'boolean', default: false },
      search: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const editor: Language = isLanguage(values.language) ? values.language : 'fi'
  const { content, findings } = await findingsOf(CONTENT_DIR, await checkOptions())
  if (values.search) {
    await searchOrSay(content, positionals[0] ?? DEV_MESSAGES, values.json)
    return
  }
  if (values.report) printTable(COLUMNS[editor], content.tools.flatMap(reportLines))
  printFindings(findings, editor)
}

async function searchOrSay(content: Content, file: string, asJson: boolean): Promise<void> {
  if (existsSync(file)) {
    await reportSearch(content, file, asJson)
    return
  }
  console.error(`There is no ${file}. Give a file of messages: npm run content -- --search messages.json`)
  console.error('[{ "id": "1", "lang": "fi", "text": "kokouksissa vain yksi puhuu", "strong": ["ve-aani"], "ok": [] }]')
  process.exitCode = 1
}

async function checkOptions(): Promise<CheckOptions> {
  return {
    today: new Date().toISOString().slice(0, 10),
    linkHosts: (process.env['LINK_HOSTS'] ?? '').split(',').filter(Boolean),
    devMessages: (
      await Promise.all(
        [DEV_MESSAGES, DEV_MESSAGES.replace(/json$/, 'oos.json')].filter((file) => existsSync(file)).map(readMessages),
      )
    ).flat(),
  }
}

function printFindings(findings: readonly Finding[], editor: Language): void {
  const files = Map.groupBy(findings, ({ file }) => file)
  for (const file of [...files.keys()].sort()) {
    console.log(`\n${file}`)
    for (const finding of files.get(file) ?? []) {
      console.log(`  ${LEVELS[editor][finding.level].padEnd(8)}${sentenceOf(finding, editor)}`)
    }
  }
  const errors = findings.filter(({ level }) => level === 'error').length
  console.log(`\n${TOTALS[editor](errors, findings.length - errors)}`)
  if (errors > 0) process.exitCode = 1
}

function reportLines(tool: Tool): string[][] {
  return LANGUAGES.map((language) => {
    const texts = cardTexts(tool, language)
    const seconds = readingSeconds(texts.join('').length)
    return [tool.id, language, String(texts.flatMap(wordsIn).length), seconds.toFixed(0), lixOf(texts).toFixed(0)]
  })
}
