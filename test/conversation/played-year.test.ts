import { beforeAll, describe, expect, it } from '@jest/globals'
import { aHouse } from '../support/house.ts'
import { CASES, FIRST_DAY, playYear, RULES, type Year } from '../support/played-year.ts'
import { helsinki } from '../support/year-oracle.ts'
import { slump, type PlayedTeam } from '../support/year-people.ts'

const SEED = 20_260_105

const TEAMS: PlayedTeam[] = [
  {
    id: 'itä',
    supervisor: 'maija',
    people: ['antti', 'linnea', 'fatima', 'jukka', 'sari', 'veikko', 'oona'],
    preset: 'thursday',
    every: 1,
    languages: ['fi'],
    remote: true,
    // It drifts below 4 in the autumn and recovers; two single weeks fall.
    weather: (week) => ({ 12: -2.4, 24: -2.6 })[week] ?? slump(week, 37, 46),
    ease: 0,
    few: [9, 22, 35],
    agreed: [16, 33],
  },
  {
    id: 'yö',
    supervisor: 'henrik',
    people: ['y1', 'y2', 'y3', 'y4', 'y5', 'y6'],
    preset: 'shift',
    every: 1,
    languages: ['fi'],
    remote: false,
    // A whole that is worse than its parts: the tools of the core question run out.
    weather: (week) => (week > 40 ? -2.3 : 0),
    ease: 2.5,
    few: [11],
    agreed: [],
  },
  {
    id: 'väst',
    supervisor: 'ulla',
    people: Array.from({ length: 12 }, (_, at) => `v${at + 1}`),
    preset: 'thursday',
    every: 2,
    languages: ['sv'],
    remote: true,
    weather: (week) => slump(week, 12, 22),
    ease: 0,
    few: [32],
    agreed: [36],
  },
]

describe('2026, with its two clock changes, holidays, July and week 53, for three teams', () => {
  const house = aHouse({ CLOCK_START: helsinki(FIRST_DAY) })
  let year: Year
  beforeAll(async () => {
    year = await playYear(house, TEAMS, SEED)
  }, 240_000)

  it.each(RULES)('$rule: $sentence', ({ rule }) => {
    const { checked, faults } = year.of(rule)
    expect(faults.slice(0, 3)).toEqual([])
    expect(checked).toBeGreaterThan(0)
  })

  it('meets every case', () => {
    // 45 weeks are not skipped; of the even ones 23.
    expect(year.met['round']).toBe(45 + 45 + 23)
    expect(CASES.filter((one) => year.met[one] === undefined)).toEqual([])
  })
})
