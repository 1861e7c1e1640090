import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { aBot, aDataDir, buttonsOf, buttonsWith, cardOf, elementsOf, removeFolder, wordsOf } from '../support/bot.ts'
import { figuresOn, imports, member, press, preview, report, send, settle } from '../support/broadcasts.ts'
import { aTeamWith, answers, FIVE, moveTo, roundOf, sentTo, sentToChannel, starts } from '../support/check-ins.ts'
import { runs } from '../support/copies.ts'
import { formsOf } from '../support/dump.ts'
import { aLightHouse } from '../support/house.ts'
import { aPostgres, type Server } from '../support/postgres.ts'
import { storedIn } from '../support/stored.ts'

const ENV = {
  CLOCK_START: '2026-11-23T09:00:00+02:00',
  BOT_TENANT_ID: 'tenant-1',
  HR_USERS: 'aad-hanna',
  SUPERVISOR_USERS: 'aad-maija',
  SEND_RATE: '1000',
}
const TO_UNIT = { audience: 'unit:Kotihoito', override: 'Vesikatko' }
const THURSDAY = '2026-11-26T14:10:00+02:00'

describe('a backup that was made while the bot ran, restored on another folder', () => {
  const house = aLightHouse(ENV)
  let before: string
  let round: string
  const ids: Record<'half' | 'later' | 'other', string> = { half: '', later: '', other: '' }
  const got = () => FIVE.map((id) => sentTo(house, id).length)
  const sentByItself = () => house.connector.sent.filter(({ conversation }) => conversation !== 'own-hanna')

  beforeAll(async () => {
    const { bot } = house
    before = bot.dataDir
    await aTeamWith(house, 'koti', ['maija', ...FIVE])
    await imports(
      house,
      FIVE.map((id) => `aad-${id},Kotihoito,,`),
    )
    await starts(house, 'koti', 'maija')
    await moveTo(house, '2026-11-26T14:00:00+02:00')
    round = roundOf(house, 'antti')
    for (const id of FIVE) await answers(house, id, round, [4, 5, 6])

    ids.later = await send(house, { ...TO_UNIT, title_fi: 'Huomenna', at: '2026-11-27T09:00' })
    ids.other = await send(house, { ...TO_UNIT, title_fi: 'Ylihuomenna', at: '2026-11-30T09:00' })
    // The service takes one message, and has no time for the others.
    house.connector.answers = ({ conversation }) =>
      ['own-chat-29:antti', 'own-antti', 'own-hanna', ''].includes(conversation)
        ? undefined
        : { status: 429, headers: { 'retry-after': '600' } }
    ids.half = await send(house, { ...TO_UNIT, title_fi: 'Kesken' })
    await preview(house, { ...TO_UNIT, title_fi: 'Vahvistamatta' })
    expect(figuresOn(await report(house, ids.half))).toEqual({ delivered: 1, pending: 4 })

    const file = join(before, 'backup.gz')
    const written = await runs('backup', [file], { DATA_DIR: before })
    expect([written.code, written.said]).toEqual([0, expect.stringContaining('The running bot writes it')])
    const keys = [join('keys', 'opaque.key'), join('keys', 'rounds', `${round}.key`)]
    const text = gunzipSync(readFileSync(file))
    for (const key of keys) {
      for (const form of formsOf([readFileSync(join(before, key))])) expect(text.includes(form)).toBe(false)
    }
    await bot.stop('SIGKILL')

    const folder = `${before}-restored`
    const restored = await runs('restore', [file], { DATA_DIR: folder })
    expect([restored.code, restored.said]).toEqual([0, expect.stringContaining('3 broadcast(s) wait for HR')])
    expect(restored.said).toContain('1 unconfirmed broadcast(s) are drafts again')
    mkdirSync(join(folder, 'keys'))
    cpSync(join(before, 'keys', 'opaque.key'), join(folder, 'keys', 'opaque.key'))
    house.connector.answers = () => undefined
    house.connector.sent.length = 0
    house.bot = await aBot({ ...house.env, CLOCK_START: THURSDAY }, folder)
    await settle(house)
  }, 120_000)
  afterAll(() => removeFolder(before))
  beforeEach(() => {
    house.connector.sent.length = 0
  })

  it('F71 sends nothing before HR presses, and HR’s list and report say what waits and why', async () => {
    await settle(house, 'PT15M')
    expect(sentByItself()).toEqual([])
    const [list] = await member(house, 'hanna').writes('tiedote')
    const lines = elementsOf(cardOf(list), 'TextBlock').map(({ text }) => text)
    const says = 'Odottaa päätöstäsi: Luotsi palautettiin varmuuskopiosta'
    expect(lines.filter((line) => line === says)).toHaveLength(3)
    const card = await report(house, ids.half)
    expect(figuresOn(card)).toEqual({ delivered: 1, pending: 4 })
    expect(wordsOf(card)).toContain('Lähetys odottaa päätöstäsi.')
    expect(wordsOf(card)).toContain('4 viestiä odottaa. Osa on voinut jo saada viestin')
    const titles = (verb: string) => buttonsWith(card, verb).map(({ title }) => title)
    expect([titles('broadcasts.resume'), titles('broadcasts.cancel')]).toEqual([['Jatka lähettämistä'], ['Peru loput']])
    const verbs = new Set(buttonsOf(card).map(({ verb }) => verb))
    for (const verb of ['withdraw', 'edit', 'retry', 'resend']) expect(verbs).not.toContain(`broadcasts.${verb}`)
  })

  it('F71 lets it go on when HR says so, to those alone who did not have it, and once', async () => {
    const { card } = await press(house, 'resume', ids.half)
    expect(wordsOf(card)).toContain('Lähetys jatkuu.')
    await settle(house)
    expect(got()).toEqual([0, 1, 1, 1, 1])
    expect(figuresOn(await report(house, ids.half))).toEqual({ delivered: 5 })
    const again = await press(house, 'resume', ids.half)
    expect(again.text).toContain('Lähetys ei odota päätöstä')
    const { audit = [] } = await storedIn(house.bot.dataDir)
    expect(audit.map(({ what, to }) => [what, to])).toEqual(
      expect.arrayContaining([
        ['restore', ''],
        ['broadcasts.resume', ids.half],
      ]),
    )
  })

  it('F71 keeps the time of one that was to go later, and cancels one that HR cancels', async () => {
    await press(house, 'resume', ids.later)
    await press(house, 'cancel', ids.other)
    await settle(house)
    expect(got()).toEqual([0, 0, 0, 0, 0])
    await moveTo(house, '2026-11-27T09:00:00+02:00')
    expect(got()).toEqual([1, 1, 1, 1, 1])
    await moveTo(house, '2026-11-30T09:01:00+02:00')
    expect(got()).toEqual([1, 1, 1, 1, 1])
    expect(figuresOn(await report(house, ids.other))).toEqual({ cancelled: 5 })
  })

  it('F71 closes the open check-in whose key is gone, without a result and without telling one', async () => {
    const { rounds = [], answers: boxes = [], rosters = [], results = [] } = await storedIn(house.bot.dataDir)
    expect([rounds, boxes, rosters, results]).toEqual([[], [], [], []])
    expect(house.bot.log.filter(({ level }) => Number(level) >= 50)).toEqual([])
    expect(sentToChannel(house, 'koti')).toEqual([])
    const late = await answers(house, 'antti', round, [1, 1, 1])
    expect(late.text).not.toBe('')
    // The next one comes by its own time.
    await moveTo(house, '2026-12-03T14:00:00+02:00')
    expect(roundOf(house, 'antti')).not.toBe(round)
  })

  it('F71 is for a folder that was put back by hand what --mark does', async () => {
    const broadcast = await send(house, { ...TO_UNIT, title_fi: 'Myöhemmin', at: '2026-12-07T09:00' })
    const { bot } = house
    expect((await runs('restore', ['--mark'], { DATA_DIR: bot.dataDir })).said).toContain('in use by another process')
    await bot.stop('SIGKILL')
    const { code, said } = await runs('restore', ['--mark'], { DATA_DIR: bot.dataDir })
    expect([code, said]).toEqual([0, expect.stringContaining('1 broadcast(s) wait for HR')])
    house.bot = await aBot(house.env, bot.dataDir)
    await moveTo(house, '2026-12-07T09:05:00+02:00')
    expect(house.connector.sent.filter((sent) => JSON.stringify(sent).includes('Myöhemmin'))).toEqual([])
    // A night of retention leaves it, however long ago its time was.
    await moveTo(house, '2026-12-14T09:05:00+02:00')
    expect(wordsOf(await report(house, broadcast))).toContain('Lähetys odottaa päätöstäsi.')
    expect(existsSync(join(bot.dataDir, 'filling.db'))).toBe(false)
  })
})

