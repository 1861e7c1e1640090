import { firstWeekOf } from '../../domain/calendar.ts'
import { momentText } from '../../domain/dates.ts'
import type { CheckIn } from '../../domain/records.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { openRoundsOf, answerCard } from './answer-checkin.ts'
import { noteCard } from './note-card.ts'
import { cooperationCard, lacksCooperation } from './record-cooperation.ts'
import { begun, demandMayStart, readerOf } from './start-checkins.ts'
import { statusCard } from './status-card.ts'
import {
  channelHere,
  channelOf,
  checkInsOf,
  findCheckIn,
  demandLead,
  memberKey,
  planned,
  readFor,
  respondents,
  starterOf,
  teamName,
} from './team-check-in.ts'

/** The word for check-in: in a channel its settings, in one's own chat the open ones, newest last. */
export async function bringCheckIn(turn: Turn, kit: Kit): Promise<Message> {
  if (turn.place.kind === 'own') return bringOwn(turn, kit)
  const { team } = turn.place
  if (turn.place.kind === 'group' || team === undefined) return noteCard(turn, kit, { note: 'group' })
  const existing = await checkInsOf(kit, turn.person.tenant, team)
  if (existing !== undefined) return statusCard(turn, kit, existing)
  await demandMayStart(turn, kit)
  return formCard(turn, kit)
}

async function bringOwn(turn: Turn, kit: Kit): Promise<Message> {
  const [first, ...more] = await openRoundsOf(turn, kit)
  if (first === undefined) {
    const isForHr = (await lacksCooperation(turn, kit)) && (await kit.roles(turn.person)).has('hr')
    return isForHr ? cooperationCard(turn, kit) : noteCard(turn, kit, { note: 'noneOpen' })
  }
  // The others come as messages of their own, so that each can be answered and changed by itself.
  for (const round of more) await kit.chats.post(turn.place.address, await answerCard(turn, kit, round))
  return answerCard(turn, kit, first)
}

export async function showStatus(turn: Turn, kit: Kit, { team }: { team?: string | undefined }): Promise<Answer> {
  return { replace: await statusCard(turn, kit, await findCheckIn(turn, kit, team)) }
}

export async function showForm(turn: Turn, kit: Kit, { team }: { team?: string | undefined }): Promise<Answer> {
  if (team === undefined || team === '') {
    if (turn.place.team === undefined) throw new Refusal(turn.t('checkins.group.text'))
    if ((await checkInsOf(kit, turn.person.tenant, turn.place.team)) === undefined) {
      await demandMayStart(turn, kit)
      return { replace: await formCard(turn, kit) }
    }
  }
  const found = await findCheckIn(turn, kit, team === '' ? undefined : team)
  await demandLead(turn, kit, found)
  return { replace: await formCard(turn, kit, found) }
}

/** The form to start or change a team's check-ins: who sees what comes first, then choices with good defaults. */
async function formCard(turn: Turn, kit: Kit, existing?: CheckIn): Promise<Message> {
  const { t, language, person, place } = turn
  const { tenant } = person
  const { calendar, threshold, timeZone } = kit.settings
  const channel = existing ? channelOf(tenant, existing) : channelHere(turn)
  const team = existing?.id ?? place.team ?? ''
  const people = await readFor(turn, kit.chats.members(channel))
  const readers = existing?.readers ?? [readerOf(turn)]
  const others = respondents(people, readers, [])
  const k = Math.max(existing?.k ?? 0, threshold)
  const canMeasure = others.length >= k || (existing?.joined.length ?? 0) > 0
  const base = existing ?? { ...begun(turn, kit, team, channel), readers, k }
  const fresh = existing ?? { ...base, firstWeek: firstWeekOf(base.schedule, turn.now, calendar) }
  const { next } = planned({ ...fresh, stopped: false }, turn.now, kit)
  const choices = others.map(({ id, name }) => ({ title: breakBraces(name), value: memberKey(kit, tenant, team, id) }))
  const joinable = existing === undefined ? await joinableFor(turn, kit, team) : []
  return {
    card: 'checkin-form',
    language,
    summary: t('checkins.title'),
    show: { verb: 'checkins.form', team: existing?.key ?? '' },
    data: {
      team:
        existing === undefined
          ? breakBraces((await kit.store.teams.get(tenant, team))?.name ?? '')
          : await teamName(kit, tenant, existing),
      isEdit: existing !== undefined,
      key: existing?.key ?? '',
      tooSmall: canMeasure ? '' : t('checkins.tooSmall', { k }),
      canMeasure,
      weekday: String(base.schedule.weekday),
      time: base.schedule.time,
      closeAfterHours: base.schedule.closeAfterHours,
      every: String(base.schedule.every),
      language: base.language,
      remote: base.worksRemotely ? 'yes' : 'no',
      talkOnly: base.talkOnly || !canMeasure ? 'yes' : 'no',
      members: choices.toSorted((one, other) => one.title.localeCompare(other.title, language)),
      leaveOut: base.leaveOut.map((id) => memberKey(kit, tenant, team, id)).join(','),
      facts: canMeasure
        ? [
            t('checkins.facts.card'),
            t('checkins.facts.anonymous', { k }),
            t('checkins.facts.seen', { count: people.length }),
            t('checkins.facts.use'),
            t('checkins.facts.deleted'),
          ]
        : [t('checkins.facts.talk')],
      preview:
        next === undefined
          ? ''
          : t('checkins.preview', {
              opens: momentText(new Date(next.opens), timeZone, language),
              closes: momentText(new Date(next.closes), timeZone, language),
            }),
      joinable,
    },
  }
}

/** Check-ins of other teams that the same person started: small teams may answer together. */
async function joinableFor(turn: Turn, kit: Kit, team: string): Promise<{ title: string; value: string }[]> {
  const { tenant, id } = turn.person
  const mine = (await kit.store.checkIns.list(tenant)).filter(
    (checkIn) => checkIn.id !== team && starterOf(checkIn).id === id && checkIn.answersWith === undefined,
  )
  return Promise.all(mine.map(async (checkIn) => ({ title: await teamName(kit, tenant, checkIn), value: checkIn.key })))
}
