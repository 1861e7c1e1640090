import { contactLines } from '../../domain/contacts.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'

/** Where a topic that no tool is about belongs, and whom to turn to if the organisation has said so. */
export function whereElse({ language, t }: Turn, kit: Kit, id: string): { where: string; contact: string } {
  const library = kit.library()
  const topic = library.elsewhere.get(id)
  if (topic === undefined) throw new Refusal(t('refusals.notFound'))
  const kinds = topic.contact === undefined ? [] : [topic.contact]
  const [line] = contactLines(library.contacts, kinds, language, t)
  return { where: topic.text[language].where, contact: line === undefined ? '' : `${line.label}: ${line.text}` }
}

/** For a message that belongs elsewhere. */
export function elsewhereCard(turn: Turn, kit: Kit, id: string): Message {
  const { language, t } = turn
  const { where, contact } = whereElse(turn, kit, id)
  return {
    card: 'notice',
    language,
    summary: t('elsewhere.summary'),
    show: { verb: 'tools.elsewhere', topic: id },
    data: {
      title: t('elsewhere.title'),
      paragraphs: [where, contact, t('elsewhere.after')].filter((paragraph) => paragraph !== ''),
      offers: { themes: true, help: true, wish: false },
    },
  }
}

export async function showElsewhere(turn: Turn, kit: Kit, { topic }: { topic: string }): Promise<Answer> {
  return { replace: elsewhereCard(turn, kit, topic) }
}
