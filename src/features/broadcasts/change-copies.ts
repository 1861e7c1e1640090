import { mailingId, type Part } from '../../domain/broadcast.ts'
import type { Delivery, What } from '../../domain/delivery.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'
import { isRunning, standOf } from './find-broadcast.ts'

/** What is changed: `withdraw`, or `correct-1` and so on. */
export type Change = { name: string; does: 'update' | 'remove'; messageOf: (part: Part) => What }

/** The id of the mailing that changes what one of the two mailings delivered. */
export function changeId(id: string, part: Part, name: string): string {
  return `${mailingId(id, part)}-${name}`
}

/** How many copies there are to change. @throws Refusal where there is none or none any more, and while it goes out */
export async function countCopies({ t, person }: Turn, kit: Kit, id: string): Promise<number> {
  const { main, advance } = await standOf(kit, person.tenant, id)
  if (isRunning(main) || isRunning(advance)) throw new Refusal(t('broadcasts.refusals.running'))
  const known = [main, advance].filter(({ mailing }) => mailing !== undefined)
  const count = known.reduce((sum, { counts }) => sum + counts.delivered, 0)
  if (count === 0) throw new Refusal(t('broadcasts.refusals.noCopies'))
  return count
}

/** Changes every delivered copy where it stands, once for the name of the change: supervisors' first, as they came. */
export async function changeCopies(
  { person: { tenant }, now }: Turn,
  kit: Kit,
  id: string,
  { name, does, messageOf }: Change,
): Promise<void> {
  for (const part of ['advance', 'main'] as const) {
    const source = mailingId(id, part)
    if ((await kit.outbox.counts(tenant, source)).delivered === 0) continue
    const mailing = {
      id: changeId(id, part, name),
      kind: does === 'update' ? 'broadcasts.correct' : 'broadcasts.withdraw',
      does,
      message: messageOf(part),
      language: kit.settings.defaultLanguage,
      at: now.toISOString(),
      atAnyHour: true,
      isSameForAll: true,
      keepsCopies: true,
    }
    await kit.outbox.post(tenant, mailing, copiesOf(kit, tenant, source))
  }
}

/** One that the service gave no id for has no copy: the outbox tells it as failed. */
async function* copiesOf(kit: Kit, tenant: string, mailing: string): AsyncGenerator<Delivery> {
  for await (const { to, state, copy } of kit.store.ledger.deliveries(tenant, mailing)) {
    if (state === 'delivered') yield { to, state: 'pending', ...(copy !== undefined && { copy }) }
  }
}
