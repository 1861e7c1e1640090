import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as files from 'node:fs'
import { basename, join } from 'node:path'
import type { PersonRecord, Team } from '../../src/domain/records.ts'
import { FolderInUse } from '../../src/platform/data-lock.ts'
import { StoreRefusal } from '../../src/platform/durable-file.ts'
import { StoreFault, openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import type { EmbeddedStore } from '../../src/platform/embedded-store.ts'
import { diskWith, filesIn, temporaryFolder } from '../support/disks.ts'

let folder: string
let remove: () => void
const opened: EmbeddedStore[] = []

const open = async (): Promise<EmbeddedStore> => {
  const store = await openEmbeddedStore(folder)
  opened.push(store)
  return store
}
const at = (file: string): string => join(folder, file)

beforeEach(() => {
  ;({ folder, remove } = temporaryFolder())
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
  remove()
})

describe('A data folder that was in use', () => {
  let people: string
  let teams: string
  beforeEach(async () => {
    const store = await open()
    await store.people.change('t', 'a', () => person('a', 'before'))
    await store.teams.change('t', 'x', () => team('x', 'before'))
    await store.people.change('t', 'a', () => person('a', 'after'))
    await store.teams.change('t', 'x', () => team('x', 'after'))
    await store.close()
    const held = filesIn(folder).map((path) => path.slice(folder.length + 1))
    people = held.find((file) => /^people\/[01]+\.db$/.test(file)) ?? ''
    teams = held.find((file) => /^teams\/[0-9a-f]+\.db$/.test(file)) ?? ''
  })

  it.each([
    { what: 'torn', damage: (bytes: Buffer) => bytes.subarray(0, bytes.length - 20), says: 'is torn or altered' },
    { what: 'torn in its first line', damage: (bytes: Buffer) => bytes.subarray(0, 30), says: 'is torn or altered' },
    { what: 'bit-flipped', damage: (bytes: Buffer) => flipped(bytes, 900), says: 'is torn or altered' },
    { what: 'empty', damage: () => Buffer.alloc(0), says: 'is empty' },
    { what: 'full of zeros', damage: (bytes: Buffer) => Buffer.alloc(bytes.length), says: 'is torn or altered' },
  ])('F65 refuses to start with files that are $what, naming all and the last good copy', async ({ damage, says }) => {
    for (const file of [people, teams, 'people/index.db'])
      files.writeFileSync(at(file), damage(files.readFileSync(at(file))))
    const before = contents()
    const fault = await refusal()
    expect(fault.message).toContain(folder)
    expect(fault.faults.map(({ file }) => file).sort()).toEqual([people, teams, 'people/index.db'].sort())
    for (const { file, problem, cure } of fault.faults) {
      expect(problem).toContain(says)
      expect(cure).toContain(`cp ${file}.last ${file}`)
      expect(fault.message).toContain(`${file} ${problem}`)
    }
    expect(contents()).toEqual(before)
    follow(fault)
    const store = await open()
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'before'))
    expect(await store.teams.get('t', 'x')).toEqual(team('x', 'before'))
    await store.people.change('t', 'a', () => person('a', 'again'))
  })

  it('F65 finds every single flipped bit', async () => {
    const whole = files.readFileSync(at(people))
    for (let bit = 0; bit < whole.length * 8; bit += 5) {
      files.writeFileSync(at(people), flipped(whole, bit))
      expect((await refusal()).faults).toMatchObject([{ file: people }])
    }
  })

  it('F65 sends the operator to a backup when there is no good copy', async () => {
    files.writeFileSync(at(people), '')
    files.writeFileSync(at(`${people}.last`), flipped(files.readFileSync(at(`${people}.last`)), 900))
    files.rmSync(at(`${teams}.last`))
    files.writeFileSync(at(teams), 'something else\n[]')
    const { faults } = await refusal()
    expect(faults).toHaveLength(2)
    for (const { cure } of faults)
      expect(cure).toBe('there is no good copy beside it: restore a backup of the data folder')
  })

  it('F65 leaves a file of a newer version to that version', async () => {
    files.writeFileSync(at(people), files.readFileSync(at(people), 'utf8').replace('luotsi-store 1', 'luotsi-store 2'))
    const { faults } = await refusal()
    expect(faults).toMatchObject([{ file: people, problem: expect.stringContaining('format 2') as unknown }])
    expect(faults[0]?.cure).toMatch(/^start the version that wrote it; .*cp people/)
  })

  it('F65 does not take the records of one file for those of another', async () => {
    files.copyFileSync(at(teams), at(people))
    expect((await refusal()).faults).toMatchObject([{ file: people, problem: `holds what belongs to ${teams}` }])
  })

  it('F65 says so when a file cannot be read at all', async () => {
    files.rmSync(at(people))
    files.mkdirSync(at(people))
    expect((await refusal()).faults).toMatchObject([
      { file: people, problem: expect.stringMatching(/^cannot be read: /) as unknown },
    ])
  })

  it('F65 has a last good copy of each part of a file that was just divided', async () => {
    const store = await open()
    const write = (count: number, text: string) =>
      Promise.all(range(0, count).map((n) => store.people.change('t', `p${n}`, () => person(`p${n}`, text))))
    await write(400, 'old'.repeat(70))
    await write(1000, 'new'.repeat(70))
    await store.close()
    const parts = files.readdirSync(at('people')).filter((file) => /^[01]{2,}\.db$/.test(file))
    expect(parts.length).toBeGreaterThanOrEqual(4)
    const intact = rowsOf(at(`people/${parts.pop() ?? ''}`))
    for (const part of parts) files.writeFileSync(at(`people/${part}`), '')
    follow(await refusal())
    const again = await open()
    const found = await again.people.list('t')
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(range(0, 400).map((n) => `p${n}`)))
    for (const [tenant, id, record] of intact) expect(await again.people.get(tenant, id)).toEqual(record)
  })

  it('F66 refuses to start without a file that should be there, and names the way back', async () => {
    for (const file of [people, teams, 'people/index.db', 'teams/index.db', 'collections.db']) {
      files.renameSync(at(file), at('hidden'))
      const { faults, message } = await refusal()
      expect(faults).toMatchObject([{ file, problem: 'is missing' }])
      expect(message).toContain(folder)
      files.renameSync(at('hidden'), at(file))
    }
    files.rmSync(at(people))
    follow(await refusal())
    expect(await (await open()).people.list('t')).toEqual([person('a', 'before')])
  })

  it('F66 does not start empty when a whole collection is gone', async () => {
    files.rmSync(at('people'), { recursive: true })
    expect((await refusal()).faults).toMatchObject([{ file: 'people/index.db', problem: 'is missing' }])
    expect(files.existsSync(at('people'))).toBe(false)
  })

  it('F66 does not start empty when all but the records themselves is gone', async () => {
    for (const file of ['collections.db', 'people/index.db', 'people/index.db.last']) files.rmSync(at(file))
    expect((await refusal()).faults.map(({ file }) => file).sort()).toEqual(['collections.db', 'people/index.db'])
  })

  it('F67 refuses a write when the disk is full, keeps what was there, and writes again once there is room', async () => {
    const store = await open()
    files.symlinkSync('/dev/full', at(`${people}.new`))
    const change = store.people.change('t', 'a', () => person('a', 'too much'))
    await expect(change).rejects.toThrow(StoreRefusal)
    await expect(change).rejects.toThrow(/people.*nothing of the change is stored: ENOSPC/)
    await expect(change).rejects.toMatchObject({ cause: { code: 'ENOSPC' } })
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'after'))
    expect(store.ready()).toBe(true)
    await store.teams.change('t', 'x', () => team('x', 'elsewhere there is room'))
    files.rmSync(at(`${people}.new`))
    await store.people.change('t', 'a', (now) => ({ ...person('a', ''), ...now, locale: 'fi' }))
    await store.close()
    expect(await (await open()).people.list('t')).toEqual([{ ...person('a', 'after'), locale: 'fi' }])
  })

  it('F67 refuses with a write whatever was made of it, and nothing else', async () => {
    const store = await open()
    files.symlinkSync('/dev/full', at(`${people}.new`))
    const outcomes = await Promise.allSettled([
      store.people.change('t', 'a', () => undefined),
      store.people.change('t', 'a', (now) => {
        throw new RangeError(`there is ${now?.userId ?? 'nobody'}`)
      }),
      // Some of ten share the file with the first.
      ...range(0, 10).map((n) => store.people.change('t', `nobody ${n}`, () => undefined)),
    ])
    const names = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Error).name : 'done'))
    expect(names).toEqual(['StoreRefusal', 'StoreRefusal', ...Array<string>(10).fill('done')])
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'after'))
  })

  it('F67 keeps a file whole when there is no room to divide it', async () => {
    let store = await open()
    const add = async (from: number, to: number): Promise<string[]> => {
      const ids = range(from, to).map((n) => `p${n}`)
      const changes = ids.map((id) => store.people.change('t', id, () => person(id, 'x'.repeat(1000))))
      const outcomes = await Promise.allSettled(changes)
      return ids.filter((_, n) => outcomes[n]?.status === 'rejected')
    }
    expect(await add(0, 150)).toEqual([])
    for (const full of ['people/index.db.new', 'people/00.db.new', 'people/01.db.new', 'people/11.db.new']) {
      files.symlinkSync('/dev/full', at(full))
      const refused = await add(150, 300)
      expect(refused).not.toEqual([])
      files.rmSync(at(full), { force: true })
      const stored = (await store.people.list('t')).map(({ id }) => id)
      expect(stored).toEqual(expect.arrayContaining(range(0, 150).map((n) => `p${n}`)))
      await store.close()
      store = await open()
      expect(new Set((await store.people.list('t')).map(({ id }) => id))).toEqual(new Set(stored))
    }
    expect(await add(150, 300)).toEqual([])
    await store.close()
    expect(await (await open()).people.list('t')).toHaveLength(301)
  })

  it('F67 stores no team whose file could not be listed', async () => {
    const store = await open()
    files.symlinkSync('/dev/full', at('teams/index.db.new'))
    await expect(store.teams.change('t', 'y', () => team('y', 'new'))).rejects.toThrow(StoreRefusal)
    expect(await store.teams.get('t', 'y')).toBeUndefined()
    files.rmSync(at('teams/index.db.new'))
    await store.close()
    const again = await open()
    expect(await again.teams.list('t')).toEqual([team('x', 'after')])
    expect(await again.teams.change('t', 'y', () => team('y', 'now'))).toEqual(team('y', 'now'))
  })

  it('F68 refuses a second process on the folder, and lets it in once the first is killed', async () => {
    const program = `
      const { openEmbeddedStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/platform/embedded-store.ts'))})
      try { await openEmbeddedStore(${JSON.stringify(folder)}); console.log('holds it'); setInterval(() => {}, 1e6) }
      catch (error) { console.log(error.name + ': ' + error.message) }`
    const start = async (): Promise<{ says: string; kill: () => Promise<unknown> }> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [says] = (await once(child.stdout, 'data')) as [Buffer]
      const kill = (): Promise<unknown> => (child.kill('SIGKILL'), once(child, 'exit'))
      return { says: String(says).trim(), kill }
    }
    const first = await start()
    expect(first.says).toBe('holds it')
    const refused = `FolderInUse: The data folder ${folder} is in use by another process. Stop that one first, or give this one another DATA_DIR.`
    expect((await start()).says).toBe(refused)
    await expect(openEmbeddedStore(folder)).rejects.toThrow(FolderInUse)
    await first.kill()
    const store = await open()
    expect((await start()).says).toBe(refused)
    await store.close()
    const last = await start()
    expect(last.says).toBe('holds it')
    await last.kill()
  })

  it('F68 refuses a second store in one process, and the refusal does not give the lock away', async () => {
    const store = await open()
    await expect(openEmbeddedStore(folder)).rejects.toThrow(FolderInUse)
    const program = `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(at('lock.db'))}).exec('BEGIN EXCLUSIVE')`
    const other = (): unknown => execFileSync(process.execPath, ['-e', program], { stdio: 'pipe' })
    expect(other).toThrow(/database is locked/)
    await store.close()
    expect(other).not.toThrow()
  })

  it('F68 gives the folder back when it could not be opened', async () => {
    files.renameSync(at(people), at('hidden'))
    await refusal()
    files.renameSync(at('hidden'), at(people))
    expect((await open()).ready()).toBe(true)
  })

  it('F68 says what to do with a lock that is none', async () => {
    files.writeFileSync(at('lock.db'), 'x'.repeat(5000))
    expect((await refusal()).message).toContain(
      'lock.db cannot be locked (file is not a database); if the file is damaged, remove it',
    )
  })

  const refusal = async (): Promise<StoreFault> => {
    const outcome = await openEmbeddedStore(folder).catch((error: unknown) => error)
    if (outcome instanceof StoreFault) return outcome
    throw new Error(`it opened, or: ${String(outcome)}`)
  }
  /** Does, as a shell does it, what the message tells the operator to do. */
  const follow = ({ message }: StoreFault): void => {
    for (const [command] of message.matchAll(/cp \S+ \S+/g)) execFileSync('sh', ['-c', command], { cwd: folder })
  }
  const contents = (): string[] => filesIn(folder).map((path) => `${path}: ${files.readFileSync(path, 'latin1')}`)
})

