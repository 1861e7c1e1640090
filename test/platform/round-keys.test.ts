import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as files from 'node:fs'
import { join } from 'node:path'
import { NotStored } from '../../src/domain/records.ts'
import type { RoundKeys } from '../../src/ports.ts'
import { KeysFault } from '../../src/platform/opaque.ts'
import { openRoundKeys } from '../../src/platform/round-keys.ts'
import { diskWith, filesIn, temporaryFolder, type Between } from '../support/disks.ts'

const ROUND = '0123456789abcdef0123456789abcdef'
const OTHER = 'f'.repeat(32)

let folder: string
let remove: () => void
beforeEach(() => {
  ;({ folder, remove } = temporaryFolder())
})
afterEach(() => {
  remove()
})

const open = (between?: Between): Promise<RoundKeys> =>
  openRoundKeys(join(folder, 'keys'), between && diskWith(between))
const file = (round = ROUND): string => join(folder, 'keys', 'rounds', `${round}.key`)
const full: Between = () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }))

describe('The key of a round', () => {
  it('is 32 random bytes in a file of its own that nobody else may read', async () => {
    const keys = await open()
    await Promise.all([keys.make(ROUND), keys.make(OTHER)])
    const [one, other] = await Promise.all([keys.read(ROUND), keys.read(OTHER)])
    expect(one).toHaveLength(32)
    expect(other).toHaveLength(32)
    expect(one).not.toEqual(other)
    expect(filesIn(folder).sort()).toEqual([file(), file(OTHER)])
    for (const path of filesIn(folder)) expect(files.statSync(path).mode & 0o777).toBe(0o600)
    expect(files.statSync(join(folder, 'keys', 'rounds')).mode & 0o777).toBe(0o700)
  })

  it('is made once, however often and however many at once ask for it, and outlives a restart', async () => {
    const keys = await open()
    const others = await open()
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? keys : others).make(ROUND)))
    const first = await keys.read(ROUND)
    await keys.make(ROUND)
    expect(await (await open()).read(ROUND)).toEqual(first)
    expect(filesIn(folder)).toEqual([file()])
  })

  it('is never overwritten where the disk knows no links either', async () => {
    const noLinks = (): Promise<RoundKeys> =>
      open((call, _path, act) => (call === 'link' ? full(call, _path, act) : act()))
    const keys = await noLinks()
    await keys.make(ROUND)
    const first = await keys.read(ROUND)
    await (await noLinks()).make(ROUND)
    expect(first).toHaveLength(32)
    expect(await keys.read(ROUND)).toEqual(first)
    expect(filesIn(folder)).toEqual([file()])
  })

  it('is undefined before it is made and once it is destroyed, which may be asked for again', async () => {
    const keys = await open()
    expect(await keys.read(ROUND)).toBeUndefined()
    await keys.destroy(ROUND)
    await keys.make(ROUND)
    await keys.destroy(ROUND)
    await keys.destroy(ROUND)
    expect(await keys.read(ROUND)).toBeUndefined()
    expect(filesIn(folder)).toEqual([])
  })

  it('is overwritten before its file goes', async () => {
    const keys = await open()
    await keys.make(ROUND)
    const key = await keys.read(ROUND)
    files.linkSync(file(), join(folder, 'kept'))
    await keys.destroy(ROUND)
    expect(files.readFileSync(join(folder, 'kept')).includes(key ?? '')).toBe(false)
  })

  it('cannot be taken for a key when the world ended while it was destroyed', async () => {
    let ends = false
    const keys = await open((call, path, act) => (ends && call === 'rm' ? full(call, path, act) : act()))
    await keys.make(ROUND)
    ends = true
    await expect(keys.destroy(ROUND)).rejects.toThrow(NotStored)
    expect(files.existsSync(file())).toBe(true)
    const again = await open()
    expect(await again.read(ROUND)).toBeUndefined()
    await expect(again.make(ROUND)).rejects.toThrow(NotStored)
    await again.destroy(ROUND)
    expect(filesIn(folder)).toEqual([])
  })

  it('is whole or not there when the world ends while it is made, and nothing beside it is kept', async () => {
    for (const last of ['open', 'write', 'sync', 'link', 'rm'] as const) {
      let ended = true
      const keys = await open((call, path, act) => (ended || call !== last ? act() : full(call, path, act)))
      ended = false
      // Without links the key is copied.
      if (last === 'link') await keys.make(ROUND)
      else await expect(keys.make(ROUND)).rejects.toThrow(NotStored)
      const again = await open()
      expect([undefined, 32]).toContain((await again.read(ROUND))?.length)
      expect(filesIn(folder).filter((path) => path !== file())).toEqual([])
      await again.destroy(ROUND)
    }
  })

  it.each([
    { links: 'with links', hasLinks: true, made: 'sync aside, link key, rm aside, sync folder' },
    { links: 'without links', hasLinks: false, made: 'sync aside, link key, sync key, rm aside, sync folder' },
  ])('outlives a power cut once it is made, and so does its end, on a disk $links', async ({ hasLinks, made }) => {
    const calls: string[] = []
    const keys = await open((call, path, act) => {
      const what = path.endsWith('rounds') ? 'folder' : path.endsWith('.key') ? 'key' : 'aside'
      if (!['open', 'write'].includes(call)) calls.push(`${call} ${what}`)
      return call === 'link' && !hasLinks ? full(call, path, act) : act()
    })
    calls.length = 0
    await keys.make(ROUND)
    expect(calls.splice(0).join(', ')).toBe(made)
    await keys.destroy(ROUND)
    expect(calls.join(', ')).toBe('sync key, rm key, sync folder')
  })

  it('is not said to be made or destroyed when the disk does not do it', async () => {
    let broken = false
    const keys = await open((call, path, act) => (broken && call === 'sync' ? full(call, path, act) : act()))
    await keys.make(OTHER)
    broken = true
    await expect(keys.make(ROUND)).rejects.toThrow(NotStored)
    await expect(keys.destroy(OTHER)).rejects.toThrow(NotStored)
  })

  it('that is damaged is not taken for a destroyed one', async () => {
    const keys = await open()
    await keys.make(ROUND)
    files.truncateSync(file(), 31)
    await expect(keys.read(ROUND)).rejects.toThrow(KeysFault)
  })

  it.each(['', 'x', '../opaque', `${ROUND}0`, ROUND.toUpperCase().replace('0', 'A'), `${ROUND}/..`])(
    'has no other name than the id of a round: %j',
    async (name) => {
      const keys = await open()
      await expect(keys.make(name)).rejects.toThrow()
      await expect(keys.read(name)).rejects.toThrow()
      await expect(keys.destroy(name)).rejects.toThrow()
      expect(filesIn(folder)).toEqual([])
    },
  )

  it('has a folder that can be written, or the start says what to do', async () => {
    files.writeFileSync(join(folder, 'keys'), 'no folder')
    await expect(open()).rejects.toThrow(/^The keys folder .* cannot be used: E.*KEYS_DIR/)
  })
})
