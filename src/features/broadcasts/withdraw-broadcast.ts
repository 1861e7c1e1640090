import { mailingId } from '../../domain/broadcast.ts'
import type { Answer, Kit, Turn } from '../../kit.ts'
import { changeCopies, countCopies } from './change-copies.ts'
import { changeBroadcast, findBroadcast, type Named } from './find-broadcast.ts'
import { watchedBy } from './follow-broadcast.ts'
import { keepLaunch } from './keep-launch.ts'
import { reportCard } from './report-card.ts'

/** Takes back every delivered copy; what still waited does not go out. Pressed again, it does what a crash left undone. */
export async function withdrawBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const { tenant } = turn.person
  const found = await findBroadcast(turn, kit, id)
  const count = await countCopies(turn, kit, id)
  await kit.outbox.cancel(tenant, mailingId(id, 'main'))
  await kit.outbox.cancel(tenant, mailingId(id, 'advance'))
  const changedAt = turn.now.toISOString()
  const withdrawn = await changeBroadcast(turn, kit, id, (current) =>
    current.withdrawn ? current : { ...current, ...watchedBy(turn), withdrawn: true, changedAt },
  )
  await keepLaunch(kit, tenant, withdrawn)
  if (!found.withdrawn) await kit.audit(turn, { what: 'broadcasts.withdraw', to: id, outcome: 'done', note: '' })
  await changeCopies(turn, kit, id, {
    name: 'withdraw',
    does: 'remove',
    // The id tells the watched card which one it is; the notice does without.
    messageOf: () => ({ verb: 'welcome.notice', notice: 'takenBack', broadcast: id }),
  })
  return { replace: await reportCard(turn, kit, withdrawn, turn.t('broadcasts.news.withdrawn', { count })) }
}
