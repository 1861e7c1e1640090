import type { Role } from '../kit.ts'
import type { Graph } from './graph.ts'
import type { Log } from './log.ts'

const REFRESH_MS = 15 * 60_000
/** How soon after a refresh that did not read all groups. */
const AGAIN_MS = 60_000
/** What was read is trusted this long where Graph gives nothing newer; then nobody has a role from a group. */
const TRUSTED_MS = 24 * 60 * 60_000

type Options = {
  /** BOT_TENANT_ID, whose groups they are. */
  tenant: string
  /** Object ids of groups by role. */
  groups: Record<Role, readonly string[]>
  graph: Pick<Graph, 'members'>
  /** Real time: a clock that is moved makes nothing older. */
  now: () => Date
  sleep: (ms: number) => Promise<void>
  /** From 0 up to 1. */
  random: () => number
  log: Log
}

/** Whom Entra groups give a role, as they were read last. To ask never waits. */
export type GroupRoles = {
  /** Whether a group is set for the role, so that it is never everybody's. */
  isSet(role: Role): boolean
  /** `id`: an Entra object id in small letters. */
  has(tenant: string, role: Role, id: string): boolean
  /** Entra object ids in small letters. */
  members(tenant: string, role: Role): Iterable<string>
}

export type FreshGroupRoles = GroupRoles & {
  /** Reads every group anew; whether all could be read. */
  refresh(): Promise<boolean>
  /** Reads them again and again, until stopped. */
  keepFresh(): Promise<void>
  stop(): void
}

export const NO_GROUPS: GroupRoles = { isSet: () => false, has: () => false, members: () => [] }

export function openGroupRoles({ tenant, groups, graph, now, sleep, random, log }: Options): FreshGroupRoles {
  const all = new Set(Object.values(groups).flat())
  const read = new Map<string, { ids: ReadonlySet<string>; at: number }>()
  let underWay: Promise<boolean> | undefined
  let isStopped = false

  const trusted = (of: string, role: Role): ReadonlySet<string>[] => {
    if (of !== tenant) return []
    const oldest = now().getTime() - TRUSTED_MS
    return groups[role].flatMap((group) => {
      const known = read.get(group)
      return known === undefined || known.at < oldest ? [] : [known.ids]
    })
  }

  const readGroup = async (group: string): Promise<boolean> => {
    // Of the moment before: what changed while it was read may be missing.
    const at = now().getTime()
    try {
      const ids = await graph.members(group)
      if (ids === undefined) log.warn('a group of the settings is not there: nobody has a role from it')
      read.set(group, { ids: ids ?? new Set(), at })
      return true
    } catch (error) {
      if (!isStopped) log.warn({ err: error }, 'a group could not be read: what was read before holds for 24 hours')
      return false
    }
  }

  const readAll = async (): Promise<boolean> => {
    let isWhole = true
    for (const group of all) if (!isStopped) isWhole = (await readGroup(group)) && isWhole
    return isWhole
  }

  const refresh = (): Promise<boolean> => {
    underWay ??= readAll().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  return {
    isSet: (role) => groups[role].length > 0,
    has: (of, role, id) => trusted(of, role).some((ids) => ids.has(id)),
    members: (of, role) => trusted(of, role).flatMap((ids) => [...ids]),
    refresh,
    async keepFresh() {
      while (!isStopped) {
        const isWhole = await refresh()
        // Not every bot of the world on the same second.
        await sleep((isWhole ? REFRESH_MS : AGAIN_MS) * (0.9 + random() / 5))
      }
    },
    stop() {
      isStopped = true
    },
  }
}
