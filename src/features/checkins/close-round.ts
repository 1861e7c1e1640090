import { summarise } from '../../domain/checkin-result.ts'
import { tellStory } from '../../domain/checkin-story.ts'
import type { AnswerBox, CheckIn, Result, Round } from '../../domain/records.ts'
import { openAnswer } from '../../domain/sealed-answer.ts'
import type { Kit } from '../../kit.ts'
import { forgetCards } from './deliver-cards.ts'
import { lastWeeks } from './past-results.ts'
import { starterOf } from './team-check-in.ts'
import { unitOfStarter } from './unit-of-starter.ts'

/**
 * Closes a round (privacy rule 8): locks, reads, writes the result that never changes again, removes answers and
 * roster, destroys the key. Every step can be repeated after a crash; where the key is gone, what is written stays. A
 * round that a backup brought back without its key has no result: nobody can read what was answered.
 */
export async function closeRound(
  kit: Kit,
  tenant: string,
  checkIn: CheckIn,
  id: string,
  now: Date,
): Promise<Result | undefined> {
  const round = await kit.store.rounds.get(tenant, id)
  if (round === undefined) return kit.store.results.get(tenant, id)
  const box = await lock(kit, tenant, id)
  const result =
    (await kit.store.results.get(tenant, id)) ?? (await resultOf(kit, { tenant, checkIn, round, now }, box))
  if (result !== undefined) await kit.store.results.change(tenant, id, (earlier) => earlier ?? result)
  await forget(kit, tenant, id)
  return result
}

/** Deletes an open round unread, or what a crash left of its opening. */
export async function discardRound(kit: Kit, tenant: string, id: string): Promise<void> {
  await lock(kit, tenant, id)
  await forget(kit, tenant, id)
}

/** From here on every answer is refused. */
function lock(kit: Kit, tenant: string, id: string): Promise<AnswerBox | undefined> {
  return kit.store.answers.change(tenant, id, (box) => box && { ...box, locked: true })
}

/** Who got a card, answers and roster first, the key only when every copy of them is gone, the round last. */
async function forget(kit: Kit, tenant: string, id: string): Promise<void> {
  await forgetCards(kit, tenant, id)
  await kit.store.answers.change(tenant, id, () => undefined)
  await kit.store.rosters.change(tenant, id, () => undefined)
  await kit.roundKeys.destroy(id)
  await kit.store.rounds.change(tenant, id, () => undefined)
}

type Closing = { tenant: string; checkIn: CheckIn; round: Round; now: Date }

async function resultOf(
  kit: Kit,
  { tenant, checkIn, round, now }: Closing,
  box: AnswerBox | undefined,
): Promise<Result | undefined> {
  const key = await kit.roundKeys.read(round.id)
  if (key === undefined) return undefined
  const answers = (box?.answers ?? []).map(({ token, sealed }) => openAnswer(key, token, sealed))
  key.fill(0)
  const { figures, ...sizes } = summarise({
    k: round.k,
    rosterSize: round.rosterSize,
    questions: round.questions.map(({ id }) => id),
    answers,
  })
  const unit = await unitOfStarter(kit, tenant, checkIn)
  const past = await lastWeeks(kit, tenant, round.team, round.week)
  return {
    id: round.id,
    team: round.team,
    week: round.week,
    at: now.toISOString().slice(0, 10),
    k: round.k,
    ...sizes,
    figures,
    story: tellStory({ figures, bank: kit.library().questions, week: round.week, past }),
    supervisor: kit.opaque('supervisor', tenant, starterOf(checkIn).id),
    ...(unit && { unit }),
  }
}
