import { z } from 'zod'
import { firstWeekOf, scheduleProposal, type Schedule } from '../../domain/calendar.ts'
import type { CheckIn, Reader } from '../../domain/records.ts'
import { Refusal, type Address, type Answer, type Kit, type Turn } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import { demandCooperation } from './record-cooperation.ts'
import { statusCard } from './status-card.ts'
import {
  channelHere,
  channelOf,
  checkInsOf,
  demandLead,
  findCheckIn,
  mayLead,
  memberKey,
  planned,
  readFor,
  respondents,
} from './team-check-in.ts'

const yesNo = z.enum(['yes', 'no'], 'checkins.refusals.choice')

/** Written in plain digits: neither 1e1 nor a list of one. */
const digits = (pattern: RegExp, said: string) =>
  z.union([z.string(), z.int()], said).transform(String).pipe(z.string().regex(pattern, said))

/** Inputs arrive as strings; several choices are one string with commas. */
export const startSchema = z.object({
  team: z.string().max(40).optional(),
  weekday: digits(/^[1-5]$/, 'checkins.refusals.weekday'),
  time: z.string('checkins.refusals.time').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'checkins.refusals.time'),
  closeAfterHours: digits(/^([1-9]\d?|1[01]\d|120)$/, 'checkins.refusals.hours').transform(Number),
  every: z
    .union([z.literal([1, 2, 4]), z.enum(['1', '2', '4'])], 'checkins.refusals.choice')
    .default('1')
    .transform((every) => Number(every) as 1 | 2 | 4),
  language: z.enum(['fi', 'sv', 'en', 'fi+sv'], 'checkins.refusals.choice'),
  remote: yesNo.default('yes'),
  talkOnly: yesNo.default('no'),
  leaveOut: z
    .union([z.string().max(20_000), z.array(z.string().max(40)).max(500)], 'refusals.notFound')
    .default('')
    .transform((keys) => (typeof keys === 'string' ? keys.split(',').filter(Boolean) : keys)),
})

type Given = z.output<typeof startSchema>

/** Starts a team's check-ins in its channel, or changes those there are: one schedule a team. */
export async function startCheckIns(turn: Turn, kit: Kit, given: Given): Promise<Answer> {
  const { tenant } = turn.person
  const existing = await existingCheckIn(turn, kit, given.team)
  const team = existing?.id ?? turn.place.team
  if (team === undefined) throw new Refusal(turn.t('checkins.group.text'))
  if (existing !== undefined && given.team === undefined && !(await mayLead(turn, kit, existing))) {
    return { replace: await statusCard(turn, kit, existing) }
  }
  if (existing === undefined) await demandMayStart(turn, kit)
  else await demandLead(turn, kit, existing)

  const schedule = scheduleOf(turn, kit, given)
  const channel = existing ? channelOf(tenant, existing) : channelHere(turn)
  const people = await readFor(turn, kit.chats.members(channel))
  const readers = existing?.readers ?? [readerOf(turn)]
  const leaveOut = leftOut(turn, kit, team, people, given.leaveOut)
  const k = Math.max(existing?.k ?? 0, kit.settings.threshold)
  const talkOnly = given.talkOnly === 'yes'
  if (!talkOnly && respondents(people, readers, leaveOut).length < k && (existing?.joined.length ?? 0) === 0) {
    throw new Refusal(turn.t('checkins.refusals.tooFew', { k }))
  }

  const chosen = { schedule, language: given.language, worksRemotely: given.remote === 'yes', talkOnly, leaveOut }
  const mayChange = existing !== undefined
  const stored = await kit.store.checkIns.change(tenant, team, (current) => {
    // Somebody else's start came first: theirs stands, and is shown.
    if (current !== undefined && !mayChange && current.readers[0]?.id !== turn.person.id) return current
    const base = current ?? { ...begun(turn, kit, team, channel), readers, k }
    const isNew = current === undefined || current.stopped
    const firstWeek = isNew ? firstWeekOf(schedule, turn.now, kit.settings.calendar) : base.firstWeek
    return planned({ ...base, ...chosen, firstWeek, stopped: false }, turn.now, kit)
  })
  if (stored === undefined) throw new Refusal(turn.t('refusals.failed'))
  const isMine = stored.readers[0]?.id === turn.person.id || mayChange
  const news = isMine ? turn.t(existing === undefined ? 'checkins.news.started' : 'checkins.news.saved') : ''
  return { replace: await statusCard(turn, kit, stored, news) }
}

/** The check-ins of the card's team, or of the channel in which the press was made. */
async function existingCheckIn(turn: Turn, kit: Kit, key: string | undefined): Promise<CheckIn | undefined> {
  if (key !== undefined && key !== '') return findCheckIn(turn, kit, key)
  if (turn.place.kind !== 'channel' || turn.place.team === undefined) throw new Refusal(turn.t('checkins.group.text'))
  return checkInsOf(kit, turn.person.tenant, turn.place.team)
}

/**
 * Supervisors start check-ins; until any are named, every member of a team may (contract, “Who is a supervisor”). In
 * production not before the co-operation procedure.
 */
export async function demandMayStart(turn: Turn, kit: Kit): Promise<void> {
  const roles = await kit.roles(turn.person)
  if (!roles.has('supervisor') && !roles.has('hr')) throw new Refusal(turn.t('checkins.refusals.mayNotStart'))
  await demandCooperation(turn, kit)
}

/** @throws Refusal with a proposal where opening or close lies outside the send window */
function scheduleOf({ t }: Turn, kit: Kit, given: Given): Schedule {
  const { time, closeAfterHours, every } = given
  const schedule = { weekday: Number(given.weekday), time, closeAfterHours, every }
  const proposal = scheduleProposal(schedule, kit.settings.calendar)
  if (proposal === undefined) return schedule
  const { from, to } = kit.settings.calendar.window
  const clock = (text: string) => text.replace(':', '.')
  throw new Refusal(
    t('checkins.refusals.window', {
      from: clock(from),
      to: clock(to),
      time: clock(proposal.time),
      hours: proposal.closeAfterHours,
    }),
  )
}

/** The Entra object ids behind the opaque ids of a card. @throws Refusal where one is nobody's */
export function leftOut(
  turn: Turn,
  kit: Kit,
  team: string,
  people: readonly Member[],
  keys: readonly string[],
): string[] {
  const byKey = new Map(people.map(({ id }) => [memberKey(kit, turn.person.tenant, team, id), id]))
  return keys.map((key) => {
    const person = byKey.get(key.trim())
    if (person === undefined) throw new Refusal(turn.t('refusals.notFound'))
    return person
  })
}

export function readerOf({ person }: Turn): Reader {
  return { id: person.id, userId: person.userId, name: person.name }
}

/** What a team's check-ins are before anything was chosen. */
export function begun(
  turn: Turn,
  kit: Kit,
  team: string,
  { serviceUrl, conversation }: Address,
): Omit<CheckIn, 'readers' | 'k'> {
  return {
    id: team,
    key: kit.opaque('team', turn.person.tenant, team),
    channel: conversation,
    serviceUrl,
    schedule: DEFAULT_SCHEDULE,
    language: turn.language,
    worksRemotely: true,
    talkOnly: false,
    leaveOut: [],
    joined: [],
    firstWeek: '',
    opened: 0,
    skips: [],
    stopped: false,
    due: {},
  }
}

/** Thursday 14.00 to Friday 12.00 (product.md, “The rhythm of a week”). */
export const DEFAULT_SCHEDULE: Schedule = { weekday: 4, time: '14:00', closeAfterHours: 22, every: 1 }
