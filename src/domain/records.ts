/** What is kept, and the one port through which it is kept. */
import type { Language } from './languages.ts'

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
}

/** By conversation id: a place the app was added to. `welcomed` stays when it is removed, so that it is greeted once. */
export type Installation = { id: string; installed: boolean; welcomed: boolean }

/** By team id. `members` are Entra object ids; a channel's `key` is its opaque id, and the General channel has no name. */
export type Team = {
  id: string
  name: string
  serviceUrl: string
  channels: { id: string; key: string; name: string }[]
  members: string[]
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

/** The store could not make a change durable, and has not made it: a full disk, a lost database. */
export class NotStored extends Error {
  override name = 'NotStored'
}
