/** What the outbox may rely on, whichever ledger there is. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DELIVERY_STATES, counted, keyOf, noCounts } from '../../src/domain/delivery.ts'
import type { Delivery, DeliveryCounts, Ledger } from '../../src/domain/delivery.ts'

/** `reopen` closes the ledger and opens what it left; `dispose` closes it and removes everything. */
export type OpenedLedger = { ledger: Ledger; reopen: () => Promise<Ledger>; dispose: () => Promise<void> }

const NOW = new Date('2026-11-26T12:05:00Z')

export function ledgerContract(name: string, open: () => Promise<OpenedLedger>): void {
  describe(`${name}, as a ledger`, () => {
    let opened: OpenedLedger
    let ledger: Ledger
    beforeEach(async () => {
      opened = await open()
      ledger = opened.ledger
    })
    afterEach(() => opened.dispose())
    const list = () => listOf(ledger, 'm')

    it('knows nothing at first, and takes what is said of an unknown mailing for nothing', async () => {
      expect(await ledger.counts('t', 'm')).toEqual(noCounts())
      expect(await ledger.nextDue('t', 'm')).toBeUndefined()
      expect(await ledger.claim('t', 'm', 64, NOW)).toEqual([])
      await ledger.record('t', 'm', [{ ...toPerson(1), state: 'delivered' }])
      expect(await ledger.shift('t', 'm', ['pending'], { state: 'cancelled' })).toBe(0)
      await ledger.remove('t', 'm')
      expect(await list()).toEqual([])
    })

    it('gives back every part of a delivery, in the order of the list, at once and after reopening', async () => {
      const given: Delivery[] = [
        { to: { person: 'ä ja "x"', userId: '29:x', serviceUrl: 'https://service.example' }, state: 'pending' },
        { to: { person: 'x' }, state: 'skipped', reason: 'guest' },
        { to: { person: 'y', serviceUrl: 'https://service.example' }, state: 'pending', after: NOW.toISOString() },
        { to: { conversation: 'x', serviceUrl: 'https://service.example' }, state: 'failed', reason: 'gone' },
        { to: { conversation: 'y', serviceUrl: '', team: 'team' }, state: 'pending', attempts: 3 },
        {
          to: { person: '__proto__', userId: '' },
          state: 'delivered',
          copy: { activity: '1', conversation: '', serviceUrl: 'https://service.example' },
        },
      ]
      expect(await ledger.prepare('t', 'm', given)).toEqual(recount(given))
      expect(await list()).toEqual(given)
      expect(await listOf(await opened.reopen(), 'm')).toEqual(given)
    })

    it('counts by state and by reason', async () => {
      await ledger.prepare('t', 'm', [
        ...people(3),
        { ...toPerson(10), state: 'skipped', reason: 'guest' },
        { ...toPerson(11), state: 'skipped', reason: 'retired' },
        { ...toPerson(12), state: 'skipped', reason: 'guest' },
      ])
      const expected = { ...noCounts(), total: 6, pending: 3, skipped: 3, reasons: { guest: 2, retired: 1 } }
      expect(await ledger.counts('t', 'm')).toEqual(expected)
      expect(await (await opened.reopen()).counts('t', 'm')).toEqual(expected)
    })

    it('takes a person, or a conversation, once: as it came first', async () => {
      const channel: Delivery = { to: { conversation: '1', serviceUrl: 'a' }, state: 'pending' }
      const counts = await ledger.prepare('t', 'm', [
        ...people(700),
        { to: { person: '1', userId: 'other' }, state: 'skipped', reason: 'guest' },
        channel,
        { to: { conversation: '1', serviceUrl: 'b', team: 'x' }, state: 'pending' },
      ])
      expect(counts).toMatchObject({ total: 701, pending: 701 })
      expect(await list()).toEqual([...people(700), channel])
    })

    it('keeps tenants and mailings apart that read the same when joined', async () => {
      await ledger.prepare('a', 'bc', people(1))
      await ledger.prepare('ab', 'c', people(2))
      await ledger.claim('a', 'bc', 5, NOW)
      expect(await ledger.counts('a', 'bc')).toMatchObject({ total: 1, sending: 1 })
      expect(await ledger.counts('ab', 'c')).toMatchObject({ total: 2, sending: 0 })
      await ledger.remove('a', 'bc')
      expect(await ledger.counts('ab', 'c')).toMatchObject({ total: 2 })
    })

    it('takes a list from whatever gives it one by one, once', async () => {
      let asked = 0
      const counts = await ledger.prepare(
        't',
        'm',
        (function* () {
          for (; asked < 1500; asked++) yield pending(asked)
        })(),
      )
      expect(counts.total).toBe(1500)
    })

    it('puts a whole list in place of the earlier one, longer or shorter', async () => {
      for (const [from, to] of [
        [0, 10],
        [5, 900],
        [300, 1200],
        [1, 3],
        [1, 700],
        [0, 0],
      ] as const) {
        const given = people(to).slice(from)
        expect(await ledger.prepare('t', 'm', given)).toEqual(recount(given))
        expect(await list()).toEqual(given)
        expect(await ledger.nextDue('t', 'm')).toEqual(to > from ? new Date(0) : undefined)
        ledger = await opened.reopen()
        expect(await ledger.counts('t', 'm')).toMatchObject({ total: to - from })
      }
    })

    it('stores nothing of a list that could not be read to its end', async () => {
      const broken = function* (): Iterable<Delivery> {
        yield* people(900)
        throw new RangeError('no more')
      }
      await expect(ledger.prepare('t', 'm', broken())).rejects.toThrow('no more')
      expect(await ledger.counts('t', 'm')).toEqual(noCounts())
      for (const count of [600, 20]) {
        await ledger.prepare('t', 'm', people(count))
        await expect(ledger.prepare('t', 'm', broken())).rejects.toThrow('no more')
        expect(await list()).toEqual(people(count))
        expect(await listOf(await opened.reopen(), 'm')).toEqual(people(count))
        ledger = await opened.reopen()
      }
    })

    it('gives what is pending and due, in the order of the list, and no delivery twice', async () => {
      const later = { ...pending(0), after: new Date(NOW.getTime() + 1).toISOString() }
      const due = { ...pending(1), after: NOW.toISOString(), attempts: 2 }
      await ledger.prepare('t', 'm', [later, due, ...people(1000).slice(2)])
      const first = await ledger.claim('t', 'm', 3, NOW)
      const { after: _, ...started } = due
      expect(first).toEqual([started, pending(2), pending(3)].map((one) => ({ ...one, state: 'sending' })))
      const rest = [...(await ledger.claim('t', 'm', 500, NOW)), ...(await ledger.claim('t', 'm', 500, NOW))]
      expect(rest.map(idOf)).toEqual(people(1000).slice(4).map(idOf))
      expect(await ledger.claim('t', 'm', 5, NOW)).toEqual([])
      expect(await ledger.nextDue('t', 'm')).toEqual(new Date(NOW.getTime() + 1))
      ledger = await opened.reopen()
      expect(await ledger.claim('t', 'm', 1000, new Date(NOW.getTime() + 1))).toHaveLength(1)
      expect(await ledger.nextDue('t', 'm')).toBeUndefined()
    })

    it('gives each of a hundred who ask at once deliveries of their own', async () => {
      await ledger.prepare('t', 'm', people(900))
      const asked = Array.from({ length: 100 }, () => ledger.claim('t', 'm', 10, NOW))
      const given = (await Promise.all(asked)).flat().map(idOf)
      expect(given).toHaveLength(900)
      expect(new Set(given).size).toBe(900)
    })

    it('tells when the first pending one is due: the epoch where one has no time', async () => {
      const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)
      const resting = (n: number, minutes: number) => ({ ...pending(n), after: at(minutes).toISOString() })
      await ledger.prepare('t', 'm', [...Array.from({ length: 600 }, (_, n) => resting(n, 700 - n)), resting(800, 500)])
      expect(await ledger.nextDue('t', 'm')).toEqual(at(101))
      await ledger.claim('t', 'm', 1, at(101))
      expect(await ledger.nextDue('t', 'm')).toEqual(at(102))
      await ledger.record('t', 'm', [pending(599)])
      expect(await ledger.nextDue('t', 'm')).toEqual(new Date(0))
    })

    it('puts outcomes in place of what is being sent, and leaves alone what is not', async () => {
      await ledger.prepare('t', 'm', people(600))
      await ledger.claim('t', 'm', 300, NOW)
      const copy = { activity: '1', conversation: 'c', serviceUrl: 's' }
      const outcomes: Delivery[] = [
        { to: { person: '0', userId: 'now known' }, state: 'delivered', copy },
        { ...toPerson(290), state: 'failed', reason: 'blocked' },
        { ...pending(5), attempts: 1, after: NOW.toISOString() },
        { ...toPerson(400), state: 'delivered' },
        { ...toPerson(7000), state: 'delivered' },
        { ...toPerson(290), state: 'delivered' },
      ]
      await ledger.record('t', 'm', outcomes)
      await ledger.record('t', 'm', [
        { ...toPerson(0), state: 'failed', reason: 'gone' },
        { ...toPerson(5), state: 'delivered' },
      ])
      for (const open of [() => ledger, opened.reopen]) {
        const now = await open()
        const found = await listOf(now, 'm')
        expect([found[0], found[290], found[5], found[400]]).toEqual([...outcomes.slice(0, 3), pending(400)])
        expect(found).toHaveLength(600)
        expect(await now.counts('t', 'm')).toEqual(recount(found))
      }
    })

    it('makes all of some states into another, without what was noted of the attempt but for the copy', async () => {
      const copy = { activity: '1', conversation: 'c', serviceUrl: 's' }
      await ledger.prepare('t', 'm', [
        { ...toPerson(0), state: 'failed', reason: 'refused', attempts: 5, copy },
        ...people(700).slice(1),
        { ...toPerson(900), state: 'failed', reason: 'gone' },
        { ...pending(901), after: NOW.toISOString(), attempts: 1 },
      ])
      await ledger.claim('t', 'm', 2, NOW)
      expect(await ledger.shift('t', 'm', ['sending'], { state: 'unknown', reason: 'interrupted' })).toBe(2)
      expect(await ledger.shift('t', 'm', ['failed'], { state: 'pending' })).toBe(2)
      expect((await list())[0]).toEqual({ ...pending(0), copy })
      expect((await list())[700]).toEqual(pending(900))
      expect(await ledger.shift('t', 'm', ['pending', 'failed'], { state: 'cancelled' })).toBe(700)
      expect((await list())[701]).toEqual({ ...toPerson(901), state: 'cancelled' })
      const counts = { ...noCounts(), total: 702, unknown: 2, cancelled: 700, reasons: { interrupted: 2 } }
      expect(await ledger.counts('t', 'm')).toEqual(counts)
      await ledger.record('t', 'm', [{ ...toPerson(1), state: 'delivered' }])
      expect(await (await opened.reopen()).counts('t', 'm')).toEqual(counts)
    })

    it('is not changed by what becomes of an object that was given or taken', async () => {
      const given = people(2)
      await ledger.prepare('t', 'm', given)
      given[0] = Object.assign(given[0] ?? pending(0), { state: 'delivered' as const })
      const [claimed] = await ledger.claim('t', 'm', 1, NOW)
      if (claimed) claimed.state = 'failed'
      const [read] = await list()
      if (read) read.to = { person: 'nobody' }
      expect(await list()).toEqual([{ ...pending(0), state: 'sending' }, pending(1)])
    })

    it('forgets a mailing that is removed, and takes a new list under its name', async () => {
      await ledger.prepare('t', 'm', people(600))
      await ledger.claim('t', 'm', 10, NOW)
      await ledger.remove('t', 'm')
      expect(await list()).toEqual([])
      expect(await ledger.counts('t', 'm')).toEqual(noCounts())
      ledger = await opened.reopen()
      expect(await ledger.counts('t', 'm')).toEqual(noCounts())
      await ledger.prepare('t', 'm', people(3))
      await ledger.record('t', 'm', [{ ...toPerson(1), state: 'delivered' }])
      expect(await listOf(await opened.reopen(), 'm')).toEqual(people(3))
    })
  })

  it(`${name} keeps its sums, loses no delivery and gives none twice, whatever is done in whatever order`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const opened = await open()
        try {
          await follow(opened, steps)
        } finally {
          await opened.dispose()
        }
      }),
      { numRuns: 40 },
    )
  })
}

