import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { buttonsWith, cardOf, elementsOf, until, wordsOf } from '../support/bot.ts'
import {
  figuresOn,
  imports,
  member,
  press,
  preview,
  report,
  send,
  settle,
  SWEDISH,
  TEXTS,
  tokenOn,
  updatesOf,
} from '../support/broadcasts.ts'
import { aTeamWith, goesDownUntil, moveTo, sentTo, sentToChannel, textsOf } from '../support/check-ins.ts'
import type { CardJson, Sent } from '../support/connector.ts'
import { aLightHouse } from '../support/house.ts'
import { endSharedPauses } from '../support/shared-database.ts'
import { storedIn } from '../support/stored.ts'

const TOOL = 'aa-yksi'
const HURRY = { override: 'Vesikatko' }
const TO_UNIT = { audience: 'unit:Kotihoito' }
const FOUR = ['antti', 'linnea', 'fatima', 'jukka']
/** The four, a guest, and one who does not have the app. */
const ROWS = [...FOUR, 'guest', 'sari'].map((id) => `aad-${id},Kotihoito,,${id === 'fatima' ? 'en' : ''}`)
const LARGE = Array.from({ length: 9 }, (_, at) => `aad-iso-${at},Päiväkoti,,`)

const ENV = {
  CLOCK_START: '2026-11-23T09:00:00+02:00',
  BOT_TENANT_ID: 'tenant-1',
  ALLOWED_TENANTS: 'tenant-1,tenant-2',
  HR_USERS: 'aad-hanna,aad-heikki',
  APPROVER_USERS: 'aad-aino,aad-hanna',
  SUPERVISOR_USERS: 'aad-maija',
  APPROVAL_ABOVE: '8',
  SEND_RATE: '1000',
  LINK_HOSTS: 'example.org',
}

