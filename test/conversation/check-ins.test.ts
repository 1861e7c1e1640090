import { beforeAll, describe, expect, it } from '@jest/globals'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import { aBot, buttonsOf, buttonsWith, cardOf, elementsOf, wordsOf } from '../support/bot.ts'
import {
  answers,
  aTeamWith,
  FIVE,
  inChannel,
  inOwnChat,
  moveTo,
  roundOf,
  roundOn,
  sentTo,
  sentToChannel,
  starts,
  textsOf,
} from '../support/check-ins.ts'
import { aHouse, aLightHouse } from '../support/house.ts'

const MONDAY = '2026-11-23T09:00:00+02:00'

describe('the week of a team', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY })

  it('begins with a card that says who sees what, and starts on a press', async () => {
    await aTeamWith(house, 'itä', ['maija', ...FIVE])
    const [sent] = await inChannel(house, 'itä', 'maija').writes('pulssi')
    const words = wordsOf(cardOf(sent))
    expect(words).toContain('Keskiarvot näkyvät, jos vastauksia on vähintään 5')
    expect(words).toContain('ei käytetä palkkaan')
    expect(words).toContain('nyt 6 ihmistä')
    const started = await starts(house, 'itä', 'maija')
    expect(wordsOf(started.card)).toContain('Viikkopulssi on aloitettu.')
    expect(wordsOf(started.card)).toContain('to 26.11.2026 klo 14.00 – pe 27.11.2026 klo 12.00')
  })

  it('opens on Thursday at 14.00: a card to each who answers, one line in the channel', async () => {
    const ran = await moveTo(house, '2026-11-26T14:00:00+02:00')
    expect(ran).toEqual(['retention', 'retention', 'retention', 'checkins.open'])
    expect(sentTo(house, 'maija')).toEqual([])
    expect(sentTo(house, 'guest')).toEqual([])
    for (const id of FIVE) expect(sentTo(house, id)).toHaveLength(1)
    const card = cardOf(sentTo(house, 'antti')[0])
    expect(wordsOf(card)).toContain('Vastaaminen on vapaaehtoista, ja voit vastata työajalla.')
    expect(wordsOf(card)).toContain('Tulokset näkee myös: maija.')
    expect(wordsOf(card)).not.toContain(fi.checkinAnswer.change)
    expect(elementsOf(card, 'Input.ChoiceSet').map(({ id }) => id)).toEqual(['q1', 'q2', 'q3'])
    const lines = sentToChannel(house, 'itä')
    expect(lines).toHaveLength(1)
    expect(wordsOf(cardOf(lines[0]))).toContain('Auki: pe 27.11.2026 klo 12.00 asti.')
  })

  it('thanks without a value, and says where a choice is missing', async () => {
    const { round, ...rest } = await opened(house, 'uusi', '2026-12-03T14:00:00+02:00')
    expect(rest.ran).toContain('checkins.open')
    const incomplete = await inOwnChat(house, 'uusi-antti').presses('checkins.answer', { round, q1: '7', q3: 'na' })
    expect(incomplete.text).toBe('Kysymys 2: valitse luku tai ”En osaa sanoa”.')
    const thanked = await answers(house, 'uusi-antti', round, [7, 8, 'na'])
    expect(wordsOf(thanked.card)).toContain('Kiitos!')
    expect(wordsOf(thanked.card)).not.toMatch(/\b[78]\b/)
    const [change] = buttonsWith(thanked.card, 'checkins.show')
    const again = await inOwnChat(house, 'uusi-antti').presses('checkins.show', change?.data)
    expect(roundOn(again.card)).toBe(round)
    expect(wordsOf(again.card)).toContain(fi.checkinAnswer.change)
    expect(elementsOf(again.card, 'Input.ChoiceSet').map(({ value }) => value)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('brings the open card back on the word, and one for each team of a person in two', async () => {
    const { round } = await opened(house, 'kolmas', '2026-12-10T14:00:00+02:00')
    const sent = await inOwnChat(house, 'kolmas-sari').writes('viikkopulssi')
    expect(sent.map((one) => roundOn(cardOf(one)))).toEqual([round])
    await aTeamWith(house, 'neljäs', ['neljäs-maija', 'kolmas-sari', ...of('neljäs').slice(1)])
    await starts(house, 'neljäs', 'neljäs-maija')
    await moveTo(house, '2026-12-17T14:00:00+02:00')
    const both = await inOwnChat(house, 'kolmas-sari').writes('pulssi')
    expect(new Set(both.map((one) => roundOn(cardOf(one)))).size).toBe(2)
    const none = await inOwnChat(house, 'ulla').writes('pulssi')
    expect(wordsOf(cardOf(none[0]))).toContain('Sinulla ei ole nyt avointa kyselyä')
  })
})

describe('a round', () => {
  const house = aHouse({ CLOCK_START: MONDAY })
  let round: string
  beforeAll(async () => {
    round = (await opened(house, 'a', '2026-11-26T14:00:00+02:00')).round
  })

  it('reminds those who are silent once, three hours before the close, and nobody else', async () => {
    for (const id of of('a').slice(0, 3)) await answers(house, id, round, [5, 3, 8])
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-11-27T09:00:00+02:00')).toContain('checkins.remind')
    expect(of('a').map((id) => sentTo(house, id).length)).toEqual([0, 0, 0, 1, 1])
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-11-27T11:00:00+02:00')).toEqual([])
  })

  it('closes at Friday noon: the channel gets the result, the supervisor the same with a script', async () => {
    for (const id of of('a').slice(3)) await answers(house, id, round, [4, 2, 'na'])
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-11-27T12:00:00+02:00')).toEqual(['checkins.close'])
    const card = cardOf(sentToChannel(house, 'a')[0])
    // (5 + 5 + 5 + 4 + 4) / 5 and (3 + 3 + 3 + 2 + 2) / 5; the third was answered by three alone.
    expect(textsOf(card)).toMatchObject({ answers: '5', 'mean-C0': '4,6', 'mean-WL1': '2,6' })
    expect(textsOf(card)).not.toHaveProperty('mean-CL2')
    expect(wordsOf(card)).toContain('Selkeys: ei näytetä, alle 5 vastausta.')
    expect(wordsOf(card)).toContain('Työmäärä: 2,6. Tässä on nyt vaikeaa.')
    expect(buttonsWith(card, 'tools.show').map(({ data }) => data?.['tool'])).toEqual(['aj-nelja'])
    const briefing = cardOf(sentTo(house, 'a-maija')[0])
    expect(wordsOf(briefing)).toContain('Tarjotaan, koska aiheen ”Työmäärä” luku oli 2,6.')
    expect(wordsOf(briefing)).toContain('Tiimille luvattiin')
    for (const id of of('a')) expect(sentTo(house, id)).toEqual([])
  })

  it('asks the supervisor a week later whether the tool helped, and thanks', async () => {
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-12-04T13:00:00+02:00')).toContain('checkins.follow-up')
    const followUp = sentTo(house, 'a-maija')
      .map(cardOf)
      .find((card) => buttonsWith(card, 'checkins.helped').length > 0)
    const data = buttonsWith(followUp ?? { body: [] }, 'checkins.helped')[0]?.data
    expect(data).toEqual({ round })
    const other = await inOwnChat(house, 'a-antti').presses('checkins.helped', { ...data, helped: '7', next: 'keep' })
    expect(other.text).toContain('En löydä tätä')
    const unfit = await inOwnChat(house, 'a-maija').presses('checkins.helped', { ...data, helped: '11', next: 'keep' })
    expect(unfit.text).toBe('Valitse luku nollasta kymmeneen.')
    const done = await inOwnChat(house, 'a-maija').presses('checkins.helped', { ...data, helped: '7', next: 'keep' })
    expect(wordsOf(done.card)).toContain('Kiitos!')
  })

  it('shows the last closed weeks on the word for results, to the channel, a reader and a member, to nobody else', async () => {
    const [inTeam] = await inChannel(house, 'a', 'a-antti').writes('tulokset')
    expect(textsOf(cardOf(inTeam))).not.toHaveProperty('mean-x')
    expect(wordsOf(cardOf(inTeam))).toContain('vk 48')
    for (const id of ['a-maija', 'a-antti']) {
      const [own] = await inOwnChat(house, id).writes('tulokset')
      expect(wordsOf(cardOf(own))).toContain('Työmäärä 2,6')
    }
    const [stranger] = await inOwnChat(house, 'ulla').writes('tulokset')
    expect(wordsOf(cardOf(stranger))).not.toContain('2,6')
    const pressed = await inOwnChat(house, 'ulla').presses('checkins.result', { round })
    expect(pressed.text).toContain('En löydä tätä')
  })

  it('shows the result in another language in one’s own chat, with that language’s decimal sign', async () => {
    const english = { language: 'en', show: { verb: 'checkins.result', round } }
    const shown = await inOwnChat(house, 'a-antti').presses('language.set', english)
    expect(textsOf(shown.card)).toMatchObject({ 'mean-WL1': '2.6' })
    expect(wordsOf(shown.card)).toContain('This is hard right now.')
  })
})

describe('the settings of check-ins', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY, HR_USERS: 'aad-hanna', CHECKIN_THRESHOLD: '4' })
  beforeAll(async () => {
    await aTeamWith(house, 's', ['s-maija', ...of('s')])
    await starts(house, 's', 's-maija')
  })

  it('refuse a time outside the window with a proposal, and keep what there was', async () => {
    const refused = await starts(house, 's', 's-maija', { time: '18:00' })
    expect(refused.text).toContain('Sopisiko näin: avautuu')
    const [status] = await inChannel(house, 's', 's-maija').writes('pulssi')
    expect(wordsOf(cardOf(status))).toContain('torstai klo 14.00, auki 22 tuntia, joka viikko')
  })

  it('are changed by the starter and by HR, and shown to anybody else as they are', async () => {
    const other = await starts(house, 's', 's-antti', { weekday: '2' })
    expect(wordsOf(other.card)).toContain('torstai klo 14.00')
    const byHr = await starts(house, 's', 'hanna', { weekday: '3' })
    expect(wordsOf(byHr.card)).toContain('Muutokset on tallennettu.')
    expect(wordsOf(byHr.card)).toContain('keskiviikko klo 14.00')
    expect(wordsOf(byHr.card)).toContain('s-maija')
    const back = await starts(house, 's', 's-maija')
    expect(wordsOf(back.card)).toContain('torstai klo 14.00')
    for (const verb of ['checkins.stop', 'checkins.talk', 'checkins.rest', 'checkins.people', 'checkins.resume']) {
      const refused = await inChannel(house, 's', 's-antti').presses(verb, keyOf(back.card))
      expect([verb, refused.text]).toEqual([verb, expect.stringContaining('Vain viikkopulssin aloittaja tai HR')])
    }
  })

  it('rest until a day, go on, and leave a week out', async () => {
    const maija = inChannel(house, 's', 's-maija')
    const key = keyOf((await starts(house, 's', 's-maija')).card)
    const past = await maija.presses('checkins.pause', { ...key, until: '2026-11-20' })
    expect(past.text).toContain('päivä, joka on vielä edessä')
    const paused = await maija.presses('checkins.pause', { ...key, until: '2026-12-07' })
    expect(wordsOf(paused.card)).toContain('to 10.12.2026 klo 14.00')
    const on = await maija.presses('checkins.resume', key)
    expect(wordsOf(on.card)).toContain('to 26.11.2026 klo 14.00')
    const unfit = await maija.presses('checkins.skip', { ...key, week: '2027-W40' })
    expect(unfit.text).toContain('Valitse jokin tulevista viikoista')
    const skipped = await maija.presses('checkins.skip', { ...key, week: '2026-W48' })
    expect(wordsOf(skipped.card)).toContain('to 3.12.2026 klo 14.00')
    expect(await moveTo(house, '2026-11-27T15:00:00+02:00')).not.toContain('checkins.open')
  })

  it('name further readers, who then do not answer, and hand the lead over', async () => {
    const maija = inChannel(house, 's', 's-maija')
    const key = keyOf((await starts(house, 's', 's-maija')).card)
    const people = (await maija.presses('checkins.people', key)).card
    const member = (name: string) =>
      elementsOf(people, 'Input.ChoiceSet')
        .flatMap(({ choices }) => choices as { title: string; value: string }[])
        .find(({ title }) => title === name)?.value ?? ''
    const read = await maija.presses('checkins.readers', { ...key, readers: member('s-antti') })
    expect(wordsOf(read.card)).toContain('s-maija, s-antti')
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-03T14:00:00+02:00')
    expect(['s-maija', ...of('s')].map((id) => sentTo(house, id).length)).toEqual([0, 0, 1, 1, 1, 1])
    expect(wordsOf(cardOf(sentTo(house, 's-sari')[0]))).toContain('Tulokset näkee myös: s-maija, s-antti.')

    const stranger = await maija.presses('checkins.handover', { ...key, person: '0'.repeat(32) })
    expect(stranger.text).toContain('Valitse tiimin jäsen')
    const handed = await maija.presses('checkins.handover', { ...key, person: member('s-linnea') })
    expect(wordsOf(handed.card)).toContain('s-linnea, s-antti')
    expect((await maija.presses('checkins.stop', key)).text).toContain('Vain viikkopulssin aloittaja')
    await moveTo(house, '2026-12-04T12:00:00+02:00')
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-10T14:00:00+02:00')
    expect(sentTo(house, 's-maija')).toHaveLength(1)
    expect(sentTo(house, 's-linnea')).toEqual([])
  })

  it('stop for good, and delete the open round unread', async () => {
    const linnea = inChannel(house, 's', 's-linnea')
    const [card] = await inOwnChat(house, 's-maija').writes('pulssi')
    const round = roundOn(cardOf(card))
    const key = keyOf((await linnea.presses('checkins.status')).card)
    await answers(house, 's-maija', round, [1, 1, 1])
    const stopped = await linnea.presses('checkins.stop', key)
    expect(wordsOf(stopped.card)).toContain('Viikkopulssi on lopetettu.')
    expect((await answers(house, 's-sari', round, [9, 9, 9])).text).toContain('En löydä tätä')
    house.connector.sent.length = 0
    expect(await moveTo(house, '2026-12-18T15:00:00+02:00')).not.toContain('checkins.close')
    expect(sentToChannel(house, 's')).toEqual([])
  })
})

