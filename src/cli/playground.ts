/** The Playground's people, over the interface that its own page uses (design/platform.md, "Agents Playground"). */
import { z } from 'zod'

const WAIT_MS = 20_000
const LOOK_AGAIN_MS = 30

const user = z.looseObject({ id: z.string(), name: z.string() })
const config = z.looseObject({
  config: z.looseObject({
    bot: user,
    currentUser: user,
    users: z.array(user),
    personalChat: z.looseObject({ id: z.string() }),
    teams: z.array(z.looseObject({ id: z.string() })),
  }),
})

const attachment = z.looseObject({ content: z.unknown() })
/** A line of the log panel: a request between the bot and the Playground, with its answer. */
const logged = z.looseObject({
  log: z.looseObject({
    activityName: z.string().optional(),
    conversationId: z.string().optional(),
    to: z.string().optional(),
    request: z.looseObject({ body: z.looseObject({}).optional().catch(undefined) }).optional(),
    response: z.looseObject({ body: z.looseObject({ id: z.string() }).optional().catch(undefined) }).optional(),
  }),
})
const newChat = z.looseObject({ members: z.array(z.looseObject({ id: z.string() })).min(1) })
const message = z.looseObject({ attachments: z.array(attachment).default([]) })
/** What the page is told to show. */
const shown = z.looseObject({
  action: z.string(),
  actionConversationId: z.string(),
  message: z.looseObject({ messageId: z.string(), attachments: z.array(attachment).default([]) }).optional(),
})
const answer = z.looseObject({ type: z.string(), value: z.unknown() })

const CARD = 'application/vnd.microsoft.card.adaptive'

/** A card that the bot sent. A reply in a channel tells its conversation, a message of the bot's own does not. */
type Card = { id: string; conversation: string | undefined; content: unknown }

/** What the bot showed to the person to whom the page belongs, as it stands now: a card may have been replaced. */
export type Shown = { conversation: string; id: string; cards: unknown[] }

export type Playground = {
  /** The person to whom the page belongs. */
  me: string
  /** Everybody else in the team, by user id. */
  others: string[]
  /** The General channel of the team. */
  team: string
  ownChat: string
  /** Adds the app to a conversation, as the page does. */
  installs(conversation: string): Promise<void>
  /** The page's person writes to the bot in the own chat. */
  writes(text: string): Promise<void>
  /** The page's person writes to the bot in a channel. */
  mentions(channel: string, text: string): Promise<void>
  /**
   * A person presses the button with this verb on the newest card that has one, with what was filled in. Waits for it; a
   * card is pressed once, then what took its place. `answer` is what the bot is to answer with: a line of text where a
   * new card comes beside the pressed one. @throws where the bot refuses
   */
  presses(person: string, verb: string, inputs?: Record<string, string>, answer?: 'card' | 'text'): Promise<void>
  /** What the bot showed to the page's person since this was opened, in order. */
  shown: readonly Shown[]
  /** Shows something once more, as if the bot had sent it now. */
  shows(what: Shown): Promise<void>
  /** Resolves when it holds of what was shown. */
  until(holds: () => boolean): Promise<void>
  /** Called whenever a page was opened or loaded again. */
  onPage(opened: () => void): void
  close(): void
}

