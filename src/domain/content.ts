/** What the content files say: their schemas, and the types that come of them. Fields and enums: content/writing.md. */
import { IANAZone } from 'luxon'
import { z } from 'zod'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'
import type { Lexicon } from './search.ts'

/** No text is longer, so that no check of a text takes long. The longest, a theory bite, has about 1,200 characters. */
const LONGEST_TEXT = 2000
const words = z.string().trim().min(1).max(LONGEST_TEXT)
const date = z.iso.date()
const toolId = z.string().regex(/^[a-z]{2}-[a-z0-9]+$/)
const theoryId = z.string().regex(/^th-[a-z0-9]+$/)
const themeId = z.string().regex(/^t\d{2}-[a-z0-9]+$/)
const webinarId = z.string().regex(/^wb-[a-z0-9]+$/)
const launchId = z.string().regex(/^la-[a-z0-9]+$/)

/** What an organisation can be going through. HR sets it; it settles ties and orders what is offered. */
export const PHASES = ['everyday', 'change', 'crisis', 'exit', 'new_normal'] as const
export type Phase = (typeof PHASES)[number]
const phases = z.array(z.enum(PHASES)).min(1)

function inLanguages<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject(Object.fromEntries(LANGUAGES.map((language) => [language, schema])) as InLanguages<Schema>)
}

/** Who answers for a text, since when, and on what rights: K common knowledge, A source named, T brand kept out. */
const record = {
  state: z.enum(['draft', 'pilot', 'published', 'retired']),
  version: z.int().min(1),
  owner_role: words,
  created: date,
  reviewed: date,
  review_due: date,
}
const rights = { rights: z.enum(['K', 'A', 'T']), sources: z.array(words) }

const toolText = z.strictObject({
  title: words,
  summary: words,
  when: words,
  outcome: words,
  steps: z.array(words),
  remote_tip: words,
  avoid: words,
  care: words,
  follow_up: words,
  /** The fields of a canvas: what is filled in becomes a message with the labels as its headings. */
  canvas: z.array(z.strictObject({ label: words, hint: words })).optional(),
  origin: words,
  needs: z.array(words),
})

export const toolSchema = z.strictObject({
  id: toolId,
  theme: themeId,
  type: z.enum(['tool', 'thinking_aid', 'video']),
  format: z.enum(['question_set', 'exercise', 'meeting_script', 'checklist', 'canvas']),
  with_whom: z
    .array(z.enum(['self', 'one_to_one', 'team', 'own_manager', 'managers_group', 'supervisors', 'staff_reps']))
    .min(1),
  minutes: z.int().min(1),
  remote_fit: z.enum(['async_ok', 'live_video', 'on_site']),
  phase: phases,
  sector: z.array(words).min(1),
  ...record,
  ...rights,
  /** What a pilot gave: how many tried, and how much it helped on average, 0–10. */
  pilot: z.strictObject({ trials: z.int().min(1), helped: z.number().min(0).max(10), ended: date }).optional(),
  /** Why it is published without a pilot, by whom, and until when. */
  exemption: z.strictObject({ reason: words, by_role: words, until: date }).optional(),
  related: z.array(toolId),
  changelog: z.array(z.strictObject({ version: z.int().min(1), date, change: words })).min(1),
  text: inLanguages(toolText),
})

