import type { CheckIn, CheckInLanguage, DueKind, Plan, Reader } from '../../domain/records.ts'
import { nextRound, type PlannedRound } from '../../domain/calendar.ts'
import type { Language } from '../../domain/languages.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { Refusal, Unreachable, type Address, type Kit, type Turn } from '../../kit.ts'
import type { Member } from '../../ports.ts'

/** The check-ins behind a card's opaque id of a team, or of the channel. @throws Refusal in the words of not found */
export async function findCheckIn(turn: Turn, kit: Kit, key?: string): Promise<CheckIn> {
  const { tenant } = turn.person
  const found =
    key === undefined && turn.place.team !== undefined
      ? await checkInsOf(kit, tenant, turn.place.team)
      : (await kit.store.checkIns.list(tenant)).find((checkIn) => checkIn.key === key)
  const isKnown = found !== undefined && ((await mayRead(turn, kit, found)) || (await mayLead(turn, kit, found)))
  if (!isKnown) throw new Refusal(turn.t('refusals.notFound'))
  return found
}

/** The check-ins that a team answers: its own, or those of the team that it was joined to. */
export async function checkInsOf(kit: Kit, tenant: string, team: string | undefined): Promise<CheckIn | undefined> {
  const own = team === undefined ? undefined : await kit.store.checkIns.get(tenant, team)
  return own?.answersWith === undefined ? own : kit.store.checkIns.get(tenant, own.answersWith)
}

/** The channel in which a turn happens: a thread in it has a conversation of its own. */
export function channelHere({ place }: Turn): Address {
  return { ...place.address, conversation: place.channel ?? place.address.conversation }
}

/** Readers, and members of a team that answers: they see the result in their channel anyway. */
export async function mayRead({ person, place }: Turn, kit: Kit, checkIn: CheckIn): Promise<boolean> {
  if (checkIn.readers.some(({ id }) => id === person.id)) return true
  const teams = [checkIn.id, ...checkIn.joined]
  if (place.kind === 'channel' && place.team !== undefined && teams.includes(place.team)) return true
  const known = await Promise.all(teams.map((team) => kit.store.teams.get(person.tenant, team)))
  return known.some((team) => team?.members.some(({ id, isGuest }) => id === person.id && !isGuest) === true)
}

/** The starter and HR may change a team's check-ins (contract, “Who is a supervisor”). @throws Refusal */
export async function demandLead(turn: Turn, kit: Kit, checkIn: CheckIn): Promise<void> {
  if (!(await mayLead(turn, kit, checkIn))) throw new Refusal(turn.t('checkins.refusals.notYours'))
}

export async function mayLead({ person }: Turn, kit: Kit, checkIn: CheckIn): Promise<boolean> {
  return starterOf(checkIn).id === person.id || (await kit.roles(person)).has('hr')
}

/** Finds the check-ins and changes them for their starter or HR; then plans the next opening anew. @throws Refusal */
export async function changeCheckIn(
  turn: Turn,
  kit: Kit,
  key: string | undefined,
  edit: (current: CheckIn) => CheckIn,
): Promise<CheckIn> {
  const found = await findCheckIn(turn, kit, key)
  await demandLead(turn, kit, found)
  const changed = await kit.store.checkIns.change(turn.person.tenant, found.id, (current) =>
    current === undefined ? undefined : planned(edit(current), turn.now, kit),
  )
  return changed ?? found
}

export function starterOf(checkIn: CheckIn): Reader {
  const [starter] = checkIn.readers
  if (starter === undefined) throw new Error('check-ins have a starter')
  return starter
}

/** With its next opening after `now`, or without one where check-ins rest. */
export function planned(checkIn: CheckIn, now: Date, kit: Kit): CheckIn {
  const { open: _open, ...due } = checkIn.due
  const { next: _next, ...rest } = checkIn
  const next = isResting(checkIn) ? undefined : planOf(upcoming(checkIn, now, kit))
  return next === undefined ? { ...rest, due } : { ...rest, next, due: { ...due, open: next.opens } }
}

