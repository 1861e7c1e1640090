import type { Address, Kit, Turn } from '../../kit.ts'

export type MyChannel = { id: string; key: string; title: string; address: Address }

/** The channels of the teams that the app is in and whose members, as last read, include the person. By name. */
export async function myChannels(turn: Turn, kit: Kit): Promise<MyChannel[]> {
  const { tenant, id: person } = turn.person
  const teams = (await kit.store.teams.list(tenant)).filter(({ members }) =>
    members.some(({ id, isGuest }) => id === person && !isGuest),
  )
  return teams
    .flatMap((team) =>
      team.channels.map(({ id, key, name }) => ({
        id,
        key,
        title: `${team.name} – ${name || turn.t('tool.general')}`,
        address: { tenant, serviceUrl: team.serviceUrl, conversation: id },
      })),
    )
    .toSorted((one, other) => one.title.localeCompare(other.title, turn.language))
}
