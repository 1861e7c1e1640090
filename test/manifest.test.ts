import { AppManifestUtils } from '@microsoft/app-manifest'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { strFromU8, unzipSync } from 'fflate'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { LANGUAGES, type InLanguages } from '../src/domain/languages.ts'
import { fold } from '../src/domain/words.ts'
import { buildAppPackage, EXAMPLE, readPackageSettings } from '../src/platform/app-package.ts'

type Manifest = Awaited<ReturnType<typeof AppManifestUtils.readTeamsManifest>> & {
  name: { short: string }
  validDomains: string[]
  supportsChannelFeatures: string
  localizationInfo: { defaultLanguageTag: string; additionalLanguages: { languageTag: string; file: string }[] }
  bots: [{ commandLists: { commands: { title: string }[] }[] }]
}

const BOT_ID = '2f5b9d1c-7a54-4c0e-9f0e-0c1d2e3f4a5b'
const PUBLIC_URL = 'https://luotsi.kaupunki.fi'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'luotsi-manifest-'))
  await cp('manifest', join(home, 'manifest'), { recursive: true })
})
afterAll(async () => {
  await rm(home, { recursive: true })
})

/** `npm run package` in a folder of its own. */
function runPackage(args: string[], env: Record<string, string>): Promise<{ code: number; said: string }> {
  const options = { cwd: home, env: { PATH: process.env.PATH, ...env } }
  return new Promise((done) => {
    execFile(process.execPath, [resolve('src/cli/package.ts'), ...args], options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : 1, said: stdout + stderr })
    })
  })
}

const zipOf = () => readFile(join(home, 'dist', 'luotsi.zip'))
const unzipped = (zip: Uint8Array) => Object.entries(unzipSync(zip)).map(([name, bytes]) => ({ name, bytes }))

/** The faults found when one file of the manifest folder is changed. */
async function faultsAfter(file: string, edit: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(home, 'edited-'))
  await cp('manifest', folder, { recursive: true })
  await writeFile(join(folder, file), edit(await readFile(join(folder, file), 'utf8')))
  return buildAppPackage(folder, EXAMPLE).then(
    () => 'no fault',
    (fault: unknown) => String(fault),
  )
}

const manifestOf = async () => JSON.parse(await readFile('manifest/manifest.json', 'utf8')) as Manifest

