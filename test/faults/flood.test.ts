import { describe, expect, it } from '@jest/globals'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import { anActor, type Actor } from '../support/bot.ts'
import type { Sent } from '../support/connector.ts'
import { aHouse } from '../support/house.ts'

const house = aHouse({ CLOCK_START: '2026-11-26T12:05:00+02:00', PERSON_LIMIT: '5' })

const actor = (id: string): Actor => anActor(house.bot, house.connector, { id })
const sentTo = (id: string): Sent[] => house.connector.sent.filter(({ conversation }) => conversation === `own-${id}`)
const textsTo = (id: string) => sentTo(id).flatMap(({ body }) => body.text ?? [])

/** Uses up what this person may do in ten seconds, and more. */
async function flood(id: string): Promise<Actor> {
  const flooder = actor(id)
  await Promise.all(Array.from({ length: 20 }, () => flooder.writes('teemat')))
  return flooder
}

describe('a person who floods', () => {
  it('F44 is answered so often and told once to wait, while others are answered', async () => {
    await flood('tulva')
    expect(sentTo('tulva')).toHaveLength(6)
    expect(textsTo('tulva')).toEqual([fi.refusals.tooMany])
    const [themes] = await actor('toinen').writes('teemat')
    expect(themes?.body.summary).toBe(fi.themes.summary)
  })

  it('F44 has each press answered, and nothing done', async () => {
    const flooder = await flood('tulva-2')
    const { status, text } = await flooder.presses('tools.request', { need: 'Tulvassa kirjoitettu toive' })
    expect({ status, text }).toEqual({ status: 200, text: fi.refusals.tooMany })
    const wishes = await actor('hr').writes('toiveet')
    expect(JSON.stringify(wishes)).not.toContain('Tulvassa')
  })

  it('F44 has a search answered in the shape that the compose box takes', async () => {
    const flooder = await flood('tulva-3')
    const value = { commandId: 'searchTools', parameters: [{ name: 'query', value: 'palaute' }] }
    const query = flooder.activity({ type: 'invoke', name: 'composeExtension/query', value })
    expect(await house.bot.post(query)).toEqual({
      status: 200,
      body: { composeExtension: { type: 'message', text: fi.refusals.tooMany } },
    })
  })

  it('F44 is never kept from adding or removing the app', async () => {
    const flooder = await flood('tulva-4')
    const before = sentTo('tulva-4').length
    await flooder.causes({ type: 'installationUpdate', action: 'add' })
    expect(sentTo('tulva-4')).toHaveLength(before + 1)
  })
})
