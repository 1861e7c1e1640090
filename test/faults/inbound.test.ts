import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import {
  aBot,
  anActor,
  cardOf,
  elementsOf,
  removeFolder,
  wordsOf,
  type Actor,
  type ActorAt,
  type Pressed,
  type RunningBot,
} from '../support/bot.ts'
import { aConnector, type MockConnector, type Sent } from '../support/connector.ts'
import { storedIn, type StoredRecord } from '../support/stored.ts'

const TOOL = 'sf-asteikko'
const THEME = 't01-ratkaisukeskeisyys'

let connector: MockConnector
let bot: RunningBot

beforeAll(async () => {
  connector = await aConnector()
  bot = await aBot()
})
afterAll(async () => {
  await bot.stop('SIGKILL')
  await connector.close()
  await removeFolder(bot.dataDir)
})

/** Everybody of a test is in a tenant of its own, so that one bot serves all. */
const actor = (tenant: string, at: ActorAt = {}): Actor => anActor(bot, connector, { tenant, ...at })
const stored = async (collection: string): Promise<StoredRecord[]> => (await storedIn(bot.dataDir))[collection] ?? []
const postsTo = (conversation: string): Sent[] =>
  connector.sent.filter((sent) => sent.method === 'POST' && sent.conversation === conversation)
const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work))
const wish = (need: unknown) => ['tools.request', { need }] as const

/** A team with the app in it, and the opaque id of its channel as a member's tool card offers it. */
async function aTeam(tenant: string, member = 'maija', name = tenant): Promise<{ channel: string; key: string }> {
  const channel = `19:${name}@thread.tacv2`
  const members = [{ id: `29:${member}`, aadObjectId: `aad-${member}` }]
  connector.teams.set(channel, { id: channel, channels: [{ id: channel }], members })
  await actor(tenant, { id: member, team: channel }).causes({ type: 'installationUpdate', action: 'add' })
  const { sent } = await actor(tenant, { id: member }).presses('tools.show', { tool: TOOL })
  const [choices] = elementsOf(cardOf(sent[0]), 'Input.ChoiceSet').filter(({ id }) => id === 'channel')
  const [{ value = '' } = {}] = choices?.['choices'] as { value?: string }[]
  return { channel, key: value }
}

/** What HR reads of the wishes of a tenant. */
async function wishesOf(tenant: string): Promise<Record<string, unknown>[]> {
  const [list] = await actor(tenant, { id: 'hr' }).writes('toiveet')
  return elementsOf(cardOf(list), 'TextRun')
}

function pressOf(who: Actor, verb: string, data: Record<string, unknown>): Record<string, unknown> {
  const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' }
  return who.activity({ type: 'invoke', name: 'adaptiveCard/action', value })
}

describe('an activity that the platform repeats', () => {
  it('F24 is answered once, alike each time, twenty at once too', async () => {
    const { channel, key } = await aTeam('f24')
    const maija = actor('f24')
    const press = pressOf(maija, 'tools.share', { tool: TOOL, channel: key })
    const shown = pressOf(maija, 'tools.show', { tool: TOOL })
    const message = maija.activity({ text: 'teemat' })
    for (const activity of [press, shown, message]) {
      const before = connector.sent.length
      const replies = [...(await times(20, () => bot.post(activity))), await bot.post(activity)]
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
      expect(replies[0]?.status).toBe(200)
      expect(connector.sent.length - before).toBe(1)
    }
    expect(postsTo(channel).filter(({ body }) => wordsOf(body).includes('Maija Virtanen'))).toHaveLength(1)
  })

  it('F24 is tried again when it failed before', async () => {
    const message = actor('f24-failed').activity({ text: 'teemat' })
    connector.failNext.push({ status: 500 })
    expect((await bot.post(message)).status).toBe(500)
    expect((await bot.post(message)).status).toBe(200)
    expect(postsTo('own-maija').at(-1)?.body.summary).toBe(fi.themes.summary)
  })

  it('F25 has one effect under a new id', async () => {
    const { channel, key } = await aTeam('f25')
    const maija = actor('f25')
    const before = postsTo(channel).length
    await times(20, () => maija.presses('tools.share', { tool: TOOL, channel: key }))
    expect(postsTo(channel).length - before).toBe(1)

    await times(5, () => maija.presses(...wish('Miten annan palautetta etänä?')))
    await maija.submits(...wish('Miten annan palautetta etänä?'))
    expect((await wishesOf('f25')).map(({ text }) => text)).toEqual(['Miten annan palautetta etänä?'])

    for (const helped of ['3', '8']) await maija.presses('tools.tried', { tool: TOOL, helped, worked: 'f25' })
    expect((await stored('trials')).filter(({ worked }) => worked === 'f25')).toMatchObject([{ helped: 8 }])
  })

  it('F43 does nothing when its message is edited or deleted', async () => {
    const maija = actor('f43', { id: 'muokkaaja' })
    await maija.writes('hei')
    const before = await storedIn(bot.dataDir)
    const edit = { type: 'messageUpdate', channelData: { eventType: 'editMessage' } }
    const edited = await maija.causes({ ...edit, text: 'teemat' })
    expect(edited.map(({ body }) => body.text)).toEqual([fi.refusals.edited])
    const value = { verb: 'tools.request', need: 'Muokattu toive' }
    expect((await maija.causes({ ...edit, value })).map(({ body }) => body.text)).toEqual([fi.refusals.edited])
    for (const eventType of ['undeleteMessage', 'softDeleteMessage']) {
      const type = eventType.startsWith('un') ? 'messageUpdate' : 'messageDelete'
      const deleted = maija.activity({ type, channelData: { eventType }, text: 'teemat', value })
      const sent = connector.sent.length
      expect(await bot.post(deleted)).toEqual({ status: 200, body: undefined })
      expect(connector.sent).toHaveLength(sent)
    }
    expect(await storedIn(bot.dataDir)).toEqual(before)
  })
})

