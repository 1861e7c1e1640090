import { GraphClientError, type Context, type Middleware } from '@microsoft/microsoft-graph-client'

/** A request that comes to no end is given up after this. */
const USUAL_TIMEOUT_MS = 30_000
/** A request is made this often at most. */
const MOST_ATTEMPTS = 6
const USUAL_PAUSE_MS = 2_000
/** No longer is waited, whatever Graph asks for: who asks for more is asked again, and in the end given up. */
const LONGEST_PAUSE_MS = 300_000

export type WireOptions = {
  /** Scheme, host and port of Graph: no request, and no token, goes anywhere else. */
  origin: string
  /** The bearer token; undefined where none is sent. */
  token: () => Promise<string | undefined>
  now: () => Date
  sleep: (ms: number) => Promise<void>
  /** From 0 up to 1. */
  random: () => number
  timeoutMs?: number
}

/**
 * What carries the requests of Microsoft's client, in place of its own chain, which sleeps by a timer of its own, repeats
 * POSTs that may have worked, follows redirects and has no time-out. A throttled request is made again after the pause
 * that Graph asks for, which all others wait for too; a read also where Graph or the network is down for a moment.
 */
export class GraphWire implements Middleware {
  readonly #options: WireOptions
  readonly #closing = new AbortController()
  #pause: Promise<void> = Promise.resolve()

  constructor(options: WireOptions) {
    this.#options = options
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort()
  }

  /** @throws GraphClientError whose message is a code, never an address or what was sent */
  async execute(context: Context): Promise<void> {
    const url = typeof context.request === 'string' ? context.request : context.request.url
    if (!URL.canParse(url) || new URL(url).origin !== this.#options.origin)
      throw new GraphClientError('foreign-address')
    const isRead = context.options?.method === 'GET'
    for (let attempt = 1; ; attempt += 1) {
      await this.#pause
      const answer = await this.#once(url, context.options ?? {})
      const isThrottled = answer instanceof Response && answer.status === 429
      const isDown = !(answer instanceof Response) || answer.status === 503 || answer.status === 504
      const mayRepeat = attempt < MOST_ATTEMPTS && !this.#closing.signal.aborted
      if (mayRepeat && (isThrottled || (isDown && isRead))) {
        const asked = answer instanceof Response ? answer.headers.get('retry-after') : null
        const pause = this.#options.sleep(this.#pauseMs(asked, attempt))
        if (isThrottled) this.#pause = pause
        await pause
        continue
      }
      if (!(answer instanceof Response)) throw new GraphClientError(answer.failed)
      context.response = answer
      return
    }
  }

  async #once(url: string, options: RequestInit): Promise<Response | { failed: string }> {
    const tooLate = AbortSignal.timeout(this.#options.timeoutMs ?? USUAL_TIMEOUT_MS)
    const signal = AbortSignal.any([tooLate, this.#closing.signal])
    const headers = new Headers(options.headers)
    try {
      const token = await unlessAborted(this.#options.token(), signal)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    } catch {
      return { failed: 'no-token' }
    }
    try {
      const answer = await fetch(url, { ...options, headers, signal, redirect: 'error' })
      // Read here, so that the time-out holds for the body too.
      const body = await answer.text()
      // What calls nothing JSON, as Graph may after an installation, is no fault.
      return new Response(body || null, { status: answer.status, headers: body === '' ? {} : answer.headers })
    } catch {
      return { failed: tooLate.aborted ? 'too-slow' : 'no-answer' }
    }
  }

  /** Graph tells seconds or a date; where it tells nothing the pause doubles, with up to a half more so that not all come at once. */
  #pauseMs(asked: string | null, attempt: number): number {
    const seconds = Number(asked ?? Number.NaN)
    const told = Number.isNaN(seconds) ? Date.parse(asked ?? '') - this.#options.now().getTime() : seconds * 1000
    const usual = USUAL_PAUSE_MS * 2 ** (attempt - 1) * (1 + this.#options.random() / 2)
    return Math.min(Math.max(Number.isNaN(told) ? usual : told, 0), LONGEST_PAUSE_MS)
  }
}

/** Who gives tokens may be slow, and cannot be told to end. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const end = () => {
    reject(new Error('aborted'))
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  return Promise.race([work, promise]).finally(() => {
    signal.removeEventListener('abort', end)
  })
}
