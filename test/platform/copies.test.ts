import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { cpSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { breaksIn } from '../../src/domain/audit.ts'
import { holdAfterRestore } from '../../src/domain/restored.ts'
import { openProgress } from '../../src/cli/progress.ts'
import type { Wish } from '../../src/domain/records.ts'
import { atThisMoment, rowsOf, tallyOf } from '../../src/platform/copy.ts'
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'
import { atOneMoment } from '../../src/platform/postgres/store.ts'
import { openLog } from '../../src/platform/log.ts'
import { openStore } from '../../src/platform/store.ts'
import type { Store } from '../../src/ports.ts'
import { reason } from '../../src/platform/durable-file.ts'
import { aBroadcast, aCommand, aMailing, fillWith, recipients, runs, tallied, TENANTS } from '../support/copies.ts'
import { copyOf, touched } from '../support/dump.ts'
import { temporaryFolder } from '../support/disks.ts'
import { aPostgres, aPostgresStore, type Server } from '../support/postgres.ts'

const DAY = new Date('2026-11-26T12:00:00Z')
const UP_TO = 60_000

let server: Server
let parent: string
let remove: () => void
beforeAll(async () => {
  server = await aPostgres()
}, UP_TO)
afterAll(() => server.stop())
beforeEach(() => {
  ;({ folder: parent, remove } = temporaryFolder())
})
afterEach(() => {
  remove()
})

type Env = { DATA_DIR: string; DATABASE_URL?: string }

/** Works on a store, and closes it. */
async function at<T>({ DATA_DIR, DATABASE_URL }: Env, work: (store: Store) => Promise<T>): Promise<T> {
  const opened = await openStore({ DATA_DIR, DATABASE_URL }, openLog('silent'))
  return work(opened.store).finally(() => opened.close())
}
const path = (name: string): string => join(parent, name)
const inFolder = (name = 'data'): Promise<Env> => Promise.resolve({ DATA_DIR: path(name) })
const inDatabase = async (): Promise<Env> => ({ DATA_DIR: path('none'), DATABASE_URL: await server.newDatabase() })

const STORES = [
  { name: 'the data folder', anEmpty: inFolder, other: inDatabase },
  { name: 'PostgreSQL', anEmpty: inDatabase, other: () => inFolder('restored') },
]

describe.each(STORES)('A backup of $name', ({ anEmpty, other }) => {
  it(
    'comes whole into either store, each row as it was, and a second restore is refused by name',
    async () => {
      const [from, into] = [await anEmpty(), await other()]
      await at(from, (store) => fillWith(store))
      const before = await at(from, tallied)
      const file = path('backup.gz')
      const written = await runs('backup', [file], from)
      expect([written.code, written.said]).toEqual([0, expect.stringMatching(/deliveries +1400\n/)])
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect((await runs('restore', [file, '--dry-run'], into)).said).toMatch(/is whole.*people +82\n/s)
      const restored = await runs('restore', [file], into)
      expect([restored.code, restored.said]).toEqual([0, expect.stringContaining('compared row by row')])
      await at(into, async (store) => {
        for (const tenant of TENANTS) {
          expect(breaksIn(await store.audit.list(tenant)).length).toBeLessThanOrEqual(1)
          const [entry] = (await store.audit.list(tenant)).filter(({ what }) => what === 'restore')
          expect(entry).toMatchObject({ who: 'operator' })
          await store.audit.change(tenant, entry?.id ?? '', () => undefined)
          // What still waited of a broadcast is HR's now.
          expect(await store.broadcasts.get(tenant, 'sent')).toMatchObject({ isRestored: true })
          await store.broadcasts.change(tenant, 'sent', () => aBroadcast('sent'))
          await store.mailings.change(tenant, 'sent', () => aMailing('sent', 'ended'))
        }
        expect(before.differences(await tallied(store))).toEqual([])
      })
      const again = await runs('restore', [file], into)
      expect([again.code, again.said]).toEqual([1, expect.stringMatching(/There are records in .* already: .*people/)])
    },
    UP_TO,
  )

  it(
    'is not written over a file that is there, nor of nothing but half a restore',
    async () => {
      const from = await anEmpty()
      await at(from, (store) => fillWith(store))
      const file = path('backup.gz')
      writeFileSync(file, 'mine')
      const refused = await runs('backup', [file], from)
      expect([refused.code, refused.said]).toEqual([1, expect.stringContaining('is there already')])
      expect(readFileSync(file, 'utf8')).toBe('mine')
      expect((await runs('backup', [file, '--replace'], from)).code).toBe(0)
      expect(readdirSync(parent).filter((name) => name.endsWith('.new'))).toEqual([])
      const missing = await runs('backup', [path('no/such/folder.gz')], from)
      expect([missing.code, missing.said]).toEqual([1, expect.stringContaining('was not written: ENOENT')])
    },
    UP_TO,
  )
})

describe('A backup', () => {
  const wish = (id: string): Wish => ({ id, need: id, language: 'fi', at: '2026-11-26' })
  const later = async (store: Store) => {
    await store.wishes.change('tenant-1', 'later', () => wish('later'))
    await store.people.change('tenant-1', 'person-1', () => undefined)
    await store.wishes.change('tenant-3', 'new', () => wish('new'))
  }

  it(
    'tells of one moment, whatever a running bot writes while it is read',
    async () => {
      const store = await openEmbeddedStore((await inFolder()).DATA_DIR)
      await fillWith(store)
      const before = await tallied(store)
      const moment = await atThisMoment(store)
      await later(store)
      expect(before.differences(await tallyOf(rowsOf(moment)))).toEqual([])
      expect(before.differences(await tallied(store))).toHaveLength(3)
      await store.close()

      const shared = await aPostgresStore(server)
      await fillWith(shared)
      const whole = await tallied(shared)
      expect(whole.differences(before)).toEqual([])
      await atOneMoment(shared, async (past) => {
        const rows = rowsOf(past)
        const first = await rows.next()
        await later(shared)
        const tally = await tallyOf(rows)
        if (first.done !== true) expect(tally.total + 1).toBe(whole.total)
        expect(whole.differences(await tallyOf(rowsOf(past)))).toEqual([])
        await expect(past.wishes.change('t', 'x', () => wish('x'))).rejects.toThrow('cannot be changed')
      })
      await shared.close()
    },
    UP_TO,
  )
})

describe('A backup file', () => {
  it(
    'that is torn, changed, of a newer version or none at all is refused by name, and nothing of it is restored',
    async () => {
      const from = await inFolder()
      await at(from, (store) => fillWith(store))
      const file = path('backup.gz')
      expect((await runs('backup', [file], from)).code).toBe(0)
      const whole = readFileSync(file)
      const text = gunzipSync(whole).toString()
      const lines = text.split('\n')
      const damages: Record<string, Buffer> = {
        'its end is missing': whole.subarray(0, whole.length - 40),
        // What is found first of this depends on the bytes.
        'is torn or was changed': Buffer.concat([whole.subarray(0, 900), Buffer.from([1, 2]), whole.subarray(902)]),
        'it is not as written': Buffer.from(whole.with(-8, ((whole.at(-8) ?? 0) + 1) % 256)),
        'its checksum does not match': gzipSync(text.replace('29:tenant-1-7"', '29:tenant-1-8"')),
        'something stands after its end': gzipSync(text + text),
        'is no backup of Luotsi': gzipSync('{"hello":1}\n'),
        'in format 2': gzipSync(text.replace('"format":1', '"format":2')),
        'it has a line that this version does not know': gzipSync(text.replace('["people"', '["horses"')),
      }
      for (const [says, bytes] of Object.entries(damages)) {
        writeFileSync(file, bytes)
        const { code, said } = await runs('restore', [file], { DATA_DIR: path('into') })
        expect([code, said]).toEqual([1, expect.stringContaining(says)])
        expect(said).toContain(file)
        expect(said).not.toContain('    at ')
      }
      writeFileSync(file, gzipSync(lines.toSpliced(9, 1).join('\n')))
      expect((await runs('restore', [file, '--dry-run'], {})).said).toContain('its checksum does not match')
      expect(readdirSync(parent)).not.toContain('into')
      expect((await runs('restore', [path('nothing')], {})).said).toContain('cannot be read: ENOENT')
    },
    UP_TO,
  )
})

describe.each(STORES)('A restore into $name', ({ anEmpty }) => {
  it(
    'that was killed lets nobody open the half, and goes on when run again',
    async () => {
      const from = await inFolder('source')
      await at(from, (store) => fillWith(store, 3_000))
      const file = path('backup.gz')
      await runs('backup', [file], from)
      const into = await anEmpty()
      const command = aCommand('restore', [file], into)
      while (!command.said().includes('restored: ') && command.process.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 2))
      command.process.kill('SIGKILL')
      await command.ended
      await expect(at(into, tallied)).rejects.toThrow('only a part of what was being restored')
      expect((await runs('backup', [path('half.gz')], into)).said).toContain('only a part of what was being restored')
      const { code, said } = await runs('restore', [file], into)
      expect([code, said]).toEqual([0, expect.stringContaining('compared row by row')])
      const people = await at(into, (store) => store.people.list('tenant-1'))
      expect(people).toHaveLength(3_001)
    },
    UP_TO,
  )
})

