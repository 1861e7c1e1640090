import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { openLog } from '../../src/platform/log.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { openServer, type Server } from '../../src/platform/server.ts'
import { readSettings } from '../../src/platform/settings.ts'
import { posting, say } from '../support/raw-door.ts'

let server: Server
let url: string
let received: unknown[]
/** What the answer to a press waits for. */
let held: Promise<void>

beforeEach(async () => {
  received = []
  held = Promise.resolve()
  server = await openServer({
    settings: { ...readSettings({}), PORT: 0 },
    async receive(body) {
      received.push(body)
      await held
      return { status: 200 }
    },
    readiness: () => ({ running: true }),
    moveClock: () => Promise.resolve(undefined),
    now: () => new Date('2026-11-26T12:00:00Z'),
    oldestWaiting: () => 0,
    pages: [
      {
        path: '/pages/:id',
        show: (id, language) => (id === 'one' ? { language, title: '<b>One</b>', body: '<h1>One</h1>' } : undefined),
      },
    ],
    downloads: [
      { path: '/files/:file', give: () => Promise.resolve({ name: 'a.csv', type: 'text/csv', pieces: pieces() }) },
    ],
    image: () => undefined,
    labels: () => ({ notFound: 'Ei löydy', footer: '' }),
    metrics: openMetrics(),
    log: openLog('silent'),
    patience: { headersMs: 100, wholeMs: 200, lookMs: 20, keptMs: 60_000 },
  })
  url = `http://127.0.0.1:${server.port}`
})
afterEach(() => server.close())

async function* pieces(): AsyncGenerator<string> {
  await Promise.resolve()
  yield 'id\r\n'
  await held
}

describe('A page', () => {
  it.each([
    ['one', 200],
    ['unknown', 404],
  ])('lets nothing run, load, frame it or be sent from it, found or not: %s', async (id, status) => {
    const answer = await fetch(`${url}/pages/${id}`)
    expect(answer.status).toBe(status)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('shows its title as text', async () => {
    expect(await (await fetch(`${url}/pages/one`)).text()).toContain('<title>&lt;b&gt;One&lt;/b&gt;')
  })
})

describe('A file', () => {
  it('is saved and not shown, is taken for what it says it is, and is kept by no cache', async () => {
    const { headers } = await fetch(`${url}/files/a.csv`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-disposition': 'attachment; filename="a.csv"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })
})

describe('A request that comes slowly', () => {
  const slowly = () => say(url, [posting('{"type":', { 'content-length': 1_000 })], { answers: 1 })

  it('is ended with 408 when its headers are not whole in time, and when its body is not', async () => {
    const headers = await say(url, ['POST /api/messages HTTP/1.1\r\nhost: luotsi\r\n'], { answers: 1 })
    expect(headers.statuses).toEqual([408])
    expect((await slowly()).statuses).toEqual([408])
    expect(received).toEqual([])
  })

  it('keeps nobody else waiting', async () => {
    const slow = Array.from({ length: 50 }, slowly)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await say(url, [posting('{}')])).statuses).toEqual([200])
    for (const { statuses } of await Promise.all(slow)) expect(statuses).toEqual([408])
    expect(received).toEqual([{}])
  })
})

describe('A server that closes', () => {
  /** Keeps each connection for the next request, for as long as the server lets it. */
  const agent = new Agent({ keepAlive: true })
  const asks = async (path: string, body?: string): Promise<IncomingMessage> => {
    const headers = { 'content-type': 'application/json' }
    const asking = request(url + path, { agent, method: body === undefined ? 'GET' : 'POST', headers }).end(body)
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    return answer
  }
  /** A connection over which nothing is said. */
  const aSilentOne = async (): Promise<{ ended: Promise<unknown> }> => {
    const { port, hostname } = new URL(url)
    const silent = connect({ port: Number(port), host: hostname }).resume()
    await once(silent, 'connect')
    return { ended: once(silent, 'close') }
  }
  const isKept = (): boolean => Object.values(agent.freeSockets).flat().length > 0
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve))
  }
  afterEach(() => {
    agent.destroy()
  })

  it('F3 answers what is under way, says that the connection ends with it, and is closed though the client keeps it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    held = promise.then()
    const press = asks('/api/messages', '{}')
    await until(() => received.length === 1)
    const closed = server.close()
    resolve(undefined)
    const { statusCode, headers } = await press
    expect([statusCode, headers.connection]).toEqual([200, 'close'])
    await closed
  })

  it('F3 answers what was on its way then in the same manner', async () => {
    const { hostname, port } = new URL(url)
    const press = connect({ port: Number(port), host: hostname })
    await once(press, 'connect')
    const closed = server.close()
    press.write(posting('{}'))
    expect(String(await once(press, 'data'))).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n/)
    await closed
  })

  it('F3 waits neither for a connection that a client keeps, nor for one over which nothing ever comes', async () => {
    const answer = await asks('/healthz')
    answer.resume()
    await until(isKept)
    const { ended } = await aSilentOne()
    await server.close()
    await ended
  })

  it('F3 is closed when the last answer has ended, though its beginning had left before', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    held = promise.then()
    const file = await asks('/files/a.csv')
    expect(file.headers.connection).toBe('keep-alive')
    const { ended } = await aSilentOne()
    const closed = server.close()
    await ended
    resolve(undefined)
    expect(await Array.fromAsync(file.setEncoding('utf8'))).toEqual(['id\r\n'])
    await closed
  })
})
