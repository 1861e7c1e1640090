import { beforeEach, describe, expect, it } from '@jest/globals'
import type { ImportedRole, StaffMember } from '../../src/domain/records.ts'
import type { Store } from '../../src/ports.ts'
import { openRoles } from '../../src/platform/roles.ts'
import { aStore } from '../support/kit.ts'

const TENANT = 'tenant-1'
const NOBODY = { HR_USERS: [], SUPERVISOR_USERS: [], APPROVER_USERS: [], COACH_USERS: [] }

let store: Store
beforeEach(() => {
  store = aStore()
})

const open = (given: Partial<Parameters<typeof openRoles>[0]> = {}) =>
  openRoles({ mode: 'production', ...NOBODY, ...given }, store)
const person = (id: string, tenant = TENANT) => ({ tenant, id, userId: `29:${id}`, name: id })
const imports = (people: Record<string, ImportedRole[]>) =>
  store.staff.change(TENANT, 'all', () => ({
    id: 'all',
    people: Object.entries(people).map(([id, roles]): StaffMember => ({ id, unit: '', roles })),
    at: '2026-11-26T12:05:00Z',
  }))
/** A team whose roster told of Maija by the name by which the import knows her. */
const linksMaija = () =>
  store.teams.change(TENANT, 'team', () => ({
    id: 'team',
    name: 'Kotihoito',
    serviceUrl: 'https://service.example',
    channels: [],
    members: [
      { id: 'id-maija', userId: '29:maija', staff: 'maija@kunta.fi' },
      { id: 'id-liisa', userId: '29:liisa' },
    ],
  }))

describe('the roles of a person', () => {
  it('are nobody’s until somebody is named, but everybody is a supervisor', async () => {
    const { roles, supervisors, approvers } = open()
    expect(await roles(person('id-maija'))).toEqual(new Set(['supervisor']))
    expect(await supervisors(TENANT)).toBeUndefined()
    expect(await approvers(TENANT)).toEqual(new Set())
  })

  it('are those of the settings and those of the import together, in any letter case', async () => {
    await imports({ 'id-liisa': ['hr'], 'id-antti': ['supervisor', 'approver'], 'id-sari': ['member'] })
    const { roles, supervisors, approvers } = open({ HR_USERS: ['ID-Maija'], APPROVER_USERS: ['id-maija'] })
    expect(await roles(person('id-maija'))).toEqual(new Set(['hr', 'approver']))
    expect(await roles(person('ID-LIISA'))).toEqual(new Set(['hr']))
    expect(await roles(person('id-antti'))).toEqual(new Set(['supervisor', 'approver']))
    expect(await roles(person('id-sari'))).toEqual(new Set())
    expect(await roles(person('id-stranger'))).toEqual(new Set())
    expect(await supervisors(TENANT)).toEqual(new Set(['id-antti']))
    expect(await approvers(TENANT)).toEqual(new Set(['id-maija', 'id-antti']))
  })

  it('end everybody’s being a supervisor once the settings or the import name one', async () => {
    expect(await open({ SUPERVISOR_USERS: ['id-liisa'] }).roles(person('id-maija'))).toEqual(new Set())
    await imports({ 'id-liisa': ['member'] })
    expect(await open().roles(person('id-maija'))).toEqual(new Set(['supervisor']))
    await imports({ 'id-liisa': ['supervisor'] })
    expect(await open().roles(person('id-maija'))).toEqual(new Set())
  })

  it('are all of them in development, but for a role for which somebody is named', async () => {
    const { roles } = open({ mode: 'development', HR_USERS: ['id-liisa'] })
    expect(await roles(person('id-maija'))).toEqual(new Set(['supervisor', 'approver', 'coach']))
    await imports({ 'id-liisa': ['approver'] })
    expect(await roles(person('id-maija'))).toEqual(new Set(['supervisor', 'coach']))
    expect(await roles(person('id-liisa'))).toEqual(new Set(['hr', 'supervisor', 'approver', 'coach']))
  })

  it('of whom the import names by user principal name are known once a team’s roster has told whose it is', async () => {
    await imports({ 'maija@kunta.fi': ['hr', 'supervisor', 'approver'] })
    const { roles, supervisors, approvers } = open()
    expect(await roles(person('id-maija'))).toEqual(new Set())
    expect(await supervisors(TENANT)).toEqual(new Set())
    await linksMaija()
    expect(await roles(person('id-maija'))).toEqual(new Set(['hr', 'supervisor', 'approver']))
    expect(await roles(person('id-liisa'))).toEqual(new Set())
    expect(await supervisors(TENANT)).toEqual(new Set(['id-maija']))
    expect(await approvers(TENANT)).toEqual(new Set(['id-maija']))
    await store.teams.change(TENANT, 'team', (team) => team && { ...team, members: [] })
    expect(await roles(person('id-maija'))).toEqual(new Set())
  })

  it('follow the next import at once', async () => {
    const { roles } = open()
    await imports({ 'id-maija': ['hr'] })
    expect(await roles(person('id-maija'))).toContain('hr')
    await imports({ 'id-maija': ['member'], 'id-liisa': ['hr'] })
    expect(await roles(person('id-maija'))).not.toContain('hr')
  })

  it('are those of the person’s own organisation', async () => {
    await imports({ 'id-maija': ['hr'] })
    expect(await open().roles(person('id-maija', 'tenant-2'))).toEqual(new Set(['supervisor']))
  })
})

describe('in development, those who may approve', () => {
  it('are all whom the bot can ask, until somebody is named', async () => {
    const ownChat = { conversation: 'own', serviceUrl: 'https://service.example' }
    await store.people.change(TENANT, 'id-maija', () => ({ id: 'id-maija', userId: '29:maija', ownChat }))
    await store.people.change(TENANT, 'id-liisa', () => ({ id: 'id-liisa', userId: '29:liisa' }))
    const { approvers } = open({ mode: 'development' })
    expect(await approvers(TENANT)).toEqual(new Set(['id-maija']))
    await imports({ 'id-antti': ['approver'] })
    expect(await approvers(TENANT)).toEqual(new Set(['id-antti']))
  })
})
