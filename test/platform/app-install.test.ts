import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { everybody } from '../../src/domain/directory.ts'
import type { PersonRecord, StaffMember } from '../../src/domain/records.ts'
import type { Store } from '../../src/ports.ts'
import { installCommands } from '../../src/platform/app-install.ts'
import { openControl, type Control } from '../../src/platform/control.ts'
import type { Graph } from '../../src/platform/graph.ts'
import { temporaryFolder } from '../support/disks.ts'
import { aGraphDesk, forbidden, throttled } from '../support/graph.ts'
import { aKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
const desk = aGraphDesk()

let folder: string
let remove: () => void
let store: Store
let control: Control | undefined
beforeEach(() => {
  ;({ folder, remove } = temporaryFolder())
  store = aKit().store
})
afterEach(async () => {
  await control?.close()
  control = undefined
  remove()
})

const aRow = (id: string, more: Partial<StaffMember> = {}): StaffMember => ({
  id,
  unit: '',
  roles: ['member'],
  ...more,
})
const rows = (count: number) => Array.from({ length: count }, (_, at) => aRow(`id-${at}`))
const imports = (people: StaffMember[]) =>
  store.staff.change(TENANT, 'all', () => ({ id: 'all', people, at: '2026-11-20T12:00:00.000Z' }))
const knows = (record: Omit<PersonRecord, 'userId'>) =>
  store.people.change(TENANT, record.id, () => ({ userId: `29:${record.id}`, ...record }))
const ownChat = { conversation: 'own', serviceUrl: 'https://smba.example/' }

/** A running bot on the folder, as far as this command asks it. */
async function runs(graph: Pick<Graph, 'install'> | undefined = desk.graph): Promise<void> {
  const where = { settings: { BOT_TENANT_ID: TENANT }, store, graph, now: () => new Date(desk.time) }
  control = await openControl({ dataDir: folder, log: desk.log, commands: installCommands(where) })
}

/** The command as a process of its own. */
async function install(...flags: string[]): Promise<{ code: number | null; said: string[] }> {
  const child = spawn(process.execPath, ['src/cli/people.ts', 'install', ...flags], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: 'node_modules/.cache/luotsi', DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()))
  await once(child, 'close')
  return { code: child.exitCode, said: said.trimEnd().split('\n') }
}

const notes = async () => (await store.audit.list(TENANT)).map(({ who, what, note }) => `${who} ${what} ${note}`)

