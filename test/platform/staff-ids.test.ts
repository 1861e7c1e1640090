import { beforeEach, describe, expect, it } from '@jest/globals'
import type { StaffMember } from '../../src/domain/records.ts'
import type { Store } from '../../src/ports.ts'
import { openRoles } from '../../src/platform/roles.ts'
import { lookUpStaff } from '../../src/platform/staff-ids.ts'
import { aGraphDesk, forbidden } from '../support/graph.ts'
import { aStore } from '../support/kit.ts'

const TENANT = 'tenant-1'

const desk = aGraphDesk()

describe('Whom the import names by user principal name', () => {
  const staff = async (...people: StaffMember[]): Promise<Store> => {
    const store = aStore()
    await store.staff.change(TENANT, 'all', () => ({ id: 'all', people, at: '2026-11-26T12:05:00Z' }))
    return store
  }
  const lookUp = (store: Store, which: 'all' | 'missing') =>
    lookUpStaff({ store, graph: desk.graph, log: desk.log, isStopping: () => false }, TENANT, which)
  const maija: StaffMember = { id: 'maija@kunta.fi', unit: 'Kotihoito', roles: ['hr', 'supervisor'] }
  const none = { HR_USERS: [], SUPERVISOR_USERS: [], APPROVER_USERS: [], COACH_USERS: [] }
  const rolesOf = (store: Store, id: string) =>
    openRoles({ mode: 'production', ...none }, store).roles({ tenant: TENANT, id, userId: '', name: '' })
  beforeEach(() => {
    desk.service.users.set('maija@kunta.fi', 'ID-Maija')
  })

  it('is known by object id once Graph has told it, without any team', async () => {
    const store = await staff(maija, { id: 'id-liisa', unit: '', roles: ['member'] })
    await lookUp(store, 'missing')
    expect((await store.staff.get(TENANT, 'all'))?.people).toEqual([
      { ...maija, objectId: 'id-maija' },
      { id: 'id-liisa', unit: '', roles: ['member'] },
    ])
    expect(await rolesOf(store, 'id-maija')).toEqual(new Set(['hr', 'supervisor']))
    expect(await openRoles({ mode: 'production', ...none }, store).supervisors(TENANT)).toEqual(new Set(['id-maija']))
    await lookUp(store, 'missing')
    expect(desk.service.asked).toHaveLength(1)
  })

  it('is somebody else once the name is, and nobody once nobody has it', async () => {
    const store = await staff({ ...maija, objectId: 'id-earlier' })
    await lookUp(store, 'all')
    expect(await rolesOf(store, 'id-earlier')).toEqual(new Set())
    expect(await rolesOf(store, 'id-maija')).toContain('hr')
    desk.service.users.clear()
    await lookUp(store, 'all')
    expect((await store.staff.get(TENANT, 'all'))?.people).toEqual([maija])
  })

  it('has the roles of both rows where the import has the object id too', async () => {
    const store = await staff({ ...maija, objectId: 'id-maija' }, { id: 'id-maija', unit: '', roles: ['coach'] })
    expect(await rolesOf(store, 'id-maija')).toEqual(new Set(['hr', 'supervisor', 'coach']))
  })

  it('stays who it was where Graph fails, and those found before are kept', async () => {
    const antti: StaffMember = { id: 'antti@kunta.fi', unit: '', roles: ['member'], objectId: 'id-antti' }
    const store = await staff(maija, antti)
    desk.service.answers = ({ path }) => (path.includes('antti') ? forbidden() : undefined)
    await lookUp(store, 'all')
    expect((await store.staff.get(TENANT, 'all'))?.people).toEqual([{ ...maija, objectId: 'id-maija' }, antti])
    expect(desk.lines.join()).not.toMatch(/maija|antti|kunta|a-token/i)
  })
})
