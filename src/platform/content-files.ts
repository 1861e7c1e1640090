/** Reads the content folder. What cannot be read becomes a finding, so that all faults are told at once. */
import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path'
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml'
import type { z } from 'zod'
import { error, schemaFindings, stringsIn, type Finding } from '../domain/content-findings.ts'
import {
  checkInsSchema,
  contactsSchema,
  elsewhereSchema,
  keywordsSchema,
  launchSchema,
  lexiconSchemas,
  PAGES,
  pageSchema,
  stringsSchema,
  themeSchema,
  theorySchema,
  toolSchema,
  webinarSchema,
  type Content,
  type FlatStrings,
  type Vocabulary,
} from '../domain/content.ts'
import { LANGUAGES, type InLanguages } from '../domain/languages.ts'
import { checkLexicon } from '../domain/search.ts'
import { readContentFolder, type ContentFolder } from './content-folder.ts'

/** A tool's file has 20; the search's word lists grow. */
const LARGEST_FILE = 256

/** All files of the content folder that could be read, and the faults of those that could not. */
export async function readContentFiles(dir: string): Promise<{ content: Content; findings: Finding[] }> {
  return parseContent(await readContentFolder(dir))
}

export function parseContent(folder: ContentFolder): { content: Content; findings: Finding[] } {
  const reader = new ContentReader(folder)
  const content = {
    tools: reader.folder('tools', toolSchema),
    theories: reader.folder('theory', theorySchema),
    themes: reader.folder('themes', themeSchema),
    webinars: reader.folder('webinars', webinarSchema),
    launches: reader.folder('launches', launchSchema),
    keywords: reader.tables('search/keywords', keywordsSchema),
    elsewhere: reader.folder('search/elsewhere', elsewhereSchema),
    questions: reader.file('checkins.yaml', checkInsSchema) ?? [],
    pages: PAGES.map((id) => reader.withId(`pages/${id}.yaml`, pageSchema)).filter(isRead),
    contacts: reader.file('contacts.yaml', contactsSchema) ?? [],
    strings: readStrings(reader),
    lexicon: readLexicon(reader),
  }
  return { content: { ...content, refused: reader.refused }, findings: reader.findings }
}

function readStrings(reader: ContentReader): Partial<InLanguages<FlatStrings>> {
  const read = LANGUAGES.map((language) => {
    const tree = reader.file(`strings/${language}.json`, stringsSchema)
    return tree === undefined ? [] : [[language, Object.fromEntries(stringsIn(tree))] as const]
  })
  return Object.fromEntries(read.flat())
}

/** The words of the search, and those that are commands. */
function readLexicon(reader: ContentReader): Vocabulary | undefined {
  const stopWords = reader.file('search/stop-words.yaml', lexiconSchemas.stopWords)
  const commonWords = reader.file('search/common-words.yaml', lexiconSchemas.commonWords)
  const concepts = reader.file('search/concepts.yaml', lexiconSchemas.concepts)
  const settings = reader.file('search/settings.yaml', lexiconSchemas.settings)
  const commands = reader.file('search/commands.yaml', lexiconSchemas.commands)
  const care = reader.file('search/care.yaml', lexiconSchemas.care)
  const { threshold } = settings ?? {}
  if (!stopWords || !commonWords || !concepts || !commands || !care || threshold === undefined) return undefined
  const lexicon = { stopWords, commonWords, concepts, threshold, commands, care }
  return reader.tried('search/concepts.yaml', lexicon, checkLexicon)
}

class ContentReader {
  readonly findings: Finding[] = []
  readonly refused = new Set<string>()
  readonly #folder: ContentFolder

  constructor(folder: ContentFolder) {
    this.#folder = folder
  }

  /** Every YAML file of a folder, in the order of their names. */
  folder<T extends { id: string }>(folder: string, schema: z.ZodType<T>): T[] {
    return this.#names(folder)
      .map((name) => this.withId(`${folder}/${name}`, schema))
      .filter(isRead)
  }

  /** Every YAML file of a folder, each a table by id, as one table. */
  tables<T extends object>(folder: string, schema: z.ZodType<T>): T {
    return Object.assign({}, ...this.#names(folder).map((name) => this.file(`${folder}/${name}`, schema))) as T
  }

  /** A file whose `id` is its name. */
  withId<T extends { id: string }>(file: string, schema: z.ZodType<T>): T | undefined {
    const item = this.file(file, schema)
    if (item === undefined || item.id === basename(file, '.yaml')) return item
    this.#refuse(file, [error({ file, field: 'id' }, 'id-differs', { id: item.id })])
    return undefined
  }

  file<T>(file: string, schema: z.ZodType<T>): T | undefined {
    const data = this.#data(file)
    if (data === undefined) return undefined
    const parsed = schema.safeParse(data.value)
    if (parsed.success) return parsed.data
    this.#refuse(file, schemaFindings(file, data.value, parsed.error.issues))
    return undefined
  }

  /** The value, where `use` can make something of it. */
  tried<T>(file: string, value: T, use: (value: T) => unknown): T | undefined {
    try {
      use(value)
      return value
    } catch (fault) {
      this.#refuse(file, [error({ file }, 'unusable', { reason: reasonOf(fault) })])
      return undefined
    }
  }

  #names(folder: string): string[] {
    const names = this.#folder.names(folder)
    if (names === undefined) this.findings.push(error({ file: folder }, 'no-file'))
    // Pictures may stand beside the files; a tool saved as .yml would be missed in silence.
    const visible = (names ?? []).filter((name) => !name.startsWith('.'))
    const others = visible.filter((name) => /ya?ml/i.test(name) && !name.endsWith('.yaml'))
    this.findings.push(...others.map((name) => error({ file: `${folder}/${name}` }, 'file-name')))
    return visible.filter((name) => name.endsWith('.yaml'))
  }

  #data(file: string): { value: unknown } | undefined {
    const bytes = this.#folder.bytes(file)
    const parsed = bytes === undefined ? error({ file }, 'no-file') : parse(file, bytes)
    if ('value' in parsed) return parsed
    this.#refuse(file, [parsed])
    return undefined
  }

  #refuse(file: string, findings: Finding[]): void {
    this.findings.push(...findings)
    this.refused.add(basename(file, '.yaml'))
  }
}

/** YAML 1.2 without aliases, own tags and double keys. JSON is YAML, so that a double key is seen in the strings too. */
function parse(file: string, bytes: Uint8Array): { value: unknown } | Finding {
  const size = Math.ceil(bytes.length / 1024)
  if (size > LARGEST_FILE) return error({ file }, 'file-size', { count: size, limit: LARGEST_FILE })
  if (!isUtf8(bytes)) return error({ file }, 'encoding')
  try {
    return { value: load(new TextDecoder().decode(bytes), { schema: CORE_SCHEMA, maxAliases: 0 }) }
  } catch (fault) {
    const line = fault instanceof YAMLException ? (fault.mark?.line ?? 0) + 1 : 1
    return error({ file }, 'unparsed', {
      line,
      reason: fault instanceof YAMLException ? fault.reason : reasonOf(fault),
    })
  }
}

function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}

function isRead<T>(item: T | undefined): item is T {
  return item !== undefined
}
