import { breakBraces } from '../../domain/person-text.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import { postMailing, toPerson } from './post-mailing.ts'
import { statusCard } from './status-card.ts'
import {
  changeCheckIn,
  demandLead,
  findCheckIn,
  memberKey,
  peopleOf,
  readFor,
  starterOf,
  teamName,
} from './team-check-in.ts'
import type { CheckIn } from '../../domain/records.ts'

type OfTeam = { team?: string | undefined }

/** Who reads the results, and who leads the check-ins. */
export async function showPeople(turn: Turn, kit: Kit, { team }: OfTeam): Promise<Answer> {
  const { t, language, person } = turn
  const checkIn = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, checkIn)
  const starter = starterOf(checkIn)
  // Who leads reads anyway, and can hand over only to somebody else.
  const others = ({ id }: { id: string }) => id !== starter.id
  const members = (await membersOf(turn, kit, checkIn)).filter(others)
  const key = (id: string) => memberKey(kit, person.tenant, checkIn.id, id)
  return {
    replace: {
      card: 'checkin-people',
      language,
      summary: t('checkins.title'),
      show: { verb: 'checkins.people', team: checkIn.key },
      data: {
        team: await teamName(kit, person.tenant, checkIn),
        key: checkIn.key,
        members: members
          .map(({ id, name }) => ({ title: breakBraces(name), value: key(id) }))
          .toSorted((one, other) => one.title.localeCompare(other.title, language)),
        readers: checkIn.readers
          .filter(others)
          .map(({ id }) => key(id))
          .join(','),
        starter: breakBraces(starter.name),
      },
    },
  }
}

/** Who reads besides the starter, from the next round on: an open one keeps the readers that its cards name. */
export async function setReaders(
  turn: Turn,
  kit: Kit,
  { team, readers: given }: OfTeam & { readers: string },
): Promise<Answer> {
  const checkIn = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, checkIn)
  const chosen = await chosenOf(turn, kit, checkIn, given.split(',').filter(Boolean))
  const starter = starterOf(checkIn)
  const readers = [starter, ...chosen.filter(({ id }) => id !== starter.id)]
  const changed = await changeCheckIn(turn, kit, team, (current) => ({ ...current, readers }))
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.readers')) }
}

/** Gives the check-ins to another member of the team, who reads from then on; who gave them answers again. */
export async function handOver(
  turn: Turn,
  kit: Kit,
  { team, person: given }: OfTeam & { person: string },
): Promise<Answer> {
  const { tenant } = turn.person
  const checkIn = await findCheckIn(turn, kit, team)
  await demandLead(turn, kit, checkIn)
  const [person] = await chosenOf(turn, kit, checkIn, [given])
  if (person === undefined) throw new Refusal(turn.t('checkins.refusals.person'))
  const former = starterOf(checkIn)
  const changed = await changeCheckIn(turn, kit, team, (current) => ({
    ...current,
    readers: [person, ...current.readers.filter(({ id }) => id !== person.id && id !== former.id)],
    leaveOut: current.leaveOut.filter((id) => id !== person.id),
  }))
  await postMailing(
    kit,
    tenant,
    {
      // The same two can hand it to each other more than once.
      id: kit.opaque('checkins.handover', tenant, checkIn.id, former.id, person.id, turn.now.toISOString()),
      kind: 'checkins.handover',
      message: { verb: 'checkins.note', note: 'lead', team: checkIn.key },
      language: turn.language,
    },
    [toPerson(person, checkIn.serviceUrl)],
  )
  return { replace: await statusCard(turn, kit, changed, turn.t('checkins.news.handedOver')) }
}

function membersOf(turn: Turn, kit: Kit, checkIn: CheckIn): Promise<Member[]> {
  return readFor(turn, peopleOf(kit, turn.person.tenant, checkIn))
}

/** @throws Refusal where an opaque id is no member's */
async function chosenOf(turn: Turn, kit: Kit, checkIn: CheckIn, keys: string[]): Promise<Member[]> {
  const byKey = new Map(
    (await membersOf(turn, kit, checkIn)).map((member) => [
      memberKey(kit, turn.person.tenant, checkIn.id, member.id),
      member,
    ]),
  )
  return keys.map((key) => {
    const member = byKey.get(key.trim())
    if (member === undefined) throw new Refusal(turn.t('checkins.refusals.person'))
    return member
  })
}
