import { DateTime } from 'luxon'
import { dateText, momentText, weekdayText, weekText } from '../../domain/dates.ts'
import type { CheckIn } from '../../domain/records.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { roundId, teamName } from './team-check-in.ts'

/** How a team's check-ins are set, for everybody in the channel to see. `news` tells what just changed. */
export async function statusCard(turn: Turn, kit: Kit, checkIn: CheckIn, news = ''): Promise<Message> {
  const { t, language, person } = turn
  const { timeZone: zone } = kit.settings
  const open =
    checkIn.lastWeek === undefined
      ? undefined
      : await kit.store.rounds.get(person.tenant, roundId(kit, person.tenant, checkIn.id, checkIn.lastWeek))
  const span = ({ opens, closes }: { opens: string; closes: string }) =>
    t('checkins.status.span', {
      opens: momentText(new Date(opens), zone, language),
      closes: momentText(new Date(closes), zone, language),
    })
  const isPaused = checkIn.pausedUntil !== undefined && new Date(checkIn.pausedUntil) > turn.now
  const skipped = checkIn.skips.filter((week) => checkIn.next === undefined || week >= (checkIn.lastWeek ?? ''))
  const facts = [
    ...(checkIn.stopped ? [{ title: t('checkins.status.state'), value: t('checkins.status.stopped') }] : []),
    ...(isPaused && !checkIn.stopped
      ? [
          {
            title: t('checkins.status.state'),
            value: t('checkins.status.paused', { date: pausedText(checkIn, zone, turn) }),
          },
        ]
      : []),
    { title: t('checkins.status.when'), value: whenText(checkIn, turn) },
    ...(open ? [{ title: t('checkins.status.open'), value: span(open) }] : []),
    ...(checkIn.next ? [{ title: t('checkins.status.next'), value: span(checkIn.next) }] : []),
    ...(skipped.length > 0
      ? [
          {
            title: t('checkins.status.skipped'),
            value: skipped.map((week) => weekText(week, language)).join(', '),
          },
        ]
      : []),
    ...(checkIn.talkOnly
      ? [{ title: t('checkins.status.kind'), value: t('checkins.status.talkOnly') }]
      : [
          {
            title: t('checkins.status.readers'),
            value: checkIn.readers.map(({ name }) => breakBraces(name)).join(', '),
          },
          {
            title: t('checkins.status.threshold'),
            value: t('checkins.status.thresholdValue', { k: Math.max(checkIn.k, kit.settings.threshold) }),
          },
        ]),
    { title: t('checkins.status.language'), value: t(`checkins.status.languages.${checkIn.language}`) },
  ]
  return {
    card: 'checkin-status',
    language,
    summary: t('checkins.title'),
    show: { verb: 'checkins.status', team: checkIn.key },
    data: {
      news,
      team: await teamName(kit, person.tenant, checkIn),
      key: checkIn.key,
      facts,
      isStopped: checkIn.stopped,
      isPaused,
      isTalkOnly: checkIn.talkOnly,
    },
  }
}

function pausedText({ pausedUntil = '' }: CheckIn, zone: string, { language }: Turn): string {
  return dateText(DateTime.fromISO(pausedUntil, { zone }).toJSDate(), zone, language)
}

function whenText({ schedule, talkOnly }: CheckIn, { t, language }: Turn): string {
  return t(talkOnly ? 'checkins.status.whenTalk' : 'checkins.status.whenValue', {
    weekday: weekdayText(schedule.weekday, language),
    time: language === 'en' ? schedule.time : schedule.time.replace(':', '.'),
    hours: schedule.closeAfterHours,
    rhythm: t(`checkins.status.rhythm_${schedule.every}`),
  })
}
