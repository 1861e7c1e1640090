import { z } from 'zod'
import { shows, type Feature } from '../../kit.ts'
import { giveHelp } from './give-help.ts'
import { greet } from './greet.ts'
import { showFrontPage } from './show-front-page.ts'
import { sayHello, sayNotYet, sayThanks } from './say.ts'

const nothing = z.object({})

export const welcome: Feature = {
  name: 'welcome',
  greets: greet,
  commands: { help: giveHelp, greeting: sayHello, thanks: sayThanks },
  /** What a word brings whose feature is not there yet. */
  notYet: sayNotYet,
  pages: { '/': showFrontPage },
  actions: {
    'welcome.show': shows(nothing, async (turn, kit) => ({ replace: greet(turn, kit, '') })),
    'welcome.help': shows(nothing, async (turn, kit) => ({ replace: await giveHelp(turn, kit) })),
    'welcome.ask': shows(nothing, async (turn, kit) => ({ replace: await sayHello(turn, kit) })),
  },
}
