import type { Tool } from '../../domain/content.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'

/** The published tool of this id that has a form. @throws Refusal in the words of a tool that is not there */
export function findCanvas(
  turn: Turn,
  kit: Kit,
  id: string,
): { tool: Tool; fields: { label: string; hint: string }[] } {
  const tool = findTool(turn, kit, id)
  const fields = tool.text[turn.language].canvas
  if (fields === undefined) throw new Refusal(turn.t('refusals.noTool'))
  return { tool, fields }
}

/** The empty form of a canvas. What is written in it is kept nowhere. */
export async function showCanvas(turn: Turn, kit: Kit, { tool: id }: { tool: string }): Promise<Answer> {
  const { tool, fields } = findCanvas(turn, kit, id)
  const { language, t } = turn
  const { title } = tool.text[language]
  return {
    notice: t('canvas.opened', { title }),
    open: {
      card: 'canvas',
      language,
      summary: t('canvas.summary', { title }),
      show: { verb: 'tools.canvas', tool: tool.id },
      data: {
        id: tool.id,
        title,
        fields: fields.map(({ label, hint }, index) => ({ id: `field${index + 1}`, label, hint })),
      },
    },
  }
}
