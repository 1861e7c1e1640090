/** What features reach the outside through; src/platform implements each. */
import type { Language } from './domain/languages.ts'
import type { Deliveries, DeliveryCounts, Ledger, Mailing, What } from './domain/delivery.ts'
import type { Collections } from './domain/records.ts'
import type { Address, Message, Person } from './kit.ts'

export type Store = Collections & { ledger: Ledger }

/** A member as the platform's roster tells of one. `id` is the Entra object id. */
export type Member = { id: string; userId: string; name: string }

/** A message that is sent from memory: a crash ends it, and nothing is kept of who was to get it (privacy rule 7). */
export type Sending = {
  kind: string
  to: Member
  tenant: string
  serviceUrl: string
  message: What
  language: Language
}

/** The one way out for what the bot sends by itself: one pace, the states and promises of design/delivery.md. */
export interface Outbox {
  /**
   * Records a mailing with its deliveries and sends it from `at` on; once for its id: what is there already stays as it is.
   * Resolves when it is durable. Make the ids business keys, and call this before what made it due is cleared.
   */
  post(tenant: string, mailing: NewMailing, deliveries: Deliveries): Promise<void>
  /** Records a mailing to be released later, in place of one that is held under its id. @throws where it was released */
  hold(tenant: string, mailing: NewMailing, deliveries: Deliveries): Promise<DeliveryCounts>
  /** Sends a held mailing from `at` on; true for the one call that did it. */
  release(tenant: string, id: string, at: Date): Promise<boolean>
  /** Stops within seconds: what has not begun is cancelled. A held or waiting one is cancelled whole. */
  cancel(tenant: string, id: string): Promise<void>
  /** Sends the failed, or the unknown, of an ended mailing again; how many they were. */
  repeat(tenant: string, id: string, which: 'failed' | 'unknown'): Promise<number>
  counts(tenant: string, id: string): Promise<DeliveryCounts>
  /** Removes a mailing and its deliveries, running or not. */
  forget(tenant: string, id: string): Promise<void>
  /** How many notices each person (by Entra object id) gets or got in the week of `at`, of all mailings that are not held. */
  noticesInWeek(tenant: string, at: Date): Promise<ReadonlyMap<string, number>>
  /** The first moment at which a waiting mailing is to start; `isMine` chooses by kind. */
  nextStart(isMine?: (kind: string) => boolean): Promise<Date | undefined>
  /** Starts the mailings that are due by the clock's now. */
  startDue(isMine?: (kind: string) => boolean): Promise<void>
  /** Sends from memory, in this pace; resolves when each has come to its end. No retry after a crash, no counts in logs. */
  send(sendings: readonly Sending[]): Promise<void>
  /** Runs in the background what sends; a moved clock and a stop wait for it. */
  behind(work: () => Promise<void>): void
}

export type NewMailing = Omit<Mailing, 'state' | 'endedAt' | 'isCancelled'>

/** The keys of open rounds (privacy rule 5): 32 random bytes each, only in KEYS_DIR. A reader keeps no key. */
export interface RoundKeys {
  /** Makes the key of a round, or gives the one there is. @throws NotStored */
  make(round: string): Promise<void>
  /** Undefined once destroyed. */
  read(round: string): Promise<Buffer | undefined>
  /** Overwrites and removes the key; nothing where there is none. */
  destroy(round: string): Promise<void>
}

export interface Chats {
  /** Posts a card; returns its activity id where the platform gives one. @throws Unreachable */
  post(to: Address, message: Message): Promise<string | undefined>
  /** Puts a card in place of a posted one. @throws Unreachable */
  update(at: Address, activity: string, message: Message): Promise<void>
  /** Takes a posted card back: deletes it, or where that cannot be done replaces it with `instead`. @throws Unreachable */
  withdraw(from: Address, activity: string, instead: Message): Promise<void>
  /** The person's own chat with the bot, created where none is known; kept unless told not to be. @throws Unreachable */
  ownChat(person: Person, serviceUrl: string, how?: { isKept: boolean }): Promise<Address>
  /** Whether the platform counts the person among the members of the conversation now. */
  isMember(of: Address, person: Person): Promise<boolean>
  /** The name of a member of a conversation, or empty where it is not told. */
  nameOf(of: Address, userId: string): Promise<string>
  /** The members of a team or channel, read page by page; guests, people of other organisations and bots left out. */
  members(of: Address): Promise<Member[]>
  /** The same with guests, who are marked. `staff` is the user principal name in small letters, where it is told. */
  roster(of: Address): Promise<(Member & { isGuest: boolean; staff?: string })[]>
  channels(team: Address): Promise<{ id: string; name: string }[]>
}
