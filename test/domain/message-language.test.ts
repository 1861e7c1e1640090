import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { answerLanguage, languageOfMessage } from '../../src/domain/message-language.ts'

const MESSAGES = {
  fi: [
    'miten mä sanon sille että nyt riittää',
    'meillä ei oo koskaan aikaa mihinkään',
    'työvuorot menevät ristiin eikä kukaan tiedä kuka tekee',
    'en tieda miten aloittaisin taman keskustelun',
    'kaikki on väsyneitä',
  ],
  sv: [
    'hur säger jag det så att ingen blir ledsen',
    'vi hinner int me nånting längre',
    'ingen vet vem som ska göra vad på vårt ställe',
    'jag vet inte hur jag ska borja samtalet',
    'alla är trötta på möten',
  ],
  en: [
    'how do I tell them without hurting anybody',
    'we never have the time to talk',
    'nobody knows who is supposed to do what',
    'everyone is tired of all these meetings',
    'what should we try first',
  ],
}
const messages = LANGUAGES.flatMap((language) => MESSAGES[language].map((text) => ({ language, text })))

describe('language of a message', () => {
  it.each(messages)('is sure that "$text" is $language', ({ text, language }) => {
    expect(languageOfMessage(text)).toEqual({ language, sure: true })
  })

  it.each(['', '???', 'konflikt', 'feedback', 'GROW', '123', 'Kalle Anka', 'idea'])('is not sure of "%s"', (text) => {
    expect(languageOfMessage(text).sure).toBe(false)
  })

  it('takes other evidence where the words tell nothing', () => {
    expect(languageOfMessage('konflikt', { fi: 0, sv: 2, en: 0 })).toEqual({ language: 'sv', sure: true })
    expect(languageOfMessage('konflikt', { fi: 2, sv: 2, en: 0 }).sure).toBe(false)
  })

  it('stays sure when the person goes on in the same language', () => {
    const said = fc.constantFrom(...LANGUAGES).chain((language) => {
      const texts = fc.array(fc.constantFrom(...MESSAGES[language]), { minLength: 1, maxLength: 6 })
      return fc.record({ language: fc.constant(language), texts })
    })
    fc.assert(
      fc.property(said, ({ language, texts }) => {
        const found = languageOfMessage(texts.join('. '))
        return found.sure && found.language === language
      }),
    )
  })

  it('does not depend on case, or on how the accents are encoded', () => {
    for (const { text, language } of messages) {
      expect(languageOfMessage(text.toUpperCase()).language).toBe(language)
      expect(languageOfMessage(text.normalize('NFD'))).toEqual(languageOfMessage(text))
    }
  })
})

describe('language of an answer', () => {
  const asked = { text: 'tulokset', locale: 'sv-FI', defaultLanguage: 'fi' } as const

  it("is the person's choice before all else", () => {
    const choices = fc.constantFrom(...LANGUAGES)
    fc.assert(
      fc.property(choices, fc.string(), fc.option(choices), fc.option(fc.string()), (choice, text, command, locale) => {
        const given = { choice, text, command: command ?? undefined, locale: locale ?? undefined }
        return answerLanguage({ ...given, defaultLanguage: 'en' }) === choice
      }),
    )
  })

  it('is the language of a command word that only one language has', () => {
    expect(answerLanguage({ ...asked, command: 'fi' })).toBe('fi')
  })

  it('is the language of a message of three words or more that is sure', () => {
    expect(answerLanguage({ ...asked, text: 'how do I begin' })).toBe('en')
    expect(answerLanguage({ ...asked, text: 'en jaksa' })).toBe('sv')
  })

  it.each([
    ['fi', 'fi'],
    ['fi-FI', 'fi'],
    ['sv-SE', 'sv'],
    ['sv-FI', 'sv'],
    ['SV_se', 'sv'],
  ] as const)("is the client's language where the locale is %s", (locale, language) => {
    expect(answerLanguage({ text: 'konflikt', locale, defaultLanguage: 'en' })).toBe(language)
  })

  it.each([undefined, '', 'en-US', 'de-DE', 'fil-PH', 'svx', 'x', '-', '💥'])(
    'F41 is the default language where the locale is %s',
    (locale) => {
      expect(answerLanguage({ text: 'konflikt', locale, defaultLanguage: 'fi' })).toBe('fi')
      expect(answerLanguage({ text: '', locale, defaultLanguage: 'sv' })).toBe('sv')
    },
  )
})
