import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { noCounts } from '../../src/domain/delivery.ts'
import type { Delivery } from '../../src/domain/delivery.ts'
import { Disk, StoreRefusal } from '../../src/platform/durable-file.ts'
import { StoreFault, openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import { FileLedger } from '../../src/platform/file-ledger.ts'
import { diskOfPictures, diskWith, filesIn, temporaryFolder } from '../support/disks.ts'
import type { Between, Picture } from '../support/disks.ts'
import { aLedger } from '../support/ledger.ts'
import { ledgerContract, listOf, people, recount } from './ledger-contract.ts'

const NOW = new Date('2026-11-26T12:05:00Z')

ledgerContract('The fake in memory', () => {
  const ledger = aLedger()
  return Promise.resolve({ ledger, reopen: () => Promise.resolve(ledger), dispose: () => Promise.resolve() })
})

ledgerContract('The ledger in files', async () => {
  const { folder, remove } = temporaryFolder()
  let ledger = await openLedger(folder)
  const reopen = async (): Promise<FileLedger> => {
    await ledger.close()
    return (ledger = await openLedger(folder))
  }
  return { ledger, reopen, dispose: () => ledger.close().then(remove) }
})

describe('The ledger in files', () => {
  let folder: string
  let remove: () => void
  const open = (between?: Between): Promise<FileLedger> => openLedger(folder, between)
  beforeEach(() => {
    ;({ folder, remove } = temporaryFolder())
  })
  afterEach(() => {
    remove()
  })
  const files = (): string[] =>
    filesIn(folder)
      .map((path) => path.slice(folder.length + 1))
      .filter((file) => file !== 'ledger/index.db')
  const at = (file: string): string => join(folder, file)
  const holding = (text: string): string[] => files().filter((file) => readFileSync(at(file)).includes(text))

  it('records what was claimed before it was opened again', async () => {
    const before = await open()
    await before.prepare('t', 'm', people(300))
    const given = await before.claim('t', 'm', 280, NOW)
    await before.close()
    const ledger = await open()
    const delivered = given.map((one) => ({ ...one, state: 'delivered' as const }))
    await ledger.record('t', 'm', delivered)
    expect(await ledger.counts('t', 'm')).toMatchObject({ delivered: 280, pending: 20, sending: 0 })
    await ledger.close()
  })

  it('keeps 256 deliveries a file, and a mailing to few in one', async () => {
    const ledger = await open()
    await ledger.prepare('t', 'few', people(256))
    expect(files()).toHaveLength(1)
    await ledger.prepare('t', 'many', people(1000))
    expect(files()).toHaveLength(1 + 4)
    for (const file of files()) expect(statSync(at(file)).size).toBeLessThan(30_000)
  })

  it('lets nobody but its own user read its files, and keeps no copy of them', async () => {
    const ledger = await open()
    await ledger.prepare('t', 'm', people(1000))
    await ledger.claim('t', 'm', 900, NOW)
    await ledger.prepare('t', 'm', people(600))
    for (const file of files()) {
      expect(file).toMatch(/\.db$/)
      expect(statSync(at(file)).mode & 0o777).toBe(0o600)
      expect(statSync(dirname(at(file))).mode & 0o777).toBe(0o700)
    }
    expect(files()).toHaveLength(3)
  })

  it('writes only the files that a claim or an outcome touches', async () => {
    let written: string[] = []
    const ledger = await open((call, path, act) => {
      if (call === 'rename') written.push(basename(path))
      return act()
    })
    await ledger.prepare('t', 'm', people(5000))
    written = []
    const first = await ledger.claim('t', 'm', 64, NOW)
    expect(written).toHaveLength(1)
    await ledger.claim('t', 'm', 256, NOW)
    expect(written).toHaveLength(1 + 2)
    await ledger.record('t', 'm', first.map(delivered))
    expect(written).toHaveLength(1 + 2 + 1)
    await ledger.record('t', 'm', first.map(delivered))
    await ledger.claim('t', 'm', 0, NOW)
    await ledger.shift('t', 'm', ['failed'], { state: 'pending' })
    expect(written).toHaveLength(1 + 2 + 1)
  })

  it('reads a list only as it writes it, so that little of it is in memory', async () => {
    let [asked, written, ahead] = [0, 0, 0]
    const ledger = await open(async (call, _path, act) => {
      ahead = Math.max(ahead, asked - written * 256)
      await act()
      if (call === 'rename') written++
    })
    await ledger.prepare(
      't',
      'm',
      people(10_000)
        .values()
        .map((one) => (asked++, one)),
    )
    expect(asked).toBe(10_000)
    expect(ahead).toBeLessThanOrEqual(256 * 12)
  })

  it('works on several mailings at once, and on one in the order of asking', async () => {
    const held = Promise.withResolvers<undefined>()
    let holds = false
    const slow = hash('sha256', '["t","slow"]').slice(0, 32)
    const ledger = await open(async (call, path, act) => {
      if (holds && call === 'rename' && path.includes(slow)) await held.promise
      await act()
    })
    await ledger.prepare('t', 'slow', people(10))
    await ledger.prepare('t', 'quick', people(10))
    holds = true
    const [one, two] = [ledger.claim('t', 'slow', 6, NOW), ledger.claim('t', 'slow', 6, NOW)]
    expect(await ledger.claim('t', 'quick', 6, NOW)).toHaveLength(6)
    expect(await ledger.counts('t', 'slow')).toMatchObject({ pending: 10 })
    held.resolve(undefined)
    expect([(await one).length, (await two).length]).toEqual([6, 4])
  })

  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const ledger = await open()
    const asked = ledger.prepare('t', 'm', people(900))
    await ledger.close()
    await expect(ledger.claim('t', 'm', 1, NOW)).rejects.toThrow(StoreRefusal)
    expect(await (await open()).counts('t', 'm')).toEqual(await asked)
  })

  it('overwrites what it removes, and leaves no name behind', async () => {
    const overwritten = new Set<string>()
    const ledger = await open(async (call, path, act) => {
      if (
        call === 'rm' &&
        existsSync(path) &&
        statSync(path).isFile() &&
        readFileSync(path).every((byte) => byte === 0)
      )
        overwritten.add(path)
      await act()
    })
    const named = people(1000).map((one) => ({ ...one, to: { person: `MARKER ${JSON.stringify(one.to)}` } }))
    await ledger.prepare('t', 'm', named)
    await ledger.claim('t', 'm', 300, NOW)
    const its = files()
    await ledger.remove('t', 'm')
    expect(holding('MARKER')).toEqual([])
    expect(files()).toEqual([])
    expect([...overwritten].sort()).toEqual(its.map(at).sort())
    await ledger.prepare('t', 'm', named)
    await ledger.prepare('t', 'm', people(20))
    expect(holding('MARKER')).toEqual([])
  })

  it('removes at the next asking, or at the next start, what the disk did not remove', async () => {
    let stuck = true
    const ledger = await open(async (call, path, act) => {
      if (stuck && call === 'rm' && /000002\.db$/.test(path)) throw fault('EIO')
      await act()
    })
    for (const again of ['asked', 'started', 'prepared']) {
      stuck = true
      await ledger.prepare('t', again, people(1000))
      await expect(ledger.remove('t', again)).rejects.toThrow(StoreRefusal)
      expect(await ledger.counts('t', again)).toEqual(noCounts())
      stuck = false
      if (again === 'asked') await ledger.remove('t', again)
      else if (again === 'prepared') await ledger.prepare('t', again, people(3))
      else await open()
      expect(files()).toHaveLength(again === 'prepared' ? 1 : 0)
    }
    expect(await listOf(await open(), 'prepared')).toEqual(people(3))
  })

  describe('when the disk is full', () => {
    let full: (path: string) => boolean
    let ledger: FileLedger
    beforeEach(async () => {
      full = () => false
      ledger = await open(async (call, path, act) => {
        if (call === 'write' && path.endsWith('.new') && full(path)) throw fault('ENOSPC')
        await act()
      })
      await ledger.prepare('t', 'm', people(600))
    })
    const second = (path: string): boolean => path.includes('000001')
    const same = async (expected: Delivery[]): Promise<void> => {
      for (const now of [ledger, await open()]) {
        expect(await listOf(now, 'm')).toEqual(expected)
        expect(await now.counts('t', 'm')).toEqual(recount(expected))
      }
    }

    it('F67 refuses every change, and nothing has changed', async () => {
      await ledger.claim('t', 'm', 1, NOW)
      const before = await listOf(ledger, 'm')
      full = () => true
      const changes = [
        () => ledger.prepare('t', 'm', people(900)),
        () => ledger.claim('t', 'm', 5, NOW),
        () => ledger.record('t', 'm', before.map(delivered)),
        () => ledger.shift('t', 'm', ['pending'], { state: 'cancelled' }),
        () => ledger.remove('t', 'm'),
      ]
      for (const change of changes) await expect(change()).rejects.toThrow(StoreRefusal)
      await expect(ledger.prepare('t', 'new', people(900))).rejects.toThrow(StoreRefusal)
      await same(before)
      expect(await ledger.counts('t', 'new')).toEqual(noCounts())
      full = () => false
      for (const change of changes) await change()
      await same([])
      await ledger.prepare('t', 'new', people(900))
      expect(await (await open()).counts('t', 'new')).toMatchObject({ total: 900 })
    })

    it('F67 keeps the earlier list, or none, when there is no room for all of a new one', async () => {
      for (const part of ['000001', '000003', 'list.db']) {
        full = (path) => path.includes(part)
        await expect(ledger.prepare('t', 'm', people(2000))).rejects.toThrow(StoreRefusal)
        await expect(ledger.prepare('t', 'new', people(2000))).rejects.toThrow(StoreRefusal)
        await same(people(600))
        expect(await ledger.counts('t', 'new')).toEqual(noCounts())
        expect(files()).toHaveLength(3)
      }
    })

    it('F67 gives what it could claim', async () => {
      full = second
      expect(await ledger.claim('t', 'm', 400, NOW)).toHaveLength(256)
      await expect(ledger.claim('t', 'm', 400, NOW)).rejects.toThrow(StoreRefusal)
      full = () => false
      expect(await ledger.claim('t', 'm', 400, NOW)).toHaveLength(600 - 256)
    })

    it('F67 does not give again, while its sender takes it for sending, what a refused record put back', async () => {
      const given = await ledger.claim('t', 'm', 300, NOW)
      const back = given.map((one): Delivery => ({ ...one, state: 'pending' }))
      full = second
      await expect(ledger.record('t', 'm', back)).rejects.toThrow(StoreRefusal)
      full = () => false
      const others = await ledger.claim('t', 'm', 600, NOW)
      expect(others.map(({ to }) => to)).toEqual(
        people(600)
          .slice(300)
          .map(({ to }) => to),
      )
      await ledger.record('t', 'm', back)
      expect(await ledger.claim('t', 'm', 600, NOW)).toHaveLength(300)
    })
  })

  describe('when a file of it is damaged', () => {
    let list: string
    let part: string
    beforeEach(async () => {
      const store = await openEmbeddedStore(folder)
      await store.ledger.prepare('t', 'm', people(600))
      await store.ledger.claim('t', 'm', 10, NOW)
      await store.ledger.prepare('t', 'other', people(5))
      await store.close()
      list = files().find((file) => file.endsWith('.list.db') && existsSync(at(file.replace('.list.db', '')))) ?? ''
      part = files().find((file) => file.endsWith('000002.db')) ?? ''
    })
    const refusal = async (): Promise<StoreFault> => {
      const outcome = await openEmbeddedStore(folder).catch((error: unknown) => error)
      if (outcome instanceof StoreFault) return outcome
      throw new Error(`it opened, or: ${String(outcome)}`)
    }
    const follow = ({ message }: StoreFault): void => {
      for (const [command] of message.matchAll(/(rm|rm -r|mkdir -m 700) ledger\S*/g))
        execFileSync('sh', ['-c', command], { cwd: folder })
    }

    it.each([
      { what: 'torn', damage: (bytes: Buffer) => bytes.subarray(0, bytes.length - 20), says: 'is torn or altered' },
      { what: 'bit-flipped', damage: (bytes: Buffer) => flipped(bytes, 900), says: 'is torn or altered' },
      { what: 'empty', damage: () => Buffer.alloc(0), says: 'is empty' },
      { what: 'zeroed', damage: (bytes: Buffer) => Buffer.alloc(bytes.length), says: 'is torn or altered' },
      {
        what: 'of another version',
        damage: (bytes: Buffer) => Buffer.from(bytes.toString().replace('luotsi-store 1', 'luotsi-store 2')),
        says: 'was written by another version',
      },
    ])(
      'F65 refuses to start with one that is $what, and gives up one mailing by the command it names',
      async (given) => {
        for (const file of [part, list]) {
          const whole = readFileSync(at(file))
          writeFileSync(at(file), given.damage(whole))
          const fault = await refusal()
          expect(fault.faults).toMatchObject([{ file, problem: expect.stringContaining(given.says) as unknown }])
          expect(fault.message).toMatch(/reach people twice: rm -r ledger\/[0-9a-f]{32}\*/)
          expect(files().filter((name) => name.startsWith('ledger/'))).toHaveLength(4)
          writeFileSync(at(file), whole)
        }
        writeFileSync(at(part), given.damage(readFileSync(at(part))))
        follow(await refusal())
        const store = await openEmbeddedStore(folder)
        expect(await store.ledger.counts('t', 'm')).toEqual(noCounts())
        expect(await store.ledger.counts('t', 'other')).toMatchObject({ total: 5 })
        await store.close()
      },
    )

    it('F65 tells of all that are damaged, with those of the collections', async () => {
      const first = part.replace('000002', '000001')
      for (const file of [part, first, 'people/index.db']) writeFileSync(at(file), '')
      expect((await refusal()).faults.map(({ file }) => file).sort()).toEqual([part, first, 'people/index.db'].sort())
    })

    it('F65 has the file removed that holds nothing, where it is damaged', async () => {
      writeFileSync(at('ledger/index.db'), '')
      const fault = await refusal()
      expect(fault.faults).toMatchObject([{ file: 'ledger/index.db', problem: 'is empty' }])
      follow(fault)
      const store = await openEmbeddedStore(folder)
      expect(await store.ledger.counts('t', 'm')).toMatchObject({ total: 600 })
      await store.close()
    })

    it('F65 does not take one file of a list for another', async () => {
      writeFileSync(at(part), readFileSync(at(part.replace('000002', '000001'))))
      expect((await refusal()).faults).toMatchObject([
        { file: part, problem: expect.stringMatching(/^holds/) as unknown },
      ])
    })

    it('F66 refuses to start without one of them, and without all', async () => {
      for (const file of [part, list]) {
        renameSync(at(file), at('hidden'))
        expect((await refusal()).faults).toMatchObject([{ file, problem: 'is missing' }])
        renameSync(at('hidden'), at(file))
      }
      rmSync(at('ledger'), { recursive: true })
      const fault = await refusal()
      expect(fault.faults).toMatchObject([{ file: 'ledger', problem: 'is missing' }])
      follow(fault)
      await (await openEmbeddedStore(folder)).close()
    })
  })

  describe('when the world ends between two calls to the disk', () => {
    let album: ReturnType<typeof temporaryFolder>
    /** By folder: at which calls it looked so, and which lists it may hold then. */
    let pictures: Map<string, Map<readonly string[], string>>
    let possible: readonly string[]
    let ledger: FileLedger
    beforeEach(async () => {
      album = temporaryFolder()
      pictures = new Map()
      possible = ['']
      await (await open()).close()
      const keep = ({ before, folder: copy }: Picture): void => {
        mkdirSync(copy, { recursive: true })
        pictures.set(copy, (pictures.get(copy) ?? new Map<readonly string[], string>()).set(possible, before))
      }
      ledger = await loaded(new FileLedger(new Disk(folder, diskOfPictures(folder, album.folder, keep))))
    })
    afterEach(() => {
      album.remove()
    })
    /** While it is done the list is as before or as after; then it is as after. */
    const step = async (change: () => Promise<unknown>, after: (found: Delivery[]) => Delivery[]): Promise<void> => {
      const before = await listOf(ledger, 'm')
      possible = [told(before), told(after(before))]
      await change()
      expect(told(await listOf(ledger, 'm'))).toBe(possible[1])
      possible = [told(after(before))]
    }
    const everyPictureOpens = async (): Promise<void> => {
      for (const [copy, moments] of pictures) {
        const [first = ''] = moments.values()
        const found = await openLedger(copy).catch((error: unknown) => {
          throw new Error(`${first}: ${String(error)}`)
        })
        const list = await listOf(found, 'm')
        for (const [then, before] of moments)
          if (!then.includes(told(list))) throw new Error(`${before}: it is ${told(list)}, not ${then.join(' or ')}`)
        expect(await found.counts('t', 'm')).toEqual(recount(list))
        const left = filesIn(copy)
          .map((file) => basename(file))
          .filter((file) => file !== 'index.db')
        expect(left.filter((file) => !/^(\w+\.list|[ab]\d{6})\.db$/.test(file))).toEqual([])
        expect(left.length).toBe(Math.ceil(list.length / 256) || (left.length > 0 ? 1 : 0))
      }
    }
    const states = (from: number, to: number, state: Delivery['state']) => (found: Delivery[]) =>
      found.map((one, n) => (n >= from && n < to ? { ...one, state } : one))

    it('has the list as it was before or after, whatever is done', async () => {
      await step(
        () => ledger.prepare('t', 'm', people(600)),
        () => people(600),
      )
      await step(() => ledger.claim('t', 'm', 20, NOW), states(0, 20, 'sending'))
      await step(() => ledger.record('t', 'm', people(20).map(delivered)), states(0, 20, 'delivered'))
      await step(
        () => ledger.prepare('t', 'm', people(800)),
        () => people(800),
      )
      await step(
        () => ledger.prepare('t', 'm', people(300)),
        () => people(300),
      )
      await step(
        () => ledger.remove('t', 'm'),
        () => [],
      )
      await step(
        () => ledger.prepare('t', 'm', people(20)),
        () => people(20),
      )
      await step(
        () => ledger.prepare('t', 'm', people(700)),
        () => people(700),
      )
      await step(
        () => ledger.prepare('t', 'm', people(3)),
        () => people(3),
      )
      await step(
        () => ledger.remove('t', 'm'),
        () => [],
      )
      expect(pictures.size).toBeGreaterThan(60)
      await everyPictureOpens()
    })

    it('has none of a removed list in any file from then on', async () => {
      await ledger.prepare(
        't',
        'm',
        people(600).map((one) => ({ ...one, to: { person: `MARKER ${JSON.stringify(one.to)}` } })),
      )
      await ledger.remove('t', 'm')
      const after = (possible = ['after'])
      await ledger.prepare('t', 'other', people(600))
      const later = [...pictures].filter(([, moments]) => moments.has(after)).map(([copy]) => copy)
      expect(later.length).toBeGreaterThan(5)
      for (const copy of later)
        expect(filesIn(copy).filter((file) => readFileSync(file).includes('MARKER'))).toEqual([])
    })
  })
})

function openLedger(folder: string, between?: Between): Promise<FileLedger> {
  return loaded(new FileLedger(new Disk(folder, between && diskWith(between))))
}

/** As the embedded store opens it. */
async function loaded(ledger: FileLedger): Promise<FileLedger> {
  const faults = await ledger.load(false)
  if (faults.length > 0) throw new StoreFault(JSON.stringify(faults), faults)
  await ledger.tidy()
  return ledger
}

function delivered(one: Delivery): Delivery {
  return { to: one.to, state: 'delivered' }
}

function told(list: readonly Delivery[]): string {
  return list.map(({ state }) => state.slice(0, 1)).join('')
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

function fault(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code })
}
