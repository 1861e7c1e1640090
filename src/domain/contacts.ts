import type { Translate } from '../strings.ts'
import type { ContactKind, Contacts } from './content.ts'
import type { Language } from './languages.ts'

/** The people to turn to that the organisation has filled in, with their labels; the empty ones are left out. */
export function contactLines(
  contacts: Contacts,
  kinds: readonly ContactKind[],
  language: Language,
  t: Translate,
): { label: string; text: string }[] {
  return kinds
    .map((kind) => ({ label: t(`help.contacts.${kind}`), text: contacts[0]?.[kind][language] ?? '' }))
    .filter(({ text }) => text !== '')
}
