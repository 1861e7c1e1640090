import { formText, type Answer, type Kit, type Turn } from '../../kit.ts'
import { shareId, takeBack } from './channel-share.ts'
import { draftCard, MESSAGE_LIMIT } from './draft-card.ts'

type Given = { tool: string; draft: string; channel: string; text: string }

/** Takes a sent message back from the channel; its text stays on the card, ready to be mended and sent again. */
export async function unsendMessage(turn: Turn, kit: Kit, { tool, draft, channel, text }: Given): Promise<Answer> {
  await takeBack(turn, kit, shareId(turn, kit, channel, tool, draft), channel)
  const kept = { tool, draft, text: formText(turn, text, MESSAGE_LIMIT) }
  return { replace: await draftCard(turn, kit, kept, { text: turn.t('draft.unsent') }) }
}
