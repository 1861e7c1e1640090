import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Own } from '../../src/domain/register.ts'
import { COLLECTIONS, LINKED, REGISTER } from '../../src/domain/register.ts'
import type { Collection } from '../../src/domain/records.ts'
import { answerToken, sealAnswer } from '../../src/domain/sealed-answer.ts'
import { eraseMyData } from '../../src/features/privacy/erase-data.ts'
import { downloadMyData, linkToExport } from '../../src/features/privacy/export-data.ts'
import { showOwnAnswer, withdrawOwnAnswer } from '../../src/features/privacy/own-answer.ts'
import { ownRecords } from '../../src/features/privacy/own-records.ts'
import { showMyData } from '../../src/features/privacy/show-my-data.ts'
import { Refusal } from '../../src/kit.ts'
import { aKit, anAddress, aTurn, NOW, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
const AT = NOW.toISOString()

let kit: FakeKit
let now: Date

const maija = aTurn()

/** Both in each collection that holds something of a person. */
async function fillStore(): Promise<void> {
  const { store, roundKeys } = kit
  const put = <T extends { id: string }>(collection: Collection<T>, record: T) =>
    collection.change(TENANT, record.id, () => record)
  const both = ['maija', 'otso']
  for (const id of both) {
    await put(store.people, { id, userId: `29:${id}`, language: 'sv', off: ['themes'], wantsWeekly: true as const })
    await put(store.signUps, { id: `s-${id}`, webinar: 'wb-eta', person: id, userId: `29:${id}`, at: AT })
    await put(store.audit, {
      id: `a-${id}`,
      number: 1,
      hash: '',
      at: AT,
      who: id,
      what: 'broadcasts.confirm',
      to: 'b',
      outcome: 'done',
      note: '',
    })
  }
  const members = both.map((id) => ({ id, userId: `29:${id}` }))
  await put(store.teams, { id: 'team-1', name: 'Kotihoito Itä', serviceUrl: '', channels: [], members })
  await put(store.staff, {
    id: 'all',
    at: AT,
    people: both.map((id) => ({ id, unit: `yksikkö-${id}`, roles: ['member'] })),
  })
  await put(store.webinars, { id: 'wb-eta', attendance: { seats: both, waiting: ['kolmas'] }, feedback: {} })
  const readers = both.map((id) => ({ id, userId: `29:${id}`, name: id }))
  await put(store.rounds, {
    id: 'r1',
    team: 'team-1',
    week: '2026-W48',
    zone: 'Europe/Helsinki',
    opens: AT,
    closes: '2026-11-27T10:00:00Z',
    k: 5,
    number: 0,
    questions: [{ id: 'q-selkeys', version: 1 }],
    readers,
    rosterSize: 2,
  })
  await put(store.rosters, { id: 'r1', people: both })
  await roundKeys.make('r1')
  const key = (await roundKeys.read('r1')) ?? Buffer.alloc(32)
  const answers = both.map((id) => {
    const token = answerToken(key, TENANT, id, 'r1')
    return { token, sealed: sealAnswer(key, token, [id === 'maija' ? 8 : 3]) }
  })
  await put(store.answers, { id: 'r1', locked: false, answers })
  const mailing = { id: 'm1', kind: 'broadcasts.send', does: 'post' as const, message: { verb: 'broadcasts.show' } }
  await kit.outbox.post(
    TENANT,
    { ...mailing, language: 'fi', at: AT, atAnyHour: false, isSameForAll: true, keepsCopies: true },
    both.map((id) => ({ to: { person: id }, state: 'delivered' as const })),
  )
}

const partsOf = async (id: string): Promise<Record<string, Own[]>> =>
  Object.fromEntries((await ownRecords(kit, { tenant: TENANT, id })).map(({ name, found }) => [name, found]))

const erase = (sure?: 'yes') => eraseMyData(maija, kit, { sure })

beforeEach(async () => {
  now = NOW
  kit = aKit({ clock: { now: () => now } })
  await fillStore()
})

describe('the register', () => {
  it('says of every collection that is linked to a person what of it is whose', () => {
    expect(COLLECTIONS.filter((name) => REGISTER[name].linked !== 'nobody')).toEqual([...LINKED])
    for (const name of LINKED.filter((one) => one !== 'answers')) expect(REGISTER[name].ofPerson).toBeDefined()
  })

  it('gives for whatever stays after an erasing a reason', () => {
    const staying = LINKED.filter((name) => name !== 'answers' && REGISTER[name].without === undefined)
    expect(staying.filter((name) => REGISTER[name].stays === undefined)).toEqual([])
    expect(staying.length).toBeGreaterThan(3)
  })
})

describe('one’s own data', () => {
  it('are found wherever they stand, and nothing of anybody else’s is', async () => {
    const parts = await partsOf('maija')
    expect(Object.keys(parts).toSorted()).toEqual(
      [
        ...['people', 'teams', 'rounds', 'rosters', 'answers', 'staff', 'audit', 'webinars', 'signUps'],
        'deliveries',
      ].toSorted(),
    )
    expect(parts['staff']).toEqual([{ unit: 'yksikkö-maija', roles: ['member'], language: '', importedAt: AT }])
    expect(parts['deliveries']).toEqual([{ kind: 'broadcasts.send', at: AT, state: 'delivered' }])
    expect(JSON.stringify(parts)).not.toContain('otso')
    expect(await partsOf('vieras')).toEqual({})
  })

  it('are shown in one’s own chat alone', async () => {
    const inChannel = aTurn({ place: { kind: 'channel', address: anAddress('c') } })
    await expect(showMyData(inChannel, kit)).rejects.toThrow(Refusal)
    await expect(eraseMyData(inChannel, kit, { sure: 'yes' })).rejects.toThrow(Refusal)
    expect(Object.keys(await partsOf('maija')).length).toBe(10)
  })

  it('tell that an open answer exists, never what was answered', async () => {
    const { data } = await showMyData(maija, kit)
    expect(data).toMatchObject({ answers: [{ round: 'r1' }] })
    expect((await partsOf('maija'))['answers']).toEqual([{ round: 'r1', week: '2026-W48' }])
  })

  it('show one’s own answer on request, and let it be taken back, once', async () => {
    const answer = await showOwnAnswer(maija, kit, { round: 'r1' })
    expect(answer).toMatchObject({ open: { data: { lines: [{ choice: '8' }] } } })
    await withdrawOwnAnswer(maija, kit, { round: 'r1' })
    expect((await partsOf('maija'))['answers']).toBeUndefined()
    expect((await partsOf('otso'))['answers']).toHaveLength(1)
    await expect(withdrawOwnAnswer(maija, kit, { round: 'r1' })).rejects.toThrow(Refusal)
    await expect(showOwnAnswer(maija, kit, { round: 'r1' })).rejects.toThrow(Refusal)
  })

  it('cannot take an answer back from a check-in that is being closed', async () => {
    await kit.store.answers.change(TENANT, 'r1', (box) => box && { ...box, locked: true })
    await expect(withdrawOwnAnswer(maija, kit, { round: 'r1' })).rejects.toThrow(Refusal)
    expect((await kit.store.answers.get(TENANT, 'r1'))?.answers).toHaveLength(2)
  })
})

describe('the export', () => {
  const fetched = async (address: string) => {
    const { pathname, searchParams } = new URL(address)
    const file = await downloadMyData(kit, decodeURIComponent(pathname.replace('/my-data/', '')), searchParams)
    return file && (await Array.fromAsync(file.pieces)).join('')
  }

  it('is all of it, as JSON and as text', async () => {
    const json = JSON.parse((await fetched(linkToExport(maija, kit, 'json'))) ?? '') as {
      sections: { name: string; records: unknown[] }[]
    }
    expect(Object.fromEntries(json.sections.map(({ name, records }) => [name, records]))).toEqual(
      await partsOf('maija'),
    )
    const text = (await fetched(linkToExport(maija, kit, 'txt'))) ?? ''
    expect(text).toContain('unit: yksikkö-maija')
    expect(text).toContain('myData.unlinked')
  })

  it('is nobody else’s: the link holds for one person and ten minutes', async () => {
    const link = linkToExport(maija, kit, 'json')
    expect(await fetched(link.replace('maija', 'otso'))).toBeUndefined()
    expect(await fetched(link.replace(/key=\w/, 'key=_'))).toBeUndefined()
    expect(await fetched(link.replace(/until=[^&]*/, 'until=2027-11-26T12%3A15%3A00.000Z'))).toBeUndefined()
    now = new Date(NOW.getTime() + 10 * 60_000)
    expect(await fetched(link)).toBeUndefined()
  })
})

describe('the erasing', () => {
  it('asks once more before anything goes', async () => {
    const before = await partsOf('maija')
    expect(await erase()).toMatchObject({ replace: { data: { isAsking: true } } })
    expect(await partsOf('maija')).toEqual(before)
  })

  it('leaves of the person what has a reason to stay, and of the others everything', async () => {
    const others = await partsOf('otso')
    const { replace } = (await erase('yes')) as { replace: { data: { stays: unknown[] } } }
    expect(Object.keys(await partsOf('maija')).toSorted()).toEqual(
      ['teams', 'rounds', 'rosters', 'staff', 'audit', 'deliveries'].toSorted(),
    )
    expect(replace.data.stays).toHaveLength(6)
    expect(await partsOf('otso')).toEqual(others)
    expect((await kit.store.webinars.get(TENANT, 'wb-eta'))?.attendance).toEqual({
      seats: ['otso'],
      waiting: ['kolmas'],
    })
  })

  it('does nothing more the second time', async () => {
    await erase('yes')
    const left = await partsOf('maija')
    await erase('yes')
    expect(await partsOf('maija')).toEqual(left)
  })
})
