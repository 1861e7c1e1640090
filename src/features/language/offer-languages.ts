import { LANGUAGES } from '../../domain/languages.ts'
import type { Kit, Message, Turn } from '../../kit.ts'

export function offerLanguages({ language, t }: Turn, kit: Kit): Message {
  return {
    card: 'language',
    language,
    summary: t('language.summary'),
    show: { verb: 'language.offer' },
    data: {
      changed: '',
      choices: LANGUAGES.map((code) => ({ code, title: kit.strings(code)('common.languageName') })),
    },
  }
}
