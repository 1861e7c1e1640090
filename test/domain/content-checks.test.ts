import { describe, expect, it } from '@jest/globals'
import { checkContent } from '../../src/domain/content-checks.ts'
import type { CheckOptions, Finding } from '../../src/domain/content-findings.ts'
import { sentenceOf, type Rule } from '../../src/domain/content-messages.ts'
import { lixOf, readingSeconds, sentencesIn } from '../../src/domain/content-prose.ts'
import { cardTexts } from '../../src/domain/content-tool-checks.ts'
import type { Content, Tool } from '../../src/domain/content.ts'
import { LANGUAGES, type Language } from '../../src/domain/languages.ts'
import { aContent, sampleTool, TODAY } from '../support/content.ts'

type Case = { what: string; breaks: (content: Content) => void; rule: Rule; at: string; level?: Finding['level'] }

const OPTIONS: CheckOptions = { today: TODAY, linkHosts: ['example.org'] }

/** Changes the first tool. */
function tool(change: (tool: Tool) => void): (content: Content) => void {
  return (content) => {
    for (const first of content.tools.slice(0, 1)) change(first)
  }
}

/** Changes one text of the first tool. */
function text(
  language: Language,
  field: 'title' | 'summary' | 'avoid' | 'care' | 'origin' | 'follow_up',
  value: string,
) {
  return tool((first) => {
    first.text[language][field] = value
  })
}

/** Changes the Swedish text of the first canvas. */
function canvas(change: (text: Tool['text']['sv']) => void): (content: Content) => void {
  return ({ tools }) => {
    const first = tools.find(({ format }) => format === 'canvas')
    if (first) change(first.text.sv)
  }
}

function theme(change: (theme: Content['themes'][number]) => void): (content: Content) => void {
  return ({ themes }) => {
    themes.forEach(change)
  }
}

function theory(change: (theory: Content['theories'][number]) => void): (content: Content) => void {
  return ({ theories }) => {
    theories.forEach(change)
  }
}

function strings(language: Language, change: Record<string, string>): (content: Content) => void {
  return (content) => {
    content.strings[language] = { ...content.strings[language], ...change }
  }
}

function video(change: Partial<NonNullable<Content['themes'][number]['video']>>): (content: Content) => void {
  return theme((one) => {
    const alt = { fi: 'Esihenkilö puhuu.', sv: 'En chef talar.', en: 'A supervisor talks.' }
    const link = 'https://video.example.org/1'
    one.video = { link, minutes: 3, captions: ['fi'], login_required: false, poster: link, alt, ...change }
  })
}

const LENGTHS: Case[] = [
  {
    what: 'a title over 45 characters',
    breaks: text('fi', 'title', 'Asia '.repeat(10).trim()),
    rule: 'too-long',
    at: 'tools/aa-yksi.yaml fi title',
  },
  {
    what: 'a step over 160 characters',
    breaks: tool((first) => first.text.sv.steps.splice(3, 1, 'Fråga dem nu. '.repeat(12).trim())),
    rule: 'too-long',
    at: 'tools/aa-yksi.yaml sv steps.4',
  },
  {
    what: 'an everyday phrase without end',
    breaks: tool((first) => first.text.fi.needs.push('väsynyt '.repeat(30).trim())),
    rule: 'too-long',
    at: 'tools/aa-yksi.yaml fi needs.11',
  },
  {
    what: 'more than two minutes of text',
    breaks: tool((first) => {
      first.text.en.steps = first.text.en.steps
        .map(() => 'Ask them now. '.repeat(11).trim())
        .concat('Ask. '.repeat(31).trim())
      first.text.en.avoid = 'Do not go. '.repeat(9).trim()
      first.text.en.care = 'Do not go. '.repeat(11).trim()
      first.text.en.remote_tip = 'Do not go. '.repeat(13).trim()
    }),
    rule: 'text-too-long',
    at: 'tools/aa-yksi.yaml en',
  },
  {
    what: 'two steps',
    breaks: tool((first) => {
      LANGUAGES.forEach((language) => first.text[language].steps.splice(2))
    }),
    rule: 'list-length',
    at: 'tools/aa-yksi.yaml fi steps',
  },
  {
    what: 'nine everyday phrases',
    breaks: tool((first) => first.text.sv.needs.splice(9)),
    rule: 'list-length',
    at: 'tools/aa-yksi.yaml sv needs',
  },
  {
    what: 'a step that one language lacks',
    breaks: tool((first) => first.text.sv.steps.pop()),
    rule: 'parts-differ',
    at: 'tools/aa-yksi.yaml sv steps',
  },
  {
    what: 'a theory bite of 80 words',
    breaks: theory((one) => (one.text.en.body = 'One idea is enough. '.repeat(20).trim())),
    rule: 'word-count',
    at: 'theory/th-testi.yaml en body',
  },
  {
    what: 'a theme that explains itself at length',
    breaks: theme((one) => (one.text.fi.why = 'Tämä on nyt tärkeä. '.repeat(11).trim())),
    rule: 'too-long',
    at: 'themes/t01-testi.yaml fi why',
  },
  {
    what: 'a language that says half as much',
    breaks: tool((first) => (first.text.en.steps = first.text.en.steps.map(() => 'Ask.'))),
    rule: 'length-ratio',
    at: 'tools/aa-yksi.yaml en',
    level: 'warning',
  },
  {
    what: 'a page that one language lacks a paragraph of',
    breaks: ({ pages }) => pages[0]?.text.en.sections[0]?.paragraphs.push('One more.'),
    rule: 'parts-differ',
    at: 'pages/privacy.yaml en sections.1.paragraphs',
  },
]

