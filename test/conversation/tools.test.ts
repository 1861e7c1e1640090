import { describe, expect, it } from '@jest/globals'
import {
  anActor,
  buttonsOf,
  buttonsWith as buttons,
  cardOf,
  channelsOn,
  wordsOf,
  type ActorAt,
} from '../support/bot.ts'
import type { CardJson } from '../support/connector.ts'
import { aHouse, aMember, aTeam } from '../support/house.ts'

const house = aHouse()
const actor = (at: ActorAt = {}) => anActor(house.bot, house.connector, at)
const aMemberOf = (team: string, id: string) => aMember(house, team, id)

describe('a need in one’s own words', () => {
  it('brings up to three tools as one card, each with its reason and its title on the button', async () => {
    const sent = await actor().writes('tiimissä kinaa etäpalavereista')
    expect(sent).toHaveLength(1)
    const shows = buttons(cardOf(sent[0]), 'tools.show')
    expect(shows.length).toBeGreaterThan(0)
    expect(shows.length).toBeLessThanOrEqual(3)
    for (const { title } of shows) expect(title).toMatch(/\p{L}{3}/u)
    expect(sent[0]?.body.summary).toContain('työkalu')
  })

  it('shows the next three on “more”, and comes round to the first again', async () => {
    const maija = actor()
    const first = cardOf((await maija.writes('palautteen antaminen on vaikeaa kokouksessa'))[0])
    const ids = (card: CardJson) => buttons(card, 'tools.show').map(({ data }) => data?.['tool'])
    const seen = [ids(first)]
    let card = first
    for (let round = 0; round < 3; round += 1) {
      card = (await maija.presses('tools.more', buttons(card, 'tools.more')[0]?.data)).card
      seen.push(ids(card))
    }
    expect(seen[1]).not.toEqual(seen[0])
    expect(new Set(seen.flat()).size).toBeGreaterThan(5)
    expect(JSON.stringify(buttons(first, 'tools.more')[0]?.data)).not.toContain('antaminen')
  })

  it('says what to do where nothing fits', async () => {
    const card = cardOf((await actor().writes('привет как дела'))[0])
    expect(wordsOf(card)).toContain('En löytänyt tähän työkalua')
    expect(buttonsOf(card).map(({ verb }) => verb)).toEqual(expect.arrayContaining(['themes.list', 'wishes.form']))
  })

  it.each([
    ['one letter', 'x', 'En ihan ymmärtänyt'],
    ['emoji alone', '😤🔥👩‍👩‍👧', 'En ihan ymmärtänyt'],
    ['a mention without text', '<at>Luotsi</at> ', 'Mikä työssä mietityttää'],
    ['punctuation', '???', 'En ihan ymmärtänyt'],
  ])('answers %s usefully', async (_, text, answer) => {
    const sent = await actor().writes(text)
    expect(sent).toHaveLength(1)
    expect(wordsOf(cardOf(sent[0]))).toContain(answer)
  })

  it('searches a message of 5,000 characters by its beginning, and says so', async () => {
    const text = `kokouksissa vain yksi puhuu ja muut ovat hiljaa. ${'Ja sitten tapahtui vielä jotain muuta. '.repeat(130)}`
    const card = cardOf((await actor().writes(text.slice(0, 5000)))[0])
    expect(buttons(card, 'tools.show').length).toBeGreaterThan(0)
    expect(wordsOf(card)).toContain('Viestisi oli pitkä')
  })

  it('answers three languages in one sentence in one of them', async () => {
    const sent = await actor().writes('palaute feedback är svårt to give kun on kiire')
    expect(sent).toHaveLength(1)
    expect(buttons(cardOf(sent[0]), 'tools.show').length).toBeGreaterThan(0)
  })
})

