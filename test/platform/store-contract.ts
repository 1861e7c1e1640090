/** What a feature may rely on, whichever store there is. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { PersonRecord, Team } from '../../src/domain/records.ts'
import type { Store } from '../../src/ports.ts'

/** `reopen` closes the store and opens what it left; `dispose` closes it and removes everything. */
export type OpenedStore = { store: Store; reopen: () => Promise<Store>; dispose: () => Promise<void> }

export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}, as a store`, () => {
    let opened: OpenedStore
    let store: Store
    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.dispose())

    it('knows nothing at first', async () => {
      expect(await store.people.get('t', 'a')).toBeUndefined()
      expect(await store.people.list('t')).toEqual([])
      expect(await store.people.tenants()).toEqual([])
    })

    it('gives back what was changed, at once and after reopening', async () => {
      expect(await store.people.change('t', 'a', () => person('a', 'one'))).toEqual(person('a', 'one'))
      await store.teams.change('t', 'x', () => team('x', ['a', 'b']))
      for (const open of [() => store, opened.reopen]) {
        const now = await open()
        expect(await now.people.get('t', 'a')).toEqual(person('a', 'one'))
        expect(await now.people.list('t')).toEqual([person('a', 'one')])
        expect(await now.teams.list('t')).toEqual([team('x', ['a', 'b'])])
        expect(await now.wishes.list('t')).toEqual([])
      }
    })

    it('gives each edit the record as it is, and replaces it whole', async () => {
      await store.people.change('t', 'a', () => ({ ...person('a', 'one'), language: 'sv' }))
      const seen: unknown[] = []
      await store.people.change('t', 'a', (current) => (seen.push(current), person('a', 'two')))
      expect(seen).toContainEqual({ ...person('a', 'one'), language: 'sv' })
      expect(await (await opened.reopen()).people.get('t', 'a')).toEqual(person('a', 'two'))
    })

    it('removes a record for good, and forgets a tenant that has none', async () => {
      for (const collection of [store.people, store.teams]) {
        await collection.change('t', 'a', () => team('a', []))
        await collection.change('u', 'a', () => team('a', []))
        expect(await collection.change('t', 'a', () => undefined)).toBeUndefined()
      }
      for (const open of [() => store, opened.reopen]) {
        const { people, teams } = await open()
        for (const collection of [people, teams]) {
          expect(await collection.get('t', 'a')).toBeUndefined()
          expect(await collection.list('t')).toEqual([])
          expect(await collection.tenants()).toEqual(['u'])
        }
      }
      const again = await opened.reopen()
      expect(await again.teams.change('t', 'a', () => team('a', ['back']))).toEqual(team('a', ['back']))
    })

    it('leaves alone what was not there to be removed', async () => {
      expect(await store.teams.change('t', 'nobody', () => undefined)).toBeUndefined()
      expect(await (await opened.reopen()).teams.tenants()).toEqual([])
    })

    it('keeps tenants apart that use the same id', async () => {
      await store.people.change('t', 'a', () => person('a', 'of t'))
      await store.people.change('u', 'a', () => person('a', 'of u'))
      await store.people.change('t', 'a', (current) => ({ ...person('a', ''), ...current, locale: 'fi-FI' }))
      const again = await opened.reopen()
      expect(await again.people.get('t', 'a')).toEqual({ ...person('a', 'of t'), locale: 'fi-FI' })
      expect(await again.people.get('u', 'a')).toEqual(person('a', 'of u'))
      expect((await again.people.tenants()).sort()).toEqual(['t', 'u'])
    })

    it('does not mistake one tenant and id for another pair that reads the same when joined', async () => {
      const pairs = ['a|bc', 'ab|c', 'a,b|c', 'a|b,c', '","|x', '"|,"x', '|', '/../|..'].map((pair) => pair.split('|'))
      for (const [tenant = '', id = ''] of pairs) await store.people.change(tenant, id, () => person(id, tenant))
      const again = await opened.reopen()
      for (const [tenant = '', id = ''] of pairs) expect(await again.people.get(tenant, id)).toEqual(person(id, tenant))
    })

    it('loses none of 200 changes made to one record at once', async () => {
      const ids = Array.from({ length: 200 }, (_, n) => `member ${n}`)
      const join = (id: string) => store.teams.change('t', 'x', (now = team('x', [])) => withMember(now, id))
      await Promise.all(ids.map(join))
      const stored = await (await opened.reopen()).teams.get('t', 'x')
      expect(new Set(stored?.members.map(({ id }) => id))).toEqual(new Set(ids))
    })

    it('rejects an edit that throws, alone, and stores nothing of it', async () => {
      await store.people.change('t', 'a', () => person('a', 'first'))
      const outcomes = await Promise.allSettled([
        store.people.change('t', 'a', (now) => ({ ...person('a', ''), ...now, locale: 'fi' })),
        store.people.change('t', 'a', () => {
          throw new RangeError('not this one')
        }),
        store.people.change('t', 'b', () => {
          throw new RangeError('nor this')
        }),
        store.people.change('t', 'a', (now) => ({ ...person('a', ''), ...now, language: 'sv' })),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({ reason: new RangeError('not this one') })
      const kept = { ...person('a', 'first'), locale: 'fi', language: 'sv' }
      for (const open of [() => store, opened.reopen]) expect(await (await open()).people.list('t')).toEqual([kept])
    })

    it('changes nothing when an edit returns the record it was given', async () => {
      await store.people.change('t', 'a', () => person('a', 'one'))
      expect(await store.people.change('t', 'a', (current) => current)).toEqual(person('a', 'one'))
      expect(await (await opened.reopen()).people.list('t')).toEqual([person('a', 'one')])
    })

    it('is not changed by what becomes of an object after it was stored', async () => {
      const given = team('x', ['a'])
      await store.teams.change('t', 'x', () => given)
      given.members.push({ id: 'b', userId: '29:b' })
      expect((await store.teams.get('t', 'x'))?.members).toEqual([{ id: 'a', userId: '29:a' }])
    })

    it('keeps names that mean something to JavaScript as plain names', async () => {
      const odd = JSON.parse('{"id":"__proto__","userId":"constructor","__proto__":{"polluted":true}}') as PersonRecord
      for (const id of ['__proto__', 'constructor', 'hasOwnProperty']) {
        await store.people.change('__proto__', id, () => ({ ...person(id, 'u'), locale: 'toString' }))
      }
      await store.people.change('t', '__proto__', () => odd)
      const again = await opened.reopen()
      expect(await again.people.list('__proto__')).toHaveLength(3)
      expect(JSON.stringify(await again.people.get('t', '__proto__'))).toBe(JSON.stringify(odd))
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    })

    it('brings every text back, and half an emoji spoils neither its record nor the next', async () => {
      const texts = ['👩🏽‍🏭 ja 👨‍👩‍👧', 'ääkköset ÅÄÖ', 'a\u0308', '\u202eoikealta', 'line\nand "quotes" \\ \u2028', '\ufffd']
      for (const text of texts) await store.people.change('t', text, () => person(text, text))
      await store.people.change('t', 'half', () => person('half', 'before \ud83d after'))
      const again = await opened.reopen()
      for (const text of texts) expect(await again.people.get('t', text)).toEqual(person(text, text))
      const half = await again.people.get('t', 'half')
      expect(half?.userId.toWellFormed()).toBe('before \ufffd after')
    })

    it('holds 1,200 people and 60 teams, all there after reopening', async () => {
      const ids = Array.from({ length: 1200 }, (_, n) => `person ${n}`)
      const write = (id: string) => store.people.change('t', id, () => person(id, `user of ${id}`))
      await Promise.all(ids.slice(0, 900).map(write))
      await Promise.all(ids.slice(900).map(write))
      await Promise.all(ids.slice(0, 60).map((id) => store.teams.change('t', id, () => team(id, [id]))))
      await Promise.all(ids.slice(0, 300).map((id) => store.people.change('t', id, () => undefined)))
      for (const open of [() => store, opened.reopen]) {
        const now = await open()
        expect((await now.people.list('t')).map(({ id }) => id).sort()).toEqual(ids.slice(300).sort())
        expect((await now.teams.list('t')).map(({ id }) => id).sort()).toEqual(ids.slice(0, 60).sort())
        expect(await now.people.get('t', 'person 1199')).toEqual(person('person 1199', 'user of person 1199'))
      }
    })
  })
}

function person(id: string, userId: string): PersonRecord {
  return { id, userId }
}

function team(id: string, members: string[]): Team & PersonRecord {
  return {
    id,
    name: id,
    serviceUrl: 'https://example.test/',
    channels: [],
    members: members.map((member) => ({ id: member, userId: `29:${member}` })),
    userId: id,
  }
}

function withMember(now: Team, id: string): Team {
  return { ...now, members: [...now.members, { id, userId: `29:${id}` }] }
}