describe('a slow answer', () => {
  it('F26 is sent after its message was acknowledged, but a press is answered only when its effect stands', async () => {
    const { channel, key } = await aTeam('f26')
    const pressed: string[] = []
    const release = connector.hold()
    const share = pressOf(actor('f26'), 'tools.share', { tool: TOOL, channel: key })
    const submit = actor('f26', { id: 'hidas' }).activity({ value: { verb: 'tools.show', tool: TOOL } })
    const presses = [
      bot.post(share).then(() => pressed.push('execute')),
      bot.post(submit).then(() => pressed.push('submit')),
    ]
    // The team is not known yet, so its members are read first.
    const message = actor('f26', { team: '19:f26-slow@thread.tacv2' }).activity({ text: 'teemat' })
    expect(await bot.post(message)).toEqual({ status: 200, body: undefined })
    expect(postsTo('19:f26-slow@thread.tacv2')).toEqual([])
    expect(pressed).toEqual([])
    release()
    await Promise.all(presses)
    expect(pressed.sort()).toEqual(['execute', 'submit'])
    expect(postsTo(channel).at(-1)?.body.summary).toContain('Asteikko')
    await until(() => postsTo('19:f26-slow@thread.tacv2').length > 0)
    expect(postsTo('19:f26-slow@thread.tacv2')[0]?.body.summary).toBe(fi.themes.summary)
  })
})

describe('a press that is not as the card made it', () => {
  const maija = () => actor('f28')

  /** Presses as Execute and as Submit; neither may change what is stored. */
  async function refused(who: Actor, verb: string, data: Record<string, unknown>): Promise<Pressed> {
    const before = await storedIn(bot.dataDir)
    const pressed = await who.presses(verb, data)
    expect(pressed.status).toBe(200)
    expect(pressed.sent).toEqual([])
    const submitted = await who.submits(verb, data)
    expect(submitted).toHaveLength(1)
    expect(await storedIn(bot.dataDir)).toEqual(before)
    return pressed
  }

  it('F27 is told that an unknown button is old, and what to do next', async () => {
    const anna = actor('f27', { id: 'anna' })
    await anna.writes('hei')
    for (const verb of ['checkins.vanha', '__proto__', 'constructor', '']) {
      const { card } = await refused(anna, verb, { tool: TOOL, need: 'x' })
      expect(wordsOf(card)).toContain(fi.refusals.staleTitle)
      expect(card['actions']).not.toHaveLength(0)
    }
  })

  it('F27 cannot undo a share after ten minutes', async () => {
    const { channel, key } = await aTeam('f27')
    const who = actor('f27')
    await who.presses('tools.share', { tool: TOOL, channel: key })
    await bot.post({ advance: 'PT10M' }, {}, '/dev/clock')
    const { text } = await refused(who, 'tools.unshare', { tool: TOOL, channel: key })
    expect(text).toBe(fi.refusals.undoClosed)
    expect(connector.sent.filter((sent) => sent.method !== 'POST' && sent.conversation === channel)).toEqual([])
  })
})
