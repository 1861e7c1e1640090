import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdir } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { aBrowser, aPage, npmStart, Playground, type Local } from '../support/browser.ts'
import { aDataDir, removeFolder } from '../support/bot.ts'

const SCREENSHOTS = 'screenshots'

let dataDir: string
let local: Local
let browser: Browser
let playground: Playground

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true })
  dataDir = await aDataDir()
  local = await npmStart(dataDir)
  browser = await aBrowser()
  playground = new Playground(await aPage(browser, 1280, 1900))
  await playground.open(local.address)
  await playground.cardThatSays('Hei, olen Luotsi')
}, 120_000)

afterAll(async () => {
  await browser.close()
  await local.stop()
  await removeFolder(dataDir)
})

describe('a supervisor with an instruction from above', () => {
  it('opens the form of the canvas from its tool', async () => {
    await playground.write('ylhäältä tuli taas uusi ohje, miten kerron sen porukalle')
    const list = await playground.cardThatSays('Lisää ehdotuksia')
    await list.getByRole('button', { name: 'Ohje arjeksi' }).click()
    const tool = await playground.cardThatSays('Tee näin')
    await playground.picture(tool, `${SCREENSHOTS}/canvas-tool.png`)
    await tool.getByRole('button', { name: 'Täytä viestiksi' }).click()
    const form = await playground.cardThatSays('En tallenna mitään')
    expect(await form.getByRole('textbox').count()).toBe(6)
  })

  it('sees what was filled in as a message, and sends it to the channel of the own team', async () => {
    const form = await playground.cardThatSays('En tallenna mitään')
    await form.getByRole('textbox').nth(0).fill('Kirjaamme käynnit puhelimella heti asiakkaan luona.')
    await form.getByRole('textbox').nth(1).fill('Ensi maanantaista alkaen.')
    await playground.picture(form, `${SCREENSHOTS}/canvas.png`)
    await form.getByRole('button', { name: 'Näytä viestinä' }).click()
    const draft = await playground.cardThatSays('Viestisi')
    expect(await draft.getByRole('textbox').inputValue()).toContain('Mistä alkaen?\nEnsi maanantaista alkaen.')
    await playground.picture(draft, `${SCREENSHOTS}/draft.png`)
    await draft.getByRole('combobox').first().click()
    await playground.page.getByRole('option', { name: /Kotihoito Itä – Yleinen/ }).click()
    await draft.getByRole('button', { name: 'Lähetä kanavalle' }).click()
    const sent = await playground.cardThatSays('Lähetetty kanavalle:')
    expect(await sent.innerText()).toContain('Peru lähetys')
    await playground.goTo('General')
    const message = await playground.cardThatSays('Ensi maanantaista alkaen.')
    expect(await message.innerText()).toContain('Maija Virtanen')
    expect(await message.getByRole('textbox').count()).toBe(0)
    await playground.picture(message, `${SCREENSHOTS}/message.png`)
  })
})

describe('a supervisor with a heavy day', () => {
  it('reads 112 and a kind word before the tools', async () => {
    await playground.goTo('Personal Chat')
    await playground.write('asiakas kävi hoitajan kimppuun aamulla ja kaikki ovat järkyttyneitä')
    const card = await playground.cardThatSays('Tämä kuulostaa raskaalta.')
    const words = await card.innerText()
    expect(words.indexOf('112')).toBeLessThan(words.indexOf('Näistä voi olla apua'))
    await playground.picture(card, `${SCREENSHOTS}/care.png`)
  })

  it('is told where a forgotten password belongs', async () => {
    await playground.write('unohdin salasanani enkä pääse kirjautumaan')
    const card = await playground.cardThatSays('Tähän minulla ei ole työkalua')
    expect(await card.innerText()).toContain('kirjautumisen tuki')
    await playground.picture(card, `${SCREENSHOTS}/elsewhere.png`)
  })
})
