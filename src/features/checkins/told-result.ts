import { carriesBreaksNote, carriesDeviceNote } from '../../domain/checkin-story.ts'
import type { Figure } from '../../domain/checkin-result.ts'
import type { Question } from '../../domain/content.ts'
import { contactLines } from '../../domain/contacts.ts'
import { figureText } from '../../domain/dates.ts'
import type { Language } from '../../domain/languages.ts'
import type { Result } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import type { Translate } from '../../strings.ts'

/** What a result says in one language: the rows of its figures, the text to talk about, and why a tool is offered. */
export type Told = {
  rows: { id: string; label: string; question: string; value: string }[]
  hidden: string[]
  story: string
  tool: string
  toolTitle: string
  reason: string
  notes: string[]
  support: { label: string; text: string }[]
}

export function tellResult(kit: Kit, result: Result, language: Language): Told {
  const t = kit.strings(language)
  const { questions, tools, contacts } = kit.library()
  const asked = result.figures.flatMap((figure) => {
    const question = questions.find(({ id }) => id === figure.question)
    return question === undefined ? [] : [{ figure, question }]
  })
  const isShown = result.answers !== undefined
  const offered = result.story.kind === 'hidden' ? undefined : tools.get(result.story.tool ?? '')
  const about = asked.find(({ question }) => result.story.kind !== 'hidden' && question.id === result.story.question)
  const toolTitle = offered?.text[language].title ?? ''
  return {
    rows: asked.flatMap(({ figure, question }) =>
      figure.kind === 'hidden'
        ? []
        : [
            {
              id: `mean-${question.id}`,
              label: labelOf(question, t),
              question: question.text[language],
              value: valueOf(figure, language, t),
            },
          ],
    ),
    // Where everything is hidden, the story says so once.
    hidden: asked.flatMap(({ figure, question }) =>
      isShown && figure.kind === 'hidden'
        ? [t('checkins.oneHidden', { label: labelOf(question, t), k: result.k })]
        : [],
    ),
    story: storyText(result, about, toolTitle, language, t),
    tool: offered?.id ?? '',
    toolTitle,
    reason:
      offered === undefined || about === undefined
        ? ''
        : t('checkins.reason', { label: labelOf(about.question, t), mean: valueOf(about.figure, language, t) }),
    notes: [
      ...(carriesBreaksNote(result.figures) ? [t('checkins.breaks')] : []),
      ...(carriesDeviceNote(result.figures) ? [t('checkins.devices')] : []),
    ],
    support: [
      ...(result.story.kind === 'hard'
        ? contactLines(contacts, ['hr', 'occupational_safety', 'occupational_health'], language, t)
        : []),
      ...(carriesDeviceNote(result.figures) ? contactLines(contacts, ['it_support'], language, t) : []),
    ],
  }
}

type Asked = { figure: Figure; question: Question }

function storyText(
  { story, k }: Result,
  about: Asked | undefined,
  tool: string,
  language: Language,
  t: Translate,
): string {
  if (story.kind === 'hidden' || about === undefined) return t('checkins.story.hidden', { k })
  const label = labelOf(about.question, t)
  const mean = valueOf(about.figure, language, t)
  if (story.kind !== 'step') return t(`checkins.story.${story.kind}`, { label, mean })
  const offer = tool === '' ? '' : t('checkins.story.help', { tool })
  const help = story.asksAboutLast ? t('checkins.story.askLast') : offer
  if (story.next === undefined) return t('checkins.story.stepBand', { label, mean, help }).trim()
  return t('checkins.story.step', { label, mean, next: story.next, help }).trim()
}

export function labelOf({ dimension }: Question, t: Translate): string {
  return t(`checkins.labels.${dimension}`)
}

/** As the reader's language writes it: 6,4, a band's words, or that it is not shown. */
export function valueOf(figure: Figure, language: Language, t: Translate): string {
  if (figure.kind === 'hidden') return t('checkins.result.notShown')
  return figure.kind === 'band' ? t(`checkins.bands.${figure.from}`) : figureText(figure.mean, language)
}
