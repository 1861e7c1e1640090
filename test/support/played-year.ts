/** A year of check-ins, played on the real bot by a seeded model of people, and held against the oracle. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { buttonsOf, buttonsWith, cardOf, elementsOf, wordsOf } from './bot.ts'
import { answers, aTeamWith, inChannel, inOwnChat, moveTo, roundOn, sentTo, starts, textsOf } from './check-ins.ts'
import type { CardJson } from './connector.ts'
import type { House } from './house.ts'
import { storedIn } from './stored.ts'
import { choicesOf, personOf, randomOf, type Choices, type Person, type PlayedTeam } from './year-people.ts'
import {
  chartOf,
  figuresOf,
  followUpOf,
  helsinki,
  isDayOff,
  LAW,
  momentsOf,
  PROMISED,
  promise,
  questionsOf,
  shown,
  storyOf,
  told,
  toolTitle,
  weekName,
  weekShown,
  type Choice,
  type Figure,
  type Moments,
  type Past,
  type Question,
} from './year-oracle.ts'

export const FIRST_DAY = '2026-01-05T07:30'
const LAST_DAY = '2027-01-10T20:00'
const LAST_WEEK = 54
const PRESETS = {
  thursday: { weekday: '4', time: '14:00', closeAfterHours: '22' },
  shift: { weekday: '1', time: '09:00', closeAfterHours: '99' },
}

/** What a year is held to. */
export const RULES = [
  { rule: 'moments', sentence: 'opens, reminds and closes at the listed moments, and does nothing between them' },
  { rule: 'window', sentence: 'sends nothing outside 8–16 or on a day off' },
  {
    rule: 'recipients',
    sentence: 'sends each what is theirs, once: one round a team and week, one reminder to the silent alone',
  },
  {
    rule: 'questions',
    sentence: 'asks the questions of the rotation, in the language of the team, with who sees what',
  },
  { rule: 'answers', sentence: 'thanks whoever answers, and takes the last of two answers' },
  { rule: 'figures', sentence: 'shows the means, bands and counts that the answers make, and nothing that is hidden' },
  { rule: 'texts', sentence: 'tells what the figures are a case of' },
  { rule: 'tools', sentence: 'offers a tool that was not offered for eight weeks, or none' },
  { rule: 'chart', sentence: 'draws the published means of the last twelve weeks, each as it was' },
  {
    rule: 'briefings',
    sentence: 'tells the supervisor the same, what was promised, and the law at the second hard close running',
  },
  { rule: 'follow-ups', sentence: 'asks a week after an offered tool whether it helped' },
  { rule: 'results', sentence: 'keeps the figures as they were published' },
  { rule: 'leavings', sentence: 'keeps nothing else of a closed round, in no file' },
  { rule: 'history', sentence: 'shows the last weeks again on the word for results' },
  { rule: 'log', sentence: 'logs no error' },
] as const

/** Cases that a year is to meet. */
export const CASES = [
  'hidden',
  'keep',
  'step',
  'hard',
  'fall',
  'band',
  'one hidden',
  'second tool',
  'asked about the last tool',
  'law',
  'recovery',
  'reminder',
  'follow-up',
  'chart with a gap',
]

type Rule = (typeof RULES)[number]['rule']

/** What a year showed, rule by rule. */
export class Year {
  readonly #rules = new Map<Rule, { checked: number; faults: unknown[] }>()
  /** How often something was met that a year is to meet. */
  readonly met: Record<string, number> = {}

  check(rule: Rule, where: string, got: unknown, expected: unknown): void {
    const found = this.#rules.get(rule) ?? { checked: 0, faults: [] }
    this.#rules.set(rule, found)
    found.checked += 1
    if (!isDeepStrictEqual(got, expected)) found.faults.push({ where, got, expected })
  }

  meets(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1
  }

  of(rule: Rule): { checked: number; faults: unknown[] } {
    return this.#rules.get(rule) ?? { checked: 0, faults: [] }
  }
}

type Playing = {
  team: PlayedTeam
  /** Rounds opened so far. */
  opened: number
  /** Newest first. */
  past: Past[]
  people: Person[]
  /** How many points easier or harder a question is for this team. */
  leanings: Map<string, number>
  open?: OpenRound
}

type OpenRound = Choices & {
  id: string
  week: number
  questions: Question[]
  moments: Moments
  answered: Map<string, Choice[]>
}

