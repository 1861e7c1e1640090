import type { BroadcastPlan } from '../../domain/broadcast-plan.ts'
import { mayConfirm, TOKEN_MINUTES } from '../../domain/broadcast.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { approversFor, askApprovers } from './approve-broadcast.ts'
import { figuresOf } from './figures.ts'
import { standOf, type Named } from './find-broadcast.ts'
import { judgeAnew } from './judge-launch.ts'
import { planNow, writtenPlan } from './plan-sending.ts'
import { prepare } from './prepare-broadcast.ts'
import { previewCard } from './preview-card.ts'
import { reportCard } from './report-card.ts'
import { watchedBy } from './follow-broadcast.ts'
import { release } from './release-broadcast.ts'

/** Sends it, or asks a second person; once, whoever presses however often. An expired preview is renewed by the press. */
export async function confirmBroadcast(
  turn: Turn,
  kit: Kit,
  { broadcast: id, token }: Named & { token: string },
): Promise<Answer> {
  const { t, now } = turn
  const { tenant } = turn.person
  const found = await kit.store.broadcasts.get(tenant, id)
  const may = mayConfirm(found, token, now)
  if (found === undefined || may === 'unknown') throw new Refusal(t('refusals.notFound'))
  if (may === 'done') return { replace: await seen(turn, kit, found) }
  if (found.token?.value !== token) throw new Refusal(t('broadcasts.refusals.changed'))
  const plan = await planNow(turn, kit, found)
  if (may === 'renew' || isLater(plan, found)) return { replace: await renewed(turn, kit, found) }

  const { counts } = figuresOf(found, await standOf(kit, tenant, id))
  if (counts.total === counts.skipped) throw new Refusal(t('broadcasts.faults.audienceEmpty'))
  const needsApproval = counts.total > kit.settings.approvalAbove
  const approvers = needsApproval ? await approversFor(kit, tenant, found) : []
  if (needsApproval && approvers.length === 0) throw new Refusal(t('broadcasts.refusals.approvalNone'))

  const mine = { is: false }
  const confirmed = await kit.store.broadcasts.change(tenant, id, (current) => {
    mine.is = mayConfirm(current, token, now) === 'confirm'
    if (current === undefined || !mine.is) return current
    const { token: _used, ...rest } = current
    const state = needsApproval ? 'approving' : 'confirmed'
    return { ...rest, ...watchedBy(turn), state, plan: writtenPlan(plan), changedAt: now.toISOString() }
  })
  if (confirmed === undefined) throw new Refusal(t('refusals.notFound'))
  if (!mine.is) return { replace: await seen(turn, kit, confirmed) }
  await kit.audit(turn, {
    what: 'broadcasts.confirm',
    to: id,
    outcome: 'done',
    note: confirmed.override || (confirmed.launch?.waiver ?? ''),
  })
  if (needsApproval) {
    await askApprovers(turn, kit, confirmed, approvers)
    const news = t('broadcasts.news.approvalAsked', { count: approvers.length })
    return { replace: await reportCard(turn, kit, confirmed, news) }
  }
  await release(kit, tenant, confirmed)
  return { replace: await reportCard(turn, kit, confirmed, t('broadcasts.news.confirmed')) }
}

/** Confirmed before, perhaps by a press that a crash cut short: what that left undone is done, once. */
async function seen(turn: Turn, kit: Kit, broadcast: Broadcast) {
  if (broadcast.state === 'confirmed') await release(kit, turn.person.tenant, broadcast)
  if (broadcast.state === 'approving') {
    await askApprovers(turn, kit, broadcast, await approversFor(kit, turn.person.tenant, broadcast))
  }
  const news = broadcast.state === 'cancelled' ? '' : turn.t('broadcasts.news.already')
  return reportCard(turn, kit, broadcast, news)
}

async function renewed(turn: Turn, kit: Kit, broadcast: Broadcast) {
  const fresh = await prepare(turn, kit, broadcast.id, await judgeAnew(turn, kit, broadcast.id, broadcast))
  return previewCard(turn, kit, fresh, turn.t('broadcasts.renewed'))
}

/** The send window has closed, or another one has taken the day, since the preview said when it goes. */
function isLater({ advanceAt, sendAt }: BroadcastPlan, { plan, launch }: Broadcast): boolean {
  if (plan === undefined) return false
  const isPast = (at: Date, said: string) => at.getTime() - Date.parse(said) > TOKEN_MINUTES * 60_000
  const isFirstLater = launch !== undefined && advanceAt !== undefined && isPast(advanceAt, plan.advanceAt)
  return isFirstLater || isPast(sendAt, plan.sendAt)
}
