import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Unreachable, type Address } from '../../src/kit.ts'
import type { Chats } from '../../src/ports.ts'
import { openChats } from '../../src/platform/chats.ts'
import { Connector } from '../../src/platform/connector.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { aConnector, type MemberOfTest, type MockConnector } from '../support/connector.ts'
import { aStore } from '../support/kit.ts'

let service: MockConnector
let connector: Connector
let chats: Chats
beforeEach(async () => {
  service = await aConnector()
  connector = new Connector({
    token: () => Promise.resolve(undefined),
    isAllowed: () => true,
    metrics: openMetrics(),
  })
  chats = openChats(connector, () => ({}), aStore(), 'luotsi')
})
afterEach(async () => {
  await connector.close()
  await service.close()
})

const at = (conversation: string): Address => ({ tenant: 'tenant-1', serviceUrl: service.url, conversation })
const namesIn = async (conversation: string) => (await chats.members(at(conversation))).map(({ name }) => name)
const member = (name: string, more: Partial<MemberOfTest> = {}): MemberOfTest => ({
  id: `29:${name}`,
  objectId: `aad-${name}`,
  name,
  ...more,
})

describe('The members of a conversation', () => {
  it('are read page by page, with both ids and a tidied name', async () => {
    const names = ['Maija', 'Liisa', ' An\u0000tti\u202e  ', 'Åsa', 'Mikko']
    service.teams.set('team', { id: 'team', channels: [], members: names.map((name) => member(name)) })
    const found = await chats.members(at('team'))
    expect(found.map(({ name }) => name)).toEqual(['Maija', 'Liisa', 'Antti', 'Åsa', 'Mikko'])
    expect(found[0]).toEqual({ id: 'aad-Maija', userId: '29:Maija', name: 'Maija' })
  })

  it('are neither guests, people of other organisations, bots, nor those without an Entra id', async () => {
    const { objectId: _none, ...unknown } = member('Tuntematon')
    service.teams.set('team', {
      id: 'team',
      channels: [],
      members: [
        member('Vieras', { userRole: 'guest' }),
        member('Nimetön', { userRole: 'Anonymous' }),
        member('Naapuri', { tenantId: 'tenant-2' }),
        member('Luotsi', { id: '28:luotsi' }),
        unknown,
        member('Maija', { userRole: 'user', tenantId: 'tenant-1' }),
        { id: '29:Liisa', aadObjectId: 'aad-Liisa' },
      ],
    })
    expect(await chats.members(at('team'))).toEqual([
      { id: 'aad-Maija', userId: '29:Maija', name: 'Maija' },
      { id: 'aad-Liisa', userId: '29:Liisa', name: '' },
    ])
  })

  it('are those of the channel where it has its own', async () => {
    const channels = [{ id: 'general' }, { id: 'private', members: [member('Maija')] }]
    service.teams.set('team', {
      id: 'team',
      channels,
      members: ['Maija', 'Liisa', 'Antti'].map((name) => member(name)),
    })
    expect(await namesIn('private')).toEqual(['Maija'])
    expect(await namesIn('general;messageid=1')).toEqual(['Maija', 'Liisa', 'Antti'])
  })

  it('cannot be told where the app is no more', async () => {
    service.teams.set('gone', { id: 'gone', channels: [], members: [] })
    const removed = { ...at('gone'), serviceUrl: `${service.url}/nowhere` }
    await expect(chats.members(removed)).rejects.toThrow(Unreachable)
  })
})
