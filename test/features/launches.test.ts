import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Theme } from '../../src/domain/content.ts'
import type { DeliveryState } from '../../src/domain/delivery.ts'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { Refusal, type Answer, type Kit, type Role, type Turn } from '../../src/kit.ts'
import { libraryOf } from '../../src/platform/content.ts'
import { aContent } from '../support/content.ts'
import { aKit, anAddress, aPlace, aTurn, NOW, type FakeKit, cardOf } from '../support/kit.ts'

const TENANT = 'tenant-1'
const THEME = 't01-testi'
const BARE = 't02-testi'
const DAY = 86_400_000

let roles: Map<string, Role[]>
let now: Date
let kit: FakeKit

const turnOf = (id: string, given: Partial<Turn> = {}): Turn =>
  aTurn({
    person: { tenant: TENANT, id, userId: `29:${id}`, name: id },
    place: { kind: 'own', address: anAddress(`own-${id}`) },
    now,
    ...given,
  })

/** Presses a button as the person would, through the doors of the feature. */
async function press(verb: string, data: object, turn = turnOf('maija')): Promise<Answer> {
  const action = broadcasts.actions?.[verb]
  if (action === undefined) throw new Error(`no button ${verb}`)
  return action.run(turn, kit, data)
}

const preview = (form: object = {}, turn = turnOf('maija')) =>
  cardOf('broadcast-preview', press('themes.launch', { theme: THEME, ...form }, turn))
const form = (data: object = {}) => cardOf('launch-form', press('themes.launches', data))
const report = (broadcast: string) => cardOf('broadcast-report', press('broadcasts.report', { broadcast }))
const refusal = (answer: Promise<unknown>) => answer.then(String, (error: unknown) => String(error))

async function launched(given: object = {}): Promise<string> {
  const { broadcast, token } = await preview(given)
  await press('broadcasts.confirm', { broadcast, token }, turnOf('maija', { card: 'card-1' }))
  return broadcast
}

const mailed = (id: string) => kit.mailed.find(({ mailing }) => mailing.id === id)
const recipients = (id: string) =>
  mailed(id)
    ?.deliveries.filter(({ state }) => state === 'pending')
    .map(({ to }) => ('person' in to ? to.person : to.conversation))
const launchRecord = (theme = THEME) => kit.store.launches.get(TENANT, theme)
const local = (iso: string | undefined) => iso && new Date(Date.parse(iso) + 2 * 3_600_000).toISOString().slice(0, 16)

/** As the outbox would record it. */
async function deliver(mailing: string, outcomes: Record<string, DeliveryState> = {}): Promise<void> {
  const claimed = await kit.store.ledger.claim(TENANT, mailing, 1000, now)
  await kit.store.ledger.record(
    TENANT,
    mailing,
    claimed.map(({ to }) => ({
      to,
      state: outcomes['person' in to ? to.person : to.conversation] ?? 'delivered',
    })),
  )
  const ended = await kit.store.mailings.change(TENANT, mailing, (known) => known && { ...known, state: 'ended' })
  const counts = await kit.outbox.counts(TENANT, mailing)
  if (ended) await broadcasts.watches?.['themes.launch']?.(kit, TENANT, ended, counts)
}

/** The sample theme, and one of the same tools without a launch and a webinar. */
function theLibrary(edit: (bare: Theme) => Theme = (bare) => bare): Kit['library'] {
  const content = aContent()
  const [theme] = content.themes
  const { lexicon } = content
  if (theme === undefined || lexicon === undefined) throw new Error('the sample content has no theme')
  const library = libraryOf({ ...content, themes: [theme, edit({ ...theme, id: BARE })] }, lexicon)
  return () => library
}

const library = theLibrary()

