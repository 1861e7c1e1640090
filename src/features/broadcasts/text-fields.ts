import { z } from 'zod'
import type { InLanguages, Language } from '../../domain/languages.ts'
import type { BroadcastText } from '../../domain/records.ts'

/** Optional text of a field: one that is empty may not be sent at all. */
export const text = () => z.string('refusals.badInput').default('')

/** The fields of each language, as the form names them. */
export const textFields = {
  title_fi: text(),
  body_fi: text(),
  title_sv: text(),
  body_sv: text(),
  title_en: text(),
  body_en: text(),
}

export function textsOf(given: Record<keyof typeof textFields, string>): InLanguages<BroadcastText> {
  const of = (language: Language) => ({ title: given[`title_${language}`], body: given[`body_${language}`] })
  return { fi: of('fi'), sv: of('sv'), en: of('en') }
}