describe('what HR sends to many', () => {
  const house = aLightHouse(ENV)
  beforeAll(async () => {
    await aTeamWith(house, 'koti', ['maija', ...FOUR])
    await member(house, 'linnea', { locale: 'sv-FI' }).writes('hjälp')
    for (const id of ['hanna', 'aino', 'iso-0']) await member(house, id).writes('apua')
    await imports(house, [...ROWS, ...LARGE, 'aad-tyhja,Varasto,,'])
  }, 60_000)

  afterEach(() => {
    house.connector.answers = () => undefined
  })

  const got = (ids = FOUR) => ids.map((id) => sentTo(house, id).length)
  const words = (id: string) => sentTo(house, id).map((sent) => wordsOf(cardOf(sent)))
  const at = (method: string): Sent[] =>
    house.connector.sent.filter(({ method: its, conversation }) => its === method && conversation !== 'own-hanna')
  const audience = async (title: string): Promise<string> => {
    const { card } = await member(house, 'hanna').presses('broadcasts.form')
    const choices = elementsOf(card, 'Input.ChoiceSet').flatMap(({ choices: all }) => all as Choice[])
    return choices.find((choice) => choice.title.includes(title))?.value ?? ''
  }

  describe('from the word to the report', () => {
    let shown: { broadcast: string; token: string; card: CardJson }

    it('begins with a form, and a preview counts exactly who gets it, and who does not by reason', async () => {
      const [form] = await member(house, 'hanna').writes('tiedote')
      const fields = elementsOf(cardOf(form), 'Input.Text').map(({ id }) => id)
      expect(fields).toEqual(
        expect.arrayContaining(['title_fi', 'body_sv', 'title_en', 'link', 'imageAlt', 'override']),
      )
      shown = await preview(house, { ...TO_UNIT, ...SWEDISH, tool: TOOL })
      expect(textsOf(shown.card)).toMatchObject({ total: '6', skipped: '2' })
      const said = wordsOf(shown.card)
      expect(said).toContain('Englanninkielistä tekstiä ei ole: englanninkieliset saavat suomenkielisen.')
      expect(said).toContain('1 vieras toisesta organisaatiosta')
      expect(said).toContain('1 ei ole vielä ottanut Luotsia käyttöön')
      expect(said).toContain('Lähetä 4 vastaanottajalle')
      expect(at('POST')).toEqual([])
    })

    it('can be tried on oneself, in each language', async () => {
      await press(house, 'test', shown.broadcast)
      const titles = house.connector.sent.map((sent) => [sent.conversation, sent.body.summary])
      expect(titles).toEqual([
        ['own-hanna', expect.stringContaining('Ansökan börjar')],
        ['own-hanna', expect.stringContaining('Haku alkaa')],
        ['own-hanna', expect.stringContaining('Haku alkaa')],
      ])
    })

    it('goes to each in their language, once, and the card that was pressed ends as the report', async () => {
      const confirmed = await press(house, 'confirm', shown.broadcast, 'hanna', { token: shown.token })
      expect(wordsOf(confirmed.card)).toContain('Viesti on vahvistettu.')
      await settle(house)
      expect(got([...FOUR, 'guest', 'sari', 'maija'])).toEqual([1, 1, 1, 1, 0, 0, 0])
      expect(words('antti')[0]).toContain('Viesti HR:ltä\nHaku alkaa\nHae ensi viikolla.\nTervetuloa!')
      expect(words('linnea')[0]).toContain('Ansökan börjar\nSök nästa vecka.')
      expect(words('fatima')[0]).toMatch(/from HR\nHaku alkaa/i)
      const last = updatesOf(house, shown.broadcast).at(-1)
      expect(wordsOf(cardOf(last))).toContain('Valmis.')
      expect(figuresOn(cardOf(last))).toEqual({ delivered: 4, skipped: 2 })
      expect(figuresOn(await report(house, shown.broadcast))).toEqual({ delivered: 4, skipped: 2 })
    })

    it('is sent once, however often it is pressed', async () => {
      const again = await press(house, 'confirm', shown.broadcast, 'heikki', { token: shown.token })
      expect(wordsOf(again.card)).toContain('Se lähtee vain kerran.')
      await settle(house)
      expect(got()).toEqual([0, 0, 0, 0])
    })

    it('tells how often its tool was opened from five on', async () => {
      const open = () => press(house, 'open', shown.broadcast, 'antti', { what: 'tool' })
      for (let time = 0; time < 4; time++) await open()
      expect(wordsOf(await report(house, shown.broadcast))).toContain('näkyy, kun niitä on vähintään 5')
      await open()
      expect(wordsOf(await report(house, shown.broadcast))).toContain('Työkalu avattiin vähintään 5 kertaa.')
    })

    it('gives the list of recipients behind its link alone', async () => {
      const { card } = await press(house, 'report', shown.broadcast)
      const [link] = elementsOf(card, 'Action.OpenUrl').map(({ url }) => new URL(String(url)))
      const read = (query: string) => fetch(`${house.bot.url}${link?.pathname}${query}`)
      const file = await read(link?.search ?? '')
      const rows = (await file.text()).trim().split('\r\n')
      expect([rows.length, rows[0]]).toEqual([7, 'recipient,id,state,reason,mailing'])
      expect(rows).toContain('person,aad-sari,skipped,notInstalled,main')
      expect((await read('')).status).toBe(404)
    })
  })

  it('is refused where nobody would get it', async () => {
    const { card } = await preview(house, { audience: 'unit:Varasto' })
    expect(wordsOf(card)).toContain('Kukaan ei saisi viestiä.')
    expect(buttonsWith(card, 'broadcasts.confirm')).toEqual([])
  })

  it('tells all that is wrong at once, and keeps what was written in the form', async () => {
    const wrong = { audience: 'unit:Satama', link: 'http://evil.example', at: '2020-01-01T09:00', body_fi: '' }
    const { text } = await preview(house, wrong)
    for (const fault of ['Teksti puuttuu', 'Satama', 'alettava https', 'jo mennyt']) expect(text).toContain(fault)
  })

  it('waits for a second person above the limit; supervisors get it a day ahead, with how to raise it', async () => {
    await moveTo(house, '2026-11-24T09:00:00+02:00')
    const { broadcast, token, card } = await preview(house, { audience: 'everyone' })
    const { total } = textsOf(card)
    const asked = await press(house, 'confirm', broadcast, 'hanna', { token })
    expect(wordsOf(asked.card)).toContain('Hyväksyntää pyydettiin yhdeltä ihmiseltä.')
    await settle(house)
    expect(got(['maija', ...FOUR])).toEqual([0, 0, 0, 0, 0])
    const toApprove = cardOf(sentTo(house, 'aino')[0])
    expect(textsOf(toApprove)).toMatchObject({ total })
    expect(buttonsWith(toApprove, 'broadcasts.approve')).toHaveLength(1)
    expect((await press(house, 'approve', broadcast, 'hanna')).text).toContain('sen hyväksyy joku muu')
    for (const id of ['heikki', 'antti']) {
      expect((await press(house, 'approve', broadcast, id)).text).toContain('En löydä tätä')
    }
    expect(wordsOf((await press(house, 'approve', broadcast, 'aino')).card)).toContain('Hyväksyit viestin.')
    await settle(house)
    expect(updatesOf(house, broadcast).map((sent) => wordsOf(cardOf(sent)))).toContainEqual(
      expect.stringContaining('Viesti on hyväksytty.'),
    )
    expect(got(['maija', ...FOUR])).toEqual([1, 0, 0, 0, 0])
    expect(words('maija')[0]).toContain('Näin otat tämän puheeksi tiimissäsi')
    expect(words('maija')[0]).toContain('Tiimisi saa tämän viestin ke 25.11.2026 klo 09.00.')
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-11-25T09:05:00+02:00')).toContain('broadcasts.send')
    expect(got(['maija', ...FOUR])).toEqual([0, 1, 1, 1, 1])
    expect(words('antti')[0]).not.toContain('puheeksi')
    const ended = await report(house, broadcast)
    expect(textsOf(ended)).toMatchObject({ total })
    // The four, and who else has the app: maija, hanna, heikki, aino, iso-0.
    expect(figuresOn(ended)).toEqual({ delivered: 9, skipped: Number(total) - 9 })
  })

  it('goes to channels at its time, and a day before to their supervisors, who are not counted', async () => {
    await moveTo(house, '2026-11-26T09:30:00+02:00')
    const { broadcast, token, card } = await preview(house, { audience: 'channels', at: '2026-11-27T10:00' })
    expect(textsOf(card)).toMatchObject({ total: '2', skipped: '0' })
    expect(wordsOf(card)).toContain('Lisäksi sen saa 1 esihenkilö')
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await moveTo(house, '2026-11-26T10:01:00+02:00')
    expect(got(['maija', ...FOUR])).toEqual([1, 0, 0, 0, 0])
    expect(words('maija')[0]).toContain('Näin otat tämän puheeksi')
    expect(await moveTo(house, '2026-11-27T10:01:00+02:00')).toContain('broadcasts.send')
    expect(['koti', 'koti-arki'].map((id) => sentToChannel(house, id).length)).toEqual([1, 1])
    expect(wordsOf(cardOf(sentToChannel(house, 'koti-arki')[0]))).not.toContain('puheeksi')
    expect(got(['maija', ...FOUR])).toEqual([1, 0, 0, 0, 0])
    expect(figuresOn(await report(house, broadcast))).toEqual({ delivered: 2 })
  })

  it('goes to one channel in a hurry, an hour after its supervisors', async () => {
    const arki = await audience('Arki')
    expect(arki).toMatch(/^channel:/)
    await send(house, { audience: arki, ...HURRY })
    expect([...got(['maija']), sentToChannel(house, 'koti-arki').length]).toEqual([1, 0])
    expect(await settle(house, 'PT61M')).toContain('broadcasts.send')
    expect([...got(['maija']), sentToChannel(house, 'koti-arki').length]).toEqual([1, 1])
    expect(sentToChannel(house, 'koti')).toEqual([])
  })

  it('goes to those who read a language', async () => {
    await send(house, { audience: 'language:sv', ...SWEDISH, ...HURRY })
    expect(got(['maija', 'hanna', ...FOUR])).toEqual([0, 0, 0, 1, 0, 0])
  })

  it('F17 reaches who is in several of its groups once, as one of its total', async () => {
    const parts = 'unit:Kotihoito,supervisors,language:fi,language:sv,language:en'
    const { card, broadcast, token } = await preview(house, { audience: parts, title_fi: 'Kaikille', ...HURRY })
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await press(house, 'approve', broadcast, 'aino')
    await settle(house)
    const people = ['maija', 'hanna', 'iso-0', ...FOUR]
    const cards = (id: string) => words(id).filter((said) => said.includes('Kaikille') && !said.includes('Hyväksy'))
    expect(people.map((id) => cards(id).length)).toEqual(people.map(() => 1))
    const figures = figuresOn(await report(house, broadcast))
    expect(figures).toEqual({ delivered: 9, skipped: Number(textsOf(card)['skipped']) })
  })

  it('waits for the window, and the preview says until when; with a reason it goes now, which is kept', async () => {
    await moveTo(house, '2026-11-30T18:00:00+02:00')
    const { broadcast, token, card } = await preview(house, TO_UNIT)
    expect(wordsOf(card)).toContain('lähetysajan ulkopuolella tai vapaapäivä. Viesti lähtee ti 1.12.2026 klo 08.00.')
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect(got()).toEqual([0, 0, 0, 0])
    expect(await moveTo(house, '2026-12-01T08:00:00+02:00')).toContain('broadcasts.send')
    expect(got()).toEqual([1, 1, 1, 1])
    await moveTo(house, '2026-12-01T18:00:00+02:00')
    const now = await send(house, { ...TO_UNIT, ...HURRY })
    expect(got()).toEqual([2, 2, 2, 2])
    const { audit = [] } = await storedIn(house.bot.dataDir)
    expect(audit).toContainEqual(
      expect.objectContaining({ what: 'broadcasts.confirm', who: 'aad-hanna', to: now, note: 'Vesikatko' }),
    )
  })

  it('is one a day, and three a week to one person', async () => {
    await moveTo(house, '2026-12-02T09:00:00+02:00')
    const third = await send(house, { ...TO_UNIT, title_fi: 'Kolmas' })
    expect(figuresOn(await report(house, third))).toEqual({ delivered: 4, skipped: 2 })
    const fourth = await preview(house, { ...TO_UNIT, title_fi: 'Neljäs' })
    expect(wordsOf(fourth.card)).toContain('4 on jo saanut kolme viestiä sillä viikolla')
    expect(buttonsWith(fourth.card, 'broadcasts.confirm')).toEqual([])
    const second = await preview(house, { audience: 'supervisors', title_fi: 'Toinen' })
    expect(wordsOf(second.card)).toContain('Samalle päivälle on jo yksi tiedote.')
    expect(wordsOf(second.card)).toContain('Viesti lähtee to 3.12.2026 klo 08.00.')
    await press(house, 'confirm', second.broadcast, 'hanna', { token: second.token })
    await moveTo(house, '2026-12-03T07:59:00+02:00')
    expect(got(['maija'])).toEqual([0])
    expect(await moveTo(house, '2026-12-03T08:00:00+02:00')).toContain('broadcasts.send')
    expect(got(['maija'])).toEqual([1])
  })

  it('goes at the time that was chosen, and nothing waits too long before', async () => {
    await moveTo(house, '2026-12-07T10:00:00+02:00')
    const id = await send(house, { ...TO_UNIT, date: '2026-12-08', time: '14:00' })
    expect(wordsOf(await report(house, id))).toContain('Viesti lähtee ti 8.12.2026 klo 14.00.')
    await moveTo(house, '2026-12-08T13:59:00+02:00')
    expect(got()).toEqual([0, 0, 0, 0])
    const ready = await fetch(`${house.bot.url}/readyz`)
    expect(await ready.json()).toMatchObject({ ready: true, oldestWaiting: 0 })
    const ran = await moveTo(house, '2026-12-08T14:00:00+02:00')
    expect(ran.filter((name) => name === 'broadcasts.send')).toEqual(['broadcasts.send'])
    expect(got()).toEqual([1, 1, 1, 1])
  })

  it('leaves those alone who turned it off or want a pause, also since the preview', async () => {
    await moveTo(house, '2026-12-14T09:00:00+02:00')
    const { broadcast, token, card } = await preview(house, TO_UNIT)
    expect(textsOf(card)).toMatchObject({ total: '6', skipped: '2' })
    await member(house, 'antti').presses('notices.off', { kind: 'broadcasts' })
    await member(house, 'jukka').presses('notices.quiet', { until: '2026-12-21' })
    house.connector.sent.length = 0
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect(got()).toEqual([0, 1, 1, 0])
    const ended = await report(house, broadcast)
    expect(figuresOn(ended)).toEqual({ delivered: 2, skipped: 4 })
    expect(wordsOf(ended)).toContain('1 on kytkenyt HR:n viestit pois')
    expect(wordsOf(ended)).toContain('1 ei halua viestejä juuri nyt')
    expect(textsOf((await preview(house, { ...TO_UNIT, at: '2026-12-15T09:00' })).card)['skipped']).toBe('4')
    const hurried = await preview(house, { ...TO_UNIT, ...HURRY })
    expect(textsOf(hurried.card)['skipped']).toBe('3')
    const on = { broadcasts: 'true', themes: 'true', weekly: 'true', webinars: 'true' }
    await member(house, 'antti').presses('notices.save', on)
    await member(house, 'jukka').presses('notices.resume')
    expect(textsOf((await preview(house, { ...TO_UNIT, at: '2026-12-15T09:00' })).card)['skipped']).toBe('2')
  })

  it('is cancelled whole before its time', async () => {
    const id = await send(house, { ...TO_UNIT, at: '2026-12-16T09:00' })
    const cancelled = await press(house, 'cancel', id)
    expect(figuresOn(cancelled.card)).toEqual({ cancelled: 4, skipped: 2 })
    await moveTo(house, '2026-12-16T10:00:00+02:00')
    expect(got()).toEqual([0, 0, 0, 0])
    expect(wordsOf(await report(house, id))).toContain('Lähetys on peruttu.')
  })

  it('is cancelled while it goes out: the report says exactly whom it reached', async () => {
    const { connector } = house
    const limited = { is: false }
    connector.answers = ({ conversation }) => {
      if (limited.is || conversation === '') return undefined
      limited.is = true
      return { status: 429, headers: { 'retry-after': '600' } }
    }
    connector.confirmed.clear()
    const { broadcast, token } = await preview(house, { ...TO_UNIT, ...HURRY })
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await until(() => limited.is)
    await press(house, 'cancel', broadcast)
    await settle(house)
    const { delivered = 0, cancelled = 0, ...rest } = figuresOn(await report(house, broadcast))
    const reached = [...connector.confirmed].filter(([conversation]) => conversation !== 'own-hanna')
    expect([delivered, rest]).toEqual([reached.length, { skipped: 2 }])
    expect(cancelled).toBe(4 - delivered)
    expect(cancelled).toBeGreaterThan(0)
    await settle(house, 'PT11M')
    await endSharedPauses(house.bot.dataDir)
  })

  it('sends the failed again, and the unknown when HR says so; nobody else gets it twice', async () => {
    const { connector } = house
    const first = new Set<string>()
    connector.answers = ({ conversation }) => {
      if (first.has(conversation)) return undefined
      first.add(conversation)
      if (conversation.endsWith('antti')) return { status: 400 }
      return conversation.endsWith('jukka') ? { status: 504, isTaken: true } : undefined
    }
    const id = await send(house, { ...TO_UNIT, ...HURRY, title_fi: 'Uudelleen' })
    expect(figuresOn(await report(house, id))).toEqual({ delivered: 2, failed: 1, unknown: 1, skipped: 2 })
    await press(house, 'retry', id)
    await settle(house)
    expect(figuresOn(await report(house, id))).toEqual({ delivered: 3, unknown: 1, skipped: 2 })
    expect(got()).toEqual([2, 1, 1, 1])
    await press(house, 'resend', id)
    await settle(house)
    expect(figuresOn(await report(house, id))).toEqual({ delivered: 4, skipped: 2 })
    expect(got()).toEqual([2, 1, 1, 2])
    expect((await press(house, 'retry', id)).text).toContain('Uudelleen lähetettävää ei ole.')
  })

  it('is corrected in every copy, and taken back from everybody', async () => {
    const id = await send(house, { ...TO_UNIT, ...HURRY, title_fi: 'Virhe' })
    house.connector.sent.length = 0
    await press(house, 'correct', id, 'hanna', { ...TEXTS, title_fi: 'Oikein' })
    await settle(house)
    const corrected = at('PUT').filter(({ activity }) => activity?.startsWith('activity-'))
    expect(corrected.map(({ conversation }) => conversation)).toHaveLength(4)
    for (const sent of corrected) expect(wordsOf(cardOf(sent))).toContain('Oikein')
    expect(corrected.filter((sent) => wordsOf(cardOf(sent)).includes('Tätä viestiä on korjattu.'))).toHaveLength(2)
    expect(got()).toEqual([0, 0, 0, 0])
    expect(wordsOf(await report(house, id))).toContain('Perillä olevat viestit on korjattu.')
    await press(house, 'withdraw', id)
    await settle(house)
    const copies = corrected.map(({ activity }) => activity).toSorted()
    expect(
      at('DELETE')
        .map(({ activity }) => activity)
        .toSorted(),
    ).toEqual(copies)
    expect(wordsOf(await report(house, id))).toContain('Viesti on poistettu saajilta.')
    expect(wordsOf((await press(house, 'show', id, 'antti')).card)).toContain('HR on poistanut tämän viestin.')
  })

  it('is replaced by a line where messages cannot be deleted', async () => {
    house.connector.canDelete = false
    const id = await send(house, { ...TO_UNIT, ...HURRY, title_fi: 'Pois' })
    await press(house, 'withdraw', id)
    await settle(house)
    house.connector.canDelete = true
    const replaced = at('PUT').filter(({ activity }) => activity?.startsWith('activity-'))
    expect(replaced).toHaveLength(4)
    for (const sent of replaced) expect(wordsOf(cardOf(sent))).not.toContain('Pois')
    expect(replaced.map((sent) => wordsOf(cardOf(sent)))).toContainEqual(expect.stringContaining('Viesti on poistettu'))
  })

  it('is kept as a draft, and can be written again from what was sent', async () => {
    const { broadcast } = await preview(house, { ...TO_UNIT, title_fi: 'Kesken' })
    const list = cardOf((await member(house, 'hanna').writes('tiedote'))[0])
    expect(wordsOf(list)).toContain('Kesken')
    const form = await press(house, 'form', broadcast)
    expect(elementsOf(form.card, 'Input.Text').find(({ id }) => id === 'title_fi')?.['value']).toBe('Kesken')
    const sent = buttonsWith(list, 'broadcasts.report')[0]?.data?.['broadcast']
    const copy = await press(house, 'duplicate', String(sent))
    const id = buttonsWith(copy.card, 'broadcasts.preview')[0]?.data?.['broadcast']
    expect([id, sent, broadcast]).toHaveLength(new Set([id, sent, broadcast]).size)
    expect(wordsOf((await press(house, 'delete', String(id))).card)).toContain('Luonnos on poistettu.')
    expect((await press(house, 'delete', String(sent))).text).toContain('ei ole enää luonnos')
  })

  it('is nothing of another organisation’s', async () => {
    const { broadcast, token } = await preview(house, { ...TO_UNIT, title_fi: 'Oma' })
    const sent = await send(house, { ...TO_UNIT, ...HURRY, title_fi: 'Meidän' })
    house.connector.sent.length = 0
    const other = member(house, 'hanna', { tenant: 'tenant-2' })
    const verbs =
      'view form preview test confirm cancel report retry resend edit correct withdraw duplicate delete show'
    for (const verb of verbs.split(' ')) {
      for (const id of [broadcast, sent]) {
        const data = { ...TEXTS, ...TO_UNIT, broadcast: id, token }
        const { text } = await other.presses(`broadcasts.${verb}`, data)
        expect([verb, text]).toEqual([verb, expect.stringContaining('En löydä tätä')])
      }
    }
    expect(wordsOf((await other.presses('broadcasts.list')).card)).not.toMatch(/Oma|Meidän/)
    const everyone = await other.presses('broadcasts.preview', { ...TEXTS, audience: 'everyone', ...HURRY })
    // Hanna, and maija whom the settings name.
    expect(textsOf(everyone.card)).toMatchObject({ total: '2', skipped: '1' })
    expect((await other.presses('broadcasts.preview', { ...TEXTS, ...TO_UNIT })).text).toContain('Kotihoito')
    expect(house.connector.sent).toEqual([])
  })

  it('shows in the metrics, by kind and reason', async () => {
    const metrics = await (await fetch(`${house.bot.url}/metrics`)).text()
    for (const name of ['luotsi_outbox_oldest_seconds', 'luotsi_outbox_mailings', 'luotsi_outbox_paused'])
      expect(metrics).toMatch(new RegExp(`^${name} 0$`, 'm'))
    expect(metrics).toMatch(/^luotsi_outbox_total\{kind="broadcasts.send",outcome="delivered",reason=""\} \d+$/m)
    expect(metrics).toMatch(/^luotsi_outbox_total\{kind="broadcasts.send",outcome="unknown",reason="noAnswer"\} 1$/m)
    expect(metrics).not.toMatch(/Kotihoito|aad-|Haku/)
  })
})

