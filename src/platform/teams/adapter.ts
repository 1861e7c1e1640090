import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  INVOKE_RESPONSE_KEY,
  TurnContext,
  type Activity,
  type ConversationReference,
  type ResourceResponse,
} from 'botbuilder'
import { AppCredentials, AuthenticationConstants } from 'botframework-connector'
import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js'
import { OpenIdMetadata, type IOpenIdMetadataKey } from 'botframework-connector/lib/auth/openIdMetadata.js'
import { createPublicKey } from 'node:crypto'
import { isLoopback, type Settings } from '../settings.ts'
import type { Connector } from '../connector.ts'
import { tenantOf, type Incoming } from './activity.ts'

const SCOPE = 'https://api.botframework.com'

export type Reply = { status: number; body?: unknown }

/** The gate refused a request: 401 without a good token, 403 for a body the token does not cover, 503 without keys. */
export class GateRefusal extends Error {
  override name = 'GateRefusal'
  readonly status: 401 | 403 | 503
  readonly cure: string

  constructor(status: 401 | 403 | 503, cure: string) {
    super(cure)
    this.status = status
    this.cure = cure
  }
}

/**
 * CloudAdapter with its traps closed (docs/decisions.md): it authenticates before anything else, maps every token fault
 * to 401 without its text, checks what a valid token does not bind (channel, tenant, service address, recipient), and
 * sends through our connector instead of a client built for each turn that repeats POSTs.
 */
export class StrictAdapter extends CloudAdapter {
  readonly #settings: Settings
  readonly #connector: Connector
  readonly #authentication: ConfigurationBotFrameworkAuthentication

  constructor(settings: Settings, credentials: ConfigurationServiceClientCredentialFactory, connector: Connector) {
    const authentication = new ConfigurationBotFrameworkAuthentication(endpoints(settings), credentials)
    super(authentication)
    keepReadyKeys(settings.OPENID_METADATA ?? AuthenticationConstants.ToBotFromChannelOpenIdMetadataUrl)
    this.#settings = settings
    this.#connector = connector
    this.#authentication = authentication
  }

  /** @throws GateRefusal */
  async admit(activity: Incoming, authorization: string): Promise<void> {
    if (this.#settings.mode !== 'development') await this.#authenticate(activity, authorization)
    if (activity.channelId !== 'msteams') throw new GateRefusal(403, 'a channel other than msteams')
    if (!isAllowedService(this.#settings, activity.serviceUrl)) {
      throw new GateRefusal(403, 'a service address off SERVICE_HOSTS')
    }
    if (this.#settings.mode === 'development') return
    if (!this.#settings.ALLOWED_TENANTS.includes(tenantOf(activity) ?? '')) {
      throw new GateRefusal(403, 'a tenant off ALLOWED_TENANTS')
    }
    if (activity.recipient.id.replace(/^28:/, '') !== this.#settings.BOT_ID) {
      throw new GateRefusal(403, 'a recipient other than BOT_ID')
    }
  }

  /** Runs the turn of an admitted activity. */
  async turn(activity: Incoming, logic: (context: TurnContext) => Promise<void>): Promise<Reply> {
    const context = new TurnContext(this, activity as unknown as Activity)
    await this.runMiddleware(context, logic)
    if (activity.type !== 'invoke') return { status: 200 }
    const response = context.turnState.get<{ value: Reply } | undefined>(INVOKE_RESPONSE_KEY)
    return response?.value ?? { status: 501 }
  }

  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const sent: ResourceResponse[] = []
    for (const activity of activities) {
      if (activity.type === 'invokeResponse') {
        context.turnState.set(INVOKE_RESPONSE_KEY, activity)
      } else if (activity.type !== 'trace') {
        const id = await this.#connector.post(this.#addressOf(context.activity), activity)
        sent.push({ id: id ?? '' })
      }
    }
    return sent
  }

  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<void> {
    await this.#connector.update(this.#addressOf(context.activity), activity.id ?? '', activity)
  }

  override async deleteActivity(context: TurnContext, reference: Partial<ConversationReference>): Promise<void> {
    await this.#connector.remove(this.#addressOf(context.activity), reference.activityId ?? '')
  }

  #addressOf({ serviceUrl, conversation }: Activity) {
    return { tenant: conversation.tenantId ?? '', serviceUrl, conversation: conversation.id }
  }

  async #authenticate(activity: Incoming, authorization: string): Promise<void> {
    try {
      const { claimsIdentity } = await this.#authentication.authenticateRequest(
        activity as unknown as Activity,
        authorization,
      )
      // The SDK lets emulators in too, whose tokens look like those that the bot sends: who saw one could send it back.
      if (claimsIdentity.getClaimValue('iss') !== SCOPE) throw new GateRefusal(401, 'a token of another issuer')
    } catch (error) {
      if (!isKeyServiceFault(error)) throw new GateRefusal(401, 'no good token')
      throw new GateRefusal(503, 'the signing keys could not be read: check the network towards the key service')
    }
  }
}

