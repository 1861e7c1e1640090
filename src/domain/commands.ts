/** Which messages are commands. Everything longer than a command's words is a need, and is searched. */
import { LANGUAGES } from './languages.ts'
import type { InLanguages, Language } from './languages.ts'
import { stem, wordsOf } from './words.ts'

export interface Commands {
  /** `language` where the words belong to that language alone. Undefined for what is no command. */
  find(text: string): FoundCommand | undefined
}

export type FoundCommand = { command: string; language?: Language }

type Said = { command: string; language: Language }

/**
 * The whole message is a command once what is left of a mention, punctuation and polite words around it are gone: first
 * by its folded letters, then stem by stem. Polite words alone are what they say themselves, such as a greeting.
 * @throws Error naming the words that two commands of any language claim.
 */
export function openCommands(words: InLanguages<Record<string, string[]>>, polite: InLanguages<string[]>): Commands {
  const byLetters = new Map<string, Said[]>()
  const byStems = new Map<string, Said[]>()
  /** Of the words of each phrase: a stem begins with the letter of its word. */
  const firstLetters = new Set<string>()
  for (const language of LANGUAGES)
    for (const [command, phrases] of Object.entries(words[language]))
      for (const phrase of phrases) {
        const read = wordsOf(phrase)
        file(byLetters, read.join(''), { command, language })
        file(byStems, stemsOf(read, language), { command, language })
        firstLetters.add(firstLettersOf(read))
      }
  const contested = [...byLetters].find(([, said]) => agreed(said) === undefined)
  if (contested) throw new Error(`Two commands claim "${contested[0]}": ${contested[1].map(nameOf).join(', ')}`)

  const politePhrases = LANGUAGES.flatMap((language) => polite[language].map(wordsOf))
  politePhrases.sort((a, b) => b.length - a.length)
  const byTheirStems = (read: string[]): FoundCommand | undefined =>
    firstLetters.has(firstLettersOf(read))
      ? agreed(LANGUAGES.flatMap((language) => sayIn(language, byStems.get(stemsOf(read, language)))))
      : undefined
  const lookUp = (read: string[]): FoundCommand | undefined =>
    agreed(byLetters.get(read.join('')) ?? []) ?? byTheirStems(read)
  const find = (text: string): FoundCommand | undefined => {
    const bareText = text.replace(/<at\b[^>]*>.*?<\/at>|&nbsp;/gis, ' ')
    if (/\p{N}/u.test(bareText)) return undefined
    const read = wordsOf(bareText)
    const bare = withoutPolite(read, politePhrases)
    if (bare.length > 0) return lookUp(read) ?? lookUp(bare)
    return lookUp(read) ?? lookUp(read.slice(-1)) ?? lookUp(read.slice(0, 1))
  }
  return { find }
}

function withoutPolite(words: string[], phrases: string[][]): string[] {
  for (const phrase of phrases) {
    if (phrase.length === 0 || phrase.length > words.length) continue
    if (phrase.every((word, at) => words[at] === word)) return withoutPolite(words.slice(phrase.length), phrases)
    if (phrase.every((word, at) => words.at(at - phrase.length) === word))
      return withoutPolite(words.slice(0, -phrase.length), phrases)
  }
  return words
}

/** One command, and its language where only one language says it so. Undefined where commands differ. */
function agreed(said: Said[]): FoundCommand | undefined {
  const [first] = said
  if (!first || said.some(({ command }) => command !== first.command)) return undefined
  const shared = said.some(({ language }) => language !== first.language)
  return shared ? { command: first.command } : { command: first.command, language: first.language }
}

const stemsOf = (words: string[], language: Language): string => words.map((word) => stem(word, language)).join(' ')

const firstLettersOf = (words: string[]): string => words.map((word) => word.charAt(0)).join('')

const sayIn = (language: Language, said: Said[] = []): Said[] => said.filter((each) => each.language === language)

const nameOf = ({ command, language }: Said): string => `${command} (${language})`

function file(said: Map<string, Said[]>, key: string, one: Said): void {
  const filed = said.get(key)
  if (filed) filed.push(one)
  else said.set(key, [one])
}
