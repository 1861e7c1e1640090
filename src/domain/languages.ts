/** The languages of the product, the default first. A new one also needs a strings file and a manifest file. */
export const LANGUAGES = ['fi', 'sv', 'en'] as const

export type Language = (typeof LANGUAGES)[number]

/** One value in each language. */
export type InLanguages<T> = Record<Language, T>

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value)
}
