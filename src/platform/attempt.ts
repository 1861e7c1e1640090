/** One attempt to bring one message to one recipient, and what it came to: design/delivery.md, “Outcomes”. */
import type { Delivery, Mailing, Reason } from '../domain/delivery.ts'
import { dayOf, isoDate, wallOf } from '../domain/days.ts'
import type { Language } from '../domain/languages.ts'
import { answerLanguage } from '../domain/message-language.ts'
import { staffById } from '../domain/staff.ts'
import { NotStored, type PersonRecord } from '../domain/records.ts'
import { Refusal, Unconfirmed, type Address, type Kit, type Person, type Turn } from '../kit.ts'
import type { Chats, Store } from '../ports.ts'
import type { RenderCard } from './cards.ts'
import { cardActivity } from './chats.ts'
import { ConnectorError, NotConnected, NotSent, NotThere, type Connector } from './connector.ts'
import type { Log } from './log.ts'

/** What is sent, and what the service and the recipient have to do with it. */
export type Parcel = Pick<Mailing, 'kind' | 'does' | 'message' | 'language' | 'atAnyHour' | 'keepsCopies'> &
  Partial<Pick<Mailing, 'notice'>> & {
    tenant: string
    /** False where nothing of the recipient is to be kept, not even an own chat that this opens (privacy rule 7). */
    leavesTrace: boolean
  }

/** Why nothing goes on for now. */
export type Hold =
  /** 429: everybody waits, as long as the service says. */
  | { why: 'limited'; ms?: number }
  /** 401, or no token: nobody would get through. */
  | { why: 'unauthorized' }
  /** No connection: perhaps this one address, perhaps the service. */
  | { why: 'unreachable' }
  /** 412, or an update whose answer is missing: this one message later. */
  | { why: 'conflict' }
  /** It has not left: others were told to pause meanwhile, or the process ends. */
  | { why: 'waiting' }

export type Verdict =
  | { is: 'delivered'; copy?: Delivery['copy'] }
  | { is: 'ended'; state: 'failed' | 'skipped' | 'unknown'; reason: Reason }
  | { is: 'held'; hold: Hold }

export type AttemptOptions = {
  /** Its requests are one attempt each. */
  connector: Connector
  chats: Pick<Chats, 'ownChat'>
  store: Pick<Store, 'people' | 'staff' | 'teams'>
  clock: { now(): Date }
  zone: string
  strings: Kit['strings']
  show: Kit['show']
  render: RenderCard
  /** Resolves when one more request may go to this conversation. @throws NotSent where that is not before `until` */
  mayGo: (conversation: string, until: number) => Promise<void>
  log: Log
}

/** A card by its language and the kind of its place, where all recipients of a mailing get the same. */
export type Rendered = Map<string, Promise<object>>

/** `until`, by `performance.now()`: after it nothing leaves any more. */
type Attempted = { rendered?: Rendered | undefined; until?: number }

export type Attempt = (parcel: Parcel, delivery: Delivery, how?: Attempted) => Promise<Verdict>

