import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { checkContent, findingsOfTheDay, isOfTheDay } from '../../src/domain/content-checks.ts'
import type { Tool } from '../../src/domain/content.ts'
import { readContentFolder } from '../../src/platform/content-folder.ts'
import { ContentFault, readContent } from '../../src/platform/content.ts'
import { openKeptContent } from '../../src/platform/kept-content.ts'
import { aContent, aContentFolder, TODAY, type Files } from '../support/content.ts'

const HOSTS = ['example.org']
const TEXTS = ['kukaan ei jaksa lukea pitkää dokumenttia', 'det viskas i korridorerna', 'dokumnetti', 'pommi']

let cache: string
const folders: (() => Promise<void>)[] = []

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'luotsi-cache-'))
})

afterEach(async () => {
  await Promise.all([rm(cache, { recursive: true }), ...folders.splice(0).map((remove) => remove())])
})

async function folder(edit?: (files: Files) => void): Promise<string> {
  const made = await aContentFolder(edit)
  folders.push(made.remove)
  return made.dir
}

type Start = { day?: string; linkHosts?: string[]; said?: string[]; failures?: unknown[]; keptIn?: string }

const start = (dir: string, { day = TODAY, linkHosts = HOSTS, said = [], failures = [], keptIn = cache }: Start = {}) =>
  readContent(dir, {
    clock: { now: () => new Date(`${day}T12:00:00Z`) },
    linkHosts,
    warn: (sentences) => said.push(...sentences),
    keep: { folder: keptIn, failed: (error) => failures.push(error) },
  })

const keptOf = async (dir: string, hosts = HOSTS) =>
  openKeptContent(cache, [(await readContentFolder(dir)).hash, ...hosts])

/** Makes what was kept tell itself from what stands in the files. */
async function mark(dir: string): Promise<void> {
  const kept = await keptOf(dir)
  const known = await kept.read()
  if (known === undefined) throw new Error('nothing was kept')
  const [first] = known.content.tools
  if (first !== undefined) first.text.fi.title = 'Pidetty'
  await kept.write(known)
}

const titlesOf = ({ tools }: Awaited<ReturnType<typeof start>>) => [...tools.values()].map(({ text }) => text.fi.title)

describe('content kept for the next start', () => {
  it('is the same library, and finds the same with the same scores', async () => {
    const dir = await folder()
    const first = await start(dir)
    const { index, commands: _, ...rest } = await start(dir)
    const { index: read, commands: __, ...other } = first
    expect(rest).toEqual(other)
    for (const text of TEXTS) expect(index.find(text, 'fi')).toEqual(read.find(text, 'fi'))
  })

  it('is used where nothing changed', async () => {
    const dir = await folder()
    await start(dir)
    await mark(dir)
    expect(titlesOf(await start(dir))).toContain('Pidetty')
  })

  it('lies there for the user of the bot alone, and nothing beside it', async () => {
    await start(await folder())
    expect(await readdir(cache)).toEqual(['content.kept'])
    expect((await stat(join(cache, 'content.kept'))).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['changed', async (dir: string) => appendFile(join(dir, 'contacts.yaml'), '# checked\n')],
    ['new', async (dir: string) => writeFile(join(dir, 'search/keywords/more.yaml'), '{}')],
    ['gone', async (dir: string) => rm(join(dir, 'launches/la-testi.yaml'))],
  ])('is not used where a file is %s', async (_, change) => {
    const dir = await folder()
    await start(dir)
    await mark(dir)
    await change(dir)
    expect(titlesOf(await start(dir))).not.toContain('Pidetty')
  })

  it('is not used where links may lead elsewhere', async () => {
    const dir = await folder()
    await start(dir, { linkHosts: ['example.org', 'example.com'] })
    expect(await (await keptOf(dir, ['example.org', 'example.com'])).read()).toBeDefined()
    expect(await (await keptOf(dir)).read()).toBeUndefined()
  })

  it('is not used where one byte of it is another, or its end is missing', async () => {
    const dir = await folder()
    await start(dir)
    const file = join(cache, 'content.kept')
    const whole = await readFile(file)
    const kept = await keptOf(dir)
    for (const at of [0, 31, 32, 63, 64, Math.floor(whole.length / 2), whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] as number) ^ 1
      await writeFile(file, changed)
      expect(await kept.read()).toBeUndefined()
    }
    for (const length of [0, 10, 32, 64, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length))
      expect(await kept.read()).toBeUndefined()
    }
    expect((await start(dir)).tools.size).toBe(5)
    expect(await kept.read()).toBeDefined()
  })

  it('is never kept where the content is refused', async () => {
    const dir = await folder((files) => {
      const tool = files['tools/aa-yksi.yaml'] as Tool
      tool.minutes = 90
    })
    for (const _ of [1, 2]) await expect(start(dir)).rejects.toThrow(ContentFault)
    expect(await readdir(cache)).toEqual([])
  })

  it('F72 does not hide a fault that came after it', async () => {
    const dir = await folder()
    await start(dir)
    const [tool] = aContent().tools
    await writeFile(join(dir, 'tools/aa-yksi.yaml'), stringify({ ...tool, minutes: 90 }))
    await expect(start(dir)).rejects.toThrow('aa-yksi, minutes')
  })

  it('warns of what has passed since it was kept', async () => {
    const dir = await folder()
    const said: string[] = []
    await start(dir, { said })
    expect(said).toEqual([])
    await start(dir, { said, day: '2029-01-01' })
    expect(said).toContain('aa-yksi, review_due: päivä 2027-11-21 on mennyt')
  })

  it('hinders no start where it cannot be written', async () => {
    const dir = await folder()
    const failures: unknown[] = []
    const file = join(cache, 'file')
    await writeFile(file, '')
    expect((await start(dir, { failures, keptIn: join(file, 'cache') })).tools.size).toBe(5)
    expect(failures).toHaveLength(1)
  })

  it.each([TODAY, '2026-12-01', '2029-01-01'])('warns on %s of all that a full check warns of that day', (today) => {
    const content = aContent()
    const options = { today, linkHosts: HOSTS }
    const inFull = checkContent(content, options).filter(isOfTheDay)
    expect(new Set(findingsOfTheDay(content, options).map((each) => JSON.stringify(each)))).toEqual(
      new Set(inFull.map((each) => JSON.stringify(each))),
    )
    const others = (day: string) =>
      checkContent(content, { ...options, today: day }).filter((finding) => !isOfTheDay(finding))
    expect(others(today)).toEqual(others('2026-11-01'))
  })
})