const PROSE: Case[] = [
  {
    what: 'a sentence of 21 words',
    breaks: text('fi', 'avoid', `${'sinä '.repeat(20)}puhut.`),
    rule: 'long-sentence',
    at: 'tools/aa-yksi.yaml fi avoid',
  },
  {
    what: 'a text that is heavy to read',
    breaks: tool(
      (first) =>
        (first.text.sv.steps = first.text.sv.steps.map(
          () =>
            'Verksamhetsutvecklingen förutsätter målmedvetenhet, uthållighet, samarbetsförmåga, omdömesförmåga, arbetsfördelning.',
        )),
    ),
    rule: 'lix',
    at: 'tools/aa-yksi.yaml sv',
  },
  {
    what: 'a text that is rather heavy to read',
    breaks: tool(
      (first) =>
        (first.text.sv.steps = first.text.sv.steps.map(
          () => 'Diskutera situationen tillsammans med medarbetarna och sammanfatta önskemålen.',
        )),
    ),
    rule: 'lix',
    at: 'tools/aa-yksi.yaml sv',
    level: 'warning',
  },
  {
    what: 'Finnish words of over seven letters on average',
    breaks: tool(
      (first) =>
        (first.text.fi.steps = first.text.fi.steps.map(
          () => 'Keskustelkaa tavoitteistanne avoimesti. Kirjatkaa yhteiset johtopäätökset.',
        )),
    ),
    rule: 'mean-word',
    at: 'tools/aa-yksi.yaml fi',
  },
  {
    what: 'a Finnish word of 18 letters',
    breaks: text('fi', 'avoid', 'Älä pidä kehityskeskustelua.'),
    rule: 'long-word',
    at: 'tools/aa-yksi.yaml fi avoid',
    level: 'warning',
  },
  {
    what: 'Swedish where Finnish should stand',
    breaks: text('fi', 'avoid', 'Lova inte det som ni inte har.'),
    rule: 'wrong-language',
    at: 'tools/aa-yksi.yaml fi avoid',
  },
  {
    what: 'everyday phrases in another language',
    breaks: tool((first) => first.text.sv.needs.push('what do you want to do with it')),
    rule: 'wrong-language',
    at: 'tools/aa-yksi.yaml sv needs.11',
  },
]

