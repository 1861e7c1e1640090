/** `npm run backup -- <file>`: everything that is kept, in one file that either store can be restored from; no keys. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BackupFault, writeBackup, type Summary } from '../platform/backup-file.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { isUsed, readWhole } from '../platform/filling.ts'
import { openLog } from '../platform/log.ts'
import { readSettings, type Settings } from '../platform/settings.ts'
import { askTheBot } from './at-the-store.ts'
import { openProgress } from './progress.ts'
import { countLines, runCommand, UsageFault } from './run-command.ts'

const USAGE = `Write: npm run backup -- <file> [--replace]
  <file>      for example luotsi-2026-11-26.gz; where the bot runs, a path that the bot can write
  --replace   writes over a file that is there`

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { replace: { type: 'boolean', default: false } },
  })
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new UsageFault('')
  const file = resolve(name)
  const { at, tenants, counts } = await written(readSettings(process.env), file, values.replace)
  return [
    `${file} holds everything as it stood at ${at}, of ${tenants.length} tenant(s):`,
    ...countLines(counts),
    'The keys are not in it: keep KEYS_DIR/opaque.key elsewhere. Remove the file after 30 days at the latest.',
  ]
})

async function written(settings: Settings, file: string, mayReplace: boolean): Promise<Summary> {
  if (settings.DATABASE_URL === undefined && !(await isUsed(settings.DATA_DIR))) {
    throw new BackupFault(`Nothing is kept in ${settings.DATA_DIR} yet. Set DATA_DIR to the bot’s data folder.`)
  }
  try {
    return await readWhole(settings, openLog('silent'), 'backup', async (store) => {
      const progress = openProgress('written')
      let rows = 0
      const told = (number: number): void => progress.told((rows = number))
      const summary = await writeBackup(store, { file, mayReplace, now: new Date(), told })
      progress.done(rows)
      return summary
    })
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    console.error('The running bot writes it: this takes a moment.')
    return (await askTheBot(settings.DATA_DIR, { command: 'backup.write', file, mayReplace })) as Summary
  }
}
