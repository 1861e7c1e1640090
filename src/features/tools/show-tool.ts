import type { Answer, Kit, Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'
import { toolCard } from './tool-card.ts'

/** Opens a tool; `tools` are the ids of the list that it was chosen from. */
export async function showTool(
  turn: Turn,
  kit: Kit,
  { tool: id, tools: back }: { tool: string; tools?: string[] | undefined },
): Promise<Answer> {
  const tool = findTool(turn, kit, id)
  return {
    open: await toolCard(turn, kit, tool, back === undefined ? {} : { back }),
    notice: turn.t('tool.opened', { title: tool.text[turn.language].title }),
  }
}