const WORDING: Case[] = [
  ...[
    'esimies',
    'esimiehen',
    'Lähiesimiehille',
    'alaisensa',
    'jalkauttaa',
    'haasteellista',
    'toimesta',
    'kyseisen',
    'suorita',
    'tiimin osalta',
  ].map((word): Case => ({
    what: `the word ${word}`,
    breaks: text('fi', 'avoid', `Älä sano ${word}.`),
    rule: 'banned-word',
    at: 'tools/aa-yksi.yaml fi avoid',
  })),
  ...[
    'förmannen',
    'förmän',
    'underlydande',
    'implementera',
    'gällande',
    'erhålla',
    'samt',
    'medelst',
    'i syfte att',
    'inom ramen för',
  ].map((word): Case => ({
    what: `the word ${word}`,
    breaks: text('sv', 'avoid', `Säg inte ${word}.`),
    rule: 'banned-word',
    at: 'tools/aa-yksi.yaml sv avoid',
  })),
  {
    what: 'a banned word in the strings',
    breaks: strings('fi', { 'tool.steps': 'Esimiehen vaiheet' }),
    rule: 'banned-word',
    at: 'strings/fi.json fi tool.steps',
  },
  {
    what: 'a brand, inflected',
    breaks: text('fi', 'origin', 'Reteamingin tapaan. Teksti on kirjoitettu tätä palvelua varten.'),
    rule: 'brand',
    at: 'tools/aa-yksi.yaml fi origin',
  },
  {
    what: 'a brand of capitals',
    breaks: text('en', 'summary', 'Give feedback with SBI.'),
    rule: 'brand',
    at: 'tools/aa-yksi.yaml en summary',
  },
  {
    what: 'the name of a person',
    breaks: text('fi', 'avoid', 'Älä kysy Pekalta vaan Minnalta.'),
    rule: 'person-name',
    at: 'tools/aa-yksi.yaml fi avoid',
  },
  {
    what: 'a telephone number',
    breaks: text('fi', 'care', 'Soita 09 123 4567.'),
    rule: 'contact-detail',
    at: 'tools/aa-yksi.yaml fi care',
  },
  {
    what: 'a mail address',
    breaks: text('en', 'care', 'Write to hr@town.fi.'),
    rule: 'contact-detail',
    at: 'tools/aa-yksi.yaml en care',
  },
  ...['TODO kirjoita tämä.', 'Kysy {name} nyt.', 'Sano [asia].', 'Lue <b>tämä</b>.', 'Sano ${nimi}.'].map(
    (value): Case => ({
      what: `the unfinished text ${value}`,
      breaks: text('fi', 'avoid', value),
      rule: 'placeholder',
      at: 'tools/aa-yksi.yaml fi avoid',
    }),
  ),
  {
    what: 'a placeholder among the contacts',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => (unit.hr.fi = 'HR, puh. xxx'))
    },
    rule: 'placeholder',
    at: 'contacts.yaml fi default.hr',
  },
  {
    what: 'a proof without a source',
    breaks: text('en', 'summary', 'A proven way to talk.'),
    rule: 'no-proof',
    at: 'tools/aa-yksi.yaml en summary',
  },
]

const forms: [Language, string, string][] = [
  ['fi', 'kello 13:00', 'Aloita 13:00.'],
  ['fi', 'klo with a full stop', 'Aloita klo. 13.00.'],
  ['fi', 'a hyphen between times', 'Aikaa on klo 13.00-14.00.'],
  ['fi', 'an ISO date', 'Palaa asiaan 2026-11-26.'],
  ['fi', 'vko', 'Palaa asiaan vko 48.'],
  ['fi', 'a decimal point', 'Luku 7.5 on hyvä.'],
  ['fi', 'per cent with a plain space', 'Osuus on 10 %.'],
  ['sv', 'a colon in a time', 'Börja kl. 13:00.'],
  ['sv', 'kl without its stop', 'Börja kl 13.00.'],
  ['sv', 'a date in figures', 'Kom igen 26.11.2026.'],
  ['sv', 'a capital month', 'Kom igen 26 November.'],
  ['sv', 'v without its stop', 'Kom igen v 48.'],
  ['en', 'a point in a time', 'Start at 13.00.'],
  ['en', 'pm', 'Start at 1 pm.'],
  ['en', 'a date in figures', 'Come back on 26.11.2026.'],
  ['en', 'a small month', 'Come back on 26 november.'],
  ['en', 'a decimal comma', 'It was 7,5.'],
]

