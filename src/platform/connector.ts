import { Agent } from 'undici'
import { Unconfirmed, Unreachable, type Address } from '../kit.ts'
import { code } from './durable-file.ts'
import { exchange } from './exchange.ts'
import { isLoopback } from './settings.ts'
import type { Metrics } from './metrics.ts'

const TIMEOUT_MS = 10_000
/** A reply may wait this long for the service to take it again; longer pauses are the outbox's. */
const LONGEST_PAUSE_MS = 2_000
const SERVICES_KEPT = 100
/** Where the service asks for a pause and does not say how long. */
const USUAL_PAUSE_MS = 500

/** The service refused a request in a way that says nothing about the conversation. */
export class ConnectorError extends Error {
  override name = 'ConnectorError'
  readonly status: number
  /** What the service asked to wait, in milliseconds, where it said so. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, retryAfterMs?: number) {
    super(`the connector answered ${status}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** Nothing was sent: there was no token, or no connection was made. */
export class NotConnected extends Error {
  override name = 'NotConnected'
  /** True where the token is what was missing. */
  readonly isUnauthorized: boolean

  constructor(message: string, options: { cause?: unknown; isUnauthorized?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.isUnauthorized = options.isUnauthorized === true
  }
}

/** All pause, the process ends, or a claim runs out: the message has not left. */
export class NotSent extends Error {
  override name = 'NotSent'
}

/** 403: blocked, uninstalled, or not among its members. 404: there is no such conversation, or no such message. */
export class NotThere extends Unreachable {
  readonly status: number

  constructor(method: string, status: number) {
    super(`${method} answered ${status}`)
    this.status = status
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Service = { origin: string; path: string; isLocal: boolean; isAllowed: boolean }

type Options = {
  /** A bearer token, or undefined in development. Never asked for a loopback address. */
  token: () => Promise<string | undefined>
  isAllowed: (serviceUrl: string) => boolean
  metrics: Metrics
  /** True where the caller tries again by itself: then a request is one attempt. */
  isSingle?: boolean
  /** How many requests are under way at once. */
  connections?: number
  /** How long an answer is awaited; ten seconds unless told. */
  timeoutMs?: number
}

/**
 * The Bot Framework v3 REST interface, one request an attempt: the SDK's own client repeats a POST up to four times on
 * errors that may have delivered it. Only 429 and 412 are tried once more, where the caller
 * does not do so by itself.
 */
export class Connector {
  readonly #options: Options
  readonly #agent: Agent
  readonly #services = new Map<string, Service>()
  readonly #written = new WeakMap<object, Buffer>()

  constructor(options: Options) {
    this.#options = options
    this.#agent = new Agent({
      connect: { timeout: 5_000 },
      headersTimeout: options.timeoutMs ?? TIMEOUT_MS,
      bodyTimeout: options.timeoutMs ?? TIMEOUT_MS,
      keepAliveTimeout: 30_000,
      connections: options.connections ?? 64,
    })
  }

  /**
   * Posts an activity; its id where the service gives one. After `until`, by `performance.now()`, it does not leave: a
   * process may be paused at any moment, also after its caller has looked.
   * @throws Unreachable, Unconfirmed, NotConnected, ConnectorError, NotSent
   */
  async post(to: Address, activity: object, until = Infinity): Promise<string | undefined> {
    const path = `${conversationPath(to)}/activities`
    const answer = await this.#send('POST', to.serviceUrl, path, activity, () => {
      if (performance.now() > until) throw new NotSent()
    })
    return idOf(answer)
  }

