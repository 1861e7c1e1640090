import { seated, startOf } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import { changeAttendance, hasFreeSeats, noteReminded, signUpId } from './attendance.ts'
import { webinarById, type Found } from './find-webinar.ts'
import { messageOf, postMessage, toPerson } from './post-message.ts'

/** Gives free seats to those who wait, and tells each of them once: after a leave, or when there are more seats. */
export async function tellSeats(kit: Kit, tenant: string, id: string): Promise<void> {
  let found = await webinarById(kit, tenant, id)
  if (found === undefined || !isOpen(found, kit.clock.now())) return
  const { webinar } = found
  if (hasFreeSeats(found)) {
    await changeAttendance(kit, tenant, found, (attendance) => seated(attendance, webinar.capacity))
    found = (await webinarById(kit, tenant, id)) ?? found
  }
  const { movedUp = [] } = found.record ?? {}
  for (const person of movedUp) await tellSeat(kit, tenant, id, person, startOf(webinar))
  await kit.store.webinars.change(tenant, id, (current) => {
    const { movedUp: untold, ...rest } = current ?? { id, feedback: {} }
    if (current === undefined || untold === undefined) return current
    const others = untold.filter((person) => !movedUp.includes(person))
    return others.length > 0 ? { ...rest, movedUp: others } : rest
  })
}

/** Whether `tellSeats` has something to do. */
export function areSeatsToTell(found: Found, now: Date): boolean {
  return isOpen(found, now) && (hasFreeSeats(found) || (found.record?.movedUp ?? []).length > 0)
}

/** Nobody is called to a seat at what is cancelled or has begun. */
function isOpen({ webinar }: Found, now: Date): boolean {
  return !webinar.cancelled && now < startOf(webinar)
}

async function tellSeat(kit: Kit, tenant: string, webinar: string, person: string, start: Date): Promise<void> {
  const key = signUpId(kit, tenant, webinar, person)
  const signUp = await kit.store.signUps.get(tenant, key)
  if (signUp === undefined) return
  // Of this sign-up: who leaves, signs up and waits again is told again.
  const id = kit.opaque('webinars.seat', key, signUp.at)
  const message = messageOf(webinar, 'seat')
  await postMessage(kit, tenant, { id, kind: 'webinars.seat', message, before: start }, [toPerson(signUp)])
  await noteReminded(kit, tenant, [signUp])
}
