import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import en from '../../content/strings/en.json' with { type: 'json' }
import fi from '../../content/strings/fi.json' with { type: 'json' }
import type { AnswerBox, CheckIn, CollectionName, DueKind, Result, Roster, Round } from '../../src/domain/records.ts'
import { rollUp, type TeamMean, type Unit } from '../../src/domain/roll-up.ts'
import { answerToken } from '../../src/domain/sealed-answer.ts'
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import { openRoundKeys } from '../../src/platform/round-keys.ts'
import { aBot, aDataDir, anActor, buttonsOf, cardOf, removeFolder, until, wordsOf, type Actor } from '../support/bot.ts'
import { aDesk, beforeEachCall, openRoundsIn, type Desk } from '../support/check-in-desk.ts'
import {
  answers,
  aTeamWith,
  FIVE,
  inChannel,
  inOwnChat,
  moveTo,
  roundOf,
  sentTo,
  sentToChannel,
  starts,
  textsOf,
  THURSDAY,
} from '../support/check-ins.ts'
import { aConnector, type CardJson, type Sent } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { diskOfPictures, filesIn, temporaryFolder, type Picture } from '../support/disks.ts'
import { formsOf } from '../support/dump.ts'
import { aLightHouse, aTeam, type House } from '../support/house.ts'
import { holdWrites, type Held } from '../support/hindered.ts'
import { storedIn } from '../support/stored.ts'

const MONDAY = '2026-11-23T09:00:00+02:00'
const OPENS = '2026-11-26T14:00:00+02:00'
const CLOSES = '2026-11-27T12:00:00+02:00'
const NOT_FOUND = fi.refusals.notFound
const CLOSED = fi.checkins.closed

const content = await aLightContent()
afterAll(() => content.remove())

type Kept = { checkIns: CheckIn; rounds: Round; rosters: Roster; answers: AnswerBox; results: Result }

/** The records of a collection as they stand on the disk. */
async function kept<Name extends keyof Kept>({ bot }: House, name: Name): Promise<Kept[Name][]> {
  return ((await storedIn(bot.dataDir))[name] ?? []) as unknown as Kept[Name][]
}

async function boxOf(house: House, round: string): Promise<AnswerBox | undefined> {
  return (await kept(house, 'answers')).find(({ id }) => id === round)
}

async function resultOf(house: House, round: string): Promise<Result | undefined> {
  return (await kept(house, 'results')).find(({ id }) => id === round)
}

async function checkInOf(house: House, team: string): Promise<CheckIn | undefined> {
  return (await kept(house, 'checkIns')).find(({ id }) => id === team)
}

/** Everything on the disk but who came by. */
async function storedBeside({ bot }: House): Promise<object> {
  const { people: _people, ...rest } = await storedIn(bot.dataDir)
  return rest
}

/** Until what is on its way has come to its end. */
async function untilSent({ bot }: House): Promise<void> {
  const mailings = async () => (await storedIn(bot.dataDir))['mailings'] ?? []
  while ((await mailings()).some(({ state }) => state !== 'ended')) await new Promise((done) => setTimeout(done, 50))
}

/** People of a team, named after it. */
const of = (team: string, count = 5): string[] =>
  [...FIVE, 'kaisa', 'leo', 'mika', ...Array.from({ length: 40 }, (_, at) => `p${at}`)]
    .slice(0, count)
    .map((id) => `${team}-${id}`)
const leaderOf = (team: string): string => `${team}-maija`

async function startsTeam(house: House, team: string, count = 5, given: object = {}): Promise<void> {
  await aTeamWith(house, team, [leaderOf(team), ...of(team, count)])
  await starts(house, team, leaderOf(team), given)
}

const answerData = (round: string, q1: unknown, q2: unknown, q3: unknown) => ({ round, q1, q2, q3 })

