import { describe, expect, it } from '@jest/globals'
import { anActor } from '../support/bot.ts'
import { aLightHouse, aMember, type House } from '../support/house.ts'
import { storedIn } from '../support/stored.ts'

const house = aLightHouse()

const people = async ({ bot }: House) => (await storedIn(bot.dataDir))['people'] ?? []
/** A person in the own chat whose client speaks another language each time. */
const person = ({ bot, connector }: House, id: string, locale: string) => anActor(bot, connector, { id, locale })

describe('What is noted of who answers', () => {
  it('is nothing where the word that brings a check-in is typed, edited too', async () => {
    await person(house, 'uusi', 'sv-FI').writes('pulssi')
    await person(house, 'uusi', 'sv-FI').writes('Veckopuls!')
    await person(house, 'uusi', 'sv-FI').causes({
      type: 'messageUpdate',
      channelData: { eventType: 'editMessage' },
      text: 'avstämning',
    })
    expect(await people(house)).toEqual([])
    await person(house, 'uusi', 'sv-FI').writes('teman')
    expect(await people(house)).toMatchObject([{ id: 'aad-uusi', locale: 'sv-FI' }])
  })

  it('is nothing where a check-in is shown or answered, whatever comes of it', async () => {
    await aMember(house, 'kotihoito', 'maija')
    await person(house, 'maija', 'fi-FI').writes('teemat')
    const before = await people(house)
    for (const locale of ['sv-FI', 'en-GB']) {
      const maija = person(house, 'maija', locale)
      for (const verb of ['checkins.answer', 'checkins.show']) {
        await maija.presses(verb, { round: 'f'.repeat(32), q1: '5', q2: '5', q3: 'na' })
        await maija.submits(verb, { round: 'f'.repeat(32), q1: '5', q2: '5', q3: 'na' })
      }
    }
    expect(await people(house)).toEqual(before)
    await person(house, 'maija', 'sv-FI').presses('themes.show', { theme: 'x' })
    expect(await people(house)).not.toEqual(before)
  })
})