describe('npm run people -- install', () => {
  it('gives the app to 1,000 imported people by steps, throttled or not, says how far it is, and notes each step', async () => {
    await imports(rows(1_000))
    for (let at = 0; at < 1_000; at += 10) desk.service.installed.set(`id-${at}`, 1)
    let posts = 0
    desk.service.answers = ({ method }) => (method === 'POST' && (posts += 1) % 5 === 0 ? throttled('3') : undefined)
    await runs()
    const { code, said } = await install()
    expect(code).toBe(0)
    expect(said[0]).toBe('1000 imported people do not have the app.')
    expect(said.slice(1, 11).map((line) => line.split(':')[0])).toEqual(
      Array.from({ length: 10 }, (_, at) => `${(at + 1) * 100} of 1000`),
    )
    expect(said.slice(10)).toEqual([
      '1000 of 1000: 900 installed, 100 had it, 0 failed',
      expect.stringContaining('reached once they write'),
    ])
    expect([...desk.service.installed.values()]).toEqual(Array.from({ length: 1_000 }, () => 1))
    const noted = await notes()
    expect(noted).toHaveLength(10)
    expect(noted[0]).toMatch(/^operator people\.install 100 people: \d+ installed, \d+ had it, 0 failed$/)
  })

  it('leaves out who can be reached, who removed or blocked Luotsi, and whose object id is not known', async () => {
    await imports([
      ...[aRow('new'), aRow('new@kunta.fi', { objectId: 'new-by-name' }), aRow('unknown@kunta.fi')],
      ...[aRow('has-it'), aRow('removed'), aRow('blocked'), aRow('in-team'), aRow('by-roster@kunta.fi')],
    ])
    await knows({ id: 'Has-It', ownChat })
    await knows({ id: 'removed' })
    await knows({ id: 'blocked', ownChat, isRetired: true })
    await knows({ id: 'not-imported' })
    const members = [
      { id: 'in-team', userId: '29:in-team' },
      { id: 'aad-roster', userId: '29:roster', staff: 'by-roster@kunta.fi' },
    ]
    const team = { id: 'team-1', name: 'Koti', serviceUrl: ownChat.serviceUrl, channels: [], members }
    await store.teams.change(TENANT, 'team-1', () => team)
    await runs()
    expect((await install()).said).toEqual([
      '2 imported people do not have the app.',
      '1 more: their object ids are not known, so they are left out.',
      '2 more had Luotsi and removed or blocked it: they are left out.',
      '2 of 2: 2 installed, 0 had it, 0 failed',
    ])
    expect([...desk.service.installed.keys()].sort()).toEqual(['new', 'new-by-name'])
    const people = await store.people.list(TENANT)
    const staff = (await store.staff.get(TENANT, 'all'))?.people ?? []
    // The same whom HR's preview counts as without the app.
    const known = [...everybody({ people, teams: [team], staff, defaultLanguage: 'fi' })]
    expect(known.flatMap(({ id, hasApp }) => (hasApp ? [] : [id])).sort()).toEqual(
      ['new', 'new-by-name', 'unknown@kunta.fi', 'removed', 'not-imported'].sort(),
    )
  })

  it('changes nothing with --dry-run', async () => {
    await imports(rows(250))
    await runs()
    expect(await install('--dry-run')).toEqual({
      code: 0,
      said: ['250 imported people do not have the app.', 'This was a dry run: nobody was given the app.'],
    })
    expect(desk.service.asked).toEqual([])
    expect(await notes()).toEqual([])
  })

  it('goes on past those for whom it fails, and names them at the end', async () => {
    await imports(rows(150))
    desk.service.answers = ({ path }) => (path.includes('/id-7/') ? forbidden() : undefined)
    await runs()
    const { code, said } = await install()
    expect(said).toContain('150 of 150: 149 installed, 0 had it, 1 failed')
    expect(said.at(-1)).toMatch(/^ {2}id-7 · 403: the permission is missing, or a policy/)
    expect(code).toBe(0)
  })

  it('ends after a step in which it failed for everybody, and says why', async () => {
    await imports(rows(250))
    desk.service.answers = ({ method }) => (method === 'POST' ? forbidden() : undefined)
    await runs()
    const { code, said } = await install()
    expect(code).toBe(1)
    expect(said).toContain('  … and 80 more')
    expect(said.at(-1)).toBe('Nobody of a whole step got it: ended here.')
    expect(desk.service.asked.filter(({ method }) => method === 'POST')).toHaveLength(100)
  })

  it.each<[what: string, says: RegExp, begin: () => unknown]>([
    ['no bot runs', /^No running bot takes commands .* Start it first/, () => undefined],
    ['nobody was imported', /^Nobody was imported yet/, () => runs()],
    [
      'Graph is not set up',
      /^Microsoft Graph is not set up: .*_GROUP/,
      async () => {
        await imports(rows(3))
        control = await openControl({
          dataDir: folder,
          log: desk.log,
          commands: installCommands({
            settings: { BOT_TENANT_ID: TENANT },
            store,
            graph: undefined,
            now: () => new Date(),
          }),
        })
      },
    ],
    [
      'the catalogue lacks the app',
      /not in the organisation’s app catalogue/,
      async () => {
        await imports(rows(3))
        desk.service.catalogue.clear()
        await runs()
      },
    ],
    [
      'the permission is missing',
      /refused \(403\): .*AppCatalog\.Read\.All/,
      async () => {
        await imports(rows(3))
        desk.service.answers = forbidden
        await runs()
      },
    ],
  ])('is refused in one sentence where %s', async (_, says, begin) => {
    await begin()
    const { code, said } = await install()
    expect(code).toBe(1)
    expect(said).toEqual([expect.stringMatching(says)])
    expect(desk.service.installed.size).toBe(0)
    expect(await notes()).toEqual([])
  })
})