describe('check-ins that are open', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY, HR_USERS: 'aad-hanna' })
  const TEAMS = ['f25', 'f28', 'f29', 'f30', 'f42', 'f47', 'f52a', 'f52b', 'lead']
  const sizes: Record<string, number> = { f46: 40, f49exact: 6, f49less: 6, f49skipped: 6, f51: 5, f51ends: 5 }
  const rounds: Record<string, string> = {}
  const round = (team: string): string => rounds[team] ?? ''

  beforeAll(async () => {
    for (const team of TEAMS) await startsTeam(house, team)
    for (const [team, size] of Object.entries(sizes)) await startsTeam(house, team, size)
    await moveTo(house, OPENS)
    for (const team of [...TEAMS, ...Object.keys(sizes)]) rounds[team] = roundOf(house, `${team}-antti`)
  }, 120_000)

  it('F25 count one answer, however often it is pressed, with how many ids', async () => {
    const [antti = ''] = of('f25')
    const presses = Array.from({ length: 20 }, () => answers(house, antti, round('f25'), [3, 'na', 8]))
    for (const { card } of await Promise.all(presses)) expect(wordsOf(card)).toContain(fi.checkins.thanks.title)
    await inOwnChat(house, antti).submits('checkins.answer', answerData(round('f25'), '3', 'na', '8'))
    expect((await boxOf(house, round('f25')))?.answers).toHaveLength(1)

    await Promise.all(Array.from({ length: 20 }, () => starts(house, 'f25', leaderOf('f25'))))
    expect((await kept(house, 'checkIns')).filter(({ id }) => id === 'f25')).toHaveLength(1)
  })

  it('F28 refuse a tampered round or team, and whoever is not of it, in the words of not found', async () => {
    const [antti = ''] = of('f28')
    const key = (await checkInOf(house, 'f28'))?.key ?? ''
    const before = await storedBeside(house)
    const elsewhere = anActor(house.bot, house.connector, { id: antti, name: antti, tenant: 'f28-other' })
    const unknown = ['f'.repeat(32), '', '../f28', 'constructor', '__proto__', key]
    const tries: [who: Actor, ids: string[]][] = [
      [inOwnChat(house, antti), [...unknown, round('f25')]],
      [inOwnChat(house, 'stranger'), [...unknown, round('f28')]],
      [inOwnChat(house, leaderOf('f28')), unknown],
      [elsewhere, [...unknown, round('f28')]],
    ]
    for (const [who, ids] of tries)
      for (const id of ids)
        for (const verb of ['answer', 'show', 'result', 'helped', 'followUp']) {
          const data = { ...answerData(id, '1', '2', '3'), helped: '1', next: 'keep' }
          expect([verb, id, (await who.presses(`checkins.${verb}`, data)).text]).toEqual([verb, id, NOT_FOUND])
        }

    const more = { ...THURSDAY, until: '2026-12-07', week: '2026-W50', readers: '', person: 'f'.repeat(32) }
    const verbs = ['start', 'form', 'status', 'rest', 'pause', 'skip', 'resume', 'stop', 'talk', 'people', 'readers']
    for (const who of [inOwnChat(house, 'stranger'), inOwnChat(house, antti), elsewhere])
      for (const team of who === tries[0]?.[0] ? unknown : ['f'.repeat(32), `${key} `, 'f28', '__proto__'])
        for (const verb of [...verbs, 'handover', 'results'])
          expect([verb, team, (await who.presses(`checkins.${verb}`, { ...more, team })).text]).toEqual([
            verb,
            team,
            NOT_FOUND,
          ])
    for (const who of [inOwnChat(house, 'stranger'), elsewhere, inChannel(house, 'f25', leaderOf('f25'))])
      for (const verb of [...verbs, 'handover', 'results'])
        expect([verb, (await who.presses(`checkins.${verb}`, { ...more, team: key })).text]).toEqual([verb, NOT_FOUND])

    const leader = inChannel(house, 'f25', leaderOf('f25'))
    expect((await leader.presses('checkins.join', { with: key })).text).toBe(NOT_FOUND)
    const others = await keysOfPeople(house, 'f28')
    const left = { ...THURSDAY, team: (await checkInOf(house, 'f25'))?.key, leaveOut: others[0]?.value ?? '' }
    expect((await leader.presses('checkins.start', left)).text).toBe(NOT_FOUND)
    expect(await storedBeside(house)).toEqual(before)
  })

  const OFF_THE_LIST = ['', '-1', '11', '1e1', '٣', '07', ' 7', 'NaN', 'true', '__proto__', 'constructor', 'na,7']
  const NO_CHOICE: unknown[] = [[], ['7'], {}, { 7: '7' }, 7, -1, 11, 1.5, null, true, undefined]

  it.each(['q1', 'q2', 'q3'] as const)('F29 name question %s where its choice is none, and keep nothing', async (q) => {
    const [antti = ''] = of('f29')
    const who = inOwnChat(house, antti)
    for (const bad of [...OFF_THE_LIST, ...NO_CHOICE]) {
      const pressed = await who.presses('checkins.answer', { ...answerData(round('f29'), '1', '1', '1'), [q]: bad })
      expect([bad, pressed.text]).toEqual([bad, fi.checkins[q]])
    }
    // What no client would write.
    const good = JSON.stringify(answerData(round('f29'), '1', '1', '1'))
    const value = { action: { type: 'Action.Execute', verb: 'checkins.answer', data: 'DATA' }, trigger: 'manual' }
    for (const bad of [`"${q}":1e309`, `"${q}":"1","${q}":{}`, '"__proto__":"1"', `"__proto__":{"${q}":"1"}`]) {
      const invoke = JSON.stringify(who.activity({ type: 'invoke', name: 'adaptiveCard/action', value }))
      const { body } = await house.bot.post(invoke.replace('"DATA"', good.replace(`"${q}":"1"`, bad)))
      expect([bad, (body as { value: unknown }).value]).toEqual([bad, fi.checkins[q]])
    }
    expect((await boxOf(house, round('f29')))?.answers).toEqual([])
  })

  const { choice, hours, time, weekday } = fi.checkins.refusals
  it.each([
    ['weekday', weekday, ['0', '6', '1e0', '٣', '4.0', ['4'], true, {}, null, undefined]],
    ['time', time, ['24:00', '9:00', '14.00', '14:60', '14:00\n', 1400, ['14:00'], {}, null, undefined]],
    [
      'closeAfterHours',
      hours,
      ['0', '-1', '121', '1.5', '1e1', '0x16', ' 22', '٢٢', '', 'NaN', 1.5, [22], ['22'], {}, true, null, undefined],
    ],
    ['every', choice, ['3', '0', '01', 3, [1], {}, true, null]],
    ['language', choice, ['de', 'FI', 'sv+fi', '__proto__', ['fi'], {}, null, undefined]],
    ['remote', choice, ['', 'Yes', true, ['yes'], {}, null]],
    ['talkOnly', choice, ['', 'Yes', true, ['no'], {}, null]],
    ['leaveOut', NOT_FOUND, ['f'.repeat(32), 'f29-antti', '__proto__', [1], [['x']], {}, 7, true, null]],
    ['team', NOT_FOUND, ['x', '__proto__', ['x'], {}, 7, true, null]],
  ])('F29 refuse a start whose %s is off its list, and keep what there was', async (field, said, bad) => {
    const before = await checkInOf(house, 'f29')
    for (const one of bad) {
      const pressed = await starts(house, 'f29', leaderOf('f29'), { [field]: one })
      expect([one, pressed.text]).toEqual([one, said])
    }
    expect(await checkInOf(house, 'f29')).toEqual(before)
  })

  it('F30 take the platform’s sender for who answers, whatever the data says', async () => {
    const [antti = '', linnea = ''] = of('f30')
    const key = readFileSync(join(house.bot.dataDir, 'keys', 'rounds', `${round('f30')}.key`))
    const tokenOf = (id: string) => answerToken(key, 'tenant-1', `aad-${id}`, round('f30'))
    const as = { id: `29:${linnea}`, aadObjectId: `aad-${linnea}`, name: linnea }
    const data = { ...answerData(round('f30'), '1', '1', '1'), token: tokenOf(linnea), person: as, from: as, ...as }
    expect(wordsOf((await inOwnChat(house, antti).presses('checkins.answer', data)).card)).toContain('Kiitos!')
    const tokens = (await boxOf(house, round('f30')))?.answers.map(({ token }) => token)
    expect(tokens).toEqual([tokenOf(antti)])

    const leader = { ...THURSDAY, person: { id: `aad-${leaderOf('f30')}` }, tenant: 'tenant-1' }
    const pressed = await inChannel(house, 'f30', antti).presses('checkins.start', { ...leader, weekday: '1' })
    expect(wordsOf(pressed.card)).not.toContain(fi.checkins.news.saved)
    expect((await checkInOf(house, 'f30'))?.schedule.weekday).toBe(4)
  })

  it('F42 are neither started nor answered in a group chat, and nothing private comes into a channel', async () => {
    const [antti = ''] = of('f42')
    const at = (place: object, id = antti) => anActor(house.bot, house.connector, { id, name: id, ...place })
    const leader = at({ group: 'g42' }, leaderOf('f42'))
    house.connector.sent.length = 0
    const [note, ...others] = await leader.writes('pulssi')
    expect(wordsOf(cardOf(note))).toContain(fi.checkins.group.text)
    expect(others).toEqual([])
    const before = await storedBeside(house)
    for (const verb of ['checkins.start', 'checkins.form', 'checkins.join'])
      expect((await leader.presses(verb, { ...THURSDAY, with: 'x' })).text).toBe(fi.checkins.group.text)
    for (const place of [{ group: 'g42' }, { team: 'f42' }, { team: 'f42', channel: 'f42-arki' }])
      for (const verb of ['checkins.answer', 'checkins.show']) {
        const pressed = await at(place).presses(verb, answerData(round('f42'), '1', '2', '3'))
        expect([place, verb, pressed.text, pressed.sent]).toEqual([place, verb, fi.checkins.ownChatOnly, []])
      }
    expect(await storedBeside(house)).toEqual(before)

    const switched = await at({ team: 'f42' }).presses('language.set', {
      language: 'en',
      show: { verb: 'checkins.show', round: round('f42') },
    })
    expect([switched.text, switched.sent.map(({ conversation }) => conversation)]).toEqual([
      en.language.sentToOwnChat,
      [`own-chat-29:${antti}`],
    ])
    const inTeam = await at({ team: 'f42' }).writes('pulssi')
    expect(inTeam.map(({ conversation }) => conversation)).toEqual(['f42'])
    expect(buttonsOf(inTeam.map(cardOf)).map(({ verb }) => verb)).not.toContain('checkins.answer')
  })

  it('F47 count the last of three edits, and the person once', async () => {
    const [antti = '', ...others] = of('f47')
    for (const id of others) await answers(house, id, round('f47'), [5, 5, 5])
    for (const value of [1, 2, 3, 10]) {
      await answers(house, antti, round('f47'), [value, value, value])
      expect((await boxOf(house, round('f47')))?.answers).toHaveLength(5)
    }
  })

  it('F52 hold to the roster made at the opening when somebody moves to another team meanwhile', async () => {
    const [moved = '', ...staying] = of('f52a')
    const { connector } = house
    connector.teams.set('f52a', aTeam('f52a', [leaderOf('f52a'), ...staying]))
    connector.teams.set('f52b', aTeam('f52b', [leaderOf('f52b'), ...of('f52b'), moved]))
    const who = { id: `29:${moved}`, aadObjectId: `aad-${moved}` }
    const changes = [
      { team: 'f52a', membersRemoved: [who] },
      { team: 'f52b', membersAdded: [who] },
    ]
    for (const { team, ...change } of changes)
      await anActor(house.bot, connector, { id: moved, team }).causes({ type: 'conversationUpdate', ...change })
    const stays = await answers(house, moved, round('f52a'), [10, 10, 10])
    expect(wordsOf(stays.card)).toContain(fi.checkins.thanks.title)
    expect((await answers(house, moved, round('f52b'), [0, 0, 0])).text).toBe(NOT_FOUND)
    for (const id of staying) await answers(house, id, round('f52a'), [5, 5, 5])
    for (const id of of('f52b')) await answers(house, id, round('f52b'), [5, 6, 7])
  })

  it('let the former starter change nothing once the lead was handed over, whatever old cards say', async () => {
    const former = inChannel(house, 'lead', leaderOf('lead'))
    const key = (await checkInOf(house, 'lead'))?.key ?? ''
    const [next] = (await keysOfPeople(house, 'lead')).filter(({ title }) => title === 'lead-linnea')
    await former.presses('checkins.handover', { team: key, person: next?.value })
    await untilSent(house)
    const before = await storedBeside(house)
    const more = { ...THURSDAY, team: key, weekday: '1', until: '2026-12-07', week: '2026-W50', readers: '' }
    const verbs = ['start', 'form', 'rest', 'pause', 'skip', 'resume', 'stop', 'talk', 'people', 'readers', 'handover']
    for (const verb of verbs) {
      const refused = await former.presses(`checkins.${verb}`, { ...more, person: next?.value })
      expect([verb, refused.text]).toEqual([verb, fi.checkins.refusals.notYours])
    }
    expect(await storedBeside(house)).toEqual(before)
    const changed = await inChannel(house, 'lead', 'lead-linnea').presses('checkins.start', { ...more, weekday: '3' })
    expect(wordsOf(changed.card)).toContain(fi.checkins.news.saved)
  })

  describe('and then close', () => {
    const values = (at: number): number => at % 11
    let thanked: number[]
    let refused: string[]
    let sent: Sent[]
    /** What a channel read at the close. */
    const result = (team: string): CardJson => cardOf(sent.find(({ conversation }) => conversation === team))

    beforeAll(async () => {
      const six = (team: string) => of(team, 6)
      for (const id of six('f49exact').slice(1)) await answers(house, id, round('f49exact'), [2, 8, 9])
      await answers(house, six('f49exact')[1] ?? '', round('f49exact'), [3, 7, 8])
      for (const id of six('f49less').slice(2)) await answers(house, id, round('f49less'), [2, 8, 9])
      for (const [at, id] of six('f49skipped').entries())
        await answers(house, id, round('f49skipped'), [at, at < 1 ? 'na' : at, at < 2 ? 'na' : at])
      for (const id of of('f51')) await answers(house, id, round('f51'), [7, 5, 3])
      for (const [at, id] of of('f51ends').entries())
        await answers(house, id, round('f51ends'), [at < 2 ? 0 : 10, at < 4 ? 0 : 10, at])
      for (const id of of('f42')) await answers(house, id, round('f42'), [7, 5, 3])

      house.connector.sent.length = 0
      const people = of('f46', 40)
      const one = (id: string, at: number) => answers(house, id, round('f46'), [values(at), values(at), values(at)])
      const early = people.slice(0, 8).map(one)
      const said = await Promise.all(early)
      const closing = moveTo(house, CLOSES)
      const late = await Promise.all(people.slice(8).map((id, at) => one(id, at + 8)))
      await closing
      const all = [...said, ...late]
      const isThanked = ({ card }: { card: CardJson }) => wordsOf(card).includes(fi.checkins.thanks.title)
      thanked = all.flatMap((pressed, at) => (isThanked(pressed) ? [values(at)] : []))
      refused = all.filter((pressed) => !isThanked(pressed)).map(({ text }) => text)
      sent = [...house.connector.sent]
    }, 60_000)

    it('F27 an old card says that it is closed, and nothing changes', async () => {
      const before = await storedBeside(house)
      for (const verb of ['checkins.answer', 'checkins.show'])
        for (const team of ['f25', 'f47', 'f49less']) {
          const pressed = await inOwnChat(house, `${team}-antti`).presses(verb, answerData(round(team), '0', '0', '0'))
          expect([verb, pressed.text]).toEqual([verb, CLOSED])
        }
      const data = answerData(round('f47'), '0', '0', '0')
      const answered = await inOwnChat(house, 'f47-antti').submits('checkins.answer', data)
      expect(answered.map(({ body }) => body.text)).toEqual([CLOSED])
      expect(await storedBeside(house)).toEqual(before)
    })

    it('F42 the channel has read no question, no name of who was asked and nothing of the briefing', () => {
      const said = wordsOf(result('f42'))
      expect(said).toContain(fi.checkins.labels.core)
      for (const id of of('f42')) expect(said).not.toContain(id)
      const inChannels = sent.filter(({ conversation }) => conversation in rounds)
      expect(inChannels.map(({ conversation }) => conversation).sort()).toEqual(Object.keys(rounds).sort())
      for (const one of inChannels) {
        const card = cardOf(one)
        expect(wordsOf(card)).not.toContain(fi.checkins.script1)
        const verbs = buttonsOf(card).map(({ verb }) => verb)
        for (const verb of ['checkins.answer', 'checkins.show', 'checkins.helped', 'checkins.people'])
          expect(verbs).not.toContain(verb)
      }
    })

    it('F46 everybody who was thanked while they closed is counted, everybody else was refused', async () => {
      expect(new Set([CLOSED, ...refused])).toEqual(new Set([CLOSED]))
      const closed = await resultOf(house, round('f46'))
      const sum = thanked.reduce((total, value) => total + value, 0)
      expect(thanked.length).toBeGreaterThanOrEqual(8)
      expect(closed).toMatchObject({ answers: thanked.length, rosterSize: 40 })
      expect(closed?.figures).toMatchObject([1, 2, 3].map(() => ({ count: thanked.length, sum })))
      expect((await answers(house, 'f46-antti', round('f46'), [1, 1, 1])).text).toBe(CLOSED)
    })

    it('F47 the last of three edits stands in the figure, of five answers', async () => {
      expect(await resultOf(house, round('f47'))).toMatchObject({
        answers: 5,
        figures: [{ count: 5, sum: 30 }, { sum: 30 }, { sum: 30 }],
      })
      expect(textsOf(result('f47'))).toMatchObject({ answers: '5', 'mean-C0': '6,0' })
    })

    it('F49 k answers are shown, k − 1 are not, and a skipped question counts for itself', async () => {
      const shown = (team: string) => textsOf(result(team))
      expect(shown('f49exact')).toMatchObject({ answers: '5', 'mean-C0': '2,2', 'mean-WL1': '7,8', 'mean-CL2': '8,8' })
      const less = shown('f49less')
      for (const id of ['answers', 'mean-C0', 'mean-WL1', 'mean-CL2']) expect(less).not.toHaveProperty(id)
      expect(wordsOf(result('f49less'))).toContain('Lukuja ei näytetä')
      const hidden = await resultOf(house, round('f49less'))
      expect(hidden?.figures.map((figure) => Object.keys(figure))).toEqual([1, 2, 3].map(() => ['question', 'kind']))
      expect(hidden).not.toHaveProperty('answers')
      expect(hidden).not.toHaveProperty('rosterSize')
      expect(shown('f49skipped')).toMatchObject({ answers: '6', 'mean-C0': '2,5', 'mean-WL1': '3,0' })
      expect(shown('f49skipped')).not.toHaveProperty('mean-CL2')
      const [, , third] = (await resultOf(house, round('f49skipped')))?.figures ?? []
      expect(third).toEqual({ question: 'CL2', kind: 'hidden' })
    })

    it('F51 five equal answers, or only ends of the scale, show a band, and no sum is kept of them', async () => {
      const bands = (await resultOf(house, round('f51')))?.figures
      expect(bands).toEqual([
        { question: 'C0', kind: 'band', count: 5, from: 6 },
        { question: 'WL1', kind: 'band', count: 5, from: 4 },
        { question: 'CL2', kind: 'band', count: 5, from: 0 },
      ])
      const card = result('f51')
      expect(textsOf(card)).toMatchObject({ 'mean-C0': 'vähintään 6', 'mean-WL1': '4–5,9', 'mean-CL2': 'alle 4' })
      for (const number of ['7', '5,0', '7,0', '3,0']) expect(wordsOf(card).split(/\s/)).not.toContain(number)
      expect((await resultOf(house, round('f51ends')))?.figures).toMatchObject([
        { kind: 'band', from: 6 },
        { kind: 'band', from: 0 },
        { kind: 'mean', sum: 10 },
      ])
    })

    it('F52 who moved counts where the roster named them, and is asked by the new team the week after', async () => {
      expect(await resultOf(house, round('f52a'))).toMatchObject({
        answers: 5,
        rosterSize: 5,
        figures: [{ sum: 30 }, {}, {}],
      })
      expect(await resultOf(house, round('f52b'))).toMatchObject({ answers: 5, rosterSize: 5 })
      house.connector.sent.length = 0
      await moveTo(house, '2026-12-03T14:00:00+02:00')
      expect(sentTo(house, 'f52a-antti').length).toBe(1)
      const rosters = await kept(house, 'rosters')
      const asked = rosters.filter(({ people }) => people.includes('aad-f52a-antti'))
      expect(asked.map(({ people }) => people.toSorted())).toEqual([
        [...of('f52b'), 'f52a-antti'].map((id) => `aad-${id}`).toSorted(),
      ])
    })
  })
})

