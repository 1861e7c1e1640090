import type { Reminder, Webinar } from '../../domain/content.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { SignUp } from '../../domain/records.ts'
import { nextReminderAt, reminderDue, startOf } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import { hasSeat, noteReminded } from './attendance.ts'
import type { Duty, Followed } from './follow-webinars.ts'
import { messageOf, postMessage, toPerson } from './post-message.ts'

/** Reminders of what one has a seat at: those of the webinar, or those that the person chose. */
export const remindPeople: Duty = {
  dueAt({ found, signUps }, now, kit) {
    if (found === undefined || now >= startOf(found.webinar)) return undefined
    const { calendar } = kit.settings
    // Of those with the same reminders, the one who was told longest ago is due first.
    const waiting = new Map<string, { webinar: Webinar; since: Date }>()
    for (const signUp of signUps.filter((one) => hasSeat(one, found.record))) {
      const webinar = { ...found.webinar, reminders: remindersOf(signUp, found.webinar) }
      const key = webinar.reminders.join()
      const since = sinceOf(signUp)
      const known = waiting.get(key)
      if (known === undefined || since < known.since) waiting.set(key, { webinar, since })
    }
    const dues = [...waiting.values()].flatMap(({ webinar, since }) => {
      const missed = reminderDue(webinar, { since, now, calendar })
      return missed?.at ?? nextReminderAt(webinar, { since, now, calendar }) ?? []
    })
    return dues.toSorted((one, other) => +one - +other)[0]
  },

  async fulfil(followed, now, kit) {
    for (const [reminder, signUps] of dueIn(followed, now, kit)) await remind(followed, reminder, signUps, kit)
  },
}

/** By the farthest reminder of those that come as one, which is when it comes. */
function dueIn({ found, signUps }: Followed, now: Date, kit: Kit): Map<Reminder, SignUp[]> {
  const due = new Map<Reminder, SignUp[]>()
  if (found === undefined) return due
  const { calendar } = kit.settings
  for (const signUp of signUps.filter((one) => hasSeat(one, found.record))) {
    const webinar = { ...found.webinar, reminders: remindersOf(signUp, found.webinar) }
    const [reminder] = reminderDue(webinar, { since: sinceOf(signUp), now, calendar })?.reminders ?? []
    if (reminder !== undefined) due.set(reminder, [...(due.get(reminder) ?? []), signUp])
  }
  return due
}

/** Noted after it is posted: a crash in between posts it again under its id, which changes nothing. */
async function remind({ tenant, id, found }: Followed, reminder: Reminder, signUps: SignUp[], kit: Kit): Promise<void> {
  const sequence = String(found?.record?.announced?.sequence ?? 0)
  const mailing = {
    id: kit.opaque('webinars.reminder', tenant, id, sequence, reminder),
    kind: 'webinars.reminder',
    message: messageOf(id, 'reminder'),
  }
  await postMessage(kit, tenant, mailing, await Promise.all(signUps.map((one) => deliveryTo(kit, tenant, one))))
  await noteReminded(kit, tenant, signUps)
}

/** Reminders are the one thing that turning webinars off stops; news of what one signed up for comes all the same. */
async function deliveryTo(kit: Kit, tenant: string, signUp: SignUp): Promise<Delivery> {
  const { off } = (await kit.store.people.get(tenant, signUp.person)) ?? {}
  const delivery = toPerson(signUp)
  return off?.includes('webinars') === true ? { ...delivery, state: 'skipped', reason: 'optedOut' } : delivery
}

function remindersOf({ reminders }: SignUp, webinar: Webinar): Reminder[] {
  return reminders ?? webinar.reminders
}

function sinceOf({ at, remindedAt = at }: SignUp): Date {
  return new Date(remindedAt > at ? remindedAt : at)
}
