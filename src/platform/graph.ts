import { Client, GraphClientError, GraphError, type GraphRequest } from '@microsoft/microsoft-graph-client'
import { z } from 'zod'
import { GraphWire, type WireOptions } from './graph-wire.ts'

export const GRAPH_URL = 'https://graph.microsoft.com'

const VERSION = 'v1.0'
/** The most that Graph gives at once. */
const PAGE_SIZE = 999
/** A group of more pages, 200,000 people, or of pages without end, is not read. */
const MOST_PAGES = 201
const INSTALLED_AT_ONCE = 4

/** Why Graph did not give what was asked for. Neither `code` nor `status` names anybody. */
export class GraphFault extends Error {
  override name = 'GraphFault'
  readonly code: string
  readonly status: number | undefined

  constructor(code: string, status?: number) {
    super(code)
    this.code = code
    this.status = status
  }
}

/** Microsoft Graph for the bot's own organisation (BOT_TENANT_ID). Entra object ids come and go in small letters. */
export type Graph = {
  /** The members of a group, those of groups within it too, without guests; undefined where there is no such group. @throws GraphFault */
  members(group: string): Promise<ReadonlySet<string> | undefined>
  /** The object id of a user principal name; undefined where there is no such user. @throws GraphFault */
  idOf(principalName: string): Promise<string | undefined>
  /**
   * Installs the app for people, each once; Teams then tells the bot of each as of any installation. `there`: they had
   * it already. `failed`: by object id the status, 0 where Graph was not reached.
   * @throws GraphFault where the app is not in the organisation's catalogue
   */
  install(people: Iterable<string>): Promise<Installed>
  close(): void
}

export type Installed = { installed: number; there: number; failed: ReadonlyMap<string, number> }

const directoryPage = z.object({
  value: z.array(
    z.object({
      '@odata.type': z.string(),
      id: z.string().min(1),
      userPrincipalName: z.string().nullish(),
      userType: z.string().nullish(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
})
type DirectoryObject = z.output<typeof directoryPage>['value'][number]
const withId = z.object({ id: z.string().min(1) })
const withIds = z.object({ value: z.array(withId) })

/** `appId`: the id of the app in its package, which is BOT_ID. */
export function openGraph({ appId, ...options }: WireOptions & { appId: string }): Graph {
  const wire = new GraphWire(options)
  const client = Client.initWithMiddleware({
    middleware: wire,
    baseUrl: `${options.origin}/`,
    defaultVersion: VERSION,
  })
  let catalogued: string | undefined

  const read = async <T>(shape: z.ZodType<T>, path: string): Promise<T> => {
    const parsed = shape.safeParse(await told(client.api(path), (request) => request.get()))
    if (!parsed.success) throw new GraphFault('unfit-answer')
    return parsed.data
  }

  /** The id under which the organisation's catalogue has the app. */
  const catalogueId = async (): Promise<string> => {
    if (catalogued !== undefined) return catalogued
    const filter = encodeURIComponent(`externalId eq '${appId}'`)
    const { value } = await read(withIds, `/appCatalogs/teamsApps?$filter=${filter}&$select=id`)
    if (value[0] === undefined) throw new GraphFault('not-in-catalogue')
    catalogued = value[0].id
    return catalogued
  }

  /** The status of the answer. */
  const installOne = async (person: string, app: string): Promise<number> => {
    const bind = `${options.origin}/${VERSION}/appCatalogs/teamsApps/${app}`
    const request = client.api(`/users/${encodeURIComponent(person)}/teamwork/installedApps`)
    try {
      await told(request, (one) => one.post({ 'teamsApp@odata.bind': bind }))
      return 201
    } catch (error) {
      if (error instanceof GraphFault) return error.status ?? 0
      throw error
    }
  }

  return {
    async members(group) {
      const ids = new Set<string>()
      const fields = '$select=id,userPrincipalName,userType'
      let path: string | undefined =
        `/groups/${encodeURIComponent(group)}/transitiveMembers?${fields}&$top=${PAGE_SIZE}`
      for (let pages = 1; path !== undefined; pages += 1) {
        if (pages > MOST_PAGES) throw new GraphFault('too-many-pages')
        const page: z.output<typeof directoryPage> | undefined = await unlessGone(read(directoryPage, path))
        // Gone while it was read: half of it is not taken for all.
        if (page === undefined) return undefined
        for (const one of page.value) if (isOwnUser(one)) ids.add(one.id.toLowerCase())
        path = page['@odata.nextLink'] === undefined ? undefined : pathOf(page['@odata.nextLink'], options.origin)
      }
      return ids
    },

    async idOf(principalName) {
      const user = await unlessGone(read(withId, `/users/${encodeURIComponent(principalName)}?$select=id`))
      return user?.id.toLowerCase()
    },

    async install(people) {
      const app = await catalogueId()
      const waiting = new Set([...people].map((id) => id.toLowerCase())).values()
      const statuses: { person: string; status: number }[] = []
      const worker = async () => {
        for (const person of waiting) statuses.push({ person, status: await installOne(person, app) })
      }
      await Promise.all(Array.from({ length: INSTALLED_AT_ONCE }, worker))
      const failed = statuses.filter(({ status }) => status !== 201 && status !== 409)
      return {
        installed: statuses.filter(({ status }) => status === 201).length,
        there: statuses.filter(({ status }) => status === 409).length,
        failed: new Map(failed.map(({ person, status }) => [person, status])),
      }
    },

    close() {
      wire.close()
    },
  }
}

/**
 * Groups, devices and guests are passed over. Without the permission to read users Graph tells their ids alone, so that
 * nobody could say who is a guest: then the group counts as not read.
 */
function isOwnUser(one: DirectoryObject): boolean {
  if (one['@odata.type'] !== '#microsoft.graph.user') return false
  if (!one.userPrincipalName) throw new GraphFault('users-are-hidden')
  return one.userType !== 'Guest' && !one.userPrincipalName.includes('#EXT#')
}

/** The next page as a path: Graph names it by its whole address, which has to be Graph's own. */
function pathOf(address: string, origin: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.origin !== origin || !url.pathname.startsWith(`/${VERSION}/`)) throw new GraphFault('foreign-page')
  return url.pathname.slice(VERSION.length + 1) + url.search
}

/** What the client throws quotes what Graph wrote, names of people too: only code and status are taken from it. */
async function told(request: GraphRequest, send: (request: GraphRequest) => Promise<unknown>): Promise<unknown> {
  try {
    return await send(request)
  } catch (error) {
    if (error instanceof GraphClientError) throw new GraphFault(error.message)
    if (error instanceof GraphError && error.statusCode >= 400) throw new GraphFault('refused', error.statusCode)
    throw new GraphFault('unfit-answer')
  }
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GraphFault && error.status === 404) return undefined
    throw error
  }
}
