import { describe, expect, it } from '@jest/globals'
import { breaksIn } from '../../src/domain/audit.ts'
import type { AuditEntry } from '../../src/domain/records.ts'
import { openAudit, readAudit } from '../../src/platform/audit.ts'
import { aCollection, aTurn, NOW } from '../support/kit.ts'

const AN_ACT = { what: 'broadcasts.confirm', to: 'b1', outcome: 'done', note: '' } as const

function anAudit() {
  const disk = { isFull: false }
  const collection = aCollection<AuditEntry>()
  const change: typeof collection.change = (tenant, id, edit) =>
    disk.isFull ? Promise.reject(new Error('full')) : collection.change(tenant, id, edit)
  const store = { audit: { ...collection, change } }
  const logged: unknown[] = []
  const log = { info: (fields: unknown) => logged.push(fields) }
  const open = () => openAudit(store, { now: () => NOW }, log as never)
  return { store, disk, logged, open }
}

describe('the audit', () => {
  it('puts acts of the same moment one after another in an unbroken chain, whose head goes to the log', async () => {
    const { store, logged, open } = anAudit()
    const audit = open()
    await Promise.all(Array.from({ length: 20 }, (_, at) => audit(aTurn(), { ...AN_ACT, note: String(at) })))
    const { 'tenant-1': entries = [] } = await readAudit(store)
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(entries.every(({ who, at }) => who === 'maija' && at === NOW.toISOString())).toBe(true)
    expect(breaksIn(entries)).toEqual([])
    expect(logged.at(-1)).toEqual({ number: 20, hash: entries.at(-1)?.hash })
  })

  it('leaves no gap where an act could not be stored, and tells of it', async () => {
    const { store, disk, open } = anAudit()
    const audit = open()
    await audit(aTurn(), AN_ACT)
    disk.isFull = true
    await expect(audit(aTurn(), AN_ACT)).rejects.toThrow('full')
    disk.isFull = false
    await audit(aTurn(), AN_ACT)
    const { 'tenant-1': entries = [] } = await readAudit(store)
    expect(entries.map(({ number }) => number)).toEqual([1, 2])
    expect(breaksIn(entries)).toEqual([])
  })

  it('keeps the chains of tenants apart', async () => {
    const { store, open } = anAudit()
    const audit = open()
    await audit(aTurn(), AN_ACT)
    await audit(aTurn({ person: { ...aTurn().person, tenant: 'tenant-2' } }), AN_ACT)
    expect(Object.values(await readAudit(store)).map((entries) => entries.map(({ number }) => number))).toEqual([
      [1],
      [1],
    ])
  })
})
