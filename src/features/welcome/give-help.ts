import { contactLines } from '../../domain/contacts.ts'
import { CONTACT_KINDS } from '../../domain/content.ts'
import type { Kit, Message, Turn } from '../../kit.ts'

const WORDS = [
  'tool',
  'themes',
  'checkin',
  'results',
  'webinars',
  'wish',
  'language',
  'settings',
  'mydata',
  'help',
] as const

/** 112 and the people to turn to come first, then what can be typed. */
export async function giveHelp({ language, t }: Turn, kit: Kit): Promise<Message> {
  return {
    card: 'help',
    language,
    summary: t('help.summary'),
    show: { verb: 'welcome.help' },
    data: {
      contacts: contactLines(kit.library().contacts, CONTACT_KINDS, language, t),
      words: WORDS.map((word) => ({ word: t(`help.words.${word}`), what: t(`help.what.${word}`) })),
      privacyUrl: `${kit.settings.publicUrl}/privacy?lang=${language}`,
      supportUrl: kit.settings.supportUrl,
    },
  }
}
