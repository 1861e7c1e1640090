import restify, { type Next, type Request, type Response } from 'restify'
import { DateTime, Duration } from 'luxon'
import { timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { LANGUAGES, isLanguage, type Language } from '../domain/languages.ts'
import type { Download, WebPage } from '../kit.ts'
import { closing } from './closing.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { isLoopback, type Settings } from './settings.ts'
import { pageHtml } from './page-html.ts'
import type { Reply } from './teams/adapter.ts'

const BODY_LIMIT = 256 * 1024
/**
 * How long a request may take to come, its headers and the whole of it, and how often that is looked at. A connection is
 * kept for longer than balancers keep theirs (a minute), whose next press would meet its end otherwise.
 */
const PATIENCE = { headersMs: 10_000, wholeMs: 30_000, lookMs: 2_000, keptMs: 75_000 }

/** Nothing runs in a page, nothing is loaded, framed or sent from it, and where it leads to learns no address. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

type Page = { path: string; show: (id: string, language: Language) => WebPage | undefined }

type Files = { path: string; give: (file: string, query: URLSearchParams) => Promise<Download | undefined> }

type Options = {
  settings: Settings
  receive: (body: unknown, authorization: string) => Promise<Reply>
  /** What is ready, by part; ready when all are. */
  readiness: () => Record<string, boolean>
  /** Moves the clock to what `target` makes of now; undefined where that is not later. Concurrent moves queue. */
  moveClock: (target: (now: Date) => Date) => Promise<{ now: Date; ran: string[] } | undefined>
  now: () => Date
  /** Age of the oldest message that is due and not sent, in seconds. */
  oldestWaiting: () => number
  pages: readonly Page[]
  downloads: readonly Files[]
  image: (name: string) => Uint8Array | undefined
  labels: (language: Language) => { notFound: string; footer: string }
  metrics: Metrics
  log: Log
  patience?: typeof PATIENCE
}

/** `close` resolves when what is under way is answered, however long clients keep their connections. */
export type Server = { port: number; close(): Promise<void> }

/** The endpoints of the contract. Resolves when the port is open. @throws where the port is taken */
export async function openServer(options: Options): Promise<Server> {
  const { settings, log } = options
  const server = restify.createServer({ name: 'luotsi' })
  const { headersMs, wholeMs, lookMs, keptMs } = options.patience ?? PATIENCE
  Object.assign(server.server, {
    headersTimeout: headersMs,
    requestTimeout: wholeMs,
    keepAliveTimeout: keptMs,
    // No option of restify's; read when the server begins to listen.
    connectionsCheckingInterval: lookMs,
  })
  const close = closing(server.server)
  server.pre(refuseEncodedBodies)
  const readBody = restify.plugins.bodyReader({ maxBodySize: BODY_LIMIT })

  server.post(
    '/api/messages',
    readBody,
    answer(async (request, response) => {
      const body = parseJson(request)
      if (body === undefined) return send(response, 400)
      const reply = await options.receive(body, request.header('authorization', ''))
      send(response, reply.status, reply.body)
    }),
  )

  server.get(
    '/healthz',
    answer(async (_, response) => send(response, 200, { alive: true })),
  )

  server.get(
    '/readyz',
    answer(async (_, response) => {
      const parts = options.readiness()
      const ready = Object.values(parts).every(Boolean)
      send(
        response,
        ready ? 200 : 503,
        settings.mode === 'production' ? { ready } : { ready, ...parts, oldestWaiting: options.oldestWaiting() },
      )
    }),
  )

  server.get(
    '/metrics',
    answer(async (request, response) => {
      if (!mayReadMetrics(settings, request.header('authorization', ''))) return send(response, 401)
      sendText(response, 200, options.metrics.contentType, await options.metrics.read())
    }),
  )

  if (settings.mode === 'development') server.post('/dev/clock', readBody, answer(moveClock(options)))

  server.get(
    '/images/:name',
    answer(async (request, response) => {
      const image = options.image(paramOf(request, 'name'))
      if (image === undefined) return send(response, 404)
      response.writeHead(200, { 'content-type': 'image/png', 'cache-control': 'public, max-age=86400' })
      response.end(image)
    }),
  )

  for (const { path, give } of options.downloads) {
    server.get(
      path,
      answer(async (request, response) => {
        const file = await give(paramOf(request, 'file'), new URLSearchParams(request.getQuery()))
        if (file === undefined) return send(response, 404)
        response.writeHead(200, {
          'content-type': file.type,
          'content-disposition': `attachment; filename="${file.name}"`,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        })
        await pipeline(Readable.from(file.pieces), response)
      }),
    )
  }

  for (const { path, show } of options.pages) {
    server.get(
      path,
      answer(async (request, response) => {
        const language = languageOf(request, settings.DEFAULT_LANGUAGE)
        const labels = options.labels(language)
        const page = show(paramOf(request, 'id'), language)
        const html = pageHtml(
          page ?? { language, title: labels.notFound, body: `<h1>${labels.notFound}</h1>` },
          labels,
          request.path(),
        )
        for (const [name, value] of Object.entries(PAGE_HEADERS)) response.header(name, value)
        sendText(response, page === undefined ? 404 : 200, 'text/html; charset=utf-8', html)
      }),
    )
  }

  await listen(server, settings)
  const { port } = server.address()
  log.info({ port, host: settings.HOST, mode: settings.mode }, 'listening')
  return {
    port,
    close,
  }

  /** Ends a request whatever happens: a rejected handler would end the process. */
  function answer(work: (request: Request, response: Response) => Promise<void>) {
    return (request: Request, response: Response, next: Next) => {
      work(request, response)
        .catch((error: unknown) => {
          log.error({ err: error, path: request.getRoute().path }, 'a request failed')
          if (!response.headersSent) send(response, 500)
        })
        .finally(() => {
          next(false)
        })
    }
  }
}

