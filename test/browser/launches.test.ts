import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { aPlayground, moveClock, SCREENSHOTS } from '../support/browser.ts'

const THEME = 'Sisäinen viestintä ja tiedonkulku'

const client = aPlayground({ CLOCK_START: '2026-11-25T10:00:00+02:00' })

beforeAll(async () => {
  const { playground } = client
  await playground.cardThatSays('Hei, olen Luotsi')
  // An answer in its channel: the team is known by then.
  await playground.goTo('General')
  await playground.mention('teemat')
  await playground.cardThatSays('Teemat')
  await playground.goTo('Personal Chat')
})

const picture = (card: Locator, name: string): Promise<void> =>
  client.playground.picture(card, `${SCREENSHOTS}/${name}.png`)

const press = (card: Locator, name: string | RegExp): Promise<void> =>
  card.getByRole('button', { name }).first().click()

describe('HR, who launches a theme', () => {
  it('chooses it after one word', async () => {
    const { playground } = client
    await playground.write('julkaise')
    const form = await playground.cardThatSays('Julkaise teema')
    await picture(form, 'launch-form')
    await playground.choose(form.getByRole('combobox', { name: 'Teema' }), THEME)
    await press(form, 'Esikatsele')
  })

  it('sees who gets it and when, and what it says', async () => {
    const preview = await client.playground.cardThatSays('Tarkista ennen lähettämistä')
    await picture(preview, 'launch-preview')
    // Six people and two channels.
    expect(await preview.locator('#total').innerText()).toBe('8')
    const said = await preview.innerText()
    for (const part of ['Esihenkilöt saavat teeman heti', 'Kanavat ja muut saavat teeman pe 27.11.2026', THEME])
      expect(said).toContain(part)
  })

  it('confirms it, and gets it first, as a supervisor does', async () => {
    const { playground } = client
    await press(await playground.cardThatSays('Tarkista ennen lähettämistä'), /^Lähetä|^Julkaise/)
    const launch = await playground.cardThatSays('Uusi teema HR:ltä')
    expect(await launch.innerText()).toContain('Tiimisi saa tämän teeman pe 27.11.2026')
    await picture(launch, 'launch-received')
  })
})

describe('a supervisor who got a theme', () => {
  it('signs up for its webinar from it, and gets a calendar file', async () => {
    const { playground } = client
    const launch = await playground.cardThatSays('Uusi teema HR:ltä')
    await press(launch, 'Ilmoittaudu')
    const webinar = await playground.cardThatSays('to 3.12.2026 klo 13.00–14.00')
    await picture(webinar, 'webinar-signed-up')
  })

  it('finds it in the list of webinars', async () => {
    const { playground } = client
    await playground.write('webinaarit')
    const list = await playground.cardThatSays('to 10.12.2026')
    await picture(list, 'webinars')
  })
})

describe('the team', () => {
  it('gets the theme in its channel two days later', async () => {
    const { playground } = client
    await moveClock(client.local, '2026-11-27T10:30:00+02:00')
    await playground.goTo('General')
    const launch = playground.cards().filter({ hasText: 'Uusi teema HR:ltä' })
    await launch.first().waitFor()
    await picture(launch.first(), 'launch-in-channel')
  })
})

describe('somebody who asks what is kept', () => {
  it('sees it in plain words, and is asked once more before it is erased', async () => {
    const { playground } = client
    await playground.goTo('Personal Chat')
    await playground.write('omat tiedot')
    const data = await playground.cardThatSays('Ilmoittautuminen webinaariin: 1')
    await picture(data, 'my-data')
    await press(data, 'Poista tietoni')
    const asked = await playground.cardThatSays('Poistetaanko tietosi?')
    await picture(asked, 'erase-data')
    await press(asked, 'Poista')
    await playground.cardThatSays('Tietosi on poistettu')
  })
})
