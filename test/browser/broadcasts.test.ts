import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { aPlayground, SCREENSHOTS } from '../support/browser.ts'

/** Slow enough that six messages are seen to go. */
const client = aPlayground({ CLOCK_START: '2026-11-26T14:00:00+02:00', SEND_RATE: '1' })

beforeAll(async () => {
  await client.playground.cardThatSays('Hei, olen Luotsi')
})

const TITLE = 'Webinaari 3.12. klo 14: viestintä kiireessä'
const BODY = `Puhumme tunnin siitä, miten tärkein menee perille, kun aikaa on vähän.

Ota mukaan yksi viesti, joka jäi epäselväksi. Mietimme sen yhdessä uudelleen.`
const TITLE_EN = 'Webinar on 3 December at 14:00: when time is short'
const BODY_EN = `For an hour we talk about getting the main thing across when time is short.

Bring one message that was not understood. We will rewrite it together.`
const CORRECTED = 'Webinaari 3.12. klo 14.30: viestintä kiireessä'

function picture(card: Locator, name: string): Promise<void> {
  return client.playground.picture(card, `${SCREENSHOTS}/${name}.png`)
}

async function press(card: Locator, name: string): Promise<void> {
  await card.getByRole('button', { name }).click()
}

/** A figure of a card, once it fits. */
async function figure(card: Locator, id: string, fits: RegExp): Promise<string> {
  const text = card.locator(`#${id}`).filter({ hasText: fits })
  await text.waitFor()
  return text.innerText()
}

describe('HR, who has something to tell', () => {
  it('writes it after one word, in two languages, with a tool', async () => {
    const { playground } = client
    await playground.write('tiedote')
    const form = await playground.cardThatSays('Uusi tiedote')
    await picture(form, 'broadcast-form')
    await form.getByLabel('Otsikko suomeksi').fill(TITLE)
    await form.getByLabel('Teksti suomeksi').fill(BODY)
    await press(form, 'Kirjoita myös englanniksi')
    await form.getByLabel('Otsikko englanniksi').fill(TITLE_EN)
    await form.getByLabel('Teksti englanniksi').fill(BODY_EN)
    await form.getByRole('combobox').first().click()
    await playground.page.getByRole('menuitemcheckbox', { name: 'Esihenkilöt' }).click()
    await playground.page.keyboard.press('Escape')
    await press(form, 'Muu päivä')
    await playground.choose(form.getByRole('combobox', { name: 'Työkalu painikkeeksi' }), 'Ohje arjeksi')
    await picture(form, 'broadcast-form-open')
    await press(form, 'Esikatsele')
  })

  it('sees how many get it, when it goes, and what readers of each language get', async () => {
    const preview = await client.playground.cardThatSays('Tarkista ennen lähettämistä')
    await picture(preview, 'broadcast-preview')
    expect(await figure(preview, 'total', /./)).toBe('6')
    expect(await figure(preview, 'skipped', /./)).toBe('0')
    const said = await preview.innerText()
    for (const part of ['Viesti lähtee heti', TITLE, TITLE_EN, 'ruotsinkieliset saavat suomenkielisen', 'Ohje arjeksi'])
      expect(said).toContain(part)
  })

  it('tries it out on itself in each language, and still has the preview', async () => {
    const { playground } = client
    const preview = await playground.cardThatSays('Tarkista ennen lähettämistä')
    await press(preview, 'Lähetä koe itselleni')
    for (const heading of ['Meddelande från HR', 'A message from HR', 'Viesti HR:ltä'])
      await playground.cardThatSays(heading)
    expect(await preview.getByRole('button', { name: 'Lähetä 6 vastaanottajalle' }).count()).toBe(1)
  })

  it('watches it go, and reads how it went, on a card that nobody presses', async () => {
    const { playground } = client
    const cards = await playground.cards().count()
    await press(await playground.cardThatSays('Tarkista ennen lähettämistä'), 'Lähetä 6 vastaanottajalle')
    const report = await playground.cardThatSays('Tiedotteen raportti')
    await figure(report, 'delivered', /^[1-5]$/)
    expect(await report.innerText()).toContain('Viesti lähtee nyt.')
    await picture(report, 'broadcast-progress')
    await report.filter({ hasText: 'Valmis. Lähetys päättyi' }).waitFor()
    expect(await figure(report, 'delivered', /./)).toBe('6')
    await picture(report, 'broadcast-report')
    // The one that came to oneself is the only new one.
    expect(await playground.cards().count()).toBe(cards + 1)
  })

  it('corrects the text where it stands', async () => {
    const { playground } = client
    const report = await playground.cardThatSays('Tiedotteen raportti')
    await press(report, 'Korjaa tekstiä')
    const form = await playground.cardThatSays('Korjaa lähetettyä tiedotetta')
    await form.getByLabel('Otsikko suomeksi').fill(CORRECTED)
    await picture(form, 'broadcast-correct')
    await press(form, 'Päivitä jo lähetetyt viestit')
    await playground.cardThatSays('Valmis. Perillä olevat viestit on korjattu.')
    const received = await playground.cardThatSays('Tätä viestiä on korjattu.')
    expect(await received.innerText()).toContain(CORRECTED)
  })
})

