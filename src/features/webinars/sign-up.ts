import { z } from 'zod'
import type { SignUp } from '../../domain/records.ts'
import { startOf, withoutPerson, withPerson } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { changeAttendance, keepAnnounced, signUpId, standingOf } from './attendance.ts'
import { findWebinar, type Found } from './find-webinar.ts'
import { tellSeats } from './tell-seats.ts'
import { webinarCard } from './webinar-card.ts'

/** `here` is set by the webinar's own card, which changes in place; any other card stays. */
export const pressSchema = z.object({
  webinar: z.string('refusals.notFound').max(40, 'refusals.notFound'),
  here: z.literal('yes', 'refusals.notFound').optional(),
})
type Press = z.output<typeof pressSchema>

/** Signs up whoever presses: once, however often they press. */
export async function signUp(turn: Turn, kit: Kit, press: Press): Promise<Answer> {
  const { person } = turn
  const { tenant } = person
  const found = await findWebinar(turn, kit, press.webinar)
  demandAhead(turn, found)
  await keepAnnounced(kit, tenant, found)
  // The seat first: a crash then leaves a seat that the next press takes up, and never two people on one.
  await changeAttendance(kit, tenant, found, (attendance) => ({
    attendance: withPerson(attendance, person.id, found.webinar.capacity),
    movedUp: [],
  }))
  const id = signUpId(kit, tenant, press.webinar, person.id)
  await kit.store.signUps.change(tenant, id, (known) => fromPress(turn, press.webinar, id, known))
  const now = await findWebinar(turn, kit, press.webinar)
  const queue = (await standingOf(kit, person, now))?.queue ?? 0
  return answer(turn, press, await webinarCard(turn, kit, now, { news: queue > 0 ? 'queued' : 'signedUp' }))
}

/** Takes the sign-up away, however often it is pressed; the seat goes to the first who waits. */
export async function leaveWebinar(turn: Turn, kit: Kit, press: Press): Promise<Answer> {
  const { tenant, id: person } = turn.person
  const found = await findWebinar(turn, kit, press.webinar)
  const { attendance } = found.record ?? {}
  const { webinar } = found
  const isOpen = !webinar.cancelled && turn.now < startOf(webinar)
  if (attendance !== undefined) {
    // Once it has begun nobody is called from the waiting list.
    const seats = (all: typeof attendance) => (isOpen ? webinar.capacity : all.seats.length - 1)
    await changeAttendance(kit, tenant, found, (all) => withoutPerson(all, person, seats(all)))
  }
  await kit.store.signUps.change(tenant, signUpId(kit, tenant, press.webinar, person), () => undefined)
  await tellSeats(kit, tenant, press.webinar)
  const now = await findWebinar(turn, kit, press.webinar)
  return answer(turn, press, await webinarCard(turn, kit, now, { news: 'left' }))
}

/** @throws Refusal once it has begun, or is cancelled */
export function demandAhead({ t, now }: Turn, { webinar }: Found): void {
  if (webinar.cancelled) throw new Refusal(t('webinars.refusals.cancelled'))
  if (now >= startOf(webinar)) throw new Refusal(t('webinars.refusals.begun'))
}

function fromPress({ person, place, zone, now }: Turn, webinar: string, id: string, known?: SignUp): SignUp {
  const { serviceUrl } = place.address
  const first = { id, webinar, person: person.id, userId: person.userId, at: now.toISOString() }
  if (known !== undefined && (zone === undefined || known.zone === zone)) return known
  return { ...(known ?? first), serviceUrl, ...(zone !== undefined && { zone }) }
}

export function answer({ place }: Turn, { here }: Pick<Press, 'here'>, card: Message): Answer {
  return here === 'yes' && place.kind === 'own' ? { replace: card } : { open: card, notice: card.summary }
}