/** The opaque ids of a team's members as its starter's card offers them. */
async function keysOfPeople(house: House, team: string): Promise<{ title: string; value: string }[]> {
  const { card } = await inChannel(house, team, leaderOf(team)).presses('checkins.people')
  const found = JSON.stringify(card.body)
  return [...found.matchAll(/\{"title":"([^"]+)","value":"([0-9a-f]{32})"\}/g)].map(([, title = '', value = '']) => ({
    title,
    value,
  }))
}

describe('groups that are too small', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY, HR_USERS: 'aad-hanna' })

  it('F48 teams of two and four hear so before anything is asked, and no round is ever opened', async () => {
    for (const [team, size] of [
      ['two', 2],
      ['four', 4],
    ] as const) {
      await aTeamWith(house, team, [leaderOf(team), ...of(team, size)])
      const said = fi.checkins.tooSmall.replace('{{k}}', '5')
      const [form] = await inChannel(house, team, leaderOf(team)).writes('pulssi')
      expect(wordsOf(cardOf(form))).toContain(said)
      const refused = await starts(house, team, leaderOf(team))
      expect(refused.text).toBe(fi.checkins.refusals.tooFew.replace('{{k}}', '5'))
      expect(await checkInOf(house, team)).toBeUndefined()
      await starts(house, team, leaderOf(team), { talkOnly: 'yes' })
    }
    // One person left before the first opening; leaving people out leaves four of six.
    await startsTeam(house, 'shrunk', 5)
    house.connector.teams.set('shrunk', aTeam('shrunk', [leaderOf('shrunk'), ...of('shrunk', 4)]))
    house.connector.sent.length = 0
    await moveTo(house, OPENS)
    for (const team of ['two', 'four', 'shrunk'])
      expect(wordsOf(cardOf(sentToChannel(house, team)[0]))).toContain(fi.checkins.talk.title)
    const said = wordsOf(cardOf(sentToChannel(house, 'shrunk')[0]))
    expect(said).toContain(fi.checkins.tooSmall.replace('{{k}}', '5'))
    for (const team of ['two', 'four', 'shrunk']) for (const id of of(team, 4)) expect(sentTo(house, id)).toEqual([])
    await moveTo(house, CLOSES)
    for (const name of ['rounds', 'rosters', 'answers', 'results'] as const) expect(await kept(house, name)).toEqual([])
    expect(readdirSync(join(house.bot.dataDir, 'keys', 'rounds'))).toEqual([])
  })

  it('F50 a hidden team is in no figure of the whole, and a hidden unit takes a sibling or the parent with it', async () => {
    const { bot, connector } = house
    const actor = (id: string, team?: string) =>
      anActor(bot, connector, { id, name: id, tenant: 'f50', ...(team !== undefined && { team }) })
    const teams = ['f50a', 'f50b', 'f50c', 'f50hidden']
    for (const team of teams) {
      connector.teams.set(team, aTeam(team, [leaderOf(team), ...of(team)]))
      await actor(leaderOf(team), team).causes({ type: 'installationUpdate', action: 'add' })
      await actor(leaderOf(team), team).presses('checkins.start', THURSDAY)
    }
    await moveTo(house, '2026-12-03T14:00:00+02:00')
    for (const team of teams)
      for (const [at, id] of of(team).entries()) {
        const isHidden = team === 'f50hidden'
        if (isHidden && at === 0) continue
        const [q1, q2, q3] = isHidden ? ['0', '0', '0'] : [String(6 + (at % 3)), '8', String(at)]
        await actor(id).presses('checkins.answer', { round: roundOf(house, id), q1, q2, q3 })
      }
    await moveTo(house, '2026-12-07T09:00:00+02:00')
    const [overview] = await actor('hanna').writes('tulokset')
    const words = wordsOf(cardOf(overview))
    // 3 × (6 + 7 + 8 + 6 + 7) / 15 and 3 × (0 + 1 + 2 + 3 + 4) / 15: nothing of the four zeros. Bands stay out.
    expect(words).toContain('Koko organisaatio: vk 49')
    expect(words).toContain('6,8')
    expect(words).toContain('2,0')
    expect(words).not.toMatch(/\b(8,0|5,4|1,6|6,3)\b/)

    const unit = (id: string, count: number): Unit => ({
      id,
      children: [],
      teams: Array.from({ length: count }, (_, at): TeamMean => ({
        team: `${id}${at}`,
        supervisor: `${id}${at}`,
        count: 5,
        sum: 30,
      })),
    })
    const rolled = (...children: Unit[]) => [...rollUp({ id: 'whole', teams: [], children }, 5).keys()]
    expect(rolled(unit('north', 3), unit('south', 4))).toEqual(['whole', 'north', 'south'])
    expect(rolled(unit('north', 3), unit('south', 4), unit('small', 1))).toEqual(['whole', 'south'])
    expect(rolled(unit('north', 3), unit('small', 1))).toEqual(['whole'])
  })
})