beforeEach(async () => {
  now = NOW
  roles = new Map<string, Role[]>([['maija', ['hr']]])
  kit = aKit({
    library,
    clock: { now: () => now },
    roles: ({ id }) => Promise.resolve(new Set(roles.get(id))),
    approvers: () => Promise.resolve(new Set(['aino'])),
    supervisors: () => Promise.resolve(new Set(['sanna', 'sami'])),
  })
  for (const id of ['sanna', 'sami', 'antti', 'linnea'])
    await kit.store.people.change(TENANT, id, () => ({
      id,
      userId: `29:${id}`,
      ownChat: { conversation: `own-${id}`, serviceUrl: 'https://service.example' },
    }))
  await kit.store.staff.change(TENANT, 'all', () => ({
    id: 'all',
    at: now.toISOString(),
    people: [
      { id: 'sanna', unit: 'Kotihoito', roles: ['supervisor'] },
      { id: 'antti', unit: 'Kotihoito', roles: [] },
    ],
  }))
  await kit.store.teams.change(TENANT, 'team-1', () => ({
    id: 'team-1',
    name: 'Kotihoito',
    serviceUrl: 'https://service.example',
    channels: [
      { id: '19:a', key: 'key-a', name: '' },
      { id: '19:b', key: 'key-b', name: 'Arki' },
    ],
    members: [{ id: 'antti', userId: '29:antti' }],
  }))
})

describe('the form of a launch', () => {
  it('offers every theme that can be launched, and says when one was, and what one lacks', async () => {
    kit.library = theLibrary((bare) => ({ ...bare, tools: bare.tools.slice(0, 2) }))
    const { theme, themes, all, audience, channelDelayDays } = await form()
    expect({ theme, audience, channelDelayDays }).toEqual({
      theme: THEME,
      audience: 'supervisors,channels',
      channelDelayDays: 2,
    })
    expect(themes.map(({ value }) => value)).toEqual([THEME])
    expect(all.map(({ state }) => state)).toEqual([
      'launches.states.webinar {"date":"to 3.12.2026"}',
      'launches.lacks.tools launches.lacks.webinar',
    ])
    await launched()
    now = new Date(now.getTime() + DAY)
    expect((await form()).all[0]?.state).toContain('launches.states.launched {"date":"to 26.11.2026"}')
  })

  it('offers a theme without a webinar, and says that a reason is needed', async () => {
    const { themes, all } = await form()
    expect(themes.map(({ title }) => title)).toContain('launches.choices.webinar {"name":"Arjen johtaminen"}')
    expect(all[1]?.state).toBe('launches.lacks.webinar')
  })

  it('opens again with what was chosen, and tells of its draft', async () => {
    const { broadcast } = await preview({ channelDelayDays: '5', audience: 'everyone', at: '2026-11-30T09:30' })
    const again = await cardOf('launch-form', press('broadcasts.form', { broadcast }))
    expect(again).toMatchObject({
      broadcast,
      theme: THEME,
      channelDelayDays: 5,
      audience: 'everyone',
      date: '2026-11-30',
      time: '09:30',
      isMoreOpen: true,
    })
  })

  it('is HR’s alone, in their own chat; the attempt of anybody else is kept', async () => {
    for (const verb of ['themes.launches', 'themes.launch', 'themes.ideas'])
      await expect(press(verb, { theme: THEME }, turnOf('sanna'))).rejects.toThrow('refusals.notFound')
    expect(kit.audited.map(({ what, to, outcome }) => [what, to, outcome])).toContainEqual([
      'themes.launch',
      THEME,
      'refused',
    ])
    const inChannel = turnOf('maija', { place: aPlace('channel') })
    await expect(preview({}, inChannel)).rejects.toThrow('launches.refusals.ownChatOnly')
    await expect(broadcasts.commands?.['launch']?.(turnOf('sanna'), kit)).rejects.toThrow('refusals.notFound')
    expect(await kit.store.broadcasts.list(TENANT)).toEqual([])
  })

  it('leads to the ideas of its theme, and a theme without a launch has its own', async () => {
    const ideas = async (theme: string) => (await cardOf('launch-ideas', press('themes.ideas', { theme }))).ideas
    expect((await ideas(THEME)).map(({ heading }) => heading)).toEqual(['Idea 1', 'Idea 2', 'Idea 3'])
    expect(await ideas(BARE)).toEqual([{ heading: '', idea: 'Kysykää kuukauden päästä, mistä oli apua.' }])
    expect((await preview()).ideas).toBe(THEME)
  })
})