  async update(at: Address, activityId: string, activity: object): Promise<void> {
    await this.#send('PUT', at.serviceUrl, `${conversationPath(at)}/activities/${encodeURIComponent(activityId)}`, {
      ...activity,
      id: activityId,
    })
  }

  async remove(at: Address, activityId: string): Promise<void> {
    await this.#send('DELETE', at.serviceUrl, `${conversationPath(at)}/activities/${encodeURIComponent(activityId)}`)
  }

  /** Opens a 1:1 conversation, or gives the one there is. */
  async createConversation(serviceUrl: string, body: object): Promise<string | undefined> {
    return idOf(await this.#send('POST', serviceUrl, '/v3/conversations', body))
  }

  async get(at: Address, path: string): Promise<unknown> {
    return this.#send('GET', at.serviceUrl, path)
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #send(method: Method, serviceUrl: string, path: string, body?: object, leaves?: () => void) {
    for (let attempt = 1; ; attempt += 1) {
      const { status, retryAfter, answer } = await this.#once(method, serviceUrl, path, body, leaves)
      if (status < 300) return answer
      if (status === 403 || status === 404) throw new NotThere(method, status)
      const pause = retryAfter ?? USUAL_PAUSE_MS
      const isTriedAgain = (status === 429 || status === 412) && attempt === 1 && this.#options.isSingle !== true
      if (isTriedAgain && pause <= LONGEST_PAUSE_MS) {
        await new Promise((resolve) => setTimeout(resolve, pause))
        continue
      }
      if (method === 'POST' && [408, 502, 503, 504].includes(status)) throw new Unconfirmed(`POST answered ${status}`)
      throw new ConnectorError(status, retryAfter)
    }
  }

  async #once(method: Method, serviceUrl: string, path: string, body?: object, leaves?: () => void) {
    const service = this.#service(serviceUrl)
    if (!service.isAllowed) throw new ConnectorError(403)
    const token = service.isLocal ? undefined : await this.#token()
    try {
      const request = {
        origin: service.origin,
        path: service.path + path,
        method,
        headers: {
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        ...(body && { body: this.#json(body) }),
      }
      const { status, retryAfter, text } = await exchange(this.#agent, request, leaves)
      this.#options.metrics.sent(method, status)
      return { status, retryAfter: pauseMs(retryAfter), answer: parsed(text) }
    } catch (error) {
      if (error instanceof NotSent) throw error
      this.#options.metrics.sent(method, 'failed')
      if (neverConnected(error)) throw new NotConnected('no connection was made', { cause: error })
      if (method === 'POST') throw new Unconfirmed('no answer to a POST', { cause: error })
      throw error
    }
  }

  /** What a service address comes to, worked out once: there are few, and only those that the gate let in. */
  #service(serviceUrl: string): Service {
    const known = this.#services.get(serviceUrl)
    if (known !== undefined) return known
    const { origin, pathname, hostname } = new URL(serviceUrl)
    const isAllowed = this.#options.isAllowed(serviceUrl)
    const service = { origin, path: pathname.replace(/\/$/, ''), isLocal: isLoopback(hostname), isAllowed }
    if (this.#services.size >= SERVICES_KEPT) this.#services.clear()
    this.#services.set(serviceUrl, service)
    return service
  }

  /** An activity that goes to many is written once. */
  #json(body: object): Buffer {
    const known = this.#written.get(body)
    if (known !== undefined) return known
    const bytes = Buffer.from(JSON.stringify(body))
    this.#written.set(body, bytes)
    return bytes
  }

  async #token(): Promise<string | undefined> {
    try {
      return await this.#options.token()
    } catch (cause) {
      throw new NotConnected('there is no token', { cause, isUnauthorized: true })
    }
  }
}

function conversationPath({ conversation }: Address): string {
  return `/v3/conversations/${encodeURIComponent(conversation)}`
}

function idOf(answer: unknown): string | undefined {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined
  return typeof id === 'string' ? id : undefined
}

/** Seconds, or a date as HTTP writes it; rubbish counts as absent. */
function pauseMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined
  const isDate = /^[A-Z][a-z]{2}, \d/.test(header)
  const seconds = /^\d+(\.\d+)?$/.test(header.trim())
    ? Number(header)
    : isDate
      ? (Date.parse(header) - Date.now()) / 1000
      : Number.NaN
  return Number.isFinite(seconds) ? Math.max(seconds, 0) * 1000 : undefined
}

/** Refused, no such host, no way there, too slow to connect, or a certificate that is not good. */
function neverConnected(error: unknown): boolean {
  const noConnection = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/
  return noConnection.test(code(error)) || /CERT|SELF_SIGNED|UNABLE_TO_/.test(code(error))
}

/** A body that is no JSON says nothing; what was asked for is done all the same. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
