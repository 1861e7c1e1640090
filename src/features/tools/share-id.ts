import type { Share } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'

/** How long a shared card can be taken back (contract, `tools.unshare`). */
const UNDO_MINUTES = 10

/** The same person, tool and channel make the same share. */
export function shareId(turn: Turn, kit: Kit, tool: string, channelKey: string): string {
  return kit.opaque('share', turn.person.tenant, turn.person.id, tool, channelKey)
}

export function canUndo(share: Share, now: Date): boolean {
  return now.getTime() - new Date(share.at).getTime() < UNDO_MINUTES * 60_000
}
