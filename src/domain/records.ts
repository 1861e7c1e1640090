/** What is kept, and the one port through which it is kept. */
import type { Schedule } from './calendar.ts'
import type { Figure } from './checkin-result.ts'
import type { Story } from './checkin-story.ts'
import type { Phase, Reminder, Webinar } from './content.ts'
import type { DeliveryCounts, Mailing, NoticeKind } from './delivery.ts'
import type { Language } from './languages.ts'
import type { Announced, Attendance } from './webinar.ts'

/**
 * Records of one kind, by tenant and id. Reads give what is durably stored; a record read is never to be mutated.
 * Both stores pass test/platform/store-contract.ts.
 */
export interface Collection<T> {
  get(tenant: string, id: string): Promise<T | undefined>
  list(tenant: string): Promise<T[]>
  tenants(): Promise<string[]>
  /**
   * Changes one record atomically: `edit` gets the current record and returns the next one, or undefined to remove it;
   * returning the same object changes nothing. Resolves when the change is durable. `edit` must be pure: it may run again.
   * An error thrown by `edit` rejects this change alone.
   */
  change(tenant: string, id: string, edit: (current: T | undefined) => T | undefined): Promise<T | undefined>
}

/** By Entra object id. `language` is set only by the person's own choice; `locale` is the client's last. */
export type PersonRecord = {
  id: string
  userId: string
  language?: Language
  locale?: string
  ownChat?: { conversation: string; serviceUrl: string }
  /** Set when the platform refused the own chat (blocked, uninstalled); until an install event or the person writes. */
  isRetired?: true
  /** The kinds of notices that the person turned off. */
  off?: NoticeKind[]
  /** ISO date: the first day on which notices come again. */
  quietUntil?: string
  /** Set for who said yes to a tool of the week. */
  wantsWeekly?: true
}

/** What an imported person may do, beside being a member. */
export const IMPORTED_ROLES = ['member', 'supervisor', 'hr', 'approver', 'coach'] as const
export type ImportedRole = (typeof IMPORTED_ROLES)[number]

/**
 * `id` is an Entra object id, or a user principal name, in small letters; `objectId` is what Microsoft Graph told of such
 * a name.
 */
export type StaffMember = { id: string; unit: string; roles: ImportedRole[]; language?: Language; objectId?: string }

/** By the id `all`: what `npm run people` imported last, whole. `at` is an ISO time. */
export type StaffList = { id: string; people: StaffMember[]; at: string }

/** The texts of a broadcast in one language; an empty text falls back to another language's. */
export type BroadcastText = { title: string; body: string }

/**
 * By opaque id: what HR sends to many. Its mailings are `<id>` and, to supervisors ahead of the others, `<id>-advance`.
 * `draft` → (preview) → `previewed` → `confirmed`, above APPROVAL_ABOVE by way of `approving`; the mailings tell the rest.
 */
export type Broadcast = {
  id: string
  /** Entra object id and name of the author. The name stands on the preview for the approver alone. */
  author: { id: string; userId: string; name: string }
  text: Record<Language, BroadcastText>
  audience: string
  /** `now`, or a local date and time: 2026-12-03T09:00. */
  at: string
  tool: string
  theme: string
  webinar: string
  link: string
  image: string
  imageAlt: string
  /** Why it goes at once, outside the window or as a second one a day; empty where it keeps the rules. */
  override: string
  /** Set where it launches `theme`: its texts are those of the content, and its own card is sent. `waiver` is empty with a webinar. */
  launch?: { channelDelayDays: number; waiver: string }
  state: 'draft' | 'previewed' | 'approving' | 'confirmed' | 'cancelled'
  /** Opaque; used up by the confirmation. `until` is an ISO time ten minutes after the preview. */
  token?: { value: string; until: string }
  /** When the supervisors get it and when the others do, as the preview said: ISO times. */
  plan?: { advanceAt: string; sendAt: string }
  approver?: string
  /** ISO time of the last change of state. */
  changedAt: string
  /** Set where a backup was restored while it was under way: it waits until HR lets it go on, or cancels it. */
  isRestored?: true
  /** How often it was corrected; the card says that it was. */
  corrections: number
  withdrawn: boolean
  /** How often each button of the delivered card was pressed; shown from CHECKIN_THRESHOLD on, and never who. */
  presses: Record<string, number>
  /** What its mailings came to, kept when they are removed. */
  counts?: { main?: DeliveryCounts; advance?: DeliveryCounts }
  /** HR's card that shows how it goes on, which is updated. */
  watch?: {
    conversation: string
    serviceUrl: string
    activity: string
    person: { id: string; userId: string; name: string }
  }
}

