/** Words as the search and the commands compare them: folded, stemmed, cut into trigrams. */
import snowball from 'snowball-stemmers'
import type { InLanguages, Language } from './languages.ts'

const stemmers: InLanguages<{ stem(word: string): string }> = {
  fi: snowball.newStemmer('finnish'),
  sv: snowball.newStemmer('swedish'),
  en: snowball.newStemmer('english'),
}

/** Letters and digits of these signs are a to z and 0 to 9 alone. */
const PLAIN = /^[\n -~”’–…]*$/

/** Lower case without accents: ä and å become a, ö becomes o, so that dotless spelling compares equal. */
export function fold(text: string): string {
  // Most texts are plain but for these three, and the general way takes ten times as long.
  const lower = text.toLowerCase().replace(/[äå]/g, 'a').replaceAll('ö', 'o')
  if (PLAIN.test(lower)) return lower
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The folded words of a text, in order. Apostrophes join ("can't" is "cant"); what has no letter is no word. */
export function wordsOf(text: string): string[] {
  const folded = fold(text).replace(/['’`´]/g, '')
  if (PLAIN.test(folded)) return (folded.match(/[a-z0-9]+/g) ?? []).filter((word) => /[a-z]/.test(word))
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => /\p{L}/u.test(word))
}

/** The Snowball stem of a folded word. */
export function stem(word: string, language: Language): string {
  return stemmers[language].stem(word)
}

/** Three letters at a time, with `_` for the ends of the word: `_ko`, `kon`, …, `kt_`. */
export function trigramsOf(stemmed: string): string[] {
  const padded = `_${stemmed}_`
  return Array.from({ length: Math.max(0, padded.length - 2) }, (_, start) => padded.slice(start, start + 3))
}
