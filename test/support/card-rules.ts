/** What every card is held to (house.md, "Cards and strings"). Each rule gives the faults it finds; none is well. */
import { Expression } from 'adaptive-expressions'
import { Template } from 'adaptivecards-templating'
import { isDeepStrictEqual } from 'node:util'
import type { Card } from '../../src/platform/cards.ts'

type Json = Record<string, unknown>

/** An object of a card, with its place: `body.3.items.0`. */
type Part = { part: Json; path: string }

/** A rendered card, and the language it was asked in. */
export type Rendered = { card: Card; language: string }

/** What HR writes of a webinar, in each language. */
const WEBINAR_TEXTS = ['title', 'description', 'speakers', 'organiser', 'loginNote'].flatMap((field) =>
  ['fi', 'sv', 'en'].map((language) => `${field}_${language}`),
)
const WEBINAR_FACTS = ['kind', 'theme', 'date', 'time', 'zone', 'minutes', 'spoken', 'captions', 'join', 'registration']

/** What HR writes of a broadcast, in each language. */
const TEXTS = ['title_fi', 'body_fi', 'title_sv', 'body_sv', 'title_en', 'body_en']

/** The names under which a verb's data and inputs travel (contract, "Action verbs"). */
export const CONTRACT: Record<string, { data: string[]; inputs: string[]; optional?: string[] }> = {
  'tools.show': { data: ['tool', 'tools'], inputs: [] },
  'tools.more': { data: ['tools', 'care'], inputs: [] },
  'tools.elsewhere': { data: ['topic'], inputs: [] },
  'tools.canvas': { data: ['tool'], inputs: [] },
  'tools.compose': { data: ['tool'], inputs: ['field1', 'field2', 'field3'], optional: ['field4', 'field5', 'field6'] },
  'tools.send': { data: ['tool', 'draft'], inputs: ['text', 'channel'] },
  'tools.unsend': { data: ['tool', 'draft', 'channel'], inputs: ['text'] },
  'tools.share': { data: ['tool'], inputs: ['channel'] },
  'tools.unshare': { data: ['tool', 'channel'], inputs: [] },
  'tools.week': { data: ['tool'], inputs: [] },
  'tools.weekly': { data: ['on'], inputs: [] },
  'tools.tried': { data: ['tool'], inputs: ['helped', 'worked', 'change'] },
  'tools.request': { data: [], inputs: ['need'] },
  'checkins.start': {
    data: ['team'],
    inputs: ['weekday', 'time', 'closeAfterHours', 'every', 'language', 'remote', 'talkOnly'],
    optional: ['leaveOut'],
  },
  'checkins.join': { data: ['team'], inputs: ['with'] },
  'checkins.form': { data: ['team'], inputs: [] },
  'checkins.status': { data: ['team'], inputs: [] },
  'checkins.rest': { data: ['team'], inputs: [] },
  'checkins.people': { data: ['team'], inputs: [] },
  'checkins.pause': { data: ['team'], inputs: ['until'] },
  'checkins.resume': { data: ['team'], inputs: [] },
  'checkins.skip': { data: ['team'], inputs: ['week'] },
  'checkins.stop': { data: ['team'], inputs: [] },
  'checkins.talk': { data: ['team'], inputs: [] },
  'checkins.readers': { data: ['team'], inputs: ['readers'] },
  'checkins.handover': { data: ['team'], inputs: ['person'] },
  'checkins.show': { data: ['round', 'again'], inputs: [] },
  'checkins.answer': { data: ['round'], inputs: ['q1', 'q2', 'q3'] },
  'checkins.cooperation': { data: [], inputs: [] },
  'checkins.cooperate': { data: [], inputs: ['date'] },
  'checkins.results': { data: ['team'], inputs: [] },
  'checkins.note': { data: ['note'], inputs: [] },
  'checkins.result': { data: ['round'], inputs: [] },
  'checkins.briefing': { data: ['rounds'], inputs: [] },
  'checkins.overview': { data: [], inputs: [] },
  'checkins.followUp': { data: ['round'], inputs: [] },
  'checkins.helped': { data: ['round'], inputs: ['helped', 'next'] },
  'privacy.mydata': { data: [], inputs: [] },
  'privacy.export': { data: [], inputs: [] },
  'privacy.erasing': { data: [], inputs: [] },
  'privacy.erase': { data: ['sure'], inputs: [] },
  'privacy.answer': { data: ['round'], inputs: [] },
  'privacy.withdraw': { data: ['round'], inputs: [] },
  'broadcasts.list': { data: [], inputs: [] },
  'broadcasts.form': { data: ['broadcast'], inputs: [] },
  'broadcasts.preview': {
    data: ['broadcast'],
    inputs: [...TEXTS, 'audience', 'at', 'date', 'time', 'link', 'image', 'imageAlt', 'override'],
    optional: ['tool', 'theme', 'webinar'],
  },
  'broadcasts.view': { data: ['broadcast'], inputs: [] },
  'broadcasts.test': { data: ['broadcast'], inputs: [] },
  'broadcasts.confirm': { data: ['broadcast', 'token'], inputs: [] },
  'broadcasts.approve': { data: ['broadcast'], inputs: [] },
  'broadcasts.reject': { data: ['broadcast'], inputs: [] },
  'broadcasts.cancel': { data: ['broadcast'], inputs: [] },
  'broadcasts.resume': { data: ['broadcast'], inputs: [] },
  'broadcasts.report': { data: ['broadcast'], inputs: [] },
  'broadcasts.retry': { data: ['broadcast'], inputs: [] },
  'broadcasts.resend': { data: ['broadcast'], inputs: [] },
  'broadcasts.edit': { data: ['broadcast'], inputs: [] },
  'broadcasts.correct': { data: ['broadcast'], inputs: TEXTS },
  'broadcasts.withdraw': { data: ['broadcast'], inputs: [] },
  'broadcasts.duplicate': { data: ['broadcast'], inputs: [] },
  'broadcasts.delete': { data: ['broadcast'], inputs: [] },
  'broadcasts.show': { data: ['broadcast', 'part'], inputs: [] },
  'broadcasts.open': { data: ['broadcast', 'what'], inputs: [] },
  'themes.list': { data: [], inputs: [] },
  'themes.phases': { data: [], inputs: [] },
  'themes.phase': { data: [], inputs: ['phase'] },
  'themes.changes': { data: ['theme', 'added', 'renewed'], inputs: [] },
  'themes.show': { data: ['theme'], inputs: [] },
  'themes.launches': { data: ['theme'], inputs: [] },
  'themes.launch': {
    data: ['theme'],
    inputs: ['theme', 'audience', 'at', 'channelDelayDays', 'waiver'],
    optional: ['date', 'time', 'again'],
  },
  'themes.ideas': { data: ['theme'], inputs: [] },
  'webinars.form': { data: ['webinar'], inputs: [] },
  'webinars.create': {
    data: ['webinar'],
    inputs: [...WEBINAR_TEXTS, ...WEBINAR_FACTS, 'login', 'capacity', 'reminders'],
  },
  'webinars.preview': { data: ['webinar'], inputs: [] },
  'webinars.publish': { data: ['webinar', 'token'], inputs: [] },
  'webinars.manage': { data: ['webinar', 'from'], inputs: [] },
  'webinars.change': { data: ['webinar'], inputs: [] },
  'webinars.move': { data: ['webinar'], inputs: ['date', 'time', 'minutes'] },
  'webinars.add': {
    data: ['webinar'],
    inputs: ['join', 'capacity', 'recording', 'recordingMinutes', 'recordingCaptions', 'expires'],
    optional: ['tools'],
  },
  'webinars.cancel': { data: ['webinar'], inputs: [] },
  'webinars.feedback': { data: ['webinar'], inputs: [] },
  'webinars.answer': { data: ['webinar'], inputs: ['useful', 'step', 'next'] },
  'webinars.list': { data: [], inputs: [] },
  'webinars.show': { data: ['webinar'], inputs: [] },
  'webinars.message': { data: ['webinar', 'says'], inputs: [] },
  'webinars.signup': { data: ['webinar', 'here'], inputs: [] },
  'webinars.leave': { data: ['webinar', 'here'], inputs: [] },
  'webinars.reminders': { data: ['webinar'], inputs: [] },
  'webinars.remind': { data: ['webinar'], inputs: ['P7D', 'P1D', 'PT1H'] },
  'wishes.form': { data: [], inputs: [] },
  'wishes.list': { data: [], inputs: [] },
  'notices.settings': { data: [], inputs: [] },
  'notices.save': { data: [], inputs: ['broadcasts', 'themes', 'weekly', 'webinars'] },
  'notices.kind': { data: ['kind'], inputs: [] },
  'notices.off': { data: ['kind'], inputs: [] },
  'notices.on': { data: ['kind'], inputs: [] },
  'notices.pause': { data: [], inputs: [] },
  'notices.quiet': { data: ['for'], inputs: ['until'] },
  'notices.resume': { data: [], inputs: [] },
  'welcome.show': { data: [], inputs: [] },
  'welcome.help': { data: [], inputs: [] },
  'welcome.notice': { data: ['notice'], inputs: [] },
  'language.offer': { data: [], inputs: [] },
  'language.set': { data: ['language', 'show'], inputs: [] },
}

