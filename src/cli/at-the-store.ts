import { askBot, ControlFault, NobodyThere } from '../platform/control.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { openLog } from '../platform/log.ts'
import type { Settings } from '../platform/settings.ts'
import { openStore } from '../platform/store.ts'
import type { Store } from '../ports.ts'

/** What a command of the shell does: with the store where it can be opened, else by asking the bot that has it. */
type Work<T> = { here: (store: Store) => Promise<T>; there: { command: string } & Record<string, unknown> }

/**
 * A bot on PostgreSQL locks no folder, but listens in it: it is asked first, where the command was not told the database.
 * @throws StoreFault, DatabaseFault, ControlFault, and what the work throws
 */
export async function atTheStore<T>(
  settings: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>,
  { here, there }: Work<T>,
): Promise<T> {
  const { DATA_DIR, DATABASE_URL } = settings
  if (DATABASE_URL === undefined) {
    const asked = askBot(DATA_DIR, there).then((answer) => ({ answer: answer as T }))
    const answered = await asked.catch((error: unknown) => {
      if (!(error instanceof NobodyThere)) throw error
    })
    if (answered !== undefined) return answered.answer
  }
  try {
    const opened = await openStore(settings, openLog('silent'))
    return await here(opened.store).finally(() => opened.close())
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    return (await askTheBot(DATA_DIR, there)) as T
  }
}

/** Asks the bot that has the data folder. @throws ControlFault */
export async function askTheBot(dataDir: string, what: Work<unknown>['there']): Promise<unknown> {
  try {
    return await askBot(dataDir, what)
  } catch (error) {
    if (!(error instanceof NobodyThere)) throw error
    throw new ControlFault(
      `The data folder ${dataDir} is in use, but nobody takes commands there. If another command runs, wait for it. If the bot starts or stops, try again. Else its log says why (“commands of the shell”): stop the bot, run this, and start it.`,
    )
  }
}