describe('a tool', () => {
  it('opens in the own chat as a new message, and the list stays', async () => {
    const { card, text, sent, type } = await actor().presses('tools.show', { tool: 'va-kuuntele' })
    expect(type).toBe('application/vnd.microsoft.activity.message')
    expect(text).toContain('Kaksi minuuttia keskeytyksettä')
    expect(card.body).toEqual([])
    expect(sent.map(({ method }) => method)).toEqual(['POST'])
    expect(wordsOf(cardOf(sent[0]))).toContain('Tee näin')
  })

  it('opens in a channel in place of the list for the presser, with a way back', async () => {
    const at = actor({ team: 'team-back' })
    const pressed = await at.presses('tools.show', { tool: 'va-kuuntele', tools: ['va-kuuntele', 'vi-kokous'] })
    expect(pressed.sent).toEqual([])
    const back = buttons(pressed.card, 'tools.more')[0]
    expect(back?.title).toBe('Takaisin listaan')
    const list = await at.presses('tools.more', back?.data)
    expect(buttons(list.card, 'tools.show').map(({ data }) => data?.['tool'])).toEqual(['va-kuuntele', 'vi-kokous'])
  })

  it('says minutes, company and remote fit both as badges and as a sentence', async () => {
    const card = cardOf((await actor().presses('tools.show', { tool: 'sf-asteikko' })).sent[0])
    expect(JSON.stringify(card)).toContain('"type":"Badge","text":"10 min"')
    expect(wordsOf(card)).toContain('Aikaa kuluu 10 minuuttia, kahden kesken tai tiimin kanssa.')
  })

  it.each(['xx-nothing', '../../etc/passwd', '', 'sf-asteikko\u0000', '__proto__'])(
    'that is not there is refused in the same words: %j',
    async (tool) => {
      const { status, text, sent } = await actor().presses('tools.show', { tool })
      expect({ status, text, sent }).toEqual({
        status: 200,
        text: expect.stringMatching(/^En löydä tätä työkalua/),
        sent: [],
      })
    },
  )

  it('is noted as tried without a name, and a second answer of the day takes the first one’s place', async () => {
    const maija = actor({ id: 'trier' })
    const answer = await maija.presses('tools.tried', {
      tool: 'va-kuuntele',
      helped: '8',
      worked: 'hiljaisuus',
      change: '',
    })
    expect(answer.text).toContain('Kiitos')
    const again = await maija.presses('tools.tried', { tool: 'va-kuuntele', helped: '3' })
    expect(again.text).toContain('Kiitos')
  })
})

