import { describe, expect, it } from '@jest/globals'
import { aPlayground, SCREENSHOTS } from '../support/browser.ts'

const client = aPlayground()

describe('a supervisor in the local client', () => {
  it('is greeted once, in Finnish', async () => {
    const card = await client.playground.cardThatSays('Hei, olen Luotsi')
    expect(await card.innerText()).toContain('Kerro omin sanoin, mikä työssä mietityttää')
    await client.playground.page.reload()
    await client.playground.page.getByText('Personal Chat').first().waitFor()
    await client.playground.page.waitForTimeout(1500)
    expect(await client.playground.cards().count()).toBe(0)
  })

  it('asks in own words and gets up to three tools as one card', async () => {
    await client.playground.write('tiimissä kinaa etäpalavereista')
    const card = await client.playground.cardThatSays('Kokeile jotain näistä')
    const buttons = await card.getByRole('button').allInnerTexts()
    expect(buttons).toContain('Lisää ehdotuksia')
    expect(buttons.length).toBeLessThanOrEqual(7)
    await client.playground.page.screenshot({
      path: `${SCREENSHOTS}/found.png`,
      clip: { x: 0, y: 0, width: 1280, height: 900 },
    })
  })

  it('opens one of them under the list', async () => {
    const list = await client.playground.cardThatSays('Kokeile jotain näistä')
    const title = (await list.getByRole('button').allInnerTexts())[0] ?? ''
    await list.getByRole('button', { name: title }).click()
    const card = await client.playground.cardThatSays('Tee näin')
    expect(await card.innerText()).toContain(title)
    expect(await client.playground.cards().count()).toBe(2)
    await client.playground.picture(card, `${SCREENSHOTS}/tool-fi.png`)
  })

  it('switches the card to Swedish in its place', async () => {
    const card = await client.playground.cardThatSays('Tee näin')
    await card.getByRole('button', { name: 'På svenska' }).click()
    const swedish = await client.playground.cardThatSays('Gör så här')
    expect(await swedish.innerText()).not.toContain('Tee näin')
    expect(await client.playground.cards().count()).toBe(2)
    await client.playground.picture(swedish, `${SCREENSHOTS}/tool-sv.png`)
  })

  it('shares it to a channel of the own team, where it stands with the sharer’s name', async () => {
    const card = await client.playground.cardThatSays('Gör så här')
    await card.getByRole('combobox').first().click()
    // The Playground keeps the choices of the card that was replaced: in Teams it says Allmänt.
    await client.playground.page.getByRole('option', { name: /Kotihoito Itä – (Allmänt|Yleinen)/ }).click()
    await card.getByRole('button', { name: 'Dela i kanalen' }).click()
    const shared = await client.playground.cardThatSays('Delat i kanalen:')
    expect(await shared.innerText()).toContain('Ångra delningen')
    await client.playground.picture(shared, `${SCREENSHOTS}/shared.png`)
    await client.playground.goTo('General')
    const posted = await client.playground.cardThatSays('Delat av:')
    expect(await posted.innerText()).toContain('Maija Virtanen')
    await client.playground.page.screenshot({ path: `${SCREENSHOTS}/channel.png` })
  })

  it('sees a theme with its theory', async () => {
    await client.playground.goTo('Personal Chat')
    await client.playground.write('teman')
    const list = await client.playground.cardThatSays('Välj ett tema')
    await client.playground.picture(list, `${SCREENSHOTS}/themes.png`)
    await list.getByRole('button', { name: 'Lösningsfokuserat ledarskap' }).click()
    await client.playground.picture(await client.playground.cardThatSays('En minut teori'), `${SCREENSHOTS}/theme.png`)
  })

  it('finds a tool in the compose box', async () => {
    await client.playground.page.locator('button[aria-haspopup=menu]').last().click()
    await client.playground.page.getByRole('menuitem', { name: 'Search Command' }).click()
    await client.playground.page.getByPlaceholder('Enter a search term').fill('ingen lyssnar på mötet')
    await client.playground.page.keyboard.press('Enter')
    const hit = client.playground.page.getByText('Två minuter utan avbrott').first()
    await hit.waitFor()
    await client.playground.page.screenshot({
      path: `${SCREENSHOTS}/compose.png`,
      clip: { x: 0, y: 900, width: 1280, height: 1000 },
    })
    await hit.click()
    await client.playground.page.waitForTimeout(500)
    await client.playground.page.screenshot({ path: `${SCREENSHOTS}/compose-card.png` })
  })
})
