import { beforeAll, describe, expect, it } from '@jest/globals'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import {
  aBot,
  anActor,
  cardOf,
  elementsOf,
  until,
  wordsOf,
  type Actor,
  type ActorAt,
  type Pressed,
} from '../support/bot.ts'
import type { Sent } from '../support/connector.ts'
import { aLightHouse, aTeam } from '../support/house.ts'
import { holdWrites } from '../support/hindered.ts'
import { storedIn, type StoredRecord } from '../support/stored.ts'

const TOOL = 'aa-kaksi'

const house = aLightHouse({ CLOCK_START: '2026-11-26T12:05:00+02:00' })

/** Everybody of a test is in a tenant of its own, so that one bot serves all. */
const actor = (tenant: string, at: ActorAt = {}): Actor => anActor(house.bot, house.connector, { tenant, ...at })

/** Somebody who has written to the bot before. */
async function known(tenant: string, id = 'maija'): Promise<Actor> {
  const somebody = actor(tenant, { id })
  await somebody.writes('hei')
  return somebody
}

/** The channels that a tool card lets somebody share to, by title. */
async function channelsOf(who: Actor): Promise<{ value: string; title: string }[]> {
  const { sent } = await who.presses('tools.show', { tool: TOOL })
  const [choice] = elementsOf(cardOf(sent[0]), 'Input.ChoiceSet').filter(({ id }) => id === 'channel')
  return (choice?.['choices'] ?? []) as { value: string; title: string }[]
}

/** A team with the app in it, and the opaque id of its General channel. */
async function teamOf(tenant: string, members = ['maija'], name = tenant): Promise<{ channel: string; key: string }> {
  const channel = `19:${name}@thread.tacv2`
  const [id = ''] = members
  house.connector.teams.set(channel, aTeam(channel, members))
  await actor(tenant, { id, team: channel }).causes({ type: 'installationUpdate', action: 'add' })
  const offered = await channelsOf(actor(tenant, { id }))
  return { channel, key: offered.find(({ title }) => title.endsWith(fi.tool.general))?.value ?? '' }
}

const stored = () => storedIn(house.bot.dataDir)
const storedWishes = async (): Promise<StoredRecord[]> => (await stored())['wishes'] ?? []
const storedTrials = async (worked: string): Promise<StoredRecord[]> =>
  ((await stored())['trials'] ?? []).filter((trial) => trial['worked'] === worked)

const postsTo = (conversation: string): Sent[] =>
  house.connector.sent.filter((sent) => sent.method === 'POST' && sent.conversation === conversation)
const sharesIn = (channel: string): Sent[] =>
  postsTo(channel).filter(({ body }) => body.summary?.startsWith(fi.tool.summary.replace('{{title}}', '')))
const withdrawnFrom = (channel: string): Sent[] =>
  house.connector.sent.filter((sent) => sent.method !== 'POST' && sent.conversation === channel)

const wish = (need: unknown) => ['tools.request', { need }] as const
const inParallel = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work))

/** The runs of text of HR's list of wishes: people's words, and nothing else. */
async function wishesOf(tenant: string): Promise<unknown[]> {
  const [list] = await actor(tenant, { id: 'hr' }).writes('toiveet')
  return elementsOf(cardOf(list), 'TextRun').map(({ text }) => text)
}

function pressOf(who: Actor, verb: string, data: Record<string, unknown>): Record<string, unknown> {
  const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' }
  return who.activity({ type: 'invoke', name: 'adaptiveCard/action', value })
}

