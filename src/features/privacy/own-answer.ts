import { weekText } from '../../domain/dates.ts'
import { openAnswer } from '../../domain/sealed-answer.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { withdrawAnswer } from './erase-data.ts'
import { openAnswers } from './own-records.ts'
import { demandOwnChat, showMyData } from './show-my-data.ts'

type Named = { round: string }

/** Shows one's own answer while the check-in is open: the card says that it stays in the chat (privacy rule 20). */
export async function showOwnAnswer(turn: Turn, kit: Kit, { round: id }: Named): Promise<Answer> {
  const { language, t, person } = turn
  const { token, sealed, week } = await mine(turn, kit, id)
  const [key, round] = await Promise.all([kit.roundKeys.read(id), kit.store.rounds.get(person.tenant, id)])
  if (key === undefined || round === undefined) throw new Refusal(t('checkins.closed'))
  const choices = openAnswer(key, token, sealed)
  key.fill(0)
  const bank = kit.library().questions
  const lines = round.questions.map(({ id: question }, at) => {
    const text = bank.find((one) => one.id === question)?.text[language] ?? question
    return { question: text, choice: choices[at] === undefined ? t('checkins.cannotSay') : String(choices[at]) }
  })
  return {
    notice: t('myData.answer.shown'),
    open: {
      card: 'own-answer',
      language,
      summary: t('myData.answer.shown'),
      show: { verb: 'privacy.mydata' },
      data: { title: t('myData.answer.title', { week: weekText(week, language) }), round: id, lines },
    },
  }
}

export async function withdrawOwnAnswer(turn: Turn, kit: Kit, { round }: Named): Promise<Answer> {
  const { token } = await mine(turn, kit, round)
  await withdrawAnswer(kit, turn.person.tenant, round, token)
  return { replace: await showMyData(turn, kit, turn.t('myData.answer.withdrawn')) }
}

async function mine(turn: Turn, kit: Kit, id: string) {
  demandOwnChat(turn)
  const found = (await openAnswers(kit, turn.person)).find(({ round }) => round === id)
  if (found === undefined) throw new Refusal(turn.t('refusals.notFound'))
  return found
}
