import { afterAll, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings, SettingsFault } from '../../src/platform/settings.ts'

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env)
  } catch (error) {
    if (error instanceof SettingsFault) return error.faults
    throw error
  }
  return []
}

const bot = { BOT_ID: 'an-id', BOT_TENANT_ID: 'a-tenant' }

describe('The settings of what the bot sends by itself', () => {
  it('are those of the contract where nothing is said', () => {
    for (const env of [{}, { SEND_RATE: '', SEND_WINDOW: '', QUIET_PERIODS: '', CHECKIN_THRESHOLD: '' }]) {
      expect(readSettings(env)).toMatchObject({
        SEND_RATE: 30,
        SEND_WINDOW: { from: '08:00', to: '16:00' },
        QUIET_PERIODS: [
          { from: '07-01', to: '07-31' },
          { from: '12-23', to: '01-06' },
        ],
        CHECKIN_THRESHOLD: 5,
        RETENTION_MONTHS: 24,
      })
    }
  })

  it('are read as they are written', () => {
    const given = {
      SEND_RATE: '1000',
      SEND_WINDOW: '07:30-20:00',
      QUIET_PERIODS: '06-15/08-15, 02-29/03-01',
      CHECKIN_THRESHOLD: '4',
      RETENTION_MONTHS: '120',
    }
    expect(readSettings(given)).toMatchObject({
      SEND_RATE: 1000,
      SEND_WINDOW: { from: '07:30', to: '20:00' },
      QUIET_PERIODS: [
        { from: '06-15', to: '08-15' },
        { from: '02-29', to: '03-01' },
      ],
      CHECKIN_THRESHOLD: 4,
      RETENTION_MONTHS: 120,
    })
  })

  it.each([
    ...['0', '1001', '2.5', 'many', '-1'].map((value) => ['SEND_RATE', value, 'write a whole number from 1 to 1000']),
    ...['3', '51'].map((value) => ['CHECKIN_THRESHOLD', value, 'write a whole number from 4 to 50']),
    ...['0', '121'].map((value) => ['RETENTION_MONTHS', value, 'write a whole number from 1 to 120']),
    ...['08:00', '8-16', '08:00-24:00', '08:00-16:60', '08:00-16:00-18:00'].map((value) => [
      'SEND_WINDOW',
      value,
      'write two times of a day, for example 08:00-16:00',
    ]),
    ...['16:00-08:00', '08:00-08:00'].map((value) => [
      'SEND_WINDOW',
      value,
      'begins after it ends; write the earlier time first, for example 08:00-16:00',
    ]),
    ...['-', '07-01', '07-01/07-32', '02-30/03-01', '7-1/7-31', '07-01/07-31/08-01', '07-01/07-31,', '13-01/13-02'].map(
      (value) => [
        'QUIET_PERIODS',
        value,
        'write first and last days as month and day, for example 07-01/07-31,12-23/01-06',
      ],
    ),
  ])('are refused with their cure: %s %j', (name = '', value = '', cure = '') => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: ${cure}`])
  })

  it('are told of all at once', () => {
    const faulty = {
      SEND_RATE: '0',
      SEND_WINDOW: 'x',
      QUIET_PERIODS: 'x',
      CHECKIN_THRESHOLD: '3',
      RETENTION_MONTHS: 'x',
    }
    expect(faultsOf(faulty).map((fault) => fault.split(':')[0])).toEqual(Object.keys(faulty))
  })
})

describe('The settings of Entra groups', () => {
  const groups = { HR_GROUP: 'group-1, group-2', SUPERVISOR_GROUP: 'a', APPROVER_GROUP: 'b', COACH_GROUP: 'c' }

  it('are lists, for a bot that can sign in to its own tenant', () => {
    const read = readSettings({ ...bot, ...groups })
    expect(read).toMatchObject({ HR_GROUP: ['group-1', 'group-2'], COACH_GROUP: ['c'] })
    expect(readSettings({}).HR_GROUP).toEqual([])
    expect(readSettings({ HR_GROUP: 'a', GRAPH_URL: 'http://127.0.0.1:1' }).HR_GROUP).toEqual(['a'])
  })

  it('are refused, each with its cure, where nobody could read them', () => {
    const names = Object.keys(groups)
    expect(faultsOf(groups).map((fault) => fault.split(':')[0])).toEqual(names)
    const multi = { ...bot, BOT_TYPE: 'MultiTenant', BOT_PASSWORD: 'a-secret', ALLOWED_TENANTS: 'a-tenant' }
    expect(faultsOf({ ...multi, ...groups }).map((fault) => fault.split(':')[0])).toEqual(names)
    expect(faultsOf({ ...multi, HR_GROUP: 'a' }).join()).toContain('HR_USERS')
  })

  it('are read from Graph itself in production', () => {
    const production = { ...bot, ...groups, NODE_ENV: 'production', PUBLIC_URL: 'https://luotsi.kunta.fi' }
    expect(faultsOf(production)).toEqual([])
    expect(faultsOf({ ...production, GRAPH_URL: 'http://127.0.0.1:1' })).toEqual([
      'GRAPH_URL: a test setting; remove it in production',
    ])
  })
})

describe('The address of a database', () => {
  const faultsIn = (more: Record<string, string>) =>
    faultsOf({ ...bot, NODE_ENV: 'production', PUBLIC_URL: 'https://luotsi.kunta.fi', ...more })

  it('is one of PostgreSQL', () => {
    expect(faultsIn({ DATABASE_URL: 'mysql://db/luotsi' }).join()).toMatch(/^DATABASE_URL: give the address/)
    expect(readSettings({ DATABASE_URL: 'postgresql://db/luotsi' }).DATABASE_URL).toBe('postgresql://db/luotsi')
  })

  it('is reached by TLS in production, with its certificate checked, unless it is on the same machine', () => {
    for (const how of ['', '?sslmode=disable', '?sslmode=no-verify', '?sslmode=prefer']) {
      expect(faultsIn({ DATABASE_URL: `postgresql://db.kunta.fi/luotsi${how}` }).join()).toMatch(
        /^DATABASE_URL: .*verify-full/,
      )
    }
    expect(faultsIn({ DATABASE_URL: 'postgresql://db.kunta.fi/luotsi?sslmode=verify-full' })).toEqual([])
    expect(faultsIn({ DATABASE_URL: 'postgresql://127.0.0.1/luotsi' })).toEqual([])
  })
})

describe('A secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'luotsi-secrets-'))
  const aFile = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('is read from the file that a setting names, without the line break at its end', () => {
    const path = aFile('token', 'a-secret \n')
    expect(readSettings({ METRICS_TOKEN_FILE: path }).METRICS_TOKEN).toBe('a-secret')
    const bot = { BOT_ID: 'an-id', BOT_TENANT_ID: 'a-tenant', BOT_TYPE: 'SingleTenant' }
    expect(readSettings({ ...bot, BOT_PASSWORD_FILE: path }).BOT_PASSWORD).toBe('a-secret')
  })

  it('is told of by the name of its file, never by what stands in it', () => {
    const path = aFile('both', 'a-secret')
    const faults = [
      ...faultsOf({ METRICS_TOKEN_FILE: join(folder, 'none') }),
      ...faultsOf({ METRICS_TOKEN_FILE: aFile('empty', '\n') }),
      ...faultsOf({ METRICS_TOKEN: 'other', METRICS_TOKEN_FILE: path }),
    ]
    expect(faults).toHaveLength(3)
    expect(faults.join()).not.toMatch(/a-secret|other/)
  })
})
