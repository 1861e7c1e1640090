/** `npm run preview`: every card in three languages, three looks and two widths, in a browser. PREVIEW_PORT, CONTENT_DIR. */
import { join } from 'node:path'
import { sentenceOf } from '../domain/content-messages.ts'
import { LANGUAGES } from '../domain/languages.ts'
import type { Library } from '../domain/library.ts'
import { libraryOf } from '../platform/content.ts'
import { readContentFiles } from '../platform/content-files.ts'
import { readCardsApart, showMessage, showSamples, type Shown } from '../platform/preview-samples.ts'
import { openPreview } from '../platform/preview-server.ts'
import { readStrings } from '../platform/strings.ts'
import { previewKit, previewTurn, showingsOf } from './preview-content.ts'

const CARDS = 'cards'
const content = process.env['CONTENT_DIR'] ?? './content'
const port = Number(process.env['PREVIEW_PORT'] ?? 3979)

/** Both read everything anew, so that what was saved shows. */
const show = {
  async samples(origin: string): Promise<Shown[]> {
    return showSamples(CARDS, await readCardsApart(CARDS, await readStrings(content)), origin)
  },
  async content(origin: string): Promise<Shown[]> {
    const strings = await readStrings(content)
    const render = await readCardsApart(CARDS, strings)
    const { library, faults } = await readLibrary()
    const kit = library && previewKit(library, strings, origin)
    const showings = LANGUAGES.flatMap((language) =>
      (kit === undefined ? [] : showingsOf(kit, previewTurn(language, strings))).map(({ name, make }) =>
        showMessage(render, name, language, make),
      ),
    )
    return [...faults, ...(await Promise.all(showings))]
  },
}

/** Drafts too, and content that the check would refuse: its writers want to see it. */
async function readLibrary(): Promise<{ library: Library | undefined; faults: Shown[] }> {
  const { content: files, findings } = await readContentFiles(content)
  const { tools, themes, theories, lexicon } = files
  const published = <T>(items: readonly T[]) => items.map((item) => ({ ...item, state: 'published' as const }))
  const all = { ...files, tools: published(tools), themes: published(themes), theories: published(theories) }
  return {
    library: lexicon && libraryOf(all, lexicon),
    faults: findings.map((finding) => ({
      name: `content/${finding.file}`,
      language: finding.language ?? 'fi',
      fault: sentenceOf(finding, 'fi'),
    })),
  }
}

try {
  const preview = await openPreview({ port, show, watched: [CARDS, content], images: join(content, 'themes') })
  process.stdout.write(`Cards: ${preview.url}\n`)
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`)
  process.exitCode = 1
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return `The preview did not start: another program has port ${port}. End it, or choose another port: PREVIEW_PORT=4000 npm run preview`
  }
  if (code === 'ERR_SOCKET_BAD_PORT') {
    return `The preview did not start: PREVIEW_PORT must be a number from 0 to 65535, not ${process.env['PREVIEW_PORT'] ?? ''}.`
  }
  return `The preview did not start. ${error instanceof Error ? error.message : String(error)}`
}
