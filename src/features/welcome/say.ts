import type { Kit, Message, Turn } from '../../kit.ts'

export async function sayHello(turn: Turn, _kit: Kit): Promise<Message> {
  return notice(turn, turn.t('welcome.again'), turn.t('welcome.againText'))
}

export async function sayThanks(turn: Turn, _kit: Kit): Promise<Message> {
  return notice(turn, turn.t('welcome.thanks'), turn.t('welcome.thanksText'))
}

export async function sayNotYet(turn: Turn, _kit: Kit): Promise<Message> {
  return notice(turn, turn.t('notYet.title'), turn.t('notYet.text'))
}

function notice({ language }: Turn, title: string, text: string): Message {
  return {
    card: 'notice',
    language,
    summary: title,
    show: { verb: 'welcome.ask' },
    data: { title, paragraphs: [text], offers: { themes: true, help: true, wish: false } },
  }
}