export function upcoming(checkIn: CheckIn, after: Date, kit: Kit): PlannedRound | undefined {
  const { schedule, firstWeek, skips, lastWeek, pausedUntil } = checkIn
  return nextRound(schedule, after, kit.settings.calendar, {
    firstWeek,
    isSkipped: (week) => skips.includes(week) || week === lastWeek,
    ...(pausedUntil !== undefined && { from: pausedUntil }),
  })
}

function isResting({ stopped, answersWith }: CheckIn): boolean {
  return stopped || answersWith !== undefined
}

function planOf(round: PlannedRound | undefined): Plan | undefined {
  return (
    round && {
      week: round.week,
      opens: round.opens.toISOString(),
      closes: round.closes.toISOString(),
      ...(round.reminds && { reminds: round.reminds.toISOString() }),
    }
  )
}

/** The check-ins as they are with this no longer due. */
export function without(checkIn: CheckIn, ...kinds: DueKind[]): CheckIn {
  const due = Object.fromEntries(Object.entries(checkIn.due).filter(([kind]) => !kinds.some((one) => one === kind)))
  return { ...checkIn, due }
}

export function languagesOf(language: CheckInLanguage): [Language, ...Language[]] {
  return language === 'fi+sv' ? ['fi', 'sv'] : [language]
}

export function roundId(kit: Kit, tenant: string, team: string, week: string): string {
  return kit.opaque('round', tenant, team, week)
}

/** The check-ins of the team itself, then of those that answer with it. */
export async function together(kit: Kit, tenant: string, checkIn: CheckIn): Promise<CheckIn[]> {
  const joined = await Promise.all(checkIn.joined.map((team) => kit.store.checkIns.get(tenant, team)))
  return [checkIn, ...joined.flatMap((other) => other ?? [])]
}

/** Their channels, in the same order. */
export async function channelsOf(kit: Kit, tenant: string, checkIn: CheckIn): Promise<Address[]> {
  return (await together(kit, tenant, checkIn)).map((one) => channelOf(tenant, one))
}

export function channelOf(tenant: string, { serviceUrl, channel }: CheckIn): Address {
  return { tenant, serviceUrl, conversation: channel }
}

/** Everybody in the channels of the check-ins, once each. @throws Unreachable */
export async function peopleOf(kit: Kit, tenant: string, checkIn: CheckIn): Promise<Member[]> {
  const channels = await channelsOf(kit, tenant, checkIn)
  const lists = await Promise.all(channels.map((channel) => kit.chats.members(channel)))
  return [...new Map(lists.flat().map((member) => [member.id, member])).values()]
}

/** People read for a card: a platform that does not tell is a reason to try again. @throws Refusal */
export async function readFor(turn: Turn, people: Promise<Member[]>): Promise<Member[]> {
  try {
    return await people
  } catch (error) {
    if (error instanceof Unreachable) throw new Refusal(turn.t('checkins.refusals.roster'))
    throw error
  }
}

/** Who is asked: neither the readers nor those left out. */
export function respondents(
  people: readonly Member[],
  readers: readonly Reader[],
  leaveOut: readonly string[],
): Member[] {
  return people.filter(({ id }) => !leaveOut.includes(id) && !readers.some((reader) => reader.id === id))
}

/** The opaque id of a member of a team on cards. */
export function memberKey(kit: Kit, tenant: string, team: string, person: string): string {
  return kit.opaque('member', tenant, team, person)
}

/** The names of the teams that answer. */
export async function teamName(kit: Kit, tenant: string, checkIn: CheckIn): Promise<string> {
  const teams = await Promise.all([checkIn.id, ...checkIn.joined].map((team) => kit.store.teams.get(tenant, team)))
  return teams
    .map((team) => breakBraces(team?.name ?? ''))
    .filter(Boolean)
    .join(' + ')
}
