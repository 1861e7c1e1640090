import { describe, expect, it } from '@jest/globals'
import { checkContent } from '../../src/domain/content-checks.ts'
import type { Finding } from '../../src/domain/content-findings.ts'
import { sentenceOf, type Rule } from '../../src/domain/content-messages.ts'
import { launchSchema, webinarSchema, type Content, type Launch, type Webinar } from '../../src/domain/content.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { aContent, TODAY } from '../support/content.ts'

type Case = [what: string, breaks: (content: Content) => void, rule: Rule, at: string]

const LINK = 'https://meet.example.org/1'

function findings(breaks: (content: Content) => void): Finding[] {
  const content = aContent()
  breaks(content)
  return checkContent(content, { today: TODAY, linkHosts: ['example.org', 'teams.microsoft.com'] })
}

function placed(found: readonly Finding[]): string[] {
  return found.map(({ level, rule, file, language, field }) => [level, rule, file, language, field].join(' '))
}

function webinar(change: (webinar: Webinar) => void): (content: Content) => void {
  return ({ webinars }) => webinars.forEach(change)
}

function launch(change: (launch: Launch) => void): (content: Content) => void {
  return ({ launches }) => launches.forEach(change)
}

const recording = { link: LINK, minutes: 60, captions: [], login_required: false, expires: '2027-01-31' }

const WEBINARS: Case[] = [
  [
    'a title over 60 characters',
    webinar(({ text }) => (text.sv.title = 'Det här är långt. '.repeat(4).trim())),
    'too-long',
    'sv title',
  ],
  [
    'a description that explains at length',
    webinar(({ text }) => (text.en.description = 'You see three short ways. '.repeat(16).trim())),
    'too-long',
    'en description',
  ],
  [
    'a sentence of 21 words',
    webinar(({ text }) => (text.sv.description = `${'du '.repeat(20)}talar.`)),
    'long-sentence',
    'sv description',
  ],
  [
    'a speaker that one language lacks',
    webinar(({ text }) => text.en.speakers.push('Coach')),
    'parts-differ',
    'en speakers',
  ],
  [
    'a speaker by name',
    webinar(({ text }) => (text.fi.speakers = ['Kouluttaja Liisa Virtanen'])),
    'person-name',
    'fi speakers.1',
  ],
  [
    'the organiser’s mail address',
    webinar(({ text }) => (text.fi.organiser = 'hr@kunta.fi')),
    'contact-detail',
    'fi organiser',
  ],
  [
    'a banned word',
    webinar(({ text }) => (text.fi.description = 'Kutsu esimies mukaan.')),
    'banned-word',
    'fi description',
  ],
  [
    'a text in another language',
    webinar(({ text }) => (text.sv.description = 'You will see three short ways of saying it.')),
    'wrong-language',
    'sv description',
  ],
  ['a length of five hours', webinar((one) => (one.minutes = 300)), 'minutes-range', ' minutes'],
  ['a day that no calendar has', webinar((one) => (one.start = '2027-02-29T13:00')), 'no-such-time', ' start'],
  ['a time that the clocks leap over', webinar((one) => (one.start = '2027-03-28T03:30')), 'no-such-time', ' start'],
  ['a link to a host that is not allowed', webinar((one) => (one.join = 'https://evil.test/')), 'link', ' join'],
  [
    'a registration without https',
    webinar((one) => (one.registration = 'http://example.org/')),
    'link',
    ' registration',
  ],
  [
    'a link hidden in a text',
    webinar(({ text }) => (text.en.description = 'See https://evil.test/ for three ways.')),
    'link',
    'en description',
  ],
  [
    'a gated link that does not say so',
    webinar((one) => (one.join = 'https://teams.microsoft.com/l/1')),
    'login-required',
    ' login_required',
  ],
  ['a login without its note', webinar((one) => (one.login_required = true)), 'missing', 'sv login_note'],
  [
    'a recording behind a login without its note',
    webinar((one) => (one.recording = { ...recording, login_required: true })),
    'missing',
    'fi login_note',
  ],
  [
    'a recording on a host that is not allowed',
    webinar((one) => (one.recording = { ...recording, link: 'https://evil.test/' })),
    'link',
    ' recording.link',
  ],
  [
    'a recording that expires before the start',
    webinar((one) => (one.recording = { ...recording, expires: '2026-12-02' })),
    'expires-early',
    ' recording.expires',
  ],
  ['a review after two years', webinar((one) => (one.review_due = '2028-11-21')), 'review-far', ' review_due'],
  ['a theme that is not there', webinar((one) => (one.theme = 't99-muu')), 'unknown-id', ' theme'],
  ['a tool that is not there', webinar((one) => one.tools.push('aa-muu')), 'unknown-id', ' tools'],
]

