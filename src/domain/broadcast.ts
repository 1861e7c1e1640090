/** What HR may write to many, and when its sending is confirmed. */
import { link } from './content-wording.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'
import { lengthOf, tidyText } from './person-text.ts'
import type { Broadcast, BroadcastText } from './records.ts'

/** In visible characters; the last one in paragraphs. */
export const BROADCAST_LIMITS = { title: 80, body: 1_500, imageAlt: 200, override: 200, paragraphs: 20 } as const

/** A visible character may be of dozens of code units: more than this on average would make too large a card (fault 13). */
const UNITS_A_CHARACTER = 3
const LONGEST_ADDRESS = 500

export const TOKEN_MINUTES = 10

/** To all, and to supervisors ahead of them. */
export const PARTS = ['main', 'advance'] as const
export type Part = (typeof PARTS)[number]

/** The id of one of the two mailings of a broadcast. */
export function mailingId(id: string, part: Part): string {
  return part === 'main' ? id : `${id}-advance`
}

type FaultName =
  | 'noLanguage'
  | 'titleMissing'
  | 'bodyMissing'
  | 'titleLong'
  | 'bodyLong'
  | 'bodyParts'
  | 'link'
  | 'image'
  | 'imageAlt'
  | 'imageAltLong'
  | 'tool'
  | 'theme'
  | 'webinar'
  | 'overrideLong'
  | 'audience'
  | 'audienceEmpty'
  | 'unitUnknown'
  | 'channelUnknown'
  | 'at'
  | 'atPast'
  | 'atFar'

/** What keeps a broadcast from being sent, as the key of its text. `language` is the one whose text has the fault. */
export type BroadcastFault = {
  key: `broadcasts.faults.${FaultName}`
  language?: Language
  /** `length` and `limit` of what is too long, `unit` that is unknown. */
  values?: Record<string, string | number>
}

/** What HR writes in the form, and a correction with the texts alone. */
export type Written = Pick<
  Broadcast,
  'text' | 'tool' | 'theme' | 'webinar' | 'link' | 'image' | 'imageAlt' | 'override'
>

type Exists = (id: string) => boolean

/** What the rest of the form is held to. */
export type Allowed = {
  linkHosts: readonly string[]
  exists: { tool: Exists; theme: Exists; webinar: Exists }
}

/** The fields tidied, as they are kept, and every fault at once. What has a fault may be kept as a draft, never sent. */
export function checkBroadcast(given: Written, { linkHosts, exists }: Allowed): Checked<Written> {
  const { clean: text, faults } = checkTexts(given.text)
  const [imageAlt, override] = [lineOf(given.imageAlt), tidyText(given.override)]
  const [address, image] = [addressOf(given.link), addressOf(given.image)]
  const { tool, theme, webinar } = given
  return {
    clean: { text, tool, theme, webinar, link: address, image, imageAlt, override },
    faults: [
      ...faults,
      ...faultIf(tool !== '' && !exists.tool(tool), 'tool'),
      ...faultIf(theme !== '' && !exists.theme(theme), 'theme'),
      ...faultIf(webinar !== '' && !exists.webinar(webinar), 'webinar'),
      ...faultIf(!isAllowed(address, linkHosts), 'link'),
      ...faultIf(!isAllowed(image, linkHosts), 'image'),
      ...faultIf(image !== '' && imageAlt === '', 'imageAlt'),
      ...tooLong(imageAlt, 'imageAlt', 'imageAltLong'),
      ...tooLong(override, 'override', 'overrideLong'),
    ],
  }
}

export type Checked<T> = { clean: T; faults: BroadcastFault[] }

/** The same for the texts alone. A language is empty or complete, and one at least is complete. */
export function checkTexts(given: InLanguages<BroadcastText>): Checked<InLanguages<BroadcastText>> {
  const tidied = ({ title, body }: BroadcastText) => ({ title: lineOf(title), body: tidyText(body) })
  const clean = { fi: tidied(given.fi), sv: tidied(given.sv), en: tidied(given.en) }
  const isEmpty = LANGUAGES.every((language) => clean[language].title === '' && clean[language].body === '')
  if (isEmpty) return { clean, faults: [{ key: 'broadcasts.faults.noLanguage' }] }
  return { clean, faults: LANGUAGES.flatMap((language) => textFaults(clean[language], language)) }
}

