import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { parse } from 'yaml'
import { summarise, type Figure } from '../../src/domain/checkin-result.ts'
import { roundQuestions } from '../../src/domain/checkin-rotation.ts'
import {
  carriesBreaksNote,
  carriesDeviceNote,
  isSecondHardRunning,
  tellStory,
  type PastResult,
  type Story,
} from '../../src/domain/checkin-story.ts'
import { checkInsSchema } from '../../src/domain/content.ts'

const file = readFileSync(new URL('../../content/checkins.yaml', import.meta.url), 'utf8')
const bank = checkInsSchema.parse(parse(file))
/** Two years that have a week 53 between them. */
const WEEKS = Array.from({ length: 105 }, (_, week) =>
  DateTime.fromISO('2026-W01-1').plus({ weeks: week }).toFormat("kkkk-'W'WW"),
)
const NOW = WEEKS[60] ?? ''
const weekBefore = (weeks: number): string => WEEKS[60 - weeks] ?? ''

const mean = (question: string, value: number): Figure => ({
  question,
  kind: 'mean',
  count: 10,
  sum: Math.round(value * 10),
  mean: value,
})
const band = (question: string, from: 0 | 4 | 6): Figure => ({ question, kind: 'band', count: 5, from })
const hidden = (question: string): Figure => ({ question, kind: 'hidden' })
const keptC0: Story = { kind: 'keep', question: 'C0', isFall: false, asksAboutLast: false }

/** The story of a card with these figures. */
const tell = (figures: Figure[], past: PastResult[] = []): Story => tellStory({ week: NOW, figures, bank, past })
/** Earlier weeks with these figures of the core question, newest first. */
const earlier = (...figures: Figure[]): PastResult[] =>
  figures.map((figure, place) => ({ week: weekBefore(place + 1), figures: [figure], story: keptC0 }))
/** A result so many weeks before, with the tool that was offered. */
const offered = (tool: string, weeks: number): PastResult => ({
  week: weekBefore(weeks),
  figures: [mean('C0', 7)],
  story: { kind: 'step', question: 'C0', isFall: false, tool, asksAboutLast: false },
})

describe('what the text of a result is about', () => {
  it.each<[string, Figure[], string]>([
    [
      'the lowest below 4, the core question included',
      [mean('C0', 3.1), mean('WL1', 3.9), mean('CL2', 3.2)],
      'C0 hard',
    ],
    ['the lowest below 4 besides it', [mean('C0', 3.8), mean('WL1', 3.9), mean('CL2', 3.2)], 'CL2 hard'],
    ['of equal ones below 4 the first on the card', [mean('C0', 7), mean('WL1', 3.9), mean('CL2', 3.9)], 'WL1 hard'],
    ['the core question of equal ones below 4', [mean('C0', 3.9), mean('WL1', 3.9), mean('CL2', 5)], 'C0 hard'],
    [
      'the lowest low one before a lower core question',
      [mean('C0', 4), mean('WL1', 5.9), mean('CL2', 5.8)],
      'CL2 step',
    ],
    ['of equal low ones the first on the card', [mean('C0', 7), mean('WL1', 4.5), mean('CL2', 4.5)], 'WL1 step'],
    ['the core question, low alone', [mean('C0', 5.9), mean('WL1', 6), mean('CL2', 8)], 'C0 step'],
    ['the core question where nothing is low', [mean('C0', 8), mean('WL1', 6), mean('CL2', 7)], 'C0 keep'],
    ['the core question wherever it stands', [mean('WL1', 6), mean('C0', 8), mean('CL2', 7)], 'C0 keep'],
    ['the core question at exactly 6', [mean('C0', 6), mean('WL1', 6), mean('CL2', 7)], 'C0 keep'],
    ['exactly 4 as no hard case', [mean('C0', 7), mean('WL1', 4), mean('CL2', 7)], 'WL1 step'],
    [
      'the first published where the core question is hidden',
      [hidden('C0'), mean('WL1', 9), mean('CL2', 6)],
      'WL1 keep',
    ],
    ['a band by its lower end', [mean('C0', 5), band('WL1', 4), mean('CL2', 4.1)], 'WL1 step'],
    ['a band below 4 as the lowest', [mean('C0', 0.1), band('WL1', 0), mean('CL2', 4.1)], 'WL1 hard'],
    ['a band of 6 or more as not low', [mean('C0', 7), band('WL1', 6), mean('CL2', 8)], 'C0 keep'],
  ])('is %s', (_, figures, about) => {
    const story = tell(figures)
    expect(story.kind !== 'hidden' && `${story.question} ${story.kind}`).toBe(about)
  })

  it('is nothing where all figures are hidden', () => {
    expect(tell([hidden('C0'), hidden('WL1'), hidden('CL2')])).toEqual({ kind: 'hidden' })
  })
})

