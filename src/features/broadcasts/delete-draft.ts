import { mailingId } from '../../domain/broadcast.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { findBroadcast, isDraft, type Named } from './find-broadcast.ts'
import { listCard } from './list-broadcasts.ts'

export async function deleteDraft(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { t, person } = turn
  const { tenant } = person
  if (!isDraft(await findBroadcast(turn, kit, id))) throw new Refusal(t('broadcasts.refusals.sent'))
  const left = await kit.store.broadcasts.change(tenant, id, (current) =>
    current !== undefined && isDraft(current) ? undefined : current,
  )
  if (left !== undefined) throw new Refusal(t('broadcasts.refusals.sent'))
  await kit.outbox.forget(tenant, mailingId(id, 'main'))
  await kit.outbox.forget(tenant, mailingId(id, 'advance'))
  await kit.audit(turn, { what: 'broadcasts.delete', to: id, outcome: 'done', note: '' })
  return { replace: await listCard(turn, kit, t('broadcasts.news.deleted')) }
}
