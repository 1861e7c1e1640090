import { z } from 'zod'
import { NOTICE_KINDS } from '../../domain/delivery.ts'
import { QUIET_SPANS } from '../../domain/quiet.ts'
import { acts, shows, type Feature } from '../../kit.ts'
import { choosePause } from './choose-pause.ts'
import { keepQuiet, resume } from './keep-quiet.ts'
import { saveKinds } from './save-kinds.ts'
import { showSettings } from './show-settings.ts'
import { showKind, turnOff, turnOn } from './turn-kind.ts'

const nothing = z.object({})
const ofKind = z.object({ kind: z.enum(NOTICE_KINDS) })
const tick = z
  .enum(['true', 'false'], 'refusals.badInput')
  .transform((given) => given === 'true')
  .optional()
const kinds = z.object({ broadcasts: tick, themes: tick, weekly: tick, webinars: tick })
const quiet = z.object({ for: z.enum(QUIET_SPANS).optional(), until: z.string('notices.refusals.until').optional() })

/** What the bot sends to a person by itself: which kinds, and from when on. */
export const notices: Feature = {
  name: 'notices',
  commands: { settings: showSettings, quiet: choosePause },
  actions: {
    'notices.settings': shows(nothing, async (turn, kit) => ({ replace: await showSettings(turn, kit) })),
    'notices.save': acts(kinds, saveKinds),
    'notices.kind': shows(ofKind, async (turn, kit, { kind }) => ({ replace: await showKind(turn, kit, kind) })),
    'notices.off': acts(ofKind, turnOff),
    'notices.on': acts(ofKind, turnOn),
    'notices.pause': shows(nothing, async (turn, kit) => ({ replace: await choosePause(turn, kit) })),
    'notices.quiet': acts(quiet, keepQuiet),
    'notices.resume': acts(nothing, resume),
  },
}
