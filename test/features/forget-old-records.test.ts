import { beforeEach, describe, expect, it } from '@jest/globals'
import type { DeliveryCounts } from '../../src/domain/delivery.ts'
import type { Broadcast } from '../../src/domain/records.ts'
import { forgetOldRecords } from '../../src/features/privacy/forget-old-records.ts'
import type { NewMailing } from '../../src/ports.ts'
import { aBroadcast } from '../support/copies.ts'
import { aKit, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
const DAY_MS = 86_400_000
const START = new Date('2026-11-26T12:05:00Z')

let kit: FakeKit
let now: Date

const after = (days: number) => new Date(START.getTime() + days * DAY_MS)

/** The nightly job as it runs on the day. */
async function nightOf(days: number): Promise<void> {
  now = after(days)
  await forgetOldRecords.run(now, kit)
}

const aMailing = (id: string): NewMailing => ({
  id,
  kind: 'broadcasts.send',
  does: 'post',
  message: { verb: 'broadcasts.show', broadcast: 'b' },
  language: 'fi',
  at: START.toISOString(),
  atAnyHour: false,
  isSameForAll: true,
  keepsCopies: true,
})

async function keepBroadcast(given: Pick<Broadcast, 'state'> & Partial<Broadcast>): Promise<void> {
  await kit.store.broadcasts.change(TENANT, 'b', () => aBroadcast('b', { changedAt: START.toISOString(), ...given }))
}

const recipients = () => ['antti', 'sari'].map((person) => ({ to: { person }, state: 'pending' as const }))
const held = (id: string) => kit.outbox.hold(TENANT, aMailing(id), recipients())
const hasRecord = async () => (await kit.store.broadcasts.get(TENANT, 'b')) !== undefined
const mailings = async () => (await kit.store.mailings.list(TENANT)).map(({ id }) => id)

/** All of a mailing reached those it was for, on the first day. */
async function ended(id: string): Promise<DeliveryCounts> {
  const { ledger } = kit.store
  await kit.outbox.post(TENANT, aMailing(id), recipients())
  const claimed = await ledger.claim(TENANT, id, 10, now)
  await ledger.record(
    TENANT,
    id,
    claimed.map((one) => ({ ...one, state: 'delivered' as const })),
  )
  const endedAt = now.toISOString()
  await kit.store.mailings.change(TENANT, id, (known) => known && { ...known, state: 'ended', endedAt })
  return ledger.counts(TENANT, id)
}

beforeEach(() => {
  now = START
  kit = aKit({ clock: { now: () => now } })
})

describe('the nightly forgetting of broadcasts', () => {
  it.each(['draft', 'previewed'] as const)(
    'removes a %s that nobody touched for 90 days, with its list',
    async (state) => {
      await keepBroadcast({ state, plan: { advanceAt: '', sendAt: after(200).toISOString() } })
      await nightOf(89)
      expect(await hasRecord()).toBe(true)
      await held('b')
      await held('b-advance')
      await nightOf(90)
      expect([await hasRecord(), await mailings()]).toEqual([false, []])
    },
  )

  it('gives up the list of a preview after a day, and leaves one that waits for a second person', async () => {
    await keepBroadcast({ state: 'approving' })
    await held('b')
    await held('b-advance')
    await nightOf(2)
    expect(await mailings()).toEqual(['b', 'b-advance'])
    await keepBroadcast({ state: 'previewed' })
    await nightOf(3)
    expect([await hasRecord(), await mailings()]).toEqual([true, []])
  })

  it.each(['confirmed', 'cancelled'] as const)(
    'removes a %s one after RETENTION_MONTHS from its day',
    async (state) => {
      kit.settings.retentionMonths = 1
      await keepBroadcast({ state, plan: { advanceAt: '', sendAt: after(20).toISOString() } })
      await nightOf(45)
      expect(await hasRecord()).toBe(true)
      await nightOf(51)
      expect(await hasRecord()).toBe(false)
    },
  )

  it('keeps what its mailings came to when their lists go after 30 days', async () => {
    await keepBroadcast({ state: 'confirmed' })
    const counts = { main: await ended('b'), advance: await ended('b-advance') }
    await nightOf(29)
    expect(await mailings()).toEqual(['b', 'b-advance'])
    await nightOf(30)
    expect(await mailings()).toEqual([])
    expect(counts.main).toMatchObject({ total: 2, delivered: 2 })
    expect((await kit.store.broadcasts.get(TENANT, 'b'))?.counts).toEqual(counts)
  })
})
