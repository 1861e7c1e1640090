import type { Kit, Message, Turn } from '../../kit.ts'

/** “Tool” or “tip” alone: an invitation to say what for. */
export async function askForNeed({ language, t }: Turn, _kit: Kit): Promise<Message> {
  return {
    card: 'notice',
    language,
    summary: t('nothing.askTitle'),
    show: { verb: 'welcome.ask' },
    data: {
      title: t('nothing.askTitle'),
      paragraphs: [t('nothing.askText')],
      offers: { themes: true, help: true, wish: false },
    },
  }
}
