import type { Tool } from '../../domain/content.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'

/** The published tool of this id. @throws Refusal in the same words whether it never was or is no more */
export function findTool(turn: Turn, kit: Kit, id: string): Tool {
  const tool = kit.library().tools.get(id)
  if (tool === undefined) throw new Refusal(turn.t('refusals.noTool'))
  return tool
}