const EVENTS = ['checkins.close', 'checkins.open', 'checkins.remind', 'checkins.follow-up'] as const
type Event = { kind: (typeof EVENTS)[number]; of: Playing; week: number; tool?: string; round?: string }

/** A message that is to come: to whom, how it is known there, for which round if several come, and what it must say. */
type Expected = { to: string; kind: CardKind; round?: string; holds: (card: CardJson) => void }
type CardKind = 'answer' | 'followUp' | 'result' | 'other'

/** Plays from Monday 5.1.2026 into January 2027. The clock of the house starts at FIRST_DAY or before. */
export async function playYear(house: House, teams: readonly PlayedTeam[], seed: number): Promise<Year> {
  const year = new Year()
  const random = randomOf(seed)
  const playing = teams.map((team): Playing => {
    const people = team.people.map((id) => personOf(id, random))
    return { team, opened: 0, past: [], people, leanings: new Map() }
  })
  await moveTo(house, helsinki('2026-01-05T08:00'))
  for (const { team } of playing) await start(house, team)

  try {
    await playAll({ house, year, random, agenda: agendaOf(playing) })
    for (const one of playing) await lookBack(house, year, one)
  } catch (error) {
    // What was checked until then says more than that it stopped.
    year.check('moments', 'the year stopped', String(error), '')
  }
  year.check('follow-ups', 'the whole year', year.met['follow-up'], year.met['follow-up due'])
  const errors = house.bot.log.filter(({ level }) => Number(level) >= 50)
  year.check('log', 'the whole year', errors, [])
  return year
}

type Stage = { house: House; year: Year; random: () => number; agenda: Map<string, Event[]> }

async function playAll(stage: Stage): Promise<void> {
  const { house, year, agenda } = stage
  for (;;) {
    const at = [...agenda.keys()].sort()[0]
    if (at === undefined) break
    const events = (agenda.get(at) ?? []).toSorted(
      (one, other) => EVENTS.indexOf(one.kind) - EVENTS.indexOf(other.kind),
    )
    agenda.delete(at)
    await silence(house, year, minuteBefore(at))
    await play(stage, at, events)
  }
  await silence(house, year, LAST_DAY)
}

async function start(house: House, { id, supervisor, people, preset, every, languages, remote }: PlayedTeam) {
  await aTeamWith(house, id, [supervisor, ...people])
  const started = await starts(house, id, supervisor, {
    ...PRESETS[preset],
    every: String(every),
    language: languages.join('+'),
    remote: remote ? 'yes' : 'no',
  })
  if (started.text !== '') throw new Error(`${id} did not start: ${started.text}`)
}

function agendaOf(playing: readonly Playing[]): Map<string, Event[]> {
  const agenda = new Map<string, Event[]>()
  for (const of of playing)
    for (let week = 2; week <= LAST_WEEK; week += of.team.every) {
      const moments = momentsOf(of.team.preset, week)
      if (moments === undefined) continue
      add(agenda, moments.opens, { kind: 'checkins.open', of, week })
      add(agenda, moments.reminds, { kind: 'checkins.remind', of, week })
      add(agenda, moments.closes, { kind: 'checkins.close', of, week })
    }
  return agenda
}

function add(agenda: Map<string, Event[]>, at: string, event: Event): void {
  agenda.set(at, [...(agenda.get(at) ?? []), event])
}

/** Until then nothing runs but what tidies up, and nothing is sent. */
async function silence(house: House, year: Year, to: string): Promise<void> {
  const { sent: posted } = house.connector
  posted.length = 0
  const ran = await moveTo(house, helsinki(to))
  const sent = posted.map(({ conversation, body }) => ({ conversation, summary: body.summary }))
  year.check('moments', `until ${to}`, { ran: ofCheckIns(ran), sent }, { ran: [], sent: [] })
}

