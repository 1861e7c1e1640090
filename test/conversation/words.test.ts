import { describe, expect, it } from '@jest/globals'
import { anActor, buttonsOf, cardOf, wordsOf, type ActorAt } from '../support/bot.ts'
import { aHouse, aTeam } from '../support/house.ts'
import { storedIn } from '../support/stored.ts'

const house = aHouse({ HR_USERS: 'aad-hr' })
const actor = (at: ActorAt = {}) => anActor(house.bot, house.connector, at)
const answerTo = async (text: string, at: ActorAt = {}) => wordsOf(cardOf((await actor(at).writes(text))[0]))

describe('a word that is a command', () => {
  it.each([
    ['apua', 'Jos jollakulla on hätä, soita 112.'],
    ['APUA!', 'Jos jollakulla on hätä, soita 112.'],
    ['mitä osaat?', 'Jos jollakulla on hätä, soita 112.'],
    ['hjälp', 'Är någon i nöd, ring 112.'],
    ['hjalp tack', 'Är någon i nöd, ring 112.'],
    ['help please', 'In an emergency, call 112.'],
    ['teemat', 'Valitse teema'],
    ['teemoja', 'Valitse teema'],
    ['teman', 'Välj ett tema'],
    ['themes', 'Choose a theme'],
    ['työkalu', 'Mihin kaipaat työkalua?'],
    ['verktyg', 'Vad behöver du ett verktyg till?'],
    ['kieli', 'Millä kielellä'],
    ['sprak', 'På vilket språk'],
    ['pulssi', 'Sinulla ei ole nyt avointa kyselyä'],
    ['webbinarier', 'Budskapet går fram'],
    ['idéer', 'Det kan jag inte ännu'],
    ['my data', 'Your data in Luotsi'],
    ['moi', 'Mikä työssä mietityttää'],
    ['god morgon', 'Vad funderar du på'],
    ['hello', 'What is on your mind'],
    ['kiitos', 'Ole hyvä'],
    ['tack', 'Varsågod'],
  ])('“%s” is answered with “%s”', async (text, answer) => {
    expect(await answerTo(text, { id: 'commander', locale: 'en-US' })).toContain(answer)
  })

  it('is none where the message says more', async () => {
    const card = cardOf((await actor().writes('vinkki palautteen antamiseen'))[0])
    expect(buttonsOf(card).some(({ verb }) => verb === 'tools.show')).toBe(true)
  })

  it('is found behind the mention in a channel', async () => {
    const sent = await actor({ team: 'team-words' }).writes('<at>Luotsi</at> teemat')
    expect(wordsOf(cardOf(sent[0]))).toContain('Valitse teema')
  })
})

describe('the language of an answer', () => {
  it.each([
    [
      'a Swedish sentence from a Finnish client',
      'bara en pratar på mötena och de andra är tysta',
      'fi-FI',
      'Pröva något av de här',
    ],
    ['an English sentence from a Finnish client', 'only one person talks in our meetings', 'fi-FI', 'Try one of these'],
    ['one word from a Swedish client', 'feedback', 'sv-SE', 'Pröva något av de här'],
    ['one word from an English client', 'palaute', 'en-US', 'Kokeile jotain näistä'],
  ])('for %s', async (_, text, locale, answer) => {
    expect(await answerTo(text, { id: `speaker-${locale}`, locale })).toContain(answer)
  })

  it('is the person’s choice, kept over messages, cards and a restart’s worth of turns', async () => {
    const linnea = actor({ id: 'linnea' })
    const card = cardOf((await linnea.writes('kukaan ei kuuntele toista'))[0])
    const button = buttonsOf(card).find(({ title }) => title === 'På svenska')
    const swedish = await linnea.presses('language.set', button?.data)
    expect(wordsOf(swedish.card)).toContain('Pröva något av de här')
    const titles = (one: unknown) =>
      buttonsOf(one)
        .filter(({ verb }) => verb === 'tools.show')
        .map(({ data }) => data?.['tool'])
    expect(titles(swedish.card)).toEqual(titles(card))
    expect(await answerTo('tiimissä on huono ilmapiiri ja kaikki ovat hiljaa', { id: 'linnea' })).toContain(
      'Pröva något av de här',
    )
  })

  it('changes no shared card: in a channel the card comes to the own chat', async () => {
    const reader = actor({ id: 'reader', team: 'team-language' })
    const pressed = await reader.presses('language.set', {
      language: 'sv',
      show: { verb: 'tools.show', tool: 'sf-parani' },
    })
    expect(pressed.text).toContain('Jag skickade kortet på svenska')
    expect(pressed.card.body).toEqual([])
    const [created, card] = pressed.sent
    expect(created).toMatchObject({ method: 'POST', conversation: '' })
    expect(card?.conversation).toBe('own-chat-29:reader')
    expect(wordsOf(cardOf(card))).toContain('Vad blev bättre?')
    expect(await answerTo('teemat', { id: 'reader' })).toContain('Valitse teema')
  })

  it.each([
    ['kiitos', 'Ole hyvä', 'Varsågod'],
    ['vertaispari', 'Tätä en vielä osaa', 'Det kan jag inte ännu'],
    ['привет как дела', 'En löytänyt tähän työkalua', 'Jag hittade inget verktyg'],
  ])('switches the answer to “%s” to the same answer', async (text, finnish, swedish) => {
    const switcher = actor({ id: `switcher-${finnish}` })
    const card = cardOf((await switcher.writes(text))[0])
    expect(wordsOf(card)).toContain(finnish)
    const button = buttonsOf(card).find(({ title }) => title === 'På svenska')
    expect(wordsOf((await switcher.presses('language.set', button?.data)).card)).toContain(swedish)
  })

  it('cannot be set through a card that shows nothing', async () => {
    const { text } = await actor().presses('language.set', {
      language: 'sv',
      show: { verb: 'tools.share', tool: 'sf-parani' },
    })
    expect(text).toContain('Jag hittar inte')
  })
})

