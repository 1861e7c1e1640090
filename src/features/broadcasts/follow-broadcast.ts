import type { Mailing } from '../../domain/delivery.ts'
import { answerLanguage } from '../../domain/message-language.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { StringKey } from '../../strings.ts'
import type { Address, Kit, Turn } from '../../kit.ts'
import { isDraft } from './find-broadcast.ts'
import { formCard } from './form-card.ts'
import { isLaunchKept, keepLaunch } from './keep-launch.ts'
import { reportCard } from './report-card.ts'

/** The pressed card, once it shows the report, goes on telling how things stand. */
export function watchedBy({ person, place, card }: Turn): Pick<Broadcast, 'watch'> {
  if (card === undefined) return {}
  const { conversation, serviceUrl } = place.address
  const { id, userId, name } = person
  return { watch: { conversation, serviceUrl, activity: card, person: { id, userId, name } } }
}

/** Told by the outbox now and then while a mailing of the broadcast runs, and once at its end. */
export async function followBroadcast(kit: Kit, tenant: string, { message, state }: Mailing): Promise<void> {
  const { broadcast: id } = message
  if (typeof id !== 'string') return
  const broadcast = await kit.store.broadcasts.get(tenant, id)
  if (broadcast?.launch !== undefined && (state === 'ended' || !(await isLaunchKept(kit, tenant, broadcast))))
    await keepLaunch(kit, tenant, broadcast)
  await tellWatcher(kit, tenant, id)
}

/** Puts the newest state into the card that is watched: its report, or the form of what became a draft again. */
export async function tellWatcher(kit: Kit, tenant: string, id: string, news?: StringKey): Promise<void> {
  const broadcast = await kit.store.broadcasts.get(tenant, id)
  const watch = broadcast?.watch
  if (broadcast === undefined || watch === undefined) return
  const person = { tenant, ...watch.person }
  if (!(await kit.roles(person)).has('hr')) return
  const address: Address = { tenant, serviceUrl: watch.serviceUrl, conversation: watch.conversation }
  const { language: choice, locale } = (await kit.store.people.get(tenant, person.id)) ?? {}
  const language = answerLanguage({ text: '', choice, locale, defaultLanguage: kit.settings.defaultLanguage })
  const t = kit.strings(language)
  const turn: Turn = { person, place: { kind: 'own', address }, language, t, now: kit.clock.now() }
  const card = isDraft(broadcast) ? formCard : reportCard
  const message = await card(turn, kit, broadcast, news === undefined ? '' : t(news))
  // The card may be gone; the list still leads to the report.
  await kit.chats.update(address, watch.activity, message).catch(() => undefined)
}
