import { beforeEach, describe, expect, it } from '@jest/globals'
import { checkins } from '../../src/features/checkins/index.ts'
import { bringCheckIn } from '../../src/features/checkins/show-checkins.ts'
import { Refusal, type Role } from '../../src/kit.ts'
import { aKit, anAddress, aTurn, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'
const inChannel = aTurn({ place: { kind: 'channel', address: anAddress('team-1'), team: 'team-1', channel: 'team-1' } })
const START = { weekday: '4', time: '14:00', closeAfterHours: '22', language: 'fi' }

let roles: Role[]
let kit: FakeKit

function aKitOf(needsCooperation: boolean): FakeKit {
  const { settings, chats } = aKit()
  const members = ['maija', 'a', 'b', 'c', 'd', 'e'].map((id) => ({ id, userId: `29:${id}`, name: id }))
  return aKit({
    roles: () => Promise.resolve(new Set(roles)),
    settings: { ...settings, needsCooperation },
    chats: { ...chats, members: () => Promise.resolve(members) },
  })
}

const press = (verb: string, data: object, turn = aTurn()) => checkins.actions?.[verb]?.run(turn, kit, data)
const recorded = async () => (await kit.store.organisations.get(TENANT, 'all'))?.cooperation

beforeEach(() => {
  roles = ['supervisor', 'hr']
  kit = aKitOf(true)
})

describe('check-ins in production', () => {
  it('neither start nor offer their form before HR has recorded the co-operation procedure', async () => {
    await expect(press('checkins.start', START, inChannel)).rejects.toThrow('checkins.cooperation.missing')
    await expect(bringCheckIn(inChannel, kit)).rejects.toThrow('checkins.cooperation.missing')
    expect(await kit.store.checkIns.list(TENANT)).toEqual([])
    await press('checkins.cooperate', { date: '2026-11-20' })
    await press('checkins.start', START, inChannel)
    expect(await kit.store.checkIns.list(TENANT)).toHaveLength(1)
  })

  it('bring HR the card for it by their word, until it is recorded, and supervisors a plain answer', async () => {
    expect(await bringCheckIn(aTurn(), kit)).toMatchObject({ card: 'cooperation', data: { date: '2026-11-26' } })
    roles = ['supervisor']
    expect(await bringCheckIn(aTurn(), kit)).toMatchObject({ card: 'checkin-note' })
    roles = ['hr']
    await press('checkins.cooperate', { date: '2026-11-20' })
    expect(await bringCheckIn(aTurn(), kit)).toMatchObject({ card: 'checkin-note' })
  })

  it('do not wait for it elsewhere', async () => {
    kit = aKitOf(false)
    await press('checkins.start', START, inChannel)
    expect(await kit.store.checkIns.list(TENANT)).toHaveLength(1)
  })
})

describe('the co-operation procedure', () => {
  it('is recorded by HR alone, in their own chat, and audited', async () => {
    roles = ['supervisor']
    await expect(press('checkins.cooperate', { date: '2026-11-20' })).rejects.toThrow('refusals.notFound')
    roles = ['hr']
    await expect(press('checkins.cooperate', { date: '2026-11-20' }, inChannel)).rejects.toThrow(Refusal)
    expect(await recorded()).toBeUndefined()
    await press('checkins.cooperate', { date: '2026-11-20' })
    expect(await recorded()).toBe('2026-11-20')
    expect(kit.audited).toMatchObject([
      { what: 'checkins.cooperate', outcome: 'refused' },
      { what: 'checkins.cooperate', outcome: 'done', note: '2026-11-20' },
    ])
  })

  it.each(['', '2026-11-27', '2026-02-30', '20.11.2026', '__proto__'])('is not recorded for %j', async (date) => {
    await expect(press('checkins.cooperate', { date })).rejects.toThrow('checkins.cooperation.wrong')
    expect(await recorded()).toBeUndefined()
  })

  it('leaves what the organisation is going through as it was', async () => {
    await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', weekly: [], phase: 'change' as const }))
    await press('checkins.cooperate', { date: '2026-11-20' })
    expect(await kit.store.organisations.get(TENANT, 'all')).toMatchObject({
      phase: 'change',
      cooperation: '2026-11-20',
    })
  })
})
