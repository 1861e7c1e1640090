import { z } from 'zod'
import { shows, type Feature } from '../../kit.ts'
import { listThemes } from './list-themes.ts'
import { showTheme } from './show-theme.ts'

export const themes: Feature = {
  name: 'themes',
  commands: { themes: async (turn, kit) => listThemes(turn, kit) },
  actions: {
    'themes.list': shows(z.object({}), async (turn, kit) => ({ replace: listThemes(turn, kit) })),
    'themes.show': shows(z.object({ theme: z.string().max(40) }), showTheme),
  },
}
