import { z } from 'zod'
import { REMINDERS } from '../../domain/content.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { signUpId, standingOf } from './attendance.ts'
import { findWebinar } from './find-webinar.ts'
import { answer, demandAhead, pressSchema } from './sign-up.ts'
import { webinarCard } from './webinar-card.ts'

const tick = z.enum(['true', 'false'], 'refusals.badInput').optional()
export const chosenSchema = pressSchema.extend({ P7D: tick, P1D: tick, PT1H: tick })

/** Which of the reminders of one webinar the person wants. */
export async function chooseReminders(turn: Turn, kit: Kit, { webinar: id }: { webinar: string }): Promise<Answer> {
  const found = await findWebinar(turn, kit, id)
  const { language, t } = turn
  const { webinar } = found
  const standing = await standingOf(kit, turn.person, found)
  if (standing === undefined) throw new Refusal(t('webinars.refusals.notSignedUp'))
  const wanted = standing.signUp.reminders ?? webinar.reminders
  const open: Message = {
    card: 'webinar-reminders',
    language,
    summary: t('webinars.reminders.title'),
    show: { verb: 'webinars.reminders', webinar: id },
    data: {
      id,
      subject: breakBraces(webinar.text[language].title),
      reminders: webinar.reminders.map((reminder) => ({
        reminder,
        title: t(`webinars.reminders.${reminder}`),
        value: String(wanted.includes(reminder)),
      })),
    },
  }
  return { open, notice: open.summary }
}

/** Keeps the choice. One that the card did not have stays as it was. */
export async function saveReminders(turn: Turn, kit: Kit, chosen: z.output<typeof chosenSchema>): Promise<Answer> {
  const { tenant, id: person } = turn.person
  const found = await findWebinar(turn, kit, chosen.webinar)
  demandAhead(turn, found)
  const remindedAt = turn.now.toISOString()
  const saved = await kit.store.signUps.change(tenant, signUpId(kit, tenant, chosen.webinar, person), (known) => {
    if (known === undefined) return known
    const before = known.reminders ?? found.webinar.reminders
    const wants = (one: (typeof REMINDERS)[number]) => (chosen[one] ?? String(before.includes(one))) === 'true'
    const reminders = REMINDERS.filter(wants)
    // What is turned on too late is not made up at once.
    return { ...known, reminders, remindedAt }
  })
  if (saved === undefined) throw new Refusal(turn.t('webinars.refusals.notSignedUp'))
  return answer(turn, { here: 'yes' }, await webinarCard(turn, kit, found, { news: 'chosen' }))
}
