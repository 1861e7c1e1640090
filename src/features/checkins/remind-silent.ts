import { nextSendMoment } from '../../domain/calendar.ts'
import { answerToken } from '../../domain/sealed-answer.ts'
import type { Job, Kit } from '../../kit.ts'
import type { Member } from '../../ports.ts'
import { currentRound } from './deliver-cards.ts'
import { clear, dueBy, earliest, forEachDue, type DueCheckIn } from './due-check-ins.ts'
import { languagesOf, peopleOf } from './team-check-in.ts'

/** A reminder that comes later than this before the close would be of no use. */
const IN_TIME_MS = 60 * 60_000

/** Brings the card once more to those who have not answered. Who they are is computed, and nothing about it is kept. */
export const remindSilent: Job = {
  name: 'checkins.remind',
  next: (_, kit) => earliest(kit, 'remind'),
  async run(_, kit) {
    const now = kit.clock.now()
    await forEachDue(await dueBy(kit, now, 'remind'), kit, (due) => remind(due, now, kit))
  },
}

/** The run is written down first: a crash ends it, so that nobody is reminded twice (privacy rule 7). */
async function remind({ tenant, checkIn }: DueCheckIn, now: Date, kit: Kit): Promise<void> {
  if (!(await clear(kit, tenant, checkIn.id, 'remind'))) return
  const round = await currentRound(kit, tenant, checkIn)
  if (round === undefined || new Date(round.closes).getTime() - now.getTime() < IN_TIME_MS) return
  if (nextSendMoment(now, kit.settings.calendar) > now) return
  kit.outbox.behind(async () => {
    const silent = await silentOf(kit, tenant, round.id, await peopleOf(kit, tenant, checkIn))
    // From memory: a row of a recipient would tell who has not answered.
    await kit.outbox.send(
      silent.map((to) => ({
        kind: 'checkins.reminder',
        to,
        tenant,
        serviceUrl: checkIn.serviceUrl,
        message: { verb: 'checkins.show', round: round.id },
        language: languagesOf(checkIn.language)[0],
      })),
    )
  })
}

/** Who has not answered yet: each token is computed anew and looked for (privacy rule 4). */
async function silentOf(kit: Kit, tenant: string, round: string, people: readonly Member[]): Promise<Member[]> {
  const [key, roster, box] = await Promise.all([
    kit.roundKeys.read(round),
    kit.store.rosters.get(tenant, round),
    kit.store.answers.get(tenant, round),
  ])
  if (key === undefined || roster === undefined || box === undefined) return []
  const answered = new Set(box.answers.map(({ token }) => token))
  const silent = roster.people.filter((person) => !answered.has(answerToken(key, tenant, person, round)))
  key.fill(0)
  return silent.flatMap((person) => people.find(({ id }) => id === person) ?? [])
}
