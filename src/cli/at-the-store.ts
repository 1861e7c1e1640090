import { askBot, ControlFault, NobodyThere } from '../platform/control.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { openEmbeddedStore, type EmbeddedStore } from '../platform/embedded-store.ts'
import type { Settings } from '../platform/settings.ts'

/** What a command of the shell does: with the store where no bot runs on it, else by asking the bot that does. */
type Work<T> = { here: (store: EmbeddedStore) => Promise<T>; there: { command: string } & Record<string, unknown> }

/** @throws StoreFault, ControlFault, and what the work throws */
export async function atTheStore<T>({ DATA_DIR }: Pick<Settings, 'DATA_DIR'>, { here, there }: Work<T>): Promise<T> {
  try {
    const store = await openEmbeddedStore(DATA_DIR)
    return await here(store).finally(() => store.close())
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    return (await asked(DATA_DIR, there)) as T
  }
}

async function asked(dataDir: string, what: Work<unknown>['there']): Promise<unknown> {
  try {
    return await askBot(dataDir, what)
  } catch (error) {
    if (!(error instanceof NobodyThere)) throw error
    throw new ControlFault(
      `The data folder ${dataDir} is in use, but nobody takes commands there. If another command runs, wait for it. If the bot starts or stops, try again. Else its log says why (“commands of the shell”): stop the bot, run this, and start it.`,
    )
  }
}
