import type { Delivery, What } from '../../domain/delivery.ts'
import { Refusal, type Kit, type Turn } from '../../kit.ts'
import { isRunning, mailingId, standOf, type Part } from './find-broadcast.ts'

/** What is changed: `withdraw`, or `correct-1` and so on. */
export type Change = { name: string; does: 'update' | 'remove'; messageOf: (part: Part) => What }

/** The id of the mailing that changes what one of the two mailings delivered. */
export function changeId(id: string, part: Part, name: string): string {
  return `${mailingId(id, part)}-${name}`
}

/** How many copies there are to change. @throws Refusal where there is none, or while it goes out */
export async function countCopies({ t, person }: Turn, kit: Kit, id: string): Promise<number> {
  const { main, advance } = await standOf(kit, person.tenant, id)
  if (isRunning(main) || isRunning(advance)) throw new Refusal(t('broadcasts.refusals.running'))
  const count = main.counts.delivered + advance.counts.delivered
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
    const copies = await copiesOf(kit, tenant, mailingId(id, part))
    if (copies.length === 0) continue
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
    await kit.outbox.post(tenant, mailing, copies)
  }
}

/** One that the service gave no id for has no copy: the outbox tells it as failed. */
async function copiesOf(kit: Kit, tenant: string, mailing: string): Promise<Delivery[]> {
  const copies: Delivery[] = []
  for await (const { to, state, copy } of kit.store.ledger.deliveries(tenant, mailing)) {
    if (state === 'delivered') copies.push({ to, state: 'pending', ...(copy !== undefined && { copy }) })
  }
  return copies
}
