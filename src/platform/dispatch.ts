import { z } from 'zod'
import { answerLanguage } from '../domain/message-language.ts'
import { NotStored } from '../domain/records.ts'
import {
  noticeCard,
  Refusal,
  Unreachable,
  type Action,
  type Answer,
  type Feature,
  type Hit,
  type Kit,
  type Message,
  type Person,
  type Place,
  type Turn,
} from '../kit.ts'
import type { Log } from './log.ts'

/** How a turn ended, for the log and the metrics. */
export type Outcome = 'answered' | 'refused' | 'failed'

export type Ended<T> = { outcome: Outcome; result: T }

/** Brings what people write and press to the feature that answers it. Knows no vendor. */
export type Dispatch = {
  /** The turn of a person at a place; its language by the rules of the contract. */
  turn(person: Person, place: Place, said: { text?: string; locale?: string }): Promise<Turn>
  /** Whether nothing is noted of who writes or presses this (privacy rules 3 and 7). */
  leavesNoTrace(said: { text?: string; verb?: string }): boolean
  write(turn: Turn, text: string): Promise<Ended<Message | string>>
  press(turn: Turn, verb: string, data: unknown): Promise<Ended<Answer>>
  search(turn: Turn, query: string): Promise<Ended<Hit[] | string>>
  greet(turn: Turn, installer: string): Message
}

type Options = { features: readonly Feature[]; kit: Omit<Kit, 'show'>; log: Log }

/** The word that brings an open check-in: a time beside a person would tell who is about to answer. */
const UNTRACED_COMMAND = 'checkin'

const shown = z.looseObject({ verb: z.string() })

export function openDispatch({ features, kit: ports, log }: Options): { dispatch: Dispatch; kit: Kit } {
  const actions = new Map(features.flatMap((feature) => Object.entries(feature.actions ?? {})))
  const words = new Map(features.flatMap((feature) => Object.entries(feature.commands ?? {})))
  const only = <Key extends keyof Feature>(key: Key): NonNullable<Feature[Key]> => {
    const [found, ...more] = features.filter((feature) => feature[key] !== undefined)
    const declared = found?.[key]
    if (declared === undefined || more.length > 0) throw new Error(`exactly one feature may declare ${key}`)
    return declared
  }
  const [answers, notYet, finds, greets] = [only('answers'), only('notYet'), only('finds'), only('greets')]

  const kit: Kit = {
    ...ports,
    async show(turn, what) {
      const known = shown.safeParse(what)
      const action = known.success ? actions.get(known.data.verb) : undefined
      const answer = action?.shows === true ? await action.run(turn, kit, what) : undefined
      if (answer === undefined || 'say' in answer) throw new Refusal(turn.t('refusals.notFound'))
      return 'open' in answer ? answer.open : answer.replace
    },
  }

  /** The one place where errors end: a refusal is said as it is, anything else is logged and apologised for. */
  const attempt = async <T>(turn: Turn, work: () => Promise<T>): Promise<Ended<T | string>> => {
    try {
      return { outcome: 'answered', result: await work() }
    } catch (error) {
      if (error instanceof Refusal) return { outcome: 'refused', result: error.message }
      log.error({ err: error }, 'a turn failed')
      if (error instanceof NotStored) return { outcome: 'failed', result: turn.t('refusals.storage') }
      if (error instanceof Unreachable) return { outcome: 'failed', result: turn.t('refusals.ownChatClosed') }
      return { outcome: 'failed', result: turn.t('refusals.failed') }
    }
  }

  /** Where the store cannot be asked, the person is answered all the same, in the language of what was said. */
  const unknownFor = (error: unknown): undefined => {
    if (!(error instanceof NotStored)) throw error
    log.warn({ err: error }, 'the language that somebody chose could not be read')
  }

  const dispatch: Dispatch = {
    async turn(person, place, { text, locale }) {
      const record = await kit.store.people.get(person.tenant, person.id).catch(unknownFor)
      const command = text === undefined ? undefined : kit.library().commands.find(text)?.language
      const language = answerLanguage({
        ...(record?.language && { choice: record.language }),
        text: text ?? '',
        ...(command && { command }),
        ...(locale !== undefined && { locale }),
        defaultLanguage: kit.settings.defaultLanguage,
      })
      return { person, place, language, t: kit.strings(language), now: kit.clock.now() }
    },

    leavesNoTrace({ text, verb }) {
      if (verb !== undefined) return actions.get(verb)?.leavesNoTrace === true
      return text !== undefined && kit.library().commands.find(text)?.command === UNTRACED_COMMAND
    },

    write: (turn, text) =>
      attempt(turn, () => {
        if (text === '') return (words.get('greeting') ?? notYet)(turn, kit)
        const command = kit.library().commands.find(text)?.command
        if (command === undefined) return answers(turn, kit, text)
        return (words.get(command) ?? notYet)(turn, kit)
      }),

    async press(turn, verb, data) {
      const action: Action | undefined = actions.get(verb)
      // An unknown button is an old one: the card says so and offers the way on.
      if (action === undefined) return { outcome: 'refused', result: { replace: noticeCard(turn, 'stale') } }
      const { outcome, result } = await attempt(turn, () => action.run(turn, kit, data))
      return { outcome, result: typeof result === 'string' ? { say: result } : result }
    },

    search: (turn, query) => attempt(turn, () => finds(turn, kit, query)),

    greet: (turn, installer) => greets(turn, kit, installer),
  }
  return { dispatch, kit }
}
