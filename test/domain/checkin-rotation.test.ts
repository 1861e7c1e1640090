import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { roundQuestions, talkQuestion } from '../../src/domain/checkin-rotation.ts'
import { checkInsSchema } from '../../src/domain/content.ts'

const file = readFileSync(new URL('../../content/checkins.yaml', import.meta.url), 'utf8')
const bank = checkInsSchema.parse(parse(file))
const CARDS = 270

const card = (round: number, worksRemotely: boolean): string[] =>
  roundQuestions(bank, round, worksRemotely).map(({ id }) => id)
const cards = (worksRemotely: boolean): string[][] =>
  Array.from({ length: CARDS }, (_, round) => card(round, worksRemotely))
const talk = (number: number, worksRemotely = true): string => talkQuestion(bank, number, worksRemotely).id

/** Every run of so many cards, without the core question. */
function runs(all: string[][], length: number): string[][] {
  const starts = Array.from({ length: all.length - length + 1 }, (_, start) => start)
  return starts.map((start) => all.slice(start, start + length).flatMap(([, ...two]) => two))
}

describe('the rotation of questions', () => {
  it('begins with these cards', () => {
    expect(Array.from({ length: 9 }, (_, round) => card(round, true))).toEqual([
      ['C0', 'WL1', 'CL2'],
      ['C0', 'CO3', 'RE1'],
      ['C0', 'PR2', 'PS3'],
      ['C0', 'CH1', 'SU2'],
      ['C0', 'RP3', 'WL2'],
      ['C0', 'CL3', 'CO1'],
      ['C0', 'RE2', 'PR3'],
      ['C0', 'PS1', 'CH2'],
      ['C0', 'SU3', 'RP1'],
    ])
  })

  it('asks of the place of work where a team does no remote work, and is the same otherwise', () => {
    const onsite = cards(false).map((ids) => ids.map((id) => id.replace('OS', 'RP')))
    expect(card(4, false)).toEqual(['C0', 'OS3', 'WL2'])
    expect(card(8, false)).toEqual(['C0', 'SU3', 'OS1'])
    expect(onsite).toEqual(cards(true))
  })

  it.each([
    ['remotely', true, 'onsite'],
    ['on site', false, 'remote'],
  ] as const)(
    'asks a team that works %s all its 27 questions within 14 cards, and none again within 13',
    (_, remote, other) => {
      const all = cards(remote)
      const itsQuestions = bank
        .filter(({ dimension }) => dimension !== 'core' && dimension !== other)
        .map(({ id }) => id)
        .sort()
      expect(itsQuestions).toHaveLength(27)
      expect(all.every(([first, ...two]) => first === 'C0' && two.length === 2)).toBe(true)
      for (const run of runs(all, 14)) expect([...new Set(run)].sort()).toEqual(itsQuestions)
      for (const run of runs(all, 13)) expect(new Set(run).size).toBe(26)
    },
  )

  it('gives a team that only talks one question at a time in the same order, never that of the whole week', () => {
    const inCards = runs(cards(true), CARDS)[0] ?? []
    expect(Array.from({ length: 2 * CARDS }, (_, number) => talk(number))).toEqual(inCards)
    expect(talk(0)).toBe('WL1')
    expect(talk(8, false)).toBe('OS3')
    expect(inCards).not.toContain('C0')
  })

  it('takes in a question that was added to a dimension', () => {
    const model = bank.find(({ id }) => id === 'WL3')
    if (!model) throw new Error('no WL3')
    const grown = [...bank, { ...model, id: 'WL4' }]
    const asked = Array.from({ length: 18 }, (_, round) => roundQuestions(grown, round, true).map(({ id }) => id))
    expect(asked.flat()).toContain('WL4')
  })

  it('says which dimension a bank lacks', () => {
    const without = bank.filter(({ dimension }) => dimension !== 'clarity')
    expect(() => roundQuestions(without, 0, true)).toThrow('none of clarity')
  })
})
