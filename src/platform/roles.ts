import { staffById, isPrincipalName, rowsByObjectId } from '../domain/staff.ts'
import type { ImportedRole, StaffList, StaffMember, Team } from '../domain/records.ts'
import type { Kit, Role } from '../kit.ts'
import type { Store } from '../ports.ts'
import { NO_GROUPS, type GroupRoles } from './group-roles.ts'
import type { Settings } from './settings.ts'

export type Roles = Pick<Kit, 'roles' | 'supervisors' | 'approvers'>

type RoleSettings = Pick<Settings, 'mode' | 'HR_USERS' | 'SUPERVISOR_USERS' | 'APPROVER_USERS' | 'COACH_USERS'>

const ROLES = ['hr', 'supervisor', 'approver', 'coach'] as const satisfies readonly Role[]

/**
 * Who may do what: those whom the settings name, those whom the import of people names, and the members of the role's
 * Entra groups. A role for which none of them names anybody or a group is everybody's in development; elsewhere it is
 * nobody's, but everybody is a supervisor then (contract, “Who is a supervisor”). Whom the import names by user principal
 * name is known by a team's roster, or once Graph told the object id.
 */
export function openRoles(
  settings: RoleSettings,
  store: Pick<Store, 'people' | 'staff' | 'teams'>,
  groups: GroupRoles = NO_GROUPS,
): Roles {
  const users: Record<Role, readonly string[]> = {
    hr: lowered(settings.HR_USERS),
    supervisor: lowered(settings.SUPERVISOR_USERS),
    approver: lowered(settings.APPROVER_USERS),
    coach: lowered(settings.COACH_USERS),
  }
  const links = new Map<string, { teams: readonly Team[]; byPerson: ReadonlyMap<string, string> }>()

  /** By Entra object id the user principal name by which the import knows the person. Read anew when a team changed. */
  const linksOf = async (tenant: string): Promise<ReadonlyMap<string, string>> => {
    const teams = await store.teams.list(tenant)
    const known = links.get(tenant)
    const isSame = known?.teams.length === teams.length && known.teams.every((team, at) => team === teams[at])
    if (known !== undefined && isSame) return known.byPerson
    const byPerson = new Map(
      teams.flatMap(({ members }) => members.flatMap(({ id, staff }) => (staff === undefined ? [] : [[id, staff]]))),
    )
    links.set(tenant, { teams, byPerson })
    return byPerson
  }

  const importedRoles = async (tenant: string, id: string, list: StaffList): Promise<readonly ImportedRole[]> => {
    const byId = staffById(list)
    const { hasPrincipalNames, looked } = factsOf(list)
    const itself = byId.get(id.toLowerCase())?.roles ?? []
    if (!hasPrincipalNames) return itself
    const name = (await linksOf(tenant)).get(id) ?? ''
    return [...itself, ...(looked.get(id.toLowerCase())?.roles ?? []), ...(byId.get(name)?.roles ?? [])]
  }

  const isNamed = (role: Role, list: StaffList | undefined): boolean =>
    users[role].length > 0 || factsOf(list).roles.has(role) || groups.isSet(role)

  /** Entra object ids of those who are named for a role; undefined where nobody is. */
  const named = async (tenant: string, role: Role): Promise<ReadonlySet<string> | undefined> => {
    const list = await store.staff.get(tenant, 'all')
    if (!isNamed(role, list)) return undefined
    const imported = list?.people.filter(({ roles }) => roles.includes(role)) ?? []
    const names = new Set(imported.map(({ id }) => id).filter(isPrincipalName))
    const linked = names.size === 0 ? [] : [...(await linksOf(tenant))].filter(([, name]) => names.has(name))
    const ids = imported.flatMap(({ id, objectId }) => (names.has(id) ? (objectId ?? []) : id))
    return new Set([...users[role], ...ids, ...linked.map(([id]) => id), ...groups.members(tenant, role)])
  }

  return {
    async roles({ tenant, id }) {
      const list = await store.staff.get(tenant, 'all')
      const imported = list === undefined ? [] : await importedRoles(tenant, id, list)
      const isEverybodys = (role: Role) => settings.mode === 'development' || role === 'supervisor'
      return new Set(
        ROLES.filter((role) => {
          if (!isNamed(role, list)) return isEverybodys(role)
          const lower = id.toLowerCase()
          return users[role].includes(lower) || imported.includes(role) || groups.has(tenant, role, lower)
        }),
      )
    },

    supervisors: (tenant) => named(tenant, 'supervisor'),

    async approvers(tenant) {
      const found = await named(tenant, 'approver')
      if (found !== undefined || settings.mode !== 'development') return found ?? new Set()
      const people = await store.people.list(tenant)
      return new Set(people.filter(({ ownChat }) => ownChat !== undefined).map(({ id }) => id))
    },
  }
}

type Facts = {
  roles: ReadonlySet<ImportedRole>
  hasPrincipalNames: boolean
  looked: ReadonlyMap<string, StaffMember>
}

const facts = new WeakMap<StaffList, Facts>()

/** What is asked of a list at every turn, reckoned once for each stored list. */
function factsOf(list: StaffList | undefined): Facts {
  if (list === undefined) return { roles: new Set(), hasPrincipalNames: false, looked: new Map() }
  const known = facts.get(list) ?? {
    roles: new Set(list.people.flatMap(({ roles }) => roles)),
    hasPrincipalNames: list.people.some(({ id }) => isPrincipalName(id)),
    looked: rowsByObjectId(list.people),
  }
  facts.set(list, known)
  return known
}

function lowered(ids: readonly string[]): string[] {
  return ids.map((id) => id.toLowerCase())
}