describe('one step beside another', () => {
  const ANSWERED = ['1', '2', '3', '4', '5', '6'] as const
  const people = [...ANSWERED.map((value) => `p${value}`), 'late']

  async function anOpenDesk(): Promise<Desk> {
    const desk = aDesk(people)
    await desk.starts()
    desk.at(OPENS)
    await desk.opens()
    for (const value of ANSWERED) await desk.answers(`p${value}`, [value, value, value])
    return desk
  }

  /** What must come of it: who was thanked is counted with the newest choices, who was refused is not. */
  function counted(late: string, edit: string): object {
    const sum = 21 + (late === 'thanks' ? 9 : 0) + (edit === 'thanks' ? 9 : 0)
    const count = late === 'thanks' ? 7 : 6
    return { answers: count, figures: [1, 2, 3].map(() => ({ count, sum })) }
  }

  it('F46 counts an answer and an edit or refuses them, at whichever step of the close they come', async () => {
    const said = new Set<string>()
    for (let step = 0; ; step += 1) {
      const desk = await anOpenDesk()
      const outcome: string[] = []
      const kit = beforeEachCall(desk.kit, async (call) => {
        if (call !== step) return
        outcome.push(await desk.answers('late', ['9', '9', '9']), await desk.answers('p1', ['10', '10', '10']))
      })
      const result = await desk.closes(kit)
      const [late, edit] = outcome
      if (late === undefined || edit === undefined) break
      expect([step, result]).toMatchObject([step, counted(late, edit)])
      expect(await openRoundsIn(desk.kit, await desk.round())).toEqual(NOTHING)
      for (const one of outcome) said.add(one)
    }
    expect([...said].sort()).toEqual(['checkins.closed', 'thanks'])
  })

  it('F46 says thanks for what is counted and closed for what is not, at whichever step of the answer the close comes', async () => {
    const said = new Set<string>()
    for (let step = 0; ; step += 1) {
      const desk = await anOpenDesk()
      const results: (Result | undefined)[] = []
      const kit = beforeEachCall(desk.kit, async (call) => {
        if (call === step) results.push(await desk.closes())
      })
      const late = await desk.answers('late', ['9', '9', '9'], kit)
      if (results.length === 0) break
      expect([step, results[0]]).toMatchObject([step, counted(late, '')])
      said.add(late)
    }
    expect([...said].sort()).toEqual(['checkins.closed', 'thanks'])
  })

  const NOTHING = { rounds: [], rosters: [], answers: [], cards: [], key: undefined }

  /** A process that dies before a call: nothing that it would still ask reaches the disk. */
  const dying = (desk: Desk, at: number) => {
    const died = { is: false }
    const kit = beforeEachCall(desk.kit, async (call) => {
      if (call < at) return
      died.is = true
      throw new Error('killed')
    })
    return { kit, died }
  }

  it.each([
    ['opening comes too late to be made up for', OPENS, (desk: Desk, kit: Desk['kit']) => desk.opens(kit)],
    ['closing', CLOSES, (desk: Desk, kit: Desk['kit']) => desk.closesDue(kit)],
    ['stopping', '2026-11-27T09:00:00+02:00', (desk: Desk, kit: Desk['kit']) => desk.stops(kit)],
  ])('F55 leaves nothing of a round behind where a death while %s is followed by a start', async (_, at, act) => {
    for (let step = 0; ; step += 1) {
      const desk = aDesk(people)
      await desk.starts()
      if (at !== OPENS) {
        desk.at(OPENS)
        await desk.opens()
        for (const value of ANSWERED) await desk.answers(`p${value}`, [value, value, value])
      }
      const round = await desk.round()
      desk.at(at)
      const { kit, died } = dying(desk, step)
      await act(desk, kit as Desk['kit']).catch(() => undefined)
      desk.at('2026-11-30T09:00:00+02:00')
      await desk.opens()
      await desk.closesDue()
      expect([step, await openRoundsIn(desk.kit, round)]).toEqual([step, NOTHING])
      if (!died.is) break
    }
  })

  it('F55 leaves nothing of a round behind where a stop comes at whichever step of opening it', async () => {
    for (let step = 0; ; step += 1) {
      const desk = aDesk(people)
      await desk.starts()
      const round = await desk.round()
      desk.at(OPENS)
      const stopped = { is: false }
      const kit = beforeEachCall(desk.kit, async (call) => {
        if (call !== step) return
        stopped.is = true
        await desk.stops()
      })
      await desk.opens(kit)
      if (!stopped.is) break
      desk.at(CLOSES)
      await desk.opens()
      await desk.closesDue()
      expect([step, await openRoundsIn(desk.kit, round)]).toEqual([step, NOTHING])
    }
  })

  it('F55 comes to the same result and leaves no trace, at whichever call to the disk the world ends', async () => {
    const { folder, remove } = temporaryFolder()
    const album = temporaryFolder()
    try {
      const open = async (at: string, files?: Parameters<typeof openRoundKeys>[1]) => {
        const store = await openEmbeddedStore(join(at, 'data'), files && { files })
        return { store, roundKeys: await openRoundKeys(join(at, 'keys'), files) }
      }
      const first = await open(folder)
      const desk = aDesk(people, first)
      await desk.starts()
      desk.at(OPENS)
      await desk.opens()
      for (const value of ANSWERED) await desk.answers(`p${value}`, [value, value, value])
      const round = await desk.round()
      const secrets = await secretsOf(desk, round)
      expect(secrets.filter((secret) => tracesOf(folder, [secret]).length === 0)).toEqual([])
      await first.store.close()

      const pictures: Picture[] = []
      const disk = diskOfPictures(folder, album.folder, (picture) => pictures.push(picture))
      const ports = await open(folder, disk)
      pictures.length = 0
      const closing = aDesk(people, ports)
      closing.at(CLOSES)
      await closing.closesDue()
      const results = await ports.store.results.list('tenant-1')
      expect(results).toMatchObject([{ answers: 6, figures: [{ sum: 21 }, { sum: 21 }, { sum: 21 }] }])
      await ports.store.close()
      expect(tracesOf(folder, secrets)).toEqual([])

      // Who got a card: overwritten before it is removed.
      const removals = pictures.flatMap(({ before, folder: at }) => {
        const [, file] = /^rm (.*\/ledger\/.*\.db), killed$/.exec(before) ?? []
        return file === undefined ? [] : [file.replace(folder, at)]
      })
      expect(removals.length).toBeGreaterThan(0)
      for (const file of removals)
        expect(formsOf(secrets).some((form) => readFileSync(file).includes(form))).toBe(false)

      const folders = [...new Set(pictures.map((picture) => picture.folder))]
      expect(folders.length).toBeGreaterThan(40)
      for (const picture of folders) {
        const again = await open(picture)
        const repeated = aDesk(people, again)
        repeated.at(CLOSES)
        await repeated.closesDue()
        expect(repeated.kit.reported).toEqual([])
        expect(await again.store.results.list('tenant-1')).toEqual(results)
        expect(await openRoundsIn(repeated.kit, round)).toEqual(NOTHING)
        await again.store.close()
        expect([picture, tracesOf(picture, secrets)]).toEqual([picture, []])
      }
    } finally {
      remove()
      album.remove()
    }
  }, 120_000)
})

