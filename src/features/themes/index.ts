import { z } from 'zod'
import { acts, onlyFor, shows, type Feature } from '../../kit.ts'
import { askPhase, choosePhase, PHASE_CHOICES } from './choose-phase.ts'
import { listThemes } from './list-themes.ts'
import { showChanges } from './show-changes.ts'
import { showTheme } from './show-theme.ts'
import { tellChanges } from './tell-changes.ts'

const id = z.string().max(40)
const tools = z.array(id).max(100)
const forHr = { roles: ['hr' as const], subject: 'theme', elsewhere: 'phase.ownChatOnly' as const }

export const themes: Feature = {
  name: 'themes',
  commands: { themes: (turn, kit) => listThemes(turn, kit) },
  jobs: [tellChanges],
  actions: {
    'themes.list': shows(z.object({}), async (turn, kit) => ({ replace: await listThemes(turn, kit) })),
    'themes.show': shows(z.object({ theme: id }), showTheme),
    'themes.changes': shows(z.object({ theme: id, added: tools, renewed: tools }), showChanges),
    ...onlyFor(forHr, {
      'themes.phases': shows(z.object({}), async (turn, kit) => ({ replace: await askPhase(turn, kit) })),
      'themes.phase': acts(z.object({ phase: z.enum(PHASE_CHOICES, 'refusals.badInput') }), choosePhase),
    }),
  },
}