const SIGNS: Case[] = [
  ...forms.map(([language, what, value]): Case => ({
    what: `${what} in ${language}`,
    breaks: text(language, 'avoid', value),
    rule: 'written-form',
    at: `tools/aa-yksi.yaml ${language} avoid`,
  })),
  ...(
    [
      ['fi', 'Sano: "Kiitos."'],
      ['sv', 'Säg: “Tack.”'],
      ['en', 'Say: "Thanks."'],
      ['en', "Don't go."],
    ] as const
  ).map(([language, value]): Case => ({
    what: `the quotation marks of ${value}`,
    breaks: text(language, 'avoid', value),
    rule: 'quotes',
    at: `tools/aa-yksi.yaml ${language} avoid`,
  })),
  {
    what: 'a quotation that does not end',
    breaks: text('fi', 'avoid', 'Sano: ”Kiitos.'),
    rule: 'quotes-unpaired',
    at: 'tools/aa-yksi.yaml fi avoid',
  },
  {
    what: 'English quotation marks the wrong way round',
    breaks: text('en', 'avoid', 'Say: ”Thanks.“'),
    rule: 'quotes-unpaired',
    at: 'tools/aa-yksi.yaml en avoid',
  },
  {
    what: 'a letter in two parts',
    breaks: tool((first) => first.text.fi.needs.push('pää on täynnä'.normalize('NFD'))),
    rule: 'not-nfc',
    at: 'tools/aa-yksi.yaml fi needs.11',
  },
  {
    what: 'a right-to-left override',
    breaks: text('fi', 'avoid', 'Älä \u202eodota.'),
    rule: 'hidden-character',
    at: 'tools/aa-yksi.yaml fi avoid',
  },
  {
    what: 'two spaces',
    breaks: text('sv', 'avoid', 'Vänta  inte.'),
    rule: 'spaces',
    at: 'tools/aa-yksi.yaml sv avoid',
  },
]

const LINKS: Case[] = [
  ...[
    'Lue [tästä](javascript:alert(1)).',
    'Lue http://example.org/a.',
    'Lue https://example.com/a.',
    'Lue https://example.org.evil.test/a.',
    'Lue https://example.org@evil.test/a.',
    'Lue data:text/html,hei.',
    'Lue [tästä](//evil.test).',
  ].map((value): Case => ({
    what: `the link of ${value}`,
    breaks: text('fi', 'avoid', value),
    rule: 'link',
    at: 'tools/aa-yksi.yaml fi avoid',
  })),
  {
    what: 'a link among the sources',
    breaks: tool((first) => first.sources.push('Kirja, ftp://example.org/a')),
    rule: 'link',
    at: 'tools/aa-yksi.yaml sources.1',
  },
  {
    what: 'a link among the contacts',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => (unit.hr.fi = 'HR: https://example.com'))
    },
    rule: 'link',
    at: 'contacts.yaml fi default.hr',
  },
  {
    what: 'a video elsewhere',
    breaks: video({ link: 'javascript:play()' }),
    rule: 'link',
    at: 'themes/t01-testi.yaml video.link',
  },
  {
    what: 'a video behind a login that it does not mention',
    breaks: video({ link: 'https://town.sharepoint.com/v' }),
    rule: 'login-required',
    at: 'themes/t01-testi.yaml video.login_required',
  },
]

