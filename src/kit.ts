/** The few words that every feature shares. */
import type { z } from 'zod'
import type { Language } from './domain/languages.ts'
import { NOTICES, type NoticeName } from './domain/notices.ts'
import { lengthOf, tidyText } from './domain/person-text.ts'
import type { Library } from './domain/library.ts'
import type { DeliveryCounts, Mailing, What } from './domain/delivery.ts'
import type { AuditEntry } from './domain/records.ts'
import type { WorkCalendar } from './domain/calendar.ts'
import type { Cards } from './cards.ts'
import { isStringKey, type StringKey, type Translate } from './strings.ts'
import type { Store, Outbox, RoundKeys, Chats } from './ports.ts'

/** A person is tenant + Entra object id. `userId` is what the platform calls this person towards this bot. */
export type Person = { tenant: string; id: string; userId: string; name: string }

export type Role = 'hr' | 'supervisor' | 'approver' | 'coach'

/** Where a turn happens: one's own chat with the bot, a channel of a team, or a group chat. */
export type Place = { kind: 'own' | 'channel' | 'group'; address: Address; team?: string; channel?: string }

/** A conversation that can be written to. */
export type Address = { tenant: string; serviceUrl: string; conversation: string }

/** One message or press of one person. */
export type Turn = {
  person: Person
  place: Place
  /** The language of the answer, by the rules of `domain/language.ts`. */
  language: Language
  t: Translate
  now: Date
  /** The IANA zone of the client's clock, where it tells one. */
  zone?: string
  /** The activity that carries the pressed card, where the platform tells it: what is updated later. */
  card?: string
}

/** A verb that shows something, with the ids it needs to show it again. */
export type Show = What

/** A card to send: its template, its data, the line that a notification shows, and how to show it in another language. */
export type Message = {
  [Name in keyof Cards]: { card: Name; language: Language; summary: string; show: Show; data: Cards[Name] }
}[keyof Cards]

/** What comes of a press. */
export type Answer =
  /** The card takes the place of the pressed one. */
  | { replace: Message }
  /** One's own chat: a new message under the pressed card, with `notice` as its reply. Elsewhere: in place of it, for the presser. */
  | { open: Message; notice: string }
  /** A line of text; the pressed card stays. */
  | { say: string }

/** Something said to the person, in their language, with what to do next. Nothing of a refused act is stored. */
export class Refusal extends Error {
  override name = 'Refusal'
}

/** The platform did not say whether it took a message: it may stand there or not, and is not sent again by itself. */
export class Unconfirmed extends Error {
  override name = 'Unconfirmed'
}

/** The conversation cannot be written to or read: removed, blocked, gone, or not the person's. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** What a button's verb does with its data and inputs together. */
export type Action = {
  /** True where nothing about the presser is noted, neither the own chat nor the client's language (privacy rules 3 and 7). */
  leavesNoTrace?: boolean
  /** True where the answer only shows something, so that it can be shown again in another language. */
  shows: boolean
  run: (turn: Turn, kit: Kit, data: unknown) => Promise<Answer>
}

/** An action that shows something and changes nothing. */
export function shows<T>(data: z.ZodType<T>, run: (turn: Turn, kit: Kit, data: T) => Promise<Answer>): Action {
  return { shows: true, run: (turn, kit, given) => run(turn, kit, fit(turn, data, given)) }
}

/** An action that changes something. */
export function acts<T>(data: z.ZodType<T>, run: (turn: Turn, kit: Kit, data: T) => Promise<Answer>): Action {
  return { shows: false, run: (turn, kit, given) => run(turn, kit, fit(turn, data, given)) }
}

/** Whom a door is for: people with one of the roles, in their own chat alone. */
export type Door = {
  roles: readonly Role[]
  /** Under which name button data carries the id of what it is done to. */
  subject: string
  /** What those are told who have a role, and press in a channel or group. */
  elsewhere: StringKey
}

/** Actions behind a door. The role is asked at every press; anybody else gets the words of not found, which is kept. */
export function onlyFor(door: Door, actions: Record<string, Action>): Record<string, Action> {
  const guarded = Object.entries(actions).map(([verb, action]): [string, Action] => [
    verb,
    {
      ...action,
      async run(turn, kit, data) {
        await demandRole(turn, kit, door, { what: verb, to: idIn(data, door.subject) })
        return action.run(turn, kit, data)
      },
    },
  ])
  return Object.fromEntries(guarded)
}

const LONGEST_ID = 40

function idIn(data: unknown, name: string): string {
  const fields = typeof data === 'object' && data !== null ? new Map<string, unknown>(Object.entries(data)) : undefined
  const given = fields?.get(name)
  return typeof given === 'string' && given.length <= LONGEST_ID ? given : ''
}

/** @throws Refusal for anybody without one of the roles, and in a channel or group for those who have one */
export async function demandRole(
  turn: Turn,
  kit: Kit,
  { roles, elsewhere }: Door,
  { what, to }: { what: string; to: string },
): Promise<void> {
  const has = await kit.roles(turn.person)
  if (!roles.some((role) => has.has(role))) {
    await kit.audit(turn, { what, to, outcome: 'refused', note: '' })
    throw new Refusal(turn.t('refusals.notFound'))
  }
  if (turn.place.kind !== 'own') throw new Refusal(turn.t(elsewhere))
}

