import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { aBot, anActor, buttonsOf, cardOf, removeFolder, wordsOf, type RunningBot } from '../support/bot.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'

let connector: MockConnector
let bot: RunningBot

beforeAll(async () => {
  connector = await aConnector()
  bot = await aBot()
})
afterAll(async () => {
  await bot.stop()
  await connector.close()
  await removeFolder(bot.dataDir)
})
beforeEach(() => {
  connector.sent.length = 0
})

describe('a need in one’s own words', () => {
  it('brings up to three tools as one card, each with its reason', async () => {
    const sent = await anActor(bot, connector).writes('tiimissä kinaa etäpalavereista')
    console.log(JSON.stringify(sent, null, 1).slice(0, 3000))
    expect(sent).toHaveLength(1)
    const shows = buttonsOf(cardOf(sent[0])).filter(({ verb }) => verb === 'tools.show')
    expect(shows.length).toBeGreaterThan(0)
    expect(shows.length).toBeLessThanOrEqual(3)
    expect(wordsOf(cardOf(sent[0]))).toContain('Kokeile jotain näistä')
  })
})
