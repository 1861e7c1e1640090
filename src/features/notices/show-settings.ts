import { NOTICE_KINDS } from '../../domain/delivery.ts'
import { LANGUAGES } from '../../domain/languages.ts'
import { wants } from '../../domain/wanted-notices.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { demandOwnChat, pauseOf, readOwn } from './own-notices.ts'

/** What comes by itself, a break from it, and the language. `changed` says what just happened. */
export async function showSettings(turn: Turn, kit: Kit, changed = ''): Promise<Message> {
  demandOwnChat(turn)
  const { language, t } = turn
  const record = await readOwn(turn, kit)
  return {
    card: 'settings',
    language,
    summary: t('notices.settingsSummary'),
    show: { verb: 'notices.settings' },
    data: {
      changed,
      kinds: NOTICE_KINDS.map((kind) => ({
        kind,
        title: t(`notices.kinds.${kind}.title`),
        what: t(`notices.kinds.${kind}.what`),
        value: String(wants(record, kind)),
      })),
      ...pauseOf(turn, kit, record),
      languages: LANGUAGES.map((code) => ({ code, title: kit.strings(code)('common.languageName') })),
    },
  }
}
