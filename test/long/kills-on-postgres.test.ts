import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inFlightAt } from '../../src/platform/line-out.ts'
import { seeded } from '../support/chance.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { killOneOfTwo, type KillReport } from '../support/kills.ts'
import { aPostgres, type Server } from '../support/postgres.ts'

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const [COUNT, DEATHS, RATE] = [6_000, 50, 80]

describe(`Two processes that send to ${COUNT} over PostgreSQL, one of which is killed ${DEATHS} times (SEED=${SEED})`, () => {
  let server: Server
  let service: MockConnector
  let report: KillReport
  beforeAll(async () => {
    ;[server, service] = await Promise.all([aPostgres(), aConnector()])
    const url = await server.newDatabase()
    report = await killOneOfTwo(service, url, { times: DEATHS, count: COUNT, rate: RATE, random: seeded(SEED) })
  }, 600_000)
  afterAll(async () => {
    await service.close()
    await server.stop()
  })

  it('lose nobody and send nothing twice, and the record agrees with the service after each death', () => {
    expect(report.wrong).toEqual([])
  })

  it('leave unknown at most what one had in flight when it died, and bring the others to their end', () => {
    expect(report.mostInFlight).toBeLessThanOrEqual(inFlightAt(RATE))
    const states = report.end.map(({ state }) => state)
    expect(states).toHaveLength(COUNT)
    expect(new Set(states)).toEqual(new Set(['delivered', 'unknown']))
  })

  it('were killed while they were sending', () => {
    expect(report.killedUnderWay).toBeGreaterThan(DEATHS / 2)
  })
})