/** Fields that carry what a person typed or named. Only a TextRun shows them as they are. */
const FROM_PEOPLE = ['sharedBy', 'changedWhere', 'installer', 'need', 'team', 'starter', 'author', 'subject', 'line']

/** Our budget, in UTF-16 as the platform measures: it takes 100 KB. */
const LARGEST_CARD = 25 * 1024

const IN_SCHEMA_1_5 = new Set(
  `AdaptiveCard TextBlock RichTextBlock TextRun Image ImageSet Media Container ColumnSet Column FactSet Fact Table
  TableRow TableCell ActionSet Input.Text Input.Number Input.Date Input.Time Input.Toggle Input.ChoiceSet Input.Choice
  Action.Execute Action.Submit Action.OpenUrl Action.ShowCard Action.ToggleVisibility`.split(/\s+/),
)

export const RENDERED_RULES: Record<string, (rendered: Rendered) => string[]> = {
  'is an Adaptive Card of schema 1.5': ({ card }) =>
    card['type'] === 'AdaptiveCard' && card['version'] === '1.5'
      ? []
      : [`${text(card['type'])} ${text(card['version'])}`],

  'names its language': ({ card, language }) => (card['lang'] === language ? [] : [text(card['lang'])]),

  'leaves no binding unfilled': ({ card }) => JSON.stringify(card).match(/\$\{[^}]*\}?/g) ?? [],

  'is small enough to be sent': ({ card }) => {
    const json = JSON.stringify(card)
    const size = Math.max(Buffer.byteLength(json), json.length * 2)
    return size <= LARGEST_CARD ? [] : [`${size} bytes`]
  },

  'labels its inputs and says what a required one lacks': ({ card }) =>
    inputsOf(card).flatMap(({ part }) => [
      ...(isText(part['label']) ? [] : [`${text(part['id'])}: no label`]),
      ...(part['isRequired'] !== true || isText(part['errorMessage']) ? [] : [`${text(part['id'])}: no errorMessage`]),
    ]),

  'describes its images': ({ card }) =>
    partsOf(card)
      .filter(({ part }) => part['type'] === 'Image' && !isText(part['altText']))
      .map(({ path }) => path),

  'has its title as the first and only large heading': ({ card }) => {
    const texts = shownPartsOf(card).filter(({ part }) => part['type'] === 'TextBlock')
    const isTitle = ({ part }: Part) => part['style'] === 'heading' && part['size'] === 'Large'
    const first = texts.find(({ path }) => !isNews(card, path))
    const titles = texts.filter(isTitle).length
    return [
      ...(first && isTitle(first) ? [] : [`${first?.path ?? 'nothing'} comes first`]),
      ...(titles > 1 ? [`${titles} titles`] : []),
    ]
  },

  'gives its other headings a size, for a heading is large by itself': ({ card }) =>
    shownPartsOf(card)
      .filter(({ part }) => part['style'] === 'heading' && !isText(part['size']))
      .map(({ path }) => path),

  'has at most six buttons': ({ card }) => {
    const count = buttonsOf(card).length
    return count <= 6 ? [] : [`${count} buttons`]
  },

  'has at most one primary button': ({ card }) => {
    const count = buttonsOf(card).filter(({ part }) => part['style'] === 'positive').length
    return count <= 1 ? [] : [`${count} primary buttons`]
  },

  'names its buttons': ({ card }) =>
    shownPartsOf(card)
      .filter(({ part }) => isAction(part) && !isText(part['title']))
      .map(({ path }) => path),

  'lets clients without Action.Execute send the same by Action.Submit': ({ card }) =>
    executesOf(card)
      .filter(({ part }) => !isSameSubmit(part))
      .map(({ part, path }) => `${path}: ${text(part['verb'])}`),

  'gives what is newer than schema 1.5 a fallback': ({ card }) =>
    partsOf(card)
      .filter(({ part }) => isText(part['type']) && !IN_SCHEMA_1_5.has(part['type']) && !isObject(part['fallback']))
      .map(({ part, path }) => `${path}: ${text(part['type'])}`),

  'sends only verbs and names of the contract': ({ card }) =>
    executesOf(card).flatMap(({ part }) => {
      const verb = text(part['verb'])
      const data = isObject(part['data']) ? Object.keys(part['data']) : []
      const known = CONTRACT[verb]
      if (known === undefined) return [`${verb} is no verb`]
      return data.filter((name) => !known.data.includes(name)).map((name) => `${verb} sends ${name}`)
    }),

  'asks what its verbs take, and nothing else': ({ card }) => {
    const asked = inputsOf(card).map(({ part }) => text(part['id']))
    const verbs = executesOf(card).flatMap(({ part }) => CONTRACT[text(part['verb'])] ?? [])
    const taken = verbs.flatMap(({ inputs }) => inputs)
    const optional = verbs.flatMap((verb) => verb.optional ?? [])
    return [
      ...asked.filter((id) => ![...taken, ...optional].includes(id)).map((id) => `nothing takes ${id}`),
      ...taken.filter((id) => !asked.includes(id)).map((id) => `nothing asks ${id}`),
    ]
  },

  'checks and sends inputs only where the verb takes them': ({ card }) =>
    executesOf(card)
      .filter(({ part }) => inputsOf(card).length > 0 && CONTRACT[text(part['verb'])]?.inputs.length === 0)
      .filter(({ part }) => part['associatedInputs'] !== 'none')
      .map(({ part, path }) => `${path}: ${text(part['verb'])}`),

  'uses only colours that every theme can show': ({ card }) =>
    partsOf(card)
      .filter(({ part }) => ['light', 'dark'].includes(text(part['color']).toLowerCase()))
      .map(({ path }) => path),
}

