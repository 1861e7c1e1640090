import { DateTime } from 'luxon'
import { nextSendMoment } from '../../domain/calendar.ts'
import type { CheckIn, Result } from '../../domain/records.ts'
import { Refusal, type Answer, type Job, type Kit, type Message, type Turn } from '../../kit.ts'
import { dueBy, earliest, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import { noteCard } from './note-card.ts'
import { findReadersResult } from './past-results.ts'
import { postMailing, toPerson } from './post-mailing.ts'
import { languagesOf, starterOf, teamName, without } from './team-check-in.ts'

/** A follow-up that is later than this asks about something that nobody remembers. */
const LATE = { days: 7 }

/** A week after a tool was offered: did it help, and what next? To the supervisor. */
export const followUp: Job = {
  name: 'checkins.follow-up',
  next: (_, kit) => earliest(kit, 'followUp'),
  async run(_, kit) {
    const now = kit.clock.now()
    await forEachDue(await dueBy(kit, now, 'followUp'), kit, (due) => ask(due, now, kit))
  },
}

async function ask({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  const moment = nextSendMoment(now, kit.settings.calendar)
  const isDue = ({ at }: Ask) => new Date(at) <= now
  const isUseful = ({ at }: Ask) => DateTime.fromISO(at).plus(LATE).toJSDate() >= moment
  const asked = moment > now ? [] : (checkIn.asks ?? []).filter((one) => isDue(one) && isUseful(one))
  for (const { round } of asked) await postFollowUp(kit, tenant, checkIn, round)
  await kit.store.checkIns.change(tenant, checkIn.id, (current) => {
    const asks = (current?.asks ?? []).flatMap((one) => {
      if (!isDue(one)) return [one]
      return moment > now && isUseful(one) ? [{ ...one, at: moment.toISOString() }] : []
    })
    return current && withAsks(current, asks)
  })
}

async function postFollowUp(kit: Kit, tenant: string, checkIn: CheckIn, round: string): Promise<void> {
  if ((await kit.store.results.get(tenant, round)) === undefined) return
  await postMailing(
    kit,
    tenant,
    {
      id: kit.opaque('checkins.followUp', round),
      kind: 'checkins.followUp',
      message: { verb: 'checkins.followUp', round },
      language: languagesOf(checkIn.language)[0],
    },
    [toPerson(starterOf(checkIn), checkIn.serviceUrl)],
  )
}

type Ask = NonNullable<CheckIn['asks']>[number]

/** The check-ins with these questions still to ask; weeks with a tool may follow each other closer than their questions. */
export function withAsks(checkIn: CheckIn, asks: readonly Ask[]): CheckIn {
  const sorted = asks.toSorted((one, other) => one.at.localeCompare(other.at))
  const rest = { ...without(checkIn, 'followUp'), asks: sorted }
  const [first] = sorted
  return first === undefined ? rest : { ...rest, due: { ...rest.due, followUp: first.at } }
}

export async function showFollowUp(turn: Turn, kit: Kit, { round }: { round: string }): Promise<Answer> {
  return { replace: await followUpCard(turn, kit, (await findReadersResult(turn, kit, round)).result) }
}

async function followUpCard(turn: Turn, kit: Kit, result: Result): Promise<Message> {
  const { t, language, person } = turn
  const checkIn = await kit.store.checkIns.get(person.tenant, result.team)
  return {
    card: 'checkin-follow-up',
    language,
    summary: t('checkins.followUp.summary'),
    show: { verb: 'checkins.followUp', round: result.id },
    data: {
      round: result.id,
      team: checkIn === undefined ? '' : await teamName(kit, person.tenant, checkIn),
      toolTitle: toolOf(kit, result)?.text[language].title ?? '',
      text: t('checkins.followUp.text'),
    },
  }
}

/** Keeps how the tool helped, without name or team: HR sees it by theme, as totals of several. */
export async function noteHelp(
  turn: Turn,
  kit: Kit,
  { round, helped, next }: { round: string; helped: string; next: string },
): Promise<Answer> {
  const { result } = await findReadersResult(turn, kit, round)
  const tool = toolOf(kit, result)
  if (tool === undefined) throw new Refusal(turn.t('refusals.notFound'))
  const id = kit.opaque('follow-up', turn.person.tenant, result.id)
  const at = turn.now.toISOString().slice(0, 10)
  // On the same day it can be mended; after that it may have been counted.
  await kit.store.followUps.change(turn.person.tenant, id, (earlier) =>
    earlier !== undefined && earlier.at !== at
      ? earlier
      : { id, theme: tool.theme, tool: tool.id, helped: Number(helped), next, at },
  )
  return { replace: await noteCard(turn, kit, { note: 'helped' }) }
}

function toolOf(kit: Kit, { story }: Result) {
  return story.kind === 'hidden' ? undefined : kit.library().tools.get(story.tool ?? '')
}
