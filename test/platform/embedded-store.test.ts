import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, lstatSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import type { AnswerBox, PersonRecord, Team, TeamMember } from '../../src/domain/records.ts'
import { StoreRefusal } from '../../src/platform/durable-file.ts'
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import type { EmbeddedStore } from '../../src/platform/embedded-store.ts'
import { survivors } from '../../src/platform/file-index.ts'
import { diskOfPictures, diskWith, filesIn, temporaryFolder } from '../support/disks.ts'
import type { Between, Picture } from '../support/disks.ts'
import { storeContract } from './store-contract.ts'

storeContract('The embedded store', async () => {
  const { folder, remove } = temporaryFolder()
  let store = await openEmbeddedStore(folder)
  const reopen = async (): Promise<EmbeddedStore> => {
    await store.close()
    return (store = await openEmbeddedStore(folder))
  }
  return { store, reopen, dispose: () => store.close().then(remove) }
})

describe('The embedded store', () => {
  let folder: string
  let remove: () => void
  const opened: EmbeddedStore[] = []
  const open = async (between?: Between): Promise<EmbeddedStore> => {
    const store = await openEmbeddedStore(folder, between && { files: diskWith(between) })
    opened.push(store)
    return store
  }
  beforeEach(() => {
    ;({ folder, remove } = temporaryFolder())
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()))
    remove()
  })

  it('keeps every file to 500 records and 100 KB, however many there are', async () => {
    const store = await open()
    for (let n = 0; n < 3000; n += 1000) await add(store, n, 1000, 150)
    const files = filesIn(join(folder, 'people')).filter((path) => path.endsWith('.db') && !path.includes('index'))
    expect(files.length).toBeGreaterThan(3000 / 500)
    for (const file of files) expect(statSync(file).size).toBeLessThan(102_400)
    for (const file of files) expect(rowsIn(file)).toBeLessThanOrEqual(500)
    expect(files.map(rowsIn).reduce((sum, rows) => sum + rows)).toBe(3000)
  })

  it('gives a record that is too large for any file one of its own', async () => {
    const store = await open()
    await add(store, 0, 100, 10)
    await add(store, 100, 2, 150_000)
    expect(filesIn(join(folder, 'people')).length).toBeLessThan(60)
    await store.close()
    expect(await (await open()).people.list('t')).toHaveLength(102)
  })

  it('lets nobody but its own user read the folder', async () => {
    folder = join(folder, 'deep', 'down')
    const store = await open()
    await add(store, 0, 600, 10)
    await store.teams.change('t', 'x', () => team('x'))
    for (const path of filesIn(folder)) {
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600])
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    }
  })

  it('makes its folders so that a power cut cannot undo them', async () => {
    const synced = new Set<string>()
    const parents = [folder, join(folder, 'deep'), join(folder, 'deep/down')]
    folder = join(folder, 'deep', 'down')
    await open((call, path, act) => {
      if (call === 'sync') synced.add(path)
      return act()
    })
    expect([...synced]).toEqual(expect.arrayContaining(parents))
  })

  it('writes once for all the changes that wait for the same file', async () => {
    let writes = 0
    const store = await open((call, path, act) => {
      if (call === 'rename' && path.includes('teams')) writes++
      return act()
    })
    writes = 0
    await Promise.all(Array.from({ length: 200 }, () => store.teams.change('t', 'x', (now = team('x')) => grown(now))))
    expect((await store.teams.get('t', 'x'))?.members).toHaveLength(200)
    expect(writes).toBeLessThanOrEqual(3)
  })

  it('touches no file when nothing changes', async () => {
    let calls = 0
    const store = await open((_call, _path, act) => (calls++, act()))
    await add(store, 0, 1, 10)
    calls = 0
    await store.people.change('t', 'p0', (current) => current)
    await store.people.change('t', 'nobody', () => undefined)
    expect(calls).toBe(0)
  })

  it('shows a change to nobody before the file and its folder are synced', async () => {
    const folderSync = Promise.withResolvers<undefined>()
    const reached = Promise.withResolvers<undefined>()
    let hold = false
    const store = await open(async (call, path, act) => {
      if (hold && call === 'sync' && basename(path) === 'people') {
        reached.resolve(undefined)
        await folderSync.promise
      }
      await act()
    })
    await store.people.change('t', 'a', () => person('a', 'old'))
    hold = true
    let acknowledged = false
    const change = store.people.change('t', 'a', () => person('a', 'new')).then(() => (acknowledged = true))
    await reached.promise
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'old'))
    expect(acknowledged).toBe(false)
    folderSync.resolve(undefined)
    await change
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'new'))
  })

  it('lets nobody change a record that was read', async () => {
    const store = await open()
    await store.teams.change('t', 'x', () => team('x'))
    const read = await store.teams.get('t', 'x')
    expect(() => read?.members.push(aMember('intruder'))).toThrow(TypeError)
    await expect(store.teams.change('t', 'x', (now) => (now?.members.push(aMember('intruder')), now))).rejects.toThrow(
      TypeError,
    )
    expect(await store.teams.get('t', 'x')).toEqual(team('x'))
  })

  it('leaves no trace of a removed record in any file, earlier copies included', async () => {
    const store = await open()
    await add(store, 0, 40, 10)
    await store.people.change('t', 'p7', () => person('p7', 'MARKER of a person'))
    await store.people.change('t', 'p7', (now) => now && { ...now, locale: 'fi' })
    await store.teams.change('t', 'x', () => team('MARKER of a team'))
    expect(holding('MARKER')).not.toEqual([])
    await Promise.all([store.people.change('t', 'p7', () => undefined), store.teams.change('t', 'x', () => undefined)])
    expect(holding('MARKER')).toEqual([])
  })

  it('leaves no trace of a record that is removed while its file is divided', async () => {
    const store = await open()
    await add(store, 0, 90, 2000)
    await store.people.change('t', 'p7', () => person('p7', 'MARKER'))
    await Promise.all([store.people.change('t', 'p7', () => undefined), add(store, 90, 60, 2000)])
    expect(holding('MARKER')).toEqual([])
  })

  it('keeps answers in files of 40 records and 16 KB, so that an answer costs little', async () => {
    const store = await open()
    const boxes = range(0, 300).map((n) => box(`r${n}`, n % 3 === 0 ? ['x'.repeat(2000)] : []))
    await Promise.all(boxes.map((one) => store.answers.change('t', one.id, () => one)))
    const files = filesIn(join(folder, 'answers')).filter((path) => /[01]\.db$/.test(path))
    for (const file of files) expect(rowsIn(file)).toBeLessThanOrEqual(40)
    for (const file of files) expect(statSync(file).size).toBeLessThan(16_400)
  })

  it('leaves no answer of a removed box in any file, whether given again, divided or both', async () => {
    const store = await open()
    const write = (n: number, word: string) =>
      store.answers.change('t', `r${n}`, () => box(`r${n}`, [`${word} of ${n}!`]))
    for (const word of ['FIRST', 'SECOND', 'LAST']) await Promise.all(range(0, 20).map((n) => write(n, word)))
    await Promise.all(range(20, 100).map((n) => write(n, 'LAST')))
    expect(filesIn(join(folder, 'answers')).some((path) => /\/[01]{2,}\.db$/.test(path))).toBe(true)
    for (let n = 0; n < 100; n++) {
      expect(holding(`LAST of ${n}!`)).not.toEqual([])
      await store.answers.change('t', `r${n}`, () => undefined)
      expect(['FIRST', 'SECOND', 'LAST'].flatMap((word) => holding(`${word} of ${n}!`))).toEqual([])
    }
  })

  it('leaves nothing of a removed box in a divided file that the disk did not remove at once', async () => {
    let stuck = true
    const store = await open((call, path, act) => {
      if (stuck && call === 'rm' && /answers\/[01]\.db$/.test(path)) throw fault('EIO')
      return act()
    })
    const seal = (n: number) => store.answers.change('t', `r${n}`, () => box(`r${n}`, [`SEALED ${n}!`]))
    for (const ids of [range(0, 20), range(20, 100)]) await Promise.all(ids.map(seal))
    await expect(store.answers.change('t', 'r7', () => undefined)).rejects.toThrow(StoreRefusal)
    expect(await store.answers.get('t', 'r7')).toBeDefined()
    stuck = false
    await store.answers.change('t', 'r7', () => undefined)
    expect(holding('SEALED 7!')).toEqual([])
  })

  it('leaves no trace of a removed record even when the disk is full after that', async () => {
    let removing = false
    let full = false
    const store = await open(async (call, _path, act) => {
      if (full && call === 'write') throw fault('ENOSPC')
      await act()
      if (call === 'rename') full = removing
    })
    await store.people.change('t', 'a', () => person('a', 'MARKER'))
    await store.people.change('t', 'a', (now) => now && { ...now, locale: 'fi' })
    removing = true
    expect(await store.people.change('t', 'a', () => undefined)).toBeUndefined()
    expect(full).toBe(true)
    expect(holding('MARKER')).toEqual([])
  })

  it('loses nothing of what is asked for while files are divided', async () => {
    const store = await open()
    const asked: Promise<void>[] = []
    for (let n = 0; n < 1000; n += 25) {
      asked.push(add(store, n, 25, 1000))
      await setTimeout(1)
    }
    await Promise.all(asked)
    await store.close()
    const found = await (await open()).people.list('t')
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(range(0, 1000).map((n) => `p${n}`)))
  })

  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const store = await open()
    const asked = add(store, 0, 700, 10)
    await Promise.all([store.close(), store.close()])
    expect(store.ready()).toBe(false)
    await expect(store.people.change('t', 'late', () => person('late', 'u'))).rejects.toThrow(StoreRefusal)
    expect(await (await open()).people.list('t')).toHaveLength(700)
    await asked
  })

  it('stops writing, and says it is not ready, when the disk leaves it unknown what is stored', async () => {
    let broken = false
    const store = await open((call, path, act) => {
      if (broken && call === 'sync' && !path.endsWith('.new')) throw fault('EIO')
      return act()
    })
    await store.people.change('t', 'a', () => person('a', 'old'))
    expect(store.ready()).toBe(true)
    broken = true
    await expect(store.people.change('t', 'a', () => person('a', 'new'))).rejects.toThrow(/restart/)
    broken = false
    expect(store.ready()).toBe(false)
    expect(await store.people.get('t', 'a')).toEqual(person('a', 'old'))
    await expect(store.teams.change('t', 'x', () => team('x'))).rejects.toThrow(StoreRefusal)
    await store.close()
    expect(await (await open()).people.list('t')).toHaveLength(1)
  })

  it('loses nothing when the disk leaves it unknown whether a file was divided', async () => {
    let broken = false
    const store = await open((call, path, act) => {
      if (call === 'rename' && path.endsWith('index.db')) broken = true
      if (broken && call === 'sync' && !path.endsWith('.new')) throw fault('EIO')
      return act()
    }).catch(() => undefined)
    expect(store).toBeUndefined()
    await add(await open(), 0, 90, 2000)
    await opened.pop()?.close()
    broken = false
    const dividing = await open((call, path, act) => {
      if (call === 'rename' && path.endsWith('index.db')) broken = true
      if (broken && call === 'sync' && !path.endsWith('.new')) throw fault('EIO')
      return act()
    })
    await expect(add(dividing, 90, 60, 2000)).rejects.toThrow(StoreRefusal)
    await expect(add(dividing, 90, 60, 2000)).rejects.toThrow(StoreRefusal)
    await dividing.close()
    const ids = (await (await open()).people.list('t')).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 90 }, (_, n) => `p${n}`)))
  })

  it('keeps copies instead of links where the disk knows no links, and does without syncing folders', async () => {
    const store = await open(async (call, path, act) => {
      if (call === 'link') throw fault('ENOTSUP')
      if (call === 'sync' && lstatSync(path).isDirectory()) throw fault('EINVAL')
      await act()
    })
    await store.people.change('t', 'a', () => person('a', 'old'))
    await store.people.change('t', 'a', () => person('a', 'new'))
    const [copy = ''] = filesIn(join(folder, 'people')).filter((path) => /[01]\.db\.last$/.test(path))
    expect(readFileSync(copy, 'utf8')).toContain('old')
    expect(store.ready()).toBe(true)
  })

  it('loses nothing when an earlier index is put back', async () => {
    const store = await open()
    await store.people.change('t', 'a', () => person('a', 'u'))
    copyFileSync(join(folder, 'people/index.db'), join(folder, 'early.db'))
    for (let n = 0; n < 2000; n += 400) await add(store, n, 400, 300)
    await store.close()
    copyFileSync(join(folder, 'early.db'), join(folder, 'people/index.db'))
    for (let times = 0; times < 2; times++) {
      const again = await open()
      expect(await again.people.list('t')).toHaveLength(2001)
      await again.people.change('t', 'a', () => person('a', `u${times}`))
      await again.close()
    }
  })

  it('finds room beside the parts of a first file of which not all were written', async () => {
    await (await open()).close()
    copyFileSync(join(folder, 'people/index.db'), join(folder, 'early.db'))
    const store = await open()
    await add(store, 0, 200, 2000)
    await store.close()
    copyFileSync(join(folder, 'early.db'), join(folder, 'people/index.db'))
    for (const file of filesIn(join(folder, 'people'))) if (basename(file).startsWith('01')) rmSync(file)
    const again = await open()
    expect((await again.people.list('t')).length).toBeLessThan(200)
    await add(again, 0, 200, 2000)
    await again.close()
    expect(new Set((await (await open()).people.list('t')).map(({ id }) => id)).size).toBe(200)
  })

  describe('when the world ends between two calls to the disk', () => {
    /** By collection and id: the version acknowledged last, and the one asked for last. */
    type Versions = ReadonlyMap<string, readonly [acknowledged: string | undefined, asked: string | undefined]>
    let album: ReturnType<typeof temporaryFolder>
    /** By folder: at which calls it looked so, and what was known then. */
    let pictures: Map<string, Map<Versions, string>>
    let versions: Versions
    let store: EmbeddedStore
    beforeEach(async () => {
      album = temporaryFolder()
      pictures = new Map()
      versions = new Map()
      await (await openEmbeddedStore(folder)).close()
      const keep = ({ before, folder: copy }: Picture): unknown =>
        pictures.set(copy, (pictures.get(copy) ?? new Map<Versions, string>()).set(versions, before))
      store = await openEmbeddedStore(folder, { files: diskOfPictures(folder, album.folder, keep) })
      opened.push(store)
    })
    afterEach(() => {
      album.remove()
    })
    const write = async (kind: 'people' | 'teams', id: string, version: string | undefined): Promise<void> => {
      const key = `${kind} ${id}`
      versions = new Map(versions).set(key, [versions.get(key)?.[0], version])
      const record = version === undefined ? undefined : { ...team(version), ...person(id, 'x'.repeat(2000)) }
      await store[kind].change('t', id, () => record)
      versions = new Map(versions).set(key, [version, version])
    }
    const all = (ids: number[], version: string | undefined): Promise<unknown> =>
      Promise.all(ids.map((n) => write('people', String(n), version)))
    const everyPictureOpens = async (): Promise<void> => {
      for (const [copy, moments] of pictures) {
        const [first = ''] = moments.values()
        const found = await openEmbeddedStore(copy).catch((error: unknown) => {
          throw new Error(`${first}: ${String(error)}`)
        })
        for (const [then, before] of moments) {
          for (const [key, possible] of then) {
            const [kind, id = ''] = key.split(' ')
            const record = await found[kind as 'teams'].get('t', id)
            if (!possible.includes(record?.name)) throw new Error(`${before}: ${key} is ${String(record?.name)}`)
          }
        }
        await found.close()
        const files = filesIn(copy).map((file) => file.replace(/\.db$/, ''))
        expect(files.filter((file) => file.endsWith('.new') || files.includes(file.replace(/.$/, '')))).toEqual([])
      }
    }

    it('has every acknowledged record in a file that is written, divided and divided again', async () => {
      await all(range(0, 50), 'one')
      await all(range(50, 80), 'one')
      await all(range(80, 110), 'one')
      await all(range(20, 25), 'two')
      expect(readdirSync(join(folder, 'people')).filter((file) => /^[01]{2,}\.db$/.test(file)).length).toBeGreaterThan(
        2,
      )
      await everyPictureOpens()
      expect(pictures.size).toBeGreaterThan(50)
    })

    it('has every acknowledged team, and none that was removed', async () => {
      await write('teams', 'x', 'one')
      await Promise.all([write('teams', 'y', 'one'), write('teams', 'x', 'two')])
      await write('teams', 'x', undefined)
      await write('teams', 'x', 'back')
      await everyPictureOpens()
    })

    it('has no answer of a box whose removal was acknowledged, in whatever file', async () => {
      const write = (n: number, sealed: string[]) => store.answers.change('t', `r${n}`, () => box(`r${n}`, sealed))
      await Promise.all(range(0, 40).map((n) => write(n, [`SEALED ${n}!`])))
      await Promise.all(range(40, 90).map((n) => write(n, [`SEALED ${n}!`])))
      const removed = range(0, 90).filter((n) => n % 20 === 0)
      for (const n of removed) await store.answers.change('t', `r${n}`, () => undefined)
      const after = (versions = new Map())
      await Promise.all(range(90, 100).map((n) => write(n, ['x'.repeat(100)])))
      const later = [...pictures].filter(([, moments]) => moments.has(after)).map(([copy]) => copy)
      expect(later.length).toBeGreaterThan(10)
      for (const copy of later) {
        const held = filesIn(copy).map((file) => readFileSync(file, 'utf8'))
        expect(removed.filter((n) => held.some((text) => text.includes(`SEALED ${n}!`)))).toEqual([])
      }
    })
  })

  it('has every acknowledged change after kill -9 at any moment, and opens at once', async () => {
    const acknowledged = new Map<string, string>()
    const teams = new Set<string>()
    for (let round = 1; round <= 5; round++) {
      const writer = spawn(process.execPath, [
        join(import.meta.dirname, '../support/store-writer.ts'),
        folder,
        String(round),
      ])
      const lines = createInterface(writer.stdout)
      lines.on('line', (line) => {
        const [id = '', version = ''] = line.split('=')
        if (id === 'team') teams.add(version)
        else if (version) acknowledged.set(id, version)
        else void setTimeout(Math.random() * 250).then(() => writer.kill('SIGKILL'))
      })
      await Promise.all([once(writer, 'exit'), once(lines, 'close')])
      const store = await open()
      const found = new Map((await store.people.list('t')).map(({ id, locale = '' }) => [id, locale]))
      for (const [id, version] of acknowledged) expect(isSameOrLater(found.get(id), version)).toBe(true)
      for (const team of teams) expect(await store.teams.get('t', team)).toBeDefined()
      await store.close()
    }
    expect(acknowledged.size).toBeGreaterThan(100)
  })

  const holding = (text: string): string[] => filesIn(folder).filter((path) => readFileSync(path).includes(text))
})

