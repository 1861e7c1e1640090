import { describe, expect, it } from '@jest/globals'
import { anActor, buttonsWith, cardOf, channelsOn, elementsOf, wordsOf, type Actor } from '../support/bot.ts'
import { aHouse, aMember } from '../support/house.ts'
import { storedIn } from '../support/stored.ts'

const house = aHouse()
const CANVAS = 'vi-ohje'

/** What is filled in, as the client sends it: every field of the form, empty ones too. */
const filled = { field1: 'Kirjaamme käynnit puhelimella.', field2: '', field3: 'Koko aamuvuoroa.\nMyös sijaisia.' }

/** The card of the message as it would look, and the press that sends it to a channel of one's own. */
async function aDraft(maija: Actor, channel = 0) {
  const { card } = await maija.presses('tools.compose', { tool: CANVAS, ...filled })
  const text = String(elementsOf(card, 'Input.Text')[0]?.['value'])
  const send = { ...buttonsWith(card, 'tools.send')[0]?.data, text, channel: channelsOn(card)[channel]?.value }
  return { card, text, send }
}

describe('a canvas', () => {
  it('opens from its tool as a small form of its own fields, and other tools have none', async () => {
    const maija = anActor(house.bot, house.connector)
    const card = cardOf((await maija.presses('tools.show', { tool: CANVAS })).sent[0])
    const { sent } = await maija.presses('tools.canvas', buttonsWith(card, 'tools.canvas')[0]?.data)
    const form = cardOf(sent[0])
    const fields = elementsOf(form, 'Input.Text')
    expect(fields.map(({ label }) => label)).toEqual(expect.arrayContaining(['Mikä muuttuu?', 'Mistä alkaen?']))
    expect(wordsOf(form)).toContain('En tallenna mitään')
    const other = cardOf((await maija.presses('tools.show', { tool: 'va-kuuntele' })).sent[0])
    expect(buttonsWith(other, 'tools.canvas')).toEqual([])
    expect((await maija.presses('tools.canvas', { tool: 'va-kuuntele' })).text).toContain('En löydä tätä työkalua')
  })

  it('becomes a message with its labels as headings; what was left empty is left out', async () => {
    const { card, text } = await aDraft(anActor(house.bot, house.connector))
    expect(text).toBe(
      'Mikä muuttuu?\nKirjaamme käynnit puhelimella.\n\nKetä se koskee?\nKoko aamuvuoroa.\nMyös sijaisia.',
    )
    const runs = elementsOf(card, 'TextRun').map((run) => [run['text'], run['weight']])
    expect(runs).toContainEqual(['Mikä muuttuu?', 'Bolder'])
    expect(runs).toContainEqual(['Myös sijaisia.', 'Default'])
    expect(wordsOf(card)).not.toContain('Mistä alkaen?')
  })

  it('that is empty, or too long, is refused with what to do, and the form stays', async () => {
    const maija = anActor(house.bot, house.connector)
    const empty = await maija.presses('tools.compose', { tool: CANVAS, field1: '  ', field2: '' })
    expect(empty).toMatchObject({ text: 'Täytä ainakin yksi kohta.', card: { body: [] }, sent: [] })
    const long = await maija.presses('tools.compose', { tool: CANVAS, field1: 'ä'.repeat(501) })
    expect(long).toMatchObject({ text: expect.stringContaining('501'), card: { body: [] }, sent: [] })
    const odd = await maija.presses('tools.compose', { tool: CANVAS, field1: ['a'] })
    expect(odd).toMatchObject({ text: expect.stringContaining('Tarkista'), card: { body: [] }, sent: [] })
  })

  it('is sent to a channel of one’s own as edited, with the sender’s name, once, and can be taken back', async () => {
    const maija = await aMember(house, 'team-canvas', 'writer')
    const { send } = await aDraft(maija)
    const edited = { ...send, text: `${send.text}\n\nKysykää minulta.` }
    const sent = await maija.presses('tools.send', edited)
    expect(sent.sent.map(({ method, conversation }) => `${method} ${conversation}`)).toEqual(['POST team-canvas-arki'])
    const message = wordsOf(cardOf(sent.sent[0]))
    for (const part of ['Ohje arjeksi', 'Maija Virtanen', 'Kirjaamme käynnit puhelimella.', 'Kysykää minulta.'])
      expect(message).toContain(part)
    expect(elementsOf(cardOf(sent.sent[0]), 'Input.Text')).toEqual([])
    expect(wordsOf(sent.card).split('\n')[0]).toBe('Lähetetty kanavalle:')
    expect((await maija.presses('tools.send', edited)).sent).toEqual([])

    const undo = buttonsWith(sent.card, 'tools.unsend')[0]
    const undone = await maija.presses('tools.unsend', { ...undo?.data, text: edited.text })
    expect(undone.sent.map(({ method }) => method)).toEqual(['DELETE'])
    expect(elementsOf(undone.card, 'Input.Text')[0]?.['value']).toBe(edited.text)
  })

  it('can be sent to two channels, and two messages of one canvas to the same', async () => {
    const maija = await aMember(house, 'team-two', 'twice')
    const first = await aDraft(maija, 0)
    expect((await maija.presses('tools.send', first.send)).sent).toHaveLength(1)
    const channel = channelsOn(first.card)[1]?.value
    expect((await maija.presses('tools.send', { ...first.send, channel })).sent).toHaveLength(1)
    const second = await aDraft(maija, 0)
    expect((await maija.presses('tools.send', second.send)).sent).toHaveLength(1)
  })

  it('is refused in the words of not found to a channel that is not the presser’s', async () => {
    const { send } = await aDraft(await aMember(house, 'team-closed', 'owner'))
    const stranger = await anActor(house.bot, house.connector, { id: 'stranger' }).presses('tools.send', send)
    expect(stranger).toMatchObject({ sent: [], text: expect.stringMatching(/^En löydä tätä kanavaa/) })
    const undo = { tool: CANVAS, draft: send['draft' as never], channel: send.channel, text: 'a' }
    const undone = await anActor(house.bot, house.connector, { id: 'stranger' }).presses('tools.unsend', undo)
    expect(undone).toMatchObject({ sent: [], text: expect.stringMatching(/^En löydä/) })
  })

  it('shows what people typed as they typed it', async () => {
    const maija = await aMember(house, 'team-typed', 'typist')
    const typed = '[x](https://evil.example) <at>all</at> {{DATE(2026-11-26)}} **lihava**'
    const { card } = await maija.presses('tools.compose', { tool: CANVAS, field1: typed })
    const runs = elementsOf(card, 'TextRun').map(({ text }) => String(text).replaceAll('\u2060', ''))
    expect(runs).toContain(typed)
    expect(JSON.stringify(elementsOf(card, 'TextBlock'))).not.toContain('evil')
    expect(JSON.stringify(card)).not.toContain('{{DATE')
  })

  it('is kept nowhere: neither in the store nor in the log', async () => {
    const maija = await aMember(house, 'team-secret', 'secret')
    const { send } = await aDraft(maija)
    await maija.presses('tools.send', { ...send, text: 'Salainen sanailu 4711' })
    const kept = JSON.stringify(await storedIn(house.bot.dataDir))
    expect(kept).toContain('team-secret-arki')
    expect(kept).not.toContain('4711')
    expect(kept).not.toContain('Kirjaamme')
    expect(JSON.stringify(house.bot.log)).not.toMatch(/4711|Kirjaamme/)
  })
})
