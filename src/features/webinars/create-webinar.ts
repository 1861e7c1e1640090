import { z } from 'zod'
import type { InLanguages, Language } from '../../domain/languages.ts'
import { isPublished } from '../../domain/webinar.ts'
import { makeWebinar, REMINDER_CHOICES, type WebinarForm, type WrittenText } from '../../domain/webinar-form.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { choices, faulty, field, textFields, webinarId } from './hr-fields.ts'
import { manageCard } from './manage-webinar.ts'
import { previewCard } from './preview-webinar.ts'

export const createSchema = z.object({
  webinar: webinarId.default(''),
  kind: field(),
  theme: field(),
  date: field(),
  time: field(),
  zone: field(),
  minutes: field(),
  ...textFields,
  spoken: choices(),
  captions: choices(),
  join: field(),
  registration: field(),
  login: z.enum(['true', 'false'], 'refusals.badInput').default('false'),
  capacity: field(),
  reminders: choices().default(REMINDER_CHOICES[0]),
})

type Given = z.output<typeof createSchema>

/** Keeps what HR wrote as a webinar that nobody else sees, and shows it as its readers will. */
export async function createWebinar(turn: Turn, kit: Kit, given: Given): Promise<Answer> {
  const { t, person } = turn
  const { tenant } = person
  const form = formOf(given, kit)
  const id = given.webinar === '' ? await newId(turn, kit, form) : given.webinar
  const known = await kit.store.webinars.get(tenant, id)
  if (given.webinar !== '' && known?.made === undefined) throw new Refusal(t('refusals.notFound'))
  if (isPublished(known?.made)) {
    if (given.webinar !== '') throw new Refusal(t('webinars.hr.refusals.published'))
    return { replace: await manageCard(turn, kit, id, { news: t('webinars.hr.news.alreadyPublished') }) }
  }
  const made = judge(turn, kit, id, form)
  const stored = await kit.store.webinars.change(tenant, id, (current = { id, feedback: {} }) =>
    isPublished(current.made) ? current : { ...current, made: made.webinar, writtenIn: made.writtenIn },
  )
  if (stored === undefined || isPublished(stored.made)) throw new Refusal(t('webinars.hr.refusals.published'))
  return { replace: previewCard(turn, kit, stored) }
}

/** @throws Refusal that tells all faults at once */
function judge({ now, ...turn }: Turn, kit: Kit, id: string, form: WebinarForm) {
  const { timeZone, linkHosts, defaultLanguage } = kit.settings
  const ofLanguage = (language: Language) => ({
    organiser: kit.strings(language)('webinars.hr.organiser'),
    loginNote: kit.strings(language)('webinars.hr.loginNote'),
  })
  const made = makeWebinar(form, {
    id,
    now,
    timeZone,
    linkHosts,
    defaultLanguage,
    hasTheme: (theme) => kit.library().themes.some((one) => one.id === theme),
    defaults: { fi: ofLanguage('fi'), sv: ofLanguage('sv'), en: ofLanguage('en') },
  })
  if ('faults' in made) throw faulty({ now, ...turn }, made.faults)
  return made
}

/** The same form of the same person is one webinar, however often it is sent; one that was cancelled may come again. */
async function newId({ person: { tenant, id: person } }: Turn, kit: Kit, form: WebinarForm): Promise<string> {
  for (let number = 0; ; number++) {
    const id = `wb-${kit.opaque('webinar', tenant, person, JSON.stringify(form), String(number)).slice(0, 24)}`
    const known = await kit.store.webinars.get(tenant, id)
    if (known?.changed?.cancelled !== true) return id
  }
}

function formOf({ webinar: _id, login, ...given }: Given, { settings }: Kit): WebinarForm {
  const { kind, theme, date, time, minutes, spoken, captions, join, registration, capacity, reminders } = given
  const textOf = (language: Language): WrittenText => ({
    title: given[`title_${language}`],
    description: given[`description_${language}`],
    speakers: given[`speakers_${language}`],
    organiser: given[`organiser_${language}`],
    loginNote: given[`loginNote_${language}`],
  })
  const text: InLanguages<WrittenText> = { fi: textOf('fi'), sv: textOf('sv'), en: textOf('en') }
  const rest = { kind, theme, date, time, minutes, spoken, captions, join, registration, capacity, reminders }
  return { ...rest, text, login: login === 'true', zone: given.zone || settings.timeZone }
}