/** By its number: who did what with more than one's own. Append-only, a chain (domain/audit.ts). `at` is an ISO time. */
export type AuditEntry = {
  id: string
  /** From 1 on, without a gap. */
  number: number
  /** Covers this entry and all before it. */
  hash: string
  at: string
  /** Entra object id, or `operator` for a command of the shell. */
  who: string
  /** The verb or command. */
  what: string
  /** The opaque id of what it was done to; empty where there is none. */
  to: string
  outcome: 'done' | 'refused'
  /** A reason that the person gave, or what was decided: never a message's text. */
  note: string
}

/** By conversation id: a place the app was added to. `welcomed` stays when it is removed, so that it is greeted once. */
export type Installation = { id: string; installed: boolean; welcomed: boolean }

/** By Entra object id, guests included. `staff` is the id by which the import knows the person, where that is another one. */
export type TeamMember = { id: string; userId: string; isGuest?: true; staff?: string }

/**
 * By team id. A channel's `key` is its opaque id, and the General channel has no name; a retired one refused a message
 * and rests until the team is read anew.
 */
export type Team = {
  id: string
  name: string
  serviceUrl: string
  channels: { id: string; key: string; name: string; isRetired?: true }[]
  members: TeamMember[]
}

/** By opaque id. Neither name nor unit; kept 12 months (privacy rule 24). `at` is an ISO date without the time. */
export type Wish = { id: string; need: string; language: Language; at: string }

/** By opaque id: how a tool helped, 0–10. Neither name nor unit; kept 12 months (privacy rule 24). */
export type Trial = {
  id: string
  tool: string
  version: number
  helped: number
  worked: string
  change: string
  at: string
}

/** By opaque id: a posted card that can be taken back for ten minutes. `at` is an ISO time; removed after a day. */
export type Share = { id: string; channel: string; activity?: string; at: string; withdrawn: boolean }

/** Who reads a team's results. The name stands on every check-in card. */
export type Reader = { id: string; userId: string; name: string }

export type CheckInLanguage = Language | 'fi+sv'

/**
 * What can come due for a team's check-ins. Sending has a due time of its own (`deliver`, `announce`), cleared once
 * its mailing is written: a crash in between writes it again, which changes nothing. A reminder's is cleared first.
 */
export type DueKind = 'open' | 'deliver' | 'remind' | 'close' | 'announce' | 'followUp'

/** When a round will open and close, ISO times. */
export type Plan = { week: string; opens: string; closes: string; reminds?: string }

/**
 * By team id: the check-ins of a team. `key` is the opaque id of the team on cards, `channel` the conversation in which
 * they were started. The first of `readers` is the starter. `leaveOut` are Entra object ids.
 */
export type CheckIn = {
  id: string
  key: string
  channel: string
  serviceUrl: string
  readers: Reader[]
  schedule: Schedule
  language: CheckInLanguage
  worksRemotely: boolean
  talkOnly: boolean
  leaveOut: string[]
  /** Ids of the other teams, of the same starter, that answer together with this one. */
  joined: string[]
  /** Set where this team answers with another one: that team's id. Its own schedule then rests. */
  answersWith?: string
  /** Fewest answers that are shown: never lowered once a round was opened with it (privacy rule 10). */
  k: number
  /** ISO week of the first opening: every 2 or 4 weeks are counted from it. */
  firstWeek: string
  /** Rounds opened so far: what the rotation of the questions counts. */
  opened: number
  /** ISO weeks left out on purpose. */
  skips: string[]
  /** The latest ISO week that was opened, as a round or as a question to talk about: none opens twice. */
  lastWeek?: string
  /** The next opening. Absent while stopped. */
  next?: Plan
  /** ISO date from which check-ins open again. */
  pausedUntil?: string
  stopped: boolean
  /** ISO times. What is not due is absent. */
  due: Partial<Record<DueKind, string>>
  /** Rounds whose offered tool is still to be asked about, with the ISO time for it; `due.followUp` is the first of them. */
  asks?: { round: string; at: string }[]
}

/**
 * By opaque id of team and week: an open round (privacy rule 1). Times are ISO.
 */
export type Round = {
  id: string
  team: string
  week: string
  zone: string
  opens: string
  closes: string
  k: number
  /** Which round of this team it is, from 0. */
  number: number
  questions: { id: string; version: number }[]
  /** The readers when the round opened: they see its result. */
  readers: Reader[]
  rosterSize: number
}

/** By round id: Entra object ids in random order, no marks, no times (privacy rule 2). Removed at the close. */
export type Roster = { id: string; people: string[] }