describe.each(STORES)('What was on its way in $name', ({ anEmpty }) => {
  it(
    'waits for HR, is a draft again or is cancelled after a restore, and doing it again changes nothing',
    async () => {
      await at(await anEmpty(), async (store) => {
        const put = async (id: string, mailing: Parameters<typeof aMailing>, broadcast?: object) => {
          const all = [...recipients(12)]
          await store.mailings.change('t', id, () => aMailing(...mailing))
          await store.ledger.prepare(
            't',
            id,
            id.startsWith('nobody') ? all.filter(({ state }) => state !== 'pending') : all,
          )
          if (broadcast) await store.broadcasts.change('t', id, () => aBroadcast(id, broadcast))
        }
        for (const state of ['waiting', 'running', 'ended'] as const) await put(state, [state, state], {})
        await put('nobody', ['nobody', 'running'], {})
        await put('stopped', ['stopped', 'running', { isCancelled: true }], {})
        await put('cancelled', ['cancelled', 'waiting'], { state: 'cancelled' })
        await put('draft', ['draft', 'held'], { state: 'previewed', token: { value: 'x', until: '2030-01-01' } })
        await put('approving', ['approving', 'held'], { state: 'approving' })
        await put('half', ['half', 'preparing'], {})
        const message = { verb: 'welcome.notice', notice: 'takenBack', broadcast: 'ended' }
        await put('change', ['change', 'running', { kind: 'broadcasts.withdraw', does: 'remove', message }])
        for (const kind of ['checkins.card', 'tools.weekly', 'webinars.reminder', 'broadcasts.approval'])
          await put(kind, [kind, 'waiting', { kind, message: { verb: 'any' } }])
        await store.ledger.claim('t', 'running', 1, new Date('2026-11-27T12:00:00Z'))

        expect(await holdAfterRestore(store, DAY)).toEqual({ waiting: 3, drafts: 2, cancelled: 6 })
        const stands = async () => {
          const all = await store.mailings.list('t')
          return Object.fromEntries(
            await Promise.all(
              all.map(async ({ id, state }) => {
                const { pending, sending, unknown } = await store.ledger.counts('t', id)
                return [id, `${state} ${pending} ${sending} ${unknown}`] as const
              }),
            ),
          )
        }
        const after = await stands()
        const over = ['cancelled', 'stopped', 'nobody', 'checkins.card', 'tools.weekly', 'webinars.reminder']
        expect(after).toEqual({
          waiting: 'held 2 0 2',
          running: 'held 1 0 3',
          ended: 'held 2 0 2',
          change: 'held 2 0 2',
          ...Object.fromEntries([...over, 'broadcasts.approval'].map((id) => [id, 'ended 0 0 2'])),
        })
        const all = await store.broadcasts.list('t')
        const marked = all.filter(({ isRestored }) => isRestored).map(({ id }) => id)
        expect(marked.sort()).toEqual(['ended', 'running', 'waiting'])
        expect(all.filter(({ state }) => state === 'draft').map(({ id, token }) => [id, token])).toEqual(
          expect.arrayContaining([
            ['draft', undefined],
            ['approving', undefined],
          ]),
        )
        expect(await holdAfterRestore(store, DAY)).toEqual({ waiting: 3, drafts: 0, cancelled: 0 })
        expect(await stands()).toEqual(after)
      })
    },
    UP_TO,
  )
})