describe('the cases of the text', () => {
  it('6 or more: what to keep doing, without a tool', () => {
    expect(tell([mean('C0', 7.2), mean('WL1', 6), mean('CL2', 9)])).toEqual(keptC0)
  })

  it('4–5.9: one small step towards the next number, and a tool', () => {
    expect(tell([mean('C0', 7.2), mean('WL1', 5.4), mean('CL2', 9)])).toEqual({
      kind: 'step',
      question: 'WL1',
      isFall: false,
      next: 6,
      tool: 'aj-nelja',
      asksAboutLast: false,
    })
    expect(tell([mean('C0', 7), mean('WL1', 4.5)])).toMatchObject({ next: 6 })
    expect(tell([mean('C0', 7), mean('WL1', 4.4)])).toMatchObject({ next: 5 })
  })

  it('a band of 4–5.9: the same without a next number', () => {
    expect(tell([mean('C0', 7.2), band('WL1', 4), mean('CL2', 9)])).toEqual({
      kind: 'step',
      question: 'WL1',
      isFall: false,
      tool: 'aj-nelja',
      asksAboutLast: false,
    })
  })

  it('a fall: a small step though the week was not low', () => {
    expect(tell([mean('C0', 8.5), mean('WL1', 9)], earlier(mean('C0', 10), mean('C0', 10), mean('C0', 10)))).toEqual({
      kind: 'step',
      question: 'C0',
      isFall: true,
      next: 10,
      tool: 'sf-asteikko',
      asksAboutLast: false,
    })
  })

  it('below 4: hard, with a tool and without a next number', () => {
    expect(tell([mean('C0', 7.2), mean('WL1', 3.9), mean('CL2', 9)])).toEqual({
      kind: 'hard',
      question: 'WL1',
      isFall: false,
      tool: 'aj-nelja',
      asksAboutLast: false,
    })
  })

  it('below 4 is hard also where it is a fall', () => {
    const past = earlier(mean('C0', 7), mean('C0', 7), mean('C0', 7))
    expect(tell([mean('C0', 3.9), mean('WL1', 7)], past)).toMatchObject({ kind: 'hard', question: 'C0', isFall: true })
  })
})

describe('a fall of the core question', () => {
  const kindAfter = (now: Figure, ...figures: Figure[]): string => tell([now, mean('WL1', 8)], earlier(...figures)).kind

  it('is 1.5 or more below the mean of its last three weeks with a mean', () => {
    expect(kindAfter(mean('C0', 6.3), mean('C0', 8), mean('C0', 7.9), mean('C0', 7.5))).toBe('step')
    expect(kindAfter(mean('C0', 6.4), mean('C0', 8), mean('C0', 7.9), mean('C0', 7.5))).toBe('keep')
    expect(kindAfter(mean('C0', 6.4), mean('C0', 8), mean('C0', 7.9), mean('C0', 7.9), mean('C0', 1))).toBe('step')
  })

  it('does not come of a mean of three that only rounding makes 1.5 higher', () => {
    expect(kindAfter(mean('C0', 6.5), mean('C0', 8), mean('C0', 8), mean('C0', 7.9))).toBe('keep')
  })

  it('needs three weeks with a mean; hidden weeks and bands do not count', () => {
    expect(kindAfter(mean('C0', 6.1), mean('C0', 9), mean('C0', 9))).toBe('keep')
    expect(tell([mean('C0', 4.5)], earlier(mean('C0', 10), mean('C0', 10)))).toMatchObject({ isFall: false })
    expect(kindAfter(mean('C0', 6.1), mean('C0', 9), band('C0', 6), hidden('C0'), mean('C0', 9))).toBe('keep')
    expect(kindAfter(mean('C0', 6.1), band('C0', 0), mean('C0', 9), hidden('C0'), mean('C0', 9), mean('C0', 9))).toBe(
      'step',
    )
  })

  it('is never a band, and never another question', () => {
    const nines = [mean('C0', 9), mean('C0', 9), mean('C0', 9)]
    expect(kindAfter(band('C0', 6), ...nines)).toBe('keep')
    const past = earlier(mean('WL1', 9), mean('WL1', 9), mean('WL1', 9))
    expect(tell([hidden('C0'), mean('WL1', 6.1)], past)).toMatchObject({ kind: 'keep', isFall: false })
  })

  it('comes after a low question: the text is then about that one', () => {
    const past = earlier(mean('C0', 9), mean('C0', 9), mean('C0', 9))
    expect(tell([mean('C0', 6.1), mean('WL1', 5.9)], past)).toMatchObject({ question: 'WL1', isFall: false })
  })
})

