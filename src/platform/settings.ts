import { DateTime } from 'luxon'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { LANGUAGES } from '../domain/languages.ts'

/** Every fault of the settings at once, each with its cure. */
export class SettingsFault extends Error {
  override name = 'SettingsFault'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(['Luotsi did not start. Mend these settings:', ...faults.map((fault) => `  - ${fault}`)].join('\n'))
    this.faults = faults
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i
const PLACEHOLDER = /^$|\$\{|[<>]|^(0+-?)+$|your[-_ ]|change[-_ ]?me|placeholder|example|todo/i

/** Each may stand in a file instead, named by the setting with `_FILE` after it: so container platforms hand out secrets. */
const SECRETS = ['BOT_PASSWORD', 'METRICS_TOKEN', 'DATABASE_URL'] as const

/** Groups of BOT_TENANT_ID whose members have a role. */
export const GROUPS = ['HR_GROUP', 'SUPERVISOR_GROUP', 'APPROVER_GROUP', 'COACH_GROUP'] as const

const list = z
  .string()
  .optional()
  .transform((text) => (text ?? '').split(',').flatMap((item) => item.trim() || []))
const count = (from: number, to: number, otherwise: number) => {
  const cure = `write a whole number from ${from} to ${to}`
  return z.coerce.number(cure).int(cure).min(from, cure).max(to, cure).default(otherwise)
}
const timeZone = z.string().refine(isTimeZone, 'is no IANA time zone; write for example Europe/Helsinki')
const sendWindow = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'write two times of a day, for example 08:00-16:00')
  .transform(fromTo('-'))
  .refine(({ from, to }) => from < to, 'begins after it ends; write the earlier time first, for example 08:00-16:00')
const quietPeriods = z
  .string()
  .transform((text) => text.split(',').map((period) => fromTo('/')(period.trim())))
  .refine(
    (periods) => periods.every(({ from, to }) => isDayOfYear(from) && isDayOfYear(to)),
    'write first and last days as month and day, for example 07-01/07-31,12-23/01-06',
  )

const environment = z.object({
  NODE_ENV: z.string().default(''),
  PORT: count(0, 65_535, 3978),
  HOST: z.string().optional(),
  DATA_DIR: z.string().default('./data'),
  KEYS_DIR: z.string().optional(),
  CACHE_DIR: z.string().optional(),
  CONTENT_DIR: z.string().default('./content'),
  BOT_ID: z.string().default(''),
  BOT_PASSWORD: z.string().default(''),
  BOT_TENANT_ID: z.string().default(''),
  BOT_TYPE: z.enum(['UserAssignedMSI', 'SingleTenant', 'MultiTenant']).default('UserAssignedMSI'),
  ALLOWED_TENANTS: list,
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'give the address of a PostgreSQL database: postgresql://user@host/name',
    })
    .optional(),
  SERVICE_HOSTS: z
    .string()
    .default('smba.trafficmanager.net')
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase())),
  HR_USERS: list,
  SUPERVISOR_USERS: list,
  APPROVER_USERS: list,
  COACH_USERS: list,
  HR_GROUP: list,
  SUPERVISOR_GROUP: list,
  APPROVER_GROUP: list,
  COACH_GROUP: list,
  DEFAULT_LANGUAGE: z.enum(LANGUAGES).default('fi'),
  TIME_ZONE: timeZone.default('Europe/Helsinki'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LINK_HOSTS: list,
  APPROVAL_ABOVE: count(0, 1_000_000, 500),
  SEND_RATE: count(1, 1000, 30),
  PERSON_LIMIT: count(1, 10_000, 30),
  TENANT_LIMIT: count(1, 1_000_000, 2000),
  SEND_WINDOW: sendWindow.default({ from: '08:00', to: '16:00' }),
  QUIET_PERIODS: quietPeriods.default([
    { from: '07-01', to: '07-31' },
    { from: '12-23', to: '01-06' },
  ]),
  CHECKIN_THRESHOLD: count(4, 50, 5),
  RETENTION_MONTHS: count(1, 120, 24),
  SUPPORT_URL: z.url({ protocol: /^https$/ }).optional(),
  METRICS_TOKEN: z.string().default(''),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  CLOCK_START: z.iso.datetime({ offset: true, local: true }).optional(),
  OPENID_METADATA: z.url().optional(),
  GRAPH_URL: z.url({ protocol: /^https?$/ }).optional(),
})

export type Mode = 'development' | 'credentials' | 'production'

export type Settings = Omit<z.output<typeof environment>, 'HOST' | 'KEYS_DIR' | 'CACHE_DIR' | 'PUBLIC_URL'> & {
  mode: Mode
  HOST: string
  KEYS_DIR: string
  CACHE_DIR: string
  PUBLIC_URL: string
}

