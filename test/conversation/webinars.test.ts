import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import { readFileSync } from 'node:fs'
import type { Webinar } from '../../src/domain/content.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { anActor, buttonsOf, cardOf, elementsOf, until, wordsOf, type Actor } from '../support/bot.ts'
import { goesDownUntil, moveTo, sentTo, sentToChannel } from '../support/check-ins.ts'
import type { CardJson } from '../support/connector.ts'
import { aContentFolder, aWebinar } from '../support/content.ts'
import { aHouse, aTeam } from '../support/house.ts'
import { storedIn } from '../support/stored.ts'
import { expectSilence } from '../support/silence.ts'

const ID = 'wb-testi'
const FILE = `webinars/${ID}.yaml`
const EASTER: Partial<Webinar> = {
  start: '2027-04-01T13:00',
  join: 'https://example.org/join',
  login_required: true,
  review_due: '2027-11-21',
}
const PEOPLE = ['maija', 'linnea', 'fatima'] as const
const CLIENTS = {
  maija: { locale: 'fi-FI', localTimezone: 'Europe/Helsinki' },
  linnea: { locale: 'sv-FI', localTimezone: 'Europe/Stockholm' },
  fatima: { locale: 'en-GB', localTimezone: 'Europe/Helsinki' },
}
const ENV: Record<string, string> = {
  CLOCK_START: '2027-03-15T10:00:00+02:00',
  SEND_RATE: '1000',
  LINK_HOSTS: 'example.org',
}

let content: Awaited<ReturnType<typeof aContentFolder>>
beforeAll(async () => {
  const real = (file: string) => readFileSync(`content/${file}`, 'utf8')
  content = await aContentFolder((files) => {
    for (const language of LANGUAGES) files[`strings/${language}.json`] = real(`strings/${language}.json`)
    files['search/commands.yaml'] = real('search/commands.yaml')
    files[FILE] = webinar()
  })
  ENV['CONTENT_DIR'] = content.dir
})
afterAll(() => content.remove())

/** A webinar of the week of Easter 2027, in which the clocks change. */
function webinar(change: Partial<Webinar> = {}): Webinar {
  const plain = aWebinar({ ...EASTER, ...change })
  plain.text.fi.login_note = 'Kirjaudu organisaatiosi tunnuksella.'
  plain.text.sv.login_note = 'Logga in med organisationens konto.'
  plain.text.en.login_note = 'Sign in with your organisation’s account.'
  return plain
}