describe('an activity that the platform repeats', () => {
  it('F24 is answered once, alike each time, twenty at once too', async () => {
    const { channel, key } = await teamOf('f24')
    const maija = actor('f24')
    const press = pressOf(maija, 'tools.share', { tool: TOOL, channel: key })
    const shown = pressOf(maija, 'tools.show', { tool: TOOL })
    const message = maija.activity({ text: 'teemat' })
    for (const activity of [press, shown, message]) {
      const before = house.connector.sent.length
      const replies = [...(await inParallel(20, () => house.bot.post(activity))), await house.bot.post(activity)]
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
      expect(replies[0]?.status).toBe(200)
      expect(house.connector.sent.length - before).toBe(1)
    }
    expect(sharesIn(channel)).toHaveLength(1)
  })

  it('F24 is tried again when it failed before', async () => {
    const message = actor('f24-failed').activity({ text: 'teemat' })
    house.connector.failNext.push({ status: 500 })
    expect((await house.bot.post(message)).status).toBe(500)
    expect((await house.bot.post(message)).status).toBe(200)
    expect(postsTo('own-maija').at(-1)?.body.summary).toBe(fi.themes.summary)
  })

  it('F25 has one effect under a new id', async () => {
    const { channel, key } = await teamOf('f25')
    const maija = actor('f25')
    await inParallel(20, () => maija.presses('tools.share', { tool: TOOL, channel: key }))
    expect(sharesIn(channel)).toHaveLength(1)

    await inParallel(5, () => maija.presses(...wish('Miten annan palautetta etänä?')))
    await maija.submits(...wish('Miten annan palautetta etänä?'))
    expect(await wishesOf('f25')).toEqual(['Miten annan palautetta etänä?'])

    for (const helped of ['3', '8']) await maija.presses('tools.tried', { tool: TOOL, helped, worked: 'f25' })
    expect(await storedTrials('f25')).toMatchObject([{ helped: 8 }])
  })

  it('F43 does nothing when its message is edited or deleted', async () => {
    const maija = actor('f43', { id: 'muokkaaja' })
    await maija.writes('hei')
    const before = await stored()
    const edit = { type: 'messageUpdate', channelData: { eventType: 'editMessage' } }
    const edited = await maija.causes({ ...edit, text: 'teemat' })
    expect(edited.map(({ body }) => body.text)).toEqual([fi.refusals.edited])
    const value = { verb: 'tools.request', need: 'Muokattu toive' }
    expect((await maija.causes({ ...edit, value })).map(({ body }) => body.text)).toEqual([fi.refusals.edited])
    for (const eventType of ['undeleteMessage', 'softDeleteMessage']) {
      const type = eventType.startsWith('un') ? 'messageUpdate' : 'messageDelete'
      const deleted = maija.activity({ type, channelData: { eventType }, text: 'teemat', value })
      const sent = house.connector.sent.length
      expect(await house.bot.post(deleted)).toEqual({ status: 200, body: undefined })
      expect(house.connector.sent).toHaveLength(sent)
    }
    expect(await stored()).toEqual(before)
  })
})

describe('a slow answer', () => {
  it('F26 is sent after its message was acknowledged, but a press is answered only when its effect stands', async () => {
    const { channel, key } = await teamOf('f26')
    const pressed: string[] = []
    const release = house.connector.hold()
    const share = pressOf(actor('f26'), 'tools.share', { tool: TOOL, channel: key })
    const submit = actor('f26', { id: 'hidas' }).activity({ value: { verb: 'tools.show', tool: TOOL } })
    const presses = [
      house.bot.post(share).then(() => pressed.push('execute')),
      house.bot.post(submit).then(() => pressed.push('submit')),
    ]
    // The team is not known yet, so its members are read first.
    const message = actor('f26', { team: '19:f26-slow@thread.tacv2' }).activity({ text: 'teemat' })
    expect(await house.bot.post(message)).toEqual({ status: 200, body: undefined })
    expect(postsTo('19:f26-slow@thread.tacv2')).toEqual([])
    expect(pressed).toEqual([])
    release()
    await Promise.all(presses)
    expect(pressed.sort()).toEqual(['execute', 'submit'])
    expect(postsTo(channel).at(-1)?.body.summary).toContain('Asteikko')
    await until(() => postsTo('19:f26-slow@thread.tacv2').length > 0)
    expect(postsTo('19:f26-slow@thread.tacv2')[0]?.body.summary).toBe(fi.themes.summary)
  })

  it('F26 to a press waits for the disk, and does not claim what the disk did not take', async () => {
    const maija = await known('f26-disk')
    const held = await holdWrites(house.bot.dataDir, 'people')
    let answered = false
    const press = pressOf(maija, 'language.set', { language: 'sv', show: { verb: 'language.offer' } })
    const answer = house.bot.post(press).finally(() => (answered = true))
    for (const type of ['typing', 'typing', 'typing']) await maija.causes({ type })
    expect(answered).toBe(false)
    held.refuse()
    expect(await answer).toMatchObject({ status: 200, body: { value: fi.refusals.storage } })
    await held.release()
  })
})