describe('the preview of a launch', () => {
  it('counts supervisors and channels, who come two days later, and sends nothing', async () => {
    const { total, skipped, when, advance, broadcast, languages, notes, toolTitle } = await preview()
    expect([total, skipped]).toEqual(['4', '0'])
    expect(when).toBe('launches.when.now')
    // Two days on is a Saturday.
    expect(advance).toBe('launches.when.others {"moment":"ma 30.11.2026 klo 08.00"}')
    expect(languages.map(({ subject }) => subject)).toEqual([
      'Arjen johtaminen',
      'Ledarskap i vardagen',
      'Everyday leadership',
    ])
    expect(notes[0]).toContain('to 3.12.2026 klo 13.00–14.00')
    expect(toolTitle).toContain('broadcasts.withTool')
    expect(recipients(`${broadcast}-advance`)).toEqual(['sanna', 'sami'])
    expect(recipients(broadcast)).toEqual(['19:a', '19:b'])
    for (const { mailing, isHeld } of kit.mailed)
      expect([mailing.kind, mailing.notice, isHeld]).toEqual(['themes.launch', 'themes', true])
  })

  it('is one mailing where supervisors alone get it, with how to raise it', async () => {
    const { broadcast, total, advance } = await preview({ audience: 'supervisors' })
    expect({ total, advance }).toEqual({ total: '2', advance: '' })
    expect(kit.mailed.map(({ mailing }) => mailing.id)).toEqual([broadcast])
    expect(mailed(broadcast)?.mailing.message).toEqual({ verb: 'broadcasts.show', broadcast, part: 'advance' })
  })

  it.each([
    ['everyone', ['sanna', 'sami'], ['antti', 'linnea']],
    ['unit:Kotihoito', ['sanna'], ['antti']],
    ['unit:Kotihoito,channel:key-b', ['sanna'], ['antti', '19:b']],
    ['supervisors,unit:Kotihoito', ['sanna', 'sami'], ['antti']],
  ])('brings it to the supervisors of %s first, and to nobody twice', async (audience, first, later) => {
    const { broadcast } = await preview({ audience })
    expect([recipients(`${broadcast}-advance`), recipients(broadcast)]).toEqual([first, later])
  })

  it('leaves those out who turned new themes off', async () => {
    await kit.store.people.change(TENANT, 'sami', (known) => known && { ...known, off: ['themes'] })
    const { skipped, reasons } = await preview()
    expect({ skipped, reasons }).toEqual({ skipped: '1', reasons: ['launches.reasons.optedOut {"count":1}'] })
  })

  it.each([
    [{ at: '2026-11-25T09:00' }, 'broadcasts.faults.atPast'],
    [{ date: '2026-11-31', time: '09:00' }, 'broadcasts.faults.at'],
    [{ channelDelayDays: '15' }, 'launches.faults.delay'],
    [{ channelDelayDays: -1 }, 'launches.faults.delay'],
    [{ channelDelayDays: '1.5' }, 'launches.faults.delay'],
    [{ channelDelayDays: 'two' }, 'launches.faults.delay'],
    [{ channelDelayDays: 1e12 }, 'launches.faults.delay'],
    [{ channelDelayDays: {} }, 'launches.faults.delay'],
    [{ theme: 't99-none' }, 'broadcasts.faults.theme'],
    [{ theme: 'x'.repeat(41) }, 'broadcasts.faults.theme'],
    [{ theme: undefined }, 'broadcasts.faults.theme'],
    [{ theme: BARE }, 'launches.faults.webinar'],
    [{ theme: BARE, waiver: ' ' }, 'launches.faults.webinar'],
    [{ theme: BARE, waiver: 'x'.repeat(201) }, 'broadcasts.faults.overrideLong'],
    [{ audience: 'nobody' }, 'broadcasts.faults.audience'],
    [{ audience: 'unit:Satama' }, 'broadcasts.faults.unitUnknown'],
    [{ audience: 'language:en' }, 'broadcasts.faults.audienceEmpty'],
  ])('is refused with what is wrong, and nothing is stored: %j', async (given, fault) => {
    expect(await refusal(preview(given))).toContain(fault)
    expect([await kit.store.broadcasts.list(TENANT), kit.mailed]).toEqual([[], []])
  })

  it('tells all that is wrong at once', async () => {
    kit.library = theLibrary((bare) => ({ ...bare, tools: [] }))
    const said = await refusal(preview({ theme: BARE, channelDelayDays: 20, at: 'never', audience: '' }))
    for (const fault of ['faults.tools', 'faults.webinar', 'faults.delay', 'faults.at', 'faults.audience'])
      expect(said).toContain(fault)
  })

  it('takes a reason in place of a webinar, shows it and keeps it in the audit', async () => {
    const waiver = 'Pidettiin {{keväällä}}'
    const { notes } = await preview({ theme: BARE, waiver })
    expect(notes[0]).toContain('launches.notes.waiver')
    expect(notes[0]).not.toContain('{{')
    await launched({ theme: BARE, waiver })
    expect(kit.audited.at(-1)).toMatchObject({ what: 'broadcasts.confirm', note: waiver })
  })

  it('needs no reason with a webinar of HR’s own, and one more where it was cancelled', async () => {
    const webinar = aContent().webinars[0]
    if (webinar === undefined) throw new Error('no webinar')
    await kit.store.webinars.change(TENANT, 'wb-testi', () => ({
      id: 'wb-testi',
      changed: { cancelled: true },
      feedback: {},
    }))
    expect(await refusal(preview())).toContain('launches.faults.webinar')
    const made = { ...webinar, id: 'wb-oma', start: '2026-12-09T09:00' }
    await kit.store.webinars.change(TENANT, 'wb-oma', () => ({ id: 'wb-oma', made, feedback: {} }))
    expect((await preview()).notes[0]).toContain('ke 9.12.2026')
  })

  it('is one draft of its theme, and the token of an earlier preview is void', async () => {
    const one = await preview()
    now = new Date(now.getTime() + 1000)
    const other = await preview({ channelDelayDays: '3' })
    expect(other.broadcast).toBe(one.broadcast)
    expect(await refusal(press('broadcasts.confirm', one))).toContain('broadcasts.refusals.changed')
    expect(await kit.store.broadcasts.list(TENANT)).toHaveLength(1)
  })

  it('is not written by the form of a broadcast', async () => {
    const { broadcast } = await preview()
    const text = { broadcast, title_fi: 'Oma', body_fi: 'Oma', audience: 'everyone' }
    await expect(press('broadcasts.preview', text)).rejects.toThrow('refusals.notFound')
  })
})

