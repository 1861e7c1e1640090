import { DateTime } from 'luxon'
import { breakBraces } from '../../domain/person-text.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { askForWish } from './ask-for-wish.ts'

const SHOWN = 10

/** HR reads the wishes, and that it did is kept; everybody else gets the form to send one. */
export async function listWishes(turn: Turn, kit: Kit): Promise<Message> {
  const { language, t, person, place } = turn
  const isPublisher = (await kit.roles(person)).has('hr')
  if (!isPublisher || place.kind !== 'own') return askForWish(turn)
  const all = await kit.store.wishes.list(person.tenant)
  const newest = all.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN)
  if (newest.length > 0) {
    await kit.audit(turn, { what: 'wishes.list', to: '', outcome: 'done', note: String(newest.length) })
  }
  return {
    card: 'wishes',
    language,
    summary: t('wishes.summary'),
    show: { verb: 'wishes.list' },
    data: {
      explanation: all.length === 0 ? t('wishes.none') : t('wishes.some', { count: all.length }),
      wishes: newest.map((wish) => ({
        need: breakBraces(wish.need),
        when: t('wishes.when', {
          date: DateTime.fromISO(wish.at)
            .setLocale(language === 'en' ? 'en-GB' : language)
            .toLocaleString(),
          language: t(`wishes.languages.${wish.language}`),
        }),
      })),
    },
  }
}
