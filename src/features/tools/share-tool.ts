import type { Answer, Kit, Turn } from '../../kit.ts'
import { findMyChannel, postOnce, shareId } from './channel-share.ts'
import { findTool } from './find-tool.ts'
import { toolCard } from './tool-card.ts'

/** Posts a tool with the sharer's name to a channel of the sharer's own. */
export async function shareTool(
  turn: Turn,
  kit: Kit,
  { tool: id, channel: key }: { tool: string; channel: string },
): Promise<Answer> {
  const tool = findTool(turn, kit, id)
  const channel = await findMyChannel(turn, kit, key)
  const inChannel: Turn = { ...turn, place: { kind: 'channel', address: channel.address } }
  const message = await toolCard(inChannel, kit, tool, { sharedBy: turn.person.name })
  await postOnce(turn, kit, shareId(turn, kit, channel.key, tool.id), channel, message)
  return {
    replace: await toolCard(turn, kit, tool, {
      changed: { text: turn.t('tool.changedShared'), where: channel.title },
      undo: channel.key,
    }),
  }
}
