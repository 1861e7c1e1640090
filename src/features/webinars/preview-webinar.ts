import { fallbackOrder } from '../../domain/broadcast.ts'
import { webinarSchema, type Webinar } from '../../domain/content.ts'
import { LANGUAGES, type Language } from '../../domain/languages.ts'
import type { WebinarRecord } from '../../domain/records.ts'
import { timesText } from '../../domain/webinar.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { isStringKey } from '../../strings.ts'
import { remindersText } from './form-card.ts'

/** The preview of a webinar that is not published, again. */
export async function showPreview(turn: Turn, kit: Kit, { webinar: id }: { webinar: string }): Promise<Answer> {
  const record = await kit.store.webinars.get(turn.person.tenant, id)
  if (record?.made === undefined) throw new Refusal(turn.t('refusals.notFound'))
  if (record.made.state !== 'draft') throw new Refusal(turn.t('webinars.hr.refusals.published'))
  return { replace: previewCard(turn, kit, record) }
}

/** What the press of a preview publishes: what it showed, and nothing that was written since. */
export function tokenOf(kit: Kit, webinar: Webinar): string {
  // Parsed, so that its fields stand in one order in every store.
  return kit.opaque('webinar.publish', JSON.stringify(webinarSchema.parse(webinar)))
}

/** What readers of each language will see, and what HR checks beside it. @throws RangeError where nothing was made */
export function previewCard(turn: Turn, kit: Kit, record: WebinarRecord): Message {
  const { t, language } = turn
  const { made: webinar } = record
  if (webinar === undefined) throw new RangeError('there is no webinar to preview')
  return {
    card: 'webinar-preview',
    language,
    summary: t('webinars.hr.summary.preview'),
    show: { verb: 'webinars.preview', webinar: webinar.id },
    data: {
      webinar: webinar.id,
      token: tokenOf(kit, webinar),
      languages: LANGUAGES.map((one) => languagePart(turn, kit, record, webinar, one)),
      facts: factsOf(turn, kit, webinar),
    },
  }
}

function languagePart({ t }: Turn, kit: Kit, { writtenIn = [] }: WebinarRecord, webinar: Webinar, language: Language) {
  const name = t(`broadcasts.languages.${language}`)
  if (!writtenIn.includes(language)) {
    const source = fallbackOrder(language, kit.settings.defaultLanguage).find((one) => writtenIn.includes(one))
    const key = `broadcasts.fallback.${language}.${source ?? ''}`
    return { name, fallback: isStringKey(key) ? t(key) : '', subject: '', times: '', lines: [] }
  }
  const { title, description, speakers, organiser, login_note: note } = webinar.text[language]
  // In the language of the reader: it is their text.
  const own = kit.strings(language)
  const lines = [
    ...description.split(/\n+/),
    own('webinars.hr.preview.speakers', { names: speakers.join(', ') }),
    own('webinars.hr.preview.organiser', { name: organiser }),
    ...(note === undefined ? [] : [own('webinars.hr.preview.loginNote', { note })]),
  ]
  return {
    name,
    fallback: '',
    subject: title,
    times: timesText(webinar, language, webinar.zone),
    lines: lines.map((line) => ({ line })),
  }
}

function factsOf(turn: Turn, kit: Kit, webinar: Webinar): { title: string; value: string }[] {
  const { t, language } = turn
  const { kind, theme, spoken, captions, join, registration, capacity, reminders } = webinar
  const names = (all: readonly Language[]) => all.map((one) => t(`broadcasts.languages.${one}`)).join(', ')
  const themeName = kit.library().themes.find(({ id }) => id === theme)?.text[language].name ?? theme
  return [
    { title: t('webinars.hr.form.kind'), value: t(`webinars.kinds.${kind}`) },
    { title: t('webinars.hr.form.theme'), value: themeName },
    { title: t('webinars.hr.form.spoken'), value: names(spoken) },
    { title: t('webinars.hr.form.captions'), value: names(captions) || t('webinars.hr.preview.noCaptions') },
    { title: t('webinars.hr.preview.joinLabel'), value: hostOf(join) || t('webinars.hr.preview.noJoin') },
    ...(registration === undefined
      ? []
      : [{ title: t('webinars.hr.preview.registrationLabel'), value: hostOf(registration) }]),
    {
      title: t('webinars.hr.preview.seatsLabel'),
      value: capacity === undefined ? t('webinars.hr.preview.everyone') : String(capacity),
    },
    { title: t('webinars.hr.form.reminders'), value: remindersText(turn, reminders.join()) },
  ]
}

function hostOf(address: string | undefined): string {
  return address === undefined ? '' : new URL(address).host
}
