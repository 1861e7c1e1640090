import { z } from 'zod'
import { acts, onlyFor, shows, type Feature } from '../../kit.ts'
import { answerCheckIn, showCheckIn } from './answer-checkin.ts'
import { closeRounds } from './close-rounds.ts'
import { followUp, noteHelp, showFollowUp } from './follow-up.ts'
import { showBriefing } from './brief-readers.ts'
import { joinCheckIns } from './join-checkins.ts'
import { handOver, setReaders, showPeople } from './lead-checkins.ts'
import { noteSchema, showNote } from './note-card.ts'
import { offerTalk } from './offer-talk.ts'
import { openRounds } from './open-rounds.ts'
import { COOPERATION_DOOR, cooperationCard, recordCooperation } from './record-cooperation.ts'
import { remindSilent } from './remind-silent.ts'
import { pause, resume, showRest, skipWeek, stop, talkInstead } from './rest-checkins.ts'
import { listResults, showOverview, showResult, showResults } from './show-results.ts'
import { startCheckIns, startSchema } from './start-checkins.ts'
import { bringCheckIn, showForm, showStatus } from './show-checkins.ts'

/** The opaque id on the card; in the team's own channel it may be missing. */
const team = z.string().max(40).optional()
const round = z.string().max(40)
const choice = (missing: string) => z.string(missing).regex(/^(\d|10|na)$/, missing)
const q = { q1: choice('checkins.q1'), q2: choice('checkins.q2'), q3: choice('checkins.q3') }
const text = (missing: string) => z.string(missing).min(1, missing)
const helped = z.string('checkins.refusals.helped').regex(/^(\d|10)$/, 'checkins.refusals.helped')
const next = z.enum(['keep', 'other', 'support', 'none'], 'checkins.refusals.next')

export const checkins: Feature = {
  name: 'checkins',
  commands: { checkin: bringCheckIn, results: listResults },
  // Of what is due at the same time the first comes first: a week is told of before the next one opens.
  jobs: [closeRounds, openRounds, remindSilent, followUp],
  watches: { 'checkins.card': offerTalk },
  actions: {
    'checkins.start': acts(startSchema, startCheckIns),
    'checkins.form': shows(z.object({ team }), showForm),
    'checkins.status': shows(z.object({ team }), showStatus),
    'checkins.join': acts(z.object({ with: text('checkins.refusals.choice') }), joinCheckIns),
    'checkins.rest': shows(z.object({ team }), showRest),
    'checkins.pause': acts(z.object({ team, until: text('checkins.refusals.until') }), pause),
    'checkins.skip': acts(z.object({ team, week: text('checkins.refusals.week') }), skipWeek),
    'checkins.resume': acts(z.object({ team }), resume),
    'checkins.stop': acts(z.object({ team }), stop),
    'checkins.talk': acts(z.object({ team }), talkInstead),
    'checkins.people': shows(z.object({ team }), showPeople),
    'checkins.readers': acts(z.object({ team, readers: z.string('checkins.refusals.person').default('') }), setReaders),
    'checkins.handover': acts(z.object({ team, person: text('checkins.refusals.person') }), handOver),
    'checkins.show': {
      ...shows(z.object({ round, again: z.literal('yes').optional() }), showCheckIn),
      leavesNoTrace: true,
    },
    'checkins.answer': { ...acts(z.object({ round, ...q }), answerCheckIn), leavesNoTrace: true },
    'checkins.note': { ...shows(noteSchema, showNote), leavesNoTrace: true },
    'checkins.results': shows(z.object({ team }), showResults),
    'checkins.result': shows(z.object({ round }), showResult),
    'checkins.briefing': shows(z.object({ rounds: z.array(round).min(1).max(5) }), showBriefing),
    'checkins.overview': shows(z.object({}), showOverview),
    'checkins.followUp': shows(z.object({ round }), showFollowUp),
    ...onlyFor(COOPERATION_DOOR, {
      'checkins.cooperation': shows(z.object({}), async (turn, kit) => ({ replace: await cooperationCard(turn, kit) })),
      'checkins.cooperate': acts(z.object({ date: text('checkins.cooperation.wrong') }), recordCooperation),
    }),
    'checkins.helped': acts(z.object({ round, helped, next }), noteHelp),
  },
}
