import { momentText, weekText } from '../../domain/dates.ts'
import type { AnswerBox, Round } from '../../domain/records.ts'
import { answerToken, sealAnswer } from '../../domain/sealed-answer.ts'
import { breakBraces } from '../../domain/person-text.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { noteCard } from './note-card.ts'
import { teamName } from './team-check-in.ts'

const NUMBERS = Array.from({ length: 11 }, (_, number) => number)

/** The open rounds that ask this person, the one that closes first coming first. */
export async function openRoundsOf({ person, now }: Turn, kit: Kit): Promise<Round[]> {
  const { rounds, rosters } = kit.store
  const open = (await rosters.list(person.tenant)).filter(({ people }) => people.includes(person.id))
  const mine = await Promise.all(open.map(({ id }) => rounds.get(person.tenant, id)))
  return mine
    .flatMap((round) => (round !== undefined && new Date(round.closes) > now ? [round] : []))
    .toSorted((one, other) => one.closes.localeCompare(other.closes))
}

/** The card of an open round, blank: what was answered is never shown (privacy rule 16). `again` comes from the thanks. */
export async function showCheckIn(
  turn: Turn,
  kit: Kit,
  { round, again }: { round: string; again?: 'yes' | undefined },
): Promise<Answer> {
  return { replace: await answerCard(turn, kit, await myRound(turn, kit, round), again === 'yes') }
}

/** Keeps the choices of one person, sealed; again is an edit. Nobody but the round's key can tell who or what. */
export async function answerCheckIn(
  turn: Turn,
  kit: Kit,
  { round: id, q1, q2, q3 }: { round: string; q1: string; q2: string; q3: string },
): Promise<Answer> {
  const { tenant, id: person } = turn.person
  const round = await myRound(turn, kit, id)
  const key = await kit.roundKeys.read(round.id)
  if (key === undefined) throw new Refusal(turn.t('checkins.closed'))
  const token = answerToken(key, tenant, person, round.id)
  const sealed = sealAnswer(
    key,
    token,
    [q1, q2, q3].map((choice) => (choice === 'na' ? undefined : Number(choice))),
  )
  key.fill(0)
  await kit.store.answers.change(tenant, round.id, (box) => {
    if (box === undefined || box.locked) throw new Refusal(turn.t('checkins.closed'))
    return withAnswer(box, token, sealed)
  })
  return { replace: await noteCard(turn, kit, { note: 'thanks', round: round.id }, round) }
}

/** One answer a token, in the order of the tokens, which tells nothing. */
function withAnswer(box: AnswerBox, token: string, sealed: string): AnswerBox {
  const others = box.answers.filter((answer) => answer.token !== token)
  const answers = [...others, { token, sealed }].toSorted((one, other) => (one.token < other.token ? -1 : 1))
  return { ...box, answers }
}

/** @throws Refusal where the round is closed, or does not ask this person */
async function myRound(turn: Turn, kit: Kit, id: string): Promise<Round> {
  const { tenant, id: person } = turn.person
  if (turn.place.kind !== 'own') throw new Refusal(turn.t('checkins.ownChatOnly'))
  const round = await kit.store.rounds.get(tenant, id)
  if (round === undefined) {
    const isOver = (await kit.store.results.get(tenant, id)) !== undefined
    throw new Refusal(turn.t(isOver ? 'checkins.closed' : 'refusals.notFound'))
  }
  const roster = await kit.store.rosters.get(tenant, id)
  // In the midst of the close it goes before the round does.
  if (roster === undefined) throw new Refusal(turn.t('checkins.closed'))
  if (!roster.people.includes(person)) throw new Refusal(turn.t('refusals.notFound'))
  if (turn.now >= new Date(round.closes)) throw new Refusal(turn.t('checkins.closed'))
  return round
}

/** Three questions, each a compact choice with its anchors, and who sees what. */
export async function answerCard(turn: Turn, kit: Kit, round: Round, isChange = false): Promise<Message> {
  const { t, language, person } = turn
  const checkIn = await kit.store.checkIns.get(person.tenant, round.team)
  const bank = kit.library().questions
  const asked = round.questions.flatMap(({ id }) => bank.find((question) => question.id === id) ?? [])
  return {
    card: 'checkin-answer',
    language,
    summary: t('checkins.answerSummary'),
    show: { verb: 'checkins.show', round: round.id, ...(isChange && { again: 'yes' }) },
    data: {
      round: round.id,
      team: checkIn === undefined ? '' : await teamName(kit, person.tenant, checkIn),
      title: t('checkins.titleWeek', { week: weekText(round.week, language) }),
      until: t('checkins.until', { moment: momentText(new Date(round.closes), round.zone, language) }),
      questions: asked.map(({ text, scale }, at) => {
        const low = t(`checkins.low.${scale}`)
        const high = t(`checkins.high.${scale}`)
        const ends = new Map([
          [0, `0 – ${low}`],
          [10, `10 – ${high}`],
        ])
        return {
          id: `q${at + 1}`,
          label: t('checkins.question', { number: at + 1, question: text[language], low, high }),
          choices: [
            ...NUMBERS.map((number) => ({ title: ends.get(number) ?? String(number), value: String(number) })),
            { title: t('checkins.cannotSay'), value: 'na' },
          ],
        }
      }),
      promise: t('checkins.promise', {
        k: round.k,
        reader: round.readers.map(({ name }) => breakBraces(name)).join(', '),
      }),
      isChange,
    },
  }
}