function textFaults({ title, body }: BroadcastText, language: Language): BroadcastFault[] {
  const length = partsOf(body).length
  const limit = BROADCAST_LIMITS.paragraphs
  const faults: BroadcastFault[] = [
    ...faultIf(title === '' && body !== '', 'titleMissing'),
    ...faultIf(title !== '' && body === '', 'bodyMissing'),
    ...tooLong(title, 'title', 'titleLong'),
    ...tooLong(body, 'body', 'bodyLong'),
    ...faultIf(length > limit, 'bodyParts', { length, limit }),
  ]
  return faults.map((fault) => ({ ...fault, language }))
}

function tooLong(text: string, field: 'title' | 'body' | 'imageAlt' | 'override', name: FaultName): BroadcastFault[] {
  const limit = BROADCAST_LIMITS[field]
  const weight = Math.ceil(text.length / UNITS_A_CHARACTER)
  // What is far too long is not counted character by character.
  const length = weight > limit ? weight : lengthOf(text)
  return faultIf(length > limit, name, { length, limit })
}

function faultIf(isFault: boolean, name: FaultName, values?: BroadcastFault['values']): BroadcastFault[] {
  return isFault ? [{ key: `broadcasts.faults.${name}`, ...(values && { values }) }] : []
}

/** Text of one line, tidied. */
export function lineOf(text: string): string {
  return tidyText(text).replace(/\s+/g, ' ')
}

/** A typed address as browsers write it, so that what was checked is what is opened; with braces that no card evaluates. */
export function addressOf(text: string): string {
  const typed = lineOf(text)
  return URL.parse(typed)?.href.replace(/[{}]/g, encodeURIComponent) ?? typed
}

/** True for no address, and for an https address on an allowed host or one under it. */
export function isAllowed(address: string, hosts: readonly string[]): boolean {
  return (
    address === '' || (address.length <= LONGEST_ADDRESS && link({ file: 'broadcast' }, address, hosts).length === 0)
  )
}

/** The paragraphs of a body: each line break ends one. */
export function partsOf(body: string): string[] {
  return body
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** In which order languages stand in for one another: the recipient's, the default one, then fi, sv, en. */
export function fallbackOrder(language: Language, defaultLanguage: Language): Language[] {
  return [...new Set([language, defaultLanguage, ...LANGUAGES])]
}

/** The text that a recipient of a language gets. @throws RangeError where no language is complete: it was not checked */
export function textFor(
  language: Language,
  texts: InLanguages<BroadcastText>,
  defaultLanguage: Language,
): { text: BroadcastText; language: Language; isFallback: boolean } {
  const isComplete = (one: Language) => texts[one].title !== '' && texts[one].body !== ''
  const given = fallbackOrder(language, defaultLanguage).find(isComplete)
  if (given === undefined) throw new RangeError('No language of the broadcast has a title and a body')
  return { text: texts[given], language: given, isFallback: given !== language }
}

/** The token of a preview: it confirms once, for ten minutes. `value` is opaque. */
export function confirmationOf(value: string, now: Date): { value: string; until: string } {
  return { value, until: new Date(now.getTime() + TOKEN_MINUTES * 60_000).toISOString() }
}

/**
 * What a press of “send” does: `confirm` sends; `renew` shows a fresh preview, where the token is too old or an earlier
 * preview's; `done` shows what came of it, where it was confirmed already, by whomever, or cancelled; `unknown` is refused
 * in the words of not found: no such broadcast, or one that never was previewed. Whoever confirms takes the token away.
 */
export function mayConfirm(
  broadcast: Pick<Broadcast, 'state' | 'token'> | undefined,
  token: string,
  now: Date,
): 'confirm' | 'renew' | 'done' | 'unknown' {
  if (broadcast === undefined) return 'unknown'
  const { state, token: expected } = broadcast
  if (state === 'approving' || state === 'confirmed' || state === 'cancelled') return 'done'
  if (expected === undefined) return 'unknown'
  const isFresh = now.getTime() < Date.parse(expected.until)
  return state === 'previewed' && token === expected.value && isFresh ? 'confirm' : 'renew'
}
