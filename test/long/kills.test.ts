import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seeded } from '../support/chance.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { killManyTimes, type KillReport } from '../support/kills.ts'

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const COUNT = 20_000

describe(`A process that sends to 20,000 and is killed 200 times at any moment (SEED=${SEED})`, () => {
  let service: MockConnector
  let report: KillReport
  beforeAll(async () => {
    service = await aConnector()
    report = await killManyTimes(service, { times: 200, count: COUNT, rate: 200, random: seeded(SEED) })
  }, 900_000)
  afterAll(() => service.close())

  it('loses nobody, sends nothing twice, and its record agrees with the service after each death', () => {
    expect(report.wrong).toEqual([])
  })

  it('has at most 64 in flight at a death, and brings the others to their end', () => {
    expect(report.mostInFlight).toBeLessThanOrEqual(64)
    const states = report.end.map(({ state }) => state)
    expect(states).toHaveLength(COUNT)
    expect(new Set(states)).toEqual(new Set(['delivered', 'unknown']))
  })

  it('was killed while it was sending', () => {
    expect(report.killedUnderWay).toBeGreaterThan(100)
  })
})
