import { z } from 'zod'
import { LANGUAGES } from '../../domain/languages.ts'
import { acts, shows, type Feature } from '../../kit.ts'
import { offerLanguages } from './offer-languages.ts'
import { setLanguage } from './set-language.ts'

export const language: Feature = {
  name: 'language',
  commands: { language: async (turn, kit) => offerLanguages(turn, kit) },
  actions: {
    'language.set': acts(z.object({ language: z.enum(LANGUAGES), show: z.unknown() }), setLanguage),
    'language.offer': shows(z.object({}), async (turn, kit) => ({ replace: offerLanguages(turn, kit) })),
  },
}
