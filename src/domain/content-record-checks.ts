/** What is checked in every kind of content file: dates, rights, wording, lengths, links. */
import {
  error,
  placeAt,
  stringsIn,
  warning,
  type CheckOptions,
  type Finding,
  type Passage,
} from './content-findings.ts'
import * as wording from './content-wording.ts'
import type { Tool } from './content.ts'
import { LANGUAGES, type Language } from './languages.ts'

type Dated = Pick<Tool, 'state' | 'version' | 'created' | 'reviewed' | 'review_due'> & Partial<Pick<Tool, 'changelog'>>

export function checkRecord(file: string, record: Dated, { today }: CheckOptions): Finding[] {
  const { created, reviewed, review_due: due, version, changelog } = record
  const limit = yearAfter(reviewed)
  const lacksLine = changelog?.every((line) => line.version !== version) ?? false
  return [
    ...(created <= reviewed && reviewed <= due ? [] : [error({ file, field: 'review_due' }, 'review-order')]),
    ...(due > limit ? [error({ file, field: 'review_due' }, 'review-far', { limit })] : []),
    ...(due < today && record.state !== 'retired'
      ? [warning({ file, field: 'review_due' }, 'passed', { date: due })]
      : []),
    ...(lacksLine ? [error({ file, field: 'changelog' }, 'no-change-line', { version })] : []),
  ]
}

export function checkRights(
  file: string,
  { rights, sources }: Pick<Tool, 'rights' | 'sources'>,
  passages: Passage[],
): Finding[] {
  if (sources.length > 0) return []
  return [
    ...(rights === 'K' ? [] : [error({ file, field: 'sources' }, 'no-sources', { rights })]),
    ...passages.flatMap(wording.unprovenClaims),
  ]
}

export function checkWording(passage: Passage): Finding[] {
  return [
    ...wording.characters(passage),
    ...wording.typography(passage),
    ...wording.placeholders(passage),
    ...wording.bannedWords(passage),
    ...wording.brands(passage),
  ]
}

/** Every text of the file, sources and reasons included. */
export function linksIn(file: string, value: unknown, { linkHosts }: CheckOptions): Finding[] {
  const texts = stringsIn(value)
  const together = texts.map(([, text]) => text).join('\n')
  if (wording.links({ file }, together, linkHosts).length === 0) return []
  return texts.flatMap(([path, text]) => wording.links(placeAt(file, path.split('.')), text, linkHosts))
}

export function tooLong(passages: readonly Passage[], limits: Record<string, number>): Finding[] {
  return passages.flatMap((passage) => {
    const limit = limits[topField(passage)]
    return limit === undefined ? [] : atMost(passage, limit)
  })
}

export function atMost(passage: Passage, limit: number): Finding[] {
  const count = passage.text.length
  return count > limit ? [error(passage, 'too-long', { count, limit })] : []
}

export function samePartCount(file: string, count: (language: Language) => number, field: string): Finding[] {
  const [first, ...others] = LANGUAGES
  return others
    .filter((language) => count(language) !== count(first))
    .map((language) =>
      error({ file, language, field }, 'parts-differ', { count: count(language), other: count(first) }),
    )
}

export function topField({ field }: Passage): string {
  return field.replace(/\..*$/, '')
}

export function lengthOf(passages: readonly Passage[]): number {
  return passages.reduce((sum, { text }) => sum + text.length, 0)
}

export function yearAfter(date: string): string {
  return `${Number(date.slice(0, 4)) + 1}${date.slice(4)}`
}