async function play(stage: Stage, at: string, events: readonly Event[]): Promise<void> {
  const { house, year } = stage
  const closing = events.filter(({ kind }) => kind === 'checkins.close')
  const before = closing.length === 0 ? undefined : await storedIn(house.bot.dataDir)
  house.connector.sent.length = 0
  const ran = await moveTo(house, helsinki(at))
  year.check('moments', at, ofCheckIns(ran), [...new Set(events.map(({ kind }) => kind))])
  const [day = '', time = ''] = at.split('T')
  year.check('window', at, isDayOff(day) || time < '08:00' || time > '16:00', false)

  const expected = events.flatMap((event) => {
    if (event.kind === 'checkins.open') return opening(stage, at, event)
    if (event.kind === 'checkins.remind') return reminder(stage, at, event)
    return event.kind === 'checkins.close' ? closeOf(stage, at, event) : followUp(stage, at, event)
  })
  receive(stage, at, [...expected, ...briefings(stage, at, closing)])

  await Promise.all(
    events.map(async ({ kind, of: { open } }) => {
      if (kind === 'checkins.open' && open) await answerAll(house, year, open, open.early)
      if (kind === 'checkins.remind' && open) await answerAll(house, year, open, open.late)
    }),
  )
  if (before === undefined) return
  for (const { of } of closing) delete of.open
  await nothingIsLeft(stage, at, closing, before)
}

function ofCheckIns(ran: readonly string[]): string[] {
  return ran.filter((name) => name.startsWith('checkins.'))
}

/** Holds what came against what was to come, recipient by recipient. */
function receive({ house: { connector }, year }: Stage, at: string, expected: readonly Expected[]): void {
  const came = connector.sent.filter(({ method, body }) => method === 'POST' && body.attachments !== undefined)
  const got = came.map((sent) => ({ to: sent.conversation, card: cardOf(sent), kind: kindOf(cardOf(sent)) }))
  const names = (mail: readonly { to: string; kind: string }[]) => mail.map(({ to, kind }) => `${kind} to ${to}`).sort()
  year.check('recipients', at, names(got), names(expected))
  for (const { to, kind, round, holds } of expected) {
    const isIt = (card: CardJson) =>
      round === undefined || buttonsOf(card).some(({ data }) => data?.['round'] === round)
    const found = got.findIndex((mail) => mail.to === to && mail.kind === kind && isIt(mail.card))
    const [mail] = found < 0 ? [] : got.splice(found, 1)
    if (mail) holds(mail.card)
  }
}

function kindOf(card: CardJson): CardKind {
  const verbs = buttonsOf(card).map(({ verb }) => verb)
  if (verbs.includes('checkins.answer')) return 'answer'
  if (verbs.includes('checkins.helped')) return 'followUp'
  return verbs.includes('checkins.results') ? 'result' : 'other'
}

function ownChat(id: string): string {
  return `own-chat-29:${id}`
}

/** A line in the channel, and a card with the right questions to everybody but the supervisor. */
function opening({ house, year, random }: Stage, at: string, { of, week }: Event): Expected[] {
  const { team } = of
  const moments = momentsOf(team.preset, week)
  if (moments === undefined) throw new Error('a round that is played is planned')
  const questions = questionsOf(of.opened, team.remote)
  of.opened += 1
  const id = roundOn(cardOf(sentTo(house, team.people[0] ?? '').at(-1)))
  of.open = { id, week, questions, moments, ...choicesOf(of, week, questions, random), answered: new Map() }
  year.meets('round')
  return [
    { to: team.id, kind: 'other', holds: () => undefined },
    ...team.people.map((person): Expected => ({
      to: ownChat(person),
      kind: 'answer',
      holds: (card) => {
        holdsQuestions(year, `${at} ${person}`, of, card)
      },
    })),
  ]
}

function holdsQuestions(year: Year, where: string, { team, open }: Playing, card: CardJson): void {
  if (open === undefined) return
  const [language] = team.languages
  const words = wordsOf(card)
  const labels = elementsOf(card, 'Input.ChoiceSet').map(({ label }) => String(label))
  const isAsked = open.questions.map(({ text }, place) => labels[place]?.includes(text[language]) === true)
  year.check('questions', where, { asked: labels.length, isAsked }, { asked: 3, isAsked: [true, true, true] })
  const says = [weekShown(open.week, language), promise(team.supervisor, language)].map((text) => words.includes(text))
  year.check('questions', where, { round: roundOn(card), says }, { round: open.id, says: [true, true] })
}

/** The card once more, to those alone who have not answered. */
function reminder({ year }: Stage, at: string, { of }: Event): Expected[] {
  const { team, open } = of
  const silent = team.people.filter((id) => open?.answered.has(id) !== true)
  if (silent.length > 0) year.meets('reminder')
  return silent.map((person) => ({
    to: ownChat(person),
    kind: 'answer',
    holds: (card) => {
      holdsQuestions(year, `${at} ${person}, reminded`, of, card)
    },
  }))
}

