/** The import of people, whichever process holds the data folder: the command of the shell, or the running bot. */
import { z } from 'zod'
import { LANGUAGES } from '../domain/languages.ts'
import { IMPORTED_ROLES, type StaffMember } from '../domain/records.ts'
import { changesOf, removesTooMany, withObjectIds, type StaffChanges } from '../domain/staff.ts'
import type { Store } from '../ports.ts'
import { keepAct } from './audit.ts'
import type { Commands } from './control.ts'
import { reason } from './durable-file.ts'
import type { Settings } from './settings.ts'

const EXAMPLES = 20

/** Why nothing was imported, with the cure. */
export class ImportFault extends Error {
  override name = 'ImportFault'
}

const person = z
  .strictObject({
    id: z.string().min(1),
    unit: z.string(),
    roles: z.array(z.enum(IMPORTED_ROLES)).min(1),
    language: z.enum(LANGUAGES).optional(),
  })
  .transform(({ language, ...rest }): StaffMember => ({ ...rest, ...(language && { language }) }))
/** `tenant` is BOT_TENANT_ID where the command runs, or empty. */
const importRequest = z.object({
  tenant: z.string(),
  people: z.array(person),
  isDryRun: z.boolean(),
  mayReplace: z.boolean(),
})
export type ImportRequest = z.output<typeof importRequest>

/** What was or would be changed, as lines to print. */
export type ImportReport = string[]

type Where = {
  settings: Pick<Settings, 'mode' | 'BOT_TENANT_ID' | 'ALLOWED_TENANTS'>
  store: Pick<Store, 'people' | 'installations' | 'teams' | 'staff' | 'audit'>
  now: () => Date
}

/** The commands that a running bot takes. `imported` is called with the tenant once a new list is stored. */
export function peopleCommands(where: Where, imported: (tenant: string) => void): Commands {
  return {
    'people.import': async (given) => {
      const request = importRequest.parse(given)
      return importPeople(where, request, imported)
    },
  }
}

/**
 * Puts the file's people in place of the earlier list: one record, so all of it or nothing.
 * @throws ImportFault, NotStored – nothing was changed, where it does not say otherwise
 */
export async function importPeople(
  { settings, store, now }: Where,
  { tenant: asked, people, isDryRun, mayReplace }: ImportRequest,
  imported: (tenant: string) => void = () => undefined,
): Promise<ImportReport> {
  const tenant = await tenantOf(settings, store, asked)
  const done: { changes: StaffChanges } = { changes: changesOf([], []) }
  await store.staff.change(tenant, 'all', (earlier) => {
    const before = earlier?.people ?? []
    const changes = (done.changes = changesOf(before, people))
    if (!mayReplace && removesTooMany(before, changes)) {
      const counts = `${changes.removed.length} of the ${before.length} people imported earlier are not in this file`
      throw new ImportFault(
        `${counts}, and they would be removed. The file is the whole list: import all people, or add --replace if this is meant. Nothing was changed.`,
      )
    }
    if (isDryRun || numberOf(changes) === 0) return earlier
    // Until they are looked up anew.
    const known = new Map(before.map(({ id, objectId }) => [id, objectId]))
    return { id: 'all', people: withObjectIds(people, known), at: now().toISOString() }
  })
  const counts = countsOf(done.changes, people.length)
  if (isDryRun || numberOf(done.changes) === 0) return reportOf(done.changes, counts, isDryRun)
  const at = now().toISOString()
  const act = { at, who: 'operator', what: 'people.import', to: '', outcome: 'done', note: counts } as const
  imported(tenant)
  await keepAct(store, tenant, act).catch((cause: unknown) => {
    throw new ImportFault(`Imported ${counts}; but it could not be noted who did what when: ${reason(cause)}`, {
      cause,
    })
  })
  return reportOf(done.changes, counts, isDryRun)
}

/** The organisation that people belong to: the one set, or in development the only one that the folder knows. */
async function tenantOf(
  { mode, BOT_TENANT_ID, ALLOWED_TENANTS }: Where['settings'],
  { people, installations, teams, staff }: Where['store'],
  asked: string,
): Promise<string> {
  const wanted = asked || BOT_TENANT_ID
  if (wanted !== '') {
    if (mode === 'development' || ALLOWED_TENANTS.includes(wanted)) return wanted
    throw new ImportFault(
      `BOT_TENANT_ID: the bot does not serve ${wanted}; set the bot’s own, or add it to ALLOWED_TENANTS.`,
    )
  }
  const lists = await Promise.all([people, installations, teams, staff].map((collection) => collection.tenants()))
  const known = [...new Set(lists.flat())]
  const [only, ...more] = known
  if (only !== undefined && more.length === 0) return only
  const why =
    only === undefined
      ? 'The data folder knows no organisation yet'
      : `The data folder knows several organisations: ${known.sort().join(', ')}`
  throw new ImportFault(`${why}. Say whose people these are: BOT_TENANT_ID=… npm run people -- import people.csv`)
}

function numberOf({ added, changed, removed }: StaffChanges): number {
  return added.length + changed.length + removed.length
}

function countsOf(changes: StaffChanges, total: number): string {
  const { added, changed, removed } = changes
  return `${total} people: ${added.length} added, ${changed.length} changed, ${removed.length} removed`
}

function reportOf(changes: StaffChanges, counts: string, isDryRun: boolean): ImportReport {
  if (numberOf(changes) === 0) return [`${counts}. The list is the same as before.`]
  const { added, changed, removed } = changes
  return [
    `${isDryRun ? 'Would import' : 'Imported'} ${counts}.`,
    ...examples('added', added, ({ id, unit, roles }) => `${id} · ${unit} · ${roles.join(' ')}`),
    ...examples('changed', changed, ({ person: { id }, fields }) => `${id} · ${fields.join(', ')}`),
    ...examples('removed', removed, ({ id }) => id),
    ...(isDryRun ? ['This was a dry run: nothing was changed.'] : []),
  ]
}

function examples<T>(title: string, all: readonly T[], lineOf: (one: T) => string): string[] {
  if (all.length === 0) return []
  const more = all.length > EXAMPLES ? [`  … and ${all.length - EXAMPLES} more`] : []
  return [`${title}:`, ...all.slice(0, EXAMPLES).map((one) => `  ${lineOf(one)}`), ...more]
}
