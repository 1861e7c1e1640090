/** The strings files: the same in every language. */
import { error, type Finding, type Passage } from './content-findings.ts'
import { languageFindings } from './content-prose.ts'
import type { FlatStrings } from './content.ts'
import * as wording from './content-wording.ts'
import { LANGUAGES, type InLanguages, type Language } from './languages.ts'

/** The language whose strings the others are held to, and the only one with notes for the translator. */
const SOURCE: Language = 'en'

/** Strings of every language against the source language, and each against the rules of its language. */
export function stringFindings(strings: Partial<InLanguages<FlatStrings>>): Finding[] {
  const source = strings[SOURCE]
  return LANGUAGES.flatMap((language) => {
    const own = strings[language]
    if (own === undefined) return []
    return [
      ...(source === undefined || language === SOURCE ? [] : againstSource(language, own, source)),
      ...Object.entries(own)
        .filter(([key]) => !isNote(key))
        .flatMap(([key, text]) => alone({ file: fileOf(language), language, field: key, text })),
    ]
  })
}

function againstSource(language: Language, own: FlatStrings, source: FlatStrings): Finding[] {
  const place = (field: string) => ({ file: fileOf(language), language, field })
  const missing = Object.keys(source).filter((key) => !isNote(key) && !(key in own))
  return [
    ...missing.map((key) => error(place(key), 'missing')),
    ...Object.entries(own).flatMap(([key, text]) => {
      if (isNote(key)) return [error(place(key), 'note-misplaced')]
      const english = source[key]
      if (english === undefined) return [error(place(key), 'extra-string')]
      return sameValues(key, text, english) ? [] : [error(place(key), 'values-differ', differing(text, english))]
    }),
  ]
}

/** "one answer" may leave its count out. */
function sameValues(key: string, text: string, english: string): boolean {
  const without = (values: string[]) =>
    key.endsWith('_one') ? values.filter((value) => value !== '{{count}}') : values
  return without(valuesIn(text)).join() === without(valuesIn(english)).join()
}

function differing(text: string, english: string) {
  return { found: valuesIn(text).join(', ') || '–', right: valuesIn(english).join(', ') || '–' }
}

function alone(passage: Passage): Finding[] {
  if (passage.text.trim() === '') return [error(passage, 'empty')]
  const words = { ...passage, text: passage.text.replace(/\{\{[^}]*\}\}/g, '') }
  return [
    ...wording.characters(passage),
    ...wording.typography(passage),
    ...wording.placeholders(words),
    ...wording.bannedWords(passage),
    ...wording.brands(passage),
    ...wording.people(passage),
    ...languageFindings([words]),
    ...inflectedValues(passage),
  ]
}

/** Finnish is never built by adding an ending to a value; nor a genitive elsewhere. */
function inflectedValues(passage: Passage): Finding[] {
  const found = passage.language === 'fi' ? /\{\{[^}]*\}\}(:?\p{L}|-\p{L})\p{L}*/u.exec(passage.text)?.[0] : undefined
  return found === undefined ? [] : [error(passage, 'inflected-value', { found })]
}

function valuesIn(text: string): string[] {
  return [...new Set(text.match(/\{\{[^}]*\}\}/g) ?? [])].map((value) => value.replaceAll(' ', '')).sort()
}

function isNote(key: string): boolean {
  return key.split('.').some((part) => part.startsWith('//'))
}

function fileOf(language: Language): string {
  return `strings/${language}.json`
}
