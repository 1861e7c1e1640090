import { beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { webinarSchema, type Webinar } from '../../src/domain/content.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import type { WebinarRecord } from '../../src/domain/records.ts'
import { makeWebinar, REMINDER_CHOICES, type WebinarForm } from '../../src/domain/webinar-form.ts'
import { startOf } from '../../src/domain/webinar.ts'
import type { Cards } from '../../src/cards.ts'
import { signUpId } from '../../src/features/webinars/attendance.ts'
import { counted, feedbackLines } from '../../src/features/webinars/feedback-totals.ts'
import { webinars } from '../../src/features/webinars/index.ts'
import { Refusal, type Answer, type Message, type Role, type Turn } from '../../src/kit.ts'
import { aWebinar } from '../support/content.ts'
import { aKit, aPlace, aTurn, NOW, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
/** In the content files: on 3 December 2026 at 13.00, an hour. */
const OF_FILE = 'wb-testi'
const ORGANISER = 'aaaaaaaa-2222-4333-8444-bbbbbbbbbbbb'
const FORM = {
  kind: 'webinar',
  theme: 't01-testi',
  date: '2027-01-19',
  time: '13:00',
  minutes: 60,
  title_fi: 'Kysy hyvin',
  description_fi: 'Näet kolme kysymystä.',
  speakers_fi: 'Valmentaja, Esihenkilö',
  spoken: 'fi',
}
const SWEDISH = { title_sv: 'Fråga väl', description_sv: 'Du får se tre frågor.' }
const RECORDING = {
  recording: 'https://example.com/video',
  recordingMinutes: '54',
  recordingCaptions: ['fi', 'sv'],
  expires: '2027-12-31',
}

const library = aKit().library()

let kit: FakeKit
let now: Date
let roles: Map<string, Role[]>
let ofFile: Webinar

beforeEach(() => {
  now = NOW
  roles = new Map([['hanna', ['hr']]])
  ofFile = aWebinar()
  kit = aKit({
    clock: { now: () => now },
    library: () => ({ ...library, webinars: [ofFile] }),
    roles: ({ id }) => Promise.resolve(new Set(roles.get(id) ?? [])),
  })
})

const turnOf = (id: string, given: Partial<Turn> = {}): Turn =>
  aTurn({ person: { tenant: TENANT, id, userId: `29:${id}`, name: id }, now, ...given })

async function press(verb: string, data: object = {}, turn = turnOf('hanna')): Promise<Answer> {
  const action = webinars.actions?.[`webinars.${verb}`]
  if (action === undefined) throw new Error(`no button ${verb}`)
  return action.run(turn, kit, data)
}

async function cardOf<Name extends keyof Cards>(name: Name, answer: Promise<Answer>): Promise<Cards[Name]> {
  const message = messageOf(await answer)
  if (message.card !== name) throw new Error(`${message.card} came in place of ${name}`)
  return message.data as Cards[Name]
}

function messageOf(answer: Answer): Message {
  if ('say' in answer) throw new Error(`a text came: ${answer.say}`)
  return 'open' in answer ? answer.open : answer.replace
}

const refused = async (answer: Promise<Answer>): Promise<string> => {
  const error: unknown = await answer.then(
    () => undefined,
    (fault: unknown) => fault,
  )
  if (error instanceof Refusal) return error.message
  throw new Error(`it was not refused: ${String(error)}`)
}

const preview = (form: object = {}) => cardOf('webinar-preview', press('create', { ...FORM, ...form }))

async function published(form: object = {}): Promise<string> {
  const { webinar, token } = await preview(form)
  await press('publish', { webinar, token })
  return webinar
}

const stored = async (id: string): Promise<WebinarRecord | undefined> => kit.store.webinars.get(TENANT, id)
const listed = async (): Promise<string[]> => {
  const { ahead } = await cardOf('webinars', press('list'))
  return ahead.map(({ id }) => id)
}
const manage = (webinar: string, turn?: Turn, more: object = {}) =>
  cardOf('webinar-manage', press('manage', { webinar, ...more }, turn))
const signUp = (webinar: string, id: string) => press('signup', { webinar }, turnOf(id))
const told = (kind: string) =>
  kit.mailed
    .filter(({ mailing }) => mailing.kind === kind)
    .flatMap(({ deliveries }) => deliveries.map(({ to }) => ('person' in to ? to.person : '')))
const done = () => kit.audited.filter(({ outcome }) => outcome === 'done').map(({ what }) => what)

describe('who may run webinars', () => {
  const HR_VERBS = ['form', 'create', 'preview', 'publish', 'manage', 'change', 'move', 'add', 'cancel']

  it.each(HR_VERBS)('is HR alone, and an attempt is kept: %s', async (verb) => {
    const data = { webinar: OF_FILE, token: 'x' }
    expect(await refused(press(verb, data, turnOf('antti')))).toBe('refusals.notFound')
    expect(kit.audited).toEqual([{ what: `webinars.${verb}`, to: OF_FILE, outcome: 'refused', note: '' }])
  })

  it.each(HR_VERBS)('does it in the own chat: %s', async (verb) => {
    const turn = turnOf('hanna', { place: aPlace('channel') })
    expect(await refused(press(verb, { webinar: OF_FILE, token: 'x' }, turn))).toBe('webinars.hr.refusals.ownChatOnly')
  })

  it('is offered to make one, and how many signed up, as HR in the own chat', async () => {
    await signUp(OF_FILE, 'antti')
    const seen = async (turn: Turn) => {
      const { canMake } = await cardOf('webinars', press('list', {}, turn))
      const { ways, facts } = await cardOf('webinar', press('show', { webinar: OF_FILE }, turn))
      return [
        canMake,
        ways.some(({ verb }) => verb === 'webinars.manage'),
        facts.find(({ label }) => label === 'webinars.hr.manage.signedUp')?.line,
      ]
    }
    expect(await seen(turnOf('hanna'))).toEqual([true, true, '1'])
    expect(await seen(turnOf('antti'))).toEqual([false, false, undefined])
    expect(await seen(turnOf('hanna', { place: aPlace('channel') }))).toEqual([false, false, undefined])
  })
})

describe('a webinar that HR makes', () => {
  it('begins with an hour in the zone of the organisation and all reminders', async () => {
    const form = await cardOf('webinar-form', press('form'))
    expect(form).toMatchObject({ minutes: 60, zone: 'Europe/Helsinki', spoken: 'fi', reminders: REMINDER_CHOICES[0] })
    expect(form.themes.map(({ value }) => value)).toEqual(['t01-testi'])
  })

  it('is seen by nobody until it is published, and is then on the list with what was written', async () => {
    const { webinar, token } = await preview({ capacity: '40', join: 'https://example.com/join', login: 'true' })
    expect(await listed()).toEqual([OF_FILE])
    for (const verb of ['show', 'signup'])
      expect(await refused(press(verb, { webinar }, turnOf('antti')))).toBe('refusals.notFound')
    const { news } = await cardOf('webinar-manage', press('publish', { webinar, token }))
    expect(news).toBe('webinars.hr.news.published')
    expect(await listed()).toEqual([OF_FILE, webinar])
    expect(webinarSchema.parse((await stored(webinar))?.made)).toMatchObject({
      state: 'published',
      start: '2027-01-19T13:00',
      zone: 'Europe/Helsinki',
      minutes: 60,
      capacity: 40,
      login_required: true,
      reminders: ['P7D', 'P1D', 'PT1H'],
      text: { fi: { title: 'Kysy hyvin', speakers: ['Valmentaja', 'Esihenkilö'], organiser: 'webinars.hr.organiser' } },
    })
    expect([done(), told('webinars.news')]).toEqual([['webinars.publish'], []])
  })

  it('is one, however often its form and its publishing are pressed', async () => {
    const [one, other] = await Promise.all([preview(), preview()])
    expect(other.webinar).toBe(one.webinar)
    await Promise.all([press('publish', one), press('publish', other)])
    const { news } = await cardOf('webinar-manage', press('create', FORM))
    expect(news).toBe('webinars.hr.news.alreadyPublished')
    expect(await listed()).toEqual([OF_FILE, one.webinar])
    expect(done()).toEqual(['webinars.publish'])
  })

  it('stays on HR’s own list until it is published', async () => {
    const { webinar, token } = await preview()
    const drafts = async (turn: Turn) => (await cardOf('webinars', press('list', {}, turn))).drafts.map(({ id }) => id)
    expect([await drafts(turnOf('hanna')), await drafts(turnOf('antti'))]).toEqual([[webinar], []])
    expect((await cardOf('webinar-preview', press('preview', { webinar }))).token).toBe(token)
    await press('publish', { webinar, token })
    expect(await drafts(turnOf('hanna'))).toEqual([])
  })

  it('is published as the preview showed it, or not at all', async () => {
    const { webinar, token } = await preview()
    const later = await preview({ webinar, title_fi: 'Kysy vielä paremmin' })
    expect(later.webinar).toBe(webinar)
    expect(await refused(press('publish', { webinar, token }))).toBe('webinars.hr.refusals.changed')
    expect(await listed()).toEqual([OF_FILE])
    await press('publish', { webinar, token: later.token })
    expect((await stored(webinar))?.made?.text.fi.title).toBe('Kysy vielä paremmin')
    expect(await refused(press('create', { ...FORM, webinar }))).toBe('webinars.hr.refusals.published')
    expect(await refused(press('form', { webinar }))).toBe('webinars.hr.refusals.published')
  })

  it('is not published once its time has passed', async () => {
    const { webinar, token } = await preview({ date: '2026-11-27' })
    now = new Date('2026-11-28T12:00:00Z')
    expect(await refused(press('publish', { webinar, token }))).toContain('webinars.hr.faults.past')
    expect((await stored(webinar))?.made?.state).toBe('draft')
  })

  it('stands in another language where its own is missing: the preview says so, the form shows what was written', async () => {
    const { webinar, languages } = await preview({ ...SWEDISH, title_fi: '', description_fi: '' })
    expect(languages.map(({ fallback, subject }) => fallback || subject)).toEqual([
      'broadcasts.fallback.fi.sv',
      'Fråga väl',
      'broadcasts.fallback.en.sv',
    ])
    const { text } = (await stored(webinar))?.made ?? {}
    expect(LANGUAGES.map((language) => text?.[language].title)).toEqual(['Fråga väl', 'Fråga väl', 'Fråga väl'])
    // The speakers alone were written in Finnish.
    expect(text?.sv.speakers).toEqual(['Valmentaja', 'Esihenkilö'])
    const form = await cardOf('webinar-form', press('form', { webinar }))
    expect([form.title_fi, form.title_sv, form.title_en]).toEqual(['', 'Fråga väl', ''])
  })

  it('comes back to the form as it was written', async () => {
    const given = { ...FORM, ...SWEDISH, captions: 'fi,sv', capacity: '12', reminders: 'PT1H', speakers_sv: 'Coach' }
    const { webinar } = await preview(given)
    const form = await cardOf('webinar-form', press('form', { webinar }))
    expect(form).toMatchObject({ ...given, organiser_sv: 'webinars.hr.organiser', zone: 'Europe/Helsinki' })
  })

  it('tells all that is wrong at once and stores nothing', async () => {
    const said = await refused(
      press('create', {
        ...FORM,
        kind: 'party',
        theme: 't99-ei',
        date: '2026-02-30',
        minutes: '5',
        title_fi: 'x'.repeat(61),
        title_sv: 'Bara en rubrik',
        speakers_fi: '',
        spoken: '',
        join: 'http://example.com/join',
        registration: 'https://evil.example/x',
        capacity: 'monta',
        reminders: 'P2D',
      }),
    )
    const faults = said.split('\n\n').map((line) => line.replace(/ \{.*/, ''))
    expect(faults).toEqual([
      'webinars.hr.faults.intro',
      ...['kind', 'theme', 'when', 'minutes', 'speakers'].map((name) => `webinars.hr.faults.${name}`),
      'broadcasts.languages.fi: webinars.hr.faults.titleLong',
      'broadcasts.languages.sv: webinars.hr.faults.description',
      ...['spoken', 'join', 'registration', 'capacity', 'reminders'].map((name) => `webinars.hr.faults.${name}`),
    ])
    expect(await kit.store.webinars.list(TENANT)).toEqual([])
  })

  it.each([
    ['has passed', { date: '2026-11-26', time: '14:04' }, 'past'],
    ['is more than a year ahead', { date: '2028-01-19' }, 'far'],
    ['is on no clock of its zone, which a clock change leaps over', { date: '2027-03-28', time: '03:30' }, 'when'],
    ['is missing', { time: '' }, 'when'],
    ['is in a zone that there is not', { zone: 'Europe/Turku' }, 'zone'],
  ])('is refused where its time %s', async (_, change, fault) => {
    expect(await refused(press('create', { ...FORM, ...change }))).toBe(
      `webinars.hr.faults.intro\n\nwebinars.hr.faults.${fault}`,
    )
  })

  it('says of a link behind a login that it is, though the form does not', async () => {
    kit.settings.linkHosts = ['teams.microsoft.com']
    const { webinar } = await preview({ join: 'https://teams.microsoft.com/l/meetup-join/1' })
    expect((await stored(webinar))?.made).toMatchObject({
      login_required: true,
      text: { sv: { login_note: 'webinars.hr.loginNote' } },
    })
  })

  it('keeps no text that a card would read as a date, or that runs the other way', async () => {
    const { webinar } = await preview({ title_fi: '\u202e{{DATE(2026-11-26T12:05:00Z)}}' })
    const { title } = (await stored(webinar))?.made?.text.fi ?? {}
    expect(title).not.toMatch(/\{\{|\}\}|\u202e/)
  })

  it('is complete and within every limit, whatever was typed', () => {
    const text = fc.record({
      title: oneOf('Otsikko', 'x'.repeat(60)),
      description: oneOf('Kuvaus'),
      speakers: oneOf('Kouluttaja', 'a,b;c'),
      organiser: oneOf('HR'),
      loginNote: oneOf('Kirjaudu'),
    })
    const forms = fc.record({
      kind: oneOf('webinar', 'guidance'),
      theme: oneOf('t01-testi'),
      date: oneOf('2027-03-28', '2026-12-01'),
      time: oneOf('13:00', '03:30'),
      zone: oneOf('Europe/Helsinki', 'Atlantic/Azores'),
      minutes: oneOf('60', '240'),
      text: fc.record({ fi: text, sv: text, en: text }),
      spoken: oneOf('fi', 'fi,sv'),
      captions: oneOf('', 'en'),
      join: oneOf('', 'https://example.com/a'),
      registration: oneOf('', 'https://example.com/b'),
      login: fc.boolean(),
      capacity: oneOf('', '30'),
      reminders: oneOf('P1D,PT1H', 'none'),
    }) satisfies fc.Arbitrary<WebinarForm>
    let made = 0
    fc.assert(
      fc.property(forms, (form) => {
        const result = makeWebinar(form, {
          id: 'wb-abc',
          now: NOW,
          timeZone: 'Europe/Helsinki',
          linkHosts: ['example.com'],
          hasTheme: (id) => id === 't01-testi',
          defaultLanguage: 'fi',
          defaults: { fi: DEFAULTS, sv: DEFAULTS, en: DEFAULTS },
        })
        if ('faults' in result) return result.faults.length > 0
        made++
        const { webinar, writtenIn } = result
        expect(webinarSchema.parse(webinar)).toEqual(webinar)
        expect(startOf(webinar) > NOW && writtenIn.length > 0).toBe(true)
        return LANGUAGES.every((language) => webinar.text[language].title.length <= 180)
      }),
      { numRuns: 300 },
    )
    expect(made).toBeGreaterThan(10)
  })
})

const DEFAULTS = { organiser: 'HR', loginNote: 'Kirjaudu' }

/** Mostly what fits. */
function oneOf(...fitting: string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...fitting) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
  )
}

describe('a webinar that is moved or cancelled', () => {
  const TO = { webinar: OF_FILE, date: '2026-12-04', time: '09:00', minutes: '90' }

  it('has another time, and everybody who signed up is told once', async () => {
    await signUp(OF_FILE, 'antti')
    const { moveText } = await cardOf('webinar-change', press('change', { webinar: OF_FILE }))
    expect(moveText).toBe('webinars.hr.change.moveText {"count":1}')
    const { news } = await cardOf('webinar-manage', press('move', TO))
    expect(news).toBe('webinars.hr.news.moved {"count":1}')
    expect((await stored(OF_FILE))?.changed).toEqual({ start: '2026-12-04T09:00', minutes: 90 })
    expect(await refused(press('move', TO))).toBe('webinars.hr.refusals.unchanged')
    expect([told('webinars.news'), done()]).toEqual([['antti'], ['webinars.move']])
  })

  it('is told of though a crash came between the change and the telling, when it is pressed again', async () => {
    await signUp(OF_FILE, 'antti')
    const { outbox } = kit
    kit.outbox = { ...outbox, post: () => Promise.reject(new Error('it goes down')) }
    await expect(press('move', TO)).rejects.toThrow('it goes down')
    kit.outbox = outbox
    await refused(press('move', TO))
    expect(told('webinars.news')).toEqual(['antti'])
  })

  it('moves one that HR made, in its own zone', async () => {
    const webinar = await published({ zone: 'Europe/Stockholm' })
    await press('move', { ...TO, webinar })
    const { times } = await manage(webinar)
    expect(times).toContain('klo 09.00–10.30')
  })

  it('is not moved to a time that has passed, and not once it is over', async () => {
    expect(await refused(press('move', { ...TO, date: '2026-11-20' }))).toContain('webinars.hr.faults.past')
    expect(await refused(press('move', { ...TO, minutes: '' }))).toContain('webinars.hr.faults.minutes')
    now = new Date('2026-12-03T12:00:00Z')
    expect(await refused(press('move', TO))).toBe('webinars.hr.refusals.over')
    expect(await stored(OF_FILE)).toBeUndefined()
  })

  it('is cancelled for good: the card says before how many are told, and they are told once', async () => {
    for (const id of ['antti', 'linnea']) await signUp(OF_FILE, id)
    expect(await manage(OF_FILE)).toMatchObject({ canCancel: true, cancelText: expect.stringContaining('"count":2') })
    await press('cancel', { webinar: OF_FILE })
    await press('cancel', { webinar: OF_FILE })
    expect([told('webinars.news').toSorted(), done()]).toEqual([['antti', 'linnea'], ['webinars.cancel']])
    expect(await listed()).toEqual([])
    expect(await manage(OF_FILE)).toMatchObject({ canCancel: false, canChange: false })
    for (const verb of ['move', 'add', 'change'])
      expect(await refused(press(verb, TO))).toBe('webinars.hr.refusals.cancelled')
  })

  it('is not cancelled once it has begun', async () => {
    now = new Date('2026-12-03T11:00:00Z')
    expect(await refused(press('cancel', { webinar: OF_FILE }))).toBe('webinars.hr.refusals.begun')
  })

  it('may be made again as it was after it was cancelled', async () => {
    const first = await published()
    await press('cancel', { webinar: first })
    expect(await published()).not.toBe(first)
  })
})

describe('what is added to a webinar', () => {
  it('is what was filled in, and the rest stays', async () => {
    await press('add', { webinar: OF_FILE, join: 'https://example.com/join' })
    await press('add', { webinar: OF_FILE, ...RECORDING, tools: ['aa-yksi', 'aa-kaksi'] })
    expect((await stored(OF_FILE))?.changed).toEqual({
      join: 'https://example.com/join',
      login_required: false,
      recording: {
        link: 'https://example.com/video',
        minutes: 54,
        captions: ['fi', 'sv'],
        login_required: false,
        expires: '2027-12-31',
      },
      tools: ['aa-yksi', 'aa-kaksi'],
    })
    const form = await cardOf('webinar-change', press('change', { webinar: OF_FILE }))
    expect(form).toMatchObject({ ...RECORDING, recordingCaptions: 'fi,sv', join: 'https://example.com/join' })
    expect(await refused(press('add', { ...form, recordingCaptions: 'fi,sv' }))).toContain('webinars.hr.faults.nothing')
  })

  it('seats those who wait where it is more seats, who are told once', async () => {
    ofFile = aWebinar({ capacity: 1 })
    for (const id of ['antti', 'linnea', 'fatima', 'jukka']) await signUp(OF_FILE, id)
    expect(await manage(OF_FILE)).toMatchObject({ signedUp: '4', waiting: '3', seats: '1' })
    const { news } = await cardOf('webinar-manage', press('add', { webinar: OF_FILE, capacity: '3' }))
    expect(news).toBe('webinars.hr.news.seated {"count":2}')
    expect(told('webinars.seat')).toEqual(['linnea', 'fatima'])
    expect(await manage(OF_FILE)).toMatchObject({ signedUp: '4', waiting: '1', seats: '3' })
  })

  it.each([
    ['a link that is not allowed', { join: 'https://evil.example' }, ['join']],
    ['no number of seats', { capacity: '0' }, ['capacity']],
    ['a recording without its length and day', { recording: 'https://example.com/v' }, ['recordingMinutes', 'expires']],
    ['a day before the webinar', { ...RECORDING, expires: '2026-12-02' }, ['expires']],
    ['a day without a recording', { expires: '2027-12-31' }, ['recording', 'recordingMinutes']],
    ['a tool that there is not', { tools: 'aa-yksi,xx-ei' }, ['tools']],
    ['nothing', {}, ['nothing']],
  ])('is refused and not stored: %s', async (_, given, faults) => {
    const said = await refused(press('add', { webinar: OF_FILE, ...given }))
    const found = [...said.matchAll(/webinars\.hr\.faults\.(\w+)/g)].map(([, name]) => name)
    expect(found).toEqual(['intro', ...faults])
    expect(await stored(OF_FILE)).toBeUndefined()
  })
})

describe('the page of those who run a webinar', () => {
  beforeEach(async () => {
    ofFile = aWebinar({ organiser_id: ORGANISER, capacity: 1 })
    kit.chats.nameOf = (_, userId) => Promise.resolve(userId.replace('29:', 'Nimi '))
    for (const id of ['antti', 'linnea']) {
      await signUp(OF_FILE, id)
      const ownChat = { conversation: `own-${id}`, serviceUrl: 'https://service.example' }
      await kit.store.people.change(TENANT, id, () => ({ id, userId: `29:${id}`, ownChat }))
    }
  })

  it('shows names to the organiser named in the file alone, and stores none', async () => {
    const { people, signedUp, canChange } = await manage(OF_FILE, turnOf(ORGANISER.toUpperCase()))
    expect(people.map(({ line }) => line)).toEqual(['Nimi antti', 'webinars.hr.manage.waits {"name":"Nimi linnea"}'])
    expect([signedUp, canChange]).toEqual(['2', false])
    expect(await manage(OF_FILE)).toMatchObject({ people: [], signedUp: '2', waiting: '1', canChange: true })
    const everything = JSON.stringify([await stored(OF_FILE), await kit.store.signUps.list(TENANT)])
    expect(everything).not.toContain('Nimi')
  })

  it('refuses names in a channel, even to the organiser', async () => {
    const turn = turnOf(ORGANISER, { place: aPlace('channel') })
    expect(await refused(press('manage', { webinar: OF_FILE }, turn))).toBe('webinars.hr.refusals.ownChatOnly')
  })

  it('says that a name was not told where the platform fails', async () => {
    kit.chats.nameOf = () => Promise.reject(new Error('gone'))
    const { people } = await manage(OF_FILE, turnOf(ORGANISER))
    expect(people[0]?.line).toBe('webinars.hr.manage.unnamed')
  })

  it('gives many names page by page, each once', async () => {
    ofFile = aWebinar({ organiser_id: ORGANISER })
    for (let at = 0; at < 30; at++) await signUp(OF_FILE, `p${at}`)
    const first = await manage(OF_FILE, turnOf(ORGANISER))
    const second = await manage(OF_FILE, turnOf(ORGANISER), { from: first.more })
    expect([first.people.length, second.people.length, second.more]).toEqual([25, 7, ''])
  })

  it('has neither numbers nor names when the sign-ups are forgotten', async () => {
    now = new Date('2027-01-05T12:00:00Z')
    expect(await manage(OF_FILE, turnOf(ORGANISER))).toMatchObject({ isKept: false, people: [] })
  })
})

describe('feedback', () => {
  const GOOD = { useful: '8', step: 'week', next: 'practice' }
  const give = (id: string, answer: object = GOOD) => press('answer', { webinar: OF_FILE, ...answer }, turnOf(id))
  const afterwards = () => {
    now = new Date('2026-12-03T12:00:00Z')
  }
  const lines = async () => (await manage(OF_FILE)).feedback

  it('is asked of those who signed up, when it is over', async () => {
    await signUp(OF_FILE, 'antti')
    const ask = (id: string) => press('feedback', { webinar: OF_FILE }, turnOf(id))
    expect(await refused(ask('antti'))).toBe('webinars.feedback.refusals.notYet')
    expect(await refused(give('antti'))).toBe('webinars.feedback.refusals.notYet')
    afterwards()
    expect((await cardOf('webinar-feedback', ask('antti'))).canAnswer).toBe(true)
    expect(await refused(ask('linnea'))).toBe('webinars.feedback.refusals.notSignedUp')
    expect(await refused(give('linnea'))).toBe('webinars.feedback.refusals.notSignedUp')
    expect((await stored(OF_FILE))?.feedback).toEqual({})
  })

  it('is counted once a person, however often it is sent', async () => {
    await signUp(OF_FILE, 'antti')
    afterwards()
    const [first, second] = await Promise.all([give('antti'), give('antti', { ...GOOD, useful: '1' })])
    expect([first, second].map(messageOf).map(({ data }) => data)).toMatchObject([
      { note: 'webinars.feedback.thanks' },
      { note: 'webinars.feedback.already' },
    ])
    expect((await stored(OF_FILE))?.feedback).toEqual({ useful: { 8: 1 }, step: { week: 1 }, next: { practice: 1 } })
  })

  it('is never counted twice, though a crash comes between its two writes', async () => {
    await signUp(OF_FILE, 'antti')
    afterwards()
    const { webinars: records } = kit.store
    kit.store.webinars = { ...records, change: () => Promise.reject(new Error('it goes down')) }
    await expect(give('antti')).rejects.toThrow('it goes down')
    kit.store.webinars = records
    await give('antti')
    expect((await stored(OF_FILE))?.feedback).toEqual({})
  })

  it.each([
    ['11', { ...GOOD, useful: '11' }, 'usefulRequired'],
    ['no step', { useful: '8', next: 'tool' }, 'stepRequired'],
    ['a made-up choice', { ...GOOD, next: '__proto__' }, 'nextRequired'],
  ])('is refused where it is %s', async (_, answer, key) => {
    await signUp(OF_FILE, 'antti')
    afterwards()
    expect(await refused(give('antti', answer))).toBe(`webinars.feedback.${key}`)
    const id = signUpId(kit, TENANT, OF_FILE, 'antti')
    expect((await kit.store.signUps.get(TENANT, id))?.gaveFeedback).toBeUndefined()
  })

  it('reaches HR as totals, from the threshold on, and says nothing of fewer', async () => {
    const five = ['antti', 'linnea', 'fatima', 'jukka', 'sari']
    for (const id of five) await signUp(OF_FILE, id)
    expect(await lines()).toEqual([])
    afterwards()
    for (const id of five.slice(1)) await give(id)
    expect(await lines()).toEqual(['webinars.feedback.totals.few {"k":5}'])
    await give('antti', { useful: '3', step: 'none', next: 'practice' })
    const said = await lines()
    expect(said.slice(0, 2)).toEqual([
      'webinars.feedback.totals.answers {"count":5,"k":5}',
      'webinars.feedback.totals.useful {"mean":"7,0"}',
    ])
    expect(said).toContain('webinars.feedback.totals.choice {"choice":"webinars.feedback.steps.none","number":1}')
    expect(said).toContain('webinars.feedback.totals.choice {"choice":"webinars.feedback.nexts.practice","number":5}')
  })

  it('is the same at two looks, or differs by as many answers as the threshold is', () => {
    const answers = fc.array(
      fc.record({
        useful: fc.constantFrom('0', '5', '10'),
        step: fc.constantFrom('month', 'week', 'none'),
        next: fc.constantFrom('practice', 'tool'),
      }),
      { maxLength: 40 },
    )
    const numbers = (of: string[]) => of.map((line) => Number(/"(?:number|count)":(\d+)/.exec(line)?.[1] ?? 0))
    fc.assert(
      fc.property(answers, fc.integer({ min: 4, max: 9 }), (given, k) => {
        const itsKit = { ...kit, settings: { ...kit.settings, threshold: k } }
        let feedback: WebinarRecord['feedback'] = {}
        let last = feedbackLines(turnOf(ORGANISER), itsKit, { id: OF_FILE, feedback })
        for (const [at, answer] of given.entries()) {
          feedback = counted(feedback, answer, k)
          const look = feedbackLines(turnOf(ORGANISER), itsKit, { id: OF_FILE, feedback })
          const [count = 0, before = 0] = [numbers(look)[0], numbers(last)[0]]
          if (count === before) expect(look).toEqual(last)
          else expect(count - before).toBeGreaterThanOrEqual(k)
          // Nor is more held back than what keeps looks apart.
          expect(at + 1 - count).toBeLessThan(k)
          last = look
        }
      }),
    )
  })
})
