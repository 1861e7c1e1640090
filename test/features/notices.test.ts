import { describe, expect, it } from '@jest/globals'
import type { PersonRecord } from '../../src/domain/records.ts'
import { notices } from '../../src/features/notices/index.ts'
import { Refusal, type Answer, type Message, type Turn } from '../../src/kit.ts'
import { aKit, aPlace, aTurn } from '../support/kit.ts'

const MAIJA: PersonRecord = {
  id: 'maija',
  userId: '29:maija',
  language: 'fi',
  ownChat: { conversation: 'own-1', serviceUrl: 'https://service.example' },
}
const ALL_ON = { broadcasts: 'true', themes: 'true', weekly: 'true', webinars: 'true' }

/** Maija, who writes and presses; `writes` counts how often anything of hers was written to the store. */
async function aPerson(record: PersonRecord | null = MAIJA) {
  const kit = aKit()
  await kit.store.people.change('tenant-1', 'maija', () => record ?? undefined)
  const { people } = kit.store
  let writes = 0
  kit.store = {
    ...kit.store,
    people: {
      ...people,
      change: (tenant, id, edit) =>
        people.change(tenant, id, (current) => {
          const next = edit(current)
          if (next !== current) writes++
          return next
        }),
    },
  }
  return {
    kit,
    writes: () => writes,
    stored: () => people.get('tenant-1', 'maija'),
    says: async (word: string, turn: Partial<Turn> = {}): Promise<Message> => {
      const command = notices.commands?.[word]
      if (command === undefined) throw new Error(`no word ${word}`)
      return command(aTurn(turn), kit)
    },
    presses: async (verb: string, data: object = {}, turn: Partial<Turn> = {}): Promise<Answer> => {
      const action = notices.actions?.[verb]
      if (action === undefined) throw new Error(`no verb ${verb}`)
      return action.run(aTurn(turn), kit, data)
    },
  }
}

function cardOf(answer: Answer): Message {
  if ('say' in answer) throw new Error('no card came')
  return 'open' in answer ? answer.open : answer.replace
}

const valuesOf = (message: Message) =>
  message.card === 'settings' ? Object.fromEntries(message.data.kinds.map(({ kind, value }) => [kind, value])) : {}