/** What the SDK keeps to itself: the keys by address, and of each the reading of one key. */
type KeysByUrl = { set(url: string, keys: OpenIdMetadata): void }
type Keys = { keys?: unknown; findKey(id: string): IOpenIdMetadataKey | null }

/**
 * The SDK writes a key as PEM and parses it at each request, and lets a key that endorses no channel vouch for all of
 * them. Here each is made once, until keys are fetched anew, and one without endorsements is no key. Fetching, keeping
 * and every check of a token stay the SDK's.
 */
function keepReadyKeys(url: string): void {
  const metadata = new OpenIdMetadata(url)
  const inner = metadata as unknown as Keys
  const find = inner.findKey.bind(metadata)
  const ready = new Map<string, IOpenIdMetadataKey>()
  let fetched: unknown
  inner.findKey = (id) => {
    if (fetched !== inner.keys) ready.clear()
    fetched = inner.keys
    const known = ready.get(id)
    if (known !== undefined) return known
    const found = find(id)
    if (!Array.isArray(found?.endorsements) || found.endorsements.length === 0) return null
    // What verifies takes a parsed key too; its type tells of text alone.
    const key = { ...found, key: createPublicKey(found.key) as unknown as string }
    ready.set(id, key)
    return key
  }
  ;(JwtTokenExtractor['openIdMetadataCache'] as KeysByUrl).set(url, metadata)
}

/** The keys could not be fetched: a network error, or the SDK's authentication error of status 500. */
function isKeyServiceFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500)
}

export function isAllowedService(settings: Settings, serviceUrl: string): boolean {
  if (!URL.canParse(serviceUrl)) return false
  const { protocol, hostname, username } = new URL(serviceUrl)
  if (username !== '') return false
  if (settings.mode !== 'production' && isLoopback(hostname)) return true
  return protocol === 'https:' && settings.SERVICE_HOSTS.includes(hostname.toLowerCase())
}

export function credentialsOf(settings: Settings): ConfigurationServiceClientCredentialFactory {
  return new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: settings.BOT_ID,
    MicrosoftAppPassword: settings.BOT_PASSWORD,
    MicrosoftAppTenantId: settings.BOT_TENANT_ID,
    // Without an id no credentials are ever asked for, and only this type may lack one.
    MicrosoftAppType: settings.mode === 'development' ? 'MultiTenant' : settings.BOT_TYPE,
  })
}

/**
 * A bearer token, for the Bot Connector where no other scope is given; the SDK's credentials keep it until it runs out,
 * by scope and not by tenant, so that one process can have tokens of one tenant alone.
 */
export function tokenSource(
  settings: Settings,
  factory: ConfigurationServiceClientCredentialFactory,
  scope: string = SCOPE,
) {
  let credentials: ReturnType<ConfigurationServiceClientCredentialFactory['createCredentials']> | undefined
  return async (): Promise<string | undefined> => {
    if (settings.mode === 'development') return undefined
    credentials ??= factory.createCredentials(settings.BOT_ID, scope, loginUrl(settings), true)
    const given = await credentials
    if (!(given instanceof AppCredentials)) throw new Error('these credentials give no token')
    return given.getToken()
  }
}

function loginUrl(settings: Settings): string {
  return `https://login.microsoftonline.com/${settings.BOT_TYPE === 'MultiTenant' ? 'botframework.com' : settings.BOT_TENANT_ID}`
}

/** Naming one endpoint makes the SDK take all as given, so a test key service means naming them all. */
function endpoints(settings: Settings): Record<string, string> {
  if (settings.OPENID_METADATA === undefined) return {}
  return {
    ToChannelFromBotLoginUrl: loginUrl(settings),
    ToChannelFromBotOAuthScope: SCOPE,
    ToBotFromChannelTokenIssuer: SCOPE,
    OAuthUrl: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: settings.OPENID_METADATA,
    ToBotFromEmulatorOpenIdMetadataUrl: settings.OPENID_METADATA,
  }
}