const RECORDS: Case[] = [
  {
    what: 'a review that is due',
    breaks: tool((first) =>
      Object.assign(first, { created: '2025-11-01', reviewed: '2025-11-20', review_due: '2026-11-20' }),
    ),
    rule: 'passed',
    at: 'tools/aa-yksi.yaml review_due',
    level: 'warning',
  },
  {
    what: 'a review in over twelve months',
    breaks: theory((one) => (one.review_due = '2027-11-22')),
    rule: 'review-far',
    at: 'theory/th-testi.yaml review_due',
  },
  {
    what: 'a review before the tool was written',
    breaks: tool((first) => (first.reviewed = '2026-10-01')),
    rule: 'review-order',
    at: 'tools/aa-yksi.yaml review_due',
  },
  {
    what: 'a version of which the changelog says nothing',
    breaks: tool((first) => (first.version = 2)),
    rule: 'no-change-line',
    at: 'tools/aa-yksi.yaml changelog',
  },
  ...(['A', 'T'] as const).map((rights): Case => ({
    what: `rights ${rights} without a source`,
    breaks: tool((first) => (first.rights = rights)),
    rule: 'no-sources',
    at: 'tools/aa-yksi.yaml sources',
  })),
  {
    what: 'a published tool without pilot or exemption',
    breaks: tool((first) => delete first.exemption),
    rule: 'no-pilot',
    at: 'tools/aa-yksi.yaml state',
  },
  {
    what: 'an exemption that has run out',
    breaks: tool((first) => (first.exemption = { reason: 'first edition', by_role: 'owner', until: '2026-11-25' })),
    rule: 'passed',
    at: 'tools/aa-yksi.yaml exemption.until',
    level: 'warning',
  },
  {
    what: 'a tool of 45 minutes',
    breaks: tool((first) => (first.minutes = 45)),
    rule: 'minutes-range',
    at: 'tools/aa-yksi.yaml minutes',
  },
  {
    what: 'steps whose minutes do not add up',
    breaks: tool((first) => (first.minutes = 25)),
    rule: 'minutes-sum',
    at: 'tools/aa-yksi.yaml fi steps',
  },
  {
    what: 'a follow-up that asks nothing',
    breaks: text('fi', 'follow_up', 'Kerro, mikä muuttui.'),
    rule: 'no-question',
    at: 'tools/aa-yksi.yaml fi follow_up',
  },
  {
    what: 'a theory bite that asks nothing',
    breaks: theory((one) => (one.text.sv.question = 'Tänk på det.')),
    rule: 'no-question',
    at: 'theory/th-testi.yaml sv question',
  },
  {
    what: 'an origin that does not say for whom it was written',
    breaks: text('sv', 'origin', 'Allmän kunskap.'),
    rule: 'must-end',
    at: 'tools/aa-yksi.yaml sv origin',
  },
  {
    what: 'notes about people that may end up in the chat',
    breaks: tool((first) => (first.id = 'lu-kartta')),
    rule: 'must-say',
    at: 'tools/lu-kartta.yaml fi care',
  },
]

const BANK: Case[] = [
  {
    what: 'a related tool that is not there',
    breaks: tool((first) => first.related.push('aa-kuusi')),
    rule: 'unknown-id',
    at: 'tools/aa-yksi.yaml related',
  },
  {
    what: 'a tool related to itself',
    breaks: tool((first) => first.related.push('aa-yksi')),
    rule: 'itself',
    at: 'tools/aa-yksi.yaml related',
  },
  {
    what: 'a tool of no theme',
    breaks: tool((first) => (first.theme = 't02-muu')),
    rule: 'unknown-id',
    at: 'tools/aa-yksi.yaml theme',
  },
  {
    what: 'a tool that its theme does not list',
    breaks: theme((one) => one.tools.shift()),
    rule: 'not-listed',
    at: 'tools/aa-yksi.yaml theme',
  },
  {
    what: 'a tool published before its theme',
    breaks: theme((one) => (one.state = 'draft')),
    rule: 'theme-unpublished',
    at: 'tools/aa-yksi.yaml theme',
  },
  {
    what: 'a theme with four published tools',
    breaks: tool((first) => (first.state = 'retired')),
    rule: 'few-published',
    at: 'themes/t01-testi.yaml tools',
  },
  {
    what: 'a theme without theory',
    breaks: theory((one) => (one.state = 'draft')),
    rule: 'few-published',
    at: 'themes/t01-testi.yaml theory',
  },
  {
    what: 'a theme that lists a tool twice',
    breaks: theme((one) => one.tools.push('aa-yksi')),
    rule: 'twice',
    at: 'themes/t01-testi.yaml tools',
  },
  {
    what: 'a theme that lists the tool of another',
    breaks: tool((first) => (first.theme = 't02-muu')),
    rule: 'other-theme',
    at: 'themes/t01-testi.yaml tools',
  },
  {
    what: 'a title that another tool has',
    breaks: text('sv', 'title', 'Det femte verktyget'),
    rule: 'title-taken',
    at: 'tools/aa-viisi.yaml sv title',
  },
  {
    what: 'a Swedish title that is the Finnish one',
    breaks: text('sv', 'title', 'Huolet pöydälle'),
    rule: 'title-same',
    at: 'tools/aa-yksi.yaml sv title',
    level: 'warning',
  },
  {
    what: 'the same sentence in four tools',
    breaks: ({ tools }) => {
      tools.slice(1).forEach((one) => (one.text.en.avoid = 'Do not promise more than you are able to keep this week.'))
    },
    rule: 'repeated',
    at: 'tools/aa-kaksi.yaml en',
  },
  {
    what: 'two tools whose first step opens alike',
    breaks: ({ tools: [first, second] }) => {
      first?.text.fi.steps.splice(0, 1, 'Avaa ovi. Tervehdi kaikkia.')
      second?.text.fi.steps.splice(0, 1, 'Avaa ovi. Istukaa pöytään.')
    },
    rule: 'same-opening',
    at: 'tools/aa-kaksi.yaml fi steps.1',
  },
  {
    what: 'two tools with the same summary',
    breaks: ({ tools: [first, second] }) => {
      if (first && second) second.text.en.summary = first.text.en.summary
    },
    rule: 'same-opening',
    at: 'tools/aa-kaksi.yaml en summary',
  },
  {
    what: 'a message of care that brings a tool that is not there',
    breaks: ({ lexicon }) => lexicon?.care.tools.push('zz-poissa'),
    rule: 'unknown-id',
    at: 'search/care.yaml tools',
  },
  {
    what: 'a question that offers a tool that is not there',
    breaks: ({ questions }) => questions[1]?.offers.push('zz-poissa'),
    rule: 'unknown-id',
    at: 'checkins.yaml WL2.offers',
  },
  {
    what: 'a dimension that offers one tool only',
    breaks: ({ questions }) => questions.forEach((question) => (question.offers = ['aa-yksi'])),
    rule: 'few-offered',
    at: 'checkins.yaml',
  },
]

