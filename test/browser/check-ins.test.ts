import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { openPlayground, type Playground as People } from '../../src/cli/playground.ts'
import { aPlayground, moveClock, SCREENSHOTS } from '../support/browser.ts'

const client = aPlayground({ CLOCK_START: '2026-11-23T09:00:00+02:00' })
let people: People

beforeAll(async () => {
  await client.playground.cardThatSays('Hei, olen Luotsi')
  people = await openPlayground(client.local.address)
})
afterAll(() => {
  people.close()
})

/** What each of the five chooses for the three questions of a card. */
const TIRED = [
  ['6', '3', '7'],
  ['7', '5', '6'],
  ['5', '4', '8'],
  ['6', '6', '7'],
  ['7', '4', '6'],
]
const BETTER = [
  ['7', '6', '8'],
  ['8', '7', '7'],
  ['6', '6', '7'],
  ['7', '8', '6'],
  ['8', '7', '8'],
]

async function valuesOf(lists: Locator): Promise<string[]> {
  return Promise.all((await lists.all()).map((list) => list.inputValue()))
}

/** The others answer, each on the card that the bot brought to their own chat. */
async function answer(persons: string[], choices: string[][]): Promise<void> {
  for (const [place, person] of persons.entries()) {
    const [q1 = '', q2 = '', q3 = ''] = choices[place] ?? []
    await people.presses(person, 'checkins.answer', { q1, q2, q3 })
  }
}

describe('a supervisor who starts the check-ins of the team', () => {
  it('reads in the channel who sees what, and starts with what is proposed', async () => {
    const { playground } = client
    await playground.goTo('General')
    await playground.mention('pulssi')
    const form = await playground.cardThatSays('Aloita viikkopulssi')
    expect(await form.innerText()).toContain('Luotsi ei näytä kenellekään, mitä kukin vastasi')
    await playground.picture(form, `${SCREENSHOTS}/checkin-form.png`)
    await form.getByRole('button', { name: 'Lisää valintoja' }).click()
    await playground.picture(form, `${SCREENSHOTS}/checkin-form-open.png`)
    await form.getByRole('button', { name: 'Aloita viikkopulssi' }).click()
    const status = await playground.cardThatSays('Viikkopulssi on aloitettu.')
    expect(await status.innerText()).toContain('to 26.11.2026 klo 14.00 – pe 27.11.2026 klo 12.00')
    await playground.picture(status, `${SCREENSHOTS}/checkin-status.png`)
  })

  it('sees one line in the channel when it opens', async () => {
    expect(await moveClock(client.local, '2026-11-26T14:00:00+02:00')).toContain('checkins.open')
    const line = await client.playground.cardThatSays('Viikkopulssi on auki')
    await client.playground.picture(line, `${SCREENSHOTS}/checkin-opened.png`)
  })

  it('sees the team’s result there once five have answered and it is closed', async () => {
    await answer(people.others, TIRED)
    expect(await client.playground.page.getByText('Luvut, 0–10').count()).toBe(0)
    expect(await moveClock(client.local, '2026-11-27T12:00:00+02:00')).toContain('checkins.close')
    const result = await client.playground.cardThatSays('Viikkopulssi, vk 48')
    expect(await result.innerText()).toContain('Työmäärä: 4,4.')
    await client.playground.picture(result, `${SCREENSHOTS}/checkin-result-low.png`)
  })

  it('finds the same and a talk of ten minutes in the own chat', async () => {
    await client.playground.goTo('Personal Chat')
    const briefing = await client.playground.cardThatSays('Viikkopulssi: tulos ja puhepohja')
    expect(await briefing.innerText()).toContain('Kotihoito Itä')
    await client.playground.picture(briefing, `${SCREENSHOTS}/checkin-briefing.png`)
    await briefing.getByRole('button', { name: /Kymmenen minuutin/ }).click()
    expect(await briefing.innerText()).toContain('Kiitä (1 min)')
    await client.playground.picture(briefing, `${SCREENSHOTS}/checkin-briefing-open.png`)
  })

  it('is asked a week later whether the tool helped', async () => {
    await moveClock(client.local, '2026-12-03T14:00:00+02:00')
    await answer(people.others, BETTER)
    expect(await moveClock(client.local, '2026-12-04T12:00:00+02:00')).toContain('checkins.follow-up')
    const question = await client.playground.cardThatSays('Auttoiko työkalu?')
    await client.playground.picture(question, `${SCREENSHOTS}/checkin-follow-up.png`)
    await client.playground.choose(question.getByRole('combobox').first(), '8')
    await client.playground.choose(question.getByRole('combobox').last(), 'Jatkamme samaa')
    await question.getByRole('button', { name: 'Lähetä' }).click()
    await client.playground.cardThatSays('Vastauksesi auttaa valitsemaan parempia työkaluja.')
  })

  it('sees the line of the weeks in the channel', async () => {
    await client.playground.goTo('General')
    const result = await client.playground.cardThatSays('Viikkopulssi, vk 49')
    await result.locator('svg').first().waitFor()
    await client.playground.picture(result, `${SCREENSHOTS}/checkin-result.png`)
  })

  it('gets the weeks by one word', async () => {
    await client.playground.goTo('Personal Chat')
    await client.playground.write('tulokset')
    const overview = await client.playground.cardThatSays('Viikkopulssin tulokset')
    expect(await overview.innerText()).toMatch(/vk 49[^]*vk 48/)
    await client.playground.picture(overview, `${SCREENSHOTS}/checkin-results.png`)
  })

  it('finds where to skip a week, rest or stop, and comes back with nothing changed', async () => {
    const { playground } = client
    await playground.goTo('General')
    await playground.mention('pulssi')
    const next = 'Seuraava: to 10.12.2026 klo 14.00'
    const status = await playground.cardThatSays(next)
    await status.getByRole('button', { name: 'Ohita, pidä tauko tai lopeta' }).click()
    const rest = await playground.cardThatSays('Ohita yksi')
    await playground.picture(rest, `${SCREENSHOTS}/checkin-rest.png`)
    await rest.getByRole('button', { name: 'Takaisin' }).click()
    await rest.waitFor({ state: 'detached' })
    await playground.picture(await playground.cardThatSays(next), `${SCREENSHOTS}/checkin-status-again.png`)
  })
})

