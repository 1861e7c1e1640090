import { weekText } from '../../domain/dates.ts'
import { Refusal, type Kit, type Message, type Turn } from '../../kit.ts'
import { linkToExport } from './export-data.ts'
import { keptFor, openAnswers, ownRecords, type OwnPart } from './own-records.ts'

/** What is kept of the person who asks, why, and until when; the way to have it all, and to have it erased. */
export async function showMyData(turn: Turn, kit: Kit, news = ''): Promise<Message> {
  demandOwnChat(turn)
  const { language, t, person } = turn
  const parts = await ownRecords(kit, person)
  const answers = await openAnswers(kit, person)
  return {
    card: 'my-data',
    language,
    summary: t('myData.summary'),
    show: { verb: 'privacy.mydata' },
    data: {
      news,
      parts: parts.map((part) => lineOf(turn, kit, part)),
      nothing: parts.length === 0 ? t('myData.nothing') : '',
      answers: answers.map(({ round, week }) => ({
        round,
        text: t('myData.answer.open', { week: weekText(week, language) }),
      })),
      text: linkToExport(turn, kit, 'txt'),
      json: linkToExport(turn, kit, 'json'),
      privacyPage: `${kit.settings.publicUrl}/privacy?lang=${language}`,
    },
  }
}

/** What is private is neither shown nor changed where others read. */
export function demandOwnChat({ place, t }: Turn): void {
  if (place.kind !== 'own') throw new Refusal(t('myData.refusals.here'))
}

function lineOf({ t }: Turn, kit: Kit, { name, found }: OwnPart): { what: string; kept: string } {
  const months = kit.settings.retentionMonths
  return {
    what: t(`myData.parts.${name}`, { count: found.length }),
    kept: t(`myData.keptFor.${keptFor(name)}`, { months }),
  }
}