describe('a press that is not as the card made it', () => {
  /** Presses as Execute and as Submit: nothing but the same words may come of either. */
  async function refused(who: Actor, verb: string, data: Record<string, unknown>): Promise<Pressed> {
    const pressed = await who.presses(verb, data)
    expect(pressed).toMatchObject({ status: 200, sent: [] })
    expect((await who.submits(verb, data)).map(({ body }) => body.text ?? '')).toEqual([pressed.text])
    return pressed
  }

  async function storesNothing(work: () => Promise<void>): Promise<void> {
    const before = await stored()
    await work()
    expect(await stored()).toEqual(before)
  }

  it('F27 is told that an unknown button is old, and what to do next', async () => {
    const maija = await known('f27-unknown')
    await storesNothing(async () => {
      for (const verb of ['checkins.vanha', '__proto__', 'constructor', '']) {
        const { card } = await refused(maija, verb, { tool: TOOL, need: 'x' })
        expect(wordsOf(card)).toContain(fi.refusals.staleTitle)
        expect(card['actions']).not.toEqual([])
      }
    })
  })

  it('F27 cannot undo a share once ten minutes are over', async () => {
    const { channel, key } = await teamOf('f27')
    const maija = actor('f27')
    await maija.presses('tools.share', { tool: TOOL, channel: key })
    await house.bot.post({ advance: 'PT10M' }, {}, '/dev/clock')
    await storesNothing(async () => {
      const { text } = await refused(maija, 'tools.unshare', { tool: TOOL, channel: key })
      expect(text).toBe(fi.refusals.undoClosed)
      expect(withdrawnFrom(channel)).toEqual([])
    })
  })

  const TAMPERED = ['ei-ole', '../../package.json', '__proto__', 'toString', 'x'.repeat(5000)]
  const MISSHAPEN = ['', null, 7, [TOOL], { id: TOOL }, undefined]

  it('F28 is refused in the words of not found, whatever its tool or theme is', async () => {
    const { key } = await teamOf('f28')
    const maija = actor('f28')
    await storesNothing(async () => {
      for (const id of [...TAMPERED, ...MISSHAPEN]) {
        const texts = [
          await refused(maija, 'tools.show', { tool: id }),
          await refused(maija, 'tools.more', { tools: [id] }),
          await refused(maija, 'tools.tried', { tool: id, helped: '5' }),
          await refused(maija, 'tools.share', { tool: id, channel: key }),
          await refused(maija, 'tools.unshare', { tool: id, channel: key }),
        ].map(({ text }) => text)
        expect(new Set(texts)).toEqual(new Set([fi.refusals.noTool]))
        expect(await refused(maija, 'themes.show', { theme: id })).toMatchObject({ text: fi.refusals.notFound })
      }
    })
  })

  it('F28 is refused in the words of not found, whatever its channel is, and another’s is no exception', async () => {
    const mine = await teamOf('f28-channel')
    const others = await teamOf('f28-channel', ['pekka'], 'f28-others')
    const abroad = await teamOf('f28-abroad')
    const maija = actor('f28-channel')
    await actor('f28-channel', { id: 'pekka' }).presses('tools.share', { tool: TOOL, channel: others.key })
    await storesNothing(async () => {
      for (const channel of [...TAMPERED, mine.channel, others.channel, others.key, abroad.key]) {
        expect(await refused(maija, 'tools.share', { tool: TOOL, channel })).toMatchObject({
          text: fi.refusals.noChannel,
        })
        expect(await refused(maija, 'tools.unshare', { tool: TOOL, channel })).toMatchObject({
          text: fi.refusals.notFound,
        })
      }
      expect((await channelsOf(maija)).map(({ title }) => title)).toEqual(['Kotihoito – Arki', 'Kotihoito – Yleinen'])
      house.connector.teams.delete(mine.channel)
      const left = await refused(maija, 'tools.share', { tool: TOOL, channel: mine.key })
      expect(left.text).toBe(fi.refusals.noChannel)
    })
  })

  it('F28 cannot take back what a colleague shared', async () => {
    const { channel, key } = await teamOf('f28-undo', ['maija', 'pekka'])
    await actor('f28-undo').presses('tools.share', { tool: TOOL, channel: key })
    const pekka = await known('f28-undo', 'pekka')
    await storesNothing(async () => {
      expect(await refused(pekka, 'tools.unshare', { tool: TOOL, channel: key })).toMatchObject({
        text: fi.refusals.notFound,
      })
      expect(withdrawnFrom(channel)).toEqual([])
    })
  })

  it('F28 cannot hide an act in what a change of language shows again', async () => {
    const { channel, key } = await teamOf('f28-show')
    const maija = actor('f28-show')
    const share = { verb: 'tools.share', tool: TOOL, channel: key }
    const again = { verb: 'language.set', language: 'sv', show: { verb: 'themes.list' } }
    await storesNothing(async () => {
      for (const show of [share, again, { verb: '__proto__' }, { verb: 'tools.show', tool: 'ei-ole' }, 'x', null, []]) {
        await refused(maija, 'language.set', { language: 'en', show })
      }
      expect(sharesIn(channel)).toEqual([])
    })
  })

  it('F29 stores nothing where a choice is off its list', async () => {
    const maija = await known('f29')
    const words = '11 -1 5.5 05 ٥ NaN 1e309 __proto__'.split(' ')
    const off = [...words, '', ' 5', 5, NaN, null, true, ['5'], { 5: 5 }, undefined]
    await storesNothing(async () => {
      for (const helped of off) {
        const { text } = await refused(maija, 'tools.tried', { tool: TOOL, helped, worked: 'hyvin' })
        expect(text).toBe(fi.tried.required)
      }
      for (const language of ['de', 'FI', '', '__proto__', 0, null, ['fi'], { fi: 'fi' }, undefined]) {
        const { text } = await refused(maija, 'language.set', { language, show: { verb: 'language.offer' } })
        expect(text).toBe(fi.refusals.notFound)
      }
      for (const need of ['', ' \u202e\u0000', 7, null, ['toive'], { need: 'toive' }, undefined]) {
        expect(await refused(maija, ...wish(need))).toMatchObject({ text: fi.wish.required })
      }
      for (const worked of [7, null, ['hyvin'], { text: 'hyvin' }]) {
        const { text } = await refused(maija, 'tools.tried', { tool: TOOL, helped: '5', worked })
        expect(text).toBe(fi.refusals.badInput)
      }
    })
  })

  it('F29 stores nothing where a number is beyond all numbers', async () => {
    const maija = await known('f29-number')
    const body = JSON.stringify(pressOf(maija, 'tools.tried', { tool: TOOL, helped: 'BEYOND' }))
    await storesNothing(async () => {
      const reply = await house.bot.post(body.replace('"BEYOND"', '1e309'))
      expect(reply).toMatchObject({ status: 200, body: { value: fi.tried.required } })
      expect((await house.bot.post(body.replace('"BEYOND"', 'NaN'))).status).toBe(400)
    })
  })

  it('F30 counts for the one who presses, whoever its data names', async () => {
    const { channel, key } = await teamOf('f30')
    const maija = actor('f30')
    const pomo = await known('f30', 'pomo')
    await pomo.presses('language.set', { language: 'en', show: { verb: 'language.offer' } })
    await pomo.presses('tools.tried', { tool: TOOL, helped: '9', worked: 'f30' })
    const [trial] = await storedTrials('f30')
    const named = { person: 'aad-pomo', id: trial?.id, aadObjectId: 'aad-pomo', name: 'Pomo', sharedBy: 'Pomo' }
    const data = { ...named, from: { id: '29:pomo', aadObjectId: 'aad-pomo', name: 'Pomo' }, tenant: 'f24' }

    await maija.presses('tools.share', { ...data, tool: TOOL, channel: key })
    expect(wordsOf(postsTo(channel).at(-1)?.body)).toContain('Maija Virtanen')
    expect(wordsOf(postsTo(channel).at(-1)?.body)).not.toContain('Pomo')

    await maija.presses('tools.tried', { ...data, tool: TOOL, helped: '2', worked: 'f30' })
    const trials = await storedTrials('f30')
    expect(trials.map(({ helped }) => helped).sort()).toEqual([2, 9])

    await maija.presses('language.set', { ...data, language: 'sv', show: { verb: 'language.offer' } })
    const people = ((await stored())['people'] ?? []).filter((person) => person.tenant === 'f30')
    expect(Object.fromEntries(people.map(({ id, language }) => [id, language]))).toEqual({
      'aad-pomo': 'en',
      'aad-maija': 'sv',
    })
    expect((await wishesOf('f24')).length + (await wishesOf('f30')).length).toBe(0)
  })
})

