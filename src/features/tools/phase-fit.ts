import type { Kit, Turn } from '../../kit.ts'

/** Whether a tool fits what the organisation is going through: of two that fit a message as well, it comes first. */
export async function phaseFit({ person }: Turn, kit: Kit): Promise<(tool: string) => boolean> {
  const phase = (await kit.store.organisations.get(person.tenant, 'all'))?.phase
  const { tools } = kit.library()
  return (tool) => phase !== undefined && tools.get(tool)?.phase.includes(phase) === true
}