/** By round id: sealed answers in the order of their tokens (privacy rule 3). Locked, then removed, at the close. */
export type AnswerBox = { id: string; locked: boolean; answers: { token: string; sealed: string }[] }

/** By round id: what a round came to. Figures never change again; the rest tells what was made of them. */
export type Result = {
  id: string
  team: string
  week: string
  /** ISO date of the close: kept for RETENTION_MONTHS. */
  at: string
  k: number
  /** Absent below k, like the size of the roster (privacy rule 11). */
  answers?: number
  rosterSize?: number
  /** In the order of the card. */
  figures: Figure[]
  story: Story
  /** An opaque id of the starter, so that roll-ups can count supervisors. */
  supervisor: string
  /** The starter's unit when the round closed: were it looked up later, a move between units would tell one team's figures. */
  unit?: string
}

/** By opaque id of a round: whether its step helped, 0–10, told by a reader. Neither name nor team. `at` is an ISO date. */
export type FollowUp = { id: string; theme: string; tool: string; helped: number; next: string; at: string }

/**
 * By theme id: a theme that was launched. `at` is the ISO time at which the first of its recipients got it; `broadcast`
 * is what sent it. `channels` got it, in the order of sending.
 */
export type LaunchRecord = {
  id: string
  broadcast: string
  at: string
  audience: string
  channels: { conversation: string; serviceUrl: string; team?: string }[]
  /** The versions of its tools, by id, of which the recipients know. */
  told: Record<string, number>
  /** ISO time of the last line on changes. */
  toldAt?: string
}

/**
 * By the id `all`: what HR said of the organisation, and which tools were the tool of which ISO week: an empty one where
 * all had come.
 */
export type OrganisationRecord = {
  id: string
  phase?: Phase
  weekly: { tool: string; week: string }[]
  /** ISO date on which the co-operation procedure on check-ins was finished, as HR said (privacy rule 23). */
  cooperation?: string
}

/**
 * By webinar id: what the content files do not say. One that HR made by card is here as a whole; of one in a content file
 * what HR changed by card. Kept as long as RETENTION_MONTHS says, without anybody who signed up. One that HR made and has
 * not published yet has the state `draft`.
 */
export type WebinarRecord = {
  id: string
  made?: Webinar
  /** In which languages HR wrote `made`: in the others stands a copy. */
  writtenIn?: Language[]
  changed?: Partial<
    Pick<Webinar, 'start' | 'minutes' | 'cancelled' | 'join' | 'login_required' | 'capacity' | 'recording' | 'tools'>
  >
  /** What people were last told of its times, and since when: an ISO time. */
  announced?: Announced
  announcedAt?: string
  /** Only where seats are counted: Entra object ids. */
  attendance?: Attendance
  /** Who got a seat from the waiting list and has not been told yet: Entra object ids. */
  movedUp?: string[]
  /** What went to all of them once, with the sequence of the times that it was about: `recording-0`. */
  sent?: string[]
  /** How many gave which value to which question of the feedback. Never who. */
  feedback: Record<string, Record<string, number>>
}

/**
 * By an opaque id of webinar and person: that the person signed up. Removed 30 days after the end of the webinar.
 * `userId`, `serviceUrl` and `zone` (an IANA zone, where the client tells one) are those of the press; times are ISO.
 */
export type SignUp = {
  id: string
  webinar: string
  person: string
  userId: string
  serviceUrl?: string
  at: string
  zone?: string
  /** Which reminders the person wants; absent: those of the webinar. */
  reminders?: Reminder[]
  /** The last reminder, news of a move, seat from the waiting list or choice of reminders. None before it is made up. */
  remindedAt?: string
  /** Set once feedback was given: it is given once. */
  gaveFeedback?: true
}

/** Everything that is kept, but for the recipients of mailings: the ledger of delivery.ts. */
export type Records = {
  people: PersonRecord
  installations: Installation
  teams: Team
  wishes: Wish
  trials: Trial
  shares: Share
  checkIns: CheckIn
  rounds: Round
  rosters: Roster
  answers: AnswerBox
  results: Result
  followUps: FollowUp
  mailings: Mailing
  broadcasts: Broadcast
  staff: StaffList
  audit: AuditEntry
  launches: LaunchRecord
  organisations: OrganisationRecord
  webinars: WebinarRecord
  signUps: SignUp
}
export type CollectionName = keyof Records

export type Collections = { [Name in CollectionName]: Collection<Records[Name]> }

/** The store could not make a change durable, and has not made it: a full disk, a lost database. */
export class NotStored extends Error {
  override name = 'NotStored'
}
