/**
 * Dump and attack, on PostgreSQL (check-in-privacy.test.ts does it on files). Six teams of twelve answer. Somebody reads
 * every table with xmin and ctid after each single thing that happens, makes a base backup while it runs, and copies the
 * whole folder of the server after it was killed: dead row versions, pg_wal and pg_xact with it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { answerToken } from '../../src/domain/sealed-answer.ts'
import { aBot, aDataDir, anActor, removeFolder, wordsOf, type Actor } from '../support/bot.ts'
import { mostByChance, seeded } from '../support/chance.ts'
import { aTeamWith, moveTo, THURSDAY } from '../support/check-ins.ts'
import { aConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { copyOf, standsIn, type Copy } from '../support/dump.ts'
import type { House } from '../support/house.ts'
import { arrivals, attacks, type View } from '../support/linking.ts'
import { aPostgres, type Server } from '../support/postgres.ts'

const TENANT = 'tenant-1'
const TEAMS = ['kesä', 'talvi', 'syksy', 'kevät', 'aamu', 'ilta']
const SIZE = 12
const MARK = { name: 'Merkkinimi', person: 'merkkihlo', typed: 'Merkkilause', press: 'merkkiteko' }

const random = seeded(20_261_127)
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
const code = (): string => Math.floor(random() * 36 ** 8).toString(36)

type Someone = { id: string; name: string; team: string }
const people: Someone[] = TEAMS.flatMap((team) =>
  Array.from({ length: SIZE }, () => ({ id: `${MARK.person}-${code()}`, name: `${MARK.name} ${code()}`, team })),
)
const aad = ({ id }: { id: string }): string => `aad-${id}`

/** A row of any table: the transaction that wrote it, its place in the file, and its columns. */
type Row = { of: string; xmin: string; ctid: string; row: Record<string, unknown> & { body?: Record<string, unknown> } }
type Kind = 'answer' | 'word' | 'other' | 'open' | 'remind' | 'close'
type Moment = { kind: Kind; rows: Row[] }
type Round = { id: string; team: string; key: Buffer; truth: Map<string, string> }

const house = {} as House
const moments: Moment[] = []
let rounds: Round[] = []
let server: Server
let database: pg.Client
let everything: string
let keys: string
/** The folder of the server: backed up while a round was open, after a crash then, and after a crash at the end. */
let open: { backup: Copy; crashed: Copy; keys: Copy }
let end: { crashed: Copy; keys: Copy }

const bodiesOf = (rows: readonly Row[], of: string): Record<string, unknown>[] =>
  rows.flatMap((one) => (one.of === of && one.row.body !== undefined ? [one.row.body] : []))
const boxOf = (rows: readonly Row[], round: string): { token: string; sealed: string }[] =>
  (bodiesOf(rows, 'answers').find(({ id }) => id === round)?.['answers'] ?? []) as { token: string; sealed: string }[]

async function note(kind: Kind): Promise<void> {
  moments.push({ kind, rows: (await database.query<Row>(everything)).rows })
}

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const actor = ({ id, name }: Pick<Someone, 'id' | 'name'>, team?: string): Actor =>
  anActor(house.bot, house.connector, { id, name, ...(team !== undefined && { team }) })

async function answer(round: Round, who: Someone): Promise<void> {
  const [q1, q2, q3] = [0, 1, 2].map(() => String(Math.floor(random() * 11)))
  const more = { id: `${MARK.press}-${code()}` }
  const { card } = await actor(who).presses('checkins.answer', { round: round.id, q1, q2, q3 }, more)
  if (wordsOf(card) === '') throw new Error('not thanked')
  round.truth.set(answerToken(round.key, TENANT, aad(who), round.id), aad(who))
}

type Act = [kind: Kind, work: () => Promise<unknown>]

/** Each first asks for the card or opens it, then answers, and some think again. */
function actsOf(round: Round, who: Someone): Act[] {
  const word: Act = ['word', () => actor(who).writes('pulssi', { id: `${MARK.press}-${code()}` })]
  const opened: Act = ['word', () => actor(who).presses('checkins.show', { round: round.id })]
  const given: Act = ['answer', () => answer(round, who)]
  return [random() < 0.5 ? word : opened, given, ...(random() < 0.2 ? [given] : [])]
}

