import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aBot, anActor, cardOf, removeFolder, wordsOf, type RunningBot } from '../support/bot.ts'
import { FIVE, moveTo, roundOn, sentTo, sentToChannel, textsOf, THURSDAY } from '../support/check-ins.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { aLightHouse, aTeam } from '../support/house.ts'
import { aKeyService, type KeyService } from '../support/key-service.ts'
import { storedIn } from '../support/stored.ts'

const BOT_ID = '11111111-2222-4333-8444-555555555555'
/** One registration for several organisations: everything of the first is named “kaisla”, of the second “honka”. */
const MANY = { BOT_TYPE: 'MultiTenant', BOT_TENANT_ID: 'tenant-1', ALLOWED_TENANTS: 'tenant-1,tenant-2' }
const BOTH = [
  { tenant: 'tenant-1', name: 'kaisla', other: 'honka', marks: ['5', '4'], mean: '4,6' },
  { tenant: 'tenant-2', name: 'honka', other: 'kaisla', marks: ['2', '1'], mean: '1,6' },
] as const

describe('Two organisations that one process serves', () => {
  const house = aLightHouse({ ...MANY, CLOCK_START: '2026-11-23T09:00:00+02:00' })
  const people = (name: string) => ['maija', ...FIVE].map((id) => `${name}-${id}`)
  const at = (tenant: string, id: string, team?: string) =>
    anActor(house.bot, house.connector, { tenant, id, name: id, ...(team !== undefined && { team }) })
  /** What came to an organisation’s people and channels; nothing is sent to anywhere else. */
  const sentOf = (name: string) =>
    house.connector.sent.filter(({ conversation, body }) => `${conversation}${JSON.stringify(body)}`.includes(name))

  it('ask, press, are asked how work goes and read their own results, and nothing of one is seen in the other', async () => {
    for (const { tenant, name } of BOTH) {
      house.connector.teams.set(name, aTeam(name, people(name)))
      await at(tenant, `${name}-maija`, name).causes({ type: 'installationUpdate', action: 'add' })
      const [found] = await at(tenant, `${name}-antti`).writes('teemat')
      expect(wordsOf(cardOf(found))).not.toBe('')
      const started = await at(tenant, `${name}-maija`, name).presses('checkins.start', THURSDAY)
      expect(wordsOf(started.card)).toContain('Viikkopulssi on aloitettu.')
    }
    await moveTo(house, '2026-11-26T14:00:00+02:00')
    const rounds = BOTH.map(({ name }) => roundOn(cardOf(sentTo(house, `${name}-antti`).at(-1))))
    expect(new Set(rounds).size).toBe(2)
    for (const [index, { tenant, name, other, marks }] of BOTH.entries()) {
      const [high, low] = marks.map((mark) => ({ q1: mark, q2: mark, q3: mark }))
      const theirs = { ...high, round: rounds[1 - index] }
      expect((await at(tenant, `${name}-antti`).presses('checkins.answer', theirs)).text).not.toBe('')
      expect((await at(tenant, `${other}-antti`).presses('checkins.answer', theirs)).text).not.toBe('')
      for (const [which, id] of people(name).slice(1).entries()) {
        const thanked = await at(tenant, id).presses('checkins.answer', {
          ...(which < 3 ? high : low),
          round: rounds[index],
        })
        expect(wordsOf(thanked.card)).toContain('Kiitos!')
      }
    }
    await moveTo(house, '2026-11-27T12:00:00+02:00')
    for (const { tenant, name, mean } of BOTH) {
      const result = cardOf(sentToChannel(house, name).at(-1))
      expect(textsOf(result)).toMatchObject({ answers: '5', 'mean-C0': mean })
      const [own] = await at(tenant, `${name}-antti`).writes('tulokset')
      expect(JSON.stringify(own)).toContain(name)
    }
    expect(sentOf('kaisla').length).toBeGreaterThan(10)
    expect(sentOf('kaisla').filter((sent) => sentOf('honka').includes(sent))).toEqual([])
    const stored = await storedIn(house.bot.dataDir)
    for (const { tenant, name, other } of BOTH) {
      const records = Object.values(stored).flatMap((rows) => rows.filter((row) => row.tenant === tenant))
      expect(JSON.stringify(records)).toContain(name)
      expect(JSON.stringify(records)).not.toContain(other)
    }
  })
})

describe('The gate of a registration for several organisations', () => {
  let keys: KeyService
  let connector: MockConnector
  let content: Awaited<ReturnType<typeof aLightContent>>
  let bot: RunningBot
  beforeAll(async () => {
    ;[keys, connector, content] = await Promise.all([aKeyService(), aConnector(), aLightContent()])
    const env = { ...MANY, BOT_ID, BOT_PASSWORD: 'secret', OPENID_METADATA: keys.metadata, CONTENT_DIR: content.dir }
    bot = await aBot(env)
  }, 60_000)
  afterAll(async () => {
    await bot.stop()
    await Promise.all([connector.close(), keys.close(), removeFolder(bot.dataDir), content.remove()])
  })

  it('lets the people of each ask and press, and nobody of a third', async () => {
    const seconds = Math.floor(Date.now() / 1000)
    const claims = { iss: 'https://api.botframework.com', aud: BOT_ID, serviceurl: connector.url }
    const authorization = `Bearer ${await keys.sign({ ...claims, nbf: seconds - 300, exp: seconds + 3300 })}`
    const recipient = { id: `28:${BOT_ID}`, name: 'Luotsi' }
    const action = { type: 'Action.Execute', verb: 'themes.list', data: {} }
    const press = { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' } }
    for (const tenant of ['tenant-1', 'tenant-2', 'tenant-3']) {
      const actor = anActor(bot, connector, { tenant, id: `maija-of-${tenant}` })
      const isServed = tenant !== 'tenant-3'
      for (const what of [{ text: 'teemat' }, press]) {
        const { status } = await bot.post(actor.activity({ recipient, ...what }), { authorization })
        expect([tenant, status]).toEqual([tenant, isServed ? 200 : 403])
      }
      expect(connector.sent.filter(({ conversation }) => conversation.includes(tenant)).length > 0).toBe(isServed)
    }
  })
})