describe('teams of all kinds', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY })

  it('hear first that they are too small for numbers, and may take a question to talk about each week', async () => {
    await aTeamWith(house, 'pieni', ['maija', 'antti', 'sari'])
    const [form] = await inChannel(house, 'pieni', 'maija').writes('pulssi')
    expect(wordsOf(cardOf(form))).toContain('Teitä on alle 5 vastaajaa')
    const refused = await starts(house, 'pieni', 'maija')
    expect(refused.text).toContain('Vastaajia jäisi alle 5')
    const talks = await starts(house, 'pieni', 'maija', { talkOnly: 'yes' })
    expect(wordsOf(talks.card)).toContain('vain kysymys yhteiseen puheeseen')
    house.connector.sent.length = 0
    await moveTo(house, '2026-11-26T14:00:00+02:00')
    expect(sentTo(house, 'antti')).toEqual([])
    expect(wordsOf(cardOf(sentToChannel(house, 'pieni')[0]))).toContain('Viikon kysymys')
  })

  it('answer together with another team of the same supervisor, and both channels get the result', async () => {
    await aTeamWith(house, 'iso', ['iso-maija', 'i1', 'i2', 'i3', 'i4', 'i5'])
    await aTeamWith(house, 'lisä', ['iso-maija', 'l1', 'l2'])
    await starts(house, 'iso', 'iso-maija')
    const [form] = await inChannel(house, 'lisä', 'iso-maija').writes('pulssi')
    const [choice] = elementsOf(cardOf(form), 'Input.ChoiceSet').filter(({ id }) => id === 'with')
    const [other] = choice?.['choices'] as { value: string }[]
    const joined = await inChannel(house, 'lisä', 'iso-maija').presses('checkins.join', { with: other?.value })
    expect(wordsOf(joined.card)).toContain('Tiimit vastaavat yhdessä')
    // The one schedule is changed from either channel.
    const changed = await starts(house, 'lisä', 'iso-maija', { time: '13:00' })
    expect(wordsOf(changed.card)).toContain('Kotihoito + Kotihoito')
    expect(wordsOf(changed.card)).toContain('torstai klo 13.00')
    await starts(house, 'lisä', 'iso-maija')
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-03T14:00:00+02:00')
    const people = ['i1', 'i2', 'i3', 'i4', 'i5', 'l1', 'l2']
    expect(people.map((id) => sentTo(house, id).length)).toEqual(people.map(() => 1))
    const round = roundOf(house, 'l1')
    for (const id of people) await answers(house, id, round, [8, 8, id === 'l1' ? 7 : 8])
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-04T12:00:00+02:00')
    for (const channel of ['iso', 'lisä'])
      expect(textsOf(cardOf(sentToChannel(house, channel)[0]))).toMatchObject({ answers: '7', 'mean-CL2': '7,9' })
  })

  it('offers to talk instead where fewer than 80 % can be reached', async () => {
    await aTeamWith(house, 'kaukana', ['k-maija', 'k1', 'k2', 'k3', 'k4', 'k5'])
    house.connector.unreachable.add('29:k1').add('29:k2')
    const key = keyOf((await starts(house, 'kaukana', 'k-maija')).card)
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-10T14:00:00+02:00')
    const card = cardOf(sentTo(house, 'k-maija')[0])
    expect(wordsOf(card)).toContain('Kortin sai 3, vastaajia on 5.')
    expect(buttonsWith(card, 'checkins.talk').map(({ data }) => data)).toEqual([key])
    const talks = await inOwnChat(house, 'k-maija').presses('checkins.talk', key)
    expect(wordsOf(talks.card)).toContain('vain kysymys yhteiseen puheeseen')
  })

  it('are spoken to in each person’s own language, and in the channel in the team’s', async () => {
    await aTeamWith(house, 'kaksi', ['maija', ...of('kaksi')])
    await inOwnChat(house, 'kaksi-linnea', 'sv-FI').writes('apua')
    await inOwnChat(house, 'kaksi-jukka').presses('language.set', { language: 'en', show: { verb: 'welcome.help' } })
    await starts(house, 'kaksi', 'maija', { language: 'fi+sv' })
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-17T14:00:00+02:00')
    const said = (id: string) => wordsOf(cardOf(sentTo(house, id)[0]))
    expect(said('kaksi-antti')).toContain('Vastaaminen on vapaaehtoista')
    expect(said('kaksi-linnea')).toContain('Det är frivilligt att svara')
    expect(said('kaksi-jukka')).toContain('Answering is voluntary')
    const line = wordsOf(cardOf(sentToChannel(house, 'kaksi')[0]))
    expect(line).toContain('Kolme kysymystä, noin minuutti.')
    expect(line).toContain('Tre frågor, ungefär en minut.')
    const round = roundOf(house, 'kaksi-antti')
    for (const [at, id] of of('kaksi').entries()) await answers(house, id, round, [9, 8, 7 + (at % 2)])
    house.connector.sent.length = 0
    await moveTo(house, '2026-12-18T12:00:00+02:00')
    const result = wordsOf(cardOf(sentToChannel(house, 'kaksi')[0]))
    expect(result).toContain('Mikä auttoi tällä viikolla?')
    expect(result).toContain('Vad hjälpte den här veckan?')
  })
})

