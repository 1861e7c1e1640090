import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CheckIn, Result, StaffMember } from '../../src/domain/records.ts'
import { hrSections } from '../../src/features/checkins/organisation-results.ts'
import { unitOfStarter } from '../../src/features/checkins/unit-of-starter.ts'
import type { Section } from '../../src/features/checkins/show-results.ts'
import { theQuestions } from '../support/content.ts'
import { aKit, aTurn } from '../support/kit.ts'

const TENANT = 'tenant-1'
/** The week before that of the turn. */
const WEEK = '2026-W47'
const library = { ...aKit().library(), questions: theQuestions() }
const [CORE] = library.questions
const RULE = 'checkins.overview.unitsRule'

type Team = { unit?: string; supervisor?: string; count?: number; sum?: number; question?: string }

const resultOf = (
  { unit, supervisor, count = 6, sum = 36, question = 'C0' }: Team,
  at: number,
): Result & { unit?: string } => ({
  id: `round-${at}`,
  team: `team-${at}`,
  week: WEEK,
  at: '2026-11-20',
  k: 5,
  answers: count,
  rosterSize: count,
  figures: [{ question, kind: 'mean', count, sum, mean: Math.round((sum / count) * 10) / 10 }],
  story: {} as Result['story'],
  supervisor: supervisor ?? `supervisor-${at}`,
  ...(unit !== undefined && { unit }),
})

async function seenByHr(teams: readonly Team[]): Promise<Section[]> {
  const kit = aKit({ library: () => library })
  for (const [at, team] of teams.entries()) {
    await kit.store.results.change(TENANT, `round-${at}`, () => resultOf(team, at))
  }
  return hrSections(aTurn(), kit)
}
const teamsOf = (unit: string | undefined, count: number, more: Team = {}): Team[] =>
  Array.from({ length: count }, () => ({ ...(unit !== undefined && { unit }), ...more }))
const unitsIn = (sections: readonly Section[]): string[] => sections.flatMap(({ team }) => team || [])

describe('HR’s view of the units', () => {
  it('shows each unit by name with its own means, the rule once, and the whole organisation before them', async () => {
    const sections = await seenByHr([
      ...teamsOf('Varhaiskasvatus', 3, { sum: 30 }),
      ...teamsOf('Kotihoito', 3, { sum: 42 }),
      ...teamsOf(undefined, 3),
    ])
    expect(sections.map(({ team, lines }) => [team, ...lines.map(({ value }) => value)])).toEqual([
      ['', '6,0'],
      [''],
      ['Kotihoito', '7,0'],
      ['Varhaiskasvatus', '5,0'],
    ])
    expect(sections.map(({ note }) => note)).toEqual(['checkins.overview.hrRule', RULE, '', ''])
    expect(sections[2]?.lines[0]?.label).toBe(CORE?.text.fi)
  })

  it('says nothing of units where none may be shown', async () => {
    for (const teams of [teamsOf('Kotihoito', 2), teamsOf(undefined, 4), []]) {
      expect((await seenByHr(teams)).map(({ note }) => note)).not.toContain(RULE)
    }
  })

  it('F50 leaves out a unit that is too small, and another one with it, lest the small one could be reckoned', async () => {
    const small = teamsOf('Pieni', 1)
    const sections = await seenByHr([...teamsOf('Kotihoito', 4), ...teamsOf('Varhaiskasvatus', 3), ...small])
    expect(unitsIn(sections)).toEqual(['Kotihoito'])
    expect(unitsIn(await seenByHr([...teamsOf('Kotihoito', 4), ...small]))).toEqual([])
    expect(unitsIn(await seenByHr([...teamsOf('Kotihoito', 4), ...teamsOf(undefined, 1)]))).toEqual([])
  })

  it('shows the core question of each where all figures do not fit the card, and says how many units do not fit', async () => {
    const many = Array.from({ length: 32 }, (_, at) => teamsOf(`Yksikkö ${String(at).padStart(2, '0')}`, 3)).flat()
    const sections = await seenByHr(many)
    expect(sections).toHaveLength(2)
    expect(sections[1]?.team).toBe(CORE?.text.fi)
    expect(sections[1]?.lines).toHaveLength(30)
    expect(sections[1]?.lines[0]).toEqual({ label: 'Yksikkö 00', value: '6,0' })
    expect(sections[1]?.note).toBe(`${RULE} checkins.overview.unitsMore {"count":2}`)
  })

  it('F50 never lets a group that may not be shown be reckoned from the whole and the units, question by question', async () => {
    const unit = fc.constantFrom(undefined, 'a', 'b', 'c', 'd')
    const team = fc.record({
      unit,
      supervisor: fc.integer({ min: 0, max: 8 }).map((n) => `s${n}`),
      count: fc.integer({ min: 5, max: 9 }),
      question: fc.constantFrom('C0', 'C0', 'WL1'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(team, { maxLength: 16, size: 'max' }), async (drawn) => {
        const teams: Team[] = drawn.map(({ unit: its, ...rest }) => ({
          ...rest,
          ...(its !== undefined && { unit: its }),
        }))
        const [whole, ...units] = await seenByHr(teams)
        for (const { id, text } of library.questions.filter(({ id: one }) => ['C0', 'WL1'].includes(one))) {
          const asked = teams.filter(({ question }) => question === id)
          const shows = (section: Section | undefined) => section?.lines.some(({ label }) => label === text.fi) === true
          const shown = units.filter(shows).map(({ team: name }) => name)
          for (const name of shown) expect(isAllowed(asked.filter((one) => one.unit === name))).toBe(true)
          if (!shows(whole)) continue
          expect(isAllowed(asked)).toBe(true)
          const left = asked.filter((one) => one.unit === undefined || !shown.includes(one.unit))
          expect(left.length === 0 || isAllowed(left)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** Privacy rule 12. */
function isAllowed(teams: readonly Team[]): boolean {
  const answers = teams.reduce((sum, { count = 0 }) => sum + count, 0)
  return new Set(teams.map(({ supervisor }) => supervisor)).size >= 3 && teams.length >= 3 && answers >= 15
}

describe('the unit of a team’s check-ins', () => {
  const checkIn = { id: 'team-1', readers: [{ id: 'id-maija', userId: '29:maija', name: 'Maija' }] } as CheckIn
  const imported = async (people: StaffMember[]) => {
    const kit = aKit()
    await kit.store.staff.change(TENANT, 'all', () => ({ id: 'all', people, at: '' }))
    await kit.store.teams.change(TENANT, 'team-1', () => ({
      id: 'team-1',
      name: 'Itä',
      serviceUrl: '',
      channels: [],
      members: [{ id: 'id-maija', userId: '29:maija', staff: 'maija@kunta.fi' }],
    }))
    return unitOfStarter(kit, TENANT, checkIn)
  }

  it('is the starter’s by the import, by object id or by user principal name', async () => {
    expect(await imported([{ id: 'id-maija', unit: 'Kotihoito', roles: ['member'] }])).toBe('Kotihoito')
    expect(await imported([{ id: 'maija@kunta.fi', unit: 'Varhaiskasvatus', roles: ['hr'] }])).toBe('Varhaiskasvatus')
    expect(await imported([{ id: 'id-liisa', unit: 'Kotihoito', roles: ['supervisor'] }])).toBe('')
    expect(await unitOfStarter(aKit(), TENANT, checkIn)).toBe('')
  })
})
