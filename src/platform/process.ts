import { NotStored } from '../domain/records.ts'
import type { Feature } from '../kit.ts'
import { startBot, type Bot } from './bot.ts'
import { FolderInUse } from './data-lock.ts'

/** Runs the bot as this process: tells what to mend where it cannot start, reloads content on SIGHUP, stops cleanly. */
export async function runBot(features: readonly Feature[]): Promise<void> {
  let bot: Bot
  try {
    bot = await startBot(features, process.env)
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`)
    process.exit(1)
  }
  process.on('SIGHUP', () => void bot.reloadContent())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void bot.stop().then(() => process.exit(0))
    })
  }
}

/** Faults that say what to mend are told as they are; anything else with its place. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'Luotsi did not start.'
  if (error.name.endsWith('Fault') || error instanceof FolderInUse || error instanceof NotStored) return error.message
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `Luotsi did not start: ${error.message}. Another program has the port; end it, or set PORT to another one.`
  }
  return `Luotsi did not start.\n${error.stack ?? error.message}`
}