/** The names of the broken rules, each with what breaks it. */
export function faultsOf(rendered: Rendered): string[] {
  return Object.entries(RENDERED_RULES).flatMap(([rule, faults]) =>
    faults(rendered).map((fault) => `${rule}: ${fault}`),
  )
}

/** A template, the data it is filled with (`t`, `lang`, `show` and `otherLanguages` included), and the data of its sample. */
export type Written = { template: Json; data: Json; sample: Json }

export const WRITTEN_RULES: Record<string, (written: Written) => string[]> = {
  'binds only what its data has': (written) =>
    bindingsOf(written)
      .filter(({ values }) => values.some((value) => value === undefined || value === null))
      .map(({ path, name }) => `${path}: ${name}`),

  'binds every field of its sample': (written) => {
    const bound = bindingsOf(written)
    return leavesOf(written.sample)
      .filter((leaf) => !bound.some(({ root, isWhole }) => root === leaf || (isWhole && leaf.startsWith(`${root}.`))))
      .map((leaf) => leaf)
  },

  'has a sample that fills every list and shows every part': ({ sample }) =>
    entriesOf(sample)
      .filter(([, value]) => isEmpty(value))
      .map(([path]) => path),

  'shows what people typed in TextRuns alone': (written) =>
    bindingsOf(written)
      .filter(({ name, path }) => FROM_PEOPLE.includes(lastName(name)) && !path.endsWith('$when'))
      .filter(({ part }) => part['type'] !== 'TextRun')
      .map(({ path, name }) => `${path}: ${name}`),
}