describe('text that people type', () => {
  it('F33 is refused with its length where it is too long, and nothing of it is stored', async () => {
    const maija = await known('f33')
    const family = '👩‍👩‍👧‍👦'
    for (const [need, length] of [
      [family.repeat(501), 501],
      ['ä'.repeat(100_000), 100_000],
    ] as const) {
      const { text } = await maija.presses(...wish(need))
      expect(text).toBe(fi.refusals.tooLong.replace('{{length}}', String(length)).replace('{{limit}}', '500'))
      await maija.presses('tools.tried', { tool: TOOL, helped: '5', worked: need })
    }
    expect(await wishesOf('f33')).toEqual([])
    await maija.presses(...wish(family.repeat(500)))
    expect(await wishesOf('f33')).toEqual([family.repeat(500)])
    expect(await storedTrials(family.repeat(501))).toEqual([])
  })

  it('F34 is stored composed and harmless, and emoji stay whole', async () => {
    const typed = ' 👩‍👩‍👧‍👦 \u202Eevil\u202C a\u0000b \uD800 A\u030A a\u0308 O\u0308\u2028\n\n\n\nloppu '
    const tidy = '👩‍👩‍👧‍👦 evil ab \uFFFD Å ä Ö\n\nloppu'
    const { channel, key } = await teamOf('f34')
    const maija = actor('f34', { name: `${typed.slice(0, 30)}${'😀'.repeat(100)}` })
    await maija.presses(...wish(typed))
    await maija.presses(...wish(tidy))
    expect(await wishesOf('f34')).toEqual([tidy])
    expect((await storedWishes()).filter(({ need }) => String(need).endsWith('loppu'))).toMatchObject([{ need: tidy }])

    await maija.presses('tools.share', { tool: TOOL, channel: key })
    const name = elementsOf(postsTo(channel).at(-1)?.body, 'TextRun')[1]?.['text'] as string
    expect(name).toMatch(/^👩‍👩‍👧‍👦 evil ab/)
    expect(name.isWellFormed()).toBe(true)
  })

  it('F35 is shown as it was typed: no link, mention, date or binding comes of it', async () => {
    const typed = '[x](https://evil) <at>Kaikki</at> **b** ${t.common.help} {{DATE(2026-11-26T12:00:00Z, SHORT)}}'
    const shown = typed.replace('{{', '{\u2060{').replace('}}', '}\u2060}')
    const { channel, key } = await teamOf('f35')
    const maija = actor('f35', { name: typed })
    await maija.presses(...wish(typed))
    expect(await wishesOf('f35')).toEqual([shown])

    const { card } = await maija.presses('tools.share', { tool: TOOL, channel: key })
    expect(elementsOf(card, 'TextRun')[1]?.['text']).toContain('Kotihoito')
    const post = postsTo(channel).at(-1)?.body
    expect(elementsOf(post, 'TextRun')[1]?.['text']).toBe(shown)
    expect(wordsOf(elementsOf(post, 'TextBlock'))).not.toContain('evil')
  })
})

