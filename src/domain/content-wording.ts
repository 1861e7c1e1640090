/** Which words, signs and links a text may hold. Rules: content/writing.md, "Language", "Rights" and "Machine checks". */
import { error, type Finding, type Passage, type Place } from './content-findings.ts'
import {
  BANNED_WORDS,
  BRANDS,
  CONTACT_DETAIL,
  GATED_HOSTS,
  PERSON_NAMES,
  PLACEHOLDER,
  PROOF_WORDS,
} from './content-vocabulary.ts'
import type { InLanguages, Language } from './languages.ts'

/**
 * A check of words over many texts. They are looked at one by one only where all texts of a language together have
 * something to find, which is seldom: the bank has thirty thousand texts.
 */
export function inEach(passages: readonly Passage[], check: (passage: Passage) => Finding[]): Finding[] {
  return [...Map.groupBy(passages, ({ language }) => language).values()].flatMap((own) => {
    const together = own.slice(0, 1).map((first) => ({ ...first, text: own.map(({ text }) => text).join('\n') }))
    return together.flatMap(check).length === 0 ? [] : own.flatMap(check)
  })
}

/** Words that the texts avoid. Everyday phrases (`needs`) are not held to it: people say "esimies". */
export function bannedWords(passage: Passage): Finding[] {
  return BANNED_WORDS[passage.language].flatMap(({ pattern, instead }) =>
    hits(passage.text, pattern).map((found) => error(passage, 'banned-word', { found, instead })),
  )
}

export function brands(passage: Passage): Finding[] {
  return BRANDS.flatMap((pattern) => hits(passage.text, pattern).map((found) => error(passage, 'brand', { found })))
}

export function people(passage: Passage): Finding[] {
  return [
    ...hits(passage.text, PERSON_NAMES).map((found) => error(passage, 'person-name', { found })),
    ...hits(passage.text, CONTACT_DETAIL).map((found) => error(passage, 'contact-detail', { found })),
  ]
}

export function placeholders(passage: Passage): Finding[] {
  return hits(passage.text, PLACEHOLDER).map((found) => error(passage, 'placeholder', { found }))
}

export function unprovenClaims(passage: Passage): Finding[] {
  return hits(passage.text, PROOF_WORDS[passage.language]).map((found) => error(passage, 'no-proof', { found }))
}

/** Signs that no editor sees: forms of characters, control characters, double spaces. */
export function characters(passage: Passage): Finding[] {
  const { text } = passage
  const hidden = /(?!\n)\p{C}/u.exec(text)?.[0]
  return [
    ...(text === text.normalize('NFC') ? [] : [error(passage, 'not-nfc')]),
    ...(hidden === undefined ? [] : [error(passage, 'hidden-character', { found: codeOf(hidden) })]),
    ...(/[^\S\n]{2,}/.test(text) ? [error(passage, 'spaces')] : []),
  ]
}

/** Quotation marks, times, dates, weeks, decimals and per cent as the language writes them. */
export function typography(passage: Passage): Finding[] {
  return [...quotes(passage), ...writtenForms(passage)]
}

const FOREIGN_QUOTES: InLanguages<RegExp> = { fi: /["“„«»‘]/u, sv: /["“„«»‘]/u, en: /["„«»]/u }
const QUOTES: InLanguages<string> = { fi: '”…”', sv: '”…”', en: '“…”' }

function quotes(passage: Passage): Finding[] {
  const { language, text } = passage
  const foreign = FOREIGN_QUOTES[language].exec(text)?.[0]
  const straight = /'/.test(text)
  return [
    ...(foreign === undefined ? [] : [error(passage, 'quotes', { found: foreign, right: QUOTES[language] })]),
    ...(straight ? [error(passage, 'quotes', { found: "'", right: '’' })] : []),
    ...(foreign === undefined && !isPaired(text, language) ? [error(passage, 'quotes-unpaired')] : []),
  ]
}

function isPaired(text: string, language: Language): boolean {
  const marks = text.replace(/[^“”]/g, '')
  return language === 'en' ? /^(“”)*$/.test(marks) : marks.length % 2 === 0
}

type Form = [wrong: RegExp, right: string]

const ISO_OR_SLASH = /\b(\d{4}-\d{2}-\d{2}|\d{1,2}\/\d{1,2}\/\d{2,4})\b/u
const DECIMAL_POINT = /(?<![\d.]|\p{Lu}{2} )\d+\.\d(?![\d.])/u
const PERCENT_WITHOUT_NBSP = /(\d|\}\}) ?%/u
const SV_MONTH =
  /(?<=\d )(Januari|Februari|Mars|April|Maj|Juni|Juli|Augusti|September|Oktober|November|December)(?!\p{L})/u
