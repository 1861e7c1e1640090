import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StaffList } from '../../src/domain/records.ts'
import { openControl } from '../../src/platform/control.ts'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/platform/embedded-store.ts'
import { openLog } from '../../src/platform/log.ts'
import { importPeople, peopleCommands } from '../../src/platform/people-import.ts'
import { diskOfPictures, filesIn, temporaryFolder, type Picture } from '../support/disks.ts'

const TENANT = 'tenant-1'
const NOW = '2026-11-26T12:05:00.000Z'
const SETTINGS = { mode: 'development' as const, BOT_TENANT_ID: TENANT, ALLOWED_TENANTS: [TENANT] }

let folder: string
let remove: () => void
let data: string
beforeEach(() => {
  ;({ folder, remove } = temporaryFolder())
  data = join(folder, 'data')
})
afterEach(() => {
  remove()
})

/** A file of so many people, all of one unit. */
const aFile = (unit: string, count: number, from = 0): string =>
  written(Array.from({ length: count }, (_, at) => `p${from + at}@kunta.fi,${unit},,`))
const written = (rows: string[]): string => {
  const path = join(folder, 'people.csv')
  writeFileSync(path, ['id,unit,role,language', ...rows, ''].join('\r\n'))
  return path
}

type Ran = { code: number | null; said: string }

/** The command as a process of its own, killed after some time if given. */
async function people(
  args: string[],
  env: Record<string, string> = { BOT_TENANT_ID: TENANT },
  killAfter?: number,
): Promise<Ran> {
  const child = spawn(process.execPath, ['src/cli/people.ts', ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: 'node_modules/.cache/luotsi', DATA_DIR: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()))
  const kill = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
  await once(child, 'close')
  clearTimeout(kill)
  return { code: child.exitCode, said }
}

