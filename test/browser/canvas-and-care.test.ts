import { beforeAll, describe, expect, it } from '@jest/globals'
import { aPlayground, SCREENSHOTS } from '../support/browser.ts'

const client = aPlayground()

beforeAll(async () => {
  await client.playground.cardThatSays('Hei, olen Luotsi')
})

describe('a supervisor with an instruction from above', () => {
  it('opens the form of the canvas from its tool', async () => {
    await client.playground.write('ylhäältä tuli taas uusi ohje, miten kerron sen porukalle')
    const list = await client.playground.cardThatSays('Lisää ehdotuksia')
    await list.getByRole('button', { name: 'Ohje arjeksi' }).click()
    const tool = await client.playground.cardThatSays('Tee näin')
    await client.playground.picture(tool, `${SCREENSHOTS}/canvas-tool.png`)
    await tool.getByRole('button', { name: 'Täytä viestiksi' }).click()
    const form = await client.playground.cardThatSays('En tallenna mitään')
    expect(await form.getByRole('textbox').count()).toBe(6)
  })

  it('sees what was filled in as a message, and sends it to the channel of the own team', async () => {
    const form = await client.playground.cardThatSays('En tallenna mitään')
    await form.getByRole('textbox').nth(0).fill('Kirjaamme käynnit puhelimella heti asiakkaan luona.')
    await form.getByRole('textbox').nth(1).fill('Ensi maanantaista alkaen.')
    await client.playground.picture(form, `${SCREENSHOTS}/canvas.png`)
    await form.getByRole('button', { name: 'Näytä viestinä' }).click()
    const draft = await client.playground.cardThatSays('Viestisi')
    expect(await draft.getByRole('textbox').inputValue()).toContain('Mistä alkaen?\nEnsi maanantaista alkaen.')
    await client.playground.picture(draft, `${SCREENSHOTS}/draft.png`)
    await draft.getByRole('combobox').first().click()
    await client.playground.page.getByRole('option', { name: /Kotihoito Itä – Yleinen/ }).click()
    await draft.getByRole('button', { name: 'Lähetä kanavalle' }).click()
    const sent = await client.playground.cardThatSays('Lähetetty kanavalle:')
    expect(await sent.innerText()).toContain('Peru lähetys')
    await client.playground.goTo('General')
    const message = await client.playground.cardThatSays('Ensi maanantaista alkaen.')
    expect(await message.innerText()).toContain('Maija Virtanen')
    expect(await message.getByRole('textbox').count()).toBe(0)
    await client.playground.picture(message, `${SCREENSHOTS}/message.png`)
  })
})

describe('a supervisor with a heavy day', () => {
  it('reads 112 and a kind word before the tools', async () => {
    await client.playground.goTo('Personal Chat')
    await client.playground.write('asiakas kävi hoitajan kimppuun aamulla ja kaikki ovat järkyttyneitä')
    const card = await client.playground.cardThatSays('Tämä kuulostaa raskaalta.')
    const words = await card.innerText()
    expect(words.indexOf('112')).toBeLessThan(words.indexOf('Näistä voi olla apua'))
    await client.playground.picture(card, `${SCREENSHOTS}/care.png`)
  })

  it('is told where a forgotten password belongs', async () => {
    await client.playground.write('unohdin salasanani enkä pääse kirjautumaan')
    const card = await client.playground.cardThatSays('Tähän minulla ei ole työkalua')
    expect(await card.innerText()).toContain('kirjautumisen tuki')
    await client.playground.picture(card, `${SCREENSHOTS}/elsewhere.png`)
  })
})
