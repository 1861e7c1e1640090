import { formText, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'

type Given = { tool: string; helped: string; worked: string; change: string }

/** How a tool helped: once a person, tool and day, without the person's name. A second answer takes the first one's place. */
export async function noteTrial(turn: Turn, kit: Kit, given: Given): Promise<Answer> {
  const tool = findTool(turn, kit, given.tool)
  const worked = formText(turn, given.worked)
  const change = formText(turn, given.change)
  const { tenant, id: person } = turn.person
  const at = turn.now.toISOString().slice(0, 10)
  const id = kit.opaque('trial', tenant, person, tool.id, at)
  const trial = { id, tool: tool.id, version: tool.version, helped: Number(given.helped), worked, change, at }
  await kit.store.trials.change(tenant, id, () => trial)
  return { say: turn.t('tried.thanks') }
}
