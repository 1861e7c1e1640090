import type { Kit, Message, Turn } from '../../kit.ts'
import { breakBraces } from '../../domain/person-text.ts'

/** The first message of a place: what Luotsi is for, how to ask, what not to write. */
export function greet({ language, t, place }: Turn, kit: Kit, installer: string): Message {
  return {
    card: 'welcome',
    language,
    summary: t('welcome.summary'),
    show: { verb: 'welcome.show' },
    data: {
      image: `${kit.settings.publicUrl}/images/luotsi.png`,
      inChannel: place.kind !== 'own',
      installer: breakBraces(installer),
    },
  }
}
