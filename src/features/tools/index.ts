import { z } from 'zod'
import { acts, noticeCard, shows, type Feature } from '../../kit.ts'
import { composeMessage } from './compose-message.ts'
import { findInComposeBox } from './find-in-compose-box.ts'
import { noteTrial } from './note-trial.ts'
import { printTool } from './print-tool.ts'
import { sendMessage } from './send-message.ts'
import { sendWeekly } from './send-weekly.ts'
import { shareTool } from './share-tool.ts'
import { showCanvas } from './show-canvas.ts'
import { showElsewhere } from './show-elsewhere.ts'
import { showFound } from './show-found.ts'
import { showTool } from './show-tool.ts'
import { suggestTools } from './suggest-tools.ts'
import { unsendMessage } from './unsend-message.ts'
import { unshareTool } from './unshare-tool.ts'
import { joinWeekly, showWeekly } from './weekly-tool.ts'

const id = z.string('refusals.noTool').max(40, 'refusals.noTool')
const ids = z.array(id, 'refusals.noTool').max(20, 'refusals.noTool')
const channel = z.string('refusals.chooseChannel').min(1, 'refusals.chooseChannel')
const draft = z.string().max(40)
/** A canvas has at most six fields. */
const fields = { field1: text(), field2: text(), field3: text(), field4: text(), field5: text(), field6: text() }
const helped = z.string('tried.required').regex(/^(\d|10)$/, 'tried.required')
/** As a toggle sends it, or the button of a card. */
const yes = z
  .literal(['true', 'false', true, false], 'refusals.badInput')
  .transform((given) => String(given) === 'true')

export const tools: Feature = {
  name: 'tools',
  commands: { tool: async (turn) => noticeCard(turn, 'ask') },
  answers: suggestTools,
  finds: findInComposeBox,
  jobs: [sendWeekly],
  actions: {
    'tools.show': shows(z.object({ tool: id, tools: ids.optional() }), showTool),
    'tools.more': shows(
      z.object({ tools: ids.min(1, 'refusals.noTool'), care: z.enum(['yes', 'no']).default('no') }),
      showFound,
    ),
    'tools.elsewhere': shows(z.object({ topic: z.string().max(40) }), showElsewhere),
    'tools.share': acts(z.object({ tool: id, channel }), shareTool),
    'tools.unshare': acts(z.object({ tool: id, channel: z.string().max(40) }), unshareTool),
    'tools.tried': acts(z.object({ tool: id, helped, worked: text(), change: text() }), noteTrial),
    'tools.canvas': shows(z.object({ tool: id }), showCanvas),
    'tools.compose': acts(z.object({ tool: id, ...fields }), composeMessage),
    'tools.send': acts(z.object({ tool: id, draft, channel, text: text() }), sendMessage),
    'tools.unsend': acts(z.object({ tool: id, draft, channel: z.string().max(40), text: text() }), unsendMessage),
    'tools.week': shows(z.object({ tool: id }), showWeekly),
    'tools.weekly': acts(z.object({ on: yes }), joinWeekly),
  },
  pages: { '/tools/:id': printTool },
}

/** Optional free text of a form. */
function text() {
  return z.string('refusals.badInput').default('')
}
