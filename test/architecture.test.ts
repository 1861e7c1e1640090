import { describe, expect, it } from '@jest/globals'
import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** The rooms of the house and what each may import (docs/architecture.md). */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: ['domain', 'strings'],
  strings: ['domain', 'content'],
  cards: ['cards'],
  kit: ['domain', 'strings', 'cards', 'kit', 'ports'],
  ports: ['domain', 'kit'],
  features: ['domain', 'strings', 'kit', 'ports', 'features'],
  platform: ['domain', 'strings', 'cards', 'kit', 'ports', 'platform'],
  cli: ['domain', 'strings', 'cards', 'kit', 'ports', 'platform', 'features', 'cli'],
  index: ['features', 'platform'],
}

const VENDORS =
  /^(botbuilder|botframework|@microsoft\/|restify|lowdb|adaptivecards|adaptive-expressions|pg|undici|pino|prom-client|i18next|yaml|@resvg|fflate)/
const PURE = /^(luxon|zod|minisearch|snowball-stemmers|escape-goat|ical-generator|timezones-ical-library)(\/|$)/

/** Ciphers and keyed hashes are rules without a machine behind them: the same input gives the same output. */
const CIPHERS = { from: ['src/domain/sealed-answer.ts', 'src/domain/audit.ts'], to: 'node:crypto' }

type Import = { from: string; to: string }

/** What an import breaks, or undefined. */
function breach({ from, to }: Import): string | undefined {
  const room = roomOf(from)
  if (!to.startsWith('.')) {
    const isPlatform = room === 'platform' || room === 'cli'
    if (VENDORS.test(to) && !isPlatform) return `${from} imports ${to}: vendors appear in platform/ alone`
    if (CIPHERS.from.includes(from) && to === CIPHERS.to) return undefined
    if (to.startsWith('node:') && !isPlatform) return `${from} imports ${to}: the machine is reached through ports`
    if (!isPlatform && !PURE.test(to) && !VENDORS.test(to))
      return `${from} imports ${to}: only pure libraries may stand here`
    return undefined
  }
  const target = posix.normalize(posix.join(posix.dirname(from), to))
  const targetRoom = roomOf(target)
  if (MAY_IMPORT[room]?.includes(targetRoom) !== true)
    return `${from} imports ${target}: ${room} may not import ${targetRoom}`
  if (room === 'features' && targetRoom === 'features' && featureOf(from) !== featureOf(target)) {
    return `${from} imports ${target}: a feature never imports another feature`
  }
  return undefined
}

/** `src/domain/x.ts` → domain, `src/kit.ts` → kit, `content/strings/en.json` → content. */
function roomOf(path: string): string {
  const [top, second = ''] = path.split('/')
  return top === 'src' ? second.replace(/\.ts$/, '') : (top ?? '')
}

function featureOf(path: string): string | undefined {
  return path.split('/')[2]
}

async function importsOf(folder: string): Promise<Import[]> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
  )
  const found = await Promise.all(
    files.map(async (file) => {
      const from = join(folder, file)
      const text = await readFile(from, 'utf8')
      const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)]
      return specifiers.map(([, to = '']) => ({ from, to }))
    }),
  )
  return found.flat()
}

describe('the house', () => {
  it('keeps its import rules', async () => {
    const imports = await importsOf('src')
    expect(imports.length).toBeGreaterThan(100)
    expect(imports.flatMap((one) => breach(one) ?? [])).toEqual([])
  })

  it.each([
    ['a vendor in a feature', { from: 'src/features/tools/index.ts', to: 'botbuilder' }],
    ['a vendor in the kit', { from: 'src/kit.ts', to: '@microsoft/teams-ai' }],
    ['the file system in the domain', { from: 'src/domain/search.ts', to: 'node:fs' }],
    ['an unknown library in the domain', { from: 'src/domain/search.ts', to: 'left-pad' }],
    ['a feature that imports another', { from: 'src/features/tools/index.ts', to: '../themes/index.ts' }],
    ['a feature that imports the platform', { from: 'src/features/tools/index.ts', to: '../../platform/chats.ts' }],
    ['the domain that imports the kit', { from: 'src/domain/search.ts', to: '../kit.ts' }],
    ['the platform that imports a feature', { from: 'src/platform/bot.ts', to: '../features/tools/index.ts' }],
    ['the platform that imports the entrance', { from: 'src/platform/bot.ts', to: '../index.ts' }],
  ])('would see %s', (_, bad) => {
    expect(breach(bad)).toBeDefined()
  })

  it('has one file that knows the application library', async () => {
    const users = (await importsOf('src')).filter(({ to }) => to.startsWith('@microsoft/teams-ai'))
    expect(users.map(({ from }) => from)).toEqual(['src/platform/teams/application.ts'])
  })

  it('reads clock, randomness and environment in the platform alone', async () => {
    const files = ['src/domain', 'src/features'].map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file)),
    )
    const paths = [...(await Promise.all(files)).flat(), 'src/kit.ts', 'src/ports.ts']
    const readers: string[] = []
    for (const path of paths) {
      const text = await readFile(path, 'utf8')
      if (
        /Date\.now\(|new Date\(\)|Math\.random|process\.|DateTime\.(now|local|utc)\(\)|random(UUID|Bytes|Int)/.test(
          text,
        )
      )
        readers.push(path)
    }
    expect(readers).toEqual([])
  })
})
