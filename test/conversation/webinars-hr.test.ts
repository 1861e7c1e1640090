import { beforeAll, describe, expect, it } from '@jest/globals'
import { buttonsWith, cardOf, elementsOf, wordsOf, type Pressed } from '../support/bot.ts'
import { member, preview, report, send, settle } from '../support/broadcasts.ts'
import { goesDownUntil, moveTo, sentTo, textsOf } from '../support/check-ins.ts'
import type { CardJson } from '../support/connector.ts'
import { aLightHouse } from '../support/house.ts'

const ENV = {
  CLOCK_START: '2027-01-11T09:00:00+02:00',
  BOT_TENANT_ID: 'tenant-1',
  ALLOWED_TENANTS: 'tenant-1',
  HR_USERS: 'aad-hanna',
  SEND_RATE: '1000',
  LINK_HOSTS: 'example.org',
}
const FORM = {
  kind: 'guidance',
  theme: 't01-testi',
  date: '2027-01-28',
  time: '13:00',
  zone: 'Europe/Helsinki',
  minutes: 60,
  title_fi: 'Kysy hyvin',
  description_fi: 'Näet kolme kysymystä.',
  speakers_fi: 'Valmentaja',
  title_sv: 'Fråga väl',
  description_sv: 'Du får se tre frågor.',
  spoken: 'fi',
}