describe('somebody who is asked', () => {
  it('is asked from the next opening on, once a colleague leads', async () => {
    const { playground } = client
    await playground.goTo('General')
    await playground.mention('pulssi')
    const status = await playground.cardThatSays('Lukijat ja vetäjä')
    await status.getByRole('button', { name: 'Lukijat ja vetäjä' }).click()
    const form = await playground.cardThatSays('Siirrä vetovuoro')
    // Who leads reads anyway, and hands over to somebody else.
    const names = await form
      .getByRole('checkbox')
      .evaluateAll((boxes) => boxes.map((box) => box.closest('div')?.innerText))
    expect(names.join()).toContain('Antti Korhonen')
    expect(names.join()).not.toContain('Maija Virtanen')
    await playground.picture(form, `${SCREENSHOTS}/checkin-people.png`)
    await playground.choose(form.getByRole('combobox').last(), 'Antti Korhonen')
    await form.getByRole('button', { name: 'Siirrä vetovuoro' }).click()
    await playground.cardThatSays('Vetovuoro on siirretty.')
    expect(await moveClock(client.local, '2026-12-10T14:00:00+02:00')).toContain('checkins.open')
  })

  it('answers three questions in the own chat, is thanked without a value, and may change the answer', async () => {
    const { playground } = client
    await playground.goTo('Personal Chat')
    const card = await playground.cardThatSays('Tulokset näkee myös: Antti Korhonen.')
    await playground.picture(card, `${SCREENSHOTS}/checkin-answer.png`)
    const questions = card.getByRole('combobox')
    expect(await questions.count()).toBe(3)
    await playground.choose(questions.nth(0), '7')
    await playground.choose(questions.nth(1), '10 – täysin')
    await playground.choose(questions.nth(2), 'En osaa sanoa')
    expect(await valuesOf(questions)).toEqual(['7', '10 – täysin', 'En osaa sanoa'])
    await card.getByRole('button', { name: 'Lähetä vastaus' }).click()
    const thanks = await playground.cardThatSays('Kiitos!')
    expect(await thanks.innerText()).not.toMatch(/7|täysin/)
    await playground.picture(thanks, `${SCREENSHOTS}/checkin-thanks.png`)
    await thanks.getByRole('button', { name: 'Muuta vastaustani' }).click()
    const again = await playground.cardThatSays('Uusi vastauksesi korvaa aiemman.')
    expect(await valuesOf(again.getByRole('combobox'))).toEqual(['', '', ''])
  })
})
