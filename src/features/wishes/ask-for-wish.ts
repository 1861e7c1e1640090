import type { Message, Turn } from '../../kit.ts'

/** The form of a wish. It opens empty: what somebody typed to find a tool is not sent on without being written again. */
export function askForWish({ language, t }: Turn): Message {
  return { card: 'wish', language, summary: t('wish.summary'), show: { verb: 'wishes.form' }, data: {} }
}
