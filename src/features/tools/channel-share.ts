import { NotStored, type Share } from '../../domain/records.ts'
import { noticeCard, Refusal, Unconfirmed, Unreachable, type Kit, type Message, type Turn } from '../../kit.ts'
import { myChannels, type MyChannel } from './my-channels.ts'

/** How long a shared card can be taken back (contract, `tools.unshare`). */
const UNDO_MINUTES = 10

/** The same person, thing and channel make the same share. */
export function shareId(turn: Turn, kit: Kit, channelKey: string, ...shared: string[]): string {
  return kit.opaque('share', turn.person.tenant, turn.person.id, ...shared, channelKey)
}

/** The channel of this opaque id. @throws Refusal in the words of not found where the person is no member of it now */
export async function findMyChannel(turn: Turn, kit: Kit, key: string): Promise<MyChannel> {
  const channel = (await myChannels(turn, kit)).find((mine) => mine.key === key)
  if (channel === undefined || !(await kit.chats.isMember(channel.address, turn.person))) {
    throw new Refusal(turn.t('refusals.noChannel'))
  }
  return channel
}

/**
 * Posts a card to a channel of one's own. The share is written down before the post, so that the same press with a new
 * id within the time for undoing posts nothing more.
 */
export async function postOnce(
  turn: Turn,
  kit: Kit,
  share: string,
  channel: MyChannel,
  message: Message,
): Promise<void> {
  if (!(await begin(turn, kit, share, channel))) return
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

/** Takes back what the same person posted, within ten minutes. @throws Refusal */
export async function takeBack(turn: Turn, kit: Kit, share: string, channelKey: string): Promise<void> {
  const { tenant } = turn.person
  const shared = await kit.store.shares.get(tenant, share)
  const channel = (await myChannels(turn, kit)).find((mine) => mine.key === channelKey)
  if (shared === undefined || channel === undefined) throw new Refusal(turn.t('refusals.notFound'))
  if (shared.withdrawn) return
  if (shared.activity === undefined || !canUndo(shared, turn.now)) throw new Refusal(turn.t('refusals.undoClosed'))
  await kit.chats.withdraw(channel.address, shared.activity, noticeCard(turn, 'withdrawn'))
  await kit.store.shares.change(tenant, share, (current) => current && { ...current, withdrawn: true })
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

function canUndo(share: Share, now: Date): boolean {
  return now.getTime() - new Date(share.at).getTime() < UNDO_MINUTES * 60_000
}

/** The card stands in the channel: only its undo is lost. */
function forgiveFullDisk(error: unknown): void {
  if (!(error instanceof NotStored)) throw error
}