describe('a backup of a bot on PostgreSQL, restored on another database', () => {
  const env: Record<string, string> = { ...ENV }
  let server: Server
  let keys: string
  beforeAll(async () => {
    ;[server, keys] = await Promise.all([aPostgres(), aDataDir()])
    env['DATABASE_URL'] = await server.newDatabase()
    env['KEYS_DIR'] = keys
  }, 60_000)
  const house = aLightHouse(env)
  afterAll(async () => {
    await server.stop()
    await removeFolder(keys)
  })

  it('F71 waits for HR, and sends once, to those alone who did not have it, when HR lets it go on', async () => {
    const { bot, connector } = house
    await aTeamWith(house, 'koti', ['maija', ...FIVE])
    await imports(
      house,
      FIVE.map((id) => `aad-${id},Kotihoito,,`),
    )
    connector.answers = ({ conversation }) =>
      ['own-chat-29:antti', 'own-hanna', ''].includes(conversation) ? undefined : { status: 429 }
    const id = await send(house, TO_UNIT)
    expect(figuresOn(await report(house, id))).toEqual({ delivered: 1, pending: 4 })
    const file = join(bot.dataDir, 'backup.gz')
    const { DATABASE_URL = '' } = env
    expect((await runs('backup', [file], { DATABASE_URL })).code).toBe(0)
    await bot.stop('SIGKILL')

    const into = await server.newDatabase()
    const restored = await runs('restore', [file], { DATABASE_URL: into })
    expect([restored.code, restored.said]).toEqual([0, expect.stringContaining('1 broadcast(s) wait for HR')])
    connector.answers = () => undefined
    connector.sent.length = 0
    house.bot = await aBot({ ...house.env, DATABASE_URL: into, CLOCK_START: THURSDAY }, bot.dataDir)
    await settle(house, 'PT15M')
    expect(connector.sent).toEqual([])

    const card = await report(house, id)
    expect(wordsOf(card)).toContain('Lähetys odottaa päätöstäsi.')
    expect(['resume', 'cancel'].map((verb) => buttonsWith(card, `broadcasts.${verb}`).length)).toEqual([1, 1])
    expect((await press(house, 'resume', id)).text).toBe('')
    await settle(house)
    expect((await press(house, 'resume', id)).text).toContain('Lähetys ei odota päätöstä')
    await settle(house)
    expect(FIVE.map((person) => sentTo(house, person).length)).toEqual([0, 1, 1, 1, 1])
    expect(figuresOn(await report(house, id))).toEqual({ delivered: 5 })
  }, 60_000)
})