function listen(server: restify.Server, { PORT, HOST }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(PORT, HOST, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** A compressed body could unfold past the limit, and the platform sends none. */
function refuseEncodedBodies(request: Request, response: Response, next: Next): void {
  if (request.header('content-encoding', '') === '') return next()
  send(response, 415)
  next(false)
}

function moveClock({ moveClock: move, now, settings, log }: Options) {
  const wanted = z.union([
    z.strictObject({ now: z.iso.datetime({ offset: true }) }),
    z.strictObject({ advance: z.string().refine((text) => Duration.fromISO(text).isValid) }),
  ])
  return async (request: Request, response: Response): Promise<void> => {
    const host = request.header('host', '').replace(/:\d+$/, '')
    const isJson = request.header('content-type', '').startsWith('application/json')
    if (!isLoopback(host) || !isJson) return send(response, 403)
    const known = wanted.safeParse(parseJson(request))
    if (!known.success)
      return send(response, 400, {
        error: 'write {"now": an ISO time with its offset} or {"advance": an ISO duration}',
      })
    const { data } = known
    const moved = await move((from) =>
      'now' in data
        ? new Date(data.now)
        : DateTime.fromJSDate(from, { zone: settings.TIME_ZONE }).plus(Duration.fromISO(data.advance)).toJSDate(),
    )
    if (moved === undefined)
      return send(response, 409, { error: 'the clock moves only forward', now: now().toISOString() })
    log.info({ now: moved.now.toISOString(), ran: moved.ran.length }, 'the clock was moved')
    send(response, 200, { now: moved.now.toISOString(), ran: moved.ran })
  }
}

function mayReadMetrics({ mode, METRICS_TOKEN }: Settings, authorization: string): boolean {
  if (METRICS_TOKEN === '') return mode !== 'production'
  const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${METRICS_TOKEN}`)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function languageOf(request: Request, otherwise: Language): Language {
  const asked = new URLSearchParams(request.getQuery()).get('lang')
  if (isLanguage(asked)) return asked
  const accepted = request.header('accept-language', '').toLowerCase()
  return LANGUAGES.find((language) => accepted.startsWith(language)) ?? otherwise
}

function paramOf(request: Request, name: string): string {
  const params = request.params as Record<string, string | undefined>
  return params[name] ?? ''
}

function parseJson(request: Request): unknown {
  try {
    const body: unknown = request.body
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : String(body))
  } catch {
    return undefined
  }
}

function send(response: Response, status: number, body?: unknown): void {
  if (body === undefined) return sendText(response, status, 'text/plain; charset=utf-8', '')
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

function sendText(response: Response, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
