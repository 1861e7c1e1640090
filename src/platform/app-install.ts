/** The app for imported people who do not have it, through Microsoft Graph: the running bot does it, step by step. */
import { z } from 'zod'
import { withoutApp } from '../domain/directory.ts'
import type { Store } from '../ports.ts'
import { keepAct } from './audit.ts'
import type { Commands } from './control.ts'
import { GraphFault, type Graph } from './graph.ts'
import type { Settings } from './settings.ts'

/** So many in one step: what a stop leaves undone is seen, and whoever waits sees how far it is. */
const STEP = 100

/** Why nobody was given the app, with the cure. */
export class InstallFault extends Error {
  override name = 'InstallFault'
}

const stepRequest = z.object({ after: z.string(), isDryRun: z.boolean() })

/** `failed`: by object id the status of Graph's answer, 0 where there was none. */
const installStep = z.object({
  /** How many came after `after`, those of this step included. */
  missing: z.number(),
  unknown: z.number(),
  left: z.number(),
  installed: z.number(),
  there: z.number(),
  failed: z.array(z.tuple([z.string(), z.number()])),
  /** Where the next step begins; absent where this was the last. */
  next: z.string().optional(),
})
export type InstallStep = z.output<typeof installStep>

type Where = {
  settings: Pick<Settings, 'BOT_TENANT_ID'>
  store: Pick<Store, 'people' | 'teams' | 'staff' | 'audit'>
  graph: Pick<Graph, 'install'> | undefined
  now: () => Date
}

/** The commands that a running bot takes. It has to run: Teams tells it, and nobody else, of each installation. */
export function installCommands(where: Where): Commands {
  return { 'people.install': async (given) => installSome(where, stepRequest.parse(given)) }
}

/** @throws InstallFault – nobody was given the app in this step; NotStored – they were, and it could not be noted */
async function installSome(
  { settings: { BOT_TENANT_ID: tenant }, store, graph, now }: Where,
  { after, isDryRun }: z.output<typeof stepRequest>,
): Promise<InstallStep> {
  if (graph === undefined) {
    throw new InstallFault(
      'Microsoft Graph is not set up: Luotsi asks it only where a _GROUP setting is there. Set one (README, “Roles from Entra groups”), or bring the app to people by a setup policy of the Teams admin centre.',
    )
  }
  const [people, teams, list] = await Promise.all([
    store.people.list(tenant),
    store.teams.list(tenant),
    store.staff.get(tenant, 'all'),
  ])
  if (list === undefined) throw new InstallFault('Nobody was imported yet: npm run people -- import people.csv')
  const { missing, unknown, left } = withoutApp({ people, teams, staff: list.people })
  const waiting = missing.filter((id) => id > after)
  const step = waiting.slice(0, STEP)
  const counts = { missing: waiting.length, unknown, left }
  if (isDryRun || step.length === 0) return { ...counts, installed: 0, there: 0, failed: [] }
  const { installed, there, failed } = await graph.install(step).catch((error: unknown) => {
    throw error instanceof GraphFault ? new InstallFault(sentenceOf(error)) : error
  })
  const note = `${step.length} people: ${installed} installed, ${there} had it, ${failed.size} failed`
  const at = now().toISOString()
  await keepAct(store, tenant, { at, who: 'operator', what: 'people.install', to: '', outcome: 'done', note })
  const next = waiting.length > STEP ? step.at(-1) : undefined
  return { ...counts, installed, there, failed: [...failed], ...(next !== undefined && { next }) }
}

function sentenceOf({ code, status }: GraphFault): string {
  if (code === 'not-in-catalogue') {
    return 'Luotsi is not in the organisation’s app catalogue: upload its package in the Teams admin centre first.'
  }
  if (status === 401 || status === 403) {
    return `Microsoft Graph refused (${status}): an administrator grants the bot’s identity AppCatalog.Read.All and TeamsAppInstallation.ReadWriteForUser.All.`
  }
  return `Microsoft Graph could not be asked (${status ?? code}). Try again later.`
}

/**
 * All steps, one after the other; `ask` sends each to the running bot. Yields lines to print as it goes.
 * @throws InstallFault where a whole step failed: then the next one would too
 */
export async function* installForAll(
  ask: (request: object) => Promise<unknown>,
  isDryRun: boolean,
): AsyncGenerator<string, void> {
  let [done, installed, there] = [0, 0, 0]
  let total: number | undefined
  const failed: InstallStep['failed'] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const step: InstallStep = installStep.parse(await ask({ after, isDryRun }))
    total ??= step.missing
    if (after === '') {
      yield `${total} imported people do not have the app.`
      if (step.unknown > 0) yield `${step.unknown} more: their object ids are not known, so they are left out.`
      if (step.left > 0) yield `${step.left} more had Luotsi and removed or blocked it: they are left out.`
      if (isDryRun) {
        yield 'This was a dry run: nobody was given the app.'
        return
      }
    }
    installed += step.installed
    there += step.there
    failed.push(...step.failed)
    const size = step.installed + step.there + step.failed.length
    done += size
    if (size > 0) yield `${done} of ${total}: ${installed} installed, ${there} had it, ${failed.length} failed`
    if (size > 0 && step.failed.length === size) {
      throw new InstallFault([...linesOf(failed), 'Nobody of a whole step got it: ended here.'].join('\n'))
    }
    after = step.next
  }
  if (there > 0) yield 'Who had it without Luotsi knowing is reached once they write to it.'
  yield* linesOf(failed)
}

const EXAMPLES = 20

function linesOf(failed: InstallStep['failed']): string[] {
  const lines = failed.slice(0, EXAMPLES).map(([id, status]) => `  ${id} · ${reasonOf(status)}`)
  const more = failed.length > EXAMPLES ? [`  … and ${failed.length - EXAMPLES} more`] : []
  return failed.length === 0 ? [] : ['failed; run this again to try them once more:', ...lines, ...more]
}

function reasonOf(status: number): string {
  if (status === 0) return 'no answer from Microsoft Graph'
  if (status === 403) return '403: the permission is missing, or a policy keeps the app from this person'
  if (status === 404) return '404: no such person, or no licence for Teams'
  return String(status)
}
