import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Language } from '../domain/languages.ts'
import type { Feature } from '../kit.ts'
import { installCommands } from './app-install.ts'
import { readCards, type RenderCard } from './cards.ts'
import { openChats, pacedChats } from './chats.ts'
import { openClock, realClock } from './clock.ts'
import { openDirectory } from './directory.ts'
import { Connector } from './connector.ts'
import { openControl } from './control.ts'
import { ContentFault, openReloadable, readContent, type Reloadable } from './content.ts'
import { openDispatch } from './dispatch.ts'
import { Limits } from './limits.ts'
import { muteConsole, openLog, type Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { openOpaque } from './opaque.ts'
import { inFlightAt, MOST_IN_FLIGHT } from './line-out.ts'
import { openOutbox } from './outbox.ts'
import { auditCommands, openAudit } from './audit.ts'
import { backupCommands } from './backup-file.ts'
import { peopleCommands } from './people-import.ts'
import { openRoles } from './roles.ts'
import { openRoundKeys } from './round-keys.ts'
import { openScheduler } from './scheduler.ts'
import { openServer } from './server.ts'
import { readSettings, type Settings } from './settings.ts'
import { shuffle } from './shuffle.ts'
import { openStore } from './store.ts'
import { readStrings } from './strings.ts'
import { credentialsOf, isAllowedService, StrictAdapter, tokenSource } from './teams/adapter.ts'
import { openApplication } from './teams/application.ts'
import { openInbox, type Inbox } from './teams/inbox.ts'
import { openPlaces } from './teams/places.ts'
import { personOf, placeOf } from './teams/activity.ts'

/** The cards belong to the code, wherever the process was started. */
const CARDS = fileURLToPath(new URL('../../cards', import.meta.url))
/** A stop waits this long for running turns. */
const DRAIN_MS = 25_000

export type Bot = { port: number; reloadContent(): Promise<void>; stop(): Promise<void> }

/**
 * Puts the bot together and opens its port.
 * @throws SettingsFault, ContentFault, StoreFault – each says what to mend
 */
export async function startBot(features: readonly Feature[], env: Record<string, string | undefined>): Promise<Bot> {
  const settings = readSettings(env)
  const log = openLog(settings.LOG_LEVEL)
  muteConsole(log)
  if (settings.mode === 'development') log.warn('development: nobody is authenticated; only this machine can connect')

  // First of all, so that a folder in use or damaged is left as it is.
  const kept = await openStore(settings, log)
  const { store, peers } = kept
  const movable = settings.mode === 'development' ? await openClock(settings.DATA_DIR, settings.CLOCK_START) : undefined
  const clock = movable ?? realClock
  const content = await openReloadable(() => readAll(settings, clock, log))
  const strings = (language: Language) => content.current().strings.translate(language)
  const render: RenderCard = (message) => content.current().render(message)
  const opaque = await openOpaque(settings.KEYS_DIR)
  await kept.agreeOn('keys', opaque('keys'))
  const roundKeys = await openRoundKeys(settings.KEYS_DIR)
  const metrics = openMetrics()

  const credentials = credentialsOf(settings)
  const token = tokenSource(settings, credentials)
  const isAllowed = (serviceUrl: string) => isAllowedService(settings, serviceUrl)
  const connector = new Connector({ token, isAllowed, metrics })
  const chats = openChats(connector, render, store, settings.BOT_ID)
  // Connections of its own, so that a reply never waits for one behind a broadcast.
  const sender = new Connector({
    token,
    isAllowed,
    metrics,
    isSingle: true,
    connections: connectionsFor(settings),
  })
  const calendar = { zone: settings.TIME_ZONE, window: settings.SEND_WINDOW, quiet: settings.QUIET_PERIODS }
  const outbox = openOutbox({
    connector: sender,
    chats: openChats(sender, render, store, settings.BOT_ID),
    store,
    clock,
    calendar,
    strings,
    show: (turn, what) => kit.show(turn, what),
    render,
    watches: Object.assign({}, ...features.map(({ watches }) => watches)) as NonNullable<Feature['watches']>,
    kit: () => kit,
    rate: settings.SEND_RATE,
    ...(peers && { peers }),
    metrics,
    log,
  })
  metrics.watchOutbox(() => outbox.state())
  const directory = openDirectory({ settings, store, log, credentials })
  const roles = openRoles(settings, store, directory?.roles)
  const { dispatch, kit } = openDispatch({
    features,
    log,
    kit: {
      clock,
      library: () => content.current().library,
      strings,
      store,
      chats,
      outbox,
      roundKeys,
      shuffle,
      ...roles,
      audit: openAudit(store, clock, log),
      opaque,
      report: (error) => {
        log.error({ err: error }, 'a piece of a job failed')
      },
      settings: {
        publicUrl: settings.PUBLIC_URL,
        supportUrl: settings.SUPPORT_URL ?? '',
        defaultLanguage: settings.DEFAULT_LANGUAGE,
        timeZone: settings.TIME_ZONE,
        calendar,
        threshold: settings.CHECKIN_THRESHOLD,
        retentionMonths: settings.RETENTION_MONTHS,
        needsCooperation: settings.mode === 'production',
        rate: settings.SEND_RATE,
        approvalAbove: settings.APPROVAL_ABOVE,
        linkHosts: settings.LINK_HOSTS,
      },
    },
  })
  const places = openPlaces({
    store,
    chats,
    opaque,
    log,
    async greet(activity) {
      const { locale } = activity
      const person = personOf(activity)
      const turn = await dispatch.turn(person, placeOf(activity), locale === undefined ? {} : { locale })
      // An install event carries no name.
      const installer = person.name === '' ? await chats.nameOf(turn.place.address, person.userId) : person.name
      return dispatch.greet(turn, installer)
    },
  })
  const linkTeams = (tenant: string) =>
    places.link(tenant).catch((error: unknown) => {
      log.error({ err: error }, 'teams were not read anew')
    })
  const imported = (tenant: string): void => {
    void linkTeams(tenant)
    directory?.imported(tenant)
  }
  kept.followStaff(imported)
  const control = await openControl({
    dataDir: settings.DATA_DIR,
    log,
    commands: {
      ...peopleCommands({ settings, store, now: () => clock.now() }, imported),
      ...installCommands({ settings, store, graph: directory?.graph, now: () => clock.now() }),
      ...auditCommands(store),
      ...backupCommands(store, () => clock.now()),
    },
  })
  const inbox: Inbox = openInbox({
    adapter: new StrictAdapter(settings, credentials, connector),
    run: openApplication({
      dispatch,
      places,
      limits: new Limits({ person: settings.PERSON_LIMIT, tenant: settings.TENANT_LIMIT }),
      render,
      ended: (kind, outcome) => {
        inbox.ended(kind, outcome)
      },
    }),
    clock,
    newId: randomUUID,
    metrics,
    log,
  })
  const resume = await outbox.recover()
  const scheduler = openScheduler({
    jobs: features.flatMap(({ jobs }) => jobs ?? []),
    kit: { ...kit, chats: pacedChats(chats, (tenant) => outbox.mayAsk(tenant)) },
    log,
    settled: () => outbox.idle(),
    ...(peers && { alone: (name, work) => peers.alone(name, work) }),
    ...(movable && { moveTo: (to) => movable.moveTo(to) }),
  })
  let stopping = false
  let moves: Promise<unknown> = Promise.resolve()
  const server = await openServer({
    settings,
    receive: (body, authorization) => inbox.receive(body, authorization),
    readiness: () => ({ running: !stopping, store: kept.ready(), content: true, scheduler: true }),
    oldestWaiting: () => outbox.state().oldestSeconds,
    moveClock(target) {
      const move = moves.then(async () => {
        const to = target(clock.now())
        if (movable === undefined || to <= clock.now()) return undefined
        return outbox.unpaced(async () => ({ ran: await scheduler.move(to), now: clock.now() }))
      })
      moves = move.catch(() => undefined)
      return move
    },
    now: () => clock.now(),
    downloads: features.flatMap(({ downloads }) =>
      Object.entries(downloads ?? {}).map(([path, give]) => ({
        path,
        give: (file: string, query: URLSearchParams) => give(kit, file, query),
      })),
    ),
    pages: features.flatMap(({ pages }) =>
      Object.entries(pages ?? {}).map(([path, show]) => ({
        path,
        show: (id: string, language) => show(kit, id, language),
      })),
    ),
    image: (name) => content.current().images.get(name),
    labels: (language) => {
      const t = strings(language)
      return { notFound: t('page.notFound'), footer: t('page.footer') }
    },
    metrics,
    log,
  })

  resume()
  directory?.start()
  // An import while the bot was stopped may name people by user principal names.
  for (const tenant of await store.staff.tenants()) void linkTeams(tenant)

  return {
    port: server.port,
    reloadContent: () => reload(content, log),
    async stop() {
      stopping = true
      places.stop()
      directory?.stop()
      const drained = Promise.all([server.close(), control.close(), inbox.idle(), scheduler.stop()])
      const sent = drained.then(() => outbox.stop())
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())])
      await Promise.all([connector.close(), sender.close(), directory?.idle()])
      await kept.close()
      log.info('stopped')
    },
  }
}