describe('the offered tool', () => {
  const low = [mean('C0', 7), mean('WL1', 5)]

  it('is the second one where the first was offered to this team within 8 weeks', () => {
    expect(tell(low, [offered('aj-nelja', 8)])).toMatchObject({ tool: 'ty-kuorma', asksAboutLast: false })
    expect(tell(low, [offered('aj-nelja', 9)])).toMatchObject({ tool: 'aj-nelja', asksAboutLast: false })
    expect(tell(low, [offered('ty-kuorma', 1)])).toMatchObject({ tool: 'aj-nelja', asksAboutLast: false })
  })

  it('gives way to asking about the last one where both were offered', () => {
    const story = tell(low, [offered('aj-nelja', 1), offered('ty-kuorma', 8)])
    expect(story).toMatchObject({ kind: 'step', asksAboutLast: true })
    expect(story).not.toHaveProperty('tool')
  })

  it('is simply absent where both were offered and it is hard', () => {
    const story = tell([mean('C0', 7), mean('WL1', 3)], [offered('aj-nelja', 1), offered('ty-kuorma', 8)])
    expect(story).toEqual({ kind: 'hard', question: 'WL1', isFall: false, asksAboutLast: false })
  })

  it('is absent, without asking about a last one, where the question has left the bank', () => {
    const story = tellStory({ week: NOW, figures: low, bank: bank.filter(({ id }) => id !== 'WL1'), past: [] })
    expect(story).toEqual({ kind: 'step', question: 'WL1', isFall: false, next: 6, asksAboutLast: false })
  })

  it('is counted by ISO weeks over a new year with a week 53', () => {
    const figures = [mean('C0', 7), mean('WL1', 5)]
    const toolAt = (week: string): Story =>
      tellStory({ week, figures, bank, past: [{ ...offered('aj-nelja', 0), week: '2026-W50' }] })
    expect(toolAt('2027-W05')).toMatchObject({ tool: 'ty-kuorma' })
    expect(toolAt('2027-W06')).toMatchObject({ tool: 'aj-nelja' })
  })
})

describe('the notes beside the text', () => {
  it('tells of the duty of the employer where it is hard at two closes running', () => {
    const hard: Story = { kind: 'hard', question: 'WL1', isFall: false, asksAboutLast: false }
    const after = (...stories: Story[]): PastResult[] =>
      stories.map((story, place) => ({ week: weekBefore(place + 1), figures: [], story }))
    expect(isSecondHardRunning(hard, after(hard))).toBe(true)
    expect(isSecondHardRunning(hard, after(keptC0, hard))).toBe(false)
    expect(isSecondHardRunning(hard, after({ kind: 'hidden' }, hard))).toBe(false)
    expect(isSecondHardRunning(keptC0, after(hard))).toBe(false)
    expect(isSecondHardRunning(hard, [])).toBe(false)
  })

  it('takes low breaks to working time and failing devices to IT, whatever the text is about', () => {
    expect(carriesBreaksNote([mean('C0', 3), mean('RE2', 5.9)])).toBe(true)
    expect(carriesBreaksNote([mean('C0', 3), band('RE2', 4)])).toBe(true)
    expect(carriesBreaksNote([mean('RE1', 3), mean('RE2', 6)])).toBe(false)
    expect(carriesBreaksNote([hidden('RE2')])).toBe(false)
    expect(carriesDeviceNote([mean('C0', 3), mean('RP1', 5.9)])).toBe(true)
    expect(carriesDeviceNote([mean('OS1', 5.9)])).toBe(true)
    expect(carriesDeviceNote([mean('RP1', 6), mean('RP2', 3), mean('OS2', 3)])).toBe(false)
  })
})

/** Played weeks of ten teams, and what the text of the rules says of each: nothing of it is shared with the code. */
describe('over a thousand played cards', () => {
  const cards = Array.from({ length: 10 }, (_, team) => playedTeam(team + 1)).flat()

  it('each tells what the rules say', () => {
    expect(cards.length).toBeGreaterThan(270)
    for (const card of cards)
      expect({ ...card.told, story: card.story }).toEqual({ ...card.told, story: byTheRules(card.told) })
  })

  it('every case comes up', () => {
    const seen = new Set(cards.flatMap(({ told, story }) => traits(told.figures, story)))
    expect([...seen].sort()).toEqual([
      'asks about the last tool',
      'band',
      'fall at 6 or more',
      'fall in band 4-5.9',
      'first published for a hidden C0',
      'first tool',
      'hard',
      'hard without a tool',
      'hidden',
      'keep',
      'question of its own',
      'second tool',
      'step',
    ])
  })
})

type Told = { week: string; figures: Figure[]; past: PastResult[] }