describe('the app package', () => {
  it('holds the manifest, two languages and two icons, and is valid against Microsoft’s schema', async () => {
    expect(await runPackage(['--example'], {})).toMatchObject({ code: 0 })
    const files = unzipped(await zipOf())
    expect(files.map(({ name }) => name)).toEqual(['manifest.json', 'fi.json', 'sv.json', 'color.png', 'outline.png'])
    const manifest = JSON.parse(strFromU8(files[0]?.bytes ?? new Uint8Array())) as Manifest
    expect(await AppManifestUtils.validateAgainstSchema(manifest)).toEqual([])
  })

  it('carries the bot and the public address, and asks for no other domain', async () => {
    const run = await runPackage([], { BOT_ID, PUBLIC_URL: `${PUBLIC_URL}/` })
    expect(run.said).toContain('Upload')
    const manifest = strFromU8(unzipped(await zipOf())[0]?.bytes ?? new Uint8Array())
    expect(manifest).not.toContain('{{')
    expect(JSON.parse(manifest)).toMatchObject({
      id: BOT_ID,
      bots: [{ botId: BOT_ID }],
      composeExtensions: [{ botId: BOT_ID }],
      developer: { privacyUrl: `${PUBLIC_URL}/privacy`, termsOfUseUrl: `${PUBLIC_URL}/terms` },
      validDomains: ['luotsi.kaupunki.fi'],
    })
  })

  it('is the same to the byte in every time zone', async () => {
    await runPackage(['--example'], { TZ: 'Pacific/Auckland' })
    const there = await zipOf()
    await runPackage(['--example'], { TZ: 'America/Los_Angeles' })
    expect(there.equals(await zipOf())).toBe(true)
  })

  it('refuses without a bot and an address, and says what to set', async () => {
    const { code, said } = await runPackage([], {})
    expect(code).toBe(1)
    expect(said).toContain('BOT_ID: set it to')
    expect(said).toContain('PUBLIC_URL: set it to')
  })

  it.each([
    ['BOT_ID', 'luotsi'],
    ['BOT_ID', '00000000-0000-0000-0000-000000000000'],
    ['BOT_ID', EXAMPLE.botId],
    ['PUBLIC_URL', 'luotsi.kaupunki.fi'],
    ['PUBLIC_URL', 'http://luotsi.kaupunki.fi'],
    ['PUBLIC_URL', EXAMPLE.publicUrl],
    ['PUBLIC_URL', 'https://example.com'],
    ['PUBLIC_URL', 'https://<your-host>'],
    ['PUBLIC_URL', 'https://localhost:3978'],
    ['PUBLIC_URL', 'https://luotsi.kaupunki.fi/api/messages'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readPackageSettings({ BOT_ID, PUBLIC_URL, [name]: value })).toThrow(`${name}: `)
  })

  it('works in shared and private channels', async () => {
    // Teams refuses a manifest from 1.25 on with the team scope and without this; the schema does not say so.
    expect((await manifestOf()).supportsChannelFeatures).toBe('tier1')
  })

  it('names a text that one language lacks, and one that belongs to nothing', async () => {
    const faults = await faultsAfter('sv.json', (text) => text.replace('commands[9].title', 'commands[10].title'))
    expect(faults).toContain('sv.json: bots[0].commandLists[0].commands[9].title is missing')
    expect(faults).toContain('sv.json: bots[0].commandLists[0].commands[10].title is no text of manifest.json')
  })

  it.each([
    ['description.short', 80],
    ['bots[0].commandLists[0].commands[0].title', 32],
    ['composeExtensions[0].commands[0].parameters[0].description', 128],
  ])('names a %s of more than %i characters', async (path, most) => {
    const faults = await faultsAfter('fi.json', (text) => {
      return JSON.stringify({ ...(JSON.parse(text) as object), [path]: 'a'.repeat(most + 1) })
    })
    expect(faults).toContain(`fi.json: ${path} has ${most + 1} characters, at most ${most}`)
  })

  it('names what Microsoft’s schema refuses', async () => {
    const faults = await faultsAfter('manifest.json', (text) => text.replace('"groupChat"]', '"everywhere"]'))
    expect(faults).toContain('manifest.json: /bots/0/scopes/2')
  })

  it('never asks the network for a schema', async () => {
    const faults = await faultsAfter('manifest.json', (text) => text.replace('/v1.27/', '/v9.99/'))
    expect(faults).toContain('manifest.json: $schema must be')
  })
})

describe('the listing', () => {
  it('is written in every language of the product', async () => {
    const { defaultLanguageTag, additionalLanguages } = (await manifestOf()).localizationInfo
    const tags = [defaultLanguageTag, ...additionalLanguages.map(({ languageTag }) => languageTag)]
    expect(tags.toSorted()).toEqual([...LANGUAGES].toSorted())
  })

  it('has a name without “Teams”', async () => {
    for (const name of Object.values(await textsAt('name.short'))) expect(name).not.toMatch(/teams/i)
  })

  it('offers only commands that the bot understands in that language', async () => {
    const yaml = await readFile('content/search/commands.yaml', 'utf8')
    const { words } = parse(yaml) as { words: InLanguages<Record<string, string[]>> }
    const commands = (await manifestOf()).bots[0].commandLists.flatMap((list, at) =>
      list.commands.map((_, command) => `bots[0].commandLists[${at}].commands[${command}].title`),
    )
    for (const path of commands) {
      const titles = await textsAt(path)
      const meanings = LANGUAGES.map((language) => meaningOf(titles[language], words[language]))
      expect({ titles, meanings }).toEqual({ titles, meanings: meanings.map(() => expect.any(String)) })
      expect(new Set(meanings).size).toBe(1)
    }
  })
})

const meaningOf = (title: string, words: Record<string, string[]>) =>
  Object.keys(words).find((command) => words[command]?.some((word) => fold(word) === fold(title)))

/** One text of the listing in each language. */
async function textsAt(path: string): Promise<InLanguages<string>> {
  const inManifest = path
    .split(/[.[\]]+/)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], await manifestOf())
  const [fi, sv] = await Promise.all(
    ['fi', 'sv'].map(async (language) => {
      const texts = JSON.parse(await readFile(`manifest/${language}.json`, 'utf8')) as Record<string, string>
      return texts[path] ?? ''
    }),
  )
  return { fi: fi ?? '', sv: sv ?? '', en: String(inManifest) }
}
