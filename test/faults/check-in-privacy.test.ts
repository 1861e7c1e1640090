/**
 * Dump and attack. Six teams of twelve answer for three weeks. Somebody copies the whole data folder, with what the
 * filesystem tells of it, after each single thing that happens, and takes the log and the metrics. What people do
 * follows a seeded model; keys, tokens and rosters are of the system's randomness, hence the bounds of support/chance.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash, hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerToken } from '../../src/domain/sealed-answer.ts'
import { aBot, aDataDir, anActor, removeFolder, wordsOf, type Actor, type Pressed } from '../support/bot.ts'
import { correlation, mostByChance, seeded, Z_BOUND } from '../support/chance.ts'
import { aTeamWith, moveTo, THURSDAY } from '../support/check-ins.ts'
import { aConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { copyOf, formsOf, recipientsIn, rowsOf, standsIn, touched, type Copy } from '../support/dump.ts'
import type { House } from '../support/house.ts'
import { arrivals, attacks, type View } from '../support/linking.ts'

const WEEKS = [26, 33, 40].map((day) => new Date(Date.UTC(2026, 10, day)).toISOString().slice(0, 10))
const TEAMS = ['kesä', 'talvi', 'syksy', 'kevät', 'aamu', 'ilta']
const SIZE = 12
/**
 * Of each team so many are people whom Luotsi cannot reach, and has never heard of, until the first reminder. One more
 * blocks it until then, of whom it knows no more than that.
 */
const UNHEARD = 3
const TENANT = 'tenant-1'
const LOCALES = ['fi-FI', 'sv-FI', 'en-US']
/** Begin what is typed or told and may stand nowhere, or only where it must. */
const MARK = { name: 'Merkkinimi', person: 'merkkihlo', typed: 'Merkkilause', press: 'merkkiteko', data: 'merkkitieto' }

const random = seeded(20_261_126)
const below = (count: number): number => Math.floor(random() * count)
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
const code = (): string => Math.floor(random() * 36 ** 8).toString(36)

type Someone = { id: string; name: string; team: string; isUnheard: boolean; isBlocking: boolean }
const people: Someone[] = TEAMS.flatMap((team) =>
  Array.from({ length: SIZE }, (_, at) => ({
    id: `${MARK.person}-${code()}`,
    name: `${MARK.name} ${code()}`,
    team,
    isUnheard: at % 4 === 0 && at < 4 * UNHEARD,
    isBlocking: at === 1,
  })),
)
const aad = ({ id }: { id: string }): string => `aad-${id}`

type Kind = 'answer' | 'edit' | 'word' | 'other' | 'open' | 'remind' | 'close'
/** The data folder after something happened. */
type Moment = { kind: Kind; copy: Copy }
/** A round and its truth: tokens with their people, and every answer as it was sealed. */
type Played = {
  id: string
  team: string
  key: Buffer
  moments: Moment[]
  truth: Map<string, string>
  given: Map<string, { token: string; choices: string[] }>
  secrets: (string | Buffer)[]
}

const content = await aLightContent()
const house = {} as House
let folder: string
let keysDir: string
const moments: Moment[] = []
const rounds: Played[] = []
/** What there is after each close. */
const closes: { of: Played[]; data: Copy; keys: Copy }[] = []

/** Numbers of the metrics that an answer and another press change, and all there are. */
const counted = { answer: [''], other: [''], all: [''] }

const actor = ({ id, name }: Pick<Someone, 'id' | 'name'>, team?: string): Actor =>
  anActor(house.bot, house.connector, { id, name, locale: pick(LOCALES), ...(team !== undefined && { team }) })

/** A press of a check-in's button; its activity's id is a marker. */
const press = (who: Someone, verb: string, data: Record<string, unknown>): Promise<Pressed> =>
  actor(who).presses(verb, { ...data, more: MARK.data }, { id: `${MARK.press}-${code()}` })

const now = (kind: Kind): Moment => ({ kind, copy: copyOf(folder) })
const boxOf = (copy: Copy, round: string): { token: string; sealed: string }[] =>
  (rowsOf(copy, 'answers').find(({ id }) => id === round)?.['answers'] ?? []) as { token: string; sealed: string }[]
const rosterOf = (copy: Copy, round: string): string[] =>
  (rowsOf(copy, 'rosters').find(({ id }) => id === round)?.['people'] ?? []) as string[]

