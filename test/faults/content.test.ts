import { afterEach, describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import type { Tool } from '../../src/domain/content.ts'
import { ContentFault, openLibrary, type ContentOptions } from '../../src/platform/content.ts'
import { aContent, aContentFolder, TODAY } from '../support/content.ts'

const OPTIONS: ContentOptions = { clock: { now: () => new Date(`${TODAY}T12:00:00Z`) } }

let remove: () => Promise<void> = () => Promise.resolve()

afterEach(() => remove())

const good = (): Tool => aContent().tools[0] as Tool

function toolWith(change: (tool: Tool) => void): string {
  const tool = good()
  change(tool)
  return stringify(tool)
}

/** Nine levels of ten aliases each: a gigabyte of text in a few lines. */
const BOMB = Array.from(
  { length: 9 },
  (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join()}]`,
)

const POISONED: [what: string, file: string, named: string][] = [
  ['bad YAML', 'id: aa-yksi\n  text: [', 'aa-yksi: tiedostoa ei voi lukea, rivi 2'],
  ['a key given twice', `${stringify(good())}\nminutes: 5\n`, 'aa-yksi: tiedostoa ei voi lukea'],
  ['an alias bomb', ['a0: &a0 hei', ...BOMB].join('\n'), 'aa-yksi: tiedostoa ei voi lukea'],
  [
    'a tag of its own',
    stringify(good()).replace('minutes: 20', 'minutes: !!js/function 20'),
    'aa-yksi: tiedostoa ei voi lukea',
  ],
  [
    'a missing language',
    stringify({ ...good(), text: { fi: good().text.fi, en: good().text.en } }),
    'aa-yksi, ruotsi: puuttuu',
  ],
  [
    'a javascript: link',
    toolWith((tool) => (tool.text.sv.avoid = 'Läs [mer](javascript:alert(1)).')),
    'aa-yksi, ruotsi, vältä: linkki ”javascript:alert(1” ei ole sallittu',
  ],
  [
    'a text of 200,000 characters',
    toolWith((tool) => (tool.text.fi.summary = 'Hei. '.repeat(40_000))),
    'aa-yksi, suomi, tiivistelmä: 200000 merkkiä, enintään 2000',
  ],
  ...['a', '[', '](', ' ', 'a@'].map((unit): [string, string, string] => [
    `”${unit}” 60,000 times`,
    toolWith((tool) => (tool.text.fi.summary = `Hei${unit.repeat(60_000)}x`)),
    'aa-yksi, suomi, tiivistelmä:',
  ]),
  ['a file of a megabyte', '#'.repeat(1_000_000), 'aa-yksi: tiedostossa on 977 kilotavua, enintään 256'],
]

describe('poisoned content', () => {
  it.each(POISONED)('F72 refuses %s at load, by file and field', async (_, file, named) => {
    const folder = await aContentFolder((files) => (files['tools/aa-yksi.yaml'] = file))
    remove = folder.remove
    const opened = openLibrary(folder.dir, OPTIONS)
    await expect(opened).rejects.toThrow(ContentFault)
    await expect(opened).rejects.toThrow(named)
  })

  it.each(POISONED)('F72 keeps the last good set when a reload meets %s', async (_, file, named) => {
    const folder = await aContentFolder()
    remove = folder.remove
    const library = await openLibrary(folder.dir, OPTIONS)
    const before = library.current()
    await folder.write({ 'tools/aa-yksi.yaml': file })
    await expect(library.reload()).rejects.toThrow(named)
    expect(library.current()).toBe(before)
    expect(library.current().tools.get('aa-yksi')?.text.sv).toEqual(good().text.sv)
  })
})