describe('a webinar that HR makes in the chat', () => {
  const house = aLightHouse(ENV)
  let webinar: string
  let token: string
  const someone = (id: string) => member(house, id, id === 'linnea' ? { locale: 'sv-FI' } : {})
  const press = (verb: string, more: object = {}, by = 'hanna'): Promise<Pressed> =>
    someone(by).presses(`webinars.${verb}`, { webinar, ...more })
  const words = (id: string) => sentTo(house, id).map((sent) => wordsOf(cardOf(sent)))
  const dataOf = (card: CardJson, verb: string, name: string): string => {
    const value = buttonsWith(card, verb)[0]?.data?.[name]
    return typeof value === 'string' ? value : ''
  }

  beforeAll(async () => {
    for (const id of ['antti', 'hanna']) await member(house, id).writes('apua')
    await someone('linnea').writes('hjälp')
  }, 60_000)

  it('begins at the word, with a form of few fields, which nobody else gets', async () => {
    const [list] = await member(house, 'hanna').writes('webinaarit')
    expect(buttonsWith(cardOf(list), 'webinars.form')).toHaveLength(1)
    const { card } = await member(house, 'hanna').presses('webinars.form')
    expect(elementsOf(card, 'Input.Text').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['title_fi', 'description_sv', 'speakers_en', 'join']),
    )
    const [others] = await member(house, 'antti').writes('webinaarit')
    expect(buttonsWith(cardOf(others), 'webinars.form')).toEqual([])
    expect((await member(house, 'antti').presses('webinars.create', FORM)).text).toContain('En löydä tätä')
  })

  it('tells in the reader’s language all that is wrong with it', async () => {
    const wrong = { ...FORM, theme: '', minutes: 300, join: 'http://example.org' }
    const { text } = await member(house, 'hanna').presses('webinars.create', wrong)
    for (const fault of ['Mitään ei tallennettu', 'Valitse teema', '15–240', 'alettava https'])
      expect(text).toContain(fault)
  })

  it('is shown as its readers will see it, and is published once though the bot went down in between', async () => {
    const { card } = await member(house, 'hanna').presses('webinars.create', FORM)
    for (const part of [
      'Kysy hyvin',
      'Fråga väl',
      'torsdag 28 januari 2027 kl. 13.00–14.00',
      'englanninkieliset saavat',
    ])
      expect(wordsOf(card)).toContain(part)
    webinar = dataOf(card, 'webinars.publish', 'webinar')
    token = dataOf(card, 'webinars.publish', 'token')
    expect((await press('signup', {}, 'antti')).text).toContain('En löydä tätä')
    await goesDownUntil(house, '2027-01-11T09:30:00+02:00')
    expect(wordsOf((await press('publish', { token })).card)).toContain('Webinaari on julkaistu.')
    expect(wordsOf((await press('publish', { token })).card)).toContain('oli jo julkaistu')
    const [list] = await someone('linnea').writes('webbinarier')
    expect(wordsOf(cardOf(list)).split('Fråga väl')).toHaveLength(2)
  })

  it('goes as a button of a message to many, whose presses are counted', async () => {
    const broadcast = await send(house, {
      audience: 'language:sv',
      title_sv: 'Ny',
      body_sv: 'Kom med.',
      webinar,
      tool: 'none',
    })
    const [got] = sentTo(house, 'linnea')
    expect(wordsOf(cardOf(got))).toContain('Webbinarium: Fråga väl, torsdag 28 januari 2027 kl. 13.00–14.00')
    const [button] = buttonsWith(cardOf(got), 'broadcasts.open')
    expect(button?.data).toEqual({ broadcast, what: 'webinar' })
    const { sent } = await someone('linnea').presses('broadcasts.open', button?.data)
    expect(buttonsWith(cardOf(sent.at(-1)), 'webinars.signup')).toHaveLength(1)
    expect(wordsOf(await report(house, broadcast))).toContain('näkyy, kun niitä on vähintään 5')
  })

  it('counts who signed up, without names', async () => {
    for (const id of ['antti', 'linnea']) await press('signup', {}, id)
    const { card } = await press('manage')
    expect(textsOf(card)).toMatchObject({ signedUp: '2' })
    expect(wordsOf(card)).not.toMatch(/antti|linnea/i)
    expect(wordsOf(card)).toContain('2 ilmoittautunutta saa tiedon peruutuksesta')
  })

  it('is moved, and those who signed up are told once, each in their language', async () => {
    const { card } = await press('change')
    expect(elementsOf(card, 'Input.Date')[0]).toMatchObject({ id: 'date', value: '2027-01-28' })
    const moved = await press('move', { date: '2027-01-29', time: '10:00', minutes: 45 })
    expect(wordsOf(moved.card)).toContain('pe 29.1.2027 klo 10.00–10.45')
    await settle(house)
    await settle(house, 'PT5M')
    expect([words('antti').length, words('linnea').length]).toEqual([1, 1])
    expect(words('antti')[0]).toContain('pe 29.1.2027 klo 10.00–10.45')
    expect(words('linnea')[0]).toContain('fredag 29 januari 2027 kl. 10.00–10.45')
  })

  it('is cancelled, and those who signed up are told once', async () => {
    const cancelled = await press('cancel')
    expect(wordsOf(cancelled.card)).toContain('Webinaari on peruttu.')
    await press('cancel')
    await settle(house)
    expect([words('antti').length, words('linnea').length]).toEqual([1, 1])
    expect(words('antti')[0]).toContain('peru')
    const offered = await preview(house, { audience: 'language:sv', webinar })
    expect(offered.text).toContain('Webinaaria ei löydy tulevista')
  })

  it('asks for feedback after one that was held, which HR reads from five answers on', async () => {
    const again = await member(house, 'hanna').presses('webinars.create', { ...FORM, title_fi: 'Toinen' })
    webinar = dataOf(again.card, 'webinars.publish', 'webinar')
    await press('publish', { token: dataOf(again.card, 'webinars.publish', 'token') })
    const five = ['antti', 'linnea', 'fatima', 'jukka', 'sari']
    for (const id of five) await press('signup', {}, id)
    await moveTo(house, '2027-01-28T14:10:00+02:00')
    for (const id of five) {
      const { sent } = await press('feedback', {}, id)
      expect(elementsOf(cardOf(sent.at(-1)), 'Input.ChoiceSet').map((input) => input['id'])).toEqual([
        'useful',
        'step',
        'next',
      ])
      const before = wordsOf((await press('manage')).card)
      expect(before).toContain('Yhteenveto näkyy, kun vastauksia on vähintään 5.')
      await press('answer', { useful: '9', step: 'week', next: 'tool' }, id)
    }
    const twice = await press('answer', { useful: '0', step: 'none', next: 'enough' }, 'antti')
    expect(wordsOf(twice.card)).toContain('Vastasit jo.')
    const said = wordsOf((await press('manage')).card)
    for (const line of ['Mukana vastauksia: 5', 'keskiarvo: 9,0', 'Kokeilen jotakin jo tällä viikolla: 5'])
      expect(said).toContain(line)
  })
})
