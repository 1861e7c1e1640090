/** Attacks that link answers to people, over what copies of a data folder tell (privacy.md, “Proof”). */
import { agreement, mostByChance, mostFixedPoints, Z_BOUND } from './chance.ts'

/** What an attacker has of one round, in the order of its moments, and for scoring what only the round’s key tells. */
export type View = {
  /** The sealed answers at each moment, in the order of the file. */
  boxes: { token: string; sealed: string }[][]
  /** Whose own records changed at each moment. */
  changes: ReadonlySet<string>[]
  /** Everybody who answered – more than the attacker knows – in orders that something stored has. */
  roster: string[]
  recipients: string[]
  list: string[]
  records: string[]
  truth: ReadonlyMap<string, string>
}

/** `score` is more than chance gives where it is above `bound`. */
export type Attack = { name: string; score: number; bound: number }

/** Moments between an answer and what somebody else's record did near it. */
const NEAR = [0, 1, -1, 2, -2, 3, -3]

export function attacks(views: readonly View[]): Attack[] {
  const byOrder = TOKEN_ORDERS.flatMap(([token, tokensOf]) =>
    PERSON_ORDERS.flatMap(([person, peopleOf]): Attack[] => {
      const pairs = views.map((view) => {
        const truly = tokensOf(view).map((one) => view.truth.get(one) ?? '')
        return [truly, peopleOf(view)] as const
      })
      const hits = pairs.map(([truly, guessed]) => truly.filter((one, at) => guessed[at] === one).length)
      const name = `${token} against ${person}`
      return [
        { name: `${name}, one by one`, score: sumOf(hits), bound: mostFixedPoints(views.length) },
        { name: `${name}, in ranks`, score: Math.abs(agreement(pairs)), bound: Z_BOUND },
      ]
    }),
  )
  const arrivalsInBox = views.map((view) => [lastBox(view), arrivals(view)] as const)
  const rosters = views.map(({ roster, list }) => [roster, list] as const)
  const deliveries = views.map(({ recipients, list }) => [recipients, list] as const)
  return [
    ...byOrder,
    { name: 'the order of the box against that of arrival', score: Math.abs(agreement(arrivalsInBox)), bound: Z_BOUND },
    { name: 'the roster against the team’s list', score: Math.abs(agreement(rosters)), bound: Z_BOUND },
    { name: 'who gets a card against the team’s list', score: Math.abs(agreement(deliveries)), bound: Z_BOUND },
    byChangesNear(views),
  ]
}

/** Guesses that an answer is of the one whose record changed nearest to it. */
function byChangesNear(views: readonly View[]): Attack {
  const guesses = views.flatMap((view) =>
    arrivals(view).flatMap((token) => {
      const at = view.boxes.findIndex((box) => box.some((one) => one.token === token))
      const near = NEAR.map((offset) => view.roster.filter((person) => view.changes[at + offset]?.has(person) === true))
      const [guess] = near.find((some) => some.length > 0) ?? []
      return guess === undefined ? [] : [guess === view.truth.get(token)]
    }),
  )
  const fewest = Math.min(...views.map(({ roster }) => roster.length))
  return {
    name: 'the records that changed near an answer',
    score: guesses.filter(Boolean).length,
    bound: mostByChance(guesses.length, 1 / fewest),
  }
}

const lastBox = ({ boxes }: View): string[] => (boxes.at(-1) ?? []).map(({ token }) => token)

/** Tokens in the order in which one copy after the other shows them first. */
export function arrivals({ boxes }: View): string[] {
  return [...new Set(boxes.flatMap((box) => box.map(({ token }) => token)))]
}

function bySealed({ boxes }: View): string[] {
  return (boxes.at(-1) ?? []).toSorted((a, b) => (a.sealed < b.sealed ? -1 : 1)).map(({ token }) => token)
}

/** The order of the last change of each one's own record. */
function byLastChange({ roster, changes }: View): string[] {
  const last = (person: string) => changes.findLastIndex((some) => some.has(person))
  return roster.toSorted((one, other) => last(one) - last(other))
}

const TOKEN_ORDERS: [string, (view: View) => string[]][] = [
  ['the box', lastBox],
  ['arrival', arrivals],
  ['the sealed bytes', bySealed],
]

const PERSON_ORDERS: [string, (view: View) => string[]][] = [
  ['the roster', ({ roster }) => roster],
  ['the list of who gets a card', ({ recipients }) => recipients],
  ['the team’s list', ({ list }) => list],
  ['the order of the people’s records', ({ records }) => records],
  ['the order of the records’ changes', byLastChange],
  ['the alphabet', ({ roster }) => roster.toSorted()],
]

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