const EN_MONTH =
  /(?<=\d )(january|february|march|april|may|june|july|august|september|october|november|december)(?!\p{L})/u

const WRONG_FORMS: InLanguages<Form[]> = {
  fi: [
    [/(?<!\d)\d{1,2}:\d{2}(?!\d)/u, 'klo 13.00'],
    [/(?<!\p{L})(klo\.|kello \d{1,2}\.\d{2}|kl\.? ?\d)/iu, 'klo 13.00'],
    [/\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}/u, '13.00–14.00'],
    [ISO_OR_SLASH, '26.11.2026'],
    [/(?<!\p{L})vko\.?(?!\p{L})/iu, 'vk 48'],
    [DECIMAL_POINT, '7,5'],
    [PERCENT_WITHOUT_NBSP, '10\u00a0% (sitova välilyönti)'],
  ],
  sv: [
    [/(?<!\d)\d{1,2}:\d{2}(?!\d)/u, 'kl. 13.00'],
    [/(?<!\p{L})(klo(?!\p{L})|kl (?=\d)|klockan (?=\d{1,2}[.:]))/iu, 'kl. 13.00'],
    [/\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}/u, '13.00–14.00'],
    [ISO_OR_SLASH, '26 november 2026'],
    [/(?<!\d)\d{1,2}\.\d{1,2}\.(\d{4})?/u, '26 november 2026'],
    [SV_MONTH, '26 november'],
    [/(?<!\p{L})v (?=\d)/u, 'v. 48'],
    [DECIMAL_POINT, '7,5'],
    [PERCENT_WITHOUT_NBSP, '10\u00a0% (hårt blanksteg)'],
  ],
  en: [
    [/(?<!\p{L})(at|from|by|until|between|before|after) \d{1,2}\.\d{2}(?!\d)/iu, '13:00'],
    [/(?<!\d)\d{1,2} ?(am|pm|a\.m\.|p\.m\.)(?!\p{L})/iu, '13:00'],
    [ISO_OR_SLASH, '26 November 2026'],
    [/(?<!\d)\d{1,2}\.\d{1,2}\.(\d{4})?/u, '26 November 2026'],
    [EN_MONTH, '26 November'],
    [/(?<!\p{L})wk(?!\p{L})/iu, 'week 48'],
    [/(?<![\d,])\d+,\d{1,2}(?![\d,])/u, '7.5'],
    [/(\d|\}\})\s+%/u, '10%'],
  ],
}

function writtenForms(passage: Passage): Finding[] {
  return WRONG_FORMS[passage.language].flatMap(([wrong, right]) => {
    const found = wrong.exec(passage.text)?.[0]
    return found === undefined ? [] : [error(passage, 'written-form', { found, right })]
  })
}

const ADDRESS =
  /(?<![\p{L}\d])(?:[a-z][a-z\d+.-]*:\/\/|(?:javascript|vbscript|data|file|blob|mailto|tel|https?):(?=\S))[^\s)<>”“"]*/giu
const MARKDOWN_TARGET = /\]\(\s*([^)]*)\)/gu

/** Addresses in a text, or targets of Markdown links, that are not https on an allowed host. */
export function links(place: Place, text: string, hosts: readonly string[]): Finding[] {
  const targets = Array.from(text.matchAll(MARKDOWN_TARGET), ([, target = '']) => target)
  const found = new Set([
    ...(text.match(ADDRESS) ?? []).map((address) => address.replace(/[.,;:!?]+$/, '')),
    ...targets,
  ])
  return [...found].flatMap((address) => link(place, address, hosts))
}

/** A field that is a link as a whole. */
export function link(place: Place, address: string, hosts: readonly string[]): Finding[] {
  const url = URL.parse(address)
  const allowed = url?.protocol === 'https:' && url.username === '' && isUnder(url.hostname, hosts)
  return allowed ? [] : [error(place, 'link', { found: address })]
}

/** A link behind a login that does not say so. */
export function gatedLink(place: Place, address: string, loginRequired: boolean): Finding[] {
  const gated = isUnder(URL.parse(address)?.hostname ?? '', GATED_HOSTS)
  return gated && !loginRequired ? [error(place, 'login-required')] : []
}

function isUnder(host: string, hosts: readonly string[]): boolean {
  return hosts.some((allowed) => host === allowed.toLowerCase() || host.endsWith(`.${allowed.toLowerCase()}`))
}

function hits(text: string, pattern: RegExp): string[] {
  return Array.from(new Set(text.match(pattern) ?? []))
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
