import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Connector } from '../../src/platform/connector.ts'
import { readSettings, SettingsFault } from '../../src/platform/settings.ts'
import { activitySchema } from '../../src/platform/teams/activity.ts'
import { credentialsOf, StrictAdapter } from '../../src/platform/teams/adapter.ts'
import {
  aBot,
  anActor,
  aRefusedStart,
  removeFolder,
  type RefusedStart,
  type Reply,
  type RunningBot,
} from '../support/bot.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { aKeyService, type KeyName, type KeyService } from '../support/key-service.ts'

const BOT_ID = '11111111-2222-4333-8444-555555555555'
const ISSUER = 'https://api.botframework.com'

let keys: KeyService
let connector: MockConnector
let bot: RunningBot
let content: Awaited<ReturnType<typeof aLightContent>>
/** A start in production with six faults. */
let faulty: RefusedStart

beforeAll(async () => {
  ;[keys, connector, content] = await Promise.all([aKeyService(), aConnector(), aLightContent()])
  ;[bot, faulty] = await Promise.all([
    aBot({ BOT_ID, BOT_TENANT_ID: 'tenant-1', OPENID_METADATA: keys.metadata, CONTENT_DIR: content.dir }),
    aRefusedStart({
      NODE_ENV: 'production',
      DEFAULT_LANGUAGE: 'de',
      BOT_TENANT_ID: '${BOT_TENANT_ID}',
      PUBLIC_URL: 'http://luotsi.kaupunki.fi',
      CLOCK_START: '2026-11-26T12:00:00+02:00',
      OPENID_METADATA: keys.metadata,
    }),
  ])
}, 60_000)
afterAll(async () => {
  await bot.stop()
  await Promise.all([connector.close(), keys.close(), removeFolder(bot.dataDir), content.remove()])
})
beforeEach(() => {
  connector.sent.length = 0
})

const minutes = (count: number): number => Math.floor(Date.now() / 1000) + count * 60
const claims = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: ISSUER,
  aud: BOT_ID,
  serviceurl: connector.url,
  nbf: minutes(-5),
  exp: minutes(55),
  ...more,
})
const bearer = async (more?: Record<string, unknown>, key?: KeyName, kid?: string): Promise<string> =>
  `Bearer ${await keys.sign(claims(more), key, kid)}`
const message = (more: Record<string, unknown> = {}): Record<string, unknown> =>
  anActor(bot, connector).activity({ text: 'teemat', recipient: { id: `28:${BOT_ID}`, name: 'Luotsi' }, ...more })
const posts = (authorization: string | undefined, body: unknown = message()): Promise<Reply> =>
  bot.post(body, authorization === undefined ? {} : { authorization })

