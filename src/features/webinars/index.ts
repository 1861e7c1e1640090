import { z } from 'zod'
import { acts, onlyFor, shows, type Feature } from '../../kit.ts'
import { addSchema, addToWebinar } from './add-to-webinar.ts'
import { downloadCalendar } from './calendar-file.ts'
import { cancelWebinar } from './cancel-webinar.ts'
import { showChanges } from './change-webinar.ts'
import { chooseReminders, chosenSchema, saveReminders } from './choose-reminders.ts'
import { createSchema, createWebinar } from './create-webinar.ts'
import { askFeedback } from './feedback-questions.ts'
import { followWebinars } from './follow-webinars.ts'
import { showForm } from './form-card.ts'
import { answerSchema, giveFeedback } from './give-feedback.ts'
import { HR } from './hr-door.ts'
import { webinarId } from './hr-fields.ts'
import { listWebinars } from './list-webinars.ts'
import { manageWebinar } from './manage-webinar.ts'
import { moveSchema, moveWebinar } from './move-webinar.ts'
import { showPreview } from './preview-webinar.ts'
import { publishWebinar } from './publish-webinar.ts'
import { askedSchema, showMessage, showWebinar } from './show-webinar.ts'
import { leaveWebinar, pressSchema, signUp } from './sign-up.ts'

const one = z.object({ webinar: webinarId })

/** Webinars, remote work guidance and coaching sessions on themes: what is ahead, who comes, and what is left of them. */
export const webinars: Feature = {
  name: 'webinars',
  commands: { webinars: listWebinars },
  jobs: [followWebinars],
  downloads: { '/webinars/:file': downloadCalendar },
  actions: {
    'webinars.list': shows(z.object({}), async (turn, kit) => ({ replace: await listWebinars(turn, kit) })),
    'webinars.show': shows(pressSchema, showWebinar),
    'webinars.message': shows(askedSchema, showMessage),
    'webinars.signup': acts(pressSchema, signUp),
    'webinars.leave': acts(pressSchema, leaveWebinar),
    'webinars.reminders': shows(pressSchema, chooseReminders),
    'webinars.remind': acts(chosenSchema, saveReminders),
    'webinars.feedback': shows(one, askFeedback),
    'webinars.answer': acts(answerSchema, giveFeedback),
    // For the organiser too: it asks who presses by itself.
    'webinars.manage': shows(
      one.extend({ from: z.coerce.number('refusals.notFound').int().min(0).default(0) }),
      manageWebinar,
    ),
    ...onlyFor(HR, {
      'webinars.form': shows(z.object({ webinar: webinarId.default('') }), showForm),
      'webinars.create': acts(createSchema, createWebinar),
      'webinars.preview': shows(one, showPreview),
      'webinars.publish': acts(one.extend({ token: webinarId }), publishWebinar),
      'webinars.change': shows(one, showChanges),
      'webinars.move': acts(moveSchema, moveWebinar),
      'webinars.add': acts(addSchema, addToWebinar),
      'webinars.cancel': acts(one, cancelWebinar),
    }),
  },
}
