import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Delivery } from '../../src/domain/delivery.ts'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { openLog } from '../../src/platform/log.ts'
import { readSettings } from '../../src/platform/settings.ts'
import { openStore } from '../../src/platform/store.ts'
import { aBot, elementsOf, placeOf, wordsOf } from '../support/bot.ts'
import { figuresOn, imports, member, press, preview, report, send, settle, TEXTS } from '../support/broadcasts.ts'
import { aTeamWith, sentTo } from '../support/check-ins.ts'
import { aLightHouse, type House } from '../support/house.ts'
import { onFiles } from '../support/on-files.ts'
import { storedIn } from '../support/stored.ts'

const HURRY = { override: 'Vesikatko' }
const FOUR = ['antti', 'linnea', 'fatima', 'jukka']
const TO_UNIT = { audience: 'unit:Kotihoito', ...HURRY }
const ROWS = FOUR.map((id) => `aad-${id},Kotihoito,,`)

const ENV = {
  CLOCK_START: '2026-11-23T09:00:00+02:00',
  BOT_TENANT_ID: 'tenant-1',
  HR_USERS: 'aad-hanna,aad-heikki',
  APPROVER_USERS: 'aad-aino',
  SUPERVISOR_USERS: 'aad-maija',
  APPROVAL_ABOVE: '100000',
  SEND_RATE: '1000',
}

describe('a broadcast of HR', () => {
  const house = aLightHouse(ENV)
  beforeAll(async () => {
    await aTeamWith(house, 'koti', ['maija', ...FOUR])
    await imports(house, ROWS)
  }, 60_000)

  const got = () => FOUR.map((id) => sentTo(house, id).length)

  it('F15 goes out once, pressed twenty times at once by two people, and again later', async () => {
    const { broadcast, token } = await preview(house, { ...TO_UNIT, title_fi: 'Kerran' })
    const presses = Array.from({ length: 20 }, (_, at) =>
      press(house, 'confirm', broadcast, at % 2 === 0 ? 'hanna' : 'heikki', { token }),
    )
    const said = (await Promise.all(presses)).map(({ card }) => wordsOf(card))
    expect(said.filter((words) => words.includes('Viesti on vahvistettu.'))).toHaveLength(1)
    expect(said.filter((words) => words.includes('Se lähtee vain kerran.'))).toHaveLength(19)
    await settle(house)
    await press(house, 'confirm', broadcast, 'heikki', { token })
    await settle(house)
    expect(got()).toEqual([1, 1, 1, 1])
    expect(figuresOn(await report(house, broadcast))).toEqual({ delivered: 4 })
    const { audit = [] } = await storedIn(house.bot.dataDir)
    expect(audit.filter(({ what, to }) => what === 'broadcasts.confirm' && to === broadcast)).toHaveLength(1)
  })

  it('F31 is nobody’s but HR’s: every button refuses in the words of not found, and each attempt is kept', async () => {
    const sent = await send(house, { ...TO_UNIT, title_fi: 'Lähetetty' })
    const { broadcast, token } = await preview(house, { ...TO_UNIT, title_fi: 'Luonnos' })
    house.connector.sent.length = 0
    const everybodys = ['broadcasts.show', 'broadcasts.open']
    const verbs = Object.keys(broadcasts.actions ?? {}).filter((verb) => !everybodys.includes(verb))
    for (const verb of verbs) {
      for (const id of [broadcast, sent]) {
        const { text, card } = await member(house, 'eve').presses(verb, { ...TEXTS, ...TO_UNIT, broadcast: id, token })
        expect([verb, text, card.body]).toEqual([verb, expect.stringContaining('En löydä tätä'), []])
      }
    }
    const draft = await member(house, 'eve').presses('broadcasts.show', { broadcast })
    expect(draft.text).toContain('En löydä tätä')
    expect((await member(house, 'eve').writes('tiedote'))[0]?.body.text).toContain('En löydä tätä')
    expect(house.connector.sent).toHaveLength(1)
    const { audit = [] } = await storedIn(house.bot.dataDir)
    const attempts = audit.filter(({ who }) => who === 'aad-eve')
    expect(new Set(attempts.map(({ what }) => what))).toEqual(new Set([...verbs, 'broadcast']))
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['refused']))
    expect(figuresOn(await report(house, sent))).toEqual({ delivered: 4 })
  })

  it('F32 is not sent by who lost the role between the preview and the confirmation', async () => {
    await imports(house, [...ROWS, 'aad-ville,,hr,'])
    const { broadcast, token } = await preview(house, { ...TO_UNIT, title_fi: 'Villeltä' }, 'ville')
    expect(broadcast).not.toBe('')
    await imports(house, ROWS)
    const refused = await press(house, 'confirm', broadcast, 'ville', { token })
    expect(refused.text).toContain('En löydä tätä')
    await settle(house)
    expect(got()).toEqual([0, 0, 0, 0])
  })

  it('F13 is refused before anybody is sent anything where it is too large', async () => {
    for (const field of ['title_fi', 'body_fi', 'body_en', 'link', 'imageAlt', 'override']) {
      const { text } = await preview(house, { ...TO_UNIT, [field]: '👍🏽'.repeat(9_000) })
      expect([field, text]).toEqual([field, expect.stringContaining('Mitään ei lähtenyt.')])
    }
    expect(house.connector.sent).toEqual([])
  })
})

