/** A small content folder with nothing wrong in it: five tools of one theme, made of the three samples. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import {
  checkInsSchema,
  contactsSchema,
  elsewhereSchema,
  launchSchema,
  pageSchema,
  PAGES,
  themeSchema,
  theorySchema,
  toolSchema,
  webinarSchema,
  type Content,
  type Elsewhere,
  type Launch,
  type Page,
  type Question,
  type Theme,
  type Theory,
  type Tool,
  type Webinar,
} from '../../src/domain/content.ts'
import { LANGUAGES, type InLanguages } from '../../src/domain/languages.ts'

export const TODAY = '2026-11-26'

/** A finished tool as its writers left it. */
export function sampleTool(id: 'kr-huoli' | 'sf-asteikko' | 'vi-ohje'): Tool {
  return toolSchema.parse(sample(id))
}

/** Everything that the checks are given. A test takes it and breaks one thing. */
export function aContent(): Content {
  const tools = [
    aTool('aa-yksi', 'kr-huoli'),
    aTool('aa-kaksi', 'sf-asteikko'),
    aTool('aa-kolme', 'vi-ohje'),
    aTool('aa-nelja', 'kr-huoli', { fi: 'Neljäs työkalu', sv: 'Det fjärde verktyget', en: 'The fourth tool' }),
    aTool('aa-viisi', 'sf-asteikko', { fi: 'Viides työkalu', sv: 'Det femte verktyget', en: 'The fifth tool' }),
  ]
  return {
    tools,
    theories: [aTheory()],
    themes: [aTheme(tools.map(({ id }) => id))],
    webinars: [aWebinar()],
    launches: [aLaunch()],
    questions: checkInsSchema.parse([aQuestion('WL1'), aQuestion('WL2')]),
    contacts: contactsSchema.parse([
      { unit: 'default', hr: { fi: 'HR-palvelut', sv: 'HR-tjänsterna', en: 'HR services' } },
    ]),
    pages: PAGES.map(aPage),
    strings: {
      fi: { 'tool.steps': 'Vaiheet', 'tool.for': 'Työkalu: {{tool}}' },
      sv: { 'tool.steps': 'Steg', 'tool.for': 'Verktyg: {{tool}}' },
      en: { '//tool': 'On the card of a tool', 'tool.steps': 'Steps', 'tool.for': 'Tool: {{tool}}' },
    },
    keywords: {},
    elsewhere: [aTopic()],
    lexicon: {
      stopWords: STOP_WORDS,
      commonWords: STOP_WORDS,
      concepts: {},
      threshold: 0.1,
      commands: COMMANDS,
      care: structuredClone(CARE),
    },
    refused: new Set(),
  }
}

/** Text as it stands in a file, or data that is written as YAML or JSON; undefined leaves the file out. */
export type Files = Record<string, unknown>

