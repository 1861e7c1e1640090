/** `npm run move -- <address>`: everything of the data folder into PostgreSQL; the folder stays as it is. */
import { parseArgs } from 'node:util'
import { rowsOf, tallyOf } from '../platform/copy.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { CopyFault, copyInto, isUsed, openTarget, readWhole } from '../platform/filling.ts'
import { openLog } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'
import { openProgress } from './progress.ts'
import { countLines, runCommand, UsageFault } from './run-command.ts'

const USAGE = `Write: npm run move -- postgresql://user@host/name [--dry-run]
  the address may stand in DATABASE_URL instead, where no list of processes shows its password
  --dry-run   prints what would be copied, and does not ask the database`

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false }, to: { type: 'string' } },
  })
  const [address = values.to, ...more] = positionals
  if (more.length > 0) throw new UsageFault('')
  const env = { ...process.env, ...(address !== undefined && { DATABASE_URL: address }) }
  const settings = readSettings(env)
  const { DATA_DIR, KEYS_DIR, DATABASE_URL } = settings
  if (DATABASE_URL === undefined && !values['dry-run'])
    throw new UsageFault('Where to? Give the address of a database.')
  if (!(await isUsed(DATA_DIR))) {
    throw new CopyFault(`Nothing is kept in ${DATA_DIR} yet. Set DATA_DIR to the bot’s data folder.`)
  }
  const log = openLog('silent')
  const folder = { DATA_DIR, DATABASE_URL: undefined }
  return readWhole(folder, log, 'move', async (source) => {
    console.error(`${DATA_DIR} is locked while this runs: the bot cannot be started on it.`)
    const tally = await tallyOf(rowsOf(source))
    if (values['dry-run']) return [`This would be copied, ${tally.total} rows:`, ...countLines(tally.counts)]
    const target = await openTarget(settings, log, 'move')
    try {
      const progress = openProgress('copied', tally.total)
      const isNew = await copyInto(
        target,
        { name: 'a data folder', tally, rows: () => rowsOf(source) },
        { told: (rows) => progress.told(rows), mayBeDone: true },
      )
      if (isNew) progress.done(tally.total)
      return [
        isNew
          ? `All ${tally.total} rows are in ${target.name}, with the same counts and checksums by collection and tenant:`
          : `All ${tally.total} rows were in ${target.name} already:`,
        ...countLines(tally.counts),
        `Now start the bot with DATABASE_URL, and never again on ${DATA_DIR} alone. The keys stay in ${KEYS_DIR}: set KEYS_DIR to a folder that all processes share, with what is in it.`,
      ]
    } finally {
      await target.close()
    }
  }).catch((error: unknown) => {
    if (!(error instanceof FolderInUse)) throw error
    throw new CopyFault(`A bot, or a command, runs on ${DATA_DIR}. Stop it first: what it writes would be left behind.`)
  })
})
