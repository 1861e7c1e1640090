import { beforeAll, describe, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import { previewKit, previewTurn, showingsOf } from '../src/cli/preview-content.ts'
import { LANGUAGES, type Language } from '../src/domain/languages.ts'
import { broadcasts } from '../src/features/broadcasts/index.ts'
import { checkins } from '../src/features/checkins/index.ts'
import { language as languageFeature } from '../src/features/language/index.ts'
import { notices } from '../src/features/notices/index.ts'
import { privacy } from '../src/features/privacy/index.ts'
import { themes } from '../src/features/themes/index.ts'
import { toolCard } from '../src/features/tools/tool-card.ts'
import { tools } from '../src/features/tools/index.ts'
import { greet } from '../src/features/welcome/greet.ts'
import { webinars } from '../src/features/webinars/index.ts'
import { welcome } from '../src/features/welcome/index.ts'
import { wishes } from '../src/features/wishes/index.ts'
import { listWishes } from '../src/features/wishes/list-wishes.ts'
import type { Kit, Message } from '../src/kit.ts'
import { readCards, type Card, type RenderCard } from '../src/platform/cards.ts'
import { readContentFiles } from '../src/platform/content-files.ts'
import { libraryOf } from '../src/platform/content.ts'
import { cardNames, readSample } from '../src/platform/preview-samples.ts'
import { readStrings } from '../src/platform/strings.ts'
import type { Strings } from '../src/strings.ts'
import {
  CONTRACT,
  faultsOf,
  partsOf,
  RENDERED_RULES,
  WRITTEN_RULES,
  writtenFaultsOf,
  type Written,
} from './support/card-rules.ts'
import { aKit, aTurn } from './support/kit.ts'

const ORIGIN = 'https://luotsi.example'
const features = [broadcasts, checkins, notices, tools, themes, webinars, wishes, languageFeature, welcome, privacy]
const actions = Object.assign({}, ...features.map((feature) => feature.actions ?? {})) as Record<
  string,
  { shows: boolean }
>

const names = await cardNames('cards')
const everyCard = names.flatMap((name) => LANGUAGES.map((language): [string, Language] => [name, language]))

let strings: Strings
let render: RenderCard
let kit: Kit

beforeAll(async () => {
  strings = await readStrings('content')
  render = await readCards('cards', strings)
  const { content } = await readContentFiles('content')
  if (content.lexicon === undefined) throw new Error('the words of the search were not read')
  kit = previewKit(libraryOf(content, content.lexicon), strings, ORIGIN)
})

describe('a card of the folder', () => {
  it.each(everyCard)('%s in %s keeps every rule', async (name, language) => {
    const message = await readSample('cards', name, language, ORIGIN)
    expect(faultsOf({ card: render(message), language })).toEqual([])
  })

  it.each(everyCard)(
    '%s in %s binds what its sample and the strings have, and all of the sample',
    async (name, language) => {
      expect(writtenFaultsOf(await written(name, language))).toEqual([])
    },
  )

  it('stands in the list that types the data of handlers', async () => {
    const source = await readFile('src/cards.ts', 'utf8')
    const listed = [...source.matchAll(/^ {2}'?([\w-]+)'?: \(typeof (\w+)\)\['fi'\]$/gm)].map(([, name]) => name)
    expect(listed.toSorted()).toEqual(names)
  })
})

describe('a card of the real content', () => {
  it.each(LANGUAGES)('keeps every rule in %s', async (language) => {
    const shown = showingsOf(kit, previewTurn(language, strings))
    const faults = shown.map(async ({ name, make }) =>
      faultsOf({ card: render(await make()), language }).map((fault) => `${name}: ${fault}`),
    )
    expect((await Promise.all(faults)).flat()).toEqual([])
    expect(shown.filter(({ name }) => name.startsWith('tools/')).length).toBe(kit.library().tools.size * 2)
  })

  it('can be shown again in another language by a verb that changes nothing', async () => {
    const shown = showingsOf(kit, previewTurn('fi', strings))
    const verbs = await Promise.all(shown.map(async ({ make }) => (await make()).show.verb))
    expect(verbs.filter((verb) => actions[verb]?.shows !== true)).toEqual([])
  })
})

describe('the verbs on cards', () => {
  it('are those that features answer, and those of the contract', () => {
    expect(Object.keys(actions).toSorted()).toEqual(Object.keys(CONTRACT).toSorted())
  })
})

describe('what people typed', () => {
  const hostile = '**lihava** [linkki](https://x.example) {{DATE(2026-11-26T12:05:00Z)}} ${t.tool.new}'

  it.each(['sharedBy', 'changedWhere', 'installer', 'need', 'channel'])(
    'reaches the card as it is, and only where nothing reads it as markdown or a date: %s',
    async (field) => {
      const parts = partsOf(render(await withPersonText(field, hostile)))
      const holders = parts.filter(({ part }) => Object.values(part).some((value) => String(value).includes('lihava')))
      const types = holders.filter(({ part }) => typeof part['text'] === 'string' || 'title' in part)
      expect(types.map(({ part }) => part['type'] ?? 'a choice')).toEqual([
        field === 'channel' ? 'a choice' : 'TextRun',
      ])
      const shown = JSON.stringify(types.map(({ part }) => part))
      expect(shown).toContain('**lihava** [linkki](https://x.example)')
      expect(shown).toContain('${t.tool.new}')
      expect(shown).not.toContain('{{')
      expect(shown).not.toContain('}}')
    },
  )

  async function withPersonText(field: string, given: string): Promise<Message> {
    const turn = aTurn({ t: strings.translate('fi') })
    const library = () => kit.library()
    if (field === 'installer') return greet(turn, kit, given)
    if (field === 'need') {
      const own = aKit({ library, strings: strings.translate, roles: () => Promise.resolve(new Set(['hr'])) })
      const wish = { id: 'w', need: given, language: 'fi' as const, at: '2026-11-20' }
      await own.store.wishes.change('tenant-1', 'w', () => wish)
      return listWishes(turn, own)
    }
    const own = aKit({ library, strings: strings.translate })
    const [tool] = library().tools.values()
    if (tool === undefined) throw new Error('there is no tool')
    if (field === 'sharedBy') return toolCard(turn, own, tool, { sharedBy: given })
    if (field === 'changedWhere') return toolCard(turn, own, tool, { changed: { text: 'Jaettu:', where: given } })
    await own.store.teams.change('tenant-1', 'team', () => ({
      id: 'team',
      name: 'Kotihoito',
      serviceUrl: 'https://service.example',
      channels: [{ id: 'c', key: 'k', name: given }],
      members: [{ id: 'maija', userId: '29:maija' }],
    }))
    return toolCard(turn, own, tool)
  }
})

describe('the rules of a rendered card', () => {
  it('find nothing wrong with a good one', () => {
    expect(faultsOf({ card: aCard(), language: 'fi' })).toEqual([])
  })

  it.each(Object.keys(RENDERED_RULES))('find what breaks "%s", and nothing else', (rule) => {
    const broken = BROKEN[rule] ?? []
    expect(broken.length).toBeGreaterThan(0)
    for (const spoil of broken) {
      const card = aCard()
      spoil(card)
      expect(brokenRules(RENDERED_RULES, { card, language: 'fi' })).toEqual([rule])
    }
  })
})

describe('the rules of a template', () => {
  it('find nothing wrong with a good one', () => {
    expect(writtenFaultsOf(aTemplate())).toEqual([])
  })

  it.each(Object.keys(WRITTEN_RULES))('find what breaks "%s", and nothing else', (rule) => {
    const broken = BROKEN_TEMPLATES[rule] ?? []
    expect(broken.length).toBeGreaterThan(0)
    for (const spoil of broken) {
      const one = aTemplate()
      spoil(one)
      one.data = { ...one.sample, ...FILLED }
      expect(brokenRules(WRITTEN_RULES, one)).toEqual([rule])
    }
  })
})

function brokenRules<T>(rules: Record<string, (given: T) => string[]>, given: T): string[] {
  return Object.keys(rules).filter((rule) => rules[rule]?.(given).length !== 0)
}

/** A template with all that a render adds to the data of its sample. */
async function written(name: string, language: Language): Promise<Written> {
  const template = await readJson(`cards/${name}.json`)
  const languageSwitch = await readJson('cards/parts/languages.json')
  const { data } = await readSample('cards', name, language, ORIGIN)
  const sample = data as Record<string, unknown>
  const otherLanguages = [{ code: 'sv', title: 'På svenska' }]
  return {
    template: { ...template, body: [...(template['body'] as unknown[]), languageSwitch] },
    data: { ...sample, t: strings.labels(language), lang: language, show: { verb: 'welcome.show' }, otherLanguages },
    sample,
  }
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
}

type Parts = { body: Card[]; actions: Card[] }
type Spoil = (card: Card & Parts) => void

/** A small card with nothing wrong in it. */
function aCard(): Card & Parts {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    lang: 'fi',
    body: [
      { type: 'Container', style: 'good', items: [{ type: 'TextBlock', text: 'Toive lähetettiin.' }] },
      { type: 'TextBlock', text: 'Mihin tarvitset työkalua?', style: 'heading', size: 'Large' },
      { type: 'Icon', name: 'Chat', fallback: { type: 'Image', url: 'https://x.example/a.png', altText: 'Teema' } },
      { type: 'TextBlock', text: 'Näin se menee', style: 'heading', size: 'Medium' },
      { type: 'Input.Text', id: 'need', label: 'Toiveesi', isRequired: true, errorMessage: 'Kirjoita toive.' },
    ],
    actions: [anExecute('tools.request', {}, { style: 'positive' })],
  }
}

