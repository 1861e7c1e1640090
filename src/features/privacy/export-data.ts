import { isLanguage, type Language } from '../../domain/languages.ts'
import { REGISTER } from '../../domain/register.ts'
import type { Download, Kit, Turn } from '../../kit.ts'
import { keptFor, ownRecords, type OwnPart } from './own-records.ts'

const LINK_MS = 10 * 60_000

type Format = 'json' | 'txt'

/** The address of a person's own data for ten minutes: whoever has it reads them. */
export function linkToExport({ person, now, language }: Turn, kit: Kit, format: Format): string {
  const until = new Date(now.getTime() + LINK_MS).toISOString()
  const key = keyOf(kit, person.tenant, person.id, until)
  const query = new URLSearchParams({ until, key, lang: language })
  return `${kit.settings.publicUrl}/my-data/${encodeURIComponent(person.id)}.${format}?${query.toString()}`
}

/** Undefined for a wrong key or an old link, whether the person is known or not. */
export async function downloadMyData(kit: Kit, file: string, query: URLSearchParams): Promise<Download | undefined> {
  const [, id = '', format] = /^(.{1,100})\.(json|txt)$/.exec(file) ?? []
  const until = query.get('until') ?? ''
  if (id === '' || !(new Date(until) > kit.clock.now())) return undefined
  for (const tenant of await kit.store.people.tenants()) {
    const isRight = hashed(kit, keyOf(kit, tenant, id, until)) === hashed(kit, query.get('key') ?? '')
    if (!isRight) continue
    const parts = await ownRecords(kit, { tenant, id })
    const asked = query.get('lang')
    const language = isLanguage(asked) ? asked : kit.settings.defaultLanguage
    return format === 'json'
      ? fileOf('json', 'application/json; charset=utf-8', jsonOf(parts))
      : fileOf('txt', 'text/plain; charset=utf-8', textOf(kit, language, parts))
  }
  return undefined
}

function fileOf(format: Format, type: string, content: string): Download {
  return { name: `luotsi-omat-tiedot.${format}`, type, pieces: once(content) }
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text)
}

function jsonOf(parts: readonly OwnPart[]): string {
  const sections = parts.map(({ name, found }) => ({
    name,
    keptFor: keptFor(name),
    ...(name !== 'deliveries' && { basis: REGISTER[name].basis, what: REGISTER[name].what }),
    records: found,
  }))
  return `${JSON.stringify({ product: 'Luotsi', sections }, null, 2)}\n`
}

function textOf(kit: Kit, language: Language, parts: readonly OwnPart[]): string {
  const t = kit.strings(language)
  const months = kit.settings.retentionMonths
  const sections = parts.map(({ name, found }) =>
    [
      t(`myData.parts.${name}`, { count: found.length }),
      t(`myData.keptFor.${keptFor(name)}`, { months }),
      ...found.map(
        (own) =>
          `  - ${Object.entries(own)
            .map(([field, value]) => `${field}: ${String(value)}`)
            .join('; ')}`,
      ),
    ].join('\n'),
  )
  return [t('myData.title'), ...sections, t('myData.unlinked'), ''].join('\n\n')
}

function keyOf(kit: Kit, tenant: string, id: string, until: string): string {
  return kit.opaque('my-data', tenant, id, until)
}

/** Hashed once more, so that how long the comparison takes tells nothing about the key. */
function hashed(kit: Kit, key: string): string {
  return kit.opaque('my-data.compare', key)
}
