import type { Language } from '../../domain/languages.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'

/**
 * Shows the same card in another language. In one's own chat it takes the place of the card and the choice is kept;
 * elsewhere the card is everybody's, so it comes to one's own chat and nothing is kept.
 */
export async function setLanguage(
  turn: Turn,
  kit: Kit,
  { language, show }: { language: Language; show: unknown },
): Promise<Answer> {
  const chosen: Turn = { ...turn, language, t: kit.strings(language) }
  if (turn.place.kind === 'own') {
    const message = await kit.show(chosen, show)
    await kit.store.people.change(turn.person.tenant, turn.person.id, (person) => ({
      ...(person ?? { id: turn.person.id, userId: turn.person.userId }),
      language,
    }))
    return { replace: confirmChoice(chosen, message) }
  }
  const address = await kit.chats.ownChat(turn.person, turn.place.address.serviceUrl)
  await kit.chats.post(address, await kit.show({ ...chosen, place: { kind: 'own', address } }, show))
  return { say: chosen.t('language.sentToOwnChat') }
}

/** The card of the choice itself says what changed; any other card shows it. */
function confirmChoice({ t }: Turn, message: Message): Message {
  if (message.card !== 'language') return message
  return { ...message, data: { ...message.data, changed: t('language.chosen') } }
}
