/**
 * What is kept where, on what basis and how long, and what of it is whose: one entry a collection, so that whoever adds
 * one has to say so. “Omat tiedot”, the erasing and `npm run privacy -- report` are made from it.
 */
import type { CollectionName, Records } from './records.ts'
import { withoutPerson } from './webinar.ts'

/** How long a record stays, as the key of its words. */
export type KeptFor =
  | 'use' // while the person has the app
  | 'team' // while the app is in the team
  | 'imported' // until the next import leaves the person out
  | 'checkins' // while the team has check-ins
  | 'round' // until the check-in closes
  | 'day'
  | 'month' // 30 days after its end
  | 'year' // 12 months
  | 'retention' // RETENTION_MONTHS
  | 'organisation' // while the organisation uses Luotsi

/** The legal basis, for the report: the organisation decides on it, these are the proposals of docs/privacy.md. */
export type Basis =
  | 'task' // GDPR 6(1)(e): the employer's task carried out in the public interest
  | 'duty' // GDPR 6(1)(c): a legal obligation, here to be able to tell who did what
  | 'none' // no personal data

/** Whose a record is: `person` by the Entra object id, `sealed` so that only the person's own press finds it. */
export type Linked = 'person' | 'sealed' | 'nobody'

/** What of a record is of a person. The ids of others are left out. */
export type Own = Record<string, string | number | boolean | readonly string[]>

export type Entry<T> = {
  linked: Linked
  keptFor: KeptFor
  basis: Basis
  /** In English, for the report: what stands there and what for. */
  what: string
  /** Undefined where nothing is of this person. Only where the record is linked to a person. */
  ofPerson?: (record: T, person: string) => Own | undefined
  /** The record without the person, undefined to remove it. Absent where it stays though the person asks, with the reason. */
  without?: (record: T, person: string) => T | undefined
  /** Why it stays, as the key of its words. */
  stays?: 'team' | 'employer' | 'checkins' | 'round' | 'accountability' | 'delivery'
}

const ifMine = <T>(isMine: boolean, own: () => T): T | undefined => (isMine ? own() : undefined)