/** The result in the channel; a follow-up for what it offers goes into the agenda. */
function closeOf({ year, agenda }: Stage, at: string, { of, week }: Event): Expected[] {
  const { team, open, past } = of
  if (open === undefined) throw new Error('a round that closes is open')
  const { questions, answered } = open
  const figures = figuresOf(questions, [...answered.values()], team.people.length)
  const story = storyOf(week, questions, figures, past)
  of.past = [{ week, figures, story }, ...past]
  count(year, questions, of.past)
  if (story.tool !== undefined) {
    add(agenda, followUpOf(at), { kind: 'checkins.follow-up', of, week, tool: story.tool, round: open.id })
  }
  const results = of.past
  return [
    {
      to: team.id,
      kind: 'result',
      holds: (card) => {
        holdsResult(year, `${at} ${team.id}`, { of, questions, results, count: answered.size }, card)
      },
    },
  ]
}

type Shown = { of: Playing; questions: readonly Question[]; results: readonly Past[]; count: number }

function holdsResult(
  year: Year,
  where: string,
  { of: { team }, questions, results, count: n }: Shown,
  card: CardJson,
): void {
  const [now] = results
  if (now === undefined) return
  const { week, figures, story } = now
  const [language, ...others] = team.languages
  const isPublished = n >= 5 && team.people.length >= 5
  const means = figures.flatMap((figure): [string, string][] =>
    figure.kind === 'hidden' ? [] : [[`mean-${figure.question}`, shown(figure, language)]],
  )
  const sizes = isPublished ? { answers: String(n), roster: String(team.people.length) } : {}
  year.check('figures', where, textsOf(card), { ...sizes, ...Object.fromEntries(means) })

  const words = wordsOf(card)
  const { story: text, reason, hidden, notes } = told(questions, figures, story, language)
  const also = others.map((other) => told(questions, figures, story, other).story)
  const says = [weekShown(week, language), text, reason, ...hidden, ...notes, ...also].filter(
    (one) => !words.includes(one),
  )
  year.check('texts', where, says, [])
  const tools = buttonsWith(card, 'tools.show').map(({ title, data }) => [data?.['tool'], title])
  year.check('tools', where, tools, story.tool === undefined ? [] : [[story.tool, toolTitle(story.tool, language)]])

  const [chart] = elementsOf(card, 'Chart.Line') as { data: { values: { x: number; y: number }[] }[] }[]
  const runs = chart?.data.map(({ values }) => values.map(({ x, y }) => [x, y])) ?? []
  const expected = chartOf(week, team.every, results)
  if (expected.length > 1) year.meets('chart with a gap')
  year.check('chart', where, runs, expected)
}

/** One message to each supervisor, about all of the teams that closed together. */
function briefings({ year }: Stage, at: string, closing: readonly Event[]): Expected[] {
  const bySupervisor = Map.groupBy(closing, ({ of }) => of.team.supervisor)
  return [...bySupervisor].map(([supervisor, its]) => ({
    to: ownChat(supervisor),
    kind: 'other',
    holds: (card) => {
      for (const { of } of its) holdsBriefing(year, `${at} ${supervisor}`, of, card)
    },
  }))
}

function holdsBriefing(year: Year, where: string, { team, past, open }: Playing, card: CardJson): void {
  const [now, last] = past
  if (now === undefined || open === undefined) return
  const [language] = team.languages
  const { story, reason, notes, line } = told(open.questions, now.figures, now.story, language)
  const words = wordsOf(card)
  const numbers = open.answered.size >= 5 ? [line] : []
  const isHard = now.story.kind === 'hard'
  const law = isHard && last?.story.kind === 'hard'
  if (law) year.meets('law')
  const missing = [
    story,
    reason,
    ...notes,
    ...numbers,
    ...(isHard ? [PROMISED[language]] : []),
    ...(law ? [LAW[language]] : []),
  ]
  year.check(
    'briefings',
    where,
    missing.filter((one) => !words.includes(one)),
    [],
  )
  const tools = buttonsWith(card, 'tools.show').map(({ data }) => String(data?.['tool']))
  year.check('briefings', where, now.story.tool === undefined || tools.includes(now.story.tool), true)
  if (!law) year.check('briefings', where, words.split(LAW[language]).length <= 2, true)
}

