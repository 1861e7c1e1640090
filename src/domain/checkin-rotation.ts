/** Which questions a card asks (content/writing.md, "Rotation"). All indexes count from 0. */
import type { Question } from './content.ts'

const ROTATING = [
  'workload',
  'clarity',
  'connection',
  'recovery',
  'progress',
  'psych_safety',
  'change',
  'support',
] as const satisfies Question['dimension'][]

/**
 * The questions of one card, in its order: the core question and two more. `round` counts the rounds opened for this team
 * before this one. With three items in each dimension, all 27 come within 14 cards, and none again within 13.
 */
export function roundQuestions(bank: readonly Question[], round: number, worksRemotely: boolean): Question[] {
  const slots = [2 * round, 2 * round + 1]
  return [itemOf(bank, 'core', 0), ...slots.map((slot) => rotated(bank, slot, worksRemotely))]
}

/** What a team that only talks is asked. `talk` counts its talks before this one; the core question never comes. */
export function talkQuestion(bank: readonly Question[], talk: number, worksRemotely: boolean): Question {
  return rotated(bank, talk, worksRemotely)
}

function rotated(bank: readonly Question[], slot: number, worksRemotely: boolean): Question {
  const dimensions = [...ROTATING, worksRemotely ? 'remote' : 'onsite'] as const
  const index = slot % dimensions.length
  const lap = Math.floor(slot / dimensions.length)
  return itemOf(bank, dimensions[index], lap + index)
}

function itemOf(bank: readonly Question[], dimension: Question['dimension'] | undefined, turn: number): Question {
  const items = bank.filter((question) => question.dimension === dimension)
  const item = items[turn % items.length]
  if (!item) throw new Error(`The bank of check-in questions has none of ${String(dimension)}`)
  return item
}
