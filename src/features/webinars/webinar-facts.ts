import type { Webinar } from '../../domain/content.ts'
import { dayText } from '../../domain/dates.ts'
import type { Language } from '../../domain/languages.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Turn } from '../../kit.ts'
import { recordingOf, type View } from './webinar-view.ts'

export function factsOf({ text, spoken, captions }: Webinar, { language, t }: Turn): { label: string; line: string }[] {
  const { speakers, organiser } = text[language]
  return [
    { label: t('webinars.facts.speakers', { count: speakers.length }), line: speakers.join(', ') },
    { label: t('webinars.facts.spoken'), line: namesOf(spoken, language) },
    { label: t('webinars.facts.captions'), line: namesOf(captions, language) },
    { label: t('webinars.facts.organiser'), line: organiser },
  ]
    .filter(({ line }) => line !== '')
    .map(({ label, line }) => ({ label, line: breakBraces(line) }))
}

export function recordingFacts(view: View): { label: string; line: string }[] {
  const { language, t } = view.turn
  const recording = recordingOf(view)
  if (recording === undefined) return []
  const { minutes, captions, expires } = recording
  const line = [
    t('common.minutes', { minutes }),
    ...(captions.length > 0 ? [t('webinars.facts.recordingCaptions', { languages: namesOf(captions, language) })] : []),
    t('webinars.facts.recordingUntil', { date: dayText(expires, language) }),
  ].join(' · ')
  return [{ label: t('webinars.facts.recording'), line }]
}

function namesOf(codes: readonly Language[], language: Language): string {
  const names = new Intl.DisplayNames(language, { type: 'language' })
  return new Intl.ListFormat(language).format(codes.flatMap((code) => names.of(code) ?? []))
}
