import type { Store } from '../ports.ts'
import { Background } from './background.ts'
import { realClock } from './clock.ts'
import { GRAPH_URL, openGraph, type Graph } from './graph.ts'
import { openGroupRoles, type GroupRoles } from './group-roles.ts'
import type { Log } from './log.ts'
import { Naps } from './naps.ts'
import { GROUPS, type Settings } from './settings.ts'
import { lookUpStaff } from './staff-ids.ts'
import { tokenSource, type credentialsOf } from './teams/adapter.ts'

/** What the bot has of its organisation's directory: the groups of the settings, and whose a user principal name is. */
export type Directory = {
  graph: Graph
  roles: GroupRoles
  /** Begins to read in the background. */
  start(): void
  /** A new list of people is stored. */
  imported(tenant: string): void
  stop(): void
  /** Resolves when nothing is read or written any more. */
  idle(): Promise<void>
}

type Options = {
  settings: Settings
  store: Pick<Store, 'staff'>
  log: Log
  credentials: ReturnType<typeof credentialsOf>
}

/** Undefined where no group is set: then Microsoft Graph is never asked, and no consent is needed. */
export function openDirectory({ settings, store, log, credentials }: Options): Directory | undefined {
  if (GROUPS.every((name) => settings[name].length === 0)) return undefined
  const tenant = settings.BOT_TENANT_ID
  const naps = new Naps()
  const background = new Background(log)
  let isStopping = false
  const sleep = (ms: number) => (isStopping ? Promise.resolve() : naps.take(ms))
  const random = () => Math.random()
  const now = () => realClock.now()
  const graph = openGraph({
    origin: new URL(settings.GRAPH_URL ?? GRAPH_URL).origin,
    appId: settings.BOT_ID,
    // A real token goes to the real Graph alone.
    token:
      settings.GRAPH_URL === undefined
        ? tokenSource(settings, credentials, `${GRAPH_URL}/.default`)
        : () => Promise.resolve(undefined),
    now,
    sleep,
    random,
  })
  const roles = openGroupRoles({
    tenant,
    groups: {
      hr: settings.HR_GROUP,
      supervisor: settings.SUPERVISOR_GROUP,
      approver: settings.APPROVER_GROUP,
      coach: settings.COACH_GROUP,
    },
    graph,
    now,
    sleep,
    random,
    log,
  })
  const lookUp = (which: 'all' | 'missing') => {
    background.run(() => lookUpStaff({ store, graph, log, isStopping: () => isStopping }, tenant, which))
  }
  return {
    graph,
    roles,
    start() {
      background.run(() => roles.keepFresh())
      lookUp('missing')
    },
    imported(of) {
      if (of === tenant) lookUp('all')
    },
    stop() {
      isStopping = true
      roles.stop()
      graph.close()
      naps.wake()
    },
    idle: () => background.idle(),
  }
}
