import { z } from 'zod'
import { momentText } from '../../domain/dates.ts'
import type { Round } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { findCheckIn, languagesOf, teamName } from './team-check-in.ts'

const digits = z.string().regex(/^\d{1,4}$/)

/** The short cards of check-ins, each with the ids that bring it again in another language. */
export const noteSchema = z.discriminatedUnion('note', [
  z.object({ note: z.enum(['noneOpen', 'group', 'helped']) }),
  z.object({ note: z.enum(['opened', 'thanks']), round: z.string().max(40) }),
  z.object({ note: z.enum(['lead', 'noResults']), team: z.string().max(40) }),
  z.object({ note: z.literal('talk'), team: z.string().max(40), question: z.string().max(4) }),
  z.object({ note: z.literal('tooSmall'), team: z.string().max(40), question: z.string().max(4) }),
  z.object({ note: z.literal('unreached'), team: z.string().max(40), reached: digits, total: digits }),
])

export type Note = z.output<typeof noteSchema>

export async function showNote(turn: Turn, kit: Kit, note: Note): Promise<Answer> {
  return { replace: await noteCard(turn, kit, note) }
}

/** `open` is the note's round, where it is at hand: in the store it may be closed by now. */
export async function noteCard(turn: Turn, kit: Kit, note: Note, open?: Round): Promise<Message> {
  const written = await writtenOf(turn, kit, note, open)
  return {
    card: 'checkin-note',
    language: turn.language,
    summary: written.title,
    show: { verb: 'checkins.note', ...note },
    data: { team: '', round: '', key: '', shown: '', ...written },
  }
}

type Written = { title: string; paragraphs: string[]; team?: string; round?: string; key?: string; shown?: string }

async function writtenOf(turn: Turn, kit: Kit, note: Note, open?: Round): Promise<Written> {
  const { t } = turn
  switch (note.note) {
    case 'noneOpen': {
      const leads = (await kit.roles(turn.person)).has('supervisor')
      return {
        title: t('checkins.noneOpen.title'),
        paragraphs: [t('checkins.noneOpen.text'), ...(leads ? [t('checkins.noneOpen.start')] : [])],
      }
    }
    case 'group':
      return { title: t('checkins.group.title'), paragraphs: [t('checkins.group.text')] }
    case 'helped':
      return { title: t('checkins.followUp.thanksTitle'), paragraphs: [t('checkins.followUp.thanksText')] }
    case 'opened':
    case 'thanks':
      return ofRound(turn, kit, note, open)
    case 'lead':
    case 'noResults':
    case 'talk':
    case 'tooSmall':
    case 'unreached':
      return ofTeam(turn, kit, note)
  }
}

type OfRound = Extract<Note, { round: string }>

async function ofRound(turn: Turn, kit: Kit, { note, round: id }: OfRound, open?: Round): Promise<Written> {
  const { t, language, person } = turn
  const round = open ?? (await kit.store.rounds.get(person.tenant, id))
  if (round === undefined) throw new Refusal(t('checkins.closed'))
  const checkIn = await kit.store.checkIns.get(person.tenant, round.team)
  const moment = momentText(new Date(round.closes), round.zone, language)
  const until = t('checkins.until', { moment })
  if (note === 'thanks') {
    // It names the team, to those who are asked alone; who has just answered was one of them.
    const roster = open === undefined ? await kit.store.rosters.get(person.tenant, id) : undefined
    if (open === undefined && roster?.people.includes(person.id) !== true) throw new Refusal(t('refusals.notFound'))
    const team = checkIn === undefined ? '' : await teamName(kit, person.tenant, checkIn)
    return { title: t('checkins.thanks.title'), paragraphs: [t('checkins.thanks.text'), until], team, round: id }
  }
  const inOther = checkIn === undefined || turn.place.kind === 'own' ? [] : languagesOf(checkIn.language).slice(1)
  const also = inOther.map((other) => {
    const said = kit.strings(other)
    return `${said('checkins.opened.text')} ${said('checkins.until', { moment: momentText(new Date(round.closes), round.zone, other) })}`
  })
  return { title: t('checkins.opened.title'), paragraphs: [until, t('checkins.opened.text'), ...also] }
}

type OfTeam = Extract<Note, { team: string }>

async function ofTeam(turn: Turn, kit: Kit, note: OfTeam): Promise<Written> {
  const { t, person } = turn
  const checkIn = await findCheckIn(turn, kit, note.team)
  const team = await teamName(kit, person.tenant, checkIn)
  switch (note.note) {
    case 'lead':
      return { title: t('checkins.lead.title'), paragraphs: [t('checkins.lead.text')], team }
    case 'noResults':
      return { title: t('checkins.result.none.title'), paragraphs: [t('checkins.result.none.text')], team }
    case 'unreached': {
      const text = t('checkins.unreached.text', { reached: note.reached, total: note.total })
      return { title: t('checkins.unreached.title'), paragraphs: [text], team, key: note.team }
    }
    case 'talk':
    case 'tooSmall': {
      const languages = [turn.language, ...languagesOf(checkIn.language).filter((one) => one !== turn.language)]
      const shown = turn.place.kind === 'own' ? languages.slice(0, 1) : languages
      const question = kit.library().questions.find(({ id }) => id === note.question)
      if (question === undefined) throw new Refusal(t('refusals.notFound'))
      const small =
        note.note === 'tooSmall' ? [t('checkins.tooSmall', { k: Math.max(checkIn.k, kit.settings.threshold) })] : []
      const asked = shown.flatMap((language) => [question.text[language], kit.strings(language)('checkins.talk.text')])
      return { title: t('checkins.talk.title'), paragraphs: [...small, ...asked] }
    }
  }
}