/** YAML's `|` ends paragraphs with an empty line, `>` with a line break: here an empty line always does. */
const paragraphs = words.transform((text) =>
  text
    .split(/\n\s*\n/.test(text) ? /\n\s*\n/ : /\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '))
    .join('\n\n'),
)

export const theorySchema = z.strictObject({
  id: theoryId,
  theme: themeId,
  ...record,
  ...rights,
  text: inLanguages(z.strictObject({ title: words, body: paragraphs, question: words, source: words })),
})

/** Link and poster are https addresses on an allowed host; `alt` says what the poster shows. */
const videoSchema = z.strictObject({
  link: words,
  minutes: z.number().positive(),
  captions: z.array(z.enum(LANGUAGES)),
  login_required: z.boolean(),
  poster: words,
  alt: inLanguages(words),
})

export const themeSchema = z.strictObject({
  id: themeId,
  /** The name of a Fluent icon that the Adaptive Card element Icon knows. */
  icon: z.string().regex(/^[A-Z][A-Za-z0-9]+$/),
  /** When the theme helps most, and why: read by editors alone. */
  phase: phases,
  phase_reason: words,
  ...record,
  tools: z.array(toolId),
  theory: z.array(theoryId),
  video: videoSchema.optional(),
  webinar: webinarId.optional(),
  /** Why now, in which order to try the tools, and what HR can do with the theme. */
  text: inLanguages(z.strictObject({ name: words, why: words, order: words, hr: words })),
})

/** When those who signed up are reminded: 7 days, 1 day and 1 hour before the start. */
export const REMINDERS = ['P7D', 'P1D', 'PT1H'] as const
export type Reminder = (typeof REMINDERS)[number]

export const WEBINAR_KINDS = ['webinar', 'guidance', 'coaching'] as const
export type WebinarKind = (typeof WEBINAR_KINDS)[number]

const spoken = z.array(z.enum(LANGUAGES))

/** A recording is shown to the end of the day on which it expires, in the zone of the webinar. */
const recordingSchema = z.strictObject({
  link: words,
  minutes: z.int().min(1),
  captions: spoken,
  login_required: z.boolean(),
  expires: date,
})

/** A webinar, a session of remote work guidance or a coaching session on a theme: one record serves all three. */
export const webinarSchema = z.strictObject({
  id: webinarId,
  kind: z.enum(WEBINAR_KINDS),
  theme: themeId,
  ...record,
  /** What the clock of the zone shows when it starts: 2026-12-03T13:00. */
  start: z.string().refine((start) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(start), '2026-12-03T13:00'),
  zone: z.string().refine((zone) => IANAZone.isValidZone(zone), 'Europe/Helsinki'),
  minutes: z.int().min(1),
  cancelled: z.boolean().default(false),
  spoken: spoken.min(1),
  captions: spoken,
  /** https addresses on an allowed host. Where one is absent, its button is not shown. */
  join: words.optional(),
  registration: words.optional(),
  /** Whether joining needs a login: then each language has a `login_note`. */
  login_required: z.boolean(),
  /** Whom to turn to when the login fails: a kind of content/contacts.yaml. */
  sign_in_contact: z.enum(['sign_in_support', 'it_support', 'hr']).default('sign_in_support'),
  reminders: z.array(z.enum(REMINDERS)).default([...REMINDERS]),
  recording: recordingSchema.optional(),
  /** The tools that came out of it, or that it taught: shown afterwards. */
  tools: z.array(toolId),
  /** Seats. Those who sign up later wait for one. */
  capacity: z.int().min(1).optional(),
  /** Entra object id of the one person who may see who signed up. */
  organiser_id: z.guid().toLowerCase().optional(),
  /** Speakers and organiser by their roles, never by name. */
  text: inLanguages(
    z.strictObject({
      title: words,
      description: words,
      speakers: z.array(words).min(1),
      organiser: words,
      login_note: words.optional(),
    }),
  ),
})

/** What a theme is launched with: why it comes now, its first tool, and a page of ideas for HR. */
export const launchSchema = z.strictObject({
  id: launchId,
  theme: themeId,
  ...record,
  first_tool: toolId,
  webinar: webinarId.optional(),
  /** Why it is launched without a webinar. */
  waiver: words.optional(),
  text: inLanguages(
    z.strictObject({
      why_now: words,
      first_step: words,
      ideas: z.array(z.strictObject({ heading: words, idea: words })),
    }),
  ),
})

export const CONTACT_KINDS = [
  'hr',
  'occupational_safety',
  'occupational_health',
  'it_support',
  'sign_in_support',
  'crisis_line',
] as const

export type ContactKind = (typeof CONTACT_KINDS)[number]

const contactTexts = Object.fromEntries(
  LANGUAGES.map((language) => [language, z.string().trim().max(LONGEST_TEXT).nullish()]),
) as Record<Language, z.ZodOptional<z.ZodNullable<z.ZodString>>>

/** The filled texts alone: what is empty in the file is absent here, so that it is hidden. */
function filled(texts: Partial<Record<Language, string | null | undefined>> | null | undefined) {
  return Object.fromEntries(Object.entries(texts ?? {}).filter(([, text]) => text)) as Partial<InLanguages<string>>
}

const contact = z.strictObject(contactTexts).nullish().transform(filled)
const crisisLine = z
  .strictObject({ ...contactTexts, checked: date.nullish() })
  .nullish()
  .transform((line) => {
    const { checked, ...texts } = line ?? {}
    return { ...filled(texts), ...(checked && { checked }) }
  })

const contactUnit = z.strictObject({
  unit: words,
  hr: contact,
  occupational_safety: contact,
  occupational_health: contact,
  it_support: contact,
  sign_in_support: contact,
  crisis_line: crisisLine,
})

/** People to turn to, by unit, `default` first. */
export const contactsSchema = z.array(contactUnit).min(1)

export const PAGES = ['privacy', 'terms', 'accessibility'] as const

const section = z.strictObject({ heading: words, paragraphs: z.array(words).min(1) })

export const pageSchema = z.strictObject({
  id: z.enum(PAGES),
  text: inLanguages(z.strictObject({ title: words, sections: z.array(section).min(1) })),
})

const wordLists = inLanguages(z.array(words))

/** The files of content/search. */
export const lexiconSchemas = {
  commands: z.strictObject({ words: inLanguages(z.record(z.string(), z.array(words))), polite: wordLists }),
  stopWords: wordLists,
  commonWords: wordLists,
  concepts: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), wordLists),
  settings: z.strictObject({ threshold: z.number().min(0) }),
  /** How people write of a person at risk or of a shock, and the tools that are for it. */
  care: z.strictObject({ signs: wordLists, tools: z.array(toolId).min(1) }),
}