type Act = { kind: Kind; work: () => Promise<unknown> }

/** Nobody gives the same three choices twice in a round: an edit changes something. */
async function answer(round: Played, who: Someone, mood: number): Promise<void> {
  const choices = [0, 1, 2].map(() => (random() < 0.08 ? 'na' : String(Math.min(10, mood + below(3)))))
  const [q1, q2, q3] = choices
  const { card } = await press(who, 'checkins.answer', { round: round.id, q1, q2, q3 })
  if (wordsOf(card) === '') throw new Error('not thanked')
  const token = answerToken(round.key, TENANT, aad(who), round.id)
  round.truth.set(token, aad(who))
  const sealed = boxOf(copyOf(folder), round.id).find((one) => one.token === token)?.sealed ?? ''
  round.given.set(sealed, { token, choices })
}

/**
 * What each one does in a round, in order: first the word or the blank card, so that nobody is later than others by the
 * model alone; then the answer; perhaps an edit. Some are silent.
 */
function actsOf(round: Played, who: Someone): Act[] {
  if (random() < 0.15) return []
  const mood = below(9)
  const word: Act = { kind: 'word', work: () => actor(who).writes('pulssi', { id: `${MARK.press}-${code()}` }) }
  const opened: Act = { kind: 'word', work: () => press(who, 'checkins.show', { round: round.id }) }
  return [
    who.isUnheard || random() < 0.3 ? word : opened,
    {
      kind: 'answer',
      async work() {
        counted.answer = await counts(() => answer(round, who, mood))
      },
    },
    ...(random() < 0.25 ? [opened, { kind: 'edit' as const, work: () => answer(round, who, 10 - mood) }] : []),
  ]
}

/** What has nothing to do with check-ins: somebody types, each time with another client perhaps. */
function somethingElse(): Act {
  const who = pick(people.filter(({ isUnheard }) => !isUnheard))
  return { kind: 'other', work: () => actor(who).writes(`${MARK.typed} ${code()}`) }
}

/** A press that has nothing to do with check-ins. */
function pressElsewhere(): Act {
  const who = pick(people.filter(({ isUnheard }) => !isUnheard))
  return {
    kind: 'other',
    async work() {
      counted.other = await counts(() => actor(who).presses('language.offer'))
    },
  }
}

/** All acts in one order: whose turn it is falls by lot, each one's own acts keep theirs. */
function mixed(queues: Act[][]): Act[] {
  const acts: Act[] = []
  let waiting = queues.filter((queue) => queue.length > 0)
  while (waiting.length > 0) {
    acts.push(pick(waiting).shift() as Act)
    waiting = waiting.filter((queue) => queue.length > 0)
  }
  return acts
}

async function play(acts: readonly Act[], of: readonly Played[]): Promise<void> {
  for (const { kind, work } of acts) {
    await work()
    note(kind, of)
  }
}

function note(kind: Kind, of: readonly Played[]): void {
  const moment = now(kind)
  moments.push(moment)
  for (const round of of) round.moments.push(moment)
}

/** From the opening to after the close. */
async function playWeek(thursday: string): Promise<void> {
  const friday = new Date(Date.parse(thursday) + 86_400_000).toISOString().slice(0, 10)
  await moveTo(house, `${thursday}T14:00:00+02:00`)
  const opened = rowsOf(copyOf(folder), 'rounds').map(({ id, team }): Played => {
    const key = readFileSync(join(keysDir, 'rounds', `${id}.key`))
    return { id, team: String(team), key, moments: [], truth: new Map(), given: new Map(), secrets: [key] }
  })
  rounds.push(...opened)
  note('open', opened)
  const mine = (round: Played) => people.filter(({ team }) => team === round.team)
  const acts = mixed([
    ...opened.flatMap((round) => mine(round).map((who) => actsOf(round, who))),
    ...Array.from({ length: 40 }, () => [somethingElse()]),
    [pressElsewhere()],
  ])
  const half = Math.floor(acts.length * 0.6)
  await play(acts.slice(0, half), opened)
  house.connector.unreachable.clear()
  house.connector.answers = () => undefined
  await moveTo(house, `${friday}T09:00:00+02:00`)
  note('remind', opened)
  await play(acts.slice(half), opened)
  for (const round of opened) round.secrets.push(...secretsOf(round))
  await moveTo(house, `${friday}T12:00:00+02:00`)
  moments.push(now('close'))
  closes.push({ of: opened, data: copyOf(folder), keys: copyOf(keysDir) })
}

