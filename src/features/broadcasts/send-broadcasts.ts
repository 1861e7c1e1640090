import type { Job } from '../../kit.ts'

/** Starts every mailing whose time has come, whoever posted it. */
export const sendBroadcasts: Job = {
  name: 'broadcasts.send',
  next: (_since, kit) => kit.outbox.nextStart(),
  run: (_due, kit) => kit.outbox.startDue(),
}
