import { beforeAll, describe, expect, it } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { buttonsWith, cardOf, wordsOf } from '../support/bot.ts'
import { tokenOn } from '../support/broadcasts.ts'
import { aTeamWith, goesDownUntil, inChannel, inOwnChat, moveTo, sentTo } from '../support/check-ins.ts'
import type { CardJson } from '../support/connector.ts'
import { aLightHouse } from '../support/house.ts'

const SUPERVISORS = ['maija', 'linnea', 'sari']
describe('the tool of the week', () => {
  const house = aLightHouse({
    CLOCK_START: '2026-11-23T12:00:00+02:00',
    HR_USERS: 'aad-hanna',
    SUPERVISOR_USERS: SUPERVISORS.map((id) => `aad-${id}`).join(),
  })
  beforeAll(() => aTeamWith(house, 'koti', [...SUPERVISORS, 'hanna']), 60_000)

  let card: CardJson

  const maija = () => inOwnChat(house, 'maija')
  const linnea = () => inOwnChat(house, 'linnea', 'sv-FI')
  const hanna = () => inOwnChat(house, 'hanna')
  const got = (id: string, title: string) =>
    sentTo(house, id).filter((sent) => wordsOf(cardOf(sent)).startsWith(title)).length

  it('is offered to supervisors on the list of themes, and said yes to with one press', async () => {
    const [list] = await maija().writes('teemat')
    const [yes] = buttonsWith(cardOf(list), 'tools.weekly')
    const joined = await maija().presses('tools.weekly', yes?.data)
    expect(wordsOf(cardOf(joined.sent[0]))).toContain('Lähetän sinulle viikon työkalun tiistaisin')
    const [again] = await maija().writes('teemat')
    expect(buttonsWith(cardOf(again), 'tools.weekly')).toEqual([])
    await linnea().writes('teman')
    const swedish = await linnea().presses('tools.weekly', { on: 'true' })
    expect(wordsOf(cardOf(swedish.sent[0]))).toContain('på tisdagar')
    const inTeam = await inChannel(house, 'koti', 'sari').presses('tools.weekly', { on: 'true' })
    expect(inTeam.text).toContain('asetukset')
  })

  it('has the list of themes begin with what the organisation is going through, as HR says', async () => {
    const [list] = await hanna().writes('teemat')
    const [ask] = buttonsWith(cardOf(list), 'themes.phases')
    const asked = await hanna().presses('themes.phases', ask?.data)
    expect(wordsOf(asked.card)).toContain('Kaikki näkevät sen')
    const saved = await hanna().presses('themes.phase', { phase: 'change' })
    expect(wordsOf(saved.card)).toContain('Organisaation vaihe on tallennettu.')
    const [seen] = await linnea().writes('teman')
    expect(wordsOf(cardOf(seen))).toContain('Hos oss just nu: förändring.')
    const refused = await maija().presses('themes.phase', { phase: 'crisis' })
    expect(refused.text).not.toBe('')
    const [unchanged] = await maija().writes('teemat')
    expect(wordsOf(cardOf(unchanged))).toContain('Organisaatiossamme nyt: muutos.')
  })

  it('comes once on its day to those who said yes, in their language, though the bot was down at nine', async () => {
    const form = { audience: 'supervisors', at: 'now', channelDelayDays: '0', waiver: 'Webinaari pidettiin keväällä' }
    const [theme] = buttonsWith(cardOf((await hanna().writes('teemat'))[0]), 'themes.show')
    const preview = await hanna().presses('themes.launch', { ...theme?.data, ...form })
    const { broadcast, token } = tokenOn(preview.card)
    await hanna().presses('broadcasts.confirm', { broadcast, token })
    await moveTo(house, '2026-11-23T12:05:00+02:00')
    expect(got('maija', 'Viikon työkalu')).toBe(0)

    await goesDownUntil(house, '2026-11-24T10:30:00+02:00')
    await moveTo(house, '2026-11-24T10:35:00+02:00')
    await goesDownUntil(house, '2026-11-24T11:00:00+02:00')
    await moveTo(house, '2026-11-24T11:05:00+02:00')
    expect([got('maija', 'Viikon työkalu'), got('linnea', 'Veckans verktyg')]).toEqual([1, 1])
    expect([got('sari', 'Viikon työkalu'), got('hanna', 'Viikon työkalu')]).toEqual([0, 0])
    card = cardOf(sentTo(house, 'maija').at(-1))
  }, 120_000)

  it('opens from its message, and stops there too', async () => {
    const opened = await maija().presses('tools.show', buttonsWith(card, 'tools.show')[0]?.data)
    expect(opened.sent).toHaveLength(1)
    const off = await maija().presses('notices.off', buttonsWith(card, 'notices.off')[0]?.data)
    expect(wordsOf(cardOf(off.sent[0]))).toContain('En lähetä sinulle enää viikon työkalua')
    house.connector.sent.length = 0
    const ran = await moveTo(house, '2026-12-01T09:00:00+02:00')
    expect(ran.filter((name) => name === 'tools.weekly')).toEqual(['tools.weekly'])
    expect([got('maija', 'Viikon työkalu'), got('linnea', 'Veckans verktyg')]).toEqual([0, 1])
  })

  it('is not the only thing: a month later those who got the theme hear what changed in it, once', async () => {
    const file = join(house.env['CONTENT_DIR'] ?? '', 'tools/aa-yksi.yaml')
    const tool = parse(readFileSync(file, 'utf8')) as { changelog: object[] }
    const change = { version: 2, date: '2026-12-02', change: 'a shorter third step' }
    writeFileSync(file, stringify({ ...tool, version: 2, changelog: [...tool.changelog, change] }))
    await goesDownUntil(house, '2026-12-02T09:00:00+02:00')
    house.connector.sent.length = 0
    // The month ends in the quiet time.
    const ran = await moveTo(house, '2027-01-07T08:59:00+02:00')
    expect(ran).not.toContain('themes.launch')
    expect(await moveTo(house, '2027-01-07T09:00:00+02:00')).toContain('themes.launch')
    await moveTo(house, '2027-02-16T09:00:00+02:00')
    expect(['maija', 'sari', 'hanna'].map((id) => got(id, 'Uutta teemassa'))).toEqual([1, 1, 0])
    expect(got('linnea', 'Nytt i temat')).toBe(1)
  }, 120_000)
})