/** Every token, sealed answer and the key of an open round, its roster as it is written, and whom its cards were for. */
async function secretsOf({ kit: { store, roundKeys } }: Desk, round: string): Promise<(string | Buffer)[]> {
  const box = await store.answers.get('tenant-1', round)
  const roster = await store.rosters.get('tenant-1', round)
  const key = await roundKeys.read(round)
  if (box === undefined || roster === undefined || key === undefined) throw new Error('no round is open')
  // Beside the roster their Entra object ids stand with the cards that they got, and so does what the platform calls them.
  const asked = roster.people.map((id) => `29:${id}`)
  return [...box.answers.flatMap(({ token, sealed }) => [token, sealed]), JSON.stringify(roster.people), ...asked, key]
}

/** Which of the secrets stand in which file of a folder. */
function tracesOf(folder: string, secrets: readonly (string | Buffer)[]): string[] {
  return filesIn(folder).flatMap((file) => {
    const bytes = readFileSync(file)
    return secrets.flatMap((secret) => (bytes.includes(secret) ? [`${file}: ${secret.toString('hex')}`] : []))
  })
}

describe('a bot that is killed and started again', () => {
  const house = {} as House
  let folder: string
  let keysDir: string
  const rounds: Record<string, string> = {}
  const env = (threshold: number) => ({
    CLOCK_START: MONDAY,
    CONTENT_DIR: content.dir,
    KEYS_DIR: keysDir,
    CHECKIN_THRESHOLD: String(threshold),
  })
  const start = async (threshold: number) => {
    house.bot = await aBot(env(threshold), folder)
  }
  const keyFile = (round: string): string => join(keysDir, 'rounds', `${round}.key`)

  beforeAll(async () => {
    ;[folder, keysDir, house.connector] = await Promise.all([aDataDir(), aDataDir(), aConnector()])
    await start(6)
    await startsTeam(house, 'many', 8)
    await startsTeam(house, 'few', 6)
    await moveTo(house, OPENS)
    for (const team of ['many', 'few']) rounds[team] = roundOf(house, `${team}-antti`)
    for (const [at, id] of of('many', 7).entries()) await answers(house, id, rounds['many'] ?? '', [at, at, 'na'])
    for (const [at, id] of of('few', 5).entries()) await answers(house, id, rounds['few'] ?? '', [at, at, at])
  }, 60_000)
  afterAll(async () => {
    await house.bot.stop('SIGKILL')
    await house.connector.close()
    await Promise.all([folder, keysDir].map(removeFolder))
  })

  type Standing = Awaited<ReturnType<typeof standing>>
  const isClosedUpTo: [before: CollectionName, (of: Standing) => boolean][] = [
    ['results', ({ locked }) => locked],
    ['rosters', ({ answers: count, results }) => results === 1 && count === 0],
    ['rounds', ({ rosters, hasKey }) => rosters === 0 && !hasKey],
    ['checkIns', ({ rounds: count }) => count === 0],
  ]

  /** How far the close of the larger team has come, on the disk. */
  async function standing() {
    const id = rounds['many'] ?? ''
    const mine = async (name: keyof Kept) => (await kept(house, name)).filter((one) => one.id === id)
    const boxes = (await mine('answers')) as AnswerBox[]
    return {
      locked: boxes.some(({ locked }) => locked),
      answers: boxes.length,
      results: (await mine('results')).length,
      rosters: (await mine('rosters')).length,
      rounds: (await mine('rounds')).length,
      hasKey: existsSync(keyFile(id)),
    }
  }

  it('F55 goes on with the close where kill -9 ended it, before and after every step', async () => {
    const states: object[] = []
    for (const [name, isThere] of isClosedUpTo) {
      const held = await holdWrites(folder, name)
      if (name === 'results') void moveTo(house, CLOSES).catch(() => undefined)
      else await start(5)
      while (!isThere(await standing())) await new Promise((resolve) => setTimeout(resolve, 50))
      await house.bot.stop('SIGKILL')
      states.push(await standing())
      await held.release()
    }
    expect(states).toMatchObject([
      { results: 0, answers: 1, rosters: 1, hasKey: true, rounds: 1 },
      { results: 1, answers: 0, rosters: 1, hasKey: true, rounds: 1 },
      { results: 1, answers: 0, rosters: 0, hasKey: false, rounds: 1 },
      { results: 1, answers: 0, rosters: 0, hasKey: false, rounds: 0 },
    ])
    house.connector.sent.length = 0
    await start(5)
    await until(() => sentToChannel(house, 'many').length > 0 && sentToChannel(house, 'few').length > 0)
    // 0 + 1 + … + 6 of seven; the third question was answered by nobody.
    expect(textsOf(cardOf(sentToChannel(house, 'many')[0]))).toMatchObject({ answers: '7', 'mean-C0': '3,0' })
    for (const name of ['rounds', 'rosters', 'answers'] as const) expect(await kept(house, name)).toEqual([])
    expect(readdirSync(join(keysDir, 'rounds'))).toEqual([])
    await moveTo(house, '2026-11-27T15:00:00+02:00')
    for (const team of ['many', 'few']) expect(sentToChannel(house, team)).toHaveLength(1)
  }, 120_000)

  it('F56 keeps the threshold of the round when the setting is lowered meanwhile, and never goes below it', async () => {
    // It opened at 6 and closed at a setting of 5, with five answers.
    expect(await resultOf(house, rounds['few'] ?? '')).not.toHaveProperty('answers')
    expect((await resultOf(house, rounds['few'] ?? ''))?.k).toBe(6)
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-03T14:00:00+02:00')
    expect((await kept(house, 'rounds')).map(({ k }) => k)).toEqual([6, 6])
    expect(wordsOf(cardOf(sentTo(house, 'few-antti')[0]))).toContain('jos vastauksia on vähintään 6')
  }, 60_000)

  it('F56 raises it from the next round on: an open one closes with its own', async () => {
    const round = roundOf(house, 'many-antti')
    for (const [at, id] of of('many', 6).entries()) await answers(house, id, round, [at, at, at])
    await house.bot.stop()
    await start(8)
    await moveTo(house, '2026-12-04T12:00:00+02:00')
    expect(await resultOf(house, round)).toMatchObject({ k: 6, answers: 6 })
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-10T14:00:00+02:00')
    expect((await kept(house, 'rounds')).map(({ team, k }) => [team, k])).toEqual([['many', 8]])
    expect(wordsOf(cardOf(sentTo(house, 'many-antti')[0]))).toContain('jos vastauksia on vähintään 8')
    const said = wordsOf(cardOf(sentToChannel(house, 'few')[0]))
    expect(said).toContain(fi.checkins.tooSmall.replace('{{k}}', '8'))
  }, 60_000)
})