function anExecute(verb: string, data: Card = {}, more: Card = { associatedInputs: 'none' }): Card {
  const same = { title: `Nappi ${verb}`, ...more }
  return {
    type: 'Action.Execute',
    verb,
    data,
    ...same,
    fallback: { type: 'Action.Submit', data: { ...data, verb }, ...same },
  }
}

const BROKEN: Record<string, Spoil[]> = {
  'is an Adaptive Card of schema 1.5': [(card) => (card['version'] = '1.6'), (card) => delete card['version']],
  'names its language': [(card) => (card['lang'] = 'sv'), (card) => delete card['lang']],
  'leaves no binding unfilled': [
    (card) => (part(card, 3)['text'] = 'Hei ${name}'),
    (card) => (part(card, 3)['text'] = '${'),
  ],
  'is small enough to be sent': [(card) => (part(card, 3)['text'] = 'ä'.repeat(13_000))],
  'labels its inputs and says what a required one lacks': [
    (card) => delete part(card, 4)['label'],
    (card) => (part(card, 4)['label'] = ' '),
    (card) => delete part(card, 4)['errorMessage'],
  ],
  'describes its images': [
    (card) => delete (part(card, 2)['fallback'] as Card)['altText'],
    (card) => card.body.push({ type: 'Image', url: 'https://x.example/a.png', altText: '' }),
  ],
  'has its title as the first and only large heading': [
    (card) => card.body.splice(1, 0, { type: 'TextBlock', text: 'Ensin tätä' }),
    (card) => (part(card, 1)['size'] = 'Medium'),
    (card) => delete part(card, 1)['style'],
    (card) => (part(card, 3)['size'] = 'Large'),
  ],
  'gives its other headings a size, for a heading is large by itself': [(card) => delete part(card, 3)['size']],
  'has at most six buttons': [
    (card) => card.actions.push(...Array.from({ length: 6 }, () => anExecute('themes.list'))),
    (card) => card.body.push({ type: 'ActionSet', actions: Array.from({ length: 6 }, () => anExecute('themes.list')) }),
  ],
  'has at most one primary button': [
    (card) => card.actions.push(anExecute('themes.list', {}, { style: 'positive', associatedInputs: 'none' })),
  ],
  'names its buttons': [
    (card) => card.actions.push({ type: 'Action.OpenUrl', url: 'https://x.example' }),
    (card) => (part(card, 0)['selectAction'] = { type: 'Action.OpenUrl', url: 'https://x.example' }),
  ],
  'lets clients without Action.Execute send the same by Action.Submit': [
    (card) => delete card.actions[0]?.['fallback'],
    (card) =>
      card.actions.push({
        ...anExecute('themes.show', { theme: 't01' }),
        fallback: anExecute('themes.show')['fallback'],
      }),
    (card) => card.actions.push({ ...anExecute('themes.list'), title: 'Muu' }),
    (card) => (part(card, 0)['selectAction'] = { ...anExecute('themes.list'), fallback: 'drop' }),
  ],
  'gives what is newer than schema 1.5 a fallback': [
    (card) => delete part(card, 2)['fallback'],
    (card) => card.body.push({ type: 'Badge', text: '10 min', fallback: 'drop' }),
    (card) => card.body.push({ type: 'Chart.Gauge', value: 5 }),
  ],
  'sends only verbs and names of the contract': [
    (card) => card.actions.push(anExecute('tools.destroy')),
    (card) => card.actions.push(anExecute('themes.show', { theme: 't01', person: 'maija' })),
  ],
  'asks what its verbs take, and nothing else': [
    (card) => card.body.push({ type: 'Input.Text', id: 'name', label: 'Nimi' }),
    (card) => card.body.splice(4, 1),
  ],
  'checks and sends inputs only where the verb takes them': [
    (card) => card.actions.push(anExecute('themes.list', {}, {})),
    (card) =>
      (part(card, 0)['selectAction'] = anExecute('language.set', { language: 'sv' }, { associatedInputs: 'auto' })),
  ],
  'uses only colours that every theme can show': [(card) => (part(card, 3)['color'] = 'Light')],
}

