import type { CheckIn } from '../../domain/records.ts'
import { staffById } from '../../domain/staff.ts'
import type { Kit } from '../../kit.ts'
import { starterOf } from './team-check-in.ts'

/**
 * The unit of the check-ins' starter by the import of people, or empty. It is kept with the result, whose groupings then
 * never change: a team that moved from one unit to another between two looks would give its figures away.
 */
export async function unitOfStarter(kit: Kit, tenant: string, checkIn: CheckIn): Promise<string> {
  const imported = staffById(await kit.store.staff.get(tenant, 'all'))
  const { id } = starterOf(checkIn)
  const team = await kit.store.teams.get(tenant, checkIn.id)
  const name = team?.members.find((member) => member.id === id)?.staff ?? ''
  return (imported.get(id.toLowerCase()) ?? imported.get(name))?.unit ?? ''
}