describe('a bot that is killed between confirmation and sending', () => {
  const house = aLightHouse(ENV)

  it('keeps the drafts, and sends what was confirmed once', async () => {
    await aTeamWith(house, 'koti', ['maija', ...FOUR])
    await imports(house, ROWS)
    const draft = await preview(house, { ...TO_UNIT, title_fi: 'Kesken' })
    const { broadcast, token } = await preview(house, { ...TO_UNIT, at: '2026-11-23T14:00' })
    await press(house, 'confirm', broadcast, 'hanna', { token })
    house.connector.sent.length = 0
    await goesDownUntil(house, '2026-11-23T14:05:00+02:00')
    const again = await press(house, 'confirm', broadcast, 'hanna', { token })
    expect(wordsOf(again.card)).toContain('Se lähtee vain kerran.')
    const got = () => FOUR.map((id) => sentTo(house, id).length)
    await until(() => got().every((number) => number > 0))
    await goesDownUntil(house, '2026-11-23T15:00:00+02:00')
    await settle(house)
    expect(got()).toEqual([1, 1, 1, 1])
    const { total } = textsOf(await report(house, broadcast))
    expect(total).toBe('6')
    const form = await press(house, 'form', draft.broadcast)
    expect(elementsOf(form.card, 'Input.Text').find(({ id }) => id === 'title_fi')?.['value']).toBe('Kesken')
    expect(tokenOn((await preview(house, { ...TO_UNIT, broadcast: draft.broadcast })).card).broadcast).toBe(
      draft.broadcast,
    )
  }, 120_000)
})

type Choice = { title: string; value: string }
