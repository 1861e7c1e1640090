import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { anActor, type Actor } from '../support/bot.ts'
import { breaking, broken, change, changed } from '../support/fuzz-activities.ts'
import { aLightHouse, aTeam } from '../support/house.ts'
import { posting, say } from '../support/raw-door.ts'

/** The long run does the same this many times over. */
const TIMES = Number(process.env['DOOR_TIMES'] ?? 1)
const WITHIN_MS = 30_000 * TIMES

const house = aLightHouse({ TENANT_LIMIT: '1000000' })
const TEAM = '19:ita@thread.tacv2'
const maija = (id = 'maija'): Actor => anActor(house.bot, house.connector, { id })

let asked = 0
/** A good request is answered, and the process is the one that began. */
async function lives(): Promise<void> {
  const somebody = maija(`hyva-${(asked += 1)}`)
  expect((await somebody.presses('tools.show', { tool: 'aa-kaksi' })).status).toBe(200)
  expect(house.bot.process.exitCode).toBeNull()
}

type Bug = { level: number; msg: string; err?: { kind?: string } }
/** Faults that the bot told its log of since this many lines. */
const faultsSince = (from: number): Bug[] => (house.bot.log.slice(from) as Bug[]).filter(({ level }) => level >= 50)

const press = (who: Actor, verb: string, data: object) =>
  who.activity({
    type: 'invoke',
    name: 'adaptiveCard/action',
    value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
  })

function goodOnes(): Record<string, unknown>[] {
  const who = maija()
  const inTeam = anActor(house.bot, house.connector, { team: TEAM })
  const query = { commandId: 'searchTools', parameters: [{ name: 'query', value: 'palaute' }] }
  return [
    who.activity({ text: 'teemat', textFormat: 'plain', localTimezone: 'Europe/Helsinki' }),
    who.activity({ value: { verb: 'tools.show', tool: 'aa-kaksi' } }),
    press(who, 'tools.show', { tool: 'aa-kaksi' }),
    press(inTeam, 'themes.list', {}),
    who.activity({ type: 'invoke', name: 'composeExtension/query', value: query }),
    who.activity({ type: 'messageUpdate', channelData: { eventType: 'editMessage' }, text: 'hei' }),
    who.activity({ type: 'installationUpdate', action: 'add' }),
    inTeam.activity({ type: 'conversationUpdate', membersAdded: [{ id: '28:luotsi' }] }),
    inTeam.activity({ text: '<at>Luotsi</at> apua', entities: [{ type: 'clientInfo', timezone: 'Europe/Helsinki' }] }),
  ]
}

describe('an activity of which a part is not as the platform makes it', () => {
  it(
    'is answered or refused, and the next good one is served',
    async () => {
      house.connector.teams.set(TEAM, aTeam(TEAM, ['maija']))
      await fc.assert(
        fc.asyncProperty(fc.nat(8), fc.array(change, { minLength: 1, maxLength: 3 }), async (which, changes) => {
          const from = house.bot.log.length
          const activity = changes.reduce(changed, goodOnes()[which] ?? {})
          const { status } = await house.bot.post(activity)
          const faults = faultsSince(from)
          expect(faults).toEqual([])
          expect([200, 400, 403]).toContain(status)
        }),
        { numRuns: 150 * TIMES },
      )
      await lives()
    },
    WITHIN_MS,
  )
})

describe('a request whose bytes are broken', () => {
  it(
    'ends without a fault of the bot, and the next good one is served',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(8), breaking, async (which, how) => {
          const from = house.bot.log.length
          const request = posting(JSON.stringify(goodOnes()[which]))
          const { statuses } = await say(house.bot.url, broken(request, how), how.then)
          const faults = faultsSince(from)
          expect(faults).toEqual([])
          expect(statuses.filter((status) => status >= 500)).toEqual([])
        }),
        { numRuns: 200 * TIMES },
      )
      await lives()
    },
    WITHIN_MS,
  )

  it('keeps nobody waiting while its body comes slowly, and fifty such are no more', async () => {
    const slow = Array.from({ length: 50 }, () => posting('{"type":'.padEnd(200), { 'content-length': 200_000 }))
    const held = slow.map((request) => say(house.bot.url, [request, ...Array.from({ length: 200 }, () => ' ')]))
    await lives()
    const heard = await Promise.all(held)
    expect(heard.flatMap(({ statuses }) => statuses).filter((status) => status >= 500)).toEqual([])
    await lives()
  })

  it('is refused where it is too large, wherever it says so or not', async () => {
    const body = 'x'.repeat(300_000)
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const head = 'POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    for (const request of [posting(body), `${head}transfer-encoding: chunked\r\n\r\n${chunked}`]) {
      expect((await say(house.bot.url, [request])).statuses).toEqual([413])
    }
    await lives()
  })
})

describe('requests that come in one breath', () => {
  it('are answered in their order', async () => {
    const all = Array.from({ length: 20 }, (_, at) =>
      posting(JSON.stringify(press(maija(), at % 2 === 0 ? 'themes.list' : 'tools.show', { tool: 'aa-kaksi' }))),
    )
    const { statuses, text } = await say(house.bot.url, [all.join('')], { answers: 20 })
    expect(statuses).toEqual(all.map(() => 200))
    const shown = text
      .split('HTTP/1.1 200')
      .slice(1)
      .map((one) => /"show":\{"verb":"([\w.]+)"/.exec(one)?.[1])
    // A tool comes as a message of its own, and its press is answered with a line of text.
    expect(shown).toEqual(all.map((_, at) => (at % 2 === 0 ? 'themes.list' : undefined)))
  })

  it('are ended by the one that is broken', async () => {
    const good = posting(JSON.stringify(press(maija(), 'themes.list', {})))
    const { statuses } = await say(house.bot.url, [`${good}${good}POST nonsense\r\n\r\n${good}`], { answers: 3 })
    // What is still being answered is cut off: Node tears the connection down behind its 400.
    expect(statuses.at(-1)).toBe(400)
    expect(statuses.length).toBeLessThanOrEqual(3)
    await lives()
  })
})
