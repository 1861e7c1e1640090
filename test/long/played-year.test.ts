import { beforeAll, describe, expect, it } from '@jest/globals'
import { aHouse } from '../support/house.ts'
import { CASES, FIRST_DAY, playYear, RULES, type Year } from '../support/played-year.ts'
import { helsinki } from '../support/year-oracle.ts'
import { randomOf, slump, type PlayedTeam } from '../support/year-people.ts'

const SEED = 20_261_231
const LANGUAGES = [['fi'], ['fi'], ['sv'], ['fi', 'sv'], ['en']] as const
const TEAMS = teamsOf(randomOf(SEED))

describe('2026, with its two clock changes, holidays, July and week 53, for thirty teams', () => {
  const house = aHouse({ CLOCK_START: helsinki(FIRST_DAY), SEND_RATE: '1000' })
  let year: Year
  beforeAll(async () => {
    year = await playYear(house, TEAMS, SEED)
  }, 900_000)

  it.each(RULES)('$rule: $sentence', ({ rule }) => {
    const { checked, faults } = year.of(rule)
    expect(faults.slice(0, 3)).toEqual([])
    expect(checked).toBeGreaterThan(0)
  })

  it('meets every case', () => {
    // Of the weeks 2, 3, 4, …; 2, 4, 6, …; 2, 6, 10, … so many are not skipped.
    const rounds = { 1: 45, 2: 23, 4: 12 }
    expect(year.met['round']).toBe(TEAMS.reduce((sum, { every }) => sum + rounds[every], 0))
    expect(CASES.filter((one) => year.met[one] === undefined)).toEqual([])
  })
})

/** Thirty teams of all rhythms and languages, from five who answer to thirteen; the last six share three supervisors. */
function teamsOf(random: () => number): PlayedTeam[] {
  return Array.from({ length: 30 }, (_, at) => {
    const id = `tiimi-${at + 1}`
    const size = 5 + Math.floor(9 * random() * random())
    const pair = Math.floor((at - 24) / 2)
    const from = 2 + Math.floor(40 * random())
    const [depth, ease] = [random(), random() < 0.2 ? 2.5 : 0]
    const fewest = Math.floor(10 + 30 * random())
    return {
      id,
      supervisor: pair < 0 ? `${id}-johto` : `johto-${pair}`,
      people: Array.from({ length: size }, (_, person) => `${id}-${person + 1}`),
      preset: at % 3 === 2 ? 'shift' : 'thursday',
      every: ([1, 2, 4] as const)[pair < 0 ? at % 4 : 0] ?? 1,
      languages: [...(LANGUAGES[pair < 0 ? at % 5 : 0] ?? ['fi'])],
      remote: at % 2 === 0,
      weather: (week) => depth * slump(week, from, from + 10) - (week === fewest + 3 ? 2.5 : 0),
      ease,
      few: [fewest, fewest + 6],
      agreed: [fewest + 1],
    }
  })
}
