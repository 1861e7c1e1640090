import { z } from 'zod'
import { acts, shows, type Feature } from '../../kit.ts'
import { eraseMyData, showErasing } from './erase-data.ts'
import { downloadMyData } from './export-data.ts'
import { forgetOldRecords } from './forget-old-records.ts'
import { showOwnAnswer, withdrawOwnAnswer } from './own-answer.ts'
import { showMyData } from './show-my-data.ts'
import { showTextPage } from './show-text-page.ts'

const nothing = z.object({})
const ofRound = z.object({ round: z.string('refusals.notFound').max(40, 'refusals.notFound') })
const sure = z.object({ sure: z.literal('yes', 'refusals.badInput').optional() })

/** What is kept of whom and for how long; the person's own part of it; and what is forgotten when. */
export const privacy: Feature = {
  name: 'privacy',
  commands: { mydata: async (turn, kit) => showMyData(turn, kit) },
  actions: {
    'privacy.mydata': shows(nothing, async (turn, kit) => ({ replace: await showMyData(turn, kit) })),
    'privacy.export': shows(nothing, async (turn, kit) => ({ replace: await showMyData(turn, kit) })),
    'privacy.erasing': shows(nothing, async (turn, kit) => showErasing(turn, kit)),
    'privacy.erase': { ...acts(sure, eraseMyData), leavesNoTrace: true },
    // Neither tells when somebody answered, nor that somebody did (privacy rules 3 and 7).
    'privacy.answer': { ...acts(ofRound, showOwnAnswer), leavesNoTrace: true },
    'privacy.withdraw': { ...acts(ofRound, withdrawOwnAnswer), leavesNoTrace: true },
  },
  downloads: { '/my-data/:file': downloadMyData },
  pages: {
    '/privacy': showTextPage('privacy'),
    '/terms': showTextPage('terms'),
    '/accessibility': showTextPage('accessibility'),
  },
  jobs: [forgetOldRecords],
}