describe('sharing', () => {
  it('posts the tool with the sharer’s name to a channel of the sharer’s team, once, and can be undone', async () => {
    const maija = await aMemberOf('team-share', 'sharer')
    const card = cardOf((await maija.presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    const choices = channelsOn(card)
    expect(choices.map(({ title }) => title)).toEqual(['Kotihoito – Arki', 'Kotihoito – Yleinen'])
    for (const { value } of choices) expect(value).not.toContain('team')
    const press = { ...buttons(card, 'tools.share')[0]?.data, channel: choices[0]?.value }

    const shared = await maija.presses('tools.share', press)
    expect(shared.sent.map(({ method, conversation }) => `${method} ${conversation}`)).toEqual(['POST team-share-arki'])
    expect(wordsOf(cardOf(shared.sent[0]))).toContain('Maija Virtanen')
    expect(wordsOf(shared.card).split('\n')[0]).toBe('Jaettu kanavalle:')
    expect((await maija.presses('tools.share', press)).sent).toEqual([])

    const undo = buttons(shared.card, 'tools.unshare')[0]
    const undone = await maija.presses('tools.unshare', undo?.data)
    expect(undone.sent.map(({ method }) => method)).toEqual(['DELETE'])
    expect(wordsOf(undone.card)).toContain('Jako peruttiin')
    expect((await maija.presses('tools.share', press)).sent).toHaveLength(1)
  })

  it('replaces the shared card where the client cannot delete', async () => {
    const maija = await aMemberOf('team-501', 'updater')
    const card = cardOf((await maija.presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    const press = { tool: 'vi-kokous', channel: channelsOn(card)[0]?.value }
    await maija.presses('tools.share', press)
    house.connector.canDelete = false
    const undone = await maija.presses('tools.unshare', press)
    house.connector.canDelete = true
    expect(undone.sent.map(({ method }) => method)).toEqual(['DELETE', 'PUT'])
    expect(wordsOf(cardOf(undone.sent[1]))).toContain('Jako on peruttu')
  })

  it('is refused in the words of not found to a channel that is not the presser’s, or no longer', async () => {
    const maija = await aMemberOf('team-mine', 'insider')
    const card = cardOf((await maija.presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    const press = { tool: 'vi-kokous', channel: channelsOn(card)[0]?.value }
    const refused = /^En löydä tätä kanavaa/

    const stranger = await actor({ id: 'stranger' }).presses('tools.share', press)
    expect(stranger).toMatchObject({ sent: [], text: expect.stringMatching(refused) })

    house.connector.teams.set('team-mine', aTeam('team-mine', ['colleague']))
    expect(await maija.presses('tools.share', press)).toMatchObject({ sent: [], text: expect.stringMatching(refused) })
  })

  it('is refused where the channel is gone, and can be tried again when it is back', async () => {
    const maija = await aMemberOf('team-gone', 'returner')
    const card = cardOf((await maija.presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    const press = { tool: 'vi-kokous', channel: channelsOn(card)[0]?.value }
    house.connector.failNext.push({ status: 404 })
    expect((await maija.presses('tools.share', press)).text).toMatch(/^En löydä tätä kanavaa/)
    expect(wordsOf((await maija.presses('tools.share', press)).card)).toContain('Jaettu kanavalle')
  })

  it('says so where the service did not confirm, and does not post again by itself', async () => {
    const maija = await aMemberOf('team-unsure', 'unsure')
    const card = cardOf((await maija.presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    house.connector.failNext.push({ status: 504 })
    const pressed = await maija.presses('tools.share', { tool: 'vi-kokous', channel: channelsOn(card)[0]?.value })
    expect(pressed.text).toContain('Katso kanavalta')
    expect(pressed.sent).toHaveLength(1)
  })

  it('says how to get a channel where there is none', async () => {
    const card = cardOf((await actor({ id: 'lonely' }).presses('tools.show', { tool: 'vi-kokous' })).sent[0])
    expect(buttons(card, 'tools.share')).toEqual([])
    expect(wordsOf(card)).toContain('Pyydä tiimin omistajaa')
  })
})

describe('a press of a client that knows only Action.Submit', () => {
  it('updates the message in the own chat', async () => {
    const sent = await actor().submits('themes.list', {}, { replyToId: 'activity-77' })
    expect(sent.map(({ method, activity }) => [method, activity])).toEqual([['PUT', 'activity-77']])
    expect(wordsOf(cardOf(sent[0]))).toContain('Teemat')
  })

  it('brings a new message elsewhere, and a tool as a new message everywhere', async () => {
    const inChannel = await actor({ team: 'team-submit' }).submits('themes.list', {}, { replyToId: 'activity-78' })
    expect(inChannel.map(({ method }) => method)).toEqual(['POST'])
    const opened = await actor().submits('tools.show', { tool: 'sf-parani' }, { replyToId: 'activity-79' })
    expect(opened.map(({ method }) => method)).toEqual(['POST'])
  })
})

describe('search in the compose box', () => {
  const query = (at: ActorAt, parameters: unknown[]) =>
    house.bot.post(
      actor(at).activity({
        type: 'invoke',
        name: 'composeExtension/query',
        value: { commandId: 'searchTools', parameters },
      }),
    )

  it.each([
    ['fi-FI', 'kukaan ei kuuntele', 'Kaksi minuuttia keskeytyksettä'],
    ['sv-FI', 'ingen lyssnar på varandra', 'Två minuter utan avbrott'],
    ['en-GB', 'nobody listens to each other', 'Two minutes without interruption'],
  ])('finds tools in %s', async (locale, value, title) => {
    const { status, body } = await query({ locale, id: `composer-${locale}` }, [{ name: 'query', value }])
    expect(status).toBe(200)
    const { attachments } = (
      body as { composeExtension: { attachments: { preview: { content: { title: string } } }[] } }
    ).composeExtension
    expect(attachments.slice(0, 3).map(({ preview }) => preview.content.title)).toContain(title)
  })

  it('offers tools before anything is typed, and says so where nothing fits', async () => {
    const initial = await query({}, [{ name: 'initialRun', value: 'true' }])
    expect(
      (initial.body as { composeExtension: { attachments: unknown[] } }).composeExtension.attachments.length,
    ).toBeGreaterThan(2)
    const none = await query({}, [{ name: 'query', value: 'qwrtz zxcvb' }])
    expect(none.body).toMatchObject({
      composeExtension: { type: 'message', text: expect.stringContaining('ei löytynyt') },
    })
  })
})