describe('the life of a webinar', () => {
  const house = aHouse(ENV)
  const inChannel = (id: string): Actor => anActor(house.bot, house.connector, { id, name: id, team: 'koti' })
  const press = (id: (typeof PEOPLE)[number], verb: string, data: object = {}, actor?: Actor) =>
    (actor ?? anActor(house.bot, house.connector, { id, name: id })).presses(
      `webinars.${verb}`,
      { webinar: ID, ...data },
      CLIENTS[id],
    )
  const writes = (id: (typeof PEOPLE)[number], text: string) =>
    anActor(house.bot, house.connector, { id, name: id }).writes(text, CLIENTS[id])

  /** What came to each since the last time, as the words of its card. */
  const came = () => {
    const words = PEOPLE.map((id) => sentTo(house, id).map((sent) => wordsOf(cardOf(sent))))
    house.connector.sent.length = 0
    return words
  }
  const nothing = [[], [], []]

  /** The editor changes the content file while the bot runs. */
  async function edits(change: Partial<Webinar>): Promise<void> {
    await content.write({ [FILE]: webinar(change) })
    const isReloaded = ({ msg }: Record<string, unknown>) => msg === 'the content was read again'
    const before = house.bot.log.filter(isReloaded).length
    house.bot.process.kill('SIGHUP')
    await until(() => house.bot.log.filter(isReloaded).length > before)
  }

  const linksOn = (card: unknown) =>
    buttonsOf(card)
      .filter(({ type }) => type === 'Action.OpenUrl')
      .map((button) => button as unknown as { title: string; url: string })

  /** The calendar file behind the button of a card, as HTTP gives it and two parsers read it. */
  async function calendarOn(card: unknown) {
    const link = linksOn(card).find(({ url }) => url.includes('.ics'))
    if (link === undefined) throw new Error('no calendar file on the card')
    // PUBLIC_URL names the port of the settings; the bot of the test has a free one.
    const response = await fetch(link.url.replace(/^http:\/\/[^/]+/, house.bot.url))
    const text = await response.text()
    const root = new ICAL.Component(ICAL.parse(text) as [string, object[], object[]])
    const [vevent] = root.getAllSubcomponents('vevent')
    if (vevent === undefined) throw new Error('no event')
    const [other] = Object.values(nodeIcal.sync.parseICS(text)).filter((item) => item?.type === 'VEVENT')
    const again = new ICAL.Component(ICAL.parse(root.toString()) as [string, object[], object[]])
    return {
      response,
      text,
      event: new ICAL.Event(vevent),
      other: other,
      isSameAgain: again.toString() === root.toString(),
    }
  }

  // Both parsers say on the console what they find odd.
  expectSilence()

  beforeAll(async () => {
    house.connector.teams.set('koti', aTeam('koti', [...PEOPLE]))
    await inChannel('maija').causes({ type: 'installationUpdate', action: 'add' })
    // English is a choice: the rule of the languages.
    const fatima = anActor(house.bot, house.connector, { id: 'fatima', name: 'fatima' })
    await fatima.presses('language.set', { language: 'en', show: { verb: 'welcome.help' } })
  })

  it.each([
    ['maija', 'webinaarit', 'Viesti menee perille', 'to 1.4.2027 klo 13.00–14.00'],
    ['linnea', 'webbinarier', 'Budskapet går fram', 'torsdag 1 april 2027 kl. 12.00–13.00 (centraleuropeisk tid)'],
    ['fatima', 'webinars', 'Messages that get through', 'Thursday 1 April 2027 13:00–14:00'],
  ] as const)('begins on a list, in the language and on the clock of %s', async (id, word, title, times) => {
    const said = wordsOf(cardOf((await writes(id, word))[0]))
    expect(said).toContain(title)
    expect(said).toContain(times)
  })

  it('is signed up for with a press: in a channel the answer is for the presser alone, and the shared card stays', async () => {
    const own = await press('maija', 'signup', { here: 'yes' })
    expect(wordsOf(own.card)).toContain('Ilmoittautumisesi on tallennettu.')
    const shared = await press('linnea', 'signup', {}, inChannel('linnea'))
    expect(wordsOf(shared.card)).toContain('Din anmälan har sparats.')
    expect(sentToChannel(house, 'koti')).toEqual([])
    await press('fatima', 'signup')
    await press('fatima', 'signup')
    const { signUps } = await storedIn(house.bot.dataDir)
    expect(signUps?.map(({ person, zone }) => [person, zone]).toSorted()).toEqual([
      ['aad-fatima', 'Europe/Helsinki'],
      ['aad-linnea', 'Europe/Stockholm'],
      ['aad-maija', 'Europe/Helsinki'],
    ])
  })

  it('has a calendar file that two parsers read without a word, and that comes back the same; nothing without its key', async () => {
    const { card } = await press('linnea', 'show', {}, inChannel('linnea'))
    const { response, event, other, isSameAgain } = await calendarOn(card)
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect([event.summary, other?.summary]).toEqual(['Budskapet går fram', 'Budskapet går fram'])
    expect([event.uid, event.sequence, isSameAgain]).toEqual([`${ID}@luotsi`, 0, true])
    expect(other?.start.toISOString()).toBe('2027-04-01T10:00:00.000Z')
    expect((await fetch(`${house.bot.url}/webinars/${ID}.ics?lang=fi`)).status).toBe(404)
    expect((await fetch(`${house.bot.url}/webinars/${ID}.ics?lang=fi&key=0123`)).status).toBe(404)
  })

  it('F64 is moved in its file: everyone is told once, in their language and on their clock, and the SEQUENCE is raised', async () => {
    await edits({ start: '2027-03-31T09:00' })
    expect(await moveTo(house, '2027-03-16T10:00:00+02:00')).toContain('webinars.remind')
    const news = came()
    expect(news.map((words) => words.length)).toEqual([1, 1, 1])
    expect(news[0]?.[0]).toMatch(/Uusi aika[^]*ke 31\.3\.2027 klo 09\.00–10\.00/)
    expect(news[1]?.[0]).toMatch(/Ny tid[^]*onsdag 31 mars 2027 kl\. 08\.00–09\.00 \(centraleuropeisk tid\)/)
    expect(news[2]?.[0]).toMatch(/New time[^]*Wednesday 31 March 2027 09:00–10:00/)
    const { event } = await calendarOn((await press('maija', 'show')).sent.map(cardOf))
    expect([event.uid, event.sequence]).toEqual([`${ID}@luotsi`, 1])
    house.connector.sent.length = 0
    await moveTo(house, '2027-03-24T08:59:00+02:00')
    expect(came()).toEqual(nothing)
  })

  it('F58 reminds at 9.00 a week before, in winter time', async () => {
    await moveTo(house, '2027-03-24T09:00:00+02:00')
    const cards = came()
    expect(cards.map((words) => words.length)).toEqual([1, 1, 1])
    expect(cards.map(([words = '']) => words.split('\n')[0])).toEqual(['Muistutus', 'Påminnelse', 'Reminder'])
  })

  it('F57 the bot is down in the night of the change and over Easter: nothing comes then, and nothing twice', async () => {
    await moveTo(house, '2027-03-25T09:00:00+02:00')
    await goesDownUntil(house, '2027-03-28T02:59:30+02:00')
    await moveTo(house, '2027-03-28T04:30:00+03:00')
    await moveTo(house, '2027-03-29T12:00:00+03:00')
    expect(came()).toEqual(nothing)
  })

  it('F61 down over the reminder of the day before: it comes once, when the bot is back', async () => {
    await moveTo(house, '2027-03-30T08:59:00+03:00')
    expect(came()).toEqual(nothing)
    await goesDownUntil(house, '2027-03-30T10:15:00+03:00')
    await moveTo(house, '2027-03-30T10:16:00+03:00')
    expect(came().map((words) => words.length)).toEqual([1, 1, 1])
  })

  it('F60 started with an earlier clock, and refused to go back: no second reminder', async () => {
    await goesDownUntil(house, '2027-03-30T08:00:00+03:00')
    const { status } = await house.bot.post({ now: '2027-03-30T08:30:00+03:00' }, {}, '/dev/clock')
    expect(status).toBe(409)
    await moveTo(house, '2027-03-31T07:59:00+03:00')
    expect(came()).toEqual(nothing)
  })

  it('F58 lets them join from an hour before, at 8.00 in summer time, and says what the login needs', async () => {
    await moveTo(house, '2027-03-31T08:00:00+03:00')
    const cards: CardJson[] = PEOPLE.flatMap((id) => sentTo(house, id).map(cardOf))
    expect(cards).toHaveLength(3)
    expect(cards.map((card) => linksOn(card)[0])).toMatchObject(
      ['Liity', 'Anslut', 'Join'].map((title) => ({ title, url: EASTER.join })),
    )
    expect(wordsOf(cards[1])).toContain('Logga in med organisationens konto.')
    came()
  })

  it('leaves its recording, its tools and the question how it was: to each in their language, once', async () => {
    const recording = {
      link: 'https://example.org/recording',
      minutes: 55,
      captions: ['fi' as const],
      login_required: false,
      expires: '2027-06-30',
    }
    await moveTo(house, '2027-03-31T10:20:00+03:00')
    expect(came()).toEqual(nothing)
    await edits({ start: '2027-03-31T09:00', recording })
    await moveTo(house, '2027-03-31T10:30:00+03:00')
    const [toMaija] = sentTo(house, 'maija').map(cardOf)
    expect(wordsOf(toMaija)).toContain('55 min · tekstitys: suomi · viimeinen katselupäivä: ke 30.6.2027')
    expect(linksOn(toMaija)).toMatchObject([{ title: 'Katso tallenne', url: recording.link }])
    expect(buttonsOf(toMaija).map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(['tools.show', 'webinars.feedback']),
    )
    expect(came().map((words) => words.length)).toEqual([1, 1, 1])
    const listed = wordsOf(cardOf((await writes('fatima', 'webinars'))[0]))
    expect(listed).toContain('Last day to watch: Wednesday 30 June 2027')
    house.connector.sent.length = 0
    await moveTo(house, '2027-04-05T12:00:00+03:00')
    expect(came()).toEqual(nothing)
  })

  it('takes feedback once from each', async () => {
    const [asked] = (await press('maija', 'feedback')).sent
    const card = asked === undefined ? (await press('maija', 'feedback')).card : cardOf(asked)
    const choices = elementsOf(card, 'Input.ChoiceSet') as Choices[]
    const answer = Object.fromEntries(choices.map(({ id, choices: [first] }) => [id, first?.value]))
    await press('maija', 'answer', answer)
    await press('maija', 'answer', answer)
    const { webinars } = await storedIn(house.bot.dataDir)
    const counts = Object.values(webinars?.[0]?.['feedback'] as Record<string, Record<string, number>>)
    expect(counts.map((values) => Object.values(values))).toEqual([[1], [1], [1]])
  })

  it('is forgotten 30 days later: nobody is known to have signed up', async () => {
    await moveTo(house, '2027-04-30T09:59:00+03:00')
    expect((await storedIn(house.bot.dataDir))['signUps']).toHaveLength(3)
    await moveTo(house, '2027-05-01T04:00:00+03:00')
    const stored = await storedIn(house.bot.dataDir)
    expect(stored['signUps']).toEqual([])
    const mailings = (stored['mailings'] ?? []).filter(({ kind }) => String(kind).startsWith('webinars.'))
    expect(mailings).toEqual([])
  })
})

type Choices = { id: string; choices: { value: string }[] }