export function openAttempt(options: AttemptOptions): Attempt {
  const { connector, chats, store, clock, zone, strings, show, render, mayGo, log } = options

  const send = async (
    parcel: Parcel,
    delivery: Delivery,
    { rendered, until = Infinity }: Attempted,
  ): Promise<Verdict> => {
    const { to, copy } = delivery
    const { tenant } = parcel
    const record = 'person' in to ? await store.people.get(tenant, to.person) : undefined
    if (parcel.does !== 'post') {
      if (copy === undefined) return failed('noCopy')
      const newest = 'person' in to ? record?.ownChat?.serviceUrl : await serviceUrlOf(tenant, to)
      const at = { tenant, serviceUrl: newest ?? copy.serviceUrl, conversation: copy.conversation }
      const activity = await activityFor(parcel, to, at, record, rendered)
      await mayGo(copy.conversation, until)
      await (parcel.does === 'update'
        ? connector.update(at, copy.activity, activity)
        : takeBack(at, copy.activity, activity))
      return { is: 'delivered', copy }
    }
    const unwanted = record && whyNot(parcel, record)
    if (unwanted !== undefined) return { is: 'ended', state: 'skipped', reason: unwanted }
    const address =
      'person' in to
        ? await ownChat(parcel, to, until, record)
        : { tenant, conversation: to.conversation, serviceUrl: await serviceUrlOf(tenant, to) }
    const activity = await activityFor(parcel, to, address, record, rendered)
    await mayGo(address.conversation, until)
    const id = await connector.post(address, activity, until)
    const isKept = parcel.keepsCopies && id !== undefined
    const { conversation, serviceUrl } = address
    return isKept ? { is: 'delivered', copy: { activity: id, conversation, serviceUrl } } : { is: 'delivered' }
  }

  /** The platform may have moved a team since the mailing was prepared. */
  const serviceUrlOf = async (tenant: string, { team, serviceUrl }: ChannelTo): Promise<string> =>
    (team !== undefined && (await store.teams.get(tenant, team))?.serviceUrl) || serviceUrl

  /** What a person turned off, or asked to rest, since the mailing was prepared. */
  const whyNot = ({ notice, atAnyHour }: Parcel, { isRetired, off, quietUntil }: PersonRecord): Reason | undefined => {
    if (isRetired === true) return 'retired'
    if (notice === undefined) return undefined
    if (off?.includes(notice) === true) return 'optedOut'
    if (quietUntil === undefined || atAnyHour) return undefined
    return isoDate(dayOf(wallOf(clock.now(), zone))) < quietUntil ? 'quiet' : undefined
  }

  const ownChat = async (parcel: Parcel, to: PersonTo, until: number, record?: PersonRecord): Promise<Address> => {
    const { tenant } = parcel
    if (record?.ownChat !== undefined) return { tenant, ...record.ownChat }
    const person: Person = { tenant, id: to.person, userId: record?.userId ?? to.userId ?? to.person, name: '' }
    await mayGo(`person ${to.person}`, until)
    try {
      return await chats.ownChat(person, to.serviceUrl ?? '', { isKept: parcel.leavesTrace })
    } catch (error) {
      // It carries no message, so that asking again is harmless.
      throw error instanceof Unconfirmed ? new NotConnected('no answer to a new conversation', { cause: error }) : error
    }
  }

  const languageOf = async ({ tenant, language }: Parcel, to: Delivery['to'], record?: PersonRecord) => {
    const imported =
      'person' in to ? staffById(await store.staff.get(tenant, 'all')).get(to.person)?.language : undefined
    const { locale } = record ?? {}
    return answerLanguage({ choice: record?.language ?? imported, locale, text: '', defaultLanguage: language })
  }

  const turnAt = (
    { tenant }: Parcel,
    to: Delivery['to'],
    address: Address,
    language: Language,
    record?: PersonRecord,
  ): Turn => {
    const isOwn = 'person' in to
    const userId = isOwn ? (record?.userId ?? to.userId ?? to.person) : ''
    return {
      person: { tenant, id: isOwn ? to.person : '', userId, name: '' },
      place: isOwn
        ? { kind: 'own', address }
        : { kind: 'channel', address, channel: to.conversation, ...(to.team !== undefined && { team: to.team }) },
      language,
      t: strings(language),
      now: clock.now(),
    }
  }

  const activityFor = async (
    parcel: Parcel,
    to: Delivery['to'],
    address: Address,
    record?: PersonRecord,
    rendered?: Rendered,
  ): Promise<object> => {
    const language = await languageOf(parcel, to, record)
    const make = async () =>
      cardActivity(await show(turnAt(parcel, to, address, language, record), parcel.message), render)
    if (rendered === undefined) return make()
    const key = `${'person' in to ? 'own' : 'channel'} ${language}`
    const known = rendered.get(key)
    if (known !== undefined) return known
    const made = make()
    rendered.set(key, made)
    // A failure is not kept for the others.
    made.catch(() => rendered.delete(key))
    return made
  }

  /** What is gone already is taken back; where the service does not delete, the notice takes its place. */
  const takeBack = async (at: Address, activity: string, instead: object): Promise<void> => {
    try {
      await connector.remove(at, activity)
    } catch (error) {
      if (error instanceof NotThere && error.status === 404) return
      if (!(error instanceof ConnectorError) || isForAll(error)) throw error
      await connector.update(at, activity, instead)
    }
  }

  /** The own chat, or the channel, rests until an install event: it would refuse every message. */
  const retire = async ({ tenant }: Parcel, to: Delivery['to'], { status }: NotThere): Promise<void> => {
    if ('person' in to) {
      await store.people.change(tenant, to.person, (known) => {
        if (status === 403) return { ...(known ?? { id: to.person, userId: to.userId ?? to.person }), isRetired: true }
        if (known?.ownChat === undefined) return known
        const { ownChat: _gone, ...rest } = known
        return rest
      })
      return
    }
    if (to.team === undefined) return
    await store.teams.change(tenant, to.team, (known) => {
      const isThere = known?.channels.some(({ id, isRetired }) => id === to.conversation && isRetired !== true)
      if (known === undefined || isThere !== true) return known
      const channels = known.channels.map((one) =>
        one.id === to.conversation ? { ...one, isRetired: true as const } : one,
      )
      return { ...known, channels }
    })
  }

  return async (parcel, delivery, how = {}) => {
    try {
      return await send(parcel, delivery, how)
    } catch (error) {
      if (error instanceof NotThere && parcel.does === 'post' && parcel.leavesTrace) {
        await retire(parcel, delivery.to, error).catch((fault: unknown) => {
          log.warn({ err: fault }, 'who cannot be reached was not kept')
        })
      }
      return verdictOf(error, parcel, log)
    }
  }
}

