import type { Answer, Kit, Turn } from '../../kit.ts'
import { shareId, takeBack } from './channel-share.ts'
import { findTool } from './find-tool.ts'
import { toolCard } from './tool-card.ts'

/** Takes a shared tool back from the channel. */
export async function unshareTool(
  turn: Turn,
  kit: Kit,
  { tool: id, channel: key }: { tool: string; channel: string },
): Promise<Answer> {
  const tool = findTool(turn, kit, id)
  await takeBack(turn, kit, shareId(turn, kit, key, tool.id), key)
  return { replace: await toolCard(turn, kit, tool, { changed: { text: turn.t('tool.changedUnshared') } }) }
}