function part(card: Parts, at: number): Card {
  const found = card.body[at]
  if (found === undefined) throw new Error(`the card has no part ${at}`)
  return found
}

const FILLED = { t: { title: 'Toiveet' } }

/** A small template with its sample, with nothing wrong in it. */
function aTemplate(): Written & { template: Parts; sample: Card } {
  const sample: Card = {
    hint: 'Vihje',
    ids: ['a', 'b'],
    wishes: [
      { need: 'Toive', when: 'tänään', lines: ['yksi', 'kaksi'] },
      { need: 'Toinen', when: 'eilen', lines: ['kolme'] },
    ],
  }
  return {
    template: {
      body: [
        { type: 'TextBlock', text: '${t.title}' },
        { type: 'TextBlock', $when: "${hint != ''}", text: 'Hei ${hint}' },
        {
          $data: '${wishes}',
          type: 'Container',
          items: [
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '${need}' }] },
            { type: 'TextBlock', text: '${$root.t.title}: ${when}' },
            { $data: '${lines}', type: 'TextBlock', text: '${$data}' },
          ],
        },
      ],
      actions: [{ type: 'Action.Execute', verb: 'tools.more', data: { tools: '${ids}' } }],
    },
    data: { ...sample, ...FILLED },
    sample,
  }
}

