import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Connector, NotSent } from '../../src/platform/connector.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'

const ACTIVITY = { type: 'message', text: 'Hei' }

describe('A message that may leave up to a moment', () => {
  let service: MockConnector
  let connector: Connector
  beforeEach(async () => {
    service = await aConnector()
    const token = () => Promise.resolve(undefined)
    connector = new Connector({ token, isAllowed: () => true, metrics: openMetrics(), connections: 1 })
  })
  afterEach(async () => {
    await connector.close()
    await service.close()
  })
  const post = (conversation: string, latest: number) =>
    connector.post({ tenant: 'tenant-1', serviceUrl: service.url, conversation }, ACTIVITY, latest)

  it('does not leave where the moment passes while it waits for a connection, and those behind it do', async () => {
    const release = service.hold()
    const latest = performance.now() + 50
    const posted = [post('first', Infinity), post('second', latest), post('third', Infinity)]
    const second = expect(posted[1]).rejects.toThrow(NotSent)
    while (performance.now() <= latest) await new Promise((resolve) => setTimeout(resolve, 10))
    release()
    await second
    await Promise.all([posted[0], posted[2]])
    expect([...service.copies.keys()]).toEqual(['first', 'third'])
  })
})