/** As many as all tenants' messages under way, within what one process can have. */
function connectionsFor({ SEND_RATE, ALLOWED_TENANTS }: Settings): number {
  return Math.min(inFlightAt(SEND_RATE) * Math.max(1, ALLOWED_TENANTS.length), MOST_IN_FLIGHT)
}

/**
 * Content, strings, cards and images, checked together so that one faulty file takes none of them into use.
 * @throws ContentFault
 */
async function readAll(settings: Settings, clock: { now(): Date }, log: Log) {
  const { CONTENT_DIR, CACHE_DIR, LINK_HOSTS, DEFAULT_LANGUAGE } = settings
  const library = await readContent(CONTENT_DIR, {
    clock,
    linkHosts: LINK_HOSTS,
    editor: DEFAULT_LANGUAGE,
    warn: (sentences) => {
      log.warn({ warnings: sentences.length }, 'the content has warnings: npm run content lists them')
    },
    keep: {
      folder: CACHE_DIR,
      failed: (error) => {
        log.warn({ err: error }, 'the content was not kept: the next start takes as long as this one')
      },
    },
  })
  const strings = await readStrings(CONTENT_DIR)
  const [render, images] = await Promise.all([readCards(CARDS, strings), readImages(join(CONTENT_DIR, 'themes'))])
  return { library, strings, render, images }
}

async function reload(content: Reloadable<unknown>, log: Log): Promise<void> {
  try {
    await content.reload()
    log.info('the content was read again')
  } catch (error) {
    const faults = error instanceof ContentFault ? error.message : undefined
    log.error({ err: error, faults }, 'the content was not taken into use; the last good set stays')
  }
}

async function readImages(dir: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.png'))
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name))] as const)))
}
