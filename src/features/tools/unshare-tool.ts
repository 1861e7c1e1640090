import { noticeCard, Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findTool } from './find-tool.ts'
import { myChannels } from './my-channels.ts'
import { canUndo, shareId } from './share-id.ts'
import { toolCard } from './tool-card.ts'

/** Takes back what the same person shared, within ten minutes. */
export async function unshareTool(
  turn: Turn,
  kit: Kit,
  { tool: id, channel: key }: { tool: string; channel: string },
): Promise<Answer> {
  const { tenant } = turn.person
  const tool = findTool(turn, kit, id)
  const shareKey = shareId(turn, kit, tool.id, key)
  const share = await kit.store.shares.get(tenant, shareKey)
  const channel = (await myChannels(turn, kit)).find((mine) => mine.key === key)
  if (share === undefined || channel === undefined) throw new Refusal(turn.t('refusals.notFound'))
  if (!share.withdrawn) {
    if (share.activity === undefined || !canUndo(share, turn.now)) throw new Refusal(turn.t('refusals.undoClosed'))
    await kit.chats.withdraw(channel.address, share.activity, noticeCard(turn, 'withdrawn'))
    await kit.store.shares.change(tenant, shareKey, (current) => current && { ...current, withdrawn: true })
  }
  return { replace: await toolCard(turn, kit, tool, { changed: { text: turn.t('tool.changedUnshared') } }) }
}