describe('a wish', () => {
  it('reaches HR without a name, and nobody else', async () => {
    const maija = actor({ id: 'wisher' })
    const form = await maija.presses('wishes.form')
    expect(wordsOf(cardOf(form.sent[0]))).toContain('Älä kirjoita nimiä')
    const need = 'Miten ohjaan opiskelijaa, joka pelkää puhelinta?'
    expect(wordsOf((await maija.presses('tools.request', { need })).card)).toContain('Toiveesi on lähetetty')
    const seenByHr = await answerTo('toiveet', { id: 'hr' })
    expect(seenByHr).toContain(need)
    expect(seenByHr).not.toContain('Virtanen')
    const read = async () =>
      ((await storedIn(house.bot.dataDir))['audit'] ?? []).filter((one) => one['what'] === 'wishes.list')
    expect(await read()).toEqual([expect.objectContaining({ who: 'aad-hr', outcome: 'done', note: '1' })])
    expect(await answerTo('toiveet', { id: 'wisher' })).toContain('Mihin kaipaat työkalua?')
    expect(await answerTo('toiveet', { id: 'hr', team: 'team-hr' })).not.toContain(need)
    expect(await read()).toHaveLength(1)
  })

  it.each([
    ['nothing', ''],
    ['blanks', '  \n '],
    ['no text', 7],
  ])('of %s is refused, and the form stays', async (_, need) => {
    const { text, card } = await actor().presses('tools.request', { need })
    expect(text).toBe('Kirjoita ensin toiveesi.')
    expect(card.body).toEqual([])
  })
})

describe('the first message', () => {
  it('comes once to a person, with the installer’s name', async () => {
    const newcomer = actor({ id: 'newcomer', name: 'Antti Korhonen' })
    const [sent, ...more] = await newcomer.causes({ type: 'installationUpdate', action: 'add' })
    expect(wordsOf(cardOf(sent))).toContain('Hei, olen Luotsi')
    expect(wordsOf(cardOf(sent))).toContain('Antti Korhonen')
    expect(more).toEqual([])
    expect(await newcomer.causes({ type: 'conversationUpdate', membersAdded: [{ id: '28:luotsi' }] })).toEqual([])
  })

  it('tells a channel who sees what is written there', async () => {
    house.connector.teams.set('team-welcome', aTeam('team-welcome', ['maija']))
    const sent = await actor({ team: 'team-welcome' }).causes({ type: 'installationUpdate', action: 'add' })
    expect(sent.map(({ conversation }) => conversation)).toEqual(['team-welcome'])
    expect(wordsOf(cardOf(sent[0]))).toContain('@Luotsi')
  })
})

describe('whatever else the platform sends', () => {
  it.each(['composeExtension/submitAction', 'task/fetch', 'signin/verifyState', 'made/up', undefined])(
    'answers the invoke %s',
    async (name) => {
      const { status, body } = await house.bot.post(actor().activity({ type: 'invoke', name, value: {} }))
      expect(status).toBe(200)
      expect(body).toBeDefined()
    },
  )

  it('answers an unknown button with a friendly card', async () => {
    const { card } = await actor().presses('made.up', { anything: 1 })
    expect(wordsOf(card)).toContain('Tämä painike ei ole enää käytössä')
    expect(buttonsOf(card).map(({ verb }) => verb)).toContain('themes.list')
  })

  it('answers an edited message, and acts on none', async () => {
    const sent = await actor().causes({
      type: 'messageUpdate',
      text: 'teemat',
      channelData: { tenant: { id: 'tenant-1' }, eventType: 'editMessage' },
    })
    expect(sent.map(({ body }) => body.text)).toEqual([expect.stringContaining('Muokkasit viestiäsi')])
  })

  it('writes no word of a message into the log', async () => {
    await actor().writes('salaisuusmerkki7 kukaan ei kuuntele')
    await actor().presses('tools.request', { need: 'salaisuusmerkki8' })
    expect(house.bot.log.length).toBeGreaterThan(5)
    expect(JSON.stringify(house.bot.log)).not.toMatch(/salaisuusmerkki|kuuntele/)
  })
})