export function writtenFaultsOf(written: Written): string[] {
  return Object.entries(WRITTEN_RULES).flatMap(([rule, faults]) => faults(written).map((fault) => `${rule}: ${fault}`))
}

/** One name in one expression of a template. */
type Binding = {
  /** Where it stands, and in what. */
  path: string
  part: Json
  name: string
  /** The name as seen from the root, list places left out: `tools.title`. */
  root: string
  /** True where the value goes onto the card as it is, with all that it holds. */
  isWhole: boolean
  /** What the data has there, once for each element of the lists around it. */
  values: unknown[]
}

/** What `$data` is at a place, once for each element, and the path to it from the root. */
type Scope = { data: unknown[]; root: string }

function bindingsOf({ template, data }: Written): Binding[] {
  return bindingsIn(template, '', template, { data: [data], root: '' }, data)
}

function bindingsIn(node: unknown, path: string, part: Json, scope: Scope, root: Json): Binding[] {
  if (typeof node === 'string') return bindingsInText(node, path, part, scope, root)
  if (Array.isArray(node)) return node.flatMap((item, at) => bindingsIn(item, `${path}.${at}`, part, scope, root))
  if (!isObject(node)) return []
  const { $data: context, ...rest } = node
  const [own] = typeof context === 'string' ? bindingsInText(context, `${path}.$data`, node, scope, root) : []
  const inner = own === undefined ? scope : { data: own.values.flat(), root: own.root }
  const inside = Object.entries(rest).flatMap(([key, value]) => bindingsIn(value, `${path}.${key}`, node, inner, root))
  return own === undefined ? inside : [{ ...own, isWhole: false }, ...inside]
}

