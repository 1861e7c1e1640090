import { z } from 'zod'
import { NOTICES } from '../../domain/notices.ts'
import { noticeCard, shows, type Feature } from '../../kit.ts'
import { giveHelp } from './give-help.ts'
import { greet } from './greet.ts'
import { showFrontPage } from './show-front-page.ts'

const nothing = z.object({})
const notice = z.object({ notice: z.literal(Object.keys(NOTICES) as (keyof typeof NOTICES)[]) })

export const welcome: Feature = {
  name: 'welcome',
  greets: greet,
  commands: {
    help: giveHelp,
    greeting: async (turn) => noticeCard(turn, 'hello'),
    thanks: async (turn) => noticeCard(turn, 'thanks'),
  },
  /** What a word brings whose feature is not there yet. */
  notYet: async (turn) => noticeCard(turn, 'notYet'),
  pages: { '/': showFrontPage },
  actions: {
    'welcome.show': shows(nothing, async (turn, kit) => ({ replace: greet(turn, kit, '') })),
    'welcome.help': shows(nothing, async (turn, kit) => ({ replace: await giveHelp(turn, kit) })),
    'welcome.notice': shows(notice, async (turn, _kit, { notice: name }) => ({ replace: noticeCard(turn, name) })),
  },
}
