import { formText, Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findMyChannel, postOnce, shareId } from './channel-share.ts'
import { draftCard, messageCard, MESSAGE_LIMIT } from './draft-card.ts'

type Given = { tool: string; draft: string; channel: string; text: string }

/** Posts a message made of a canvas, with the sender's name, to a channel of one's own. The text is kept nowhere. */
export async function sendMessage(turn: Turn, kit: Kit, given: Given): Promise<Answer> {
  const { tool, draft } = given
  const text = formText(turn, given.text, MESSAGE_LIMIT)
  if (text === '') throw new Refusal(turn.t('draft.required'))
  const channel = await findMyChannel(turn, kit, given.channel)
  await postOnce(turn, kit, shareId(turn, kit, channel.key, tool, draft), channel, messageCard(turn, kit, tool, text))
  const news = { text: turn.t('draft.sent'), where: channel.title, undo: channel.key }
  return { replace: await draftCard(turn, kit, { tool, draft, text }, news) }
}
