import { beforeAll, describe, expect, it } from '@jest/globals'
import { buttonsOf, buttonsWith, cardOf, elementsOf, wordsOf } from '../support/bot.ts'
import { figuresOn, member, press, report, settle, tokenOn, type Previewed } from '../support/broadcasts.ts'
import { aTeamWith, goesDownUntil, moveTo, sentTo, sentToChannel, textsOf } from '../support/check-ins.ts'
import type { Sent } from '../support/connector.ts'
import { aLightHouse } from '../support/house.ts'
import { storedIn } from '../support/stored.ts'

const THEME = 't01-testi'
const CHANNELS = ['koti', 'koti-arki']
const SUPERVISORS = ['maija', 'sven']

const ENV: Record<string, string> = {
  CLOCK_START: '2026-11-26T09:00:00+02:00',
  BOT_TENANT_ID: 'tenant-1',
  ALLOWED_TENANTS: 'tenant-1,tenant-2',
  HR_USERS: 'aad-hanna',
  APPROVER_USERS: 'aad-aino',
  SUPERVISOR_USERS: 'aad-maija,aad-sven',
  SEND_RATE: '1000',
}

describe('the launch of a theme', () => {
  const house = aLightHouse(ENV)
  beforeAll(async () => {
    await aTeamWith(house, 'koti', ['maija', 'antti'])
    await member(house, 'sven', { locale: 'sv-FI' }).writes('hjälp')
    await member(house, 'hanna').writes('apua')
  }, 60_000)

  /** How many of them are the card of the theme: its webinar tells of itself. */
  const launchesIn = (sent: Sent[]) => sent.filter((one) => buttonsWith(cardOf(one), 'themes.show').length > 0).length
  const got = () => SUPERVISORS.map((id) => launchesIn(sentTo(house, id)))
  const gotInChannels = () => CHANNELS.map((id) => launchesIn(sentToChannel(house, id)))
  const words = (id: string) => sentTo(house, id).map((sent) => wordsOf(cardOf(sent)))
  const launch = async (given: object = {}, by = 'hanna'): Promise<Previewed> => {
    const { card, text } = await member(house, by).presses('themes.launch', { theme: THEME, ...given })
    return { ...tokenOn(card), card, text }
  }
  const stored = async () => (await storedIn(house.bot.dataDir))['launches'] ?? []

  it.each([
    ['julkaise', 'Julkaise teema'],
    ['Lansera ett tema', 'Lansera ett tema'],
    ['launch!', 'Launch a theme'],
  ])('begins for HR with a form after the word “%s”', async (word, title) => {
    const form = cardOf((await member(house, 'hanna').writes(word))[0])
    expect(wordsOf(form)).toContain(title)
    expect(buttonsWith(form, 'themes.launch')).toHaveLength(1)
    expect(buttonsWith(form, 'themes.ideas')[0]?.data).toEqual({ theme: THEME })
    const themes = elementsOf(form, 'Input.ChoiceSet').find(({ id }) => id === 'theme')
    expect(themes).toMatchObject({ value: THEME, choices: [{ value: THEME }] })
  })

  it('is HR’s alone', async () => {
    const [said] = await member(house, 'maija').writes('julkaise')
    expect(said?.body.text).toContain('En löydä tätä')
    for (const verb of ['themes.launches', 'themes.launch', 'themes.ideas'])
      expect((await member(house, 'maija').presses(verb, { theme: THEME })).text).toContain('En löydä tätä')
  })

  it('is refused in plain words, and nothing is kept', async () => {
    const { text } = await launch({ channelDelayDays: '15', at: '2026-11-25T09:00', audience: 'unit:Satama' })
    for (const fault of ['kokonainen luku 0–14', 'jo mennyt', 'Satama']) expect(text).toContain(fault)
    expect((await launch({ theme: 't99-none' })).text).toContain('Teemaa ei löydy.')
    expect((await storedIn(house.bot.dataDir))['broadcasts'] ?? []).toEqual([])
  })

  it('reaches supervisors first and channels once, some days later, with a restart in between', async () => {
    const { broadcast, token, card } = await launch({ at: '2026-11-26T10:00' })
    expect(textsOf(card)).toMatchObject({ total: '4', skipped: '0' })
    expect(wordsOf(card)).toContain('Esihenkilöt saavat teeman to 26.11.2026 klo 10.00.')
    expect(wordsOf(card)).toContain('Kanavat ja muut saavat teeman ma 30.11.2026 klo 08.00.')
    expect(wordsOf(card)).toContain('Webinaari: Viesti menee perille, to 3.12.2026 klo 13.00–14.00')
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect([got(), gotInChannels()]).toEqual([
      [0, 0],
      [0, 0],
    ])

    expect(await moveTo(house, '2026-11-26T10:00:00+02:00')).toContain('themes.launch')
    expect([got(), gotInChannels()]).toEqual([
      [1, 1],
      [0, 0],
    ])
    expect(words('maija')[0]).toContain('Tiimisi saa tämän teeman ma 30.11.2026 klo 08.00.')
    expect(words('maija')[0]).toContain('Näin otat tämän puheeksi tiimissäsi')
    expect(words('sven')[0]).toContain('Året börjar och mycket är öppet.')
    expect(words('sven')[0]).toContain('torsdag 3 december 2026 kl. 13.00–14.00')
    const delivered = cardOf(sentTo(house, 'maija')[0])
    expect(buttonsWith(delivered, 'tools.show')[0]?.data).toEqual({ tool: 'aa-yksi' })
    expect(buttonsWith(delivered, 'webinars.signup')[0]?.data).toEqual({ webinar: 'wb-testi' })
    expect(buttonsWith(delivered, 'notices.off')[0]?.data).toEqual({ kind: 'themes' })

    await goesDownUntil(house, '2026-11-27T09:00:00+02:00')
    const again = await press(house, 'confirm', broadcast, 'hanna', { token })
    expect(wordsOf(again.card)).toContain('Se lähtee vain kerran.')
    await moveTo(house, '2026-11-30T07:59:00+02:00')
    expect(gotInChannels()).toEqual([0, 0])
    expect(await moveTo(house, '2026-11-30T08:00:00+02:00')).toContain('themes.launch')
    expect([got(), gotInChannels()]).toEqual([
      [1, 1],
      [1, 1],
    ])
    const inChannel = cardOf(sentToChannel(house, 'koti-arki')[0])
    expect(wordsOf(inChannel)).toContain('Vuosi alkaa, ja moni asia on auki.')
    expect(wordsOf(inChannel)).not.toContain('puheeksi')
    expect(buttonsWith(inChannel, 'notices.off')).toEqual([])

    await goesDownUntil(house, '2026-11-30T09:00:00+02:00')
    await moveTo(house, '2026-12-03T09:00:00+02:00')
    expect([got(), gotInChannels()]).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(figuresOn(await report(house, broadcast))).toEqual({ delivered: 4 })
    expect(await stored()).toEqual([
      expect.objectContaining({
        id: THEME,
        broadcast,
        at: '2026-11-26T08:00:00.000Z',
        channels: CHANNELS.map((conversation) => expect.objectContaining({ conversation }) as object),
      }),
    ])
  }, 120_000)

  it('is not made twice unless it is meant, leads to its ideas, and is taken back from everybody', async () => {
    expect((await launch()).text).toContain('jo julkaistu tai ajastettu: to 26.11.2026 klo 10.00')
    const { broadcast, token, card } = await launch({ again: 'true', channelDelayDays: '0' })
    const ideas = await member(house, 'hanna').presses('themes.ideas', buttonsWith(card, 'themes.ideas')[0]?.data)
    expect(wordsOf(cardOf(ideas.sent[0]))).toContain('Ideoita HR:lle\nArjen johtaminen\nIdea 1')
    house.connector.sent.length = 0
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect([got(), gotInChannels()]).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(buttonsOf(await report(house, broadcast)).map(({ verb }) => verb)).not.toContain('broadcasts.edit')
    expect((await press(house, 'edit', broadcast)).text).toContain('Teeman tekstit tulevat sisällöstä')
    await press(house, 'withdraw', broadcast)
    await settle(house)
    const removed = house.connector.sent.filter(({ method }) => method === 'DELETE')
    expect(removed.map(({ conversation }) => conversation).toSorted()).toEqual(
      [...CHANNELS, 'own-maija', 'own-sven'].toSorted(),
    )
    expect(await stored()).toEqual([expect.not.objectContaining({ broadcast })])
  })

  it('is caught up once where the bot was down when the channels were to get it', async () => {
    await moveTo(house, '2026-12-07T09:00:00+02:00')
    const { broadcast, token } = await launch({ again: 'true', waiver: 'Webinaari oli joulukuussa.' })
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect(got()).toEqual([1, 1])
    await goesDownUntil(house, '2026-12-10T09:00:00+02:00')
    await settle(house)
    expect([got(), gotInChannels()]).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(figuresOn(await report(house, broadcast))).toEqual({ delivered: 4 })
  }, 60_000)

  it('leaves those alone who want no new themes', async () => {
    await moveTo(house, '2026-12-14T09:00:00+02:00')
    await member(house, 'sven', { locale: 'sv-FI' }).presses('notices.off', { kind: 'themes' })
    house.connector.sent.length = 0
    const { broadcast, token, card } = await launch({ again: 'true', waiver: 'Ei webinaaria', audience: 'supervisors' })
    expect(wordsOf(card)).toContain('1 on kytkenyt teemaviestit pois')
    await press(house, 'confirm', broadcast, 'hanna', { token })
    await settle(house)
    expect([got(), gotInChannels()]).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(words('maija')[0]).toContain('Näin otat tämän puheeksi tiimissäsi')
    expect(words('maija')[0]).not.toContain('Webinaari')
  })

  it('is nothing of another organisation’s', async () => {
    const other = member(house, 'hanna', { tenant: 'tenant-2' })
    const form = await other.presses('themes.launches')
    expect(wordsOf(form.card)).not.toContain('Julkaistu')
    const own = await launch({ again: 'true', waiver: 'Oma' })
    expect((await other.presses('broadcasts.view', { broadcast: own.broadcast })).text).toContain('En löydä tätä')
  })
})
