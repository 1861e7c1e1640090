import { Application } from '@microsoft/teams-ai/lib/Application.js'
import type { TurnContext } from 'botbuilder'
import { z } from 'zod'
import type { Answer, Message, Turn } from '../../kit.ts'
import { cardActivity } from '../chats.ts'
import type { RenderCard } from '../cards.ts'
import type { Dispatch, Outcome } from '../dispatch.ts'
import type { Limits } from '../limits.ts'
import { personOf, placeOf, textOf, zoneOf, type Incoming } from './activity.ts'
import type { Places } from './places.ts'

const CARD = 'application/vnd.microsoft.card.adaptive'
const TEXT = 'application/vnd.microsoft.activity.message'

type Options = {
  dispatch: Dispatch
  places: Places
  limits: Pick<Limits, 'admit'>
  render: RenderCard
  ended: (kind: string, outcome: Outcome) => void
}

const press = z.object({ action: z.object({ verb: z.string(), data: z.unknown() }) })
const submit = z.looseObject({ verb: z.string() })
/** The one search command has the one parameter `query`; the Playground sends it without its name. */
const query = z.object({
  parameters: z.array(z.object({ name: z.string().optional(), value: z.unknown() })).optional(),
})

/** The routes of @microsoft/teams-ai. This file and the adapter alone know it and the Bot Framework. */
export function openApplication({
  dispatch,
  places,
  limits,
  render,
  ended,
}: Options): (context: TurnContext) => Promise<void> {
  const application = new Application({ startTypingTimer: false, removeRecipientMention: false })
  const asked = (context: TurnContext) => context.activity as unknown as Incoming

  const route = (
    isMine: (activity: Incoming) => boolean,
    answer: (context: TurnContext, activity: Incoming) => Promise<void>,
    isInvoke = false,
  ) => {
    application.addRoute(
      async (context) => isMine(asked(context)),
      async (context) => answer(context, asked(context)),
      isInvoke,
    )
  }

  const bareTurnOf = (activity: Incoming, text?: string): Promise<Turn> =>
    dispatch.turn(personOf(activity), placeOf(activity), {
      ...(text !== undefined && { text }),
      ...(activity.locale !== undefined && { locale: activity.locale }),
    })

  const turnOf = async (activity: Incoming, said: { text?: string; verb?: string } = {}): Promise<Turn> => {
    if (!dispatch.leavesNoTrace(said)) await places.visited(activity)
    const turn = await bareTurnOf(activity, said.text)
    const zone = zoneOf(activity)
    const { replyToId: card } = activity
    return { ...turn, ...(zone !== undefined && { zone }), ...(card !== undefined && { card }) }
  }

  const send = async (context: TurnContext, what: Message | string) => {
    const activity = typeof what === 'string' ? { type: 'message', text: what } : cardActivity(what, render)
    await context.sendActivity(activity)
  }

  const respond = async (context: TurnContext, body: unknown) => {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } })
  }

  const respondWithCard = (context: TurnContext, message: Message) =>
    respond(context, { statusCode: 200, type: CARD, value: render(message) })

  const respondWithText = (context: TurnContext, text: string) =>
    respond(context, { statusCode: 200, type: TEXT, value: text })

  /** A text in the shape that this kind of invoke takes. */
  const respondInKind = async (context: TurnContext, activity: Incoming, text: string) => {
    if (isCardAction(activity)) return respondWithText(context, text)
    if (activity.name?.startsWith('composeExtension/') === true)
      return respond(context, { composeExtension: { type: 'message', text } })
    if (activity.name?.startsWith('task/') === true) return respond(context, { task: { type: 'message', value: text } })
    await respond(context, {})
  }

  /** Who floods is told so once, and each press is answered; nothing is read or done. */
  const turnAway = async (context: TurnContext, activity: Incoming, admission: 'refused' | 'muted') => {
    ended('limit', 'refused')
    if (activity.type !== 'invoke' && admission === 'muted') return
    const { t } = await bareTurnOf(activity)
    if (activity.type === 'invoke') return respondInKind(context, activity, t('refusals.tooMany'))
    await send(context, t('refusals.tooMany'))
  }

  const pressed = async (activity: Incoming, verb: string, data: unknown): Promise<{ turn: Turn; answer: Answer }> => {
    const turn = await turnOf(activity, { verb })
    const { outcome, result } = await dispatch.press(turn, verb, data)
    ended('press', outcome)
    return { turn, answer: result }
  }

  route(
    isCardAction,
    async (context, activity) => {
      const known = press.safeParse(activity.value)
      const { verb, data } = known.success ? known.data.action : { verb: '', data: undefined }
      const { turn, answer } = await pressed(activity, verb, data ?? {})
      if ('say' in answer) return respondWithText(context, answer.say)
      if ('replace' in answer) return respondWithCard(context, answer.replace)
      if (turn.place.kind !== 'own') return respondWithCard(context, answer.open)
      await send(context, answer.open)
      await respondWithText(context, answer.notice)
    },
    true,
  )

  route(
    ({ type, name }) => type === 'invoke' && name === 'composeExtension/query',
    async (context, activity) => {
      const known = query.safeParse(activity.value)
      const typed = known.success ? known.data.parameters?.find(({ name }) => name !== 'initialRun')?.value : undefined
      const text = typeof typed === 'string' ? textOf({ ...activity, text: typed }) : ''
      const turn = await turnOf(activity, { text })
      const { outcome, result } = await dispatch.search(turn, text)
      ended('search', outcome)
      const said = typeof result === 'string' ? result : result.length === 0 ? turn.t('compose.nothing') : undefined
      if (said !== undefined) return respond(context, { composeExtension: { type: 'message', text: said } })
      const hits = typeof result === 'string' ? [] : result
      await respond(context, {
        composeExtension: {
          type: 'result',
          attachmentLayout: 'list',
          attachments: hits.map(({ message, title, text: line, image }) => ({
            contentType: CARD,
            content: render(message),
            preview: {
              contentType: 'application/vnd.microsoft.card.thumbnail',
              content: { title, text: line, images: [{ url: image, alt: '' }] },
            },
          })),
        },
      })
    },
    true,
  )

  route(
    ({ type }) => type === 'invoke',
    async (context, activity) => {
      const turn = await turnOf(activity)
      ended('invoke', 'refused')
      await respondInKind(context, activity, turn.t('refusals.stale'))
    },
    true,
  )

  route(isSubmit, async (context, activity) => {
    const { verb, ...data } = submit.parse(activity.value)
    const { turn, answer } = await pressed(activity, verb, data)
    if ('say' in answer) return send(context, answer.say)
    if ('open' in answer) return send(context, answer.open)
    if (turn.place.kind !== 'own' || activity.replyToId === undefined) return send(context, answer.replace)
    await context.updateActivity({
      ...cardActivity(answer.replace, render),
      id: activity.replyToId,
    })
  })

  route(
    ({ type }) => type === 'message',
    async (context, activity) => {
      const text = textOf(activity)
      const turn = await turnOf(activity, { text })
      const { outcome, result } = await dispatch.write(turn, text)
      ended('message', outcome)
      await send(context, result)
    },
  )

  route(
    ({ type, channelData }) => type === 'messageUpdate' && channelData?.eventType === 'editMessage',
    async (context, activity) => {
      const turn = await turnOf(activity, { text: textOf(activity) })
      ended('edit', 'refused')
      await send(context, turn.t('refusals.edited'))
    },
  )

  route(
    ({ type }) => type === 'installationUpdate',
    async (_, activity) => {
      await places.installed(activity)
      ended('install', 'answered')
    },
  )

  route(
    ({ type }) => type === 'conversationUpdate',
    async (_, activity) => {
      await places.changed(activity)
      ended('members', 'answered')
    },
  )

  return async (context) => {
    const activity = asked(context)
    const admission = isAskedFor(activity) ? limits.admit(personOf(activity)) : 'passed'
    if (admission !== 'passed') return turnAway(context, activity, admission)
    await application.run(context)
  }
}

function isCardAction({ type, name }: Incoming): boolean {
  return type === 'invoke' && name === 'adaptiveCard/action'
}

/** What a person does; what Teams tells by itself, such as an installation, is never refused. */
function isAskedFor({ type }: Incoming): boolean {
  return type === 'message' || type === 'invoke' || type === 'messageUpdate'
}

/** An Action.Submit arrives as a message that carries the button's data and no text. */
export function isSubmit({ type, text, value }: Incoming): boolean {
  return type === 'message' && (text ?? '') === '' && submit.safeParse(value).success
}
