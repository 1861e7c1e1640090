import type { Delivery, Mailing } from '../../domain/delivery.ts'
import { announced, startOf, type Announced } from '../../domain/webinar.ts'
import type { Kit } from '../../kit.ts'
import { noteReminded, signUpsOf } from './attendance.ts'
import { webinarById } from './find-webinar.ts'
import { messageOf, postMessage, toPerson, type Saying } from './post-message.ts'

/**
 * Tells everyone who signed up, once, that a webinar was moved or cancelled, whoever changed it and wherever. What was to
 * go about the old times is cancelled, and what was delivered is changed in place. Safe to repeat after a crash: what
 * people know is written last.
 */
export async function tellNews(kit: Kit, tenant: string, id: string): Promise<void> {
  // Read before it is read what people know: what another process tells of the new times meanwhile is not among them.
  const mailings = await kit.store.mailings.list(tenant)
  const known = (await kit.store.webinars.get(tenant, id))?.announced
  const current = await webinarById(kit, tenant, id)
  const now = kit.clock.now()
  const { announced: next, news } = announced(known, current?.webinar, now)
  if (known === undefined || next === undefined || next === known) return
  if (news !== undefined) {
    const post = kit.opaque('webinars.news', tenant, id, keyOf(next))
    await changeCopies(kit, tenant, id, { mailings, news, post, key: keyOf(next) })
    const signUps = await signUpsOf(kit, tenant, id)
    const before = news === 'cancelled' ? startOf(known) : new Date(Math.min(+startOf(known), +startOf(next)))
    const mailing = { id: post, kind: 'webinars.news', message: messageOf(id, news), before }
    await postMessage(kit, tenant, mailing, signUps.map(toPerson))
    await noteReminded(kit, tenant, signUps)
  }
  await kit.store.webinars.change(tenant, id, (record) =>
    record?.announced?.sequence === known.sequence
      ? { ...record, announced: next, announcedAt: now.toISOString() }
      : record,
  )
}

/** Whether `tellNews` has something to write or to tell. */
export function hasNews(known: Announced | undefined, current: Parameters<typeof announced>[1], now: Date): boolean {
  return known !== undefined && announced(known, current, now).announced !== known
}

function keyOf({ sequence, start, zone, minutes, cancelled }: Announced): string {
  return [sequence, start, zone, minutes, cancelled].join(' ')
}

/** Kinds of messages that tell the times of a webinar. */
const TELLING_TIMES = ['webinars.reminder', 'webinars.seat', 'webinars.soon', 'webinars.news']

async function changeCopies(
  kit: Kit,
  tenant: string,
  webinar: string,
  { mailings, news, post, key }: { mailings: Mailing[]; news: Saying; post: string; key: string },
): Promise<void> {
  const isOutdated = ({ id, kind, does, message }: Mailing) =>
    message['webinar'] === webinar && does === 'post' && TELLING_TIMES.includes(kind) && id !== post
  for (const mailing of mailings.filter(isOutdated)) {
    // That one got a seat is still news; it is told with the new times.
    const isStillNews = mailing.kind === 'webinars.seat'
    if (mailing.state !== 'ended' && !isStillNews) await kit.outbox.cancel(tenant, mailing.id)
    if ((await kit.outbox.counts(tenant, mailing.id)).delivered === 0) continue
    const update = {
      id: kit.opaque('webinars.update', tenant, mailing.id, key),
      kind: 'webinars.update',
      does: 'update' as const,
      message: messageOf(webinar, news),
      language: mailing.language,
      at: kit.clock.now().toISOString(),
      atAnyHour: true,
      isSameForAll: false,
      keepsCopies: true,
    }
    await kit.outbox.post(tenant, update, copiesOf(kit, tenant, mailing.id))
  }
}

async function* copiesOf(kit: Kit, tenant: string, mailing: string): AsyncGenerator<Delivery> {
  for await (const { to, state, copy } of kit.store.ledger.deliveries(tenant, mailing)) {
    if (state === 'delivered' && copy !== undefined) yield { to, state: 'pending', copy }
  }
}
