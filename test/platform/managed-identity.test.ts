import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readSettings } from '../../src/platform/settings.ts'
import { credentialsOf, tokenSource } from '../../src/platform/teams/adapter.ts'

const BOT_ID = '11111111-2222-4333-8444-555555555555'
const SECRET = 'the-header-that-the-platform-hands-out'

let server: Server
let asked: { query: Record<string, string>; secret: string | undefined }[]
let status: number

/** The identity endpoint of App Service and Container Apps (version 2019-08-01), as far as its documentation tells. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const query = Object.fromEntries(searchParams)
    asked.push({ query, secret: request.headers['x-identity-header']?.toString() })
    response.writeHead(status, { 'content-type': 'application/json' })
    const expires = String(Math.floor(Date.now() / 1000) + 86_400)
    const { resource = '', client_id = '' } = query
    const token = {
      access_token: `token for ${resource}`,
      expires_on: expires,
      resource,
      token_type: 'Bearer',
      client_id,
    }
    response.end(JSON.stringify(status === 200 ? token : { statusCode: status, message: 'No such identity' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${port}/msi/token`
  process.env['IDENTITY_HEADER'] = SECRET
})
afterAll(async () => {
  delete process.env['IDENTITY_ENDPOINT']
  delete process.env['IDENTITY_HEADER']
  server.close()
  server.closeAllConnections()
  await once(server, 'close').catch(() => undefined)
})
beforeEach(() => {
  asked = []
  status = 200
})

/** Each with an id of its own: what the SDK keeps of a token it keeps for all of the process. */
const sourceOf = (BOT: string, scope?: string) => {
  const settings = readSettings({ BOT_ID: BOT, BOT_TENANT_ID: 'tenant-1' })
  return tokenSource(settings, credentialsOf(settings), scope)
}

describe('A managed identity', () => {
  it('gives a token for the Bot Connector, by the bot’s id and without a secret of ours, and is asked for it once', async () => {
    const token = sourceOf(BOT_ID)
    expect(await token()).toBe('token for https://api.botframework.com')
    expect(await token()).toBe('token for https://api.botframework.com')
    expect(asked).toEqual([
      {
        query: { 'api-version': '2019-08-01', resource: 'https://api.botframework.com', client_id: BOT_ID },
        secret: SECRET,
      },
    ])
  })

  it('gives another one for Microsoft Graph', async () => {
    const token = sourceOf(BOT_ID, 'https://graph.microsoft.com/.default')
    expect(await token()).toBe('token for https://graph.microsoft.com')
    expect(asked.map(({ query }) => query['resource'])).toEqual(['https://graph.microsoft.com'])
  })

  it('gives none where the platform knows no such identity, and is asked again the next time', async () => {
    const token = sourceOf('22222222-2222-4333-8444-555555555555')
    status = 400
    await expect(token()).rejects.toThrow()
    status = 200
    expect(await token()).toBe('token for https://api.botframework.com')
  })
})