async function withStore<T>(work: (store: EmbeddedStore) => Promise<T>, of = data): Promise<T> {
  const store = await openEmbeddedStore(of)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
const stored = (of = data): Promise<StaffList | undefined> => withStore((store) => store.staff.get(TENANT, 'all'), of)
const unitsOf = (list: StaffList | undefined): string[] => [...new Set(list?.people.map(({ unit }) => unit))]

describe('npm run people', () => {
  it('imports the whole list, says what changed, and notes that it was done', async () => {
    expect(await people(['import', aFile('Kotihoito', 25)])).toMatchObject({ code: 0 })
    const { said, code } = await people(['import', aFile('Kotihoito', 24, 1)])
    expect({ said, code }).toEqual({
      code: 0,
      said: 'Imported 24 people: 0 added, 0 changed, 1 removed.\nremoved:\n  p0@kunta.fi\n',
    })
    expect((await stored())?.people).toHaveLength(24)
    const noted = await withStore((store) => store.audit.list(TENANT))
    expect(noted.map(({ who, what, outcome }) => ({ who, what, outcome }))).toEqual(
      [1, 2].map(() => ({ who: 'operator', what: 'people.import', outcome: 'done' })),
    )
    expect((await people(['import', aFile('Kotihoito', 24, 1)])).said).toMatch(/The list is the same as before/)
    expect(await withStore((store) => store.audit.list(TENANT))).toHaveLength(2)
  })

  it('prints with --dry-run what would change, 20 of each kind, and changes nothing', async () => {
    await people(['import', aFile('Kotihoito', 30)])
    const { said, code } = await people(['import', aFile('Varhaiskasvatus', 30, 10), '--dry-run'])
    expect(code).toBe(0)
    expect(said).toContain('Would import 30 people: 10 added, 20 changed, 10 removed.')
    expect(said).toContain('  p10@kunta.fi · unit')
    expect(said.split('\n').filter((line) => line.startsWith('  '))).toHaveLength(40)
    expect(said).toContain('nothing was changed')
    expect(unitsOf(await stored())).toEqual(['Kotihoito'])
  })

  it('tells all bad rows by their lines, imports none of the file, and fails', async () => {
    await people(['import', aFile('Kotihoito', 3)])
    const file = written(['p1@kunta.fi,Koti,boss,', 'p2@kunta.fi,Koti,,', ',Koti,,', 'p2@kunta.fi,,,'])
    const { said, code } = await people(['import', file])
    expect(code).toBe(1)
    expect(said).toMatch(/line 2: “boss” is no role; write member[^]*line 4: the id is missing[^]*line 5: .*on line 3/)
    expect(said).toMatch(/Nothing was imported\. Mend what is said above/)
    expect(unitsOf(await stored())).toEqual(['Kotihoito'])
  })

  it('refuses a file that leaves out more than a half of the list, unless --replace says that it is meant', async () => {
    await people(['import', aFile('Kotihoito', 9)])
    const { said, code } = await people(['import', aFile('Kotihoito', 4)])
    expect(code).toBe(1)
    expect(said).toMatch(/^5 of the 9 people .*add --replace.*Nothing was changed/)
    expect((await people(['import', aFile('Kotihoito', 4), '--dry-run'])).code).toBe(1)
    expect((await stored())?.people).toHaveLength(9)
    expect((await people(['import', aFile('Kotihoito', 4), '--replace'])).code).toBe(0)
    expect((await stored())?.people).toHaveLength(4)
  })

  it.each([
    ['no file', ['import'], /Write: npm run people -- import people\.csv/],
    ['another command', ['export', 'people.csv'], /Write: npm run people/],
    ['an unknown flag', ['import', 'people.csv', '--force'], /--force[^]*Write: npm run people/],
    ['a file that is not there', ['import', 'nowhere.csv'], /nowhere\.csv cannot be read: ENOENT/],
  ])('says what to write instead of %s', async (_, args, says) => {
    expect(await people(args)).toEqual({ code: 1, said: expect.stringMatching(says) as unknown })
  })

  it('refuses a file that is not UTF-8, before Ä turns into something else', async () => {
    const file = written([])
    writeFileSync(file, Buffer.from('id,unit,role,language\np1@kunta.fi,P\u00e4iv\u00e4hoito,,\n', 'latin1'))
    expect(await people(['import', file])).toEqual({
      code: 1,
      said: expect.stringContaining('Save it as “CSV UTF-8”') as unknown,
    })
  })

  it('takes in development the only organisation that the folder knows, and asks where it cannot tell', async () => {
    const file = aFile('Kotihoito', 3)
    const inDevelopment = () => people(['import', file], {})
    expect(await inDevelopment()).toEqual({
      code: 1,
      said: expect.stringMatching(/knows no organisation yet.*BOT_TENANT_ID=…/) as unknown,
    })
    const comes = (tenant: string) =>
      withStore((store) => store.people.change(tenant, 'maija', () => ({ id: 'maija', userId: '29:maija' })))
    await comes(TENANT)
    expect((await inDevelopment()).code).toBe(0)
    expect((await stored())?.people).toHaveLength(3)
    await comes('tenant-2')
    expect((await inDevelopment()).said).toMatch(/several organisations: tenant-1, tenant-2.*BOT_TENANT_ID=…/)
  })
})

describe('an import', () => {
  it('keeps the object ids of those whom it names again, until they are looked up anew', async () => {
    const at = NOW
    await withStore(async (store) => {
      const row = { id: 'p1@kunta.fi', unit: 'Kotihoito', roles: ['member' as const] }
      await store.staff.change(TENANT, 'all', () => ({ id: 'all', people: [{ ...row, objectId: 'id-1' }], at }))
      const people = [
        { ...row, unit: 'Kirjasto' },
        { ...row, id: 'p2@kunta.fi' },
      ]
      const request = { tenant: TENANT, people, isDryRun: false, mayReplace: false }
      await importPeople({ settings: SETTINGS, store, now: () => new Date(NOW) }, request)
    })
    expect((await stored())?.people.map(({ objectId }) => objectId)).toEqual(['id-1', undefined])
  })
})

describe('npm run people with a bot that runs on the data folder', () => {
  it('asks it over its socket: the same answers, the same faults, and it knows of the new list at once', async () => {
    const imported: string[] = []
    const store = await openEmbeddedStore(data)
    const control = await openControl({
      dataDir: data,
      commands: peopleCommands({ settings: SETTINGS, store, now: () => new Date(NOW) }, (tenant) =>
        imported.push(tenant),
      ),
      log: openLog('silent'),
    })
    try {
      const file = aFile('Kotihoito', 9)
      expect((await people(['import', file, '--dry-run'])).said).toMatch(/^Would import 9 people: 9 added/)
      expect(await store.staff.get(TENANT, 'all')).toBeUndefined()
      expect(imported).toEqual([])
      expect(await people(['import', file], {})).toEqual({
        code: 0,
        said: expect.stringMatching(/^Imported 9 people: 9 added/) as unknown,
      })
      expect(await store.staff.get(TENANT, 'all')).toMatchObject({ at: NOW, people: { length: 9 } })
      expect(imported).toEqual([TENANT])
      const { code, said } = await people(['import', aFile('Kotihoito', 4)])
      expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^5 of the 9 people/) as unknown })
    } finally {
      await control.close()
      await store.close()
    }
  })

  it('says what to do where nobody answers there', async () => {
    const { code, said } = await withStore(() => people(['import', aFile('Kotihoito', 1)]))
    expect(code).toBe(1)
    expect(said).toMatch(/is in use, but nobody takes commands there.*stop the bot, run this, and start it/)
  })

  it('imports for no organisation that the bot does not serve', async () => {
    const request = { tenant: 'tenant-2', people: [], isDryRun: false, mayReplace: false }
    const production = { ...SETTINGS, mode: 'production' } as const
    const asked = withStore((store) => importPeople({ settings: production, store, now: () => new Date(NOW) }, request))
    await expect(asked).rejects.toThrow('the bot does not serve tenant-2')
  })
})

