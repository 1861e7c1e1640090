import { z } from 'zod'
import { acts, noticeCard, shows, type Feature } from '../../kit.ts'
import { findInComposeBox } from './find-in-compose-box.ts'
import { noteTrial } from './note-trial.ts'
import { printTool } from './print-tool.ts'
import { shareTool } from './share-tool.ts'
import { showFound } from './show-found.ts'
import { showTool } from './show-tool.ts'
import { suggestTools } from './suggest-tools.ts'
import { unshareTool } from './unshare-tool.ts'

const id = z.string('refusals.noTool').max(40, 'refusals.noTool')
const ids = z.array(id, 'refusals.noTool').max(20, 'refusals.noTool')
const helped = z.string('tried.required').regex(/^(\d|10)$/, 'tried.required')

export const tools: Feature = {
  name: 'tools',
  commands: { tool: async (turn) => noticeCard(turn, 'ask') },
  answers: suggestTools,
  finds: findInComposeBox,
  actions: {
    'tools.show': shows(z.object({ tool: id, tools: ids.optional() }), showTool),
    'tools.more': shows(z.object({ tools: ids.min(1, 'refusals.noTool') }), showFound),
    'tools.share': acts(
      z.object({ tool: id, channel: z.string('refusals.chooseChannel').min(1, 'refusals.chooseChannel') }),
      shareTool,
    ),
    'tools.unshare': acts(z.object({ tool: id, channel: z.string().max(40) }), unshareTool),
    'tools.tried': acts(z.object({ tool: id, helped, worked: text(), change: text() }), noteTrial),
  },
  pages: { '/tools/:id': printTool },
}

/** Optional free text of a form. */
function text() {
  return z.string('refusals.badInput').default('')
}
