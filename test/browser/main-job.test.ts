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
  // High enough that a whole tool card is in the picture.
  playground = new Playground(await aPage(browser, 1280, 1900))
  await playground.open(local.address)
}, 120_000)

afterAll(async () => {
  await browser.close()
  await local.stop()
  await removeFolder(dataDir)
})

describe('a supervisor in the local client', () => {
  it('is greeted once, in Finnish', async () => {
    const card = await playground.cardThatSays('Hei, olen Luotsi')
    expect(await card.innerText()).toContain('Kerro omin sanoin, mikä työssä mietityttää')
    await playground.page.reload()
    await playground.page.getByText('Personal Chat').first().waitFor()
    await playground.page.waitForTimeout(1500)
    expect(await playground.cards().count()).toBe(0)
  })

  it('asks in own words and gets up to three tools as one card', async () => {
    await playground.write('tiimissä kinaa etäpalavereista')
    const card = await playground.cardThatSays('Kokeile jotain näistä')
    const buttons = await card.getByRole('button').allInnerTexts()
    expect(buttons).toContain('Lisää ehdotuksia')
    expect(buttons.length).toBeLessThanOrEqual(7)
    await playground.page.screenshot({
      path: `${SCREENSHOTS}/found.png`,
      clip: { x: 0, y: 0, width: 1280, height: 900 },
    })
  })

  it('opens one of them under the list', async () => {
    const list = await playground.cardThatSays('Kokeile jotain näistä')
    const title = (await list.getByRole('button').allInnerTexts())[0] ?? ''
    await list.getByRole('button', { name: title }).click()
    const card = await playground.cardThatSays('Tee näin')
    expect(await card.innerText()).toContain(title)
    expect(await playground.cards().count()).toBe(2)
    await playground.picture(card, `${SCREENSHOTS}/tool-fi.png`)
  })

  it('switches the card to Swedish in its place', async () => {
    const card = await playground.cardThatSays('Tee näin')
    await card.getByRole('button', { name: 'På svenska' }).click()
    const swedish = await playground.cardThatSays('Gör så här')
    expect(await swedish.innerText()).not.toContain('Tee näin')
    expect(await playground.cards().count()).toBe(2)
    await playground.picture(swedish, `${SCREENSHOTS}/tool-sv.png`)
  })

  it('shares it to a channel of the own team, where it stands with the sharer’s name', async () => {
    const card = await playground.cardThatSays('Gör så här')
    await card.getByRole('combobox').first().click()
    // The Playground keeps the choices of the card that was replaced: in Teams it says Allmänt.
    await playground.page.getByRole('option', { name: /Kotihoito Itä – (Allmänt|Yleinen)/ }).click()
    await card.getByRole('button', { name: 'Dela i kanalen' }).click()
    const shared = await playground.cardThatSays('Delat i kanalen:')
    expect(await shared.innerText()).toContain('Ångra delningen')
    await playground.picture(shared, `${SCREENSHOTS}/shared.png`)
    await playground.goTo('General')
    const posted = await playground.cardThatSays('Delat av:')
    expect(await posted.innerText()).toContain('Maija Virtanen')
    await playground.page.screenshot({ path: `${SCREENSHOTS}/channel.png` })
  })

  it('sees a theme with its theory', async () => {
    await playground.goTo('Personal Chat')
    await playground.write('teman')
    const list = await playground.cardThatSays('Välj ett tema')
    await playground.picture(list, `${SCREENSHOTS}/themes.png`)
    await list.getByRole('button', { name: 'Lösningsfokuserat ledarskap' }).click()
    await playground.picture(await playground.cardThatSays('En minut teori'), `${SCREENSHOTS}/theme.png`)
  })

  it('finds a tool in the compose box', async () => {
    await playground.page.locator('button[aria-haspopup=menu]').last().click()
    await playground.page.getByRole('menuitem', { name: 'Search Command' }).click()
    await playground.page.getByPlaceholder('Enter a search term').fill('ingen lyssnar på mötet')
    await playground.page.keyboard.press('Enter')
    const hit = playground.page.getByText('Två minuter utan avbrott').first()
    await hit.waitFor()
    await playground.page.screenshot({
      path: `${SCREENSHOTS}/compose.png`,
      clip: { x: 0, y: 900, width: 1280, height: 1000 },
    })
    await hit.click()
    await playground.page.waitForTimeout(500)
    await playground.page.screenshot({ path: `${SCREENSHOTS}/compose-card.png` })
  })
})
