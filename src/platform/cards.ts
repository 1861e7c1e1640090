import type * as expressions from 'adaptive-expressions'
import type * as templating from 'adaptivecards-templating'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { LANGUAGES, type Language } from '../domain/languages.ts'
import type { Message } from '../kit.ts'
import type { Strings } from '../strings.ts'

type Template = templating.Template

const require = createRequire(import.meta.url)
let loaded: typeof templating | undefined
/** With the first card that is shown: a start does not wait for it. */
function loadTemplating(): typeof templating {
  if (loaded === undefined) readFieldsAtOnce(require('adaptive-expressions') as typeof expressions)
  return (loaded ??= require('adaptivecards-templating') as typeof templating)
}

/** Most of what a template asks for is `${name}`, a field of its data; the general way to it takes an eighth of a turn. */
function readFieldsAtOnce({ ExpressionFunctions, ExpressionType, Constant }: typeof expressions): void {
  const accessor = ExpressionFunctions.standardFunctions.get(ExpressionType.Accessor)
  const usual = accessor?.tryEvaluate
  if (accessor === undefined || usual === undefined)
    throw new Error('the template language reads fields in another way')
  accessor.tryEvaluate = (expression, memory, options) => {
    const [name, ...within] = expression.children
    const data = '$data' in memory ? memory.$data : undefined
    if (name instanceof Constant && within.length === 0 && typeof data === 'object' && data !== null) {
      const field = String(name.value)
      const value: unknown = Object.hasOwn(data, field) ? Reflect.get(data, field) : undefined
      if (value !== undefined && value !== null) return { value, error: '' }
    }
    return usual(expression, memory, options)
  }
}

/** The cards that are language switches themselves. */
const LANGUAGE_CARDS = ['language', 'settings']

export type Card = Record<string, unknown>
export type RenderCard = (message: Message) => Card

/**
 * Reads the card templates once. A card's first render in a language builds its Template with the labels of that language
 * in it, which takes 13 times as long as the expansion that every render is.
 * Every card gets the language switch of cards/parts, and every Action.Execute its Action.Submit fallback.
 */
export async function readCards(dir: string, strings: Strings): Promise<RenderCard> {
  const languageSwitch = await readJson(join(dir, 'parts', 'languages.json'))
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json') && !file.endsWith('.sample.json'))
  const cards = new Map<string, Card>()
  const templates = new Map<string, Template>()
  for (const file of files) {
    const card = (await readJson(join(dir, file))) as Card & { body: unknown[] }
    const name = file.replace(/\.json$/, '')
    const body = LANGUAGE_CARDS.includes(name) ? card.body : [...card.body, languageSwitch]
    cards.set(name, { ...card, body })
  }
  const otherLanguages = Object.fromEntries(
    LANGUAGES.map((language) => [
      language,
      LANGUAGES.filter((other) => other !== language).map((code) => ({
        code,
        title: strings.translate(code)('common.languageName'),
      })),
    ]),
  )
  const templateOf = (name: string, language: Language): Template => {
    const key = `${name} ${language}`
    const built = templates.get(key)
    if (built !== undefined) return built
    const card = cards.get(name)
    if (card === undefined) throw new Error(`no card ${name}`)
    const { Template } = loadTemplating()
    const template = new Template(withLabels(card, { t: strings.labels(language), lang: language }))
    templates.set(key, template)
    return template
  }
  return ({ card, language, show, data }) => {
    const template = templateOf(card, language)
    const expanded = template.expand({
      $root: {
        ...data,
        t: strings.labels(language),
        lang: language,
        show,
        otherLanguages: otherLanguages[language],
      },
    }) as Card
    addFallbacks(expanded)
    return expanded
  }
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'))
}

const LABEL = /\$\{(?:\$root\.)?(t\.[\w.]+|lang)\}/g
/** What the template language would read as its own. */
const SIGNS = /[\\`$]/

/** Puts in what is the same in every card of a language; what stands within an expression is left to the template. */
function withLabels(node: unknown, labels: Record<string, unknown>): unknown {
  if (typeof node === 'string')
    return node.replace(LABEL, (expression, path: string) => {
      const label = path.split('.').reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], labels)
      return typeof label === 'string' && !SIGNS.test(label) ? label : expression
    })
  if (Array.isArray(node)) return node.map((item) => withLabels(item, labels))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withLabels(value, labels)]))
}

/** Clients that do not know Action.Execute send the same verb as an Action.Submit. */
function addFallbacks(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(addFallbacks)
  if (typeof node !== 'object' || node === null) return
  Object.values(node).forEach(addFallbacks)
  if (!('type' in node) || node.type !== 'Action.Execute' || 'fallback' in node) return
  const { verb, data, ...rest } = node as Card
  const fallback = { ...rest, type: 'Action.Submit', data: { ...(data as object | undefined), verb } }
  Object.assign(node, { fallback })
}
