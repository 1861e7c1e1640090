import { DateTime } from 'luxon'
import { dateText } from '../../domain/dates.ts'
import { Refusal, type Answer, type Door, type Kit, type Message, type Turn } from '../../kit.ts'

/** HR alone says that the procedure was gone through. */
export const COOPERATION_DOOR: Door = { roles: ['hr'], subject: '', elsewhere: 'checkins.cooperation.ownChatOnly' }

/** Whether check-ins may not begin before HR has said when they were dealt with together (Act 449/2007; privacy rule 23). */
export async function lacksCooperation({ person }: Turn, kit: Kit): Promise<boolean> {
  if (!kit.settings.needsCooperation) return false
  return (await kit.store.organisations.get(person.tenant, 'all'))?.cooperation === undefined
}

/** @throws Refusal that says whom to turn to */
export async function demandCooperation(turn: Turn, kit: Kit): Promise<void> {
  if (await lacksCooperation(turn, kit)) throw new Refusal(turn.t('checkins.cooperation.missing'))
}

export async function cooperationCard(turn: Turn, kit: Kit, news = ''): Promise<Message> {
  const { language, t, person, now } = turn
  const { timeZone: zone } = kit.settings
  const known = (await kit.store.organisations.get(person.tenant, 'all'))?.cooperation
  const date = known && dateText(DateTime.fromISO(known, { zone }).toJSDate(), zone, language)
  return {
    card: 'cooperation',
    language,
    summary: t('checkins.cooperation.title'),
    show: { verb: 'checkins.cooperation' },
    data: {
      news,
      state: t(date === undefined ? 'checkins.cooperation.none' : 'checkins.cooperation.known', { date: date ?? '' }),
      date: known ?? DateTime.fromJSDate(now, { zone }).toISODate() ?? '',
    },
  }
}

/** The day on which the procedure was finished; a later word of HR takes its place. */
export async function recordCooperation(turn: Turn, kit: Kit, { date }: { date: string }): Promise<Answer> {
  const { person, now, t } = turn
  const today = DateTime.fromJSDate(now, { zone: kit.settings.timeZone }).toISODate() ?? ''
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && DateTime.fromISO(date).isValid
  if (!isDate || date > today) throw new Refusal(t('checkins.cooperation.wrong'))
  await kit.store.organisations.change(person.tenant, 'all', (current = { id: 'all', weekly: [] }) =>
    current.cooperation === date ? current : { ...current, cooperation: date },
  )
  await kit.audit(turn, { what: 'checkins.cooperate', to: '', outcome: 'done', note: date })
  return { replace: await cooperationCard(turn, kit, t('checkins.cooperation.saved')) }
}
