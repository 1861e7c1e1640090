import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openGraph, type Graph } from '../../src/platform/graph.ts'
import { openLog, type Log } from '../../src/platform/log.ts'

/** An object of the directory; of a user whom the app may not read only the kind and the id are told. */
export type MemberOfGroup = {
  id: string
  kind?: 'user' | 'group' | 'device'
  userPrincipalName?: string | null
  userType?: 'Member' | 'Guest' | null
}

export type Asked = { method: string; path: string; authorization: string | undefined; body: unknown }

export type GraphAnswer = { status: number; body?: unknown; headers?: Record<string, string> }

export type GraphOfTest = {
  origin: string
  asked: Asked[]
  /** By object id; of groups within them the members too, as transitive members come. */
  groups: Map<string, MemberOfGroup[]>
  /** By user principal name. */
  users: Map<string, string>
  /** The external ids of the apps in the catalogue. */
  catalogue: Set<string>
  /** By object id how often the app was installed for the person. */
  installed: Map<string, number>
  /** Answers in place of Graph where it gives something. */
  answers: (asked: Asked) => GraphAnswer | 'hangs' | undefined
  /** False: it hangs up on whoever asks. */
  up: boolean
  close(): Promise<void>
}

const refusal = (status: number, code: string, headers: Record<string, string> = {}): GraphAnswer => {
  const ids = { date: '2026-11-26T12:00:00', 'request-id': 'request-1', 'client-request-id': 'request-1' }
  return { status, headers, body: { error: { code, message: `${code}: Maija Virtanen`, innerError: ids } } }
}
export const throttled = (after: string): GraphAnswer => refusal(429, 'TooManyRequests', { 'retry-after': after })
export const down = (status = 503): GraphAnswer => refusal(status, 'ServiceUnavailable')
export const forbidden = (): GraphAnswer => refusal(403, 'Authorization_RequestDenied')

/** Microsoft Graph v1.0, as far as the bot asks it, on this machine alone. */
export async function aGraph(): Promise<GraphOfTest> {
  const server = createServer((request, response) => {
    if (!graph.up) return response.destroy()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const asked: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      }
      graph.asked.push(asked)
      const answer = graph.answers(asked) ?? answerTo(asked)
      if (answer === 'hangs') return
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    })
  })

  const answerTo = (asked: Asked): GraphAnswer => {
    const url = new URL(asked.path, graph.origin)
    const [version, collection, id = '', what, which] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
    if (version !== 'v1.0') return refusal(400, 'BadRequest')
    if (collection === 'groups' && what === 'transitiveMembers') return pageOf(graph.groups.get(id), url)
    if (collection === 'appCatalogs') {
      const named = /^externalId eq '(.*)'$/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? ''
      return { status: 200, body: { value: graph.catalogue.has(named) ? [{ id: `catalogue-${named}` }] : [] } }
    }
    if (collection === 'users' && what === 'teamwork' && which === 'installedApps') return install(id, asked.body)
    const user = collection === 'users' ? graph.users.get(id) : undefined
    return user === undefined ? refusal(404, 'Request_ResourceNotFound') : { status: 200, body: { id: user } }
  }

  const install = (person: string, body: unknown): GraphAnswer => {
    const [, app = ''] = /\/v1\.0\/appCatalogs\/teamsApps\/catalogue-(.+)$/.exec(bindOf(body)) ?? []
    if (!graph.catalogue.has(app)) return refusal(400, 'BadRequest')
    const times = graph.installed.get(person) ?? 0
    if (times > 0) return refusal(409, 'Conflict')
    graph.installed.set(person, times + 1)
    return { status: 201 }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const graph: GraphOfTest = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    groups: new Map(),
    users: new Map(),
    catalogue: new Set(),
    installed: new Map(),
    answers: () => undefined,
    up: true,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close').catch(() => undefined)
    },
  }
  return graph
}

function bindOf(body: unknown): string {
  const bound =
    typeof body === 'object' && body !== null && 'teamsApp@odata.bind' in body && body['teamsApp@odata.bind']
  return typeof bound === 'string' ? bound : ''
}

/** Only what `$select` names is told, and no more than 999 at once. */
function pageOf(members: readonly MemberOfGroup[] | undefined, url: URL): GraphAnswer {
  if (members === undefined) return refusal(404, 'Request_ResourceNotFound')
  const size = Math.min(Number(url.searchParams.get('$top') ?? 100), 999)
  const from = Number((url.searchParams.get('$skiptoken') ?? '').replace('after:', ''))
  const fields = (url.searchParams.get('$select') ?? '').split(',')
  const value = members.slice(from, from + size).map(({ kind = 'user', ...rest }) => {
    const told = Object.entries(rest).filter(([name]) => fields.includes(name))
    return { '@odata.type': `#microsoft.graph.${kind}`, ...Object.fromEntries(told) }
  })
  const next = new URL(url)
  next.searchParams.set('$skiptoken', `after:${from + size}`)
  const isLast = from + size >= members.length
  return { status: 200, body: { value, ...(!isLast && { '@odata.nextLink': next.href }) } }
}

/** What the tests of a file have of Graph: a service, the bot's side of it, and a time and a sleep of their own. */
export type GraphDesk = {
  service: GraphOfTest
  graph: Graph
  /** The time in milliseconds. */
  time: number
  slept: number[]
  lines: string[]
  log: Log
  open(more?: Partial<Parameters<typeof openGraph>[0]>): Graph
  /** Is over at once. */
  sleep(ms: number): Promise<void>
}

export const APP = '11111111-2222-4333-8444-555555555555'
export const TOKEN = 'a-token-that-nobody-may-see'

/** One service for the tests of a file, empty before each. */
export function aGraphDesk(): GraphDesk {
  const desk = {
    open: (more = {}) =>
      openGraph({
        origin: desk.service.origin,
        appId: APP,
        token: () => Promise.resolve(TOKEN),
        now: () => new Date(desk.time),
        sleep: (ms) => desk.sleep(ms),
        random: () => 0,
        ...more,
      }),
    sleep(ms) {
      desk.slept.push(ms)
      return Promise.resolve()
    },
  } as GraphDesk
  beforeAll(async () => {
    desk.service = await aGraph()
  })
  afterAll(() => desk.service.close())
  beforeEach(() => {
    const { service } = desk
    service.asked.length = 0
    for (const kept of [service.groups, service.users, service.catalogue, service.installed]) kept.clear()
    service.answers = () => undefined
    service.up = true
    service.catalogue.add(APP)
    desk.time = Date.parse('2026-11-26T12:00:00Z')
    desk.slept = []
    desk.lines = []
    desk.log = openLog('trace', { write: (line) => void desk.lines.push(line) })
    desk.graph = desk.open()
  })
  return desk
}

export const aUser = (id: string, more: Partial<MemberOfGroup> = {}): MemberOfGroup => ({
  id,
  userPrincipalName: `${id}@kunta.fi`,
  userType: 'Member',
  ...more,
})
export const users = (count: number): MemberOfGroup[] => Array.from({ length: count }, (_, at) => aUser(`id-${at}`))
