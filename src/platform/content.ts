/** The content as the product uses it: all of it checked, or the last that was. */
import { checkContent, findingsOfTheDay, isOfTheDay } from '../domain/content-checks.ts'
import type { CheckOptions, Finding } from '../domain/content-findings.ts'
import { sentenceOf } from '../domain/content-messages.ts'
import { openCommands } from '../domain/commands.ts'
import type { Content, Elsewhere, Keywords, Theme, Tool, Vocabulary } from '../domain/content.ts'
import { LANGUAGES, type InLanguages, type Language } from '../domain/languages.ts'
import type { Library } from '../domain/library.ts'
import { buildTables, indexFrom, type IndexTables, type SearchDocument } from '../domain/search.ts'
import { startOf } from '../domain/webinar.ts'
import { parseContent, readContentFiles } from './content-files.ts'
import { readContentFolder } from './content-folder.ts'
import { openKeptContent, type Known } from './kept-content.ts'

export type ContentOptions = {
  clock: { now(): Date }
  /** Hosts that links may lead to (LINK_HOSTS). */
  linkHosts?: readonly string[]
  /** The language of those who mend the content. */
  editor?: Language
  /** Gets what an editor should look at; it never stops a start. */
  warn?: (sentences: string[]) => void
  /** Where the outcome is kept for the next start, and what is done where it cannot be. */
  keep?: { folder: string; failed: (error: unknown) => void }
}

/** Every error of the content at once, as sentences by file and field. */
export class ContentFault extends Error {
  override name = 'ContentFault'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[], editor: Language = 'fi') {
    super([HEADINGS[editor], ...findings.map((finding) => `  - ${sentenceOf(finding, editor)}`)].join('\n'))
    this.findings = findings
  }
}

const HEADINGS: InLanguages<string> = {
  fi: 'Sisältöä ei otettu käyttöön. Korjaa nämä:',
  sv: 'Innehållet togs inte i bruk. Rätta detta:',
  en: 'The content was not taken into use. Mend these:',
}

/**
 * Reads and checks the content folder.
 * @throws ContentFault with every error
 */
export async function readContent(dir: string, options: ContentOptions): Promise<Library> {
  const today = options.clock.now().toISOString().slice(0, 10)
  const { linkHosts = [], editor = 'fi', keep } = options
  const folder = await readContentFolder(dir)
  const kept = keep && (await openKeptContent(keep.folder, [folder.hash, ...linkHosts]))
  let known = await kept?.read()
  if (known === undefined) {
    known = checked(parseContent(folder), { today, linkHosts }, editor)
    await kept?.write(known).catch(keep?.failed)
  }
  const warnings = [...known.warnings, ...findingsOfTheDay(known.content, { today, linkHosts })]
  if (warnings.length > 0) options.warn?.(warnings.map((finding) => sentenceOf(finding, editor)))
  return libraryOf(known.content, known.lexicon, known.tables)
}

/** @throws ContentFault with every error */
function checked(read: ReturnType<typeof parseContent>, options: CheckOptions, editor: Language): Known {
  const { content } = read
  const findings = [...read.findings, ...checkContent(content, options)]
  const errors = findings.filter(({ level }) => level === 'error')
  const { lexicon } = content
  if (errors.length > 0 || lexicon === undefined) throw new ContentFault(errors, editor)
  return {
    content: { ...content, keywords: {} },
    lexicon,
    tables: tablesOf(content, lexicon),
    warnings: findings.filter((finding) => finding.level === 'warning' && !isOfTheDay(finding)),
  }
}

/** Reads the content folder and says all that is wrong with it. */
export async function findingsOf(
  dir: string,
  options: CheckOptions,
): Promise<{ content: Content; findings: Finding[] }> {
  const { content, findings } = await readContentFiles(dir)
  return { content, findings: [...findings, ...checkContent(content, options)] }
}