const CANVAS: Case[] = [
  {
    what: 'a canvas without a form',
    breaks: canvas((text) => delete text.canvas),
    rule: 'list-length',
    at: 'tools/aa-kolme.yaml sv canvas',
  },
  {
    what: 'a form of seven fields',
    breaks: canvas((text) => (text.canvas = Array.from({ length: 7 }, () => ({ label: 'Vad?', hint: 'Det här.' })))),
    rule: 'list-length',
    at: 'tools/aa-kolme.yaml sv canvas',
  },
  {
    what: 'a form with a field less in one language',
    breaks: ({ tools }) =>
      tools.forEach(({ format, text }) => {
        if (format === 'canvas') text.en.canvas?.push({ label: 'What else?', hint: 'This.' })
      }),
    rule: 'parts-differ',
    at: 'tools/aa-kolme.yaml en canvas',
  },
  {
    what: 'a label over 60 characters',
    breaks: canvas((text) =>
      text.canvas?.splice(0, 1, { label: 'Vad är på gång? '.repeat(4).trim(), hint: 'Det här.' }),
    ),
    rule: 'too-long',
    at: 'tools/aa-kolme.yaml sv canvas.1.label',
  },
  {
    what: 'a form on a tool that is no canvas',
    breaks: tool(({ text }) => {
      LANGUAGES.forEach((language) => (text[language].canvas = [{ label: '?', hint: '!' }]))
    }),
    rule: 'no-canvas',
    at: 'tools/aa-yksi.yaml fi canvas',
  },
]

const ELSEWHERE: Case[] = [
  {
    what: 'a topic with too few phrases to be known by',
    breaks: ({ elsewhere }) => elsewhere.forEach(({ text }) => text.sv.needs.splice(3)),
    rule: 'list-length',
    at: 'search/elsewhere/lounas.yaml sv needs',
  },
  {
    what: 'a topic that explains too much',
    breaks: ({ elsewhere }) => elsewhere.forEach(({ text }) => (text.en.where = 'Ask the kitchen. '.repeat(10).trim())),
    rule: 'too-long',
    at: 'search/elsewhere/lounas.yaml en where',
  },
  {
    what: 'a topic that names a person',
    breaks: ({ elsewhere }) => elsewhere.forEach(({ text }) => (text.fi.where = 'Kysy, niin Matti kertoo.')),
    rule: 'person-name',
    at: 'search/elsewhere/lounas.yaml fi where',
  },
  {
    what: 'a check-in question that asks nothing',
    breaks: ({ questions }) => questions.slice(0, 1).forEach(({ text }) => (text.fi = 'Työmäärä oli sopiva.')),
    rule: 'no-question',
    at: 'checkins.yaml fi WL1',
  },
]