describe('a request that is no good activity', () => {
  const answers = async (): Promise<boolean> => (await actor('f37').writes('teemat')).length === 1

  /** Sends bytes as they are. */
  const statusOf = (body: Buffer, headers: Record<string, string | number>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sending = request(`${house.bot.url}/api/messages`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sending.on('error', reject)
      sending.end(body)
    })

  it('F33 is refused where its body is of 50 MB, packed small or not, and the bot lives', async () => {
    const body = Buffer.alloc(50_000_000, ' ')
    body.write(JSON.stringify(actor('f33').activity({ text: 'teemat' })))
    const type = { 'content-type': 'application/json' }
    expect(await statusOf(body, { ...type, 'content-length': body.length })).toBe(413)
    expect(await statusOf(body, { ...type, 'transfer-encoding': 'chunked' })).toBe(413)
    expect(await statusOf(gzipSync(body, { level: 1 }), { ...type, 'content-encoding': 'gzip' })).toBe(415)
    expect(postsTo('own-maija')).toEqual([])
    expect(await answers()).toBe(true)
  })

  it.each([
    ['an empty object', '{}'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a number', '7'],
    ['nothing', ''],
    ['broken JSON', '{"type":"message"'],
    ['100,000 opened brackets', '['.repeat(100_000)],
    ['100,000 nested arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['20,000 nested objects', '{"from":'.repeat(20_000) + '0' + '}'.repeat(20_000)],
    ['a prototype', '{"__proto__":{"type":"message","channelId":"msteams","from":{"id":"x"}}}'],
  ])('F37 is refused where it is %s, and the bot lives', async (_, body) => {
    expect((await house.bot.post(body)).status).toBe(400)
    expect(await answers()).toBe(true)
  })

  it('F37 is refused where a part of an activity is missing or of another kind', async () => {
    for (const part of ['type', 'from', 'recipient', 'conversation', 'serviceUrl', 'channelId']) {
      for (const value of [undefined, null, 7, [], {}]) {
        expect((await house.bot.post(actor('f37').activity({ [part]: value, text: 'teemat' }))).status).toBe(400)
      }
    }
    expect(postsTo('own-maija')).toEqual([])
  })

  it('F37 does no harm through what is nested or named like a prototype inside a good one', async () => {
    const maija = actor('f37')
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const shapes = [
      pressOf(maija, 'tools.request', { need: 'DEEP' }),
      pressOf(maija, 'language.set', { language: 'sv', show: 'DEEP' }),
      maija.activity({ value: { verb: 'tools.request', need: 'DEEP' } }),
      maija.activity({ text: 'teemat', channelData: { deep: 'DEEP' } }),
      maija.activity({ text: 'teemat', entities: ['DEEP'] }),
    ]
    for (const shape of shapes) {
      const reply = await house.bot.post(JSON.stringify(shape).replace('"DEEP"', deep))
      expect([200, 400]).toContain(reply.status)
    }
    const polluting = JSON.stringify(pressOf(maija, 'tools.show', { DEEP: 1, tool: TOOL }))
    await house.bot.post(polluting.replace('"DEEP":1', '"__proto__":{"tool":"x","admin":true}'))
    expect(await answers()).toBe(true)
    expect(await wishesOf('f37')).toEqual([])
  })
})

describe('what Luotsi does not know', () => {
  it('F40 is taken with 200 and left alone', async () => {
    const maija = await known('f40')
    const types = ['typing', 'event', 'messageReaction', 'handoff', 'trace', 'endOfConversation', '__proto__', 'x']
    const before = house.connector.sent.length
    for (const type of types) {
      expect(await house.bot.post(maija.activity({ type, text: 'teemat' }))).toEqual({ status: 200, body: undefined })
    }
    const renamed = maija.activity({ type: 'conversationUpdate', channelData: { eventType: 'uusiTapahtuma' } })
    expect((await house.bot.post(renamed)).status).toBe(200)
    const gone = actor('f40-gone', { team: 'f40-gone' })
    const joined = { type: 'conversationUpdate', membersAdded: [{ id: '29:colleague' }] }
    for (const news of [joined, { type: 'installationUpdate', action: 'add' }]) {
      expect((await house.bot.post(gone.activity(news))).status).toBe(200)
    }
    for (const name of ['task/fetch', 'composeExtension/uusi', 'uusi/kutsu', undefined]) {
      expect((await house.bot.post(maija.activity({ type: 'invoke', name, value: {} }))).status).toBe(200)
    }
    expect(house.connector.sent).toHaveLength(before)
  })

  it.each([
    [undefined, 'fi'],
    [null, 'fi'],
    [7, 'fi'],
    ['', 'fi'],
    ['xx', 'fi'],
    ['en-US', 'fi'],
    ['fi', 'fi'],
    ['sv-FI', 'sv'],
  ])('F41 of the locale %p is answered in %s', async (locale, language) => {
    const [answer] = await actor('f41', { id: `locale-${locale}` }).writes('🙂', { locale })
    expect(cardOf(answer)['lang']).toBe(language)
  })
})

/** How the platform tells that the app came to a place: in two activities at once. */
async function arrives(who: Actor): Promise<void> {
  await Promise.all([
    who.causes({ type: 'installationUpdate', action: 'add' }),
    who.causes({ type: 'conversationUpdate', membersAdded: [{ id: '28:luotsi' }] }),
  ])
}

const PLACES: [place: string, conversation: string, at: ActorAt][] = [
  ['one’s own chat', 'own-f45', { id: 'f45' }],
  ['a group chat', '19:f45-group', { group: '19:f45-group' }],
  ['a team', '19:f45-team', { team: '19:f45-team' }],
]

describe('an installation', () => {
  it.each(PLACES)('F45 of %s is welcomed once, however often it comes, goes and is upgraded', async (_, id, at) => {
    const place = actor('f45', at)
    house.connector.teams.set('19:f45-team', aTeam('19:f45-team', ['maija']))
    await arrives(place)
    expect(postsTo(id).map(({ body }) => body.summary)).toEqual([fi.welcome.summary])
    for (const action of ['remove-upgrade', 'add-upgrade', 'remove', 'add', 'add']) {
      await place.causes({ type: 'installationUpdate', action })
    }
    await place.causes({ type: 'conversationUpdate', membersRemoved: [{ id: '28:luotsi' }] })
    await arrives(place)
    expect(postsTo(id)).toHaveLength(1)
  })
})

describe('after kill -9 and a restart on the same data', () => {
  let channel: string
  let share: Record<string, unknown>

  beforeAll(async () => {
    for (const [, , at] of PLACES) await arrives(actor('f45', at))
    const team = await teamOf('killed')
    channel = team.channel
    share = pressOf(actor('killed'), 'tools.share', { tool: TOOL, channel: team.key })
    const kari = await known('killed', 'kari')
    await Promise.all([
      house.bot.post(share),
      kari.presses(...wish('Miten kestän äkkilähdön?')),
      kari.presses('language.set', { language: 'sv', show: { verb: 'language.offer' } }),
    ])
    await house.bot.stop('SIGKILL')
    house.bot = await aBot({ CONTENT_DIR: house.env['CONTENT_DIR'] ?? '' }, house.bot.dataDir)
  }, 60_000)

  it('F24 the same press posts nothing more, with its old id or a new one', async () => {
    const again = { ...share, id: 'a-new-id' }
    const answers = [await house.bot.post(share), await house.bot.post(again)]
    expect(answers[0]?.status).toBe(200)
    expect(wordsOf(answers[0]?.body)).toContain(fi.tool.changedShared)
    expect(answers[1]).toEqual(answers[0])
    expect(sharesIn(channel)).toEqual([])
  })

  it('F26 a wish and a choice of language are there, for they were answered', async () => {
    expect(await wishesOf('killed')).toEqual(['Miten kestän äkkilähdön?'])
    const [answer] = await actor('killed', { id: 'kari' }).writes('🙂')
    expect(cardOf(answer)['lang']).toBe('sv')
  })

  it('F45 a place that was welcomed is not welcomed again', async () => {
    for (const [, id, at] of PLACES) {
      await arrives(actor('f45', at))
      expect(postsTo(id)).toEqual([])
    }
  })
})