/** Every token and sealed answer that ever stood in the folder, and the roster as it is written. */
function secretsOf({ id, moments: its }: Played): (string | Buffer)[] {
  const sealed = new Map(its.flatMap(({ copy }) => boxOf(copy, id)).map((one) => [one.sealed, one.token]))
  const roster = JSON.stringify(rosterOf(its.at(-1)?.copy ?? new Map(), id))
  return [
    roster,
    ...[...sealed.keys()].map((one) => Buffer.from(one, 'base64')),
    ...[...new Set(sealed.values())].map((one) => Buffer.from(one, 'hex')),
  ]
}

beforeAll(async () => {
  ;[folder, keysDir, house.connector] = await Promise.all([aDataDir(), aDataDir(), aConnector()])
  const env = { CLOCK_START: '2026-11-23T09:00:00+02:00', CONTENT_DIR: content.dir, LOG_LEVEL: 'trace' }
  house.bot = await aBot({ ...env, KEYS_DIR: keysDir }, folder)
  const { connector } = house
  for (const team of TEAMS) {
    const members = people.filter((one) => one.team === team)
    const leader = { id: `johtaja-${team}`, name: `Johtaja ${team}` }
    await aTeamWith(house, team, [leader.id, ...members.map(({ id }) => id)])
    const known = connector.teams.get(team)?.members ?? []
    for (const one of known) one.name = members.find(({ id }) => one.id === `29:${id}`)?.name ?? one.name ?? ''
    for (const { id } of members.filter(({ isBlocking }) => isBlocking)) connector.unreachable.add(`29:${id}`)
    await actor(leader, team).presses('checkins.start', THURSDAY)
  }
  const unheard = people.filter(({ isUnheard }) => isUnheard).map(({ id }) => `29:${id}`)
  connector.answers = ({ conversation, body }) => {
    const user = (body as { members?: { id: string }[] }).members?.[0]?.id ?? ''
    return conversation === '' && unheard.includes(user) ? { status: 404 } : undefined
  }
  for (const week of WEEKS) await playWeek(week)
  counted.all = [...(await readMetrics()).keys()]
}, 240_000)
afterAll(async () => {
  await house.bot.stop()
  await Promise.all([house.connector.close(), content.remove(), ...[folder, keysDir].map(removeFolder)])
})

/** What an attacker reads in the copies of a round, beside the truth. */
function viewOf({ id, team, moments: its, truth }: Played): View {
  const last = its.at(-1)?.copy ?? new Map()
  const answered = new Set(truth.values())
  const only = (some: readonly string[]): string[] => some.filter((one) => answered.has(one))
  const members = rowsOf(last, 'teams').find((row) => row.id === team)?.['members'] as { id: string }[]
  const listed = members.map((member) => member.id)
  const records = only(rowsOf(last, 'people').map((row) => row.id))
  return {
    recipients: only(recipientsIn(last, id)),
    boxes: its.map(({ copy }) => boxOf(copy, id)),
    changes: its.map(({ copy }, at) => whoChanged(its[at - 1]?.copy ?? copy, copy)),
    roster: only(rosterOf(last, id)),
    list: only(listed),
    records: [...records, ...only(listed).filter((one) => !records.includes(one))],
    truth,
  }
}

/** The views of all rounds, read once: they take as long as playing the weeks. */
let seen: View[] | undefined
const views = (): View[] => (seen ??= rounds.map(viewOf))

/** Whose record of their own is new or another one. */
function whoChanged(before: Copy, after: Copy): Set<string> {
  if (!touched(before, after).some((name) => name.startsWith('people/'))) return new Set()
  const known = new Map(rowsOf(before, 'people').map((row) => [row.id, JSON.stringify(row)]))
  return new Set(rowsOf(after, 'people').flatMap((row) => (known.get(row.id) === JSON.stringify(row) ? [] : [row.id])))
}

const beyondChance = (views: readonly View[]): string[] =>
  attacks(views).flatMap(({ name, score, bound }) => (score > bound ? [name] : []))

/** Every different content of a file that ever stood in the folder. */
let stored: Copy | undefined
const everyByte = (): Copy => (stored ??= new Map(moments.flatMap(({ copy }) => [...copy]).map(byContent)))

function byContent<File extends { bytes: Buffer }>([name, file]: readonly [string, File]): [string, File] {
  return [`${name} ${hash('sha256', file.bytes)}`, file]
}