describe('a launch', () => {
  it('goes to supervisors at once and waits for the channels; it is kept with its channels and tools', async () => {
    const id = await launched()
    expect((await kit.store.mailings.get(TENANT, `${id}-advance`))?.state).toBe('running')
    const main = await kit.store.mailings.get(TENANT, id)
    expect([main?.state, local(main?.at)]).toEqual(['waiting', '2026-11-30T08:00'])
    expect(await launchRecord()).toEqual({
      id: THEME,
      broadcast: id,
      at: now.toISOString(),
      audience: 'supervisors,channels',
      channels: ['19:a', '19:b'].map((conversation) => ({
        conversation,
        serviceUrl: 'https://service.example',
        team: 'team-1',
      })),
      told: Object.fromEntries(['aa-yksi', 'aa-kaksi', 'aa-kolme', 'aa-nelja', 'aa-viisi'].map((tool) => [tool, 1])),
    })
  })

  it('is kept by a second press, or while it is sent, where a crash came between', async () => {
    const { broadcast, token } = await preview()
    const { launches } = kit.store
    kit.store.launches = { ...launches, change: () => Promise.reject(new Error('killed')) }
    await expect(press('broadcasts.confirm', { broadcast, token })).rejects.toThrow('killed')
    kit.store.launches = launches
    expect(await launchRecord()).toBeUndefined()
    await press('broadcasts.confirm', { broadcast, token })
    expect((await launchRecord())?.broadcast).toBe(broadcast)
    await launches.change(TENANT, THEME, () => undefined)
    await deliver(`${broadcast}-advance`)
    expect((await launchRecord())?.broadcast).toBe(broadcast)
  })

  it('keeps what its recipients were told since, and the channels that got it', async () => {
    const id = await launched()
    const told = { 'aa-yksi': 7 }
    await kit.store.launches.change(TENANT, THEME, (known) => known && { ...known, told, toldAt: NOW.toISOString() })
    await deliver(`${id}-advance`)
    await deliver(id, { '19:a': 'failed' })
    expect(await launchRecord()).toMatchObject({ told, toldAt: NOW.toISOString() })
    expect((await launchRecord())?.channels.map(({ conversation }) => conversation)).toEqual(['19:b'])
  })

  it('keeps its channels when the lists of its recipients are gone', async () => {
    const { broadcast, token } = await preview()
    await press('broadcasts.confirm', { broadcast, token })
    const before = await launchRecord()
    for (const part of [broadcast, `${broadcast}-advance`]) await kit.outbox.forget(TENANT, part)
    await press('broadcasts.confirm', { broadcast, token })
    expect(await launchRecord()).toEqual(before)
  })

  it('is none where it was cancelled before anything left, and still one where supervisors had got it', async () => {
    const id = await launched({ at: '2026-11-30T09:00' })
    expect(await launchRecord()).toBeDefined()
    await press('broadcasts.cancel', { broadcast: id })
    expect(await launchRecord()).toBeUndefined()
    const other = await launched()
    await deliver(`${other}-advance`)
    await press('broadcasts.cancel', { broadcast: other })
    expect(await launchRecord()).toMatchObject({ broadcast: other, channels: [] })
  })

  it('is none where it was taken back', async () => {
    const id = await launched()
    await deliver(`${id}-advance`)
    await press('broadcasts.withdraw', { broadcast: id })
    expect(await launchRecord()).toBeUndefined()
    expect((await report(id)).cancelled).toBe('2')
  })

  it('comes again only where HR says so, and is told when it came; once taken back, the first one counts', async () => {
    const first = await launched({ channelDelayDays: 0 })
    await deliver(`${first}-advance`)
    await deliver(first)
    now = new Date(now.getTime() + 14 * DAY)
    expect(await refusal(preview({ waiver: 'Uudet' }))).toContain(
      'launches.refusals.again {"moment":"to 26.11.2026 klo 14.05"}',
    )
    const { broadcast, warnings } = await preview({ again: 'true', waiver: 'Uudet' })
    expect(broadcast).not.toBe(first)
    expect(warnings).toContain('launches.warnings.again {"moment":"to 26.11.2026 klo 14.05"}')
    const second = await launched({ again: 'true', waiver: 'Uudet' })
    expect((await launchRecord())?.broadcast).toBe(second)
    await press('broadcasts.cancel', { broadcast: second })
    expect((await launchRecord())?.broadcast).toBe(first)
  })

  it('takes both its days from other messages, and gives way to theirs', async () => {
    await launched()
    const text = { title_fi: 'Haku', body_fi: 'Hae nyt.', audience: 'unit:Kotihoito' }
    const on = async (at: string) =>
      (await cardOf('broadcast-preview', press('broadcasts.preview', { ...text, at }))).when
    expect(await on('now')).toContain('pe 27.11.2026')
    expect(await on('2026-11-30T10:00')).toContain('ti 1.12.2026')
    const { when, advance, warnings } = await preview({ theme: BARE, waiver: 'Syy', channelDelayDays: 3 })
    expect([when, advance]).toEqual([
      'launches.when.at {"moment":"pe 27.11.2026 klo 08.00"}',
      'launches.when.others {"moment":"ti 1.12.2026 klo 08.00"}',
    ])
    expect(warnings).toEqual(['broadcasts.warnings.secondToday'])
  })

  it('waits for a second person where many get it, and is a launch once they have approved it', async () => {
    roles.set('aino', ['approver'])
    kit.settings.approvalAbove = 3
    const id = await launched()
    expect(await launchRecord()).toBeUndefined()
    const card = await cardOf('broadcast-preview', press('broadcasts.view', { broadcast: id }, turnOf('aino')))
    expect(card).toMatchObject({ isApproval: true, total: '4', ideas: '' })
    // What was held too long is gone, and made anew.
    for (const part of [id, `${id}-advance`]) await kit.outbox.forget(TENANT, part)
    await press('broadcasts.approve', { broadcast: id }, turnOf('aino'))
    expect((await launchRecord())?.broadcast).toBe(id)
    expect([recipients(`${id}-advance`), recipients(id)]).toEqual([
      ['sanna', 'sami'],
      ['19:a', '19:b'],
    ])
  })

  it('renews an expired preview as a launch', async () => {
    const { broadcast, token } = await preview()
    now = new Date(now.getTime() + 11 * 60_000)
    const renewed = await cardOf('broadcast-preview', press('broadcasts.confirm', { broadcast, token }))
    expect(renewed).toMatchObject({ news: 'broadcasts.renewed', total: '4', ideas: THEME })
    expect(mailed(`${broadcast}-advance`)?.mailing.kind).toBe('themes.launch')
  })

  it('shows the time anew where the window has closed for supervisors, though not for the channels', async () => {
    now = new Date('2026-11-26T13:57:00Z')
    const { broadcast, token } = await preview()
    now = new Date('2026-11-26T14:03:00Z')
    const renewed = await cardOf('broadcast-preview', press('broadcasts.confirm', { broadcast, token }))
    expect([renewed.when, renewed.advance]).toEqual([
      'launches.when.at {"moment":"pe 27.11.2026 klo 08.00"}',
      'launches.when.others {"moment":"ma 30.11.2026 klo 08.00"}',
    ])
  })

  it('stands by its theme in the list, and is tried as supervisors get it, in each language', async () => {
    const { broadcast } = await preview()
    const list = await cardOf('broadcasts', press('broadcasts.list', {}))
    expect(list.drafts.map(({ subject }) => subject)).toEqual(['broadcasts.withTheme {"title":"Arjen johtaminen"}'])
    const tried = await cardOf('launch', press('broadcasts.test', { broadcast }))
    expect(tried.raise).toHaveLength(3)
    expect(kit.posted.map(({ message }) => [message.card, message.language])).toEqual([
      ['launch', 'sv'],
      ['launch', 'en'],
    ])
  })

  it('is not corrected, for its texts are the content’s; another form opens in place of a copy', async () => {
    const id = await launched()
    await deliver(`${id}-advance`)
    await deliver(id)
    expect(await report(id)).toMatchObject({ canCorrect: false, canWithdraw: true, ideas: THEME, presses: [] })
    for (const verb of ['broadcasts.edit', 'broadcasts.correct'])
      await expect(press(verb, { broadcast: id })).rejects.toThrow('launches.refusals.correct')
    const copy = await cardOf('launch-form', press('broadcasts.duplicate', { broadcast: id }))
    expect(copy).toMatchObject({ theme: THEME, broadcast: '', again: 'false' })
    expect(await kit.store.broadcasts.list(TENANT)).toHaveLength(1)
  })
})

