import { messageText } from '../../domain/canvas.ts'
import { formText, Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { draftCard } from './draft-card.ts'
import { findCanvas } from './show-canvas.ts'

type Given = { tool: string } & Record<string, string>

/** What was filled in, as a message to look at, edit, copy or send. */
export async function composeMessage(turn: Turn, kit: Kit, { tool: id, ...given }: Given): Promise<Answer> {
  const { fields } = findCanvas(turn, kit, id)
  const filled = fields.map(({ label }, index) => ({
    label,
    text: formText(turn, given[`field${index + 1}`] ?? ''),
  }))
  const text = messageText(filled)
  if (text === '') throw new Refusal(turn.t('canvas.empty'))
  const draft = kit.opaque('draft', turn.person.tenant, turn.person.id, id, turn.now.toISOString())
  return { replace: await draftCard(turn, kit, { tool: id, draft, text }) }
}