const OTHERS: Case[] = [
  {
    what: 'contacts that do not begin with the default unit',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => (unit.unit = 'koti'))
    },
    rule: 'default-first',
    at: 'contacts.yaml 1.unit',
  },
  {
    what: 'a unit twice',
    breaks: ({ contacts }) => contacts.push(...contacts.slice(0, 1)),
    rule: 'twice',
    at: 'contacts.yaml',
  },
  {
    what: 'a contact that one language does not see',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => delete unit.hr.sv)
    },
    rule: 'contact-language',
    at: 'contacts.yaml sv default.hr',
    level: 'warning',
  },
  {
    what: 'a crisis line that nobody has checked',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => (unit.crisis_line = { fi: 'a', sv: 'a', en: 'a' }))
    },
    rule: 'unchecked',
    at: 'contacts.yaml default.crisis_line',
  },
  {
    what: 'a crisis line checked over a year ago',
    breaks: ({ contacts }) => {
      contacts.forEach((unit) => (unit.crisis_line = { fi: 'a', sv: 'a', en: 'a', checked: '2025-11-25' }))
    },
    rule: 'checked-long-ago',
    at: 'contacts.yaml default.crisis_line',
    level: 'warning',
  },
  {
    what: 'a string that Swedish lacks',
    breaks: strings('en', { 'tool.new': 'New' }),
    rule: 'missing',
    at: 'strings/sv.json sv tool.new',
  },
  {
    what: 'a string that English lacks',
    breaks: strings('sv', { 'tool.old': 'Gammal' }),
    rule: 'extra-string',
    at: 'strings/sv.json sv tool.old',
  },
  {
    what: 'a string without its value',
    breaks: strings('sv', { 'tool.for': 'Verktyg: {{verktyg}}' }),
    rule: 'values-differ',
    at: 'strings/sv.json sv tool.for',
  },
  {
    what: 'an empty string',
    breaks: strings('en', { 'tool.steps': ' ' }),
    rule: 'empty',
    at: 'strings/en.json en tool.steps',
  },
  {
    what: 'a Finnish ending after a value',
    breaks: strings('fi', { 'tool.for': 'Tiimissä {{tool}}n' }),
    rule: 'inflected-value',
    at: 'strings/fi.json fi tool.for',
  },
  {
    what: 'a value in single braces',
    breaks: strings('en', { 'tool.steps': 'Steps of {tool}' }),
    rule: 'placeholder',
    at: 'strings/en.json en tool.steps',
  },
  {
    what: 'straight quotation marks in a string',
    breaks: strings('sv', { 'tool.steps': '"Steg"' }),
    rule: 'quotes',
    at: 'strings/sv.json sv tool.steps',
  },
  {
    what: 'a note for the translator in a translation',
    breaks: strings('fi', { '//tool': 'Työkalun kortilla' }),
    rule: 'note-misplaced',
    at: 'strings/fi.json fi //tool',
  },
]