/** The same content as files, after `edit`, in a folder of its own. */
export async function aContentFolder(edit: (files: Files) => void = () => undefined) {
  const dir = await mkdtemp(join(tmpdir(), 'luotsi-content-'))
  const write = async (files: Files) => {
    for (const [file, data] of Object.entries(files)) {
      if (data === undefined) continue
      await mkdir(dirname(join(dir, file)), { recursive: true })
      await writeFile(join(dir, file), asText(file, data))
    }
  }
  const files = contentFiles(aContent())
  edit(files)
  await write(files)
  return { dir, write, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** The bank of questions as it is. */
export function theQuestions(): Question[] {
  return checkInsSchema.parse(parse(readFileSync('content/checkins.yaml', 'utf8')))
}

/** The real words, commands and questions beside five tools: a bot starts with it in a fraction of the time. */
export async function aLightContent(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const real = (file: string) => readFileSync(`content/${file}`, 'utf8')
  return aContentFolder((files) => {
    for (const language of LANGUAGES) files[`strings/${language}.json`] = real(`strings/${language}.json`)
    files['search/commands.yaml'] = real('search/commands.yaml')
    files['checkins.yaml'] = theQuestions().map((question) => ({ ...question, offers: ['aa-yksi', 'aa-kaksi'] }))
  })
}

function contentFiles(content: Content): Files {
  const { tools, theories, themes, webinars, launches, keywords, elsewhere, questions, pages, lexicon } = content
  const named = (folder: string, items: readonly { id: string }[]) =>
    items.map((item) => [`${folder}/${item.id}.yaml`, item] as const)
  return {
    ...Object.fromEntries(named('tools', tools)),
    ...Object.fromEntries(named('theory', theories)),
    ...Object.fromEntries(named('themes', themes)),
    ...Object.fromEntries(named('webinars', webinars)),
    ...Object.fromEntries(named('launches', launches)),
    ...Object.fromEntries(named('search/elsewhere', elsewhere)),
    ...Object.fromEntries(named('pages', pages)),
    'checkins.yaml': questions,
    'contacts.yaml': [{ unit: 'default' }],
    'strings/fi.json': { tool: { steps: 'Vaiheet' } },
    'strings/sv.json': { tool: { steps: 'Steg' } },
    'strings/en.json': { '//tool': 'On the card of a tool', tool: { steps: 'Steps' } },
    'search/stop-words.yaml': lexicon?.stopWords,
    'search/common-words.yaml': lexicon?.commonWords,
    'search/commands.yaml': { words: { fi: {}, sv: {}, en: {} }, polite: { fi: [], sv: [], en: [] } },
    'search/concepts.yaml': {},
    'search/settings.yaml': { threshold: lexicon?.threshold },
    'search/care.yaml': lexicon?.care,
    'search/keywords/t01-testi.yaml': keywords,
  }
}

function asText(file: string, data: unknown): string | Uint8Array {
  if (typeof data === 'string' || data instanceof Uint8Array) return data
  return file.endsWith('.json') ? JSON.stringify(data) : stringify(data, { aliasDuplicateObjects: false })
}

function aTool(id: string, from: Parameters<typeof sampleTool>[0], titles?: InLanguages<string>): Tool {
  const tool = sampleTool(from)
  for (const language of LANGUAGES) {
    const text = tool.text[language]
    while (text.needs.length < 10) text.needs.push(`${text.needs[0] ?? ''} ${text.needs.length}`)
    if (titles) {
      text.title = titles[language]
      text.summary = `${titles[language]}. ${text.summary}`
      text.steps = text.steps.map((step, at) => (at === 0 ? `${titles[language]}. ${step}` : step))
    }
    if (tool.format === 'canvas')
      text.canvas = [1, 2, 3].map((field) => ({ label: `${text.title} ${field}`, hint: text.title }))
  }
  tool.text.fi.care = tool.text.fi.care.replace('työterveyshuoltoon', 'työterveyteen')
  return { ...tool, id, theme: 't01-testi', related: [id === 'aa-yksi' ? 'aa-kaksi' : 'aa-yksi'] }
}

function aTheory(): Theory {
  return { ...theorySchema.parse(sample('th-ymmarrys')), id: 'th-testi', theme: 't01-testi' }
}

function aTheme(tools: string[]): Theme {
  return themeSchema.parse({
    id: 't01-testi',
    icon: 'Lightbulb',
    phase: ['everyday'],
    phase_reason: 'it helps every week',
    ...RECORD,
    tools,
    theory: ['th-testi'],
    text: {
      fi: {
        name: 'Arjen johtaminen',
        why: 'Pieni teko tällä viikolla vie asiaa eteenpäin.',
        order: 'Aloita ensimmäisestä.',
        hr: 'Kysykää kuukauden päästä, mistä oli apua.',
      },
      sv: {
        name: 'Ledarskap i vardagen',
        why: 'En liten sak den här veckan för arbetet framåt.',
        order: 'Börja med det första.',
        hr: 'Fråga efter en månad vad som hjälpte.',
      },
      en: {
        name: 'Everyday leadership',
        why: 'One small act this week moves things forward.',
        order: 'Start with the first one.',
        hr: 'After a month, ask what helped.',
      },
    },
  })
}

/** On 3 December 2026 at 13.00 in Helsinki, for an hour. */
export function aWebinar(change: Partial<Webinar> = {}): Webinar {
  const webinar = webinarSchema.parse({
    id: 'wb-testi',
    kind: 'webinar',
    theme: 't01-testi',
    ...RECORD,
    start: '2026-12-03T13:00',
    zone: 'Europe/Helsinki',
    minutes: 60,
    spoken: ['fi'],
    captions: ['fi'],
    login_required: false,
    tools: ['aa-yksi'],
    text: {
      fi: {
        title: 'Viesti menee perille',
        description: 'Tunnin aikana näet kolme lyhyttä tapaa. Ota mukaan ohje, joka tuli viime viikolla.',
        speakers: ['Kotihoidon esihenkilö'],
        organiser: 'Henkilöstöpalvelut',
      },
      sv: {
        title: 'Budskapet går fram',
        description: 'Du får se tre korta sätt. Ta med en anvisning som kom förra veckan, så övar vi på den.',
        speakers: ['Chef inom hemvården'],
        organiser: 'Personaltjänsterna',
      },
      en: {
        title: 'Messages that get through',
        description: 'In one hour you see three short ways. Bring an instruction that came last week.',
        speakers: ['Supervisor in home care'],
        organiser: 'HR services',
      },
    },
  })
  return { ...webinar, ...change }
}

function aLaunch(): Launch {
  const idea = (heading: string, text: string) => ({ heading, idea: text })
  return launchSchema.parse({
    id: 'la-testi',
    theme: 't01-testi',
    ...RECORD,
    first_tool: 'aa-yksi',
    webinar: 'wb-testi',
    text: {
      fi: {
        why_now: 'Vuosi alkaa, ja moni asia on auki.',
        first_step: 'Kokeile ensin tätä.',
        ideas: [1, 2, 3].map((number) => idea(`Idea ${number}`, 'Kysy, mikä auttoi.')),
      },
      sv: {
        why_now: 'Året börjar och mycket är öppet.',
        first_step: 'Pröva det här först.',
        ideas: [1, 2, 3].map((number) => idea(`Idé ${number}`, 'Fråga vad som hjälpte.')),
      },
      en: {
        why_now: 'A year begins and much is open.',
        first_step: 'Try this one first.',
        ideas: [1, 2, 3].map((number) => idea(`Idea ${number}`, 'Ask what helped.')),
      },
    },
  })
}

function aQuestion(id: string) {
  const text = {
    fi: 'Kuinka hyvin ehdit tehdä työsi?',
    sv: 'Hur väl hann du med ditt arbete?',
    en: 'How well did you keep up?',
  }
  return { id, version: 1, dimension: 'workload', scale: 'badly_well', offers: ['aa-yksi', 'aa-kaksi'], text }
}

function aTopic(): Elsewhere {
  const needs = (phrase: string) => Array.from({ length: 10 }, (_, at) => `${phrase} ${at}`)
  return elsewhereSchema.parse({
    id: 'lounas',
    text: {
      fi: { topic: 'Lounas', where: 'Ruokalista löytyy keittiön sivuilta.', needs: needs('mitä ruokaa') },
      sv: { topic: 'Lunch', where: 'Matsedeln finns på kökets sidor.', needs: needs('vad blir det för mat') },
      en: { topic: 'Lunch', where: 'The menu is on the kitchen’s own pages.', needs: needs('what is for lunch') },
    },
  })
}

function aPage(id: (typeof PAGES)[number]): Page {
  const page = (title: string, text: string) => ({ title, sections: [{ heading: title, paragraphs: [text] }] })
  return pageSchema.parse({
    id,
    text: {
      fi: page('Tietoja', 'Tämä sivu on lyhyt.'),
      sv: page('Uppgifter', 'Den här sidan är kort.'),
      en: page('Information', 'This page is short.'),
    },
  })
}

const RECORD = {
  state: 'published',
  version: 1,
  owner_role: 'content owner',
  created: '2026-11-21',
  reviewed: '2026-11-21',
  review_due: '2027-11-21',
}

const samples = new Map<string, unknown>()

/** A fresh copy each time: tests break what they are given. */
function sample(name: string): unknown {
  if (!samples.has(name)) {
    samples.set(name, parse(readFileSync(new URL(`samples/${name}.yaml`, import.meta.url), 'utf8')))
  }
  return structuredClone(samples.get(name))
}

const CARE = { signs: { fi: ['itsemurh-'], sv: ['självmord-'], en: ['suicid-'] }, tools: ['aa-yksi'] }
const COMMANDS = { words: { fi: {}, sv: {}, en: {} }, polite: { fi: [], sv: [], en: [] } }
const STOP_WORDS: InLanguages<string[]> = {
  fi: 'on ja ei että kun mutta se sen mitä mikä jos niin tai tämä tässä hän ovat joka nyt vain'.split(' '),
  sv: 'och att det som en på är av för med den till inte har de ett om men var när vi ni'.split(' '),
  en: 'the and of to is in that it for you on are with as we they this not have be what'.split(' '),
}
