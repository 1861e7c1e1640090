/** The app package that a Teams administrator uploads: the manifest filled in, checked, and zipped. */
import { AppManifestUtils } from '@microsoft/app-manifest'
import { strToU8, zipSync } from 'fflate'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Every fault of the package or its settings at once, each with its cure. */
export class PackageFault extends Error {
  override name = 'PackageFault'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(['No app package was made. Mend these:', ...faults.map((fault) => `  - ${fault}`)].join('\n'))
    this.faults = faults
  }
}

export type PackageSettings = { botId: string; publicUrl: string }

export const EXAMPLE: PackageSettings = {
  botId: '12345678-1234-4234-8234-123456789abc',
  publicUrl: 'https://luotsi.example.fi',
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const PLACEHOLDER_ID = /^([0-9a-f])\1{7}-/i
const PLACEHOLDER_HOST = /(^|\.)example(\.[a-z]+)?$|placeholder|your[-.]|[<>{}$]/i
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/i

/**
 * What the package needs of the environment.
 * @throws PackageFault with every fault
 */
export function readPackageSettings(env: Record<string, string | undefined>): PackageSettings {
  const botId = (env.BOT_ID ?? '').trim()
  const publicUrl = (env.PUBLIC_URL ?? '').trim()
  const faults = [faultOfBotId(botId), faultOfPublicUrl(publicUrl)].filter((fault) => fault !== undefined)
  if (faults.length > 0) throw new PackageFault(faults)
  return { botId, publicUrl: new URL(publicUrl).href.replace(/\/+$/, '') }
}

function faultOfBotId(id: string): string | undefined {
  if (id === '') return 'BOT_ID: set it to the Microsoft App ID of the Azure Bot resource'
  if (!GUID.test(id)) return `BOT_ID: ${id} is no GUID; copy the Microsoft App ID of the Azure Bot resource`
  if (PLACEHOLDER_ID.test(id) || id === EXAMPLE.botId) return `BOT_ID: ${id} is a placeholder; set the real id`
  return undefined
}

function faultOfPublicUrl(text: string): string | undefined {
  if (text === '') return 'PUBLIC_URL: set it to the public https address of the bot, without /api/messages'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:') return `PUBLIC_URL: ${text} is no https address; Teams accepts nothing else`
  if (LOOPBACK.test(url.hostname) || PLACEHOLDER_HOST.test(text) || PLACEHOLDER_HOST.test(url.hostname)) {
    return `PUBLIC_URL: ${text} cannot be reached from outside; set the real public address`
  }
  if (url.search + url.hash + url.username !== '' || /\/api\/messages\/?$/.test(url.pathname)) {
    return `PUBLIC_URL: ${text} must be the address alone, without /api/messages, sign-in, ? or #`
  }
  return undefined
}

/** The files of the package by name, in the order in which they are zipped. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>

type Manifest = {
  $schema: string
  manifestVersion: string
  localizationInfo: { additionalLanguages: { file: string }[] }
  icons: { color: string; outline: string }
}

/** Texts by their path in the manifest, as the localisation files name them: `bots[0].commandLists[0]…`. */
type Texts = ReadonlyMap<string, string>

/**
 * Reads the manifest folder, fills the placeholders, and checks the result against Microsoft's schemas (they come with
 * @microsoft/app-manifest, nothing is fetched) and against what the schemas leave out.
 * @throws PackageFault with every fault
 */
export async function buildAppPackage(folder: string, settings: PackageSettings): Promise<PackageFiles> {
  const text = fill(await readFile(join(folder, 'manifest.json'), 'utf8'), settings)
  const manifest = parse('manifest.json', text) as Manifest
  await demandSchema(manifest)
  const lengthOf = await longestTexts(manifest.manifestVersion)
  const texts: Texts = new Map(leaves(manifest, '').filter(([path]) => lengthOf(path) !== undefined))

  const files = new Map([['manifest.json', strToU8(text)]])
  const faults = faultsOfLengths('manifest.json', texts, lengthOf)
  for (const { file } of manifest.localizationInfo.additionalLanguages) {
    const translated = await readFile(join(folder, file), 'utf8')
    const translations: Texts = new Map(leaves(parse(file, translated), '').filter(([path]) => path !== '$schema'))
    faults.push(...faultsOfKeys(file, translations, texts), ...faultsOfLengths(file, translations, lengthOf))
    files.set(file, strToU8(translated))
  }
  if (faults.length > 0) throw new PackageFault(faults)
  for (const icon of [manifest.icons.color, manifest.icons.outline]) {
    files.set(icon, new Uint8Array(await readFile(join(folder, icon))))
  }
  return files
}

/** The same files always give the same bytes. */
export function zipPackage(files: PackageFiles): Uint8Array {
  // ZIP keeps local time without a zone, so a local midnight is the same everywhere.
  return zipSync(Object.fromEntries(files), { level: 9, mtime: new Date(1980, 0, 1) })
}

function fill(text: string, { botId, publicUrl }: PackageSettings): string {
  return text
    .replaceAll('{{BOT_ID}}', botId)
    .replaceAll('{{PUBLIC_URL}}', publicUrl)
    .replaceAll('{{PUBLIC_HOST}}', new URL(publicUrl).host)
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PackageFault([`${file}: ${error instanceof Error ? error.message : 'no JSON'}`])
  }
}