export async function openPlayground(address: string): Promise<Playground> {
  const { bot, currentUser, users, personalChat, teams } = config.parse(
    await (await fetch(`${address}/_internal/v1/config`)).json(),
  ).config
  const cards: Card[] = []
  const chats = new Map<string, string>([[currentUser.id, personalChat.id]])
  const seen: Shown[] = []
  const pages: (() => void)[] = []

  const log = await listen(`${address}/_ws/log/stream`, (line) => {
    const known = logged.safeParse(line)
    if (!known.success) return
    const { activityName, conversationId, request, response } = known.data.log
    const id = response?.body?.id
    if (activityName === 'createConversation' && id !== undefined) {
      const [member] = newChat.parse(request?.body).members
      if (member !== undefined) chats.set(member.id, id)
    }
    if (activityName === 'message' && id !== undefined) {
      const { attachments } = message.parse(request?.body)
      cards.push(...attachments.map(({ content }) => ({ id, conversation: conversationId, content })))
    }
    const isPage = activityName === 'installationUpdate' && conversationId === personalChat.id
    if (isPage) for (const opened of pages) opened()
  })
  // Without a listener the Playground keeps everything for the first page, which then fails: it is not ready for it yet.
  const page = await listen(`${address}/_ws_conversation/v1/conversations/stream`, (line) => {
    const known = shown.safeParse(line)
    if (!known.success || known.data.message === undefined) return
    const { action, actionConversationId: conversation, message: one } = known.data
    const now = { conversation, id: one.messageId, cards: one.attachments.map(({ content }) => content) }
    if (action === 'createMessage') seen.push(now)
    const at = seen.findLastIndex(({ id }) => id === now.id)
    if (action === 'updateMessage' && at >= 0) seen[at] = now
  })

  return {
    me: currentUser.id,
    others: users.map(({ id }) => id),
    team: teams[0]?.id ?? '',
    ownChat: personalChat.id,
    shown: seen,

    async until(holds) {
      const deadline = Date.now() + WAIT_MS
      while (!holds()) {
        if (Date.now() > deadline) throw new Error('What the bot was to show did not come.')
        await nap()
      }
    },

    async installs(conversation) {
      const query = new URLSearchParams({ conversationId: conversation, type: 'install' })
      const activities = `${address}/_internal/v1/customActivities`
      await post(activities, await (await fetch(`${activities}/template?${query.toString()}`)).json())
    },

    async writes(text) {
      await post(`${address}/_conversation/v1/conversations/${encodeURIComponent(personalChat.id)}/messages`, {
        from: { id: currentUser.id },
        text,
        textFormat: 'plain',
      })
    },

    async mentions(channel, text) {
      const name = `<at>${bot.name}</at>`
      await post(`${address}/_conversation/v1/conversations/${encodeURIComponent(channel)}/messages`, {
        from: { id: currentUser.id },
        text: `${name} ${text}`,
        textFormat: 'xml',
        mentions: [{ mentioned: { id: bot.id }, text: name }],
      })
    },

    async presses(person, verb, inputs = {}, expected = 'card') {
      let refused = ''
      const pressed = async (): Promise<boolean> => {
        // The log does not say in whose chat a card lies; the Playground knows.
        for (const card of cards.toReversed()) {
          const data = buttonWith(card.content, verb)
          const conversation = card.conversation ?? chats.get(person)
          if (data === undefined || conversation === undefined) continue
          const response = await sent(`${address}/_conversation/v1/invoke`, {
            name: 'adaptiveCard/action',
            from: { id: person },
            conversation: { id: conversation },
            replyToId: card.id,
            value: { action: { type: 'Action.Execute', verb, data: { ...data, ...inputs } }, trigger: 'manual' },
          })
          if (response.status === 400) continue
          cards.splice(cards.indexOf(card), 1)
          const { type, value } = answer.parse(await response.json())
          if (type !== CARD && expected === 'text') return true
          if (type === CARD) {
            cards.push({ ...card, content: value })
            return true
          }
          refused = ` The bot said: ${JSON.stringify(value)}`
        }
        return false
      }
      const deadline = Date.now() + WAIT_MS
      while (!(await pressed())) {
        if (Date.now() > deadline) throw new Error(`No card on which ${person} can press ${verb}.${refused}`)
        await nap()
      }
    },

    async shows({ conversation, cards: contents }) {
      await post(`${address}/_connector/v3/conversations/${encodeURIComponent(conversation)}/activities`, {
        type: 'message',
        attachments: contents.map((content) => ({ contentType: CARD, content })),
      })
    },

    onPage: (opened) => void pages.push(opened),

    close() {
      log.close()
      page.close()
    },
  }
}

function nap(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
}

async function listen(address: string, heard: (line: unknown) => void): Promise<WebSocket> {
  const socket = new WebSocket(address.replace(/^http/, 'ws'))
  socket.addEventListener('message', ({ data }) => {
    heard(JSON.parse(String(data)))
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve()
    })
    socket.addEventListener('error', () => {
      reject(new Error(`Nobody listens at ${address}.`))
    })
  })
  return socket
}

function sent(address: string, body: unknown): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function post(address: string, body: unknown): Promise<void> {
  const response = await sent(address, body)
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`)
}

/** The data of the button with this verb, wherever it stands on the card; its fallback left out. */
function buttonWith(card: unknown, verb: string): Record<string, unknown> | undefined {
  if (typeof card !== 'object' || card === null) return undefined
  const { fallback: _fallback, ...rest } = card as Record<string, unknown>
  if (rest['type'] === 'Action.Execute' && rest['verb'] === verb) return (rest['data'] ?? {}) as Record<string, unknown>
  for (const part of Object.values(rest)) {
    const found = buttonWith(part, verb)
    if (found !== undefined) return found
  }
  return undefined
}
