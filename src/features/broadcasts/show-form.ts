import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { findBroadcast, isDraft, isRunning, standOf, type Named } from './find-broadcast.ts'
import { formCard } from './form-card.ts'
import { listCard } from './list-broadcasts.ts'
import { demandRole } from './who-may.ts'

/** The word for broadcasts: all of them, or straight the form where there is none yet. */
export async function bringBroadcasts(turn: Turn, kit: Kit): Promise<Message> {
  await demandRole(turn, kit, ['hr'], { what: 'broadcast', to: '' })
  const all = await kit.store.broadcasts.list(turn.person.tenant)
  return all.length === 0 ? formCard(turn, kit) : listCard(turn, kit)
}

export async function showForm(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  if (id === '') return { replace: await formCard(turn, kit) }
  const found = await findBroadcast(turn, kit, id)
  if (!isDraft(found)) throw new Refusal(turn.t('broadcasts.refusals.sent'))
  return { replace: await formCard(turn, kit, found) }
}

/** The texts again, to correct what was delivered. */
export async function showCorrection(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const found = await findBroadcast(turn, kit, id)
  if (isDraft(found)) return { replace: await formCard(turn, kit, found) }
  if (found.launch !== undefined) throw new Refusal(turn.t('launches.refusals.correct'))
  const { main, advance } = await standOf(kit, turn.person.tenant, id)
  if (isRunning(main) || isRunning(advance)) throw new Refusal(turn.t('broadcasts.refusals.running'))
  if (found.withdrawn) throw new Refusal(turn.t('broadcasts.refusals.noCopies'))
  return { replace: await formCard(turn, kit, found) }
}