describe('a bot that is killed between posting a mailing and noting that it did', () => {
  const house = {} as House
  let folder: string
  const start = async (at = MONDAY) => {
    house.bot = await aBot({ CLOCK_START: at, CONTENT_DIR: content.dir }, folder)
  }
  const isDue = async (kind: DueKind) => (await checkInOf(house, 'once'))?.due[kind] !== undefined
  const untilDue = async (kind: DueKind, is: boolean) => {
    while ((await isDue(kind)) !== is) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  /** The cards that came to the team's channel, and to each of these. */
  const cameTo = (people: readonly string[]): string[][] =>
    [sentToChannel(house, 'once'), ...people.map((id) => sentTo(house, id))].map((its) =>
      its.map((sent) => JSON.stringify(cardOf(sent))),
    )

  /** All of it comes while noting that is held up; then the bot is killed, and started again. */
  async function dieUnnoted(held: Held, kind: DueKind, people: readonly string[], later: string): Promise<void> {
    await until(() => cameTo(people).every((cards) => cards.length > 0))
    await house.bot.stop('SIGKILL')
    await held.release()
    expect(await isDue(kind)).toBe(true)
    await start()
    await untilDue(kind, false)
    await moveTo(house, later)
  }

  beforeAll(async () => {
    ;[folder, house.connector] = await Promise.all([aDataDir(), aConnector()])
    await start()
    await startsTeam(house, 'once')
    house.connector.sent.length = 0
  }, 60_000)
  afterAll(async () => {
    await house.bot.stop('SIGKILL')
    await house.connector.close()
    await removeFolder(folder)
  })

  it('F61 brings the cards of a round once', async () => {
    const mailings = await holdWrites(folder, 'mailings')
    void moveTo(house, OPENS).catch(() => undefined)
    await untilDue('deliver', true)
    await house.bot.stop('SIGKILL')
    await mailings.release()
    expect(cameTo(of('once')).flat()).toEqual([])
    const checkIns = await holdWrites(folder, 'checkIns')
    await start()
    await dieUnnoted(checkIns, 'deliver', of('once'), '2026-11-26T14:45:00+02:00')
    expect(cameTo(of('once')).map((cards) => cards.length)).toEqual([1, 1, 1, 1, 1, 1])
  }, 90_000)

  it('F61 tells of a result once', async () => {
    for (const [at, id] of of('once').entries()) await answers(house, id, roundOf(house, id), [at, at, at])
    await house.bot.stop('SIGKILL')
    await start('2026-11-27T18:00:00+02:00')
    await untilDue('announce', true)
    house.connector.sent.length = 0
    const checkIns = await holdWrites(folder, 'checkIns')
    void moveTo(house, '2026-11-30T08:00:00+02:00').catch(() => undefined)
    await dieUnnoted(checkIns, 'announce', [leaderOf('once')], '2026-11-30T08:45:00+02:00')
    expect(cameTo([leaderOf('once')]).map((cards) => cards.length)).toEqual([1, 1])
  }, 90_000)
})