describe('somebody who got it', () => {
  it('opens its tool under it', async () => {
    const { playground } = client
    const received = await playground.cardThatSays('Tätä viestiä on korjattu.')
    await picture(received, 'broadcast-received')
    await press(received, 'Työkalu: Ohje arjeksi')
    await playground.cardThatSays('Tiivistä ylhäältä tullut ohje')
    await received.waitFor()
  })

  it('turns such messages off from the message itself, and on again', async () => {
    const { playground } = client
    const received = await playground.cardThatSays('Tätä viestiä on korjattu.')
    await received.getByText('En halua HR:n viestejä').click()
    const off = await playground.cardThatSays('En lähetä sinulle enää tiedotteita')
    await picture(off, 'broadcasts-off')
    await press(off, 'Ota takaisin')
    await playground.cardThatSays('Lähetän sinulle taas tiedotteita')
  })

  it('finds all that comes by itself, a break from it and the language behind one word', async () => {
    const { playground } = client
    await playground.write('asetukset')
    const settings = await playground.cardThatSays('Mitä lähetän sinulle')
    await picture(settings, 'settings')
    await settings.getByRole('checkbox').nth(1).uncheck()
    await press(settings, 'Tallenna')
    const saved = await playground.cardThatSays('Asetuksesi on tallennettu.')
    const ticks = await saved.getByRole('checkbox').all()
    // The tool of the week comes to those alone who say yes to it.
    expect(await Promise.all(ticks.map((tick) => tick.isChecked()))).toEqual([true, false, false, true])
  })

  it('takes a break for a month by one press, and ends it by another', async () => {
    const { playground } = client
    await playground.write('hiljaa')
    const quiet = await playground.cardThatSays('Kuinka kauan?')
    await picture(quiet, 'quiet')
    await press(quiet, 'Kuukausi')
    const paused = await playground.cardThatSays('Olet tauolla. Viestit tulevat taas: la 26.12.2026.')
    await picture(paused, 'quiet-paused')
    await press(paused, 'Lopeta tauko')
    await playground.cardThatSays('Taukosi on ohi.')
  })
})

describe('HR, who regrets it', () => {
  it('finds it by the same word, with how it went', async () => {
    const { playground } = client
    await playground.write('tiedote')
    const list = await playground.cardThatSays('Perillä 6, yhteensä 6')
    await picture(list, 'broadcasts')
    await list.getByText(CORRECTED).click()
    const report = await playground.cardThatSays('Lataa luettelo (CSV)')
    await report.getByText('Poista viesti saajilta').click()
    await report.getByText('6 viestiä poistetaan saajilta. Tätä ei voi perua.').waitFor()
    await picture(report, 'broadcast-withdraw')
  })

  it('takes it back: where it cannot be deleted, a notice stands in its place', async () => {
    const { playground } = client
    await press(await playground.cardThatSays('Tätä ei voi perua.'), 'Kyllä, poista viesti')
    const report = await playground.cardThatSays('Viesti on poistettu saajilta.')
    await picture(report, 'broadcast-withdrawn')
    const notice = await playground.cardThatSays('HR on poistanut tämän viestin.')
    await picture(notice, 'broadcast-taken-back')
    expect(await playground.cards().filter({ hasText: 'Tätä viestiä on korjattu.' }).count()).toBe(0)
  })
})
