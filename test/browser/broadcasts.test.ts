import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { aPlayground, SCREENSHOTS } from '../support/browser.ts'

/** Slow enough that six messages are seen to go, one after another. */
const client = aPlayground({ CLOCK_START: '2026-11-26T14:00:00+02:00', SEND_RATE: '1' })

beforeAll(async () => {
  await client.playground.cardThatSays('Hei, olen Luotsi')
})

const FINNISH = {
  title: 'Webinaari 3.12. klo 14: viestintä kiireessä',
  body: 'Torstaina 3.12. klo 14–15 puhumme siitä, miten tärkein menee perille, kun aikaa on vähän.\n\nOta mukaan yksi viesti, joka jäi epäselväksi. Mietimme sen yhdessä uudelleen.',
}
const ENGLISH = {
  title: 'Webinar on 3 December at 14:00: communicating when time is short',
  body: 'On Thursday 3 December at 14:00–15:00 we talk about getting the main thing across when time is short.\n\nBring one message that was not understood. We will rewrite it together.',
}

async function fill(form: Locator, label: string, text: string): Promise<void> {
  await form.getByLabel(label).fill(text)
}

function picture(card: Locator, name: string): Promise<void> {
  return client.playground.picture(card, `${SCREENSHOTS}/${name}.png`)
}

describe('HR, who has something to tell', () => {
  it('writes it by one word, in two languages, with a tool', async () => {
    const { playground } = client
    await playground.write('tiedote')
    const form = await playground.cardThatSays('Uusi tiedote')
    await picture(form, 'broadcast-form')
    await fill(form, 'Otsikko suomeksi', FINNISH.title)
    await fill(form, 'Teksti suomeksi', FINNISH.body)
    await form.getByRole('button', { name: 'Englanti: tyhjä' }).click()
    await fill(form, 'Otsikko englanniksi', ENGLISH.title)
    await fill(form, 'Teksti englanniksi', ENGLISH.body)
    await playground.choose(form.getByRole('combobox', { name: 'Kenelle?' }), 'Esihenkilöt')
    await playground.page.keyboard.press('Escape')
    await form.getByRole('button', { name: 'Muu päivä' }).click()
    await playground.choose(form.getByRole('combobox', { name: 'Työkalu painikkeeksi' }), 'Ohje arjeksi')
    await picture(form, 'broadcast-form-open')
    await form.getByRole('button', { name: 'Esikatsele' }).click()
  })

  it('sees how many get it, when, and what stands in each language', async () => {
    const preview = await client.playground.cardThatSays('Tarkista ennen lähettämistä')
    await picture(preview, 'broadcast-preview')
    expect(await preview.locator('#total').innerText()).toBe('6')
  })

  it('tries it out, and still has the preview', async () => {
    const { playground } = client
    const preview = await playground.cardThatSays('Tarkista ennen lähettämistä')
    await preview.getByRole('button', { name: 'Lähetä koe itselleni' }).click()
    await playground.page.waitForTimeout(3000)
    await playground.page.screenshot({ path: `${SCREENSHOTS}/x-test.png` })
  })

  it('watches it go without pressing anything', async () => {
    const { playground } = client
    const preview = await playground.cardThatSays('Tarkista ennen lähettämistä')
    await preview.getByRole('button', { name: 'Lähetä 6 vastaanottajalle' }).click()
    const report = await playground.cardThatSays('Tiedotteen raportti')
    await report.locator('#delivered').filter({ hasText: /^[1-5]$/ }).waitFor()
    await picture(report, 'broadcast-progress')
    const ended = await playground.cardThatSays('Valmis. Lähetys päättyi')
    await picture(ended, 'broadcast-report')
    expect(await ended.locator('#delivered').innerText()).toBe('6')
    await playground.page.waitForTimeout(1000)
    await playground.page.screenshot({ path: `${SCREENSHOTS}/x-all.png` })
  })
})
