import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A card or text that the bot sent, as the service got it. */
export type Sent = {
  method: string
  conversation: string
  activity?: string
  body: { type?: string; text?: string; summary?: string; attachments?: { content: CardJson }[] }
  authorization: string | undefined
}

export type CardJson = Record<string, unknown> & { body: Record<string, unknown>[] }

export type TeamOfTest = {
  id: string
  /** A channel without members of its own has those of the team. */
  channels: { id: string; name?: string; members?: MemberOfTest[] }[]
  members: MemberOfTest[]
}

export type MemberOfTest = {
  id: string
  name?: string
  aadObjectId?: string
  objectId?: string
  userRole?: string
  tenantId?: string
}

/** An answer of the service; 0 = the connection is dropped. `isTaken`: the message stands there whatever is answered. */
export type ServiceAnswer = { status: number; body?: unknown; headers?: Record<string, string>; isTaken?: boolean }

export type MockConnector = {
  url: string
  sent: Sent[]
  /** When the members of a conversation were asked for, by `performance.now()`: once for all pages. */
  rosters: { conversation: string; at: number }[]
  teams: Map<string, TeamOfTest>
  /** The next answers to POSTs of activities, in order, instead of 201. 0 = the connection is dropped. */
  failNext: { status: number; headers?: Record<string, string> }[]
  /** Answers a POST, of an activity or for a conversation, where `failNext` has nothing and this gives something. */
  answers: (sent: Sent) => ServiceAnswer | undefined | Promise<ServiceAnswer | undefined>
  /** By conversation, how many messages of the bot stand there: what was answered with 2xx, and what was taken all the same. */
  copies: Map<string, number>
  /** By conversation, how many POSTs of an activity were answered with 2xx to the end. */
  confirmed: Map<string, number>
  /** The user ids with whom no conversation can be opened. */
  unreachable: Set<string>
  /** Waits this long before each answer to a POST of an activity. */
  delayMs: number
  /** Takes in no request until the returned function is called. */
  hold(): () => void
  /** Whether messages can be deleted; the Playground cannot. */
  canDelete: boolean
  close(): Promise<void>
}

/** The Bot Framework v3 REST interface as the bot sees it, on this machine alone. */
export async function aConnector(): Promise<MockConnector> {
  let lastId = 0
  let held: Promise<undefined> | undefined
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers, takenIn }) => {
      if (takenIn !== undefined) addOne(mock.copies, takenIn)
      if (status === 0) return response.destroy()
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body), () => {
        if (takenIn !== undefined && status < 300) addOne(mock.confirmed, takenIn)
      })
    })
  })

  const answer = async (request: IncomingMessage): Promise<ServiceAnswer & { takenIn?: string }> => {
    const url = new URL(request.url ?? '', 'http://connector')
    const path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
    const text = await textOf(request)
    await held
    const body = text === '' ? {} : (JSON.parse(text) as Sent['body'])
    const [, kind, id = '', what, which] = path
    if (kind === 'teams' && what === 'conversations') {
      const team = mock.teams.get(id)
      return team
        ? { status: 200, body: { conversations: team.channels.map(({ id, name }) => ({ id, name })) } }
        : { status: 404 }
    }
    if (kind !== 'conversations') return { status: 404 }
    if (what === 'pagedmembers') {
      if (!url.searchParams.has('continuationToken')) mock.rosters.push({ conversation: id, at: performance.now() })
      return pageOf(membersOf(id), url)
    }
    if (what === 'members') {
      const member = membersOf(id).find((one) => one.id === which)
      return member ? { status: 200, body: member } : { status: 404 }
    }
    const sent: Sent = {
      method: request.method ?? '',
      conversation: id,
      ...(which !== undefined && { activity: which }),
      body,
      authorization: request.headers.authorization,
    }
    mock.sent.push(sent)
    if (request.method === 'DELETE' && !mock.canDelete) return { status: 501 }
    if (request.method !== 'POST') return { status: 200, body: {} }
    if (mock.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, mock.delayMs))
    const given: ServiceAnswer | undefined = mock.failNext.shift() ?? (await mock.answers(sent))
    if (id === '') {
      const user = (body as { members?: { id: string }[] }).members?.[0]?.id ?? ''
      if (given !== undefined) return given
      return mock.unreachable.has(user) ? { status: 403 } : { status: 201, body: { id: `own-chat-${user}` } }
    }
    const reply = given ?? { status: 201, body: { id: `activity-${(lastId += 1)}` } }
    const isTaken = reply.isTaken ?? (reply.status >= 200 && reply.status < 300)
    return { ...reply, ...(isTaken && { takenIn: id }) }
  }

  const membersOf = (conversation: string): MemberOfTest[] => {
    // The thread of one message is named after its channel.
    const id = conversation.split(';')[0]
    const found = [...mock.teams.values()].find((team) => [team, ...team.channels].some((place) => place.id === id))
    return found?.channels.find((channel) => channel.id === id)?.members ?? found?.members ?? []
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const mock: MockConnector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: [],
    rosters: [],
    teams: new Map(),
    failNext: [],
    answers: () => undefined,
    copies: new Map(),
    confirmed: new Map(),
    unreachable: new Set(),
    delayMs: 0,
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      held = promise
      return () => {
        held = undefined
        resolve(undefined)
      }
    },
    canDelete: true,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
  return mock
}

/** Two members a page, so that reading pages is tried. */
function pageOf(members: TeamOfTest['members'], url: URL) {
  const from = Number(url.searchParams.get('continuationToken') ?? 0)
  const next = from + 2 < members.length ? String(from + 2) : undefined
  return { status: 200, body: { members: members.slice(from, from + 2), ...(next && { continuationToken: next }) } }
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
