import { createInstance, type i18n } from 'i18next'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LANGUAGES, type Language } from '../domain/languages.ts'
import type { Labels, StringKey, Strings, Translate } from '../strings.ts'

/** Reads content/strings. The content check, which runs before, has found every string in every language. */
export async function readStrings(contentDir: string): Promise<Strings> {
  const bundles = await Promise.all(
    LANGUAGES.map(async (language) => {
      const text = await readFile(join(contentDir, 'strings', `${language}.json`), 'utf8')
      return [language, JSON.parse(text) as Labels] as const
    }),
  )
  const labels = Object.fromEntries(bundles) as Record<Language, Labels>
  const i18n = createInstance()
  await i18n.init({
    resources: Object.fromEntries(bundles.map(([language, bundle]) => [language, { translation: bundle }])),
    fallbackLng: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
    returnNull: false,
  })
  const translators = Object.fromEntries(LANGUAGES.map((language) => [language, openTranslator(i18n, language)]))
  return {
    translate: (language) => translators[language] as Translate,
    labels: (language) => labels[language],
  }
}

/** A string is looked up once for each form that numbers give it; a card has dozens of them. */
function openTranslator(i18n: i18n, language: Language): Translate {
  const fixed = i18n.getFixedT(language)
  const plural = new Intl.PluralRules(language)
  const known = new Map<string, string>()
  const find = (key: StringKey, count: { count?: number }): string => {
    if (!i18n.exists(key, { lng: language, ...count })) throw new Error(`no string ${key} in ${language}`)
    return fixed(key, { ...count, skipInterpolation: true })
  }
  return (key, values = {}) => {
    const count = typeof values['count'] === 'number' ? { count: values['count'] } : {}
    const form = count.count === undefined ? key : `${key} ${plural.select(count.count)}`
    const text = known.get(form) ?? find(key, count)
    known.set(form, text)
    return text.includes('{{') ? text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name])) : text
  }
}
