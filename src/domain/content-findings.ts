/** What a content check found, and where. */
import type { z } from 'zod'
import type { Rule } from './content-messages.ts'
import { isLanguage, LANGUAGES, type InLanguages, type Language } from './languages.ts'

/** `file` is relative to the content folder; `field` is a dotted path in which lists count from one: `steps.4`. */
export type Place = { file: string; language?: Language; field?: string }

export type Finding = Place & { level: 'error' | 'warning'; rule: Rule; values: Record<string, string | number> }

/** One text of one language. */
export type Passage = { file: string; language: Language; field: string; text: string }

export type CheckOptions = {
  /** The day of the check, `2026-11-26`: what has passed by then is warned about. */
  today: string
  /** Hosts that links may lead to, their subdomains included. */
  linkHosts: readonly string[]
  /** Messages that the search is developed on: no phrase of a tool may be taken from them. */
  devMessages?: readonly { id: string; lang: Language; text: string }[]
}

export const fileOf = {
  tool: ({ id }: { id: string }) => `tools/${id}.yaml`,
  theory: ({ id }: { id: string }) => `theory/${id}.yaml`,
  theme: ({ id }: { id: string }) => `themes/${id}.yaml`,
  webinar: ({ id }: { id: string }) => `webinars/${id}.yaml`,
  launch: ({ id }: { id: string }) => `launches/${id}.yaml`,
  page: ({ id }: { id: string }) => `pages/${id}.yaml`,
  elsewhere: ({ id }: { id: string }) => `search/elsewhere/${id}.yaml`,
}

export function error(place: Place, rule: Rule, values: Finding['values'] = {}): Finding {
  return { ...placeOf(place), level: 'error', rule, values }
}

export function warning(place: Place, rule: Rule, values: Finding['values'] = {}): Finding {
  return { ...placeOf(place), level: 'warning', rule, values }
}

/** A passage is a place too, without its text. */
function placeOf({ file, language, field }: Place): Place {
  return { file, ...(language && { language }), ...(field && { field }) }
}

/** Every string under the three languages, in the order of the file. */
export function passagesOf(file: string, text: InLanguages<unknown>): Passage[] {
  return LANGUAGES.flatMap((language) =>
    stringsIn(text[language]).map(([field, value]) => ({ file, language, field, text: value })),
  )
}

/** Every string in a value with its dotted path. */
export function stringsIn(value: unknown, path: readonly string[] = []): [path: string, text: string][] {
  if (typeof value === 'string') return [[path.join('.'), value]]
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsIn(item, [...path, String(index + 1)]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]))
}

/** A dotted path as a place: the language in it is told apart. */
export function placeAt(file: string, path: readonly string[]): Place {
  const language = path.find(isLanguage)
  return placeOf({
    file,
    ...(language && { language }),
    field: path.filter((part) => part !== language && part !== 'text').join('.'),
  })
}

/** The faults of a file against its schema. `data` is what was parsed, to tell a missing field from a wrong one. */
export function schemaFindings(file: string, data: unknown, issues: readonly z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue) => {
    const place = placeAt(file, issue.path.map((part) => (typeof part === 'number' ? part + 1 : part)).map(String))
    if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => error(place, 'unknown-field', { name }))
    return [faultOf(place, issue, valueAt(data, issue.path))]
  })
}

function faultOf(place: Place, issue: z.core.$ZodIssue, value: unknown): Finding {
  if (value === undefined || value === null) return error(place, 'missing')
  if (issue.code === 'invalid_type') return error(place, 'wrong-type', { expected: issue.expected })
  if (issue.code === 'invalid_value')
    return error(place, 'not-a-choice', { choices: issue.values.map(String).join(', ') })
  if (issue.code === 'too_small') {
    const listOrText = issue.origin === 'string' || issue.origin === 'array'
    return listOrText ? error(place, 'empty') : error(place, 'too-small', { limit: Number(issue.minimum) })
  }
  if (issue.code === 'too_big' && typeof value === 'string') {
    return error(place, 'too-long', { count: value.length, limit: Number(issue.maximum) })
  }
  if (issue.code === 'too_big') return error(place, 'too-big', { limit: Number(issue.maximum) })
  if (issue.code !== 'invalid_format') return error(place, 'wrong-form', { form: issue.message })
  return issue.format === 'date'
    ? error(place, 'not-a-date')
    : error(place, 'wrong-form', { form: issue.pattern ?? issue.format })
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    data,
  )
}
