/** Teams that check in, with the real bot over HTTP. */
import { aBot, anActor, buttonsOf, cardOf, type Actor, type Pressed } from './bot.ts'
import type { CardJson, Sent } from './connector.ts'
import { aTeam, type House } from './house.ts'

/** Thursday 14.00 to Friday 12.00, every week, in Finnish: what the form proposes. */
export const THURSDAY = {
  weekday: '4',
  time: '14:00',
  closeAfterHours: '22',
  every: '1',
  language: 'fi',
  remote: 'yes',
  leaveOut: '',
  talkOnly: 'no',
}

/** Five who answer, besides the supervisor. */
export const FIVE = ['antti', 'linnea', 'fatima', 'jukka', 'sari']

/** A team of a supervisor and members to which the app was added. A guest and the bot are in its roster too. */
export async function aTeamWith({ bot, connector }: House, team: string, people: string[]): Promise<void> {
  connector.teams.set(team, aTeam(team, people))
  await anActor(bot, connector, { id: people[0] ?? '', team }).causes({ type: 'installationUpdate', action: 'add' })
}

/** The supervisor presses start in the team's channel. */
export function starts(house: House, team: string, supervisor: string, given: object = {}): Promise<Pressed> {
  return inChannel(house, team, supervisor).presses('checkins.start', { ...THURSDAY, ...given })
}

export function inChannel({ bot, connector }: House, team: string, id: string): Actor {
  return anActor(bot, connector, { id, name: id, team })
}

export function inOwnChat({ bot, connector }: House, id: string, locale = 'fi-FI'): Actor {
  return anActor(bot, connector, { id, name: id, locale })
}

/** Moves the bot's clock; the names of what ran. */
export async function moveTo({ bot }: House, now: string): Promise<string[]> {
  const { status, body } = await bot.post({ now }, {}, '/dev/clock')
  if (status !== 200) throw new Error(`the clock answered ${status}: ${JSON.stringify(body)}`)
  return (body as { ran: string[] }).ran
}

/** Kills the bot, and starts it again on its folder when the clock shows `at`, or shows later already. */
export async function goesDownUntil(house: House, at: string): Promise<void> {
  await house.bot.stop('SIGKILL')
  house.bot = await aBot({ ...house.env, CLOCK_START: at }, house.bot.dataDir)
}

/** What the bot sent to a person's own chat, in order. */
export function sentTo({ connector }: House, id: string): Sent[] {
  return connector.sent.filter(
    ({ method, conversation, body }) =>
      method === 'POST' && [`own-chat-29:${id}`, `own-${id}`].includes(conversation) && body.attachments !== undefined,
  )
}

/** What the bot sent to a channel, in order. */
export function sentToChannel({ connector }: House, channel: string): Sent[] {
  return connector.sent.filter(({ method, conversation }) => method === 'POST' && conversation === channel)
}

/** The round that an answer card asks for. */
export function roundOn(card: CardJson): string {
  const button = buttonsOf(card).find(({ verb }) => verb === 'checkins.answer')
  const round = button?.data?.['round']
  return typeof round === 'string' ? round : ''
}

/** The round of the newest answer card in a person's own chat. */
export function roundOf(house: House, id: string): string {
  const round = sentTo(house, id)
    .map((sent) => roundOn(cardOf(sent)))
    .findLast((one) => one !== '')
  if (round === undefined) throw new Error(`no check-in came to ${id}`)
  return round
}

/** A member answers in the own chat. */
export function answers(house: House, id: string, round: string, choices: (number | 'na')[]): Promise<Pressed> {
  const [q1, q2, q3] = choices.map(String)
  return inOwnChat(house, id).presses('checkins.answer', { round, q1, q2, q3 })
}

/** The texts of a card by their ids. */
export function textsOf(card: unknown): Record<string, string> {
  if (Array.isArray(card)) return Object.assign({}, ...card.map(textsOf)) as Record<string, string>
  if (typeof card !== 'object' || card === null) return {}
  const { fallback: _fallback, ...rest } = card as Record<string, unknown>
  const own =
    rest['type'] === 'TextBlock' && typeof rest['id'] === 'string' ? { [rest['id']]: String(rest['text']) } : {}
  return Object.assign(own, ...Object.values(rest).map(textsOf)) as Record<string, string>
}
