import { beforeAll, describe, expect, it } from '@jest/globals'
import { createInstance, type i18n } from 'i18next'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { readStrings } from '../../src/platform/strings.ts'
import { isStringKey, type StringKey, type Strings } from '../../src/strings.ts'

const CONTENT = join(import.meta.dirname, '..', '..', 'content')
const COUNTS = [0, 1, 2, 5, 21, 101, 1.5]
/** What a careless replacement would take for its own. */
const VALUE = '$& {{count}} <Maija & "Co"> $1'

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const stem = key.replace(/_(one|other)$/, '')
    const path = `${prefix}${`${stem}_other` in tree ? stem : key}`
    return typeof value === 'string' ? [path] : keysOf(value as object, `${path}.`)
  })
}

describe('A string', () => {
  let strings: Strings
  let plain: i18n
  let keys: StringKey[]
  beforeAll(async () => {
    strings = await readStrings(CONTENT)
    const bundles = LANGUAGES.map((language) => {
      const text = readFileSync(join(CONTENT, 'strings', `${language}.json`), 'utf8')
      return [language, { translation: JSON.parse(text) as object }] as const
    })
    plain = createInstance()
    await plain.init({
      resources: Object.fromEntries(bundles),
      interpolation: { escapeValue: false, skipOnVariables: true },
    })
    const english = bundles.find(([language]) => language === 'en')?.[1].translation ?? {}
    keys = [...new Set(keysOf(english))].filter((key): key is StringKey => !key.includes('//'))
  })

  it.each(LANGUAGES)('of %s is what i18next makes of it, whatever the number and the values, each time', (language) => {
    const t = strings.translate(language)
    const its = plain.getFixedT(language)
    expect(keys.length).toBeGreaterThan(500)
    for (const key of [...keys, ...keys]) {
      const text = its(key, { count: 2, skipInterpolation: true })
      const values: Record<string, string> = Object.fromEntries(
        Array.from(text.matchAll(/\{\{(\w+)\}\}/g), (found) => [found[1] ?? '', VALUE] as const),
      )
      for (const count of COUNTS) expect(t(key, { ...values, count })).toBe(its(key, { ...values, count }))
      const isOfNumbers = !plain.exists(key, { lng: language })
      if (!isOfNumbers) expect(t(key, values)).toBe(its(key, values))
    }
  })

  it('that there is not is said by name', () => {
    const key = 'common.nothing' as StringKey
    expect(isStringKey(key)).toBe(false)
    expect(() => strings.translate('fi')(key)).toThrow('no string common.nothing in fi')
  })
})