const logged = (): string => house.bot.log.map((line) => JSON.stringify(line)).join('\n') + house.bot.errors()

describe('what is stored while check-ins are open', () => {
  it('F54 is enough to attack: some hundred answers, edits, words and other acts, each with a copy of everything', () => {
    expect(rounds).toHaveLength(TEAMS.length * WEEKS.length)
    const count = (kind: Kind): number => moments.filter((moment) => moment.kind === kind).length
    expect(count('answer')).toBeGreaterThan(150)
    for (const kind of ['edit', 'word', 'other'] as const) expect(count(kind)).toBeGreaterThan(30)
    for (const [at, round] of rounds.entries()) {
      const view = views()[at] ?? viewOf(round)
      expect(arrivals(view).toSorted()).toEqual([...round.truth.keys()].toSorted())
      expect(view.recipients.toSorted()).toEqual(view.roster.toSorted())
    }
  })

  it('F54 links no answer to a person better than chance, by any order, length, time or change of a record', () => {
    expect(beyondChance(views())).toEqual([])
  })

  const inTurn = <T>(items: readonly T[], first: (item: T) => number): T[] =>
    items.toSorted((one, other) => first(one) - first(other))
  const LEAKS: [what: string, plant: (view: View) => Partial<View>, found: string][] = [
    [
      'a box in the order of arrival',
      (view) => {
        const order = arrivals(view)
        return { boxes: view.boxes.map((box) => inTurn(box, ({ token }) => order.indexOf(token))) }
      },
      'the order of the box against that of arrival',
    ],
    ['a roster that nobody shuffled', ({ list }) => ({ roster: list }), 'the roster against the team’s list'],
    [
      'a roster in the order of the tokens',
      ({ boxes, truth }) => ({ roster: (boxes.at(-1) ?? []).map(({ token }) => truth.get(token) ?? '') }),
      'the box against the roster, one by one',
    ],
    [
      'cards that are listed in the order of the tokens',
      ({ boxes, truth }) => ({ recipients: (boxes.at(-1) ?? []).map(({ token }) => truth.get(token) ?? '') }),
      'the box against the list of who gets a card, one by one',
    ],
    [
      'cards that are listed as the team is',
      ({ list }) => ({ recipients: list }),
      'who gets a card against the team’s list',
    ],
    [
      'records that come with the answer',
      (view) => ({ records: arrivals(view).map((token) => view.truth.get(token) ?? '') }),
      'arrival against the order of the people’s records, in ranks',
    ],
    [
      'a visit that is noted with every second answer',
      (view) => ({
        changes: view.changes.map((some, at) => (at % 2 === 0 ? some : new Set([...some, ...newAt(view, at)]))),
      }),
      'the records that changed near an answer',
    ],
  ]
  const newAt = ({ boxes, truth }: View, at: number): string[] => {
    const before = new Set(boxes[at - 1]?.map(({ token }) => token))
    return (boxes[at] ?? []).flatMap(({ token }) => (before.has(token) ? [] : (truth.get(token) ?? [])))
  }

  it.each(LEAKS)('F54 would be found to leak by %s', (_, plant, found) => {
    const leaky = views().map((view) => ({ ...view, ...plant(view) }))
    expect(beyondChance(leaky)).toContain(found)
  })

  it('F54 changes by an answer in the box of its round alone, and by the word or the blank card not at all', () => {
    for (const [at, { kind, copy }] of moments.entries()) {
      const before = moments[at - 1]?.copy
      if (before === undefined) continue
      const names = touched(before, copy)
      if (kind === 'word') expect(names).toEqual([])
      if (kind === 'answer' || kind === 'edit') {
        expect(names.length).toBeGreaterThan(0)
        expect(names.filter((name) => !name.startsWith('answers/'))).toEqual([])
      }
      // A run of reminders is written down, and nothing about who was reminded.
      if (kind === 'remind') expect(names.filter((name) => !/^(checkIns\/|clock\.json$)/.test(name))).toEqual([])
    }
  })

  /** What names everybody who is asked, whoever answers. */
  const THE_ASKED = ['teams', 'rosters', 'ledger']

  it('F54 has no record of those whom Luotsi first heard of by their word or answer, or reached by a reminder', () => {
    const unheard = people.filter(({ isUnheard }) => isUnheard).map(aad)
    const first = moments.slice(0, moments.findIndex(({ kind }) => kind === 'close') + 1)
    const answered = rounds.slice(0, TEAMS.length).flatMap(({ truth }) => [...truth.values()])
    expect(unheard.filter((id) => answered.includes(id)).length).toBeGreaterThan(5)
    expect(unheard.filter((id) => !answered.includes(id)).length).toBeGreaterThan(0)
    for (const { copy } of first) {
      const names = standsIn(copy, unheard).map((name) => name.split('/')[0])
      expect(new Set([...names, ...THE_ASKED])).toEqual(new Set(THE_ASKED))
    }
  })

  it('F54 gives no choice away: equal ones are sealed differently, all alike in length, and no byte follows them', () => {
    const sealed = rounds.flatMap(({ given }) => [...given].map(([text, { choices }]) => ({ text, choices })))
    const bytes = sealed.map(({ text, choices }) => ({ choices, bytes: Buffer.from(text, 'base64') }))
    expect(new Set(bytes.map((one) => one.bytes.length))).toEqual(new Set([12 + 3 + 16]))
    expect(new Set(sealed.map(({ text }) => text)).size).toBe(sealed.length)
    expect(new Set(sealed.map(({ choices }) => choices.join())).size).toBeLessThan(sealed.length - 20)

    const number = (choice = ''): number => (choice === 'na' ? 255 : Number(choice))
    // Whoever chose alike in one round has equal bytes at a place as rarely as anybody.
    const alike = rounds.flatMap(({ given }) => {
      const its = [...given].map(([text, { choices }]) => ({ choices, bytes: Buffer.from(text, 'base64') }))
      const pairs = its.flatMap((one, at) => its.slice(at + 1).map((other) => [one, other] as const))
      return [0, 1, 2].flatMap((question) =>
        pairs
          .filter(([one, other]) => one.choices[question] === other.choices[question])
          .map(([one, other]) => one.bytes[12 + question] === other.bytes[12 + question]),
      )
    })
    expect(alike.length).toBeGreaterThan(200)
    expect(alike.filter(Boolean).length).toBeLessThanOrEqual(mostByChance(alike.length, 1 / 256))
    const plain = bytes.filter((one) => one.bytes.includes(Buffer.from(one.choices.map(number))))
    // One in 60,000 or so comes by chance.
    expect(plain.length).toBeLessThan(2)
    for (let at = 0; at < 31; at += 1)
      for (const question of [0, 1, 2]) {
        const told = bytes.filter(({ choices }) => choices[question] !== 'na')
        const pairs = told.map((one) => [one.bytes[at] ?? 0, number(one.choices[question])] as const)
        expect([at, question, Math.abs(correlation(pairs)) < Z_BOUND]).toEqual([at, question, true])
      }
  })

  it('F54 grows by as many bytes with each answer and by none with an edit', () => {
    const sizeAt = (at: number): number =>
      rounds.reduce((sum, { id }) => sum + JSON.stringify(boxOf(moments[at]?.copy ?? new Map(), id)).length, 0)
    const growth = (kind: Kind): Set<number> =>
      new Set(moments.flatMap((moment, at) => (moment.kind === kind ? [sizeAt(at) - sizeAt(at - 1)] : [])))
    expect(growth('edit')).toEqual(new Set([0]))
    // The first of a box has no comma before it.
    const sizes = [...growth('answer')].sort((one, other) => one - other)
    expect(sizes).toEqual([sizes[0], (sizes[0] ?? 0) + 1])
  })

  it('F54 holds no key: no token can be made with anything that stands in the folder', () => {
    const tokens = new Set(rounds.flatMap(({ truth }) => [...truth.keys()]))
    const found = [...everyByte()].flatMap(([name, { bytes }]) => {
      const written = bytes.toString('latin1').match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? []
      const keys = [...new Set(written)].filter((one) => !tokens.has(one)).map((one) => Buffer.from(one, 'hex'))
      return keys.map((key) => [name, key] as const)
    })
    const guesses = rounds.flatMap(({ id }) => [
      Buffer.alloc(32),
      Buffer.from(id),
      createHash('sha256').update(id).digest(),
    ])
    const keys = new Map([...found.map(([, key]) => key), ...guesses].map((key) => [key.toString('hex'), key]))
    for (const { id, team } of rounds.slice(-TEAMS.length))
      for (const who of people.filter((one) => one.team === team))
        for (const key of keys.values()) expect(tokens.has(answerToken(key, TENANT, aad(who), id))).toBe(false)
    for (const { key } of rounds) expect(standsIn(everyByte(), [key])).toEqual([])
  }, 60_000)
})