describe('A data folder that is only read', () => {
  it('is byte for byte as it was, whatever a crash left in it, and takes no change', async () => {
    const { DATA_DIR } = await inFolder()
    await at({ DATA_DIR }, (store) => fillWith(store))
    for (const left of ['people/0.db.new', 'ledger/x.new', 'teams/index.db.new'])
      writeFileSync(join(DATA_DIR, left), 'left')
    const before = copyOf(DATA_DIR)
    const store = await openEmbeddedStore(DATA_DIR, { isOnlyRead: true })
    expect((await tallied(store)).counts).toMatchObject({ people: 82, deliveries: 1400 })
    await expect(store.people.change('t', 'x', () => undefined)).rejects.toThrow('closed')
    await store.close()
    expect(touched(before, copyOf(DATA_DIR))).toEqual([])
    await expect(openEmbeddedStore(path('no'), { isOnlyRead: true })).rejects.toThrow(/cannot be used: ENOENT/)
  })
})

describe('npm run move', () => {
  const TIMES = 8
  const HALF =
    'The database has only a part of what was being restored or moved into it. Run the same restore or move again: it goes on where it stopped.'

  it(
    'says what it would copy, refuses a database that has other records, and says where the keys are',
    async () => {
      const { DATA_DIR } = await inFolder()
      await at({ DATA_DIR }, (store) => fillWith(store))
      const before = copyOf(DATA_DIR)
      const DATABASE_URL = await server.newDatabase()
      const dry = await runs('move', ['--dry-run'], { DATA_DIR })
      expect([dry.code, dry.said]).toEqual([0, expect.stringMatching(/is locked.*|would be copied.*people +82\n/s)])
      const moved = await runs('move', ['--to', DATABASE_URL], { DATA_DIR })
      expect([moved.code, moved.said]).toEqual([0, expect.stringContaining(`The keys stay in ${DATA_DIR}/keys`)])
      const again = await runs('move', [DATABASE_URL], { DATA_DIR })
      expect([again.code, again.said]).toEqual([0, expect.stringContaining('were in the database')])
      await at({ DATA_DIR, DATABASE_URL }, (store) =>
        store.wishes.change('t', 'w', () => ({ id: 'w', need: 'x', language: 'fi', at: '2026-11-26' })),
      )
      const refused = await runs('move', [DATABASE_URL], { DATA_DIR })
      expect([refused.code, refused.said]).toEqual([
        1,
        expect.stringMatching(/records in the database .*: .*wishes.*DROP/),
      ])
      expect(touched(before, copyOf(DATA_DIR))).toEqual([])
    },
    UP_TO,
  )

  it(
    'wants every bot stopped, on the folder and on the database',
    async () => {
      const { DATA_DIR } = await inFolder()
      await at({ DATA_DIR }, (store) => fillWith(store))
      const DATABASE_URL = await server.newDatabase()
      const bot = await openEmbeddedStore(DATA_DIR)
      expect((await runs('move', [DATABASE_URL], { DATA_DIR })).said).toContain('Stop it first')
      await bot.close()
      const other = await aPostgresStore(server, { url: DATABASE_URL })
      expect((await runs('move', [DATABASE_URL], { DATA_DIR })).said).toContain('A bot runs on this database')
      await other.close()
      expect((await runs('move', [DATABASE_URL], { DATA_DIR })).code).toBe(0)
    },
    UP_TO,
  )

  it(
    `killed ${TIMES} times at any moment and run again ends with the same as ever, the folder untouched`,
    async () => {
      const { DATA_DIR } = await inFolder()
      await at({ DATA_DIR }, (store) => fillWith(store, 4_000))
      const before = copyOf(DATA_DIR)
      const DATABASE_URL = await server.newDatabase()
      const env = { DATA_DIR, DATABASE_URL }
      let [killed, halves] = [0, 0]
      for (let time = 0; time < TIMES; time++) {
        const command = aCommand('move', [], env)
        while (!command.said().includes('is locked') && command.process.exitCode === null)
          await new Promise((resolve) => setTimeout(resolve, 2))
        await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400))
        command.process.kill('SIGKILL')
        if ((await command.ended).code === null) killed += 1
        const half = await at(env, tallied).catch(reason)
        if (half === HALF) halves += 1
        else expect(typeof half).toBe('object')
      }
      expect(killed).toBeGreaterThan(TIMES / 2)
      expect(halves).toBeGreaterThan(0)
      const end = await runs('move', [], env)
      expect([end.code, end.said]).toEqual([0, expect.stringContaining('people')])
      const source = await at({ DATA_DIR: copied(DATA_DIR) }, tallied)
      expect(source.differences(await at(env, tallied))).toEqual([])
      expect(touched(before, copyOf(DATA_DIR))).toEqual([])
    },
    3 * UP_TO,
  )
})

/** A copy to open as a bot would. */
function copied(folder: string): string {
  cpSync(folder, path('copy'), { recursive: true })
  return path('copy')
}

describe('How far a copy is', () => {
  it('is a bar on a terminal, and lines elsewhere', () => {
    const told = (isTTY: boolean) => {
      let text = ''
      const progress = openProgress('copied', 200, { isTTY, write: (piece: string) => (text += piece) })
      for (let rows = 1; rows <= 200; rows++) progress.told(rows)
      progress.done(200)
      return text
    }
    expect(told(true).split('\r').at(-1)).toBe(`copied [${'#'.repeat(30)}] 200 of 200, 100 %\n`)
    expect(told(false).split('\n').slice(0, 2)).toEqual(['copied: 20 of 200, 10 %', 'copied: 40 of 200, 20 %'])
    expect(told(false).split('\n')).toHaveLength(11)
  })
})
