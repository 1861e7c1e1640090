import { z } from 'zod'
import { LANGUAGES } from '../../domain/languages.ts'
import type { WebinarFault } from '../../domain/webinar-form.ts'
import { Refusal, type Turn } from '../../kit.ts'
import type { StringKey } from '../../strings.ts'

/** The id of a webinar on a button. */
export const webinarId = z.string('refusals.notFound').max(40, 'refusals.notFound')

/** No field of these forms is this long: what is longer is nobody's typing. */
const LONGEST = 5_000

/** A field of a form: one that is empty may not be sent at all, a figure may come as a number. */
export const field = (otherwise = '') =>
  z
    .union([z.string(), z.number().transform(String)], 'refusals.badInput')
    .pipe(z.string().max(LONGEST, 'refusals.badInput'))
    .default(otherwise)

/** A field with several choices: one text with commas between them, of some clients a list. */
export const choices = () => z.preprocess((given) => (Array.isArray(given) ? given.join() : given), field())

type Fault = { key: StringKey; language?: WebinarFault['language']; values?: WebinarFault['values'] }

/** All that is wrong in one refusal, each with the language whose text has it: what was written stays in the form. */
export function faulty({ t }: Turn, faults: readonly Fault[]): Refusal {
  const lines = faults.map(({ key, language, values }) => {
    const line = t(key, values)
    return language === undefined ? line : `${t(`broadcasts.languages.${language}`)}: ${line}`
  })
  return new Refusal([t('webinars.hr.faults.intro'), ...new Set(lines)].join('\n\n'))
}

const TEXTS = ['title', 'description', 'speakers', 'organiser', 'loginNote'] as const
type TextName = `${(typeof TEXTS)[number]}_${(typeof LANGUAGES)[number]}`

/** The texts of a webinar in each language. */
export const textFields = Object.fromEntries(
  TEXTS.flatMap((name) => LANGUAGES.map((language) => [`${name}_${language}`, field()])),
) as Record<TextName, ReturnType<typeof field>>