const BROKEN_TEMPLATES: Record<string, ((written: ReturnType<typeof aTemplate>) => void)[]> = {
  'binds only what its data has': [
    ({ template }) => template.body.push({ type: 'TextBlock', text: '${t.nothing}' }),
    ({ template }) => template.body.push({ type: 'TextBlock', $when: '${isNew}', text: 'Uusi' }),
    ({ template }) => template.body.push({ $data: '${people}', type: 'TextBlock', text: 'Hei' }),
    // Inside a list `t` is a field of the list's elements; only `$root.t` is the strings.
    ({ template }) => template.body.push({ $data: '${wishes}', type: 'TextBlock', text: '${t.title}' }),
    ({ sample }) => delete (sample['wishes'] as Card[])[1]?.['when'],
  ],
  'binds every field of its sample': [
    ({ sample }) => (sample['more'] = 'Lisää'),
    ({ sample }) => ((sample['wishes'] as Card[])[0] = { need: 'Toive', when: 'tänään', lines: ['yksi'], unit: 'x' }),
  ],
  'has a sample that fills every list and shows every part': [
    ({ sample }) => (sample['ids'] = []),
    ({ sample }) => (sample['hint'] = ''),
  ],
  'shows what people typed in TextRuns alone': [
    ({ template }) => template.body.push({ $data: '${wishes}', type: 'TextBlock', text: '${need}' }),
    ({ template }) => template.body.push({ type: 'TextBlock', text: '${wishes[0].need}' }),
    ({ template }) => template.actions.push({ type: 'Action.OpenUrl', title: 'Avaa ${wishes[0].need}' }),
  ],
}