describe('what is left after the close', () => {
  it('F53 is no token, no sealed answer, no roster and no key, in any form, in the folder, the keys or the log', () => {
    for (const { of, data, keys } of closes) {
      for (const { secrets, moments: its } of of) {
        expect(standsIn(its.at(-1)?.copy ?? new Map(), secrets.slice(1)).length).toBeGreaterThan(0)
        expect(standsIn(data, secrets)).toEqual([])
        expect(standsIn(keys, secrets)).toEqual([])
        for (const form of formsOf(secrets)) expect(logged().includes(form.toString())).toBe(false)
      }
      expect(rowsOf(data, 'answers')).toEqual([])
      expect(rowsOf(data, 'rosters')).toEqual([])
      expect([...keys.keys()]).toEqual(['opaque.key'])
    }
    expect(readdirSync(join(keysDir, 'rounds'))).toEqual([])
  }, 60_000)

  it('F53 names who was asked in the team’s list and in records of their own alone', () => {
    for (const { data } of closes) {
      const names = standsIn(data, people.map(aad)).map((name) => name.split('/')[0])
      expect(new Set(names)).toEqual(new Set(['teams', 'people']))
    }
  })

  it('F53 links nobody together with all earlier copies and the keys folder', () => {
    const [last] = closes.slice(-1)
    const opaque = last?.keys.get('opaque.key')?.bytes ?? Buffer.alloc(0)
    expect(opaque).toHaveLength(32)
    for (const { id, team, truth } of rounds)
      for (const who of people.filter((one) => one.team === team))
        expect(truth.has(answerToken(opaque, TENANT, aad(who), id))).toBe(false)
    // Each round's records as they are at the very end, with all that changed since.
    const since = views().map((view) => {
      const order = rowsOf(last?.data ?? new Map(), 'people').map((row) => row.id)
      return { ...view, records: view.records.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)) }
    })
    expect(beyondChance(since)).toEqual([])
  })
})