const LAUNCHES: Case[] = [
  [
    'a “why now” over 300 characters',
    launch(({ text }) => (text.fi.why_now = 'Vuosi alkaa nyt. '.repeat(19).trim())),
    'too-long',
    'fi why_now',
  ],
  [
    'an idea over 300 characters',
    launch(({ text }) => text.en.ideas.forEach((one) => (one.idea = 'Ask what helped. '.repeat(19).trim()))),
    'too-long',
    'en ideas.1.idea',
  ],
  [
    'a heading over 60 characters',
    launch(({ text }) => text.en.ideas.forEach((one) => (one.heading = 'Ask what helped. '.repeat(4).trim()))),
    'too-long',
    'en ideas.1.heading',
  ],
  [
    'two ideas',
    launch(({ text }) => LANGUAGES.forEach((language) => text[language].ideas.pop())),
    'list-length',
    'fi ideas',
  ],
  ['an idea that one language lacks', launch(({ text }) => text.sv.ideas.pop()), 'parts-differ', 'sv ideas'],
  [
    'a sentence of 21 words',
    launch(({ text }) => (text.sv.first_step = `${'du '.repeat(20)}talar.`)),
    'long-sentence',
    'sv first_step',
  ],
  [
    'a person by name',
    launch(({ text }) => (text.fi.first_step = 'Kysy, niin Matti kertoo.')),
    'person-name',
    'fi first_step',
  ],
  ['neither a webinar nor a waiver', launch((one) => delete one.webinar), 'webinar-or-waiver', ' webinar'],
  ['both a webinar and a waiver', launch((one) => (one.waiver = 'budget')), 'webinar-or-waiver', ' webinar'],
  ['a webinar that is not there', launch((one) => (one.webinar = 'wb-muu')), 'unknown-id', ' webinar'],
  ['the webinar of another theme', webinar((one) => (one.theme = 't02-muu')), 'other-theme', ' webinar'],
  ['a theme that is not there', launch((one) => (one.theme = 't99-muu')), 'unknown-id', ' theme'],
  ['a first tool that is not there', launch((one) => (one.first_tool = 'aa-muu')), 'unknown-id', ' first_tool'],
  [
    'a first tool that is not in its theme',
    ({ themes }) => themes.forEach(({ tools }) => tools.shift()),
    'not-in-theme',
    ' first_tool',
  ],
  [
    'a theme that is not published',
    ({ themes }) => themes.forEach((theme) => (theme.state = 'draft')),
    'theme-unpublished',
    ' theme',
  ],
  [
    'a theme with two published tools',
    ({ tools }) => tools.slice(2).forEach((tool) => (tool.state = 'draft')),
    'few-published',
    ' theme',
  ],
]

