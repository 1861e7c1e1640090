/** What a content check found, and where. */
import type { z } from 'zod/v4'
import type { Rule } from './content-messages.ts'
import { isLanguage, LANGUAGES, type InLanguages, type Language } from './languages.ts'

/** `file` is relative to the content folder; `field` is a dotted path in which lists count from one: `steps.4`. */
export type Place = { file: string; language?: Language; field?: string }

export type Finding = Place & { level: 'error' | 'warning'; rule: Rule; values: Record<string, string | number> }

/** One text of one language. */
export type Passage = { file: string; language: Language; field: string; text: string }

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

/** The faults of a file against its schema. `data` is what was parsed, to tell a missing field from a wrong one. */
export function schemaFindings(file: string, data: unknown, issues: readonly z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue) => {
    const place = placeOfPath(file, issue.path)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => error(place, 'unknown-field', { name }))
    return [faultOf(place, issue, valueAt(data, issue.path) === undefined)]
  })
}

function faultOf(place: Place, issue: z.core.$ZodIssue, missing: boolean): Finding {
  if (missing) return error(place, 'missing')
  switch (issue.code) {
    case 'invalid_type':
      return error(place, 'wrong-type', { expected: issue.expected })
    case 'invalid_value':
      return error(place, 'not-a-choice', { choices: issue.values.map(String).join(', ') })
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return error(place, 'empty')
      return error(place, 'too-small', { limit: Number(issue.minimum) })
    case 'too_big':
      return error(place, 'too-big', { limit: Number(issue.maximum) })
    case 'invalid_format':
      if (issue.format === 'date') return error(place, 'not-a-date')
      return error(place, 'wrong-form', { form: issue.pattern ?? issue.format })
    default:
      return error(place, 'wrong-form', { form: issue.message })
  }
}

function placeOfPath(file: string, path: readonly PropertyKey[]): Place {
  const parts = path.map((part) => (typeof part === 'number' ? String(part + 1) : String(part)))
  const language = parts.find(isLanguage)
  const field = parts.filter((part) => part !== language && part !== 'text').join('.')
  return { file, ...(language && { language }), ...(field && { field }) }
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    data,
  )
}