type Step =
  | { does: 'prepare'; from: number; count: number }
  | { does: 'claim'; most: number }
  | { does: 'record'; share: number; as: Delivery['state'] }
  | { does: 'shift'; from: Delivery['state'][]; to: 'unknown' | 'cancelled' | 'pending' }
  | { does: 'reopen' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ does: fc.constant('prepare'), from: fc.nat(50), count: fc.nat(700) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('claim'), most: fc.nat(300) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('record'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      as: fc.constantFrom('delivered', 'failed', 'unknown', 'pending'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('shift'),
      from: fc.subarray(['sending', 'failed', 'unknown', 'pending'] as const, { minLength: 1 }),
      to: fc.constantFrom('unknown', 'cancelled', 'pending'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reopen') }) },
)

/** Does the steps, with a model beside: the state of each delivery by id. */
async function follow(opened: OpenedLedger, steps: readonly Step[]): Promise<void> {
  let { ledger } = opened
  let model = new Map<string, Delivery['state']>()
  for (const one of steps) {
    if (one.does === 'prepare') {
      const given = Array.from({ length: one.count }, (_, n) => pending(one.from + n))
      // A list of which something was claimed is not replaced.
      if ([...model.values()].some((state) => state !== 'pending')) await ledger.remove('t', 'm')
      await ledger.prepare('t', 'm', given)
      model = new Map(given.map((delivery) => [idOf(delivery), 'pending']))
    } else if (one.does === 'claim') {
      const free = [...model].filter(([, state]) => state === 'pending').map(([id]) => id)
      const given = (await ledger.claim('t', 'm', one.most, NOW)).map(idOf)
      expect(given).toEqual(free.slice(0, one.most))
      for (const id of given) model.set(id, 'sending')
    } else if (one.does === 'record') {
      const sending = [...model].filter(([, state]) => state === 'sending').map(([id]) => id)
      const some = sending.filter((_, n) => n < one.share * sending.length)
      await ledger.record(
        't',
        'm',
        some.map((person) => ({ to: { person }, state: one.as })),
      )
      for (const id of some) model.set(id, one.as)
    } else if (one.does === 'shift') {
      const its = [...model].filter(([, state]) => one.from.includes(state))
      expect(await ledger.shift('t', 'm', one.from, { state: one.to })).toBe(its.length)
      for (const [id] of its) model.set(id, one.to)
    } else {
      ledger = await opened.reopen()
      // Which is what the outbox does at a start.
      await ledger.shift('t', 'm', ['sending'], { state: 'unknown', reason: 'interrupted' })
      for (const [id, state] of model) if (state === 'sending') model.set(id, 'unknown')
    }
    const found = await listOf(ledger, 'm')
    expect(found.map((delivery) => [idOf(delivery), delivery.state])).toEqual([...model])
    const counts = await ledger.counts('t', 'm')
    expect(counts).toEqual(recount(found))
    expect(DELIVERY_STATES.reduce((sum, state) => sum + counts[state], 0)).toBe(counts.total)
  }
}

export function pending(n: number): Delivery {
  return { ...toPerson(n), state: 'pending' }
}

export function people(count: number): Delivery[] {
  return Array.from({ length: count }, (_, n) => pending(n))
}

function toPerson(n: number): Pick<Delivery, 'to'> {
  return { to: { person: String(n), userId: `29:${n}`, serviceUrl: 'https://service.example' } }
}

export async function listOf(ledger: Ledger, mailing: string): Promise<Delivery[]> {
  return Array.fromAsync(ledger.deliveries('t', mailing))
}

export function recount(deliveries: readonly Delivery[]): DeliveryCounts {
  return deliveries.reduce((counts, delivery) => counted(counts, delivery), noCounts())
}

function idOf({ to }: Delivery): string {
  return keyOf(to).replace(/^person /, '')
}