describe('every stored byte and every line of the log of the weeks', () => {
  it('F53 hold no name as typed, no text, no choice, no press and no id of one', () => {
    const bytes = everyByte()
    const nowhere = [MARK.name, MARK.typed, MARK.press, MARK.data, 'checkins.answer', 'checkins.show', '"q1"', 'pulssi']
    for (const mark of nowhere) {
      // The cards that went out, one record a round for all, are shown by the verb of the blank card.
      const isOfCards = (name: string) => mark === 'checkins.show' && name.startsWith('mailings/')
      // What is shipped names verbs and words too; it was kept before anybody wrote.
      const isOfContent = (name: string) => name.startsWith('cache/')
      const found = standsIn(bytes, [mark]).filter((name) => !isOfCards(name) && !isOfContent(name))
      expect([mark, found]).toEqual([mark, []])
      expect([mark, logged().includes(mark)]).toEqual([mark, false])
    }
    for (const mark of [MARK.person, 'johtaja', ...TEAMS, ...rounds.map(({ id }) => id)])
      expect([mark, logged().includes(mark)]).toEqual([mark, false])
    expect(house.bot.log.length).toBeGreaterThan(moments.length)
  })

  it('F53 tell a press of a check-in from no other press', () => {
    const lines = house.bot.log.filter((line) => line['kind'] === 'press')
    expect(new Set(lines.map((line) => Object.keys(line).join())).size).toBe(1)
    expect(counted.answer).toEqual(counted.other)
    for (const mark of [...Object.values(MARK), 'checkins.answer', 'johtaja', ...TEAMS])
      expect(counted.all.join('\n')).not.toContain(mark)
  })
})

/** The bot's own numbers by their names with labels. */
async function readMetrics(): Promise<Map<string, string>> {
  const text = await (await fetch(`${house.bot.url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith('luotsi_'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]))
}

/** The numbers that something changes, buckets of time taken together. */
async function counts(work: () => Promise<unknown>): Promise<string[]> {
  const before = await readMetrics()
  await work()
  const changed = [...(await readMetrics())].filter(([name, value]) => before.get(name) !== value)
  return [...new Set(changed.map(([name]) => name.replace(/le="[^"]*",?/, '')))].sort()
}
