import { afterEach, describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { ContentFault, openLibrary, readContent, type ContentOptions } from '../../src/platform/content.ts'
import type { Theme, Theory, Tool, Webinar } from '../../src/domain/content.ts'
import { aContent, aContentFolder, TODAY, type Files } from '../support/content.ts'

const OPTIONS: ContentOptions = { clock: { now: () => new Date(`${TODAY}T12:00:00Z`) }, linkHosts: ['example.org'] }

const folders: (() => Promise<void>)[] = []

async function folder(edit?: (files: Files) => void) {
  const made = await aContentFolder(edit)
  folders.push(made.remove)
  return made
}

/** A tool's file as anybody may have written it. */
type AnyTool = Record<string, unknown> & { text: Record<string, Record<string, unknown>> }

function tool(edit: (tool: Tool) => void): (files: Files) => void {
  return (files) => {
    edit(files['tools/aa-yksi.yaml'] as Tool)
  }
}

function anyTool(edit: (tool: AnyTool) => void): (files: Files) => void {
  return (files) => {
    edit(files['tools/aa-yksi.yaml'] as AnyTool)
  }
}

async function faultsOf(edit: (files: Files) => void): Promise<string[]> {
  const { dir } = await folder(edit)
  const fault: unknown = await readContent(dir, OPTIONS).catch((error: unknown) => error)
  if (!(fault instanceof ContentFault)) throw new Error('the content was taken into use')
  return fault.message.split('\n').slice(1)
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((remove) => remove()))
})

