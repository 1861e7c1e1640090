import { z } from 'zod'
import { Refusal, type Action, type Kit, type Role, type Turn } from '../../kit.ts'

const named = z.object({ broadcast: z.string().max(40).default('') })

/**
 * Actions for people with one of the roles, in their own chat alone. The role is asked at every press; anybody else gets
 * the words of not found, and the attempt is kept.
 */
export function onlyFor(roles: readonly Role[], actions: Record<string, Action>): Record<string, Action> {
  const guarded = Object.entries(actions).map(([verb, action]): [string, Action] => [
    verb,
    {
      ...action,
      async run(turn, kit, data) {
        const to = named.safeParse(data).data?.broadcast ?? ''
        await demandRole(turn, kit, roles, { what: verb, to })
        return action.run(turn, kit, data)
      },
    },
  ])
  return Object.fromEntries(guarded)
}

/** @throws Refusal for anybody without one of the roles, and in a channel or group for those who have one */
export async function demandRole(
  turn: Turn,
  kit: Kit,
  roles: readonly Role[],
  { what, to }: { what: string; to: string },
): Promise<void> {
  const has = await kit.roles(turn.person)
  if (!roles.some((role) => has.has(role))) {
    await kit.audit(turn, { what, to, outcome: 'refused', note: '' })
    throw new Refusal(turn.t('refusals.notFound'))
  }
  if (turn.place.kind !== 'own') throw new Refusal(turn.t('broadcasts.refusals.ownChatOnly'))
}
