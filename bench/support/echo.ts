/**
 * The peers of a turn, each the least its SDK's samples do: an echo of a message, and of a press by the card it came
 * with. `node` is the floor: HTTP and JSON alone. Started as a process: kind, and the address of an OpenID configuration
 * where tokens are checked. DURABLE names a file to which each press is appended and synced first. Prints its port.
 */
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TurnContext } from 'botbuilder'
import restify from 'restify'

const [kind = 'node', metadata, appId = ''] = process.argv.slice(2)
const CARD = 'application/vnd.microsoft.card.adaptive'

type Activity = { type: string; text?: string; serviceUrl: string; conversation: { id: string }; value?: unknown }

const card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Echo' }] }
const durable = process.env['DURABLE'] === undefined ? undefined : await open(process.env['DURABLE'], 'a')
const RECORD = `${'x'.repeat(400)}\n`
const invoked = { statusCode: 200, type: CARD, value: card }

const KINDS = { node: bare, botbuilder, teamsAi, agents }
await KINDS[kind as keyof typeof KINDS]()

function tell(port: number): void {
  process.stdout.write(`${port}\n`)
}

async function bare(): Promise<void> {
  const { Pool } = await import('undici')
  const pools = new Map<string, InstanceType<typeof Pool>>()
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      void answer(JSON.parse(Buffer.concat(pieces).toString()) as Activity).then((body) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(body === undefined ? '' : JSON.stringify(body))
      })
    })
  })
  const answer = async ({ type, text, serviceUrl, conversation }: Activity): Promise<object | undefined> => {
    if (type === 'invoke') return invoked
    const pool = pools.get(serviceUrl) ?? new Pool(serviceUrl, { connections: 16 })
    pools.set(serviceUrl, pool)
    const { body } = await pool.request({
      method: 'POST',
      path: `/v3/conversations/${encodeURIComponent(conversation.id)}/activities`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'message', text: `Echo: ${text ?? ''}` }),
    })
    await body.dump()
    return undefined
  }
  server.listen(0, '127.0.0.1', () => tell((server.address() as AddressInfo).port))
}

type Turn = {
  activity: { type?: string; text?: string }
  sendActivity(activity: string | object): Promise<unknown>
}

async function echo(context: Turn): Promise<void> {
  const { type, text } = context.activity
  if (type !== 'invoke') {
    await context.sendActivity(`Echo: ${text ?? ''}`)
    return
  }
  await durable?.appendFile(RECORD)
  await durable?.sync()
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body: invoked } })
}

async function adapterOf() {
  const { CloudAdapter, ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } =
    await import('botbuilder')
  const settings =
    metadata === undefined
      ? { MicrosoftAppType: 'MultiTenant' }
      : {
          MicrosoftAppId: appId,
          MicrosoftAppPassword: 'none',
          MicrosoftAppType: 'SingleTenant',
          MicrosoftAppTenantId: 'tenant-1',
        }
  const more =
    metadata === undefined
      ? {}
      : {
          ToChannelFromBotLoginUrl: 'http://127.0.0.1:9',
          ToChannelFromBotOAuthScope: 'https://api.botframework.com',
          ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
          ToBotFromChannelOpenIdMetadataUrl: metadata,
          ToBotFromEmulatorOpenIdMetadataUrl: metadata,
          CallerId: 'urn:botframework:azure',
        }
  const credentials = new ConfigurationServiceClientCredentialFactory(settings)
  return new CloudAdapter(new ConfigurationBotFrameworkAuthentication(more, credentials))
}

async function serve(run: (context: TurnContext) => Promise<unknown>): Promise<void> {
  const adapter = await adapterOf()
  const server = restify.createServer()
  server.use(restify.plugins.bodyParser())
  server.post('/api/messages', async (request, response) => {
    await adapter.process(request as Parameters<typeof adapter.process>[0], response, async (context) => {
      await run(context)
    })
  })
  server.listen(0, '127.0.0.1', () => tell(server.address().port))
}

async function botbuilder(): Promise<void> {
  const { ActivityHandler } = await import('botbuilder')
  const bot = new ActivityHandler()
  bot.onTurn(async (context, next) => {
    await echo(context)
    await next()
  })
  await serve((context) => bot.run(context))
}

async function teamsAi(): Promise<void> {
  const { Application } = await import('@microsoft/teams-ai/lib/Application.js')
  const application = new Application({ startTypingTimer: false })
  application.activity('message', async (context) => echo(context))
  application.addRoute(
    async ({ activity }) => Promise.resolve(activity.type === 'invoke'),
    async (context) => echo(context),
    true,
  )
  await serve((context) => application.run(context))
}

/** It expects Express, whose status gives the response back, and who checked the token before. */
async function agents(): Promise<void> {
  const { CloudAdapter } = await import('@microsoft/agents-hosting')
  const adapter = new CloudAdapter({ clientId: '' })
  const server = restify.createServer()
  server.use(restify.plugins.bodyParser())
  server.post('/api/messages', async (request, response) => {
    const status = (code: number) => Object.assign(response, { statusCode: code })
    const checked = Object.assign(request, { user: { aud: '' } })
    const asExpress = Object.assign(response, { status })
    await adapter.process(checked as never, asExpress as never, (context) => echo(context))
  })
  server.listen(0, '127.0.0.1', () => tell(server.address().port))
}
