import { z } from 'zod'
import { acts, shows, type Feature } from '../../kit.ts'
import { approveBroadcast, rejectBroadcast } from './approve-broadcast.ts'
import { cancelBroadcast } from './cancel-broadcast.ts'
import { confirmBroadcast } from './confirm-broadcast.ts'
import { correctBroadcast, correctSchema } from './correct-broadcast.ts'
import { deleteDraft } from './delete-draft.ts'
import { downloadRecipients } from './download-recipients.ts'
import { duplicateBroadcast } from './duplicate-broadcast.ts'
import { followBroadcast } from './follow-broadcast.ts'
import { bringLaunches, showLaunches } from './launch-form.ts'
import { showIdeas } from './launch-ideas.ts'
import { launchSchema, launchTheme } from './launch-theme.ts'
import { listBroadcasts } from './list-broadcasts.ts'
import { openOffer, openSchema } from './open-offer.ts'
import { previewBroadcast, previewSchema } from './preview-broadcast.ts'
import { viewPreview } from './preview-card.ts'
import { resendUnknown, retryFailed } from './repeat-broadcast.ts'
import { showReport } from './report-card.ts'
import { resumeBroadcast } from './resume-broadcast.ts'
import { sendBroadcasts, sendLaunches } from './send-broadcasts.ts'
import { showBroadcast, showSchema } from './show-broadcast.ts'
import { bringBroadcasts, showCorrection, showForm } from './show-form.ts'
import { testBroadcast } from './test-broadcast.ts'
import { onlyFor, onlyForLaunchers } from './who-may.ts'
import { withdrawBroadcast } from './withdraw-broadcast.ts'

const id = z.string('refusals.notFound').max(40, 'refusals.notFound')
const one = z.object({ broadcast: id })

export const broadcasts: Feature = {
  name: 'broadcasts',
  commands: { broadcast: bringBroadcasts, launch: bringLaunches },
  jobs: [sendBroadcasts, sendLaunches],
  watches: {
    'broadcasts.send': followBroadcast,
    'themes.launch': followBroadcast,
    'broadcasts.correct': followBroadcast,
    'broadcasts.withdraw': followBroadcast,
  },
  downloads: { '/broadcasts/:file': downloadRecipients },
  actions: {
    'broadcasts.show': shows(showSchema, showBroadcast),
    'broadcasts.open': acts(openSchema, openOffer),
    ...onlyFor(['hr', 'approver'], { 'broadcasts.view': shows(one, viewPreview) }),
    ...onlyFor(['approver'], {
      'broadcasts.approve': acts(one, approveBroadcast),
      'broadcasts.reject': acts(one, rejectBroadcast),
    }),
    ...onlyFor(['hr'], {
      'broadcasts.list': shows(z.object({}), listBroadcasts),
      'broadcasts.form': shows(z.object({ broadcast: id.default('') }), showForm),
      'broadcasts.preview': acts(previewSchema, previewBroadcast),
      'broadcasts.test': acts(one, testBroadcast),
      'broadcasts.confirm': acts(z.object({ broadcast: id, token: id }), confirmBroadcast),
      'broadcasts.cancel': acts(one, cancelBroadcast),
      'broadcasts.resume': acts(one, resumeBroadcast),
      'broadcasts.report': shows(one, showReport),
      'broadcasts.retry': acts(one, retryFailed),
      'broadcasts.resend': acts(one, resendUnknown),
      'broadcasts.edit': shows(one, showCorrection),
      'broadcasts.correct': acts(correctSchema, correctBroadcast),
      'broadcasts.withdraw': acts(one, withdrawBroadcast),
      'broadcasts.duplicate': acts(one, duplicateBroadcast),
      'broadcasts.delete': acts(one, deleteDraft),
    }),
    ...onlyForLaunchers({
      'themes.launches': shows(z.object({ theme: id.default('') }), showLaunches),
      'themes.launch': acts(launchSchema, launchTheme),
      'themes.ideas': shows(z.object({ theme: id }), showIdeas),
    }),
  },
}
