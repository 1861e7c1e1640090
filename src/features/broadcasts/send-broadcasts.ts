import type { Job } from '../../kit.ts'

/** Every mailing but the launches of themes, which have a job of their own. */
const isOther = (kind: string) => kind !== 'themes.launch'

/** Starts every mailing whose time has come, whoever posted it. */
export const sendBroadcasts: Job = {
  name: 'broadcasts.send',
  next: (_since, kit) => kit.outbox.nextStart(isOther),
  run: (_due, kit) => kit.outbox.startDue(isOther),
}

/** Starts the launches of themes whose time has come: to supervisors, and some days later to channels. */
export const sendLaunches: Job = {
  name: 'themes.launch',
  next: (_since, kit) => kit.outbox.nextStart((kind) => !isOther(kind)),
  run: (_due, kit) => kit.outbox.startDue((kind) => !isOther(kind)),
}
