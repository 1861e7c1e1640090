import { dateText } from '../../domain/dates.ts'
import { CHANNEL_DELAY, USUAL_AUDIENCE } from '../../domain/launch.ts'
import type { Broadcast } from '../../domain/records.ts'
import { startOf } from '../../domain/webinar.ts'
import { demandRole, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { audienceChoices } from './audience-names.ts'
import { isDraft } from './find-broadcast.ts'
import { launchMoments, offersOf, type Offer } from './launch-offer.ts'
import { timeChoices } from './time-choices.ts'
import { LAUNCHERS } from './who-may.ts'

/** The word for launches. */
export async function bringLaunches(turn: Turn, kit: Kit): Promise<Message> {
  await demandRole(turn, kit, LAUNCHERS, { what: 'launch', to: '' })
  return launchForm(turn, kit)
}

/** The form with a theme chosen; with none, the next one that can be launched. */
export async function showLaunches(turn: Turn, kit: Kit, { theme }: { theme: string }): Promise<Answer> {
  return { replace: await launchForm(turn, kit, theme === '' ? undefined : { theme }) }
}

type Chosen = Pick<Broadcast, 'theme'> & Partial<Broadcast>

/** What is chosen of a launch, and how each theme stands: launched when, or what it lacks. */
export async function launchForm(turn: Turn, kit: Kit, chosen?: Chosen, news = ''): Promise<Message> {
  const { t, language, person } = turn
  const [offers, launched] = await Promise.all([offersOf(kit, person.tenant), launchMoments(kit, person.tenant)])
  const ready = offers.filter(({ lacks }) => lacks('').every((lack) => lack === 'webinar'))
  const isNew = (offer: Offer) => !launched.has(offer.theme.id)
  const next = ready.find((offer) => isNew(offer) && offer.lacks('').length === 0)
  const { theme = next?.theme.id ?? '', audience = USUAL_AUDIENCE, at = 'now', launch } = chosen ?? {}
  const when = timeChoices(turn, kit, at)
  const waiver = launch?.waiver ?? ''
  const draft = chosen !== undefined && isSaved(chosen) ? chosen.id : ''
  const isAgain = draft !== '' && launched.has(theme)
  return {
    card: 'launch-form',
    language,
    summary: t('launches.summary.form'),
    show: draft === '' ? { verb: 'themes.launches', theme } : { verb: 'broadcasts.form', broadcast: draft },
    data: {
      news,
      broadcast: draft,
      theme,
      themes: ready.map((offer) => ({ title: choiceText(turn, offer, launched), value: offer.theme.id })),
      audience,
      audiences: await audienceChoices(turn, kit, audience),
      ...when,
      channelDelayDays: launch?.channelDelayDays ?? CHANNEL_DELAY.usual,
      waiver,
      again: String(isAgain),
      isMoreOpen: when.date !== '' || waiver !== '' || isAgain,
      all: offers.map((offer) => ({
        id: offer.theme.id,
        name: offer.theme.text[language].name,
        state: stateText(turn, kit, offer, launched).join(' '),
        hasIdeas: offer.launch !== undefined,
      })),
    },
  }
}

function isSaved(chosen: Chosen): chosen is Broadcast {
  return chosen.id !== undefined && chosen.state !== undefined && isDraft({ state: chosen.state })
}

/** The name, with whether it was launched, and else whether it has a webinar: the two things to choose by. */
function choiceText({ t, language }: Turn, { theme, lacks }: Offer, launched: ReadonlyMap<string, Date>): string {
  const { name } = theme.text[language]
  if (launched.has(theme.id)) return t('launches.choices.launched', { name })
  return lacks('').length === 0 ? name : t('launches.choices.webinar', { name })
}

/** When it was or is going to be launched, its webinar, and what it lacks. */
function stateText(
  { t, language, now }: Turn,
  { settings: { timeZone: zone } }: Kit,
  { theme, webinar, lacks }: Offer,
  launched: ReadonlyMap<string, Date>,
): string[] {
  const at = launched.get(theme.id)
  const on = (key: 'launched' | 'goes', moment: Date) =>
    t(`launches.states.${key}`, { date: dateText(moment, zone, language) })
  return [
    ...(at === undefined ? [] : [on(at > now ? 'goes' : 'launched', at)]),
    ...(webinar === undefined
      ? []
      : [t('launches.states.webinar', { date: dateText(startOf(webinar), webinar.zone, language) })]),
    ...lacks('').map((lack) => t(`launches.lacks.${lack}`)),
  ]
}