function schemaUrl(version: string, name: string): string {
  return `https://developer.microsoft.com/json-schemas/teams/v${version}/${name}.schema.json`
}

async function demandSchema(manifest: Manifest): Promise<void> {
  const schema = schemaUrl(manifest.manifestVersion, 'MicrosoftTeams')
  // Any other address would be fetched.
  if (manifest.$schema !== schema) throw new PackageFault([`manifest.json: $schema must be ${schema}`])
  type Checkable = Parameters<typeof AppManifestUtils.validateAgainstSchema>[0]
  const faults = await AppManifestUtils.validateAgainstSchema(manifest as object as Checkable)
  if (faults.length > 0) throw new PackageFault(faults.map((fault) => `manifest.json: ${fault.trim()}`))
}

function faultsOfKeys(file: string, translations: Texts, texts: Texts): string[] {
  const missing = [...texts.keys()].filter((path) => !translations.has(path))
  const unknown = [...translations.keys()].filter((path) => !texts.has(path))
  return [
    ...missing.map((path) => `${file}: ${path} is missing`),
    ...unknown.map((path) => `${file}: ${path} is no text of manifest.json`),
  ]
}

function faultsOfLengths(file: string, texts: Texts, lengthOf: LengthOf): string[] {
  return [...texts].flatMap(([path, text]) => {
    const longest = lengthOf(path)
    if (text.trim() === '') return [`${file}: ${path} is empty`]
    if (longest === undefined || text.length <= longest) return []
    return [`${file}: ${path} has ${text.length} characters, at most ${longest}`]
  })
}

/** How long a text of the manifest may be, by its path; undefined where it cannot be translated. */
type LengthOf = (path: string) => number | undefined

/**
 * The rules of Microsoft's localisation schema. They are read here because its validator refuses that schema (one of
 * its patterns is invalid with the u flag), and draft 04 would ignore the lengths that stand beside a `$ref`.
 */
async function longestTexts(version: string): Promise<LengthOf> {
  type Rules = Record<string, { maxLength?: number }>
  const schema = await AppManifestUtils.fetchSchema(schemaUrl(version, 'MicrosoftTeams.Localization'))
  const { properties, patternProperties } = schema as object as { properties: Rules; patternProperties: Rules }
  const patterns = Object.entries(patternProperties).map(([pattern, rule]) => [new RegExp(pattern), rule] as const)
  return (path) => {
    const rule = properties[path] ?? patterns.find(([pattern]) => pattern.test(path))?.[1]
    const longest = rule?.maxLength
    return longest !== undefined && path.startsWith('bots') ? Math.min(longest, commandLength(path)) : longest
  }
}

/** Microsoft's own limits until schema 1.21, kept because the menu that shows commands is narrow. */
function commandLength(path: string): number {
  return path.endsWith('.title') ? 32 : 128
}

function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (Array.isArray(value)) return value.flatMap((item, at) => leaves(item, `${path}[${at}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`))
}