describe('the settings', () => {
  it('begin with everything on but the tool of the week, and no break', async () => {
    const maija = await aPerson(null)
    const card = await maija.says('settings')
    expect(valuesOf(card)).toEqual({ ...ALL_ON, weekly: 'false' })
    expect(card).toMatchObject({ card: 'settings', data: { isPaused: false, state: 'notices.pause.none' } })
    expect(await maija.stored()).toBeUndefined()
  })

  it('keep what was not ticked, and the rest of what is known of the person', async () => {
    const maija = await aPerson()
    const saved = cardOf(await maija.presses('notices.save', { ...ALL_ON, weekly: 'false', broadcasts: 'false' }))
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['broadcasts', 'weekly'] })
    expect(valuesOf(saved)).toEqual({ ...ALL_ON, broadcasts: 'false', weekly: 'false' })
    expect(saved.data).toMatchObject({ changed: 'notices.news.saved' })
    await maija.presses('notices.save', ALL_ON)
    expect(await maija.stored()).toEqual({ ...MAIJA, wantsWeekly: true })
  })

  it('have one truth on the tool of the week: a yes takes the no away, and a no the yes', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['themes'] })
    await maija.presses('notices.on', { kind: 'weekly' })
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['themes'], wantsWeekly: true })
    expect(valuesOf(await maija.says('settings'))).toMatchObject({ weekly: 'true', themes: 'false' })
    await maija.presses('notices.save', { themes: 'true' })
    expect(await maija.stored()).toEqual({ ...MAIJA, wantsWeekly: true })
    const off = cardOf(await maija.presses('notices.off', { kind: 'weekly' }))
    expect(off.data).toMatchObject({ isOff: true })
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['weekly'] })
    expect(valuesOf(await maija.says('settings'))).toMatchObject({ weekly: 'false' })
  })

  it('write nothing where nothing changes', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['webinars'], wantsWeekly: true, quietUntil: '2026-12-03' })
    await maija.presses('notices.save', { ...ALL_ON, webinars: 'false' })
    await maija.presses('notices.off', { kind: 'webinars' })
    await maija.presses('notices.on', { kind: 'themes' })
    await maija.presses('notices.quiet', { until: '2026-12-03' })
    await maija.presses('notices.quiet', { for: 'week' })
    expect(maija.writes()).toBe(0)

    const unknown = await aPerson(null)
    await unknown.presses('notices.save', { broadcasts: 'true', themes: 'true', webinars: 'true' })
    await unknown.presses('notices.on', { kind: 'themes' })
    await unknown.presses('notices.resume')
    expect(unknown.writes()).toBe(0)
    expect(await unknown.stored()).toBeUndefined()
  })

  it('leave alone a kind that the card did not have', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['webinars'] })
    await maija.presses('notices.save', { broadcasts: 'false' })
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['broadcasts', 'webinars'] })
  })

  it.each([true, 'kyllä', '', null, 7, ['false'], { toString: 'false' }])(
    'refuse %j in place of a tick, and store nothing',
    async (weekly) => {
      const maija = await aPerson()
      await expect(maija.presses('notices.save', { ...ALL_ON, weekly })).rejects.toThrow('refusals.badInput')
      expect(maija.writes()).toBe(0)
    },
  )

  it('offer every language, and come again in it', async () => {
    const card = await (await aPerson()).says('settings')
    expect(card.data).toMatchObject({ languages: [{ code: 'fi' }, { code: 'sv' }, { code: 'en' }] })
    expect(notices.actions?.[card.show.verb]?.shows).toBe(true)
  })
})

describe('a kind of message', () => {
  it('is turned off where it stands, and on again with one press', async () => {
    const maija = await aPerson()
    const answer = await maija.presses('notices.off', { kind: 'broadcasts' })
    // A new message under the pressed one: what HR wrote can still be read.
    expect(answer).toMatchObject({ open: { card: 'notice-kind' }, notice: 'notices.kinds.broadcasts.off' })
    const off = cardOf(answer)
    expect(off.data).toMatchObject({ isOff: true, kind: 'broadcasts', title: 'notices.kinds.broadcasts.off' })
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['broadcasts'] })
    const on = await maija.presses('notices.on', { kind: 'broadcasts' })
    expect(on).toMatchObject({ replace: { data: { isOff: false, title: 'notices.kinds.broadcasts.on' } } })
    expect(await maija.stored()).toEqual(MAIJA)
  })

  it('can be turned off before anything is known of the person', async () => {
    const maija = await aPerson(null)
    await maija.presses('notices.off', { kind: 'themes' })
    expect(await maija.stored()).toEqual({ id: 'maija', userId: '29:maija', off: ['themes'] })
  })

  it('stays off when others are turned off at the same time', async () => {
    const maija = await aPerson()
    await Promise.all(['weekly', 'themes', 'broadcasts'].map((kind) => maija.presses('notices.off', { kind })))
    expect((await maija.stored())?.off).toEqual(['broadcasts', 'themes', 'weekly'])
  })

  it('that is on again but rests during a break says so', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['weekly'], quietUntil: '2026-12-03' })
    const { data } = cardOf(await maija.presses('notices.on', { kind: 'weekly' }))
    expect(data).toMatchObject({ paragraphs: ['notices.pause.until {"date":"to 3.12.2026"}', 'notices.again'] })
  })

  it('is shown as it is now when its card is shown in another language', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['weekly'] })
    expect(cardOf(await maija.presses('notices.kind', { kind: 'weekly' })).data).toMatchObject({ isOff: true })
    expect(cardOf(await maija.presses('notices.kind', { kind: 'themes' })).data).toMatchObject({ isOff: false })
  })

  it.each(['checkins', '__proto__', '', 7, ['broadcasts'], undefined])('that is none is refused: %j', async (kind) => {
    const maija = await aPerson()
    await expect(maija.presses('notices.off', { kind })).rejects.toThrow('refusals.notFound')
    expect(maija.writes()).toBe(0)
  })
})