/** What is published. References to what is not are left out, so that retiring a tool is one line in its file. */
export function libraryOf(
  content: Content,
  lexicon: Vocabulary,
  tables: IndexTables = tablesOf(content, lexicon),
): Library {
  const tools = content.tools.filter(isPublished)
  const theories = content.theories.filter(isPublished)
  const themes = content.themes.filter(isPublished)
  const webinars = content.webinars.filter(isPublished)
  const isTool = idsOf(tools)
  const isWebinar = idsOf(webinars)
  const isTheory = idsOf(theories)
  return {
    tools: byId(tools.map((tool) => ({ ...tool, related: tool.related.filter(isTool) }))),
    theories: byId(theories),
    webinars: webinars
      .map((webinar) => ({ ...webinar, tools: webinar.tools.filter(isTool) }))
      .toSorted((one, other) => startOf(one).getTime() - startOf(other).getTime()),
    launches: new Map(
      content.launches.filter(isPublished).map((launch) => [launch.theme, withWebinar(launch, isWebinar)]),
    ),
    themes: themes.map((theme) => ({
      ...withWebinar(theme, isWebinar),
      tools: theme.tools.filter(isTool),
      theory: theme.theory.filter(isTheory),
    })),
    elsewhere: byId(content.elsewhere),
    questions: content.questions,
    contacts: content.contacts,
    pages: byId(content.pages),
    index: indexFrom(tables, lexicon),
    commands: openCommands(lexicon.commands.words, lexicon.commands.polite),
    careTools: lexicon.care.tools,
  }
}

/** What the search knows of all that is published. */
function tablesOf({ tools, themes, keywords, elsewhere }: Content, lexicon: Vocabulary): IndexTables {
  const documents = searchDocuments(tools.filter(isPublished), themes.filter(isPublished), keywords)
  return buildTables([...documents, ...elsewhereDocuments(elsewhere)], lexicon)
}

export type Reloadable<T> = {
  current(): T
  /** Reads it anew, one reading at a time; one that fails leaves the last good one. @throws what the reading throws */
  reload(): Promise<void>
}

export async function openReloadable<T>(read: () => Promise<T>): Promise<Reloadable<T>> {
  let current = await read()
  let last: Promise<unknown> = Promise.resolve()
  const readAnew = async () => {
    current = await read()
  }
  return {
    current: () => current,
    reload: () => {
      const next = last.then(readAnew, readAnew)
      last = next
      return next
    },
  }
}

/** One library that can be read anew. */
export function openLibrary(dir: string, options: ContentOptions): Promise<Reloadable<Library>> {
  return openReloadable(() => readContent(dir, options))
}

/** What the search knows of each tool, in each language. */
export function searchDocuments(
  tools: readonly Tool[],
  themes: readonly Theme[],
  keywords: Keywords,
): SearchDocument[] {
  return tools.flatMap((tool) =>
    LANGUAGES.map((language) => {
      const { title, summary, when, needs } = tool.text[language]
      const theme = themes.find(({ id }) => id === tool.theme)?.text[language].name ?? ''
      const words = keywords[tool.id]?.[language] ?? []
      return { id: tool.id, language, title, summary, when, needs, keywords: words, theme }
    }),
  )
}

/** What the search knows of each topic that belongs elsewhere, in each language. */
export function elsewhereDocuments(topics: readonly Elsewhere[]): SearchDocument[] {
  return topics.flatMap(({ id, text }) =>
    LANGUAGES.map((language) => {
      const { topic, needs, keywords } = text[language]
      return { id, language, title: topic, summary: '', when: '', needs, keywords, theme: '', elsewhere: true }
    }),
  )
}

function isPublished({ state }: Pick<Tool, 'state'>): boolean {
  return state === 'published'
}

/** Without the reference to a webinar that is not published. */
function withWebinar<T extends { webinar?: string | undefined }>(item: T, isWebinar: (id: string) => boolean): T {
  if (item.webinar === undefined || isWebinar(item.webinar)) return item
  const { webinar: _, ...rest } = item
  return rest as T
}

function byId<T extends { id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function idsOf(items: readonly { id: string }[]): (id: string) => boolean {
  const ids = new Set(items.map(({ id }) => id))
  return (id) => ids.has(id)
}
