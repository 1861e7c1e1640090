import {
  demandRole as demand,
  onlyFor as only,
  type Action,
  type Door,
  type Kit,
  type Role,
  type Turn,
} from '../../kit.ts'

function doorOf(roles: readonly Role[]): Door {
  return { roles, subject: 'broadcast', elsewhere: 'broadcasts.refusals.ownChatOnly' }
}

/** What only people with one of the roles may do with messages to many, in their own chat. */
export function onlyFor(roles: readonly Role[], actions: Record<string, Action>): Record<string, Action> {
  return only(doorOf(roles), actions)
}

/** Launching a theme is HR's. */
export const LAUNCHERS: Door = { roles: ['hr'], subject: 'theme', elsewhere: 'launches.refusals.ownChatOnly' }

export function onlyForLaunchers(actions: Record<string, Action>): Record<string, Action> {
  return only(LAUNCHERS, actions)
}

/** @throws Refusal for anybody without one of the roles, and in a channel or group for those who have one */
export async function demandRole(
  turn: Turn,
  kit: Kit,
  roles: readonly Role[],
  act: { what: string; to: string },
): Promise<void> {
  await demand(turn, kit, doorOf(roles), act)
}