describe('A folder that nobody can write to', () => {
  it.each(['/sys/luotsi', '/sys/kernel', '/proc/luotsi', '/dev/null', '/dev/null/deep/down'])(
    'F73 names %s and the cure at the start',
    async (path) => {
      const start = openEmbeddedStore(path)
      await expect(start).rejects.toThrow(StoreFault)
      await expect(start).rejects.toThrow(new RegExp(`^The data folder ${path} cannot be used: E[A-Z]+: .*DATA_DIR`))
    },
  )

  it('F73 finds at the start, not at the first change, that the disk has become read-only', async () => {
    await (await open()).close()
    const readOnly = diskWith(async (call, _path, act) => {
      if (call === 'open') throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })
      await act()
    })
    const start = openEmbeddedStore(folder, { files: readOnly })
    await expect(start).rejects.toThrow(`The data folder ${folder} cannot be used: EROFS`)
  })

  it('F73 names a file that stands where the folder should be', async () => {
    const path = at('data')
    files.writeFileSync(path, 'not a folder')
    await expect(openEmbeddedStore(path)).rejects.toThrow(`The data folder ${path} cannot be used`)
    expect(files.readFileSync(path, 'utf8')).toBe('not a folder')
    expect(files.readdirSync(folder)).toEqual([basename(path)])
  })
})

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}

function rowsOf(path: string): [tenant: string, id: string, record: unknown][] {
  const [, body = ''] = files.readFileSync(path, 'utf8').split('\n')
  return (JSON.parse(body) as { data: [string, string, unknown][] }).data
}

function person(id: string, userId: string): PersonRecord {
  return { id, userId }
}

function team(id: string, name: string): Team {
  return { id, name, serviceUrl: 'https://example.test/', channels: [], members: [{ id: 'a', userId: '29:a' }] }
}