describe('the card of a launched theme', () => {
  const shown = (broadcast: string, data: object = {}, turn = turnOf('sanna')) =>
    cardOf('launch', press('broadcasts.show', { broadcast, ...data }, turn))

  it('says why now, what to do first, and when the webinar is on the reader’s clock', async () => {
    const id = await launched()
    const card = await shown(id)
    expect(card).toMatchObject({
      name: 'Arjen johtaminen',
      why: 'Vuosi alkaa, ja moni asia on auki.',
      step: 'Kokeile ensin tätä.',
      tool: 'aa-yksi',
      raise: [],
      advance: '',
      isOwn: true,
    })
    expect(card.webinars).toEqual([
      { id: 'wb-testi', title: 'Viesti menee perille', times: 'to 3.12.2026 klo 13.00–14.00' },
    ])
    expect(card.theories[0]?.paragraphs.length).toBeGreaterThan(0)
    const abroad = turnOf('sanna', { language: 'en', zone: 'Europe/London' })
    expect((await shown(id, {}, abroad)).webinars[0]?.times).toContain('11:00–12:00')
    expect((await shown(id, {}, turnOf('sanna', { place: aPlace('channel') }))).isOwn).toBe(false)
  })

  it('tells supervisors how to raise it, and when their team gets it, until it has', async () => {
    const id = await launched()
    const early = await shown(id, { part: 'advance' })
    expect(early.raise).toHaveLength(3)
    expect(early.advance).toBe('launches.teamGets {"moment":"ma 30.11.2026 klo 08.00"}')
    await deliver(id)
    expect((await shown(id, { part: 'advance' })).advance).toBe('')
  })

  it('leaves a webinar out that was cancelled or is over', async () => {
    const id = await launched()
    await kit.store.webinars.change(TENANT, 'wb-testi', () => ({
      id: 'wb-testi',
      changed: { cancelled: true },
      feedback: {},
    }))
    expect((await shown(id)).webinars).toEqual([])
    await kit.store.webinars.change(TENANT, 'wb-testi', () => undefined)
    expect((await shown(id)).webinars).toHaveLength(1)
    now = new Date('2026-12-03T12:00:00Z')
    expect((await shown(id)).webinars).toEqual([])
  })

  it('is refused before it was sent, and where the theme has been taken out', async () => {
    const { broadcast, token } = await preview()
    await expect(shown(broadcast)).rejects.toBeInstanceOf(Refusal)
    await press('broadcasts.confirm', { broadcast, token })
    kit.library = () => ({ ...library(), themes: [] })
    await expect(shown(broadcast)).rejects.toThrow('refusals.notFound')
  })
})
