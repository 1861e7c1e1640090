import type { Person, Role } from '../kit.ts'
import type { Settings } from './settings.ts'

/**
 * Who may do what, by the settings. In development everybody has a role whose setting is empty; elsewhere nobody has it,
 * but everybody is a supervisor until SUPERVISOR_USERS names some (contract, “Who is a supervisor”).
 */
export function openRoles(settings: Settings): (person: Person) => Promise<ReadonlySet<Role>> {
  const users: Record<Role, readonly string[]> = {
    hr: settings.HR_USERS,
    supervisor: settings.SUPERVISOR_USERS,
    approver: settings.APPROVER_USERS,
    coach: settings.COACH_USERS,
  }
  const roles = Object.entries(users) as [Role, readonly string[]][]
  return async ({ id }) =>
    new Set(
      roles
        .filter(([role, named]) =>
          named.length > 0 ? named.includes(id) : settings.mode === 'development' || role === 'supervisor',
        )
        .map(([role]) => role),
    )
}