/** How many turns were run so far. */
async function turns(): Promise<number> {
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()
  return [...metrics.matchAll(/^luotsi_turns_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Refused with a bare status: no turn was run, nothing sent and no word said about why. */
async function refused(statuses: number[], authorization: string | undefined, body?: unknown): Promise<void> {
  const before = await turns()
  const reply = await posts(authorization, body)
  expect(statuses).toContain(reply.status)
  expect(reply.body).toBeUndefined()
  expect(await turns()).toBe(before)
  expect(connector.sent).toEqual([])
}

describe('the key service', () => {
  it('F39 opens nothing while it is down, and the keys last when it goes down again', async () => {
    keys.up = false
    await refused([401, 503], await bearer())
    await refused([401, 503], undefined)
    keys.up = true
    expect((await posts(await bearer())).status).toBe(200)
    keys.up = false
    expect((await posts(await bearer())).status).toBe(200)
    expect(connector.sent).toHaveLength(2)
    connector.sent.length = 0
    await refused([401], await bearer({}, 'stranger'))
    await refused([401, 503], await bearer({}, 'teams', 'rolled-over'))
    keys.up = true
  })
})

describe('a key that the service withdrew', () => {
  const day = 25 * 60 * 60 * 1000
  afterEach(() => {
    jest.restoreAllMocks()
    keys.withdrawn.clear()
  })

  it('F39 vouches for nothing once the keys were read anew, though it vouched before', async () => {
    const settings = readSettings({ BOT_ID, BOT_TENANT_ID: 'tenant-1', OPENID_METADATA: keys.metadata })
    const adapter = new StrictAdapter(settings, credentialsOf(settings), undefined as unknown as Connector)
    const activity = activitySchema.parse(message())
    const lasting = await bearer({ exp: minutes(3 * 24 * 60) })
    await adapter.admit(activity, lasting)
    keys.withdrawn.add('teams')
    await adapter.admit(activity, lasting)
    const now = Date.now()
    jest.spyOn(Date, 'now').mockImplementation(() => now + day)
    await expect(adapter.admit(activity, lasting)).rejects.toMatchObject({ status: 401 })
  })
})

describe('the gate', () => {
  it('F36 lets a good token in, and sends no token of its own to this machine', async () => {
    expect(await posts(await bearer())).toEqual({ status: 200, body: undefined })
    expect(connector.sent.map(({ authorization }) => authorization)).toEqual([undefined])
  })

  it.each<[what: string, authorization: () => string | undefined | Promise<string>]>([
    ['no token', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['another scheme', async () => (await bearer()).replace('Bearer', 'Basic')],
    ['garbage', () => 'Bearer garbage'],
    ['three parts of garbage', () => 'Bearer a.b.c'],
    ['two tokens', async () => `${await bearer()} ${await bearer()}`],
    ['alg none', () => `Bearer ${encoded({ alg: 'none', kid: 'teams' })}.${encoded(claims())}.`],
    ['another’s signature', () => bearer({}, 'stranger')],
    ['altered claims', async () => altered(await bearer({ aud: 'another-bot' }))],
    ['a key that nobody knows', () => bearer({}, 'stranger', 'unknown')],
    ['HS256 with the public key', async () => `Bearer ${await keys.signWithPublicKey(claims())}`],
    ['another audience', () => bearer({ aud: 'another-bot' })],
    ['another issuer', () => bearer({ iss: 'https://login.example' })],
    ['the issuer of an emulator', () => bearer({ iss: EMULATOR, ver: '1.0', appid: BOT_ID })],
    ['the claims of another bot', () => bearer({ ver: '2.0', azp: 'another-bot' })],
    ['an expired token', () => bearer({ nbf: minutes(-60), exp: minutes(-10) })],
    ['a token of the future', () => bearer({ nbf: minutes(30) })],
    ['another service address in the token', () => bearer({ serviceurl: 'https://smba.trafficmanager.net/fi/' })],
    ['no service address in the token', () => bearer({ serviceurl: undefined })],
    ['a key that does not vouch for Teams', () => bearer({}, 'webchat')],
    ['a key that says of no channel that it vouches for it', () => bearer({}, 'silent')],
    ['a key that vouches for none', () => bearer({}, 'empty')],
  ])('F36 refuses %s', async (_, authorization) => {
    await refused([401], await authorization())
  })

  it.each<[what: string, key: KeyName, part: Record<string, unknown>]>([
    ['of another tenant', 'teams', { conversation: { id: 'own-maija', tenantId: 'tenant-2' }, channelData: {} }],
    ['of no tenant', 'teams', { conversation: { id: 'own-maija' }, channelData: {} }],
    ['to another bot', 'teams', { recipient: { id: '28:another-bot' } }],
    ['through another channel', 'teams', { channelId: 'directline' }],
    ['through another channel that its key vouches for', 'webchat', { channelId: 'webchat' }],
    ['through an Azure Stack channel', 'teams', { channelId: 'AseChannel' }],
    ['through a channel of nearly the name', 'teams', { channelId: 'MSTEAMS ' }],
  ])('F36 refuses a body %s under a good token', async (_, key, part) => {
    await refused([401, 403], await bearer({}, key), message(part))
  })

  it.each([
    'https://evil.example/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://maija@smba.trafficmanager.net/',
    'http://smba.trafficmanager.net/',
    'ftp://smba.trafficmanager.net/',
    'smba.trafficmanager.net',
    '//evil.example',
  ])('F36 refuses the service address %s though the token has it too', async (serviceUrl) => {
    await refused([401, 403], await bearer({ serviceurl: serviceUrl }), message({ serviceUrl }))
  })

  it.each(['channelId', 'serviceUrl'])('F36 refuses an empty or missing %s', async (part) => {
    for (const value of ['', undefined, null]) {
      await refused([400, 401, 403], await bearer({ serviceurl: '' }), message({ [part]: value }))
    }
  })
})

describe('settings that would open the gate', () => {
  const good = {
    NODE_ENV: 'production',
    BOT_ID,
    BOT_TENANT_ID: '99999999-8888-4777-8666-555555555555',
    PUBLIC_URL: 'https://luotsi.kaupunki.fi',
  }
  const faultsOf = (env: Record<string, string>): readonly string[] => {
    try {
      readSettings(env)
    } catch (error) {
      if (error instanceof SettingsFault) return error.faults
      throw error
    }
    return []
  }

  it('F38 keep the bot from starting in production, all faults told at once with their cures', () => {
    expect(faulty.code).toBe(1)
    const faults = faulty.said.split('\n').filter((line) => line.startsWith('  - '))
    expect(faults.map((line) => /^ {2}- ([A-Z_]+): \S/.exec(line)?.[1]).sort()).toEqual([
      'BOT_ID',
      'BOT_TENANT_ID',
      'CLOCK_START',
      'DEFAULT_LANGUAGE',
      'OPENID_METADATA',
      'PUBLIC_URL',
    ])
    expect(faulty.said).not.toContain('    at ')
  })

  it('F38 are told one by one: production starts with none of them', () => {
    expect(faultsOf(good)).toEqual([])
    const faulty = [
      { BOT_ID: '' },
      { BOT_TENANT_ID: '' },
      ...['<your app id>', '00000000-0000-0000-0000-000000000000', 'changeme', '${BOT_ID}'].map((BOT_ID) => ({
        BOT_ID,
      })),
      { BOT_TYPE: 'SingleTenant' },
      { BOT_TYPE: 'SingleTenant', BOT_PASSWORD: 'your-secret' },
      { PUBLIC_URL: '' },
      { PUBLIC_URL: 'http://luotsi.kaupunki.fi' },
      { CLOCK_START: '2026-11-26T12:00:00+02:00' },
      { OPENID_METADATA: 'http://127.0.0.1:1/openid' },
    ]
    for (const setting of faulty) {
      const named = Object.keys(setting).at(-1) ?? ''
      const expected = named === 'BOT_TYPE' ? 'BOT_PASSWORD' : named
      expect(faultsOf({ ...good, ...setting }).map((fault) => fault.split(':')[0])).toEqual([expected])
    }
  })

  it('F38 keep development, where nobody is authenticated, from listening to other machines', () => {
    for (const HOST of ['0.0.0.0', '::', '10.1.2.3', 'luotsi.kaupunki.fi', '127.0.0.1.evil.example']) {
      expect(faultsOf({ HOST })).toEqual([expect.stringMatching(/^HOST: .*HOST=127\.0\.0\.1/)])
    }
    for (const HOST of ['127.0.0.1', 'localhost', '::1']) expect(faultsOf({ HOST })).toEqual([])
  })
})

const EMULATOR = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/'

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** The token with the right claims under a signature of others. */
function altered(authorization: string): string {
  const [header, , signature] = authorization.split('.')
  return [header, encoded(claims()), signature].join('.')
}
