/** Teams of a played year and a seeded model of how their people feel and answer. */
import type { Choice, Preset, Question, Tongue } from './year-oracle.ts'

export type PlayedTeam = {
  id: string
  supervisor: string
  people: string[]
  preset: Preset
  every: 1 | 2 | 4
  languages: [Tongue, ...Tongue[]]
  remote: boolean
  /** How many points better or worse than its people's moods a week is. */
  weather: (week: number) => number
  /** How many points easier its other questions are than the week as a whole. */
  ease: number
  /** Weeks in which three people answer. */
  few: readonly number[]
  /** Weeks in which everybody chooses the same. */
  agreed: readonly number[]
}

export type Person = { id: string; mood: number; diligence: number; lateness: number; doubt: number }

/** What people will answer, before and after the reminder. */
export type Choices = { early: Map<string, Choice[]>; late: Map<string, Choice[]> }

export function personOf(id: string, random: () => number): Person {
  return {
    id,
    mood: 6.6 + 2.2 * random(),
    diligence: 0.65 + 0.35 * random(),
    lateness: 0.5 * random(),
    doubt: 0.12 * random(),
  }
}

/** `leanings`: how many points easier or harder a question is for this team; drawn when it comes first. */
export function choicesOf(
  { team, people, leanings }: { team: PlayedTeam; people: readonly Person[]; leanings: Map<string, number> },
  week: number,
  questions: readonly Question[],
  random: () => number,
): Choices {
  const early = new Map<string, Choice[]>()
  const late = new Map<string, Choice[]>()
  for (const { id } of questions)
    if (!leanings.has(id)) leanings.set(id, id === 'C0' ? 0 : team.ease + 1 - 3 * random())
  const willing = people.filter(({ diligence }) => random() < diligence)
  for (const { id, mood, lateness, doubt } of team.few.includes(week) ? willing.slice(0, 3) : willing) {
    const choices = questions.map((question, at): Choice => {
      const noise = (random() + random() + random() - 1.5) * 2
      const felt = mood + team.weather(week) + (leanings.get(question.id) ?? 0) + noise
      const isDoubtful = random() < doubt
      if (team.agreed.includes(week)) return at === 1 ? 5 : 7
      return isDoubtful ? 'na' : Math.min(10, Math.max(0, Math.round(felt)))
    })
    ;(random() < lateness ? late : early).set(id, choices)
  }
  return { early, late }
}

/** Down to five points and a half worse in the middle of these weeks. */
export function slump(week: number, from: number, to: number): number {
  if (week < from || week > to) return 0
  const middle = (from + to) / 2
  return -5.5 * Math.min(1, 1.6 * (1 - Math.abs(week - middle) / (to - middle + 1)))
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