describe('a break', () => {
  it('is offered with two weeks at first, then with the day that was chosen', async () => {
    const maija = await aPerson()
    expect((await maija.says('quiet')).data).toMatchObject({ isPaused: false, until: '2026-12-10' })
    const card = cardOf(await maija.presses('notices.quiet', { until: '2026-12-24' }))
    expect(card).toMatchObject({
      card: 'quiet',
      data: {
        changed: 'notices.news.paused',
        isPaused: true,
        state: 'notices.pause.until {"date":"to 24.12.2026"}',
        until: '2026-12-24',
      },
    })
    expect(await maija.stored()).toEqual({ ...MAIJA, quietUntil: '2026-12-24' })
  })

  it('of one press is counted from the press, whatever day the card shows', async () => {
    const maija = await aPerson()
    await maija.presses('notices.quiet', { for: 'month', until: '2026-01-01' })
    expect(await maija.stored()).toEqual({ ...MAIJA, quietUntil: '2026-12-26' })
  })

  it('ends when the person says so, or on its day', async () => {
    const maija = await aPerson({ ...MAIJA, off: ['weekly'], quietUntil: '2026-12-03' })
    const onTheDay = await maija.says('settings', { now: new Date('2026-12-02T22:00:00Z') })
    expect(onTheDay.data).toMatchObject({ isPaused: false })
    const card = cardOf(await maija.presses('notices.resume'))
    expect(card).toMatchObject({ card: 'settings', data: { isPaused: false, changed: 'notices.news.resumed' } })
    expect(await maija.stored()).toEqual({ ...MAIJA, off: ['weekly'] })
  })

  it.each([
    { until: '2026-11-26' },
    { until: '2020-01-01' },
    { until: '2028-01-01' },
    { until: 'ensi viikolla' },
    { until: '' },
    { until: Infinity },
    { until: ['2026-12-03'] },
    {},
  ])('of %j is refused in plain words, and nothing is stored', async (data) => {
    const maija = await aPerson({ ...MAIJA, quietUntil: '2026-12-03' })
    await expect(maija.presses('notices.quiet', data)).rejects.toThrow('notices.refusals.until')
    expect(maija.writes()).toBe(0)
  })

  it('of a span that is none is refused', async () => {
    const maija = await aPerson()
    await expect(maija.presses('notices.quiet', { for: 'decade' })).rejects.toThrow('refusals.notFound')
    expect(maija.writes()).toBe(0)
  })
})

describe('F42 what a person wants to get', () => {
  const verbs = Object.keys(notices.actions ?? {})
  const data = { ...ALL_ON, themes: 'false', kind: 'weekly', for: 'week' }

  it.each((['channel', 'group'] as const).flatMap((place) => verbs.map((verb) => ({ verb, place }))))(
    'is neither shown nor changed by $verb in a $place',
    async ({ verb, place }) => {
      const maija = await aPerson({ ...MAIJA, off: ['broadcasts'], quietUntil: '2026-12-03' })
      await expect(maija.presses(verb, data, { place: aPlace(place) })).rejects.toThrow(Refusal)
      expect(maija.writes()).toBe(0)
    },
  )

  it.each(['settings', 'quiet'])('is asked for with “%s” in one’s own chat, which a channel is told', async (word) => {
    const maija = await aPerson()
    await expect(maija.says(word, { place: aPlace('channel') })).rejects.toThrow(
      `notices.refusals.here {"word":"notices.words.${word}"}`,
    )
  })
})
