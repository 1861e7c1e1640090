import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Store } from '../../src/ports.ts'
import { openGroupRoles } from '../../src/platform/group-roles.ts'
import { openRoles } from '../../src/platform/roles.ts'
import { aGraphDesk, aUser, forbidden, users } from '../support/graph.ts'
import { aStore } from '../support/kit.ts'

const TENANT = 'tenant-1'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const desk = aGraphDesk()

describe('Roles from groups', () => {
  const none = { HR_USERS: [], SUPERVISOR_USERS: [], APPROVER_USERS: [], COACH_USERS: [] }
  let store: Store
  beforeEach(() => {
    store = aStore()
    desk.service.groups.set('group-hr', [aUser('id-maija')])
  })
  const openAll = (groups: Partial<Record<'hr' | 'supervisor' | 'approver', string[]>>, HR_USERS: string[] = []) => {
    const fresh = openGroupRoles({
      tenant: TENANT,
      groups: { hr: [], supervisor: [], approver: [], coach: [], ...groups },
      graph: desk.graph,
      now: () => new Date(desk.time),
      sleep(ms) {
        desk.slept.push(ms)
        if (desk.slept.length === 3) fresh.stop()
        return Promise.resolve()
      },
      random: () => 0.5,
      log: desk.log,
    })
    const roles = (mode: 'production' | 'development' = 'production') =>
      openRoles({ mode, ...none, HR_USERS }, store, fresh)
    return { fresh, roles }
  }
  const person = (id: string, tenant = TENANT) => ({ tenant, id, userId: `29:${id}`, name: id })
  const isHr = async ({ roles }: ReturnType<typeof openRoles>, id: string, tenant?: string) =>
    (await roles(person(id, tenant))).has('hr')

  it('add to those of the settings and of the import', async () => {
    await store.staff.change(TENANT, 'all', () => ({
      id: 'all',
      people: [{ id: 'id-antti', unit: '', roles: ['hr', 'supervisor'] }],
      at: '2026-11-26T12:05:00Z',
    }))
    desk.service.groups.set('group-more', [aUser('id-liisa')])
    const { fresh, roles } = openAll({ hr: ['group-hr', 'group-more'], supervisor: ['group-more'] }, ['id-sari'])
    expect(await fresh.refresh()).toBe(true)
    const found = roles()
    for (const id of ['ID-Maija', 'id-liisa', 'id-antti', 'id-sari']) expect(await isHr(found, id)).toBe(true)
    expect(await isHr(found, 'id-stranger')).toBe(false)
    expect(await isHr(found, 'id-maija', 'tenant-2')).toBe(false)
    expect(await found.supervisors(TENANT)).toEqual(new Set(['id-antti', 'id-liisa']))
    expect(desk.service.asked).toHaveLength(2)
  })

  it('are nobody’s until the group is read, in development too: where a group is set, none is everybody’s', async () => {
    const { fresh, roles } = openAll({ hr: ['group-hr'], supervisor: ['group-hr'], approver: ['group-hr'] })
    for (const mode of ['production', 'development'] as const) {
      const { roles: rolesOf, supervisors, approvers } = roles(mode)
      const found = await rolesOf(person('id-maija'))
      expect([...found].filter((role) => role !== 'coach')).toEqual([])
      expect(await supervisors(TENANT)).toEqual(new Set())
      expect(await approvers(TENANT)).toEqual(new Set())
    }
    await fresh.refresh()
    expect(await roles().roles(person('id-maija'))).toEqual(new Set(['hr', 'supervisor', 'approver']))
    expect(await roles().roles(person('id-liisa'))).toEqual(new Set())
  })

  it('end with the refresh after somebody left the group, or the group is gone', async () => {
    const { fresh, roles } = openAll({ hr: ['group-hr'] })
    await fresh.refresh()
    desk.service.groups.set('group-hr', [aUser('id-liisa')])
    expect(await isHr(roles(), 'id-maija')).toBe(true)
    await fresh.refresh()
    expect(await isHr(roles(), 'id-maija')).toBe(false)
    expect(await isHr(roles(), 'id-liisa')).toBe(true)
    desk.service.groups.clear()
    await fresh.refresh()
    expect(await isHr(roles(), 'id-liisa')).toBe(false)
  })

  it('hold for 24 hours while Graph is down, then are nobody’s, and come back with it', async () => {
    const { fresh, roles } = openAll({ hr: ['group-hr'] })
    await fresh.refresh()
    desk.service.up = false
    for (desk.time += HOUR; desk.time <= Date.parse('2026-11-27T12:00:00Z'); desk.time += HOUR) {
      expect(await fresh.refresh()).toBe(false)
      expect(await isHr(roles(), 'id-maija')).toBe(true)
    }
    expect(await isHr(roles(), 'id-maija')).toBe(false)
    desk.service.up = true
    await fresh.refresh()
    expect(await isHr(roles(), 'id-maija')).toBe(true)
  })

  it('are never taken from a group that was read in part', async () => {
    desk.service.groups.set('group-hr', users(2_000))
    const { fresh, roles } = openAll({ hr: ['group-hr'] })
    await fresh.refresh()
    desk.service.groups.set('group-hr', users(1_500))
    desk.service.answers = ({ path }) => (path.includes('skiptoken') ? forbidden() : undefined)
    expect(await fresh.refresh()).toBe(false)
    expect(await isHr(roles(), 'id-1999')).toBe(true)
  })

  it('are read every 15 minutes, after a failure within a minute or so, and without an end to the process', async () => {
    const { fresh } = openAll({ hr: ['group-hr'] })
    desk.service.answers = () => (desk.slept.length === 1 ? forbidden() : undefined)
    await fresh.keepFresh()
    expect(desk.slept).toEqual([15 * MINUTE, MINUTE, 15 * MINUTE])
  })

  it('leave nothing of a token or of people in the log', async () => {
    const { fresh } = openAll({ hr: ['group-hr', 'unknown'] })
    await fresh.refresh()
    desk.service.answers = forbidden
    await fresh.refresh()
    desk.service.answers = () => ({ status: 200, body: { value: [{ id: 'id-maija', userPrincipalName: 7 }] } })
    await fresh.refresh()
    desk.service.up = false
    await fresh.refresh()
    expect(desk.lines).toHaveLength(7)
    expect(desk.lines.join()).not.toMatch(/maija|virtanen|kunta|group-hr|a-token|Bearer/i)
  })
})