describe('HR', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY, HR_USERS: 'aad-hanna' })

  it('sees groupings of three teams and more, once the week is over, and no team', async () => {
    const teams = ['x', 'y', 'z']
    for (const team of teams) {
      await aTeamWith(house, team, [`${team}-maija`, ...of(team)])
      await starts(house, team, `${team}-maija`)
    }
    await moveTo(house, '2026-11-26T14:00:00+02:00')
    for (const [at, team] of teams.entries())
      for (const [of_, id] of of(team).entries())
        await answers(house, id, roundOf(house, id), [6 + at, 5, of_ === 0 ? 4 : 7])
    await moveTo(house, '2026-11-27T12:00:00+02:00')
    const hanna = inOwnChat(house, 'hanna')
    expect(wordsOf(cardOf((await hanna.writes('tulokset'))[0]))).toContain('ei ole niin monta tiimiä')
    await moveTo(house, '2026-11-30T09:00:00+02:00')
    const card = cardOf((await hanna.writes('tulokset'))[0])
    // C0 and workload were the same number in each team: bands, which never come into a roll-up.
    expect(wordsOf(card)).toContain('Koko organisaatio: vk 48')
    expect(wordsOf(card)).toContain('6,4')
    for (const team of teams) expect(wordsOf(card).split(/\s+/)).not.toContain(team)
    const member = wordsOf(cardOf((await inOwnChat(house, 'x-antti').writes('tulokset'))[0]))
    expect(member).not.toContain('organisaatio')
    for (const key of [keyOf((await starts(house, 'x', 'x-maija')).card)]) {
      expect((await hanna.presses('checkins.results', key)).text).toContain('En löydä tätä')
    }
  })
})