describe('reading the content', () => {
  it('gives published tools, themes, theory, contacts and pages', async () => {
    const { dir } = await folder()
    const library = await readContent(dir, OPTIONS)
    expect([...library.tools.keys()]).toEqual(['aa-kaksi', 'aa-kolme', 'aa-nelja', 'aa-viisi', 'aa-yksi'])
    expect(library.themes.map(({ id }) => id)).toEqual(['t01-testi'])
    expect([...library.theories.keys()]).toEqual(['th-testi'])
    expect([...library.pages.keys()]).toEqual(['privacy', 'terms', 'accessibility'])
    expect(library.contacts[0]?.unit).toBe('default')
  })

  it('gives published webinars, the first to start first, and what each theme is launched with', async () => {
    const { dir } = await folder((files) => {
      const webinar = files['webinars/wb-testi.yaml'] as Webinar
      // An hour earlier, though its local time is later.
      const earlier = { start: '2026-12-03T18:00', zone: 'Asia/Tokyo' }
      files['webinars/wb-uusi.yaml'] = { ...webinar, id: 'wb-uusi', ...earlier, tools: ['aa-yksi', 'aa-uusi'] }
      files['webinars/wb-draft.yaml'] = { ...webinar, id: 'wb-draft', state: 'draft' }
      const draft = files['tools/aa-yksi.yaml'] as Tool
      const text = titled(draft, 'Uusi', 'En ny', 'A new one')
      files['tools/aa-uusi.yaml'] = { ...draft, id: 'aa-uusi', state: 'draft', text }
    })
    const { webinars, launches } = await readContent(dir, OPTIONS)
    expect(webinars.map(({ id }) => id)).toEqual(['wb-uusi', 'wb-testi'])
    expect(webinars[0]?.tools).toEqual(['aa-yksi'])
    expect([...launches].map(([theme, { id }]) => [theme, id])).toEqual([['t01-testi', 'la-testi']])
  })

  it('leaves a webinar that is not published out of its theme and its launch', async () => {
    const { dir } = await folder((files) => {
      const webinar = files['webinars/wb-testi.yaml'] as Webinar
      webinar.state = 'retired'
      const theme = files['themes/t01-testi.yaml'] as Theme
      theme.webinar = 'wb-testi'
    })
    const { webinars, launches, themes } = await readContent(dir, OPTIONS)
    expect(webinars).toEqual([])
    expect(themes[0]).not.toHaveProperty('webinar')
    expect(launches.get('t01-testi')).not.toHaveProperty('webinar')
  })

  it('opens the search over every language', async () => {
    const { dir } = await folder()
    const { index } = await readContent(dir, OPTIONS)
    expect(index.find('kukaan ei jaksa lukea pitkää dokumenttia', 'fi').matches[0]?.id).toBe('aa-kolme')
    expect(index.find('det viskas i korridorerna', 'sv').matches[0]?.language).toBe('sv')
  })

  it('leaves retired and draft tools out, also where others refer to them', async () => {
    const { dir } = await folder((files) => {
      const draft = files['tools/aa-yksi.yaml'] as Tool
      files['tools/aa-uusi.yaml'] = {
        ...draft,
        id: 'aa-uusi',
        state: 'draft',
        text: titled(draft, 'Uusi', 'En ny', 'A new one'),
      }
      const other = files['tools/aa-kaksi.yaml'] as Tool
      other.related.push('aa-uusi')
    })
    const library = await readContent(dir, OPTIONS)
    expect(library.tools.has('aa-uusi')).toBe(false)
    expect(library.tools.get('aa-kaksi')?.related).toEqual(['aa-yksi'])
  })

  it('checks retired and draft tools too', async () => {
    const faults = await faultsOf((files) => {
      const draft = files['tools/aa-yksi.yaml'] as Tool
      const text = titled(draft, 'Uusi', 'En ny', 'A new one')
      files['tools/aa-uusi.yaml'] = { ...draft, id: 'aa-uusi', state: 'draft', minutes: 90, text }
    })
    expect(faults).toContain('  - aa-uusi, minutes: 90 minuuttia, pitää olla 5–30')
  })

  it('tells every fault at once, by file and field, in the language of the editor', async () => {
    const { dir } = await folder((files) => {
      tool((tool) => (tool.text.sv.avoid = `${'du '.repeat(20)}talar.`))(files)
      const theory = files['theory/th-testi.yaml'] as Theory
      theory.review_due = '2028-01-01'
    })
    await expect(readContent(dir, { ...OPTIONS, editor: 'sv' })).rejects.toThrow(
      /aa-yksi, svenska, undvik: 21 ord, högst 20.*\n.*th-testi, review_due: högst 12 månader från granskningen, senast 2027-11-21/,
    )
  })

  it('starts in spite of a passed review, and says so', async () => {
    const said: string[] = []
    const { dir } = await folder(tool((tool) => (tool.exemption = { reason: 'a', by_role: 'b', until: '2026-11-01' })))
    await readContent(dir, { ...OPTIONS, warn: (sentences) => said.push(...sentences) })
    expect(said).toEqual(['aa-yksi, exemption.until: päivä 2026-11-01 on mennyt'])
  })

  it('hides a contact that is empty in the file', async () => {
    const { dir } = await folder((files) => {
      files['contacts.yaml'] =
        '- unit: default\n  hr: { fi: "", sv: "", en: "" }\n  it_support:\n    fi: Tuki\n    sv: Stöd\n    en: Support\n'
    })
    const { contacts } = await readContent(dir, OPTIONS)
    expect(contacts[0]?.hr).toEqual({})
    expect(contacts[0]?.it_support).toEqual({ fi: 'Tuki', sv: 'Stöd', en: 'Support' })
    expect(contacts[0]?.crisis_line).toEqual({})
  })

  it.each([
    ['folded', (theory: Theory) => stringify(theory, { blockQuote: 'folded', lineWidth: 60 })],
    ['literal', (theory: Theory) => stringify(theory, { blockQuote: 'literal' })],
    [
      'wrapped',
      (theory: Theory) => stringify(theory, { blockQuote: 'literal' }).replaceAll(/(?<=[a-z], )/g, '\n        '),
    ],
  ])('ends a paragraph of a %s text where the writer left an empty line', async (_, written) => {
    const { dir } = await folder((files) => {
      files['theory/th-testi.yaml'] = written(files['theory/th-testi.yaml'] as Theory)
    })
    const { theories } = await readContent(dir, OPTIONS)
    const [body] = aContent().theories.map(({ text }) => text.sv.body)
    expect(theories.get('th-testi')?.text.sv.body).toBe(body)
  })
})

