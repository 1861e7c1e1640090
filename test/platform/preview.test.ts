import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { cardNames, readCardsApart, showSamples, type Shown } from '../../src/platform/preview-samples.ts'
import { openPreview, type Preview } from '../../src/platform/preview-server.ts'
import { readStrings } from '../../src/platform/strings.ts'

/** A template takes long to read: most tests do with these. */
const SOME = ['help', 'notice', 'themes']

let folder: string
let preview: Preview | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'luotsi-cards-'))
  await Promise.all([cp('cards/parts', join(folder, 'parts'), { recursive: true }), ...SOME.map(copyCard)])
})

afterEach(async () => {
  await preview?.close()
  preview = undefined
  await rm(folder, { recursive: true, force: true })
})

async function copyCard(name: string): Promise<void> {
  for (const file of [`${name}.json`, `${name}.sample.json`]) await cp(join('cards', file), join(folder, file))
}

async function samples(): Promise<Shown[]> {
  return showSamples(folder, await readCardsApart(folder, await readStrings('content')), 'http://127.0.0.1:1')
}

async function open(show: () => Promise<Shown[]>): Promise<Preview> {
  const parts = { samples: show, content: show }
  preview = await openPreview({ port: 0, show: parts, watched: [folder], images: 'content/themes' })
  return preview
}

const faultsIn = (shown: Shown[]) => shown.flatMap((one) => ('fault' in one ? [one.fault] : []))

describe('the samples of the preview', () => {
  it('are every card in every language, with images from the preview itself', async () => {
    await cp('cards', folder, { recursive: true })
    const shown = await samples()
    const names = await cardNames('cards')
    expect(shown.map(({ name, language }) => `${name} ${language}`)).toEqual(
      names.flatMap((name) => LANGUAGES.map((language) => `${name} ${language}`)),
    )
    expect(faultsIn(shown)).toEqual([])
    expect(JSON.stringify(shown)).toContain('http://127.0.0.1:1/images/luotsi.png')
    expect(JSON.stringify(shown)).not.toContain('3978/images')
  })

  it.each([
    ['a template that is no JSON', 'help.json', '{ "type": '],
    ['an expression that cannot be read', 'help.json', '{ "body": [{ "text": "${count(}" }] }'],
    ['a template with no body', 'help.json', '{}'],
    ['a sample that is no JSON', 'help.sample.json', '{ "fi": '],
  ])('tell of %s in its place, and show the others', async (_, file, text) => {
    await writeFile(join(folder, file), text)
    const shown = await samples()
    const broken = shown.filter((one) => 'fault' in one)
    expect(broken.map(({ name }) => name)).toEqual(['help', 'help', 'help'])
    expect(faultsIn(broken).filter((fault) => fault.length < 10)).toEqual([])
  })

  it('name the file and the language that a sample lacks', async () => {
    const sample = JSON.parse(await readFile(join(folder, 'notice.sample.json'), 'utf8')) as Record<string, unknown>
    delete sample['sv']
    await writeFile(join(folder, 'notice.sample.json'), JSON.stringify(sample))
    expect(faultsIn(await samples())).toEqual(['notice.sample.json: sv is missing'])
  })
})

describe('the preview', () => {
  it('serves its page, the renderer, the cards and the images of themes', async () => {
    const { url } = await open(samples)
    expect(await (await fetch(url)).text()).toContain('/renderer.js')
    expect(await (await fetch(`${url}/renderer.js`)).text()).toContain('AdaptiveCard')
    for (const part of ['samples', 'content']) {
      const answer = (await (await fetch(`${url}/${part}.json`)).json()) as { cards: Shown[]; looks: object[] }
      expect(answer.cards.length).toBe((await cardNames(folder)).length * LANGUAGES.length)
      expect(answer.looks.length).toBe(3)
    }
    const image = await fetch(`${url}/images/luotsi.png`)
    expect(image.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await image.arrayBuffer()).length).toBeGreaterThan(100)
  })

  it.each(['/nothing', '/images/nothing.png', '/images/..%2f..%2fpackage.json', '//', '/%'])(
    'has nothing at %s and lives on',
    async (path) => {
      const { url } = await open(samples)
      expect((await fetch(url + path)).status).toBe(404)
      expect((await fetch(url)).status).toBe(200)
    },
  )

  it('tells what went wrong and lives on when the cards cannot be made', async () => {
    const { url } = await open(() => Promise.reject(new Error('strings/fi.json is no JSON')))
    const answer = await fetch(`${url}/samples.json`)
    expect([answer.status, await answer.text()]).toEqual([500, 'strings/fi.json is no JSON'])
    expect((await fetch(url)).status).toBe(200)
  })

  it('tells an open page that a file was saved, also by renaming, as editors do', async () => {
    const { url } = await open(samples)
    const { body } = await fetch(`${url}/saved`)
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    const next = async () => new TextDecoder().decode((await reader.read()).value)
    expect(await next()).toBe(': waiting\n\n')
    await writeFile(join(folder, 'help.json'), '{}')
    expect(await next()).toBe('data: saved\n\n')
    await writeFile(join(folder, 'help.new'), '{}')
    await rm(join(folder, 'help.new'))
    expect(await next()).toBe('data: saved\n\n')
    await reader.cancel()
  })

  it('says plainly that another program has its port', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const run = promisify(execFile)(process.execPath, ['src/cli/preview.ts'], {
      env: { ...process.env, NODE_OPTIONS: '', PREVIEW_PORT: String(port) },
    })
    const { code, stderr } = await run.then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => error as { code: number; stderr: string },
    )
    other.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(`The preview did not start: another program has port ${port}.`)
  })
})