type House = ReturnType<typeof aHouse>

/** Five members of a team of their own. */
function of(team: string): string[] {
  return FIVE.map((id) => `${team}-${id}`)
}

/** A new team's round, opened at this time. */
async function opened(house: House, team: string, at: string): Promise<{ round: string; ran: string[] }> {
  await aTeamWith(house, team, [`${team}-maija`, ...of(team)])
  await starts(house, team, `${team}-maija`)
  const ran = await moveTo(house, at)
  return { round: roundOf(house, `${team}-antti`), ran }
}

/** The opaque id of the team on its card. */
function keyOf(card: unknown): Record<string, unknown> {
  return buttonsOf(card).find(({ data }) => data?.['team'] !== undefined)?.data ?? {}
}

describe('teams that all open at one moment', () => {
  const house = aLightHouse({ CLOCK_START: MONDAY })

  it('are asked for their members within the rate at which the bot may send', async () => {
    const teams = ['yksi', 'kaksi', 'kolme', 'neljä', 'viisi']
    for (const team of teams) {
      await aTeamWith(house, team, [`${team}-maija`, ...FIVE])
      await starts(house, team, `${team}-maija`)
    }
    await house.bot.stop()
    house.connector.rosters.length = 0
    const env = { ...house.env, CLOCK_START: '2026-11-26T13:59:59+02:00', SEND_RATE: '2' }
    house.bot = await aBot(env, house.bot.dataDir)
    const { rosters } = house.connector
    while (rosters.length < teams.length) await new Promise((resolve) => setTimeout(resolve, 50))
    const opening = rosters.slice(0, teams.length)
    expect(opening.map(({ conversation }) => conversation).toSorted()).toEqual(teams.toSorted())
    const [first, last] = [opening[0]?.at ?? 0, opening.at(-1)?.at ?? 0]
    // Four intervals of half a second; timers of two processes are a little apart.
    expect(last - first).toBeGreaterThan(1_800)
  }, 30_000)
})