describe('faults of the files', () => {
  it.each<[string, (files: Files) => void, string]>([
    ['a missing language', anyTool(({ text }) => delete text['sv']), 'aa-yksi, ruotsi: puuttuu'],
    ['a missing field', anyTool(({ text }) => delete text['en']?.['care']), 'aa-yksi, englanti, huolenpito: puuttuu'],
    ['a step without text', tool((tool) => (tool.text.fi.steps[1] = ' ')), 'aa-yksi, suomi, vaihe 2: on tyhjä'],
    ['a misspelt field', anyTool((tool) => (tool['minuts'] = 10)), 'aa-yksi: tuntematon kenttä ”minuts”'],
    [
      'a value off the list',
      anyTool((tool) => (tool['state'] = 'ready')),
      'aa-yksi, state: sallitut arvot: draft, pilot, published, retired',
    ],
    [
      'text where a number stands',
      anyTool((tool) => (tool['minutes'] = 'ten')),
      'aa-yksi, minutes: väärä tyyppi, pitää olla luku',
    ],
    [
      'a date that is none',
      tool((tool) => (tool.review_due = '2027-02-30')),
      'aa-yksi, review_due: kirjoita päivä muodossa 2026-11-26',
    ],
    [
      'a start that is no local time',
      (files) => ((files['webinars/wb-testi.yaml'] as Webinar).start = '3.12.2026 klo 13'),
      'wb-testi, start: väärä muoto, pitää olla 2026-12-03T13:00',
    ],
    [
      'a zone that is none',
      (files) => ((files['webinars/wb-testi.yaml'] as Webinar).zone = 'Helsinki'),
      'wb-testi, zone: väärä muoto, pitää olla Europe/Helsinki',
    ],
    [
      'an id that is not the file name',
      tool((tool) => (tool.id = 'aa-muu')),
      'aa-yksi, id: tunnus ”aa-muu” ei ole sama kuin tiedoston nimi',
    ],
    ['a missing page', (files) => (files['pages/terms.yaml'] = undefined), 'terms: tiedosto puuttuu'],
    ['missing strings', (files) => (files['strings/sv.json'] = undefined), 'strings/sv.json: tiedosto puuttuu'],
    [
      'a string given twice',
      (files) => (files['strings/sv.json'] = '{ "tool": { "steps": "Steg", "steps": "Faser" } }'),
      'strings/sv.json: tiedostoa ei voi lukea, rivi 1: duplicated mapping key',
    ],
    [
      'a string that is a number',
      (files) => (files['strings/sv.json'] = '{ "tool": { "steps": 1 } }'),
      'strings/sv.json, tool.steps: väärä tyyppi, pitää olla teksti',
    ],
    [
      'a tool saved under another ending',
      (files) => (files['tools/aa-uusi.yml'] = files['tools/aa-yksi.yaml']),
      'aa-uusi.yml: tiedoston nimen lopussa pitää olla .yaml',
    ],
    [
      'a file in another encoding',
      (files) => (files['contacts.yaml'] = new Uint8Array([0x2d, 0x20, 0xe4])),
      'contacts: tallenna tiedosto UTF-8-muodossa',
    ],
    [
      'a word list that is none',
      (files) => (files['search/concepts.yaml'] = { praise: { fi: ['kiitos'], sv: ['tack'] } }),
      'search/concepts, englanti, praise: puuttuu',
    ],
    [
      'a concept that cannot be looked up',
      (files) => (files['search/concepts.yaml'] = { praise: { fi: ['k-'], sv: [], en: [] } }),
      'search/concepts: ei kelpaa: Concept praise: "k" needs at least 3 letters',
    ],
    [
      'a prototype key',
      (files) => (files['search/settings.yaml'] = '{ threshold: 0.1, __proto__: { polluted: true } }'),
      'search/settings: tuntematon kenttä ”__proto__”',
    ],
  ])('names %s', async (_, edit, sentence) => {
    expect(await faultsOf(edit)).toContain(`  - ${sentence}`)
  })

  it('names the folder that is not there', async () => {
    const fault = readContent('/nowhere/content', OPTIONS)
    await expect(fault).rejects.toThrow('tools: tiedosto puuttuu')
  })
})

describe('an open library', () => {
  it('gives the new content after a reload', async () => {
    const { dir, write } = await folder()
    const library = await openLibrary(dir, OPTIONS)
    const before = library.current()
    await write({ 'contacts.yaml': [{ unit: 'default', hr: { fi: 'HR', sv: 'HR', en: 'HR' } }] })
    expect(library.current()).toBe(before)
    await library.reload()
    expect(library.current().contacts[0]?.hr.fi).toBe('HR')
  })

  it('reads again after a reload that failed', async () => {
    const { dir, write } = await folder()
    const library = await openLibrary(dir, OPTIONS)
    await write({ 'contacts.yaml': 'unit: [' })
    const [failed, alsoFailed] = await Promise.allSettled([library.reload(), library.reload()])
    expect([failed.status, alsoFailed.status]).toEqual(['rejected', 'rejected'])
    await write({ 'contacts.yaml': [{ unit: 'default' }] })
    await expect(library.reload()).resolves.toBeUndefined()
  })
})

function titled(tool: Tool, fi: string, sv: string, en: string): Tool['text'] {
  const { text } = tool
  return { fi: { ...text.fi, title: fi }, sv: { ...text.sv, title: sv }, en: { ...text.en, title: en } }
}
