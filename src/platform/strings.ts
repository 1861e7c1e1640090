import { createInstance } from 'i18next'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LANGUAGES, type Language } from '../domain/languages.ts'
import type { Labels, Strings, Translate } from '../strings.ts'

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
  const translators = Object.fromEntries(
    LANGUAGES.map((language) => {
      const fixed = i18n.getFixedT(language)
      const translate: Translate = (key, values) => {
        if (!i18n.exists(key, { lng: language, ...values })) throw new Error(`no string ${key} in ${language}`)
        return fixed(key, values ?? {})
      }
      return [language, translate]
    }),
  ) as Record<Language, Translate>
  return { translate: (language) => translators[language], labels: (language) => labels[language] }
}
