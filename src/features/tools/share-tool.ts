import type { Tool } from '../../domain/content.ts'
import { NotStored } from '../../domain/records.ts'
import { Refusal, Unconfirmed, Unreachable, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'
import { myChannels, type MyChannel } from './my-channels.ts'
import { canUndo, shareId } from './share-id.ts'
import { toolCard } from './tool-card.ts'

/**
 * Posts a tool with the sharer's name to a channel of the sharer's own. The share is written down before the post, so
 * that the same press with a new id within the time for undoing posts nothing more.
 */
export async function shareTool(
  turn: Turn,
  kit: Kit,
  { tool: id, channel: key }: { tool: string; channel: string },
): Promise<Answer> {
  const tool = findTool(turn, kit, id)
  const channel = (await myChannels(turn, kit)).find((mine) => mine.key === key)
  if (channel === undefined || !(await kit.chats.isMember(channel.address, turn.person))) {
    throw new Refusal(turn.t('refusals.noChannel'))
  }
  const share = shareId(turn, kit, tool.id, channel.key)
  if (await begin(turn, kit, share, channel)) await post(turn, kit, tool, share, channel)
  return {
    replace: await toolCard(turn, kit, tool, {
      changed: { text: turn.t('tool.changedShared'), where: channel.title },
      undo: channel.key,
    }),
  }
}

/** Writes the share down. False where it stands already and has not been undone. */
async function begin(turn: Turn, kit: Kit, id: string, channel: MyChannel): Promise<boolean> {
  let begun = false
  await kit.store.shares.change(turn.person.tenant, id, (current) => {
    begun = current === undefined || current.withdrawn || !canUndo(current, turn.now)
    return begun ? { id, channel: channel.id, at: turn.now.toISOString(), withdrawn: false } : current
  })
  return begun
}

async function post(turn: Turn, kit: Kit, tool: Tool, share: string, channel: MyChannel): Promise<void> {
  const inChannel: Turn = { ...turn, place: { kind: 'channel', address: channel.address } }
  const message = await toolCard(inChannel, kit, tool, { sharedBy: turn.person.name })
  const { tenant } = turn.person
  try {
    const activity = await kit.chats.post(channel.address, message)
    await kit.store.shares
      .change(tenant, share, (now) => now && { ...now, ...(activity && { activity }) })
      .catch(forgiveFullDisk)
  } catch (error) {
    await kit.store.shares.change(tenant, share, () => undefined)
    if (error instanceof Unreachable) throw new Refusal(turn.t('refusals.noChannel'))
    if (error instanceof Unconfirmed) throw new Refusal(turn.t('refusals.shareUnsure'))
    throw error
  }
}

/** The card stands in the channel: only its undo is lost. */
function forgiveFullDisk(error: unknown): void {
  if (!(error instanceof NotStored)) throw error
}