describe('The files that hold a collection', () => {
  it.each([
    { title: 'are the listed ones', listed: '0 1', present: '0 1', live: '0 1' },
    {
      title: 'are the divided one while its parts are not listed',
      listed: '0',
      present: '0 00 01',
      live: '0',
      leftovers: '00 01',
    },
    { title: 'are the parts once they are listed', listed: '00 01', present: '0 00 01', live: '00 01', leftovers: '0' },
    { title: 'are the parts of a listed file that is gone', listed: '0', present: '00 010 011', live: '00 010 011' },
    { title: 'are not all there when a part is missing', listed: '0', present: '00 011', missing: '0', live: '00 011' },
    {
      title: 'are not all there when a listed part is missing',
      listed: '00 01',
      present: '0 00',
      missing: '01',
      live: '00',
      leftovers: '0',
    },
    { title: 'include one that was written and not yet listed', listed: '0', present: '0 1', live: '0 1' },
  ])('$title', ({ listed, present, live, missing = '', leftovers = '' }) => {
    const words = (text: string): string[] => text.split(' ').filter(Boolean)
    const found = survivors(words(listed), new Set(words(present)))
    expect(found).toEqual({ live: words(live), missing: words(missing), leftovers: words(leftovers) })
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}

async function add(store: EmbeddedStore, from: number, count: number, size: number): Promise<void> {
  const ids = range(from, from + count).map((n) => `p${n}`)
  await Promise.all(ids.map((id) => store.people.change('t', id, () => person(id, 'x'.repeat(size)))))
}

function rowsIn(file: string): number {
  const [, body = ''] = readFileSync(file, 'utf8').split('\n')
  return (JSON.parse(body) as { data: unknown[] }).data.length
}

function person(id: string, userId: string): PersonRecord {
  return { id, userId }
}

function box(id: string, sealed: readonly string[]): AnswerBox {
  return { id, locked: false, answers: sealed.map((one) => ({ token: `token of ${one}`, sealed: one })) }
}

function team(name: string): Team {
  return { id: name, name, serviceUrl: '', channels: [], members: [] }
}

function aMember(id: string): TeamMember {
  return { id, userId: `29:${id}` }
}

function grown(now: Team): Team {
  return { ...now, members: [...now.members, aMember(String(now.members.length))] }
}

function isSameOrLater(found: string | undefined, acknowledged: string): boolean {
  const [round = 0, version = 0] = (found ?? '').split(':').map(Number)
  const [ackRound = 0, ackVersion = 0] = acknowledged.split(':').map(Number)
  return round > ackRound || (round === ackRound && version >= ackVersion)
}

function fault(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code })
}
