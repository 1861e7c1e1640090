import { describe, expect, it } from '@jest/globals'
import { anActor, buttonsWith, cardOf, wordsOf, type ActorAt } from '../support/bot.ts'
import { aHouse } from '../support/house.ts'

const house = aHouse()
const actor = (at: ActorAt = {}) => anActor(house.bot, house.connector, at)

describe('a message that hints at a person at risk or at a shock', () => {
  it.each([
    ['fi', 'työkaveri puhui itsemurhasta eikä kukaan tiedä mitä tehdä', 'Tämä kuulostaa raskaalta.', 'Hätä: 112.'],
    ['sv', 'en kollega dog i går och alla är helt chockade', 'Det här låter tungt.', 'I nöd: 112.'],
    ['en', 'one of my people broke down crying after a client hit her', 'This sounds hard.', 'Emergency: 112.'],
  ])('is answered in %s with 112 and a kind word, and then with tools', async (_, text, title, emergency) => {
    const sent = await actor().writes(text)
    expect(sent).toHaveLength(1)
    const card = cardOf(sent[0])
    const words = wordsOf(card)
    expect(words.startsWith(title)).toBe(true)
    expect(words).toContain(emergency)
    const first = buttonsWith(card, 'tools.show')[0]?.title ?? ''
    expect(first).not.toBe('')
    expect(words.indexOf(emergency)).toBeLessThan(words.indexOf(first))
    expect(sent[0]?.body.summary).toContain('112')
  })

  it('keeps its words of care on “more” and in another language', async () => {
    const maija = actor({ id: 'tired' })
    const card = cardOf((await maija.writes('kiusaamista ja itkua, en jaksa enää'))[0])
    const more = await maija.presses('tools.more', buttonsWith(card, 'tools.more')[0]?.data)
    expect(wordsOf(more.card)).toContain('Hätä: 112.')
    const swedish = buttonsWith(card, 'language.set').find(({ title }) => title === 'På svenska')
    expect(wordsOf((await maija.presses('language.set', swedish?.data)).card)).toContain('I nöd: 112.')
  })

  it('is never sent elsewhere alone, and always brings a tool', async () => {
    const card = cardOf((await actor().writes('itsemurha'))[0])
    expect(wordsOf(card)).toContain('Hätä: 112.')
    expect(buttonsWith(card, 'tools.show').length).toBeGreaterThan(0)
  })

  it('does not speak of emergencies where nobody is at risk', async () => {
    const card = cardOf((await actor().writes('meidän palaverit venyy ja venyy'))[0])
    expect(wordsOf(card)).not.toContain('112')
  })
})

describe('a message about what belongs elsewhere', () => {
  it.each([
    ['fi', 'unohdin salasanani enkä pääse kirjautumaan', 'Tähän minulla ei ole työkalua'],
    ['sv', 'jag har glömt mitt lösenord och kan inte logga in', 'Det här har jag inget verktyg för'],
    ['en', 'I forgot my password and cannot log in', 'I have no tool for this'],
  ])('is told in %s where it belongs, without a tool, and in another language too', async (language, text, title) => {
    const maija = actor({ id: `asks-${language}` })
    const card = cardOf((await maija.writes(text))[0])
    expect(wordsOf(card)).toContain(title)
    expect(buttonsWith(card, 'tools.show')).toEqual([])
    const other = buttonsWith(card, 'language.set')[0]
    const again = await maija.presses('language.set', other?.data)
    expect(wordsOf(again.card)).not.toContain(title)
    expect(buttonsWith(again.card, 'tools.show')).toEqual([])
  })
})
