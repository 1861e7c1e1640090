import type { BroadcastFault } from '../../domain/broadcast.ts'
import { Refusal, type Turn } from '../../kit.ts'

/** What is wrong, and in which language's text. */
export function faultText({ t }: Turn, { key, language, values }: BroadcastFault): string {
  const text = t(key, values)
  return language === undefined ? text : `${t(`broadcasts.languages.${language}`)}: ${text}`
}

/** All that is wrong, in one refusal: what was written stays in the form. */
export function faulty({ t }: Turn, lines: readonly string[]): Refusal {
  return new Refusal([t('broadcasts.faults.intro'), ...new Set(lines)].join('\n\n'))
}