/**
 * The settings of the contract, read once at start. An empty value counts as absent.
 * @throws SettingsFault with every fault
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const secrets = readSecrets(env)
  const all = Object.entries({ ...env, ...secrets.values })
  const given = Object.fromEntries(all.filter(([, value]) => value !== undefined && value !== ''))
  const issues = environment.safeParse(given).error?.issues ?? []
  const unfit = new Set(issues.map(({ path }) => path[0]))
  // Their defaults stand in for unfit values, so that the rest is judged too.
  const values = environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !unfit.has(name))))
  const mode = modeOf(values)
  const HOST = values.HOST ?? (mode === 'production' ? '0.0.0.0' : '127.0.0.1')
  const settings: Settings = {
    ...values,
    mode,
    HOST,
    KEYS_DIR: values.KEYS_DIR ?? `${values.DATA_DIR}/keys`,
    CACHE_DIR: values.CACHE_DIR ?? `${values.DATA_DIR}/cache`,
    PUBLIC_URL: (values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`).replace(/\/$/, ''),
    ALLOWED_TENANTS:
      values.ALLOWED_TENANTS.length > 0 ? values.ALLOWED_TENANTS : [values.BOT_TENANT_ID].filter(Boolean),
  }
  const faults = [
    ...secrets.faults,
    ...issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...faultsOf(settings, values).filter((fault) => !unfit.has(fault.split(':')[0])),
  ]
  if (faults.length > 0) throw new SettingsFault(faults)
  return settings
}

function readSecrets(env: Record<string, string | undefined>): { values: Record<string, string>; faults: string[] } {
  const values: Record<string, string> = {}
  const faults: string[] = []
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`] ?? ''
    if (path === '') continue
    if ((env[name] ?? '') !== '') faults.push(`${name}_FILE: ${name} is set too; set one of them`)
    try {
      values[name] = readFileSync(path, 'utf8').trim()
      if (values[name] === '') faults.push(`${name}_FILE: ${path} is empty; write the secret into it`)
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      faults.push(`${name}_FILE: ${path} cannot be read (${why}); give the path of a file that this user may read`)
    }
  }
  return { values, faults }
}

function modeOf(values: { NODE_ENV: string; BOT_ID: string }): Mode {
  if (values.NODE_ENV === 'production') return 'production'
  return values.BOT_ID === '' ? 'development' : 'credentials'
}

function faultsOf(settings: Settings, given: z.output<typeof environment>): string[] {
  const faults: string[] = []
  const demand = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  const groups = GROUPS.filter((name) => settings[name].length > 0)
  if (settings.mode === 'development') {
    for (const name of settings.GRAPH_URL === undefined ? groups : []) {
      demand(false, `${name}: without BOT_ID nobody can read groups; set BOT_ID and BOT_TENANT_ID, or remove it`)
    }
    demand(
      isLoopback(settings.HOST),
      `HOST: without BOT_ID nobody is authenticated, so only a loopback address is allowed, not ${settings.HOST}; set BOT_ID and BOT_TENANT_ID, or HOST=127.0.0.1`,
    )
    return faults
  }
  demand(settings.BOT_ID !== '', 'BOT_ID: production needs the application id of the bot registration')
  demand(settings.BOT_TENANT_ID !== '', 'BOT_TENANT_ID: set the id of your Entra tenant')
  if (settings.BOT_TYPE !== 'UserAssignedMSI') {
    demand(settings.BOT_PASSWORD !== '', `BOT_PASSWORD: ${settings.BOT_TYPE} needs a client secret`)
  }
  if (settings.BOT_TYPE === 'MultiTenant') {
    demand(given.ALLOWED_TENANTS.length > 0, 'ALLOWED_TENANTS: MultiTenant needs the list of tenant ids to serve')
    for (const name of groups) {
      const users = name.replace('_GROUP', '_USERS')
      demand(false, `${name}: a MultiTenant registration cannot read groups; use ${users}, or another BOT_TYPE`)
    }
  }
  if (settings.mode === 'production') {
    for (const name of ['BOT_ID', 'BOT_TENANT_ID', 'BOT_PASSWORD'] as const) {
      const value = settings[name]
      demand(value === '' || !PLACEHOLDER.test(value), `${name}: this is a placeholder; set the real value`)
    }
    demand(given.CLOCK_START === undefined, 'CLOCK_START: a test setting; remove it in production')
    demand(given.OPENID_METADATA === undefined, 'OPENID_METADATA: a test setting; remove it in production')
    demand(
      settings.DATABASE_URL === undefined || isPrivate(settings.DATABASE_URL),
      'DATABASE_URL: production reaches a database on another machine by TLS alone; add ?sslmode=verify-full (NODE_EXTRA_CA_CERTS names the certificate of its authority, where it has one of its own)',
    )
    demand(given.GRAPH_URL === undefined, 'GRAPH_URL: a test setting; remove it in production')
    demand(
      given.PUBLIC_URL?.startsWith('https://') === true,
      'PUBLIC_URL: production needs the public https address of this service',
    )
  }
  return faults
}

/** On this machine, or by TLS with the certificate checked. */
function isPrivate(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl)
  return isLoopback(hostname) || searchParams.get('sslmode') === 'verify-full'
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function fromTo(between: string): (text: string) => { from: string; to: string } {
  return (text) => {
    const [from = '', to = '', ...more] = text.split(between)
    return { from, to: [to, ...more].join(between) }
  }
}

/** Month and day, 29 February too. */
function isDayOfYear(text: string): boolean {
  return /^\d\d-\d\d$/.test(text) && DateTime.fromISO(`2024-${text}`).isValid
}