const MANY = 20_000
const AT_ONCE = 20
/** So many lists in memory as a whole take several times this. */
const ALLOWED_MB = 80

describe('the list of recipients of a large broadcast', () => {
  const house = aLightHouse(ENV)

  // On PostgreSQL each reader makes its rows anew: their garbage is more than the lists themselves.
  onFiles('only there a list is what fills the memory')(
    'F23 is written piece by piece: twenty that are read at once leave the memory as it was',
    async () => {
      await member(house, 'antti').writes('apua')
      await imports(house, ['aad-antti,Kotihoito,,'])
      const id = await send(house, TO_UNIT)
      await house.bot.stop()
      await lengthen(house.bot.dataDir, id)
      house.bot = await aBot(house.env, house.bot.dataDir)
      const [button] = elementsOf(await report(house, id), 'Action.OpenUrl')
      const { pathname, search } = new URL(String(button?.['url']))
      const rowsRead = async () => (await (await fetch(house.bot.url + pathname + search)).text()).trim().split('\r\n')
      const rows = await rowsRead()
      expect([rows.length, new Set(rows).size]).toEqual([MANY + 1, MANY + 1])

      const before = await memoryOf(house)
      let peak = before
      const reading = { is: true }
      const watching = (async () => {
        while (reading.is) peak = Math.max(peak, await memoryOf(house))
      })()
      const numbers = await Promise.all(Array.from({ length: AT_ONCE }, async () => (await rowsRead()).length))
      reading.is = false
      await watching
      expect(new Set(numbers)).toEqual(new Set([MANY + 1]))
      expect(peak - before).toBeLessThan(ALLOWED_MB)
    },
    120_000,
  )
})

/** Puts many in the place of those whom a broadcast reached. */
async function lengthen(dataDir: string, broadcast: string): Promise<void> {
  const opened = await openStore(readSettings(placeOf(dataDir)), openLog('silent'))
  const many = Array.from({ length: MANY }, (_, at): Delivery => ({
    to: { person: `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000` },
    state: 'delivered',
    copy: { activity: `activity-${at}`, conversation: `a:${at}`, serviceUrl: 'https://service.example' },
  }))
  await opened.store.ledger.remove('tenant-1', broadcast)
  await opened.store.ledger.prepare('tenant-1', broadcast, many)
  await opened.close()
}

/** In megabytes. */
async function memoryOf({ bot }: House): Promise<number> {
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()
  const [, bytes] = /^process_resident_memory_bytes (\d+)$/m.exec(metrics) ?? []
  return Number(bytes) / 1024 / 1024
}
