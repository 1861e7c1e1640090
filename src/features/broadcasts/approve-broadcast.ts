import { mailingId } from '../../domain/broadcast.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { changeBroadcast, findBroadcast, standOf, type Named } from './find-broadcast.ts'
import { tellWatcher } from './follow-broadcast.ts'
import { judgeAnew } from './judge-launch.ts'
import { planNow, writtenPlan } from './plan-sending.ts'
import { hold } from './prepare-broadcast.ts'
import { previewCard } from './preview-card.ts'
import { release } from './release-broadcast.ts'

/** Entra object ids of those who may approve this one: nobody approves what they wrote. */
export async function approversFor(kit: Kit, tenant: string, { author }: Broadcast): Promise<string[]> {
  return [...(await kit.approvers(tenant))].filter((id) => id !== author.id)
}

/** Each gets the preview in their own chat, once for each time that it is asked. */
export async function askApprovers(
  { person: { tenant } }: Turn,
  kit: Kit,
  { id, changedAt }: Broadcast,
  approvers: readonly string[],
): Promise<void> {
  await kit.outbox.post(
    tenant,
    {
      id: kit.opaque('broadcast.approval', tenant, id, changedAt),
      kind: 'broadcasts.approval',
      does: 'post',
      message: { verb: 'broadcasts.view', broadcast: id },
      language: kit.settings.defaultLanguage,
      at: changedAt,
      atAnyHour: true,
      isSameForAll: false,
      keepsCopies: false,
    },
    approvers.map((person) => ({ to: { person }, state: 'pending' })),
  )
}

/** The second person lets it go: at its time, or at the next send moment where that has passed. */
export async function approveBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { t, now, person } = turn
  const found = await waitingForMe(turn, kit, id, 'broadcasts.approve')
  const plan = await planNow(turn, kit, found)
  // Held too long, the list was removed: everybody is looked up again.
  if (found.state === 'approving' && (await standOf(kit, person.tenant, id)).main.mailing === undefined) {
    await hold(kit, person.tenant, found, {
      plan,
      resolved: (await judgeAnew(turn, kit, id, { ...found, at: 'now' })).resolved,
    })
  }
  const mine = { is: false }
  const approved = await changeBroadcast(turn, kit, id, (current) => {
    mine.is = current.state === 'approving'
    if (!mine.is) return current
    return {
      ...current,
      state: 'confirmed',
      approver: person.id,
      plan: writtenPlan(plan),
      changedAt: now.toISOString(),
    }
  })
  if (approved.state !== 'confirmed') throw new Refusal(t('refusals.stale'))
  if (mine.is) await kit.audit(turn, { what: 'broadcasts.approve', to: id, outcome: 'done', note: '' })
  await release(kit, person.tenant, approved)
  if (mine.is) await tellWatcher(kit, person.tenant, id, 'broadcasts.news.wasApproved')
  const news = approved.approver === person.id ? 'broadcasts.news.approved' : 'broadcasts.news.already'
  return { replace: await previewCard(turn, kit, approved, t(news)) }
}

/** Back to its author as a draft; nothing is sent. */
export async function rejectBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { tenant } = turn.person
  const found = await waitingForMe(turn, kit, id, 'broadcasts.reject')
  if (found.state !== 'approving') throw new Refusal(turn.t('refusals.stale'))
  const changedAt = turn.now.toISOString()
  const mine = { is: false }
  const rejected = await changeBroadcast(turn, kit, id, (current) => {
    mine.is = current.state === 'approving'
    return mine.is ? { ...current, state: 'draft', changedAt } : current
  })
  if (!mine.is) throw new Refusal(turn.t('refusals.stale'))
  await kit.audit(turn, { what: 'broadcasts.reject', to: id, outcome: 'done', note: '' })
  const card = await previewCard(turn, kit, { ...rejected, state: 'cancelled' }, turn.t('broadcasts.news.rejected'))
  await kit.outbox.forget(tenant, mailingId(id, 'advance'))
  await kit.outbox.forget(tenant, mailingId(id, 'main'))
  await tellWatcher(kit, tenant, id, 'broadcasts.news.wasRejected')
  return { replace: card }
}

async function waitingForMe(turn: Turn, kit: Kit, id: string, what: string): Promise<Broadcast> {
  const found = await findBroadcast(turn, kit, id)
  if (found.author.id !== turn.person.id) return found
  await kit.audit(turn, { what, to: id, outcome: 'refused', note: '' })
  throw new Refusal(turn.t('broadcasts.refusals.ownApproval'))
}