describe('the check of webinars', () => {
  it.each(WEBINARS)('finds %s', (_, breaks, rule, at) => {
    const [language, field] = at.split(' ')
    const place = ['error', rule, 'webinars/wb-testi.yaml', language, field].join(' ')
    expect(placed(findings(breaks))).toContain(place)
  })

  const warned = (change: Partial<Webinar>) =>
    placed(findings(webinar((one) => Object.assign(one, change)))).filter((found) => found.includes('no-join-link'))

  it.each([
    ['warns three days before that nobody can join', { start: '2026-11-29T13:00' }, 1],
    ['warns on the day itself', { start: `${TODAY}T13:00` }, 1],
    ['does not warn earlier', { start: '2026-11-30T13:00' }, 0],
    ['does not warn of a past one', { start: '2026-11-25T13:00' }, 0],
    ['does not warn where there is a link', { start: '2026-11-29T13:00', join: LINK }, 0],
    ['does not warn of a cancelled one', { start: '2026-11-29T13:00', cancelled: true }, 0],
    ['does not warn of a draft', { start: '2026-11-29T13:00', state: 'draft' as const }, 0],
  ])('%s', (_, change, count) => {
    expect(warned(change)).toHaveLength(count)
  })

  it('finds nothing in a gated one that says so, with a recording', () => {
    const note = { login_note: '112' }
    const change = webinar((one) => {
      Object.assign(one, { login_required: true, join: 'https://teams.microsoft.com/l/1', recording })
      LANGUAGES.forEach((language) => Object.assign(one.text[language], note))
    })
    expect(placed(findings(change))).toEqual([])
  })

  it('finds a theme that names the webinar of another', () => {
    const breaks = ({ themes, webinars, launches }: Content) => {
      themes.forEach((theme) => (theme.webinar = 'wb-testi'))
      webinars.forEach((one) => (one.theme = 't02-muu'))
      launches.length = 0
    }
    expect(placed(findings(breaks))).toContain('error other-theme themes/t01-testi.yaml  webinar')
  })

  it.each([
    ['a start without a time', { start: '2026-12-03' }],
    ['a start in UTC', { start: '2026-12-03T11:00:00Z' }],
    ['a zone that is none', { zone: 'Europe/Turku' }],
    ['an id that is none', { id: 'viesti' }],
    ['no seats', { capacity: 0 }],
    ['an organiser by name', { organiser_id: 'Liisa' }],
    ['a reminder of three days', { reminders: ['P3D'] }],
    ['no spoken language', { spoken: [] }],
  ])('refuses %s', (_, change) => {
    const [good] = aContent().webinars
    expect(webinarSchema.safeParse(good).success).toBe(true)
    expect(webinarSchema.safeParse({ ...good, ...change }).success).toBe(false)
  })

  it('knows an organiser by the Entra object id in small letters', () => {
    const [good] = aContent().webinars
    const id = '0F8FAD5B-D9CB-469F-A165-70867728950E'
    expect(webinarSchema.parse({ ...good, organiser_id: id }).organiser_id).toBe(id.toLowerCase())
  })

  it('reminds three times and sends to the sign-in support unless told otherwise', () => {
    const { reminders: _, sign_in_contact: __, cancelled: ___, ...rest } = aContent().webinars[0] as Webinar
    expect(webinarSchema.parse(rest)).toMatchObject({
      reminders: ['P7D', 'P1D', 'PT1H'],
      sign_in_contact: 'sign_in_support',
      cancelled: false,
    })
  })
})

describe('the check of launches', () => {
  it.each(LAUNCHES)('finds %s', (_, breaks, rule, at) => {
    const [language, field] = at.split(' ')
    const place = ['error', rule, 'launches/la-testi.yaml', language, field].join(' ')
    expect(placed(findings(breaks))).toContain(place)
  })

  it('finds a theme that is launched twice', () => {
    const found = findings(({ launches }) => launches.push(...launches.map((one) => ({ ...one, id: 'la-uusi' }))))
    expect(placed(found)).toEqual(['error twice launches/la-uusi.yaml  theme'])
  })

  it('takes a waiver with its reason for a webinar', () => {
    const change = launch((one) => {
      delete one.webinar
      one.waiver = 'the webinar was held in spring'
    })
    expect(placed(findings(change))).toEqual([])
  })

  it('does not tell the faults of a webinar’s file again', () => {
    const unread = (content: Content) => {
      content.webinars.length = 0
      content.refused = new Set(['wb-testi'])
    }
    expect(placed(findings(unread))).toEqual([])
  })

  it('says in the editor’s words where the fault is', () => {
    const [fault] = findings(launch(({ text }) => text.sv.ideas.pop()))
    expect(fault && sentenceOf(fault, 'fi')).toBe('la-testi, ruotsi, idea: 2 kohtaa, mutta suomeksi 3')
    expect(launchSchema.safeParse({ ...aContent().launches[0], id: 'viesti' }).success).toBe(false)
  })
})
