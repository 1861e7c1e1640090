import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { changeBroadcast, findBroadcast, isRunning, standOf, type Named } from './find-broadcast.ts'
import { watchedBy } from './follow-broadcast.ts'
import { reportCard } from './report-card.ts'

/** Sends those again that failed; who got it gets nothing twice. */
export async function retryFailed(turn: Turn, kit: Kit, { broadcast }: Named): Promise<Answer> {
  return repeat(turn, kit, broadcast, 'failed')
}

/** Sends those again of whom the service never said whether they got it: HR decides, they may get it twice. */
export async function resendUnknown(turn: Turn, kit: Kit, { broadcast }: Named): Promise<Answer> {
  return repeat(turn, kit, broadcast, 'unknown')
}

async function repeat(turn: Turn, kit: Kit, id: string, which: 'failed' | 'unknown'): Promise<Answer> {
  const { t, person } = turn
  const { state, withdrawn } = await findBroadcast(turn, kit, id)
  if (state !== 'confirmed' || withdrawn) throw new Refusal(t('broadcasts.refusals.nothing'))
  const { main, advance } = await standOf(kit, person.tenant, id)
  if (isRunning(main) || isRunning(advance)) throw new Refusal(t('broadcasts.refusals.running'))
  const watched = await changeBroadcast(turn, kit, id, (current) => ({ ...current, ...watchedBy(turn) }))
  const counts = [
    await kit.outbox.repeat(person.tenant, main.id, which),
    await kit.outbox.repeat(person.tenant, advance.id, which),
  ]
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) throw new Refusal(t('broadcasts.refusals.nothing'))
  const what = which === 'failed' ? 'broadcasts.retry' : 'broadcasts.resend'
  await kit.audit(turn, { what, to: id, outcome: 'done', note: String(count) })
  return { replace: await reportCard(turn, kit, watched, t('broadcasts.news.retried', { count })) }
}