describe('the content check', () => {
  it('finds nothing in good content', () => {
    expect(findings(aContent())).toEqual([])
  })

  it.each([
    ...LENGTHS,
    ...PROSE,
    ...WORDING,
    ...SIGNS,
    ...LINKS,
    ...RECORDS,
    ...BANK,
    ...CANVAS,
    ...ELSEWHERE,
    ...OTHERS,
  ])('finds $what', ({ breaks, rule, at, level = 'error' }) => {
    const content = aContent()
    breaks(content)
    expect(findings(content)).toContain(`${level} ${rule} ${at}`)
  })

  it('lets people talk of their esimies in the everyday phrases', () => {
    const content = aContent()
    tool((first) => first.text.fi.needs.push("esimies sano 'ei käy'"))(content)
    expect(findings(content)).toEqual([])
  })

  it.each([
    ['sv', 'Ta upp saken i samtalet.'],
    ['fi', 'Olkaa jalkautuva tiimi. Suoritus on alaisuudessa. Osaltaan se auttaa.'],
    ['fi', 'Palatkaa asiaan to 26.11.2026 klo 13.00–14.00, vk 48. Luku on 7,5 ja osuus 10\u00a0%.'],
    ['sv', 'Kom igen torsdag 26 november 2026 kl. 13.00–14.00, v. 48. Talet är 7,5 och andelen 10\u00a0%.'],
    ['en', 'Come back on Thursday 26 November 2026 at 13:00, week 48. It is 7.5, or 10%.'],
    ['en', 'Ring 112. Read https://www.example.org/a. “It’s fine.” Share the data: all of it.'],
  ] as const)('lets stand in %s: %s', (language, value) => {
    const content = aContent()
    text(language, 'avoid', value)(content)
    expect(findings(content)).toEqual([])
  })

  it('refuses a phrase taken from a message that the search is developed on', () => {
    const content = aContent()
    tool((first) => first.text.fi.needs.push('porukka riitelee vuoroista joka aamu'))(content)
    const devMessages = [{ id: 'm-1', lang: 'fi', text: 'Porukat riitelee taas vuoroista ja se on hirveää' } as const]
    expect(findings(content, { ...OPTIONS, devMessages })).toEqual([
      'error like-a-query tools/aa-yksi.yaml fi needs.11',
    ])
    expect(findings(content)).toEqual([])
    const told = checkContent(content, { ...OPTIONS, devMessages }).map((finding) => sentenceOf(finding, 'en'))
    expect(told.join()).toContain('m-1')
    expect(told.join()).not.toContain('riitelee taas')
  })

  it('does not tell the faults of a file again in those that refer to it', () => {
    const content = aContent()
    content.tools.shift()
    expect(findings({ ...content, refused: new Set(['aa-yksi']) })).toEqual([])
  })
})

describe('the sentences for an editor', () => {
  it.each([
    ['fi', 'kr-huoli, ruotsi, vaihe 4: 21 sanaa, enintään 20: ”Fråga”'],
    ['sv', 'kr-huoli, svenska, steg 4: 21 ord, högst 20: ”Fråga”'],
    ['en', 'kr-huoli, Swedish, step 4: 21 words, at most 20: “Fråga”'],
  ] as const)('name file, language and field in %s', (editor, sentence) => {
    const values = { count: 21, limit: 20, sentence: 'Fråga' }
    const place = { file: 'tools/kr-huoli.yaml', language: 'sv', field: 'steps.4' } as const
    expect(sentenceOf({ ...place, level: 'error', rule: 'long-sentence', values }, editor)).toBe(sentence)
  })

  it('write decimals as the editor does', () => {
    const finding: Finding = {
      file: 'tools/a.yaml',
      level: 'error',
      rule: 'mean-word',
      values: { count: 7.25, limit: 7 },
    }
    expect(sentenceOf(finding, 'sv')).toContain('7,25')
    expect(sentenceOf(finding, 'en')).toContain('7.25')
  })
})

describe('the measures of a text', () => {
  it('end a sentence at a full stop, a question mark, an exclamation mark, a colon or the end of the line', () => {
    expect(sentencesIn('Kysy: ”Mitä nyt?” Odota klo 13.00!\nSitten')).toEqual([
      'Kysy:',
      '”Mitä nyt?”',
      'Odota klo 13.00!',
      'Sitten',
    ])
  })

  it('count words per sentence and the share of words over six letters', () => {
    expect(lixOf(['Yksi kaksi kolme. Neljäntoista.'])).toBe(4 / 2 + 100 / 4)
  })

  it('take 0.068 seconds for a character', () => {
    expect(readingSeconds(1000)).toBe(68)
  })

  // writing.md says fi 35–37, sv 17–23, en 16–23; its way of counting is not told to the last word.
  it.each([
    ['fi', 35, 37],
    ['sv', 17, 23],
    ['en', 16, 23],
  ] as const)('give the samples the LIX that writing.md names, within 1.5: %s %i–%i', (language, from, to) => {
    for (const id of ['kr-huoli', 'sf-asteikko', 'vi-ohje'] as const) {
      const lix = lixOf(cardTexts(sampleTool(id), language))
      expect(lix).toBeGreaterThan(from - 1.6)
      expect(lix).toBeLessThan(to + 1.6)
    }
  })
})

function findings(content: Content, options = OPTIONS): string[] {
  return checkContent(content, options).map(({ level, rule, file, language, field }) =>
    [level, rule, file, language, field].filter(Boolean).join(' '),
  )
}
