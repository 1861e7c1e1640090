/** Who there is to write to, from all that the bot knows: own chats, teams and the import of people. */
import type { NoticeKind } from './delivery.ts'
import type { Language } from './languages.ts'
import { answerLanguage } from './message-language.ts'
import type { ImportedRole, PersonRecord, StaffMember, Team } from './records.ts'
import { isPrincipalName, rowsByObjectId } from './staff.ts'

/**
 * One person of a tenant. `id` is the Entra object id; of somebody who is known from the import alone it may be a user
 * principal name. `userId` and `serviceUrl` are known where the platform told of the person.
 */
export type Known = {
  id: string
  userId?: string
  serviceUrl?: string
  /** The own chat is known, or the person is a member of a team where the app is. */
  hasApp: boolean
  isGuest: boolean
  isRetired: boolean
  /** Empty where the import names none. */
  unit: string
  roles: readonly ImportedRole[]
  /** Chosen by the person, else imported, else that of the client, else the default: in this language they are written to. */
  language: Language
  off: readonly NoticeKind[]
  quietUntil?: string
}

const NO_ROLES: readonly ImportedRole[] = []
const NOTHING_OFF: readonly NoticeKind[] = []

type Sources = {
  people: readonly PersonRecord[]
  teams: readonly Team[]
  staff: readonly StaffMember[]
  /** Ids that the settings name, so that those who are not met otherwise are told as unreachable. */
  named?: Iterable<string>
  defaultLanguage: Language
}

/**
 * Everybody of a tenant, each person once, in one pass over the sources; it can be gone through again. The import knows a
 * person by object id, or by a user principal name whose owner a team's roster (`TeamMember.staff`) or Graph
 * (`StaffMember.objectId`) told.
 */
export function everybody({ people, teams, staff, named = [], defaultLanguage }: Sources): Iterable<Known> {
  const records = new Set(people.map(({ id }) => id))
  const memberships = membershipsOf(teams)
  const imported = new Map(staff.map((one) => [one.id, one]))
  const looked = rowsByObjectId(staff)
  const languageOf = languageByLocale(defaultLanguage)

  return {
    *[Symbol.iterator]() {
      const met = new Set<string>()
      const meet = (id: string, record: PersonRecord | undefined): Known => {
        const key = id.toLowerCase()
        const membership = memberships.get(id)
        const row = imported.get(key)
        const linked = looked.get(key) ?? imported.get(membership?.staff ?? '')
        met.add(key)
        if (linked !== undefined) met.add(linked.id)
        const language = record?.language ?? row?.language ?? linked?.language ?? languageOf(record?.locale)
        return { ...ofPlatform(id, record, membership), ...ofImport(row, linked), language }
      }
      for (const record of people) yield meet(record.id, record)
      for (const id of memberships.keys()) if (!records.has(id)) yield meet(id, undefined)
      for (const { id, objectId } of staff) if (!met.has(id)) yield meet(objectId ?? id, undefined)
      for (const id of named) if (!met.has(id.toLowerCase())) yield meet(id, undefined)
    },
  }
}

/**
 * Whom of the imported people Luotsi cannot reach because they never had the app: `missing` are Entra object ids, each
 * once and in order; of so many more the object id is not known (`unknown`), or the app was removed or blocked (`left`).
 */
export function withoutApp({ people, teams, staff }: Pick<Sources, 'people' | 'teams' | 'staff'>): {
  missing: string[]
  unknown: number
  left: number
} {
  const records = new Map(people.map((one) => [one.id.toLowerCase(), one]))
  const members = new Set(
    teams.flatMap((team) => team.members.flatMap(({ id, staff: row = id }) => [id.toLowerCase(), row])),
  )
  const missing = new Set<string>()
  let [unknown, left] = [0, 0]
  for (const { id, objectId } of staff) {
    const known = isPrincipalName(id) ? objectId : id
    const record = records.get(known ?? '')
    const isGone = record !== undefined && (record.ownChat === undefined || record.isRetired === true)
    if (members.has(id) || members.has(known ?? '')) continue
    if (known === undefined) unknown += 1
    else if (isGone) left += 1
    else if (record === undefined) missing.add(known)
  }
  return { missing: [...missing].sort(), unknown, left }
}

type Membership = { userId: string; serviceUrl: string; isGuest: boolean; staff: string | undefined }

function membershipsOf(teams: readonly Team[]): Map<string, Membership> {
  const memberships = new Map<string, Membership>()
  for (const { serviceUrl, members } of teams) {
    for (const { id, userId, isGuest = false, staff } of members) {
      const other = memberships.get(id)
      if (other === undefined) memberships.set(id, { userId, serviceUrl, isGuest, staff })
      else {
        other.isGuest ||= isGuest
        other.staff ??= staff
      }
    }
  }
  return memberships
}

function ofPlatform(
  id: string,
  record: PersonRecord | undefined,
  membership: Membership | undefined,
): Omit<Known, 'unit' | 'roles' | 'language'> {
  const userId = record?.userId ?? membership?.userId
  const serviceUrl = record?.ownChat?.serviceUrl ?? membership?.serviceUrl
  return {
    id,
    ...(userId !== undefined && { userId }),
    ...(serviceUrl !== undefined && { serviceUrl }),
    hasApp: record?.ownChat !== undefined || membership !== undefined,
    isGuest: membership?.isGuest ?? false,
    isRetired: record?.isRetired ?? false,
    off: record?.off ?? NOTHING_OFF,
    ...(record?.quietUntil !== undefined && { quietUntil: record.quietUntil }),
  }
}

/** Rows of one person under both ids are one: what the object id's leaves open comes from the other. */
function ofImport(row: StaffMember | undefined, linked: StaffMember | undefined): Pick<Known, 'unit' | 'roles'> {
  if (row === undefined || linked === undefined || row === linked) {
    const { unit = '', roles = NO_ROLES } = row ?? linked ?? {}
    return { unit, roles }
  }
  return { unit: row.unit === '' ? linked.unit : row.unit, roles: [...new Set([...row.roles, ...linked.roles])] }
}

/** A tenant has few locales, and a hundred thousand people. */
function languageByLocale(defaultLanguage: Language): (locale: string | undefined) => Language {
  const known = new Map<string | undefined, Language>()
  return (locale) => {
    const language = known.get(locale) ?? answerLanguage({ text: '', locale, defaultLanguage })
    known.set(locale, language)
    return language
  }
}
