/** What the preview shows: cards that could be made, and why the others could not. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LANGUAGES, type Language } from '../domain/languages.ts'
import type { Message } from '../kit.ts'
import type { Strings } from '../strings.ts'
import { readCards, type Card, type RenderCard } from './cards.ts'

/** One card in one language, or the fault that keeps it from being shown. */
export type Shown = { name: string; language: Language } & ({ card: Card } | { fault: string })

/** Where the images of the samples come from: `npm start`. */
const SAMPLE_IMAGES = 'http://127.0.0.1:3978/images/'

/** Makes a message and renders it; a fault stays with its card. */
export async function showMessage(
  render: RenderCard,
  name: string,
  language: Language,
  make: () => Message | Promise<Message>,
): Promise<Shown> {
  try {
    return { name, language, card: render(await make()) }
  } catch (error) {
    return { name, language, fault: textOf(error) }
  }
}

/** Every card of the folder with its sample, in every language. `origin` serves the images. */
export async function showSamples(dir: string, render: RenderCard, origin: string): Promise<Shown[]> {
  const names = await cardNames(dir)
  const shown = names.flatMap((name) =>
    LANGUAGES.map((language) => showMessage(render, name, language, () => readSample(dir, name, language, origin))),
  )
  return Promise.all(shown)
}

/** The sample of a card as a message. @throws where it is missing or no JSON, with its file */
export async function readSample(dir: string, name: string, language: Language, origin: string): Promise<Message> {
  const samples = await readJson(join(dir, `${name}.sample.json`), (text) =>
    text.replaceAll(SAMPLE_IMAGES, `${origin}/images/`),
  )
  const data = samples[language]
  if (data === undefined) throw new Error(`${name}.sample.json: ${language} is missing`)
  return { card: name, language, summary: name, show: { verb: 'welcome.show' }, data } as Message
}

/** The names of the templates in a folder, in their order. */
export async function cardNames(dir: string): Promise<string[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json') && !file.endsWith('.sample.json'))
  return files.map((file) => file.replace(/\.json$/, '')).sort()
}

/** As `readCards`, but a broken template throws at its own render alone: each is read from a folder of its own. */
export async function readCardsApart(dir: string, strings: Strings): Promise<RenderCard> {
  const names = await cardNames(dir)
  const read = await Promise.all(names.map((name) => readCardAlone(dir, name, strings).catch(textOf)))
  const renderers = new Map(names.map((name, at) => [name, read[at] ?? 'not read']))
  return (message) => {
    const renderer = renderers.get(message.card) ?? 'there is no such template'
    if (typeof renderer === 'string') throw new Error(renderer)
    return renderer(message)
  }
}

async function readCardAlone(dir: string, name: string, strings: Strings): Promise<RenderCard> {
  const alone = await mkdtemp(join(tmpdir(), 'luotsi-preview-'))
  try {
    await readJson(join(dir, `${name}.json`))
    await cp(join(dir, 'parts'), join(alone, 'parts'), { recursive: true })
    await cp(join(dir, `${name}.json`), join(alone, `${name}.json`))
    return await readCards(alone, strings)
  } finally {
    await rm(alone, { recursive: true, force: true })
  }
}

/** @throws with the name of the file */
async function readJson(file: string, edit = (text: string) => text): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(edit(await readFile(file, 'utf8'))) as Record<string, unknown>
  } catch (error) {
    throw new Error(`${file}: ${textOf(error)}`, { cause: error })
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
