import type { Webinar } from '../../domain/content.ts'
import { WEBINAR_KINDS } from '../../domain/content.ts'
import type { InLanguages, Language } from '../../domain/languages.ts'
import type { WebinarRecord } from '../../domain/records.ts'
import { REMINDER_CHOICES } from '../../domain/webinar-form.ts'
import { zoneName } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'

type Choice = { title: string; value: string }

/** Beside the organisation's own. */
const OTHER_ZONES = ['Europe/Stockholm', 'Europe/Berlin', 'Europe/London', 'Atlantic/Azores']

/** The form, empty, or with what was written of a webinar that is not published. */
export async function showForm(turn: Turn, kit: Kit, { webinar: id }: { webinar: string }): Promise<Answer> {
  if (id === '') return { replace: formCard(turn, kit) }
  const record = await kit.store.webinars.get(turn.person.tenant, id)
  if (record?.made === undefined) throw new Refusal(turn.t('refusals.notFound'))
  if (record.made.state !== 'draft') throw new Refusal(turn.t('webinars.hr.refusals.published'))
  return { replace: formCard(turn, kit, record) }
}

function formCard(turn: Turn, kit: Kit, record?: WebinarRecord): Message {
  const { t, language } = turn
  const { defaultLanguage, timeZone } = kit.settings
  const webinar = record?.made
  const { capacity, join, registration } = webinar ?? {}
  const [date = '', time = ''] = webinar?.start.split('T') ?? []
  const zone = webinar?.zone ?? timeZone
  return {
    card: 'webinar-form',
    language,
    summary: t('webinars.hr.summary.form'),
    show: { verb: 'webinars.form', ...(webinar !== undefined && { webinar: webinar.id }) },
    data: {
      webinar: webinar?.id ?? '',
      kind: webinar?.kind ?? 'webinar',
      kinds: WEBINAR_KINDS.map((value) => ({ title: t(`webinars.kinds.${value}`), value })),
      theme: webinar?.theme ?? '',
      themes: kit.library().themes.map(({ id, text }) => ({ title: text[language].name, value: id })),
      date,
      time,
      minutes: webinar?.minutes ?? 60,
      ...textFields(webinar, record?.writtenIn ?? []),
      join: join ?? '',
      spoken: webinar?.spoken.join() ?? defaultLanguage,
      captions: webinar?.captions.join() ?? '',
      capacity: capacity === undefined ? '' : String(capacity),
      reminders: webinar === undefined ? REMINDER_CHOICES[0] : webinar.reminders.join() || 'none',
      reminderChoices: REMINDER_CHOICES.map((value) => ({ title: remindersText(turn, value), value })),
      login: String(webinar?.login_required ?? false),
      registration: registration ?? '',
      zone,
      zones: [...new Set([timeZone, zone, ...OTHER_ZONES])].map((value) => zoneChoice(turn, value)),
      fallbackOrder: t(`broadcasts.fallbackOrder.${defaultLanguage}`),
    },
  }
}

/** In words, for what the form offers and a preview says. */
export function remindersText({ t }: Turn, value: string): string {
  const key = ({ 'P7D,P1D,PT1H': 'three', 'P1D,PT1H': 'two', PT1H: 'hour' } as const)[value]
  return t(`webinars.hr.reminderChoices.${key ?? 'none'}`)
}

function zoneChoice({ language, now }: Turn, value: string): Choice {
  const place = value.split('/').at(-1)?.replaceAll('_', ' ') ?? value
  return { title: `${zoneName(value, now, language)} (${place})`, value }
}

/** A language that holds a copy of another one is shown as it was written: empty. */
function textFields(webinar: Webinar | undefined, writtenIn: readonly Language[]) {
  const of = (language: Language) => {
    const text = writtenIn.includes(language) ? webinar?.text[language] : undefined
    return {
      title: text?.title ?? '',
      description: text?.description ?? '',
      speakers: text?.speakers.join(', ') ?? '',
      organiser: text?.organiser ?? '',
      loginNote: text?.login_note ?? '',
    }
  }
  const { fi, sv, en }: InLanguages<ReturnType<typeof of>> = { fi: of('fi'), sv: of('sv'), en: of('en') }
  return {
    title_fi: fi.title,
    description_fi: fi.description,
    speakers_fi: fi.speakers,
    organiser_fi: fi.organiser,
    loginNote_fi: fi.loginNote,
    title_sv: sv.title,
    description_sv: sv.description,
    speakers_sv: sv.speakers,
    organiser_sv: sv.organiser,
    loginNote_sv: sv.loginNote,
    title_en: en.title,
    description_en: en.description,
    speakers_en: en.speakers,
    organiser_en: en.organiser,
    loginNote_en: en.loginNote,
  }
}
