/** `npm run restore -- <file>`: a backup into an empty store. What was on its way then waits for a person. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { holdAfterRestore } from '../domain/restored.ts'
import type { Store } from '../ports.ts'
import { keepAct } from '../platform/audit.ts'
import { checkBackup, readBackup } from '../platform/backup-file.ts'
import { copyInto, openTarget, refuseHalf, type Target } from '../platform/filling.ts'
import { openLog } from '../platform/log.ts'
import { readSettings, type Settings } from '../platform/settings.ts'
import { openProgress } from './progress.ts'
import { countLines, runCommand, UsageFault } from './run-command.ts'

const USAGE = `Write: npm run restore -- <file> [--dry-run], or npm run restore -- --mark
  <file>      what npm run backup wrote; the store has to be empty, and the bot stopped
  --dry-run   checks the file and prints what is in it
  --mark      for a store that was put back by other means (a provider's point in time, a copy of the folder):
              does what a restore does with what was on its way`

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false }, mark: { type: 'boolean', default: false } },
  })
  const [name, ...more] = positionals
  if (more.length > 0 || (name === undefined) !== values.mark) throw new UsageFault('')
  if (name === undefined) return mark(readSettings(process.env))
  return restore(resolve(name), values['dry-run'])
})

async function restore(file: string, isDryRun: boolean): Promise<string[]> {
  const { header, tally } = await checkBackup(file)
  const { at, version, tenants } = header
  const holds = [
    `${file} is whole: everything as it stood at ${at}, by version ${version}, of ${tenants.length} tenant(s):`,
    ...countLines(tally.counts),
  ]
  if (isDryRun) return holds
  return atTarget(readSettings(process.env), async (target) => {
    const progress = openProgress('restored', tally.total)
    let said: string[] = []
    await copyInto(
      target,
      { name: 'a backup', tally, rows: () => readBackup(file) },
      {
        told: (rows) => progress.told(rows),
        async afterwards() {
          said = await hold(target.store, `backup of ${at}`)
        },
      },
    )
    progress.done(tally.total)
    return [...holds, `All of it is in ${target.name}, compared row by row.`, ...said]
  })
}

async function mark(settings: Settings): Promise<string[]> {
  return atTarget(settings, async (target) => {
    await refuseHalf(settings, target.mark)
    return hold(target.store, 'put back by other means')
  })
}

/** Says what became of what was on its way, and keeps in the audit that it was done. */
async function hold(store: Store, note: string): Promise<string[]> {
  const now = new Date()
  const { waiting, drafts, cancelled } = await holdAfterRestore(store, now)
  const act = { at: now.toISOString(), who: 'operator', what: 'restore', to: '', outcome: 'done' as const, note }
  for (const tenant of await store.audit.tenants()) await keepAct(store, tenant, act)
  return [
    `${waiting} broadcast(s) wait for HR, who finds them under “tiedote”: each goes on, or is cancelled, by a button.`,
    `${drafts} unconfirmed broadcast(s) are drafts again; ${cancelled} other mailing(s) are cancelled.`,
    'Now put KEYS_DIR in its place, and start the bot. An open check-in whose key is gone closes without a result.',
  ]
}

async function atTarget<T>(settings: Settings, work: (target: Target) => Promise<T>): Promise<T> {
  const target = await openTarget(settings, openLog('silent'), 'restore')
  return work(target).finally(() => target.close())
}
