/** Who gets a message that goes to many, and who gets it ahead of the others: contract.md “Audiences”, product.md. */
import type { BroadcastFault } from './broadcast.ts'
import type { BroadcastPlan } from './broadcast-plan.ts'
import { dayOf, isoDate, wallOf } from './days.ts'
import {
  counted,
  noCounts,
  summed,
  type Delivery,
  type DeliveryCounts,
  type Destination,
  type NoticeKind,
  type Reason,
} from './delivery.ts'
import type { Known } from './directory.ts'
import { isLanguage, type Language } from './languages.ts'
import { tidyText } from './person-text.ts'
import type { Team } from './records.ts'

/** The most notices that a person gets in a week: product.md, “The rhythm of a week”. */
export const NOTICES_A_WEEK = 3

export type AudiencePart =
  | { kind: 'supervisors' | 'everyone' | 'channels' }
  | { kind: 'unit'; unit: string }
  | { kind: 'language'; language: Language }
  /** `key` is the opaque id of a channel. */
  | { kind: 'channel'; key: string }

/** The union of its parts, of which there is one at least. */
export type Audience = readonly AudiencePart[]

/** A unit's name may hold commas: one divides only where a known word or prefix follows. */
const DIVISION = /,(?=\s*(?:(?:supervisors|everyone|channels)\s*(?:,|$)|(?:unit|language|channel):))/

/**
 * Reads `everyone`, or a union such as `unit:Varhaiskasvatus, language:sv`. Undefined where any part is unknown: the fault
 * `audience`. Whether the units and channels exist is told by `audienceFaults`.
 */
export function parseAudience(text: string): Audience | undefined {
  const parts = text.split(DIVISION).map((part) => parsePart(part.trim()))
  return parts.every((part) => part !== undefined) ? parts : undefined
}

function parsePart(text: string): AudiencePart | undefined {
  if (text === 'supervisors' || text === 'everyone' || text === 'channels') return { kind: text }
  const [, kind, name = ''] = /^(unit|language|channel):\s*(\S[^]*)$/.exec(text) ?? []
  if (kind === 'unit') return { kind, unit: name }
  if (kind === 'channel') return { kind, key: name }
  return kind === 'language' && isLanguage(name) ? { kind, language: name } : undefined
}

/** Units and channels of an audience that do not exist. */
export function audienceFaults(audience: Audience, people: Iterable<Known>, teams: readonly Team[]): BroadcastFault[] {
  const named = new Set<string>()
  if (audience.some(({ kind }) => kind === 'unit')) for (const { unit } of people) named.add(unit)
  const units = new Set([...named].map(foldUnit))
  const channels = new Set(teams.flatMap((team) => team.channels.map(({ key }) => key)))
  return audience.flatMap((part): BroadcastFault[] => {
    if (part.kind === 'unit' && !units.has(foldUnit(part.unit)))
      return [{ key: 'broadcasts.faults.unitUnknown', values: { unit: part.unit } }]
    if (part.kind === 'channel' && !channels.has(part.key)) return [{ key: 'broadcasts.faults.channelUnknown' }]
    return []
  })
}

/** Whether supervisors get it ahead of the others: so it is with what goes to everyone or to channels (product.md). */
export function hasAdvance(audience: Audience): boolean {
  return audience.some(({ kind }) => kind === 'everyone' || isOfChannels(kind))
}

/** Whether any of it goes into channels. */
export function hasChannels(audience: Audience): boolean {
  return audience.some(({ kind }) => isOfChannels(kind))
}

export type Asked = {
  audience: Audience
  /** Gone through several times: `everybody` of directory.ts. */
  people: Iterable<Known>
  teams: readonly Team[]
  /** Entra object ids; undefined where everybody who has the app is one. */
  supervisors: ReadonlySet<string> | undefined
  /** What it counts as for those who turned a kind off. */
  notice: NoticeKind
  /** True where neither “quiet until” nor the three a week hold it back. What a person turned off stays off. */
  override: boolean
  plan: BroadcastPlan
  zone: string
  /** How many notices each person gets in the week of either mailing. */
  noticesInWeek: Record<List, ReadonlyMap<string, number>>
  /** True for the launch of a theme: every supervisor who is meant gets it ahead of the others, and both lists count. */
  areSupervisorsFirst?: boolean
}

export type Resolved = {
  /** Made anew each time they are gone through, one by one. No recipient stands in both, or twice in one. */
  main: Iterable<Delivery>
  advance: Iterable<Delivery>
  /**
   * `instead`: who gets it ahead does not get it again, and both lists together are the audience. `inAddition`: channels
   * alone are the audience, and supervisors of their teams are told beside that. `none`: nobody is told ahead.
   */
  advanceIs: 'instead' | 'inAddition' | 'none'
  counts: Record<List, DeliveryCounts>
  /** What is stated as the size of the audience: both where it is `instead`, else the main mailing. */
  figures: DeliveryCounts
}

/** Everybody and every channel that the audience means, those included that are skipped, with the reason. */
export function resolveAudience(asked: Asked): Resolved {
  const placements = { [Symbol.iterator]: () => placementsOf(asked) }
  const counts = { main: noCounts(), advance: noCounts() }
  for (const { list, delivery } of placements) counted(counts[list], delivery)
  const advanceIs = advanceOf(asked)
  return {
    main: onList('main', placements),
    advance: onList('advance', placements),
    advanceIs,
    counts,
    figures: advanceIs === 'instead' ? summed([counts.main, counts.advance]) : counts.main,
  }
}