/** Search words of tools, by tool id: the vocabulary of a trouble beyond the everyday phrases. One file a theme. */
export const keywordsSchema = z.record(toolId, wordLists)

/** A topic that no tool is about: where it belongs, and how people ask for it. `contact` shows whom to turn to. */
export const elsewhereSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  contact: z.enum(CONTACT_KINDS).optional(),
  text: inLanguages(
    z.strictObject({ topic: words, where: words, needs: z.array(words), keywords: z.array(words).default([]) }),
  ),
})

/** The bank of check-in questions (content/writing.md, "Check-in bank"): all from 0 to 10, `scale` names their anchors. */
export const checkInsSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^[A-Z]{1,2}\d$/),
    /** Of its text: a round keeps with which it was asked. */
    version: z.int().min(1),
    dimension: z.enum([
      'core',
      'workload',
      'recovery',
      'clarity',
      'connection',
      'support',
      'progress',
      'psych_safety',
      'change',
      'remote',
      'onsite',
    ]),
    scale: z.enum(['worst_best', 'badly_well', 'hard_easy', 'not_completely']),
    /** The tools that a low figure offers, the first one first. */
    offers: z.array(toolId).min(1),
    text: inLanguages(words),
  }),
)

/** Strings nested by feature: i18next asks for them by dotted path. */
export const stringsSchema = z.record(z.string(), z.unknown()).superRefine((tree, context) => {
  for (const path of pathsToOthers(tree)) {
    context.addIssue({ code: 'invalid_type', expected: 'string', input: tree, path })
  }
})

/** Paths to what is neither a string of a fair length nor a group of them. */
function pathsToOthers(tree: Record<string, unknown>, path: string[] = []): string[][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (isGroup) return pathsToOthers(value as Record<string, unknown>, [...path, key])
    return typeof value === 'string' && value.length <= LONGEST_TEXT ? [] : [[...path, key]]
  })
}

export type Tool = z.output<typeof toolSchema>
export type ToolText = z.output<typeof toolText>
export type Theory = z.output<typeof theorySchema>
export type Video = z.output<typeof videoSchema>
export type Theme = z.output<typeof themeSchema>
export type Webinar = z.output<typeof webinarSchema>
export type Launch = z.output<typeof launchSchema>
export type Contacts = z.output<typeof contactsSchema>
export type Keywords = z.output<typeof keywordsSchema>
export type Elsewhere = z.output<typeof elsewhereSchema>
export type Question = z.output<typeof checkInsSchema>[number]
export type Page = z.output<typeof pageSchema>

/** The strings of one language by dotted key; notes for the translator are the keys with a part that begins with `//`. */
export type FlatStrings = Record<string, string>

/** The words that the search and the commands know. */
export type Vocabulary = Lexicon & {
  commands: z.output<typeof lexiconSchemas.commands>
  /** Words that do not count when phrases are compared with messages. */
  commonWords: InLanguages<string[]>
}

/** Every content file that could be read. `refused` names those that could not, by their file names without the ending. */
export type Content = {
  tools: Tool[]
  theories: Theory[]
  themes: Theme[]
  webinars: Webinar[]
  launches: Launch[]
  keywords: Keywords
  elsewhere: Elsewhere[]
  questions: Question[]
  contacts: Contacts
  pages: Page[]
  strings: Partial<InLanguages<FlatStrings>>
  lexicon: Vocabulary | undefined
  refused: ReadonlySet<string>
}
