import type { Door } from '../../kit.ts'

/** Who makes, changes and cancels webinars. */
export const HR: Door = { roles: ['hr'], subject: 'webinar', elsewhere: 'webinars.hr.refusals.ownChatOnly' }
