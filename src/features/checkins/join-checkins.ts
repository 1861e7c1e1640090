import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { begun, demandMayStart, readerOf } from './start-checkins.ts'
import { statusCard } from './status-card.ts'
import { channelHere, demandLead, findCheckIn } from './team-check-in.ts'

/** Lets a small team answer together with another team of the same starter. */
export async function joinCheckIns(turn: Turn, kit: Kit, { with: key }: { with: string }): Promise<Answer> {
  const { place, person, t } = turn
  if (place.kind !== 'channel' || place.team === undefined) throw new Refusal(t('checkins.group.text'))
  await demandMayStart(turn, kit)
  const other = await findCheckIn(turn, kit, key)
  await demandLead(turn, kit, other)
  if (other.id === place.team || other.answersWith !== undefined) throw new Refusal(t('refusals.notFound'))
  const team = place.team
  const own = await kit.store.checkIns.change(person.tenant, team, (current) =>
    current === undefined
      ? { ...begun(turn, kit, team, channelHere(turn)), readers: [readerOf(turn)], k: other.k, answersWith: other.id }
      : current,
  )
  // A schedule of its own came first: it stands, and is shown.
  if (own !== undefined && own.answersWith !== other.id) return { replace: await statusCard(turn, kit, own) }
  const joined = await kit.store.checkIns.change(
    person.tenant,
    other.id,
    (current) => current && { ...current, talkOnly: false, joined: [...new Set([...current.joined, team])] },
  )
  return { replace: await statusCard(turn, kit, joined ?? other, t('checkins.news.joined')) }
}