/** A week later, to the supervisor, about that round and its tool. */
function followUp({ year }: Stage, at: string, { of: { team }, tool = '', round = '' }: Event): Expected[] {
  year.meets('follow-up due')
  return [
    {
      to: ownChat(team.supervisor),
      kind: 'followUp',
      round,
      holds: (card) => {
        year.meets('follow-up')
        const title = toolTitle(tool, team.languages[0])
        year.check('follow-ups', `${at} ${team.id}`, wordsOf(card).includes(title), true)
      },
    },
  ]
}

/** Everybody answers at once; some change their minds. The card says thank you. */
async function answerAll(house: House, year: Year, open: OpenRound, choices: Map<string, Choice[]>): Promise<void> {
  await Promise.all(
    [...choices].map(async ([person, chosen]) => {
      const changesMind = chosen[0] !== 'na' && Number(chosen[0]) % 5 === 4
      if (changesMind) await answers(house, person, open.id, ['na', 0, 10])
      const { card } = await answers(house, person, open.id, chosen)
      const isThanked = buttonsWith(card, 'checkins.show').map(({ data }) => data?.['round'])
      year.check('answers', `week ${open.week} ${person}`, isThanked, [open.id])
      open.answered.set(person, chosen)
    }),
  )
  choices.clear()
}

type Stored = Awaited<ReturnType<typeof storedIn>>

/** Of a closed round the result is left, as the oracle has it, and nothing else in any file. */
async function nothingIsLeft({ house: { bot }, year }: Stage, at: string, closing: readonly Event[], before: Stored) {
  const stored = await storedIn(bot.dataDir)
  const files = await readAll(bot.dataDir)
  const words = new Set(files.flatMap((file) => file.match(/[0-9a-f]{64}|[A-Za-z0-9+/]{30,}=*/g) ?? []))
  const keyFiles = [...(await readdir(join(bot.dataDir, 'keys', 'rounds')))]
  for (const { of, week } of closing) {
    const [now] = of.past
    const result = (stored['results'] ?? []).find(
      ({ team, week: its }) => team === of.team.id && its === weekName(week),
    )
    const id = result?.id ?? ''
    year.check('results', `${at} ${of.team.id}`, result?.['figures'], now?.figures)
    const held = (stores: Stored, name: string) => (stores[name] ?? []).filter((one) => one.id === id)
    const left = ['rounds', 'rosters', 'answers'].flatMap((name) => held(stored, name))
    const box = held(before, 'answers')[0]?.['answers'] as { token: string; sealed: string }[] | undefined
    const bytes = (box ?? []).flatMap(({ token, sealed }) => [token, sealed]).filter((one) => words.has(one))
    const keys = keyFiles.filter((file) => file.includes(id))
    year.check(
      'leavings',
      `${at} ${of.team.id}`,
      { left, bytes, keys, held: box !== undefined },
      { left: [], bytes: [], keys: [], held: true },
    )
  }
}

async function readAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map((file) => readFile(file, 'latin1')))
}

/** The word for results at the end of the year: the newest, and three before it. */
async function lookBack(house: House, year: Year, { team, past, opened }: Playing): Promise<void> {
  const { card } = await inChannel(house, team.id, team.people[0] ?? '').presses('checkins.results')
  const words = wordsOf(card)
  const lines = past.slice(1, 4).map(({ figures, story }, back) => {
    const questions = questionsOf(opened - 2 - back, team.remote)
    return told(questions, figures, story, 'fi').line
  })
  year.check(
    'history',
    team.id,
    lines.filter((line) => !words.includes(line)),
    [],
  )
  const [own] = await inOwnChat(house, team.people[0] ?? '').writes('pulssi')
  year.check('history', team.id, roundOn(cardOf(own)), '')
}

/** Counts the cases, so that a year without one does not pass for a year that was right. */
function count(year: Year, questions: readonly Question[], [now, ...past]: readonly Past[]): void {
  if (now === undefined) return
  const { story, figures } = now
  year.meets(story.kind)
  if (story.isFall) year.meets('fall')
  if (story.asksAboutLast) year.meets('asked about the last tool')
  if (story.tool !== undefined && story.tool === questions[story.about]?.offers[1]) year.meets('second tool')
  const kinds = new Set(figures.map(({ kind }: Figure) => kind))
  if (kinds.has('band')) year.meets('band')
  if (kinds.has('hidden') && kinds.size > 1) year.meets('one hidden')
  if (past[0]?.story.kind === 'hard' && story.kind !== 'hard') year.meets('recovery')
}

function minuteBefore(local: string): string {
  return new Date(Date.parse(`${local}Z`) - 60_000).toISOString().slice(0, 16)
}
