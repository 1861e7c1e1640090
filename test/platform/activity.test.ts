import { describe, expect, it } from '@jest/globals'
import { activitySchema, zoneOf } from '../../src/platform/teams/activity.ts'

const ACTIVITY = {
  type: 'message',
  channelId: 'msteams',
  serviceUrl: 'https://service.example',
  from: { id: '29:maija' },
  recipient: { id: '28:luotsi' },
  conversation: { id: 'own-maija' },
}
const A_MENTION = { type: 'mention', mentioned: { id: '28:luotsi' }, text: '<at>Luotsi</at>' }

const zone = (more: object) => zoneOf(activitySchema.parse({ ...ACTIVITY, ...more }))
const aClient = (timezone: unknown) => ({ type: 'clientInfo', locale: 'fi-FI', timezone })

describe('the zone of the client’s clock', () => {
  it('is what the activity says, or what is told of the client beside a mention', () => {
    expect(zone({ localTimezone: 'Europe/Stockholm', entities: [A_MENTION] })).toBe('Europe/Stockholm')
    expect(zone({ entities: [A_MENTION, aClient('Atlantic/Azores')] })).toBe('Atlantic/Azores')
    expect(zone({ localTimezone: '', entities: [aClient('Europe/Helsinki')] })).toBe('Europe/Helsinki')
  })

  it('is not known where nothing of use is said, and the activity is taken all the same', () => {
    for (const more of [{}, { entities: null }, { entities: [A_MENTION, {}] }, { localTimezone: 7 }])
      expect(zone(more)).toBeUndefined()
    for (const timezone of [null, 3, 'Nowhere/Else', {}, undefined])
      expect(zone({ entities: [aClient(timezone)] })).toBeUndefined()
  })
})