/** Data that does not fit its schema is refused: with the fault's own text if it names one, else as not found. */
function fit<T>(turn: Turn, schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const said = parsed.error.issues.map((issue) => issue.message).find(isStringKey)
  throw new Refusal(turn.t(said ?? 'refusals.notFound'))
}

/** One of the notices as a card, which its language switch shows again as the same. */
export function noticeCard({ language, t }: Turn, name: NoticeName): Message {
  const { title, text, offers } = NOTICES[name]
  return {
    card: 'notice',
    language,
    summary: t(title),
    show: { verb: 'welcome.notice', notice: name },
    data: { title: t(title), paragraphs: [t(text)], offers },
  }
}

/** The longest text that a field of a form takes, in visible characters. */
const TEXT_LIMIT = 500

/** The tidied text of a form's field. @throws Refusal where it is too long: nothing is cut behind the writer's back */
export function formText({ t }: Turn, given: string, limit = TEXT_LIMIT): string {
  const text = tidyText(given)
  const length = lengthOf(text)
  if (length > limit) throw new Refusal(t('refusals.tooLong', { length, limit }))
  return text
}

/** A search hit in the compose box: a card and its short preview. */
export type Hit = { message: Message; title: string; text: string; image: string }

/** A page for a browser, outside the chat. `body` is HTML whose values are escaped already. */
export type WebPage = { language: Language; title: string; body: string }

/** A vertical slice, declared first and implemented in the files beside its index. */
export type Feature = {
  name: string
  /** By the key of its words in the strings files. */
  commands?: Record<string, (turn: Turn, kit: Kit) => Promise<Message>>
  actions?: Record<string, Action>
  /** Answers a word whose feature is not there yet. */
  notYet?: (turn: Turn, kit: Kit) => Promise<Message>
  /** Answers what is no command. */
  answers?: (turn: Turn, kit: Kit, text: string) => Promise<Message>
  /** Greets a place the app was added to, once. `installer` is a name, or empty. */
  greets?: (turn: Turn, kit: Kit, installer: string) => Message
  /** Search in the compose box. */
  finds?: (turn: Turn, kit: Kit, query: string) => Promise<Hit[]>
  /** Pages by path: `/tools/:id`. Undefined where there is none. */
  pages?: Record<string, (kit: Kit, id: string, language: Language) => WebPage | undefined>
  jobs?: Job[]
  /** By the kind of a mailing: told how it goes on, every few seconds at most, and once when it has ended. */
  watches?: Record<string, (kit: Kit, tenant: string, mailing: Mailing, counts: DeliveryCounts) => Promise<void>>
  /** Files for a browser by path, `/broadcasts/:file`: written piece by piece. Undefined where there is none. */
  downloads?: Record<string, (kit: Kit, file: string, query: URLSearchParams) => Promise<Download | undefined>>
}

export type Download = { name: string; type: string; pieces: AsyncIterable<string> }

/** Work that comes due by the clock. */
export type Job = {
  name: string
  /** The first moment after `since` at which the job is due, or an earlier one that was missed while the bot was down. */
  next: (since: Date, kit: Kit) => Promise<Date | undefined>
  /** Does all that is due by the clock's now: what it leaves due rests for a minute. */
  run: (due: Date, kit: Kit) => Promise<void>
}

/** The ports that a handler may use. */
export type Kit = {
  clock: { now(): Date }
  library(): Library
  strings(language: Language): Translate
  store: Store
  chats: Chats
  outbox: Outbox
  roundKeys: RoundKeys
  /** Random order, as good as the system's randomness. */
  shuffle<T>(items: readonly T[]): T[]
  roles(person: Person): Promise<ReadonlySet<Role>>
  /** Entra object ids of those who are named supervisors; undefined where nobody is named, and so everybody is one. */
  supervisors(tenant: string): Promise<ReadonlySet<string> | undefined>
  /** Entra object ids of those who may approve. */
  approvers(tenant: string): Promise<ReadonlySet<string>>
  /** Keeps who did what, append-only. @throws NotStored */
  audit(turn: Turn, entry: Pick<AuditEntry, 'what' | 'to' | 'outcome' | 'note'>): Promise<void>
  /** Tells the operator of a fault that ended one piece of a job; the others go on. */
  report(error: unknown): void
  /** A keyed hash: the same parts give the same opaque id, and nobody without the key can tell the parts. */
  opaque(...parts: string[]): string
  /** Runs an action that only shows something, in the language of the turn. @throws Refusal */
  show(turn: Turn, what: unknown): Promise<Message>
  settings: {
    publicUrl: string
    supportUrl: string
    defaultLanguage: Language
    timeZone: string
    /** When the bot may send by itself: window, quiet periods, zone. */
    calendar: WorkCalendar
    /** Whether check-ins wait for HR's word on the co-operation procedure: in production. */
    needsCooperation: boolean
    /** CHECKIN_THRESHOLD: the fewest answers of which figures are shown, 4 or more. */
    threshold: number
    retentionMonths: number
    /** SEND_RATE: messages a second. */
    rate: number
    /** APPROVAL_ABOVE: more recipients than this need a second person. */
    approvalAbove: number
    /** LINK_HOSTS: the hosts that a link or an image of a broadcast may be on. */
    linkHosts: readonly string[]
  }
}