/** The weeks of one team whose mood wanders: some weeks left out, some with few answers, some where all agree. */
function playedTeam(seed: number): { told: Told; story: Story }[] {
  const random = randomOf(seed)
  const size = 6 + (seed % 9)
  let mood = 7
  let past: PastResult[] = []
  const played: { told: Told; story: Story }[] = []
  for (const week of WEEKS) {
    if (random() < 0.1) continue
    mood = Math.min(10, Math.max(0, mood + (6.5 - mood) * 0.15 + (random() - 0.5) * 4))
    const questions = roundQuestions(bank, played.length, seed % 2 === 0).map(({ id }) => id)
    const figures = playedFigures(questions, mood, size, random)
    const told = { week, figures, past }
    const story = tellStory({ ...told, bank })
    played.push({ told, story })
    past = [{ week, figures, story }, ...past]
  }
  return played
}

function playedFigures(questions: string[], mood: number, size: number, random: () => number): Figure[] {
  const taking = random() < 0.1 ? 0.3 : 0.95
  const spread = random() < 0.15 ? 0 : 1 + random() * 4
  const silentOnCore = random() < 0.1 ? 0.8 : 0.02
  const levels = questions.map((_, place) => (place === 0 ? mood : mood + (random() - 0.5) * 6))
  const people = Array.from({ length: size }, () => random()).filter((chance) => chance < taking)
  const answers = people.map(() =>
    levels.map((level, place) => {
      const value = Math.min(10, Math.max(0, Math.round(level + (random() - 0.5) * spread)))
      return random() < (place === 0 ? silentOnCore : 0.03) ? undefined : value
    }),
  )
  return summarise({ k: 5, rosterSize: size, questions, answers }).figures
}

/** The rules as content/writing.md words them, in tenths. */
function byTheRules({ week, figures, past }: Told): Story {
  const tenthsOf = (figure: Figure): number => {
    if (figure.kind === 'hidden') return Infinity
    return figure.kind === 'band' ? figure.from * 10 : Math.round(figure.mean * 10)
  }
  const c0 = figures[0]
  if (c0?.question !== 'C0') throw new Error('a card begins with C0')

  const means: number[] = []
  for (const result of past) {
    const old = result.figures[0]
    if (old?.kind === 'mean' && means.length < 3) means.push(tenthsOf(old))
  }
  const [a, b, c] = means
  let fell = false
  if (c0.kind === 'mean' && a !== undefined && b !== undefined && c !== undefined)
    fell = a + b + c >= 3 * (tenthsOf(c0) + 15)

  let about: Figure | undefined
  for (const figure of figures) {
    if (tenthsOf(figure) < 40 && (!about || tenthsOf(figure) < tenthsOf(about))) about = figure
  }
  if (!about) {
    for (const figure of figures.slice(1)) {
      if (tenthsOf(figure) < 60 && (!about || tenthsOf(figure) < tenthsOf(about))) about = figure
    }
  }
  if (!about && c0.kind !== 'hidden') about = c0
  about ??= figures.find((figure) => figure.kind !== 'hidden')
  if (!about) return { kind: 'hidden' }

  const { question } = about
  const isFall = fell && question === 'C0'
  const value = tenthsOf(about)
  if (value >= 60 && !isFall) return { kind: 'keep', question, isFall, asksAboutLast: false }

  const [first = '', second = ''] = bank.find(({ id }) => id === question)?.offers ?? []
  const wasOffered = (tool: string): boolean =>
    past.some((old) => {
      const weeks = WEEKS.indexOf(week) - WEEKS.indexOf(old.week)
      return weeks <= 8 && old.story.kind !== 'hidden' && old.story.tool === tool
    })
  const offer = !wasOffered(first) ? { tool: first } : !wasOffered(second) ? { tool: second } : {}
  if (value < 40) return { kind: 'hard', question, isFall, ...offer, asksAboutLast: false }
  const next = about.kind === 'mean' ? { next: Math.floor((value + 5) / 10) + 1 } : {}
  return { kind: 'step', question, isFall, ...next, ...offer, asksAboutLast: !('tool' in offer) }
}

/** What a card is an example of. */
function traits(figures: Figure[], story: Story): string[] {
  if (story.kind === 'hidden') return ['hidden']
  const about = figures.find(({ question }) => question === story.question)
  const offers = bank.find(({ id }) => id === story.question)?.offers ?? []
  const isHigh = about?.kind === 'mean' && about.mean >= 6
  return [
    story.kind,
    about?.kind === 'band' && 'band',
    story.isFall && (isHigh ? 'fall at 6 or more' : story.kind === 'step' && 'fall in band 4-5.9'),
    figures[0]?.kind === 'hidden' && story.kind === 'keep' && 'first published for a hidden C0',
    story.question !== 'C0' && 'question of its own',
    story.tool !== undefined && (story.tool === offers[0] ? 'first tool' : 'second tool'),
    story.asksAboutLast && 'asks about the last tool',
    story.kind === 'hard' && story.tool === undefined && 'hard without a tool',
  ].filter((trait) => trait !== false)
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
