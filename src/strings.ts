import type { Language } from './domain/languages.ts'
import english from '../content/strings/en.json' with { type: 'json' }

/** i18next picks the plural form by `count`: where `key_one` and `key_other` stand, one asks for `key`. */
type Asked<Tree, Key extends string> = Key extends `${infer Stem}_${'one' | 'other'}`
  ? `${Stem}_other` extends keyof Tree
    ? Stem
    : Key
  : Key

/** Dotted paths to the strings of the source language; notes for the translator (`//…`) are none. */
type Paths<Tree, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Key extends `//${string}`
    ? never
    : Tree[Key] extends string
      ? `${Prefix}${Asked<Tree, Key>}`
      : Paths<Tree[Key], `${Prefix}${Key}.`>
}[keyof Tree & string]

export type StringKey = Paths<typeof english>

/** True for the dotted path of a string in the source language. */
export function isStringKey(text: string): text is StringKey {
  let tree: unknown = english
  for (const part of text.split('.')) {
    if (typeof tree !== 'object' || tree === null) return false
    tree = Object.entries(tree).find(([key]) => key === part)?.[1]
  }
  return typeof tree === 'string'
}

/** A text of the strings files in one language. Values are put in as they are: cards and pages escape them. */
export type Translate = (key: StringKey, values?: Record<string, string | number>) => string

/** The fixed labels of one language as templates see them: `${t.tool.steps}`. */
export type Labels = Record<string, unknown>

export type Strings = { translate: (language: Language) => Translate; labels: (language: Language) => Labels }
