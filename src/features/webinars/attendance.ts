import type { SignUp, WebinarRecord } from '../../domain/records.ts'
import { announced, placeOf, seated, type Attendance } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import type { Found } from './find-webinar.ts'

/** How one person stands to a webinar. `queue` counts from 1, and is 0 with a seat. */
export type Standing = { signUp: SignUp; queue: number }

export function signUpId(kit: Kit, tenant: string, webinar: string, person: string): string {
  return kit.opaque('webinars.signup', tenant, webinar, person)
}

/** Undefined for who has not signed up. */
export async function standingOf(
  kit: Kit,
  { tenant, id }: { tenant: string; id: string },
  { webinar, record }: Found,
): Promise<Standing | undefined> {
  const signUp = await kit.store.signUps.get(tenant, signUpId(kit, tenant, webinar.id, id))
  return signUp && withPlace(signUp, record)
}

/** Undefined for a leave that was cut short: the seat is given up, and the sign-up is still to be removed. */
function withPlace(signUp: SignUp, record: WebinarRecord | undefined): Standing | undefined {
  const place = record?.attendance === undefined ? { queue: 0 } : placeOf(record.attendance, signUp.person)
  return place && { signUp, queue: place.queue }
}

export function hasSeat(signUp: SignUp, record: WebinarRecord | undefined): boolean {
  return withPlace(signUp, record)?.queue === 0
}

/** Those who signed up for a webinar, the first one first. */
export async function signUpsOf(kit: Kit, tenant: string, webinar: string): Promise<SignUp[]> {
  const all = (await kit.store.signUps.list(tenant)).filter((one) => one.webinar === webinar)
  return all.toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)))
}

/** From now on people know its times: what changes in them is told. */
export async function keepAnnounced(kit: Kit, tenant: string, { webinar }: Found): Promise<void> {
  const now = kit.clock.now()
  const first = announced(undefined, webinar, now).announced
  if (first === undefined) return
  await kit.store.webinars.change(tenant, webinar.id, (current) =>
    current?.announced === undefined
      ? { ...(current ?? { id: webinar.id, feedback: {} }), announced: first, announcedAt: now.toISOString() }
      : current,
  )
}

type Moved = { attendance: Attendance; movedUp: string[] }

/**
 * Changes who has a seat, in one write, and keeps who moved up until they are told. Where nobody counted before, because
 * the number of seats was set later, everybody who had signed up keeps a seat.
 */
export async function changeAttendance(
  kit: Kit,
  tenant: string,
  { webinar: { id, capacity }, record }: Found,
  edit: (attendance: Attendance) => Moved,
): Promise<WebinarRecord | undefined> {
  if (capacity === undefined && record?.attendance === undefined) return record
  const seats = record?.attendance === undefined ? (await signUpsOf(kit, tenant, id)).map(({ person }) => person) : []
  return kit.store.webinars.change(tenant, id, (current = { id, feedback: {} }) => {
    const { attendance, movedUp } = edit(current.attendance ?? { seats, waiting: [] })
    const untold = [...(current.movedUp ?? []), ...movedUp].filter((person) => attendance.seats.includes(person))
    const { movedUp: _told, ...rest } = current
    return { ...rest, attendance, ...(untold.length > 0 && { movedUp: untold }) }
  })
}

/** Free seats that somebody waits for: HR raised the number, or a content file did. */
export function hasFreeSeats({ webinar, record }: Found): boolean {
  return record?.attendance !== undefined && seated(record.attendance, webinar.capacity).movedUp.length > 0
}

/** No reminder from before now is made up for these; what a process with a later clock noted stays. */
export async function noteReminded(kit: Kit, tenant: string, signUps: readonly SignUp[]): Promise<void> {
  const remindedAt = kit.clock.now().toISOString()
  const note = ({ id }: SignUp) =>
    kit.store.signUps.change(tenant, id, (one) =>
      one === undefined || (one.remindedAt ?? '') >= remindedAt ? one : { ...one, remindedAt },
    )
  await Promise.all(signUps.map(note))
}

/** Noted after it is posted: a crash in between posts it again under its id, which changes nothing. */
export async function markSent(kit: Kit, tenant: string, webinar: string, mark: string): Promise<void> {
  await kit.store.webinars.change(tenant, webinar, (current = { id: webinar, feedback: {} }) =>
    current.sent?.includes(mark) === true ? current : { ...current, sent: [...(current.sent ?? []), mark] },
  )
}