/** In one order: whose turn it is falls by lot, each one's own acts keep theirs. */
async function play(queues: Act[][]): Promise<void> {
  for (let waiting = queues; waiting.length > 0; waiting = waiting.filter((queue) => queue.length > 0)) {
    const [kind, work] = pick(waiting).shift() as Act
    await work()
    await note(kind)
  }
}

async function killed(): Promise<Copy> {
  await server.kill()
  const copy = copyOf(server.folder)
  await server.start()
  return copy
}

beforeAll(async () => {
  const content = await aLightContent()
  ;[server, house.connector, keys] = await Promise.all([aPostgres(), aConnector(), aDataDir()])
  const url = await server.newDatabase()
  const env = { CLOCK_START: '2026-11-23T09:00:00+02:00', CONTENT_DIR: content.dir, LOG_LEVEL: 'trace' }
  house.bot = await aBot({ ...env, DATABASE_URL: url, KEYS_DIR: keys })
  database = await connected(url)
  const { rows } = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'luotsi' ORDER BY 1`,
  )
  everything = rows
    .map(({ name }) => `SELECT '${name}' AS of, xmin::text, ctid::text, to_json(t) AS row FROM luotsi.${name} AS t`)
    .join(' UNION ALL ')
  for (const team of TEAMS) {
    const leader = { id: `johtaja-${team}`, name: `Johtaja ${team}` }
    const members = people.filter((one) => one.team === team)
    await aTeamWith(house, team, [leader.id, ...members.map(({ id }) => id)])
    await actor(leader, team).presses('checkins.start', THURSDAY)
  }
  await moveTo(house, '2026-11-26T14:00:00+02:00')
  await note('open')
  rounds = bodiesOf(moments[0]?.rows ?? [], 'rounds').map(({ id, team }) => ({
    id: String(id),
    team: String(team),
    key: readFileSync(join(keys, 'rounds', `${String(id)}.key`)),
    truth: new Map(),
  }))
  const queues = rounds.flatMap((round) =>
    people.filter(({ team }) => team === round.team).map((who) => actsOf(round, who)),
  )
  const others = Array.from({ length: 40 }, (): Act[] => {
    const who = pick(people)
    const typed = () => actor(who).writes(`${MARK.typed} ${code()}`, { locale: pick(['fi-FI', 'sv-FI', 'en-US']) })
    return [['other', typed]]
  })
  const isLate = (at: number): boolean => at % 4 === 0
  await play([...queues.filter((_, at) => !isLate(at)), ...others])
  await moveTo(house, '2026-11-27T09:00:00+02:00')
  await note('remind')
  await play(queues.filter((_, at) => isLate(at)))
  await database.query(`SELECT pg_backup_start('attack', true)`)
  const backup = copyOf(server.folder)
  await database.query('SELECT pg_backup_stop()')
  open = { backup, crashed: await killed(), keys: copyOf(keys) }
  database = await connected(url)
  await moveTo(house, '2026-11-27T12:00:00+02:00')
  await note('close')
  end = { crashed: await killed(), keys: copyOf(keys) }
  await house.bot.stop()
  await Promise.all([content.remove(), removeFolder(house.bot.dataDir)])
}, 240_000)
afterAll(async () => {
  await house.bot.stop()
  await database.end()
  await Promise.all([house.connector.close(), server.stop()])
  await removeFolder(keys)
}, 60_000)

const whileOpen = (): Moment[] => moments.filter(({ kind }) => kind !== 'close')

/** Who stands in what a moment wrote, in whichever table: a row that is new, or has another transaction or place. */
function whoChanged(before: readonly Row[], after: readonly Row[]): Set<string> {
  const known = new Set(before.map(({ of, xmin, ctid }) => [of, xmin, ctid].join()))
  const text = after.flatMap((one) => (known.has([one.of, one.xmin, one.ctid].join()) ? [] : [JSON.stringify(one.row)]))
  return new Set(people.map(aad).filter((id) => text.some((row) => row.includes(id))))
}

function viewOf({ id, team, truth }: Round): View {
  const its = whileOpen()
  const last = its.at(-1)?.rows ?? []
  const inRound = (some: readonly string[]): string[] => some.filter((one) => [...truth.values()].includes(one))
  const mailing = bodiesOf(last, 'mailings').find(
    ({ kind, message }) => kind === 'checkins.card' && (message as { round?: string }).round === id,
  )
  const deliveries = last.filter(({ of, row }) => of === 'deliveries' && row['mailing'] === mailing?.['id'])
  const members = bodiesOf(last, 'teams').find((one) => one['id'] === team)?.['members'] as { id: string }[]
  const list = inRound(members.map((member) => member.id))
  // In the order of the file, those of whom nothing is kept last.
  const records = inRound(bodiesOf(last, 'people').map((one) => String(one['id'])))
  return {
    boxes: its.map(({ rows }) => boxOf(rows, id)),
    changes: its.map(({ rows }, at) => whoChanged(its[at - 1]?.rows ?? rows, rows)),
    roster: inRound((bodiesOf(last, 'rosters').find((one) => one['id'] === id)?.['people'] ?? []) as string[]),
    recipients: inRound(deliveries.map(({ row }) => (row['goes'] as { person: string }).person)),
    list,
    records: [...records, ...list.filter((one) => !records.includes(one))],
    truth,
  }
}

let seen: View[] | undefined
const views = (): View[] => (seen ??= rounds.map(viewOf))
const beyondChance = (some: readonly View[]): string[] =>
  attacks(some).flatMap(({ name, score, bound }) => (score > bound ? [name] : []))

/** The write-ahead log in its order. */
function logOf(copy: Copy): Buffer {
  const names = [...copy.keys()].filter((name) => /^pg_wal\/[0-9A-F]{24}$/.test(name)).sort()
  return Buffer.concat(names.map((name) => copy.get(name)?.bytes ?? Buffer.alloc(0)))
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at)
  return places
}

/** Guesses that an answer is of who stands nearest to it in the log, of those who are asked. */
function byPlaceIn(log: Buffer): { score: number; bound: number; guesses: number } {
  const hits = views().flatMap(({ roster, truth }) => {
    const named = roster.flatMap((person) => placesOf(log, person).map((at) => ({ person, at })))
    return [...truth].flatMap(([token, person]) => {
      const [first] = placesOf(log, token)
      if (first === undefined || named.length === 0) return []
      const away = (at: number): number => Math.abs(at - first)
      const nearest = named.reduce((best, one) => (away(one.at) < away(best.at) ? one : best))
      return [nearest.person === person]
    })
  })
  return { score: hits.filter(Boolean).length, bound: mostByChance(hits.length, 1 / SIZE), guesses: hits.length }
}

describe('what PostgreSQL stores while check-ins are open', () => {
  it('F54 is enough to attack: each answer with every table before and after it, a base backup and a crash', () => {
    expect(moments.filter(({ kind }) => kind === 'answer').length).toBeGreaterThan(TEAMS.length * SIZE)
    for (const [at, view] of views().entries()) {
      expect(arrivals(view).toSorted()).toEqual([...(rounds[at]?.truth.keys() ?? [])].toSorted())
      expect(view.recipients.toSorted()).toEqual(view.roster.toSorted())
      expect(view.roster).toHaveLength(SIZE)
    }
    const tokens = rounds.flatMap(({ truth }) => [...truth.keys()])
    for (const copy of [open.backup, open.crashed]) {
      expect(tokens.filter((token) => logOf(copy).includes(token))).toHaveLength(tokens.length)
      const heaps = [...copy].filter(([name]) => name.startsWith('base/'))
      expect(heaps.some(([, { bytes }]) => tokens.some((token) => bytes.includes(token)))).toBe(true)
    }
  })

  it('F54 links no answer to a person better than chance, by any order, place, transaction or change of a row', () => {
    expect(beyondChance(views())).toEqual([])
  })

  it('F54 links nobody by the write-ahead log, of a base backup or after a crash', () => {
    for (const copy of [open.backup, open.crashed, end.crashed]) {
      const { score, bound, guesses } = byPlaceIn(logOf(copy))
      expect(guesses).toBe(TEAMS.length * SIZE)
      expect(score).toBeLessThanOrEqual(bound)
    }
  })

  it('F54 writes with an answer the box of its round alone, in a transaction of its own, and with the word nothing', () => {
    for (const [at, { kind, rows }] of moments.entries()) {
      const known = new Set(moments[at - 1]?.rows.map(({ of, xmin, ctid }) => [of, xmin, ctid].join()))
      // What processes tell each other several times a second names nobody.
      const isNew = ({ of, xmin, ctid }: Row) => of !== 'leases' && !known.has([of, xmin, ctid].join())
      const written = rows.filter(isNew).map(({ of }) => of)
      if (kind === 'answer') expect(written).toEqual(['answers'])
      if (kind === 'word') expect(written).toEqual([])
      const xids = rows.filter(({ of }) => of === 'answers').map(({ xmin }) => xmin)
      const naming = rows.filter(({ of, row }) => of !== 'answers' && JSON.stringify(row).includes(MARK.person))
      expect(naming.filter(({ of, xmin }) => kind === 'answer' && of !== 'rosters' && xids.includes(xmin))).toEqual([])
    }
  })

  const LEAKS: [what: string, plant: (view: View) => Partial<View>, found: string][] = [
    [
      'answers in the order in which they came',
      (view) => {
        const order = arrivals(view)
        const inTurn = (box: View['boxes'][number]) =>
          box.toSorted((one, other) => order.indexOf(one.token) - order.indexOf(other.token))
        return { boxes: view.boxes.map(inTurn) }
      },
      'the order of the box against that of arrival',
    ],
    [
      'a row of the person in the same transaction',
      (view) => ({
        changes: view.changes.map((some, at) => {
          const before = new Set(view.boxes[at - 1]?.map(({ token }) => token))
          const now = (view.boxes[at] ?? []).filter(({ token }) => !before.has(token))
          return new Set([...some, ...now.flatMap(({ token }) => view.truth.get(token) ?? [])])
        }),
      }),
      'the records that changed near an answer',
    ],
  ]
  it.each(LEAKS)('F54 would be found to leak by %s', (_, plant, found) => {
    expect(beyondChance(views().map((view) => ({ ...view, ...plant(view) })))).toContain(found)
  })

  it('F54 holds no key, no name as typed, no text, no choice and no id of a press, in any byte', () => {
    const typed = [MARK.name, MARK.typed, MARK.press, 'checkins.answer', '"q1"', 'pulssi']
    for (const copy of [open.backup, open.crashed, end.crashed]) {
      expect(standsIn(copy, [MARK.person]).length).toBeGreaterThan(0)
      for (const mark of typed) expect([mark, standsIn(copy, [mark])]).toEqual([mark, []])
      expect(
        standsIn(
          copy,
          rounds.map(({ key }) => key),
        ),
      ).toEqual([])
    }
    expect(
      standsIn(
        open.keys,
        rounds.map(({ key }) => key),
      ),
    ).toHaveLength(TEAMS.length)
  }, 60_000)
})

describe('what is left on PostgreSQL after the close', () => {
  it('F53 is no answer and no roster in any table, and no key anywhere: what old versions of rows hold stays sealed', () => {
    const last = moments.at(-1)?.rows ?? []
    for (const gone of ['answers', 'rosters', 'rounds']) expect(bodiesOf(last, gone)).toEqual([])
    expect([...end.keys.keys()]).toEqual(['opaque.key'])
    expect(readdirSync(join(keys, 'rounds'))).toEqual([])
    const opaque = end.keys.get('opaque.key')?.bytes ?? Buffer.alloc(0)
    for (const { id, team, truth } of rounds)
      for (const who of people.filter((one) => one.team === team))
        expect(truth.has(answerToken(opaque, TENANT, aad(who), id))).toBe(false)
  })

  it('F53 links nobody together with all earlier copies and what has changed since', () => {
    const order = bodiesOf(moments.at(-1)?.rows ?? [], 'people').map(({ id }) => String(id))
    const since = views().map((view) => ({
      ...view,
      records: view.records.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)),
    }))
    expect(beyondChance(since)).toEqual([])
  })
})
