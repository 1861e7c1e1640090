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

/** Renders each message; a fault stays with its card. */
export function showMessage(render: RenderCard, name: string, message: Message): Shown {
  try {
    return { name, language: message.language, card: render(message) }
  } catch (error) {
    return { name, language: message.language, fault: `${message.card}.json: ${textOf(error)}` }
  }
}

/** Every card of the folder with its sample, in every language. `origin` serves the images. */
export async function showSamples(dir: string, render: RenderCard, origin: string): Promise<Shown[]> {
  const shown = (await cardNames(dir)).map(async (name): Promise<Shown[]> => {
    try {
      const messages = await readSamples(dir, name, origin)
      return messages.map((message) => showMessage(render, name, message))
    } catch (error) {
      return LANGUAGES.map((language) => ({ name, language, fault: `${name}.sample.json: ${textOf(error)}` }))
    }
  })
  return (await Promise.all(shown)).flat()
}

/** The sample of a card as messages, one in each language. @throws where it is no JSON or lacks a language */
export async function readSamples(dir: string, name: string, origin: string): Promise<Message[]> {
  const text = await readFile(join(dir, `${name}.sample.json`), 'utf8')
  const samples = JSON.parse(text.replaceAll(SAMPLE_IMAGES, `${origin}/images/`)) as Record<string, unknown>
  return LANGUAGES.map((language) => {
    const data = samples[language]
    if (data === undefined) throw new Error(`${language} is missing`)
    return { card: name, language, summary: name, show: { verb: 'welcome.show' }, data } as Message
  })
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
    await cp(join(dir, 'parts'), join(alone, 'parts'), { recursive: true })
    await cp(join(dir, `${name}.json`), join(alone, `${name}.json`))
    return await readCards(alone, strings)
  } finally {
    await rm(alone, { recursive: true, force: true })
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