export const REGISTER: { [Name in CollectionName]: Entry<Records[Name]> } = {
  people: {
    linked: 'person',
    keptFor: 'use',
    basis: 'task',
    what: 'language, address of the own chat, which messages are wanted: to answer and to deliver',
    ofPerson: (record, person) =>
      ifMine(record.id === person, () => ({
        id: record.id,
        userId: record.userId,
        ...(record.language !== undefined && { language: record.language }),
        ...(record.locale !== undefined && { locale: record.locale }),
        ...(record.ownChat !== undefined && { ownChat: record.ownChat.conversation }),
        ...(record.off !== undefined && { off: record.off }),
        ...(record.quietUntil !== undefined && { quietUntil: record.quietUntil }),
        ...(record.wantsWeekly !== undefined && { wantsWeekly: record.wantsWeekly }),
        ...(record.isRetired !== undefined && { isRetired: record.isRetired }),
      })),
    without: (record, person) => (record.id === person ? undefined : record),
  },
  installations: {
    linked: 'nobody',
    keptFor: 'organisation',
    basis: 'none',
    what: 'conversations the app was added to, one’s own chat among them: so that each is greeted once. Erased with the person',
  },
  teams: {
    linked: 'person',
    keptFor: 'team',
    basis: 'task',
    what: 'teams with the app, their channels and the ids of their members: to deliver, and to know who may share where',
    ofPerson: ({ id, name, members }, person) =>
      ifMine(
        members.some((member) => member.id === person),
        () => ({ team: name, id }),
      ),
    stays: 'team',
  },
  wishes: {
    linked: 'nobody',
    keptFor: 'year',
    basis: 'none',
    what: 'wishes for tools, without name or unit; their ids are hashes under opaque.key',
  },
  trials: {
    linked: 'nobody',
    keptFor: 'year',
    basis: 'none',
    what: 'feedback on tools, without name or unit; their ids are hashes under opaque.key',
  },
  shares: { linked: 'nobody', keptFor: 'day', basis: 'none', what: 'cards shared to a channel: to undo it' },
  checkIns: {
    linked: 'person',
    keptFor: 'checkins',
    basis: 'task',
    what: 'the schedule of a team’s check-ins, who reads the results, who is left out',
    ofPerson: ({ id, readers, leaveOut }, person) => {
      const reads = readers.some((reader) => reader.id === person)
      return ifMine(reads || leaveOut.includes(person), () => ({
        team: id,
        readsResults: reads,
        leftOut: leaveOut.includes(person),
      }))
    },
    stays: 'checkins',
  },
  rounds: {
    linked: 'person',
    keptFor: 'round',
    basis: 'task',
    what: 'open check-ins and who reads their results',
    ofPerson: ({ team, week, readers }, person) =>
      ifMine(
        readers.some((reader) => reader.id === person),
        () => ({ team, week }),
      ),
    stays: 'round',
  },
  rosters: {
    linked: 'person',
    keptFor: 'round',
    basis: 'task',
    what: 'who is asked in an open check-in; removed when it closes',
    ofPerson: ({ id, people }, person) => ifMine(people.includes(person), () => ({ round: id })),
    stays: 'round',
  },
  answers: {
    linked: 'sealed',
    keptFor: 'round',
    basis: 'task',
    what: 'answers of open check-ins, encrypted, without name or time; removed when the check-in closes',
  },
  results: {
    linked: 'nobody',
    keptFor: 'retention',
    basis: 'none',
    what: 'figures of closed check-ins; of the starter a hash under opaque.key, and the unit',
  },
  followUps: { linked: 'nobody', keptFor: 'retention', basis: 'none', what: 'whether a step helped, without team' },
  mailings: {
    linked: 'nobody',
    keptFor: 'month',
    basis: 'task',
    what: 'what the bot sends by itself. Its recipients stand in the ledger: id and what became of the message; one day, and 30 where HR can correct or repeat it',
  },
  broadcasts: {
    linked: 'person',
    keptFor: 'retention',
    basis: 'duty',
    what: 'what HR sent to many: texts, author, approver, counts',
    ofPerson: ({ id, author, approver, changedAt }, person) =>
      ifMine(author.id === person || approver === person, () => ({
        broadcast: id,
        wrote: author.id === person,
        approved: approver === person,
        at: changedAt,
      })),
    stays: 'accountability',
  },
  staff: {
    linked: 'person',
    keptFor: 'imported',
    basis: 'task',
    what: 'units, roles and languages as the organisation imported them, with the object id that Microsoft Graph told of a user principal name: audiences and who may do what',
    ofPerson: ({ people, at }, person) => {
      const mine = people.find(({ id, objectId }) => [id, objectId].includes(person.toLowerCase()))
      return mine && { unit: mine.unit, roles: mine.roles, language: mine.language ?? '', importedAt: at }
    },
    stays: 'employer',
  },
  audit: {
    linked: 'person',
    keptFor: 'retention',
    basis: 'duty',
    what: 'who did what with more than one’s own; never who answered a check-in',
    ofPerson: ({ at, who, what, outcome }, person) => ifMine(who === person, () => ({ at, what, outcome })),
    stays: 'accountability',
  },
  launches: { linked: 'nobody', keptFor: 'organisation', basis: 'none', what: 'which themes were launched, and where' },
  organisations: {
    linked: 'nobody',
    keptFor: 'organisation',
    basis: 'none',
    what: 'what the organisation is going through, and which tools were the tool of the week',
  },
  webinars: {
    linked: 'person',
    keptFor: 'month',
    basis: 'task',
    what: 'seats of a webinar where they are counted; feedback as totals',
    ofPerson: ({ id, attendance }, person) =>
      ifMine(attendance?.seats.includes(person) === true || attendance?.waiting.includes(person) === true, () => ({
        webinar: id,
        hasSeat: attendance?.seats.includes(person) === true,
      })),
    // Whoever waits gets the seat when the webinar is next looked at: the capacity is not known here.
    without: ({ movedUp, ...record }, person) => ({
      ...record,
      ...(movedUp !== undefined && { movedUp: movedUp.filter((one) => one !== person) }),
      ...(record.attendance !== undefined && {
        attendance: withoutPerson(record.attendance, person, 0).attendance,
      }),
    }),
  },
  signUps: {
    linked: 'person',
    keptFor: 'month',
    basis: 'task',
    what: 'who signed up for a webinar, the client’s time zone, which reminders are wanted',
    ofPerson: ({ webinar, person: who, at, zone, reminders, gaveFeedback }, person) =>
      ifMine(who === person, () => ({
        webinar,
        at,
        zone: zone ?? '',
        reminders: reminders ?? [],
        gaveFeedback: gaveFeedback === true,
      })),
    without: (record, person) => (record.person === person ? undefined : record),
  },
}

export const COLLECTIONS = Object.keys(REGISTER) as CollectionName[]

/** The collections that hold something of a person. A test holds the list to the register. */
export const LINKED = [
  'people',
  'teams',
  'checkIns',
  'rounds',
  'rosters',
  'answers',
  'broadcasts',
  'staff',
  'audit',
  'webinars',
  'signUps',
] as const satisfies readonly CollectionName[]
export type LinkedName = (typeof LINKED)[number]
