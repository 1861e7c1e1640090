import { describe, expect, it } from '@jest/globals'
import { anActor, buttonsOf, cardOf, wordsOf } from '../support/bot.ts'
import type { CardJson } from '../support/connector.ts'
import { aLightHouse } from '../support/house.ts'

const house = aLightHouse()
const actor = (id: string, team?: string) => anActor(house.bot, house.connector, { id, ...(team && { team }) })

describe('what comes by itself', () => {
  it.each([
    ['asetukset', 'Mitä lähetän sinulle'],
    ['Inställningar', 'Det här skickar jag till dig'],
    ['settings', 'What I send you'],
    ['hiljaa', 'Tauko viesteistä'],
    ['lopeta!', 'Tauko viesteistä'],
    ['tyst', 'Paus från meddelanden'],
    ['sluta', 'Paus från meddelanden'],
    ['quiet please', 'A break from messages'],
  ])('is chosen after the word “%s”', async (word, title) => {
    expect(wordsOf(cardOf((await actor('chooser').writes(word))[0]))).toContain(title)
  })

  it('is turned off, saved, and kept in another language', async () => {
    const linnea = actor('linnea')
    const off = await linnea.presses('notices.off', { kind: 'broadcasts' })
    expect(wordsOf(cardOf(off.sent[0]))).toContain('En lähetä sinulle enää tiedotteita')
    const settings = cardOf((await linnea.writes('asetukset'))[0])
    const swedish = buttonsOf(settings).find(({ title }) => title === 'På svenska')
    const shown = await linnea.presses('language.set', swedish?.data)
    expect(wordsOf(shown.card)).toContain('Inställningar')
    expect(togglesOf(shown.card)).toEqual({ broadcasts: 'false', themes: 'true', weekly: 'false', webinars: 'true' })
    const choice = { broadcasts: 'true', themes: 'false', weekly: 'true', webinars: 'true' }
    const saved = await linnea.presses('notices.save', choice)
    expect(wordsOf(saved.card)).toContain('Dina inställningar har sparats.')
    expect(togglesOf(cardOf((await linnea.writes('inställningar'))[0]))).toEqual(choice)
  })

  it('rests until the day that was chosen, and a day gone by is refused', async () => {
    const maija = actor('maija')
    const refused = await maija.presses('notices.quiet', { until: '2020-01-01' })
    expect(refused.text).toContain('Valitse tuleva päivä')
    const card = cardOf((await maija.writes('hiljaa'))[0])
    expect(wordsOf(card)).toContain('Sinulla ei ole nyt taukoa.')
    const week = buttonsOf(card).find(({ title }) => title === 'Viikko')
    expect(wordsOf((await maija.presses('notices.quiet', week?.data)).card)).toContain('Olet tauolla.')
    expect(wordsOf((await maija.presses('notices.resume')).card)).toContain('Taukosi on ohi.')
  })

  it('F42 is nobody else’s business: a channel is told where to write', async () => {
    const [said] = await actor('talker', 'team-notices').writes('<at>Luotsi</at> asetukset')
    expect(said?.body.text).toContain('Kirjoita ”asetukset” omassa chatissasi')
    expect(said?.body.attachments).toBeUndefined()
  })
})

/** The toggles of a card by id. */
function togglesOf({ body }: CardJson): Record<string, unknown> {
  const toggles = body.filter(({ type }) => type === 'Input.Toggle')
  return Object.fromEntries(toggles.map(({ id, value }) => [String(id), value]))
}