function bindingsInText(value: string, path: string, part: Json, scope: Scope, root: Json): Binding[] {
  const expression = parsed(value)
  if (!(expression instanceof Expression)) return []
  return expression.references().map((name) => {
    const from = name.startsWith('$root') ? { data: [root], root: '' } : scope
    const rest = name
      .replace(/^\$(root|data)\.?/, '')
      .replaceAll(/\[(\d+)\]/g, '.$1')
      .split('.')
      .filter(Boolean)
    return {
      path: path.replace(/^\./, ''),
      part,
      name,
      root: [...from.root.split('.'), ...rest].filter((word) => word !== '' && !/^\d+$/.test(word)).join('.'),
      isWhole: expression.type === 'Accessor',
      values: from.data.map((start) => rest.reduce(valueAt, start)),
    }
  })
}

const expressions = new Map<string, Expression | string>()

/** Parsing takes most of the time of these rules, and the same texts stand on many cards. */
function parsed(value: string): Expression | string {
  const known = expressions.get(value) ?? Template.parseInterpolatedString(value)
  expressions.set(value, known)
  return known
}

function valueAt(value: unknown, key: string): unknown {
  return isObject(value) || Array.isArray(value) ? (value as Json)[key] : undefined
}

/** Every text, number and truth value of a sample by its path, list places left out. */
function leavesOf(sample: Json): string[] {
  const leaves = entriesOf(sample).filter(([, value]) => typeof value !== 'object')
  return [...new Set(leaves.map(([path]) => path))]
}

function entriesOf(value: unknown, path = ''): [path: string, value: unknown][] {
  const own: [string, unknown][] = path === '' ? [] : [[path, value]]
  if (Array.isArray(value))
    return [...own, ...value.flatMap((item) => entriesOf(item, path).slice(isObject(item) ? 1 : 0))]
  if (!isObject(value)) return own
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, item]) => entriesOf(item, path === '' ? key : `${path}.${key}`)),
  ]
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === false || (Array.isArray(value) && value.length === 0)
}

function lastName(name: string): string {
  return name.split('.').at(-1) ?? name
}

/** Every object of a card, fallbacks included. */
export function partsOf(node: unknown, path = ''): Part[] {
  if (Array.isArray(node)) return node.flatMap((item, at) => partsOf(item, `${path}.${at}`))
  if (!isObject(node)) return []
  const inside = Object.entries(node).flatMap(([key, value]) => partsOf(value, `${path}.${key}`))
  return [{ part: node, path: path.replace(/^\./, '') }, ...inside]
}

/** Every object of a card but those that stand in for others, and those that are data. */
function shownPartsOf(card: Card): Part[] {
  return partsOf(card).filter(({ path }) => !/(^|\.)(fallback|data)(\.|$)/.test(path))
}

function inputsOf(card: Card): Part[] {
  return shownPartsOf(card).filter(({ part }) => text(part['type']).startsWith('Input.') && isText(part['id']))
}

/** The buttons that one sees as such: of the card and of its ActionSets. */
function buttonsOf(card: Card): Part[] {
  return shownPartsOf(card).filter(({ part, path }) => isAction(part) && /(^|\.)actions\.\d+$/.test(path))
}

function executesOf(card: Card): Part[] {
  return shownPartsOf(card).filter(({ part }) => part['type'] === 'Action.Execute')
}

function isSameSubmit(execute: Json): boolean {
  const { fallback, data, verb, title, associatedInputs } = execute
  if (!isObject(fallback) || fallback['type'] !== 'Action.Submit') return false
  const same = fallback['title'] === title && fallback['associatedInputs'] === associatedInputs
  return same && isDeepStrictEqual(fallback['data'], { ...(data as Json | undefined), verb })
}

/** What just happened stands before the title: the first element of the card, in a container of the style good. */
function isNews(card: Card, path: string): boolean {
  const [first] = Array.isArray(card['body']) ? (card['body'] as unknown[]) : []
  return isObject(first) && first['style'] === 'good' && path.startsWith('body.0.')
}

function isAction(part: Json): boolean {
  return text(part['type']).startsWith('Action.')
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