type PersonTo = Extract<Delivery['to'], { person: string }>
type ChannelTo = Exclude<Delivery['to'], PersonTo>

function verdictOf(error: unknown, { kind, does }: Parcel, log: Log): Verdict {
  if (error instanceof NotSent) return held({ why: 'waiting' })
  if (error instanceof NotConnected) return held({ why: error.isUnauthorized ? 'unauthorized' : 'unreachable' })
  if (error instanceof Unconfirmed) return { is: 'ended', state: 'unknown', reason: 'noAnswer' }
  if (error instanceof NotThere) return failed(error.status === 404 ? 'gone' : 'blocked')
  // A chat was opened and could not be kept: it is there, and no message has left.
  if (error instanceof NotStored) return held({ why: 'conflict' })
  if (error instanceof Refusal) return failed('outdated')
  if (error instanceof ConnectorError) {
    const { status, retryAfterMs } = error
    if (status === 401) return held({ why: 'unauthorized' })
    if (status === 429) return held({ why: 'limited', ...(retryAfterMs !== undefined && { ms: retryAfterMs }) })
    if (status === 412) return held({ why: 'conflict' })
    // Updating and removing change nothing when they are repeated.
    if (does !== 'post' && status >= 500) return held({ why: 'conflict' })
    return failed(status === 413 ? 'tooLarge' : 'refused')
  }
  if (does !== 'post') return held({ why: 'conflict' })
  log.error({ kind, err: error }, 'a message could not be made')
  return failed('fault')
}

/** It says nothing of this one message. */
function isForAll({ status }: ConnectorError): boolean {
  return [401, 412, 429].includes(status)
}

function failed(reason: Reason): Verdict {
  return { is: 'ended', state: 'failed', reason }
}

function held(hold: Hold): Verdict {
  return { is: 'held', hold }
}