function advanceOf({ audience, areSupervisorsFirst }: Asked): Resolved['advanceIs'] {
  if (areSupervisorsFirst === true) return 'instead'
  if (!hasAdvance(audience)) return 'none'
  return audience.every(({ kind }) => isOfChannels(kind)) ? 'inAddition' : 'instead'
}

type List = 'main' | 'advance'
type Placement = { list: List; delivery: Delivery }

function onList(wanted: List, placements: Iterable<Placement>): Iterable<Delivery> {
  return {
    *[Symbol.iterator]() {
      for (const { list, delivery } of placements) if (list === wanted) yield delivery
    },
  }
}

function* placementsOf(asked: Asked): Generator<Placement> {
  const { audience, people, teams } = asked
  const isMeant = meantBy(asked)
  const isAhead = aheadBy(asked)
  const reasonOf = { main: reasonsBy(asked, 'main'), advance: reasonsBy(asked, 'advance') }
  for (const one of people) {
    const list = isAhead(one) ? 'advance' : 'main'
    if (list === 'advance' || isMeant(one))
      yield { list, delivery: deliveryOf(destinationOf(one), reasonOf[list](one)) }
  }
  for (const delivery of channelDeliveries(audience, teams)) yield { list: 'main', delivery }
}

type Judge = (one: Known) => boolean

function supervisorBy({ supervisors }: Asked): Judge {
  if (supervisors === undefined) return ({ hasApp }) => hasApp
  // A person whom only a user principal name tells is not among the object ids.
  return ({ id, roles }) => supervisors.has(id) || roles.includes('supervisor')
}

function meantBy(asked: Asked): Judge {
  const { audience } = asked
  const kinds = new Set(audience.map(({ kind }) => kind))
  const units = new Set(audience.flatMap((part) => (part.kind === 'unit' ? foldUnit(part.unit) : [])))
  const languages = new Set(audience.flatMap((part) => (part.kind === 'language' ? part.language : [])))
  const isSupervisor = supervisorBy(asked)
  const isOfUnit = unitBy(units)
  return (one) =>
    kinds.has('everyone') ||
    languages.has(one.language) ||
    isOfUnit(one) ||
    (kinds.has('supervisors') && isSupervisor(one))
}

/** An organisation has few units, and a hundred thousand people. */
function unitBy(wanted: ReadonlySet<string>): Judge {
  const judged = new Map<string, boolean>()
  return ({ unit }) => {
    const isOfUnit = judged.get(unit) ?? wanted.has(foldUnit(unit))
    judged.set(unit, isOfUnit)
    return isOfUnit
  }
}

function aheadBy(asked: Asked): Judge {
  const { audience, teams, areSupervisorsFirst } = asked
  const isSupervisor = supervisorBy(asked)
  const isMeant = meantBy(asked)
  if (audience.some(({ kind }) => kind === 'everyone')) return isSupervisor
  const reached = teams.filter((team) => team.channels.some((channel) => isChosen(audience, channel)))
  const members = new Set(reached.flatMap((team) => team.members.map(({ id }) => id)))
  return (one) => (members.has(one.id) || (areSupervisorsFirst === true && isMeant(one))) && isSupervisor(one)
}

/** The first reason for which a person is skipped, by the order of design/delivery.md's states. */
function reasonsBy(
  { notice, override, plan, zone, noticesInWeek }: Asked,
  list: List,
): (one: Known) => Reason | undefined {
  const at = list === 'main' ? plan.sendAt : (plan.advanceAt ?? plan.sendAt)
  const date = isoDate(dayOf(wallOf(at, zone)))
  const had = noticesInWeek[list]
  return (one) => {
    if (one.isGuest) return 'guest'
    if (!one.hasApp) return 'notInstalled'
    if (one.isRetired) return 'retired'
    if (one.off.includes(notice)) return 'optedOut'
    if (override) return undefined
    if (one.quietUntil !== undefined && one.quietUntil > date) return 'quiet'
    return (had.get(one.id) ?? 0) >= NOTICES_A_WEEK ? 'weekLimit' : undefined
  }
}

function* channelDeliveries(audience: Audience, teams: readonly Team[]): Iterable<Delivery> {
  // A channel that several teams share is told by each of them.
  const met = new Set<string>()
  for (const team of teams) {
    for (const channel of team.channels) {
      if (!isChosen(audience, channel) || met.has(channel.id)) continue
      met.add(channel.id)
      const to = { conversation: channel.id, serviceUrl: team.serviceUrl, team: team.id }
      yield deliveryOf(to, channel.isRetired === true ? 'retired' : undefined)
    }
  }
}

function isChosen(audience: Audience, { key }: { key: string }): boolean {
  return audience.some((part) => part.kind === 'channels' || (part.kind === 'channel' && part.key === key))
}

function isOfChannels(kind: AudiencePart['kind']): boolean {
  return kind === 'channels' || kind === 'channel'
}

function destinationOf({ id, userId, serviceUrl }: Known): Destination {
  return { person: id, ...(userId !== undefined && { userId }), ...(serviceUrl !== undefined && { serviceUrl }) }
}

function deliveryOf(to: Destination, reason: Reason | undefined): Delivery {
  return reason === undefined ? { to, state: 'pending' } : { to, state: 'skipped', reason }
}

/** A unit as people write it: however its letters are composed, and in whatever case. */
function foldUnit(unit: string): string {
  return tidyText(unit).toLowerCase()
}