describe('An import that is cut short', () => {
  const list = (unit: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `p${at}@kunta.fi`, unit, roles: ['member' as const] }))
  const importing = (store: EmbeddedStore, unit: string, count: number) =>
    importPeople(
      { settings: SETTINGS, store, now: () => new Date(NOW) },
      { tenant: TENANT, people: list(unit, count), isDryRun: false, mayReplace: true },
    )

  it('leaves the old list or the new one wherever the world ends in between', async () => {
    await withStore((store) => importing(store, 'old', 40))
    const pictures = new Map<string, Picture>()
    const files = diskOfPictures(data, join(folder, 'album'), (picture) => pictures.set(picture.folder, picture))
    const store = await openEmbeddedStore(data, { files })
    pictures.clear()
    await importing(store, 'new', 50)
    await store.close()
    const found = new Set<string>()
    for (const { folder: picture, before } of pictures.values()) {
      // An album keeps files alone.
      mkdirSync(join(picture, 'ledger'), { recursive: true })
      const left = await stored(picture)
      const what = `${unitsOf(left).join()} ${left?.people.length}`
      expect({ before, what }).toEqual({ before, what: expect.stringMatching(/^(old 40|new 50)$/) as unknown })
      found.add(what)
    }
    expect(found).toEqual(new Set(['old 40', 'new 50']))
  })

  it('by kill -9 leaves the old list or the new one, and nothing in the way of the next', async () => {
    await withStore((store) => importing(store, 'old', 5_000))
    const started = performance.now()
    await people(['import', aFile('warm', 5_000), '--dry-run'])
    const lasts = performance.now() - started
    let last = 'old'
    for (const [at, share] of [0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.05].entries()) {
      await people(['import', aFile(`unit${at}`, 5_000)], { BOT_TENANT_ID: TENANT }, lasts * share)
      const left = await stored()
      expect(left?.people).toHaveLength(5_000)
      expect([[last], [`unit${at}`]]).toContainEqual(unitsOf(left))
      last = unitsOf(left)[0] ?? ''
    }
    expect((await people(['import', aFile('end', 5_000)])).code).toBe(0)
    expect(unitsOf(await stored())).toEqual(['end'])
    expect(filesIn(data).filter((path) => path.endsWith('.new'))).toEqual([])
  })
})
