/** Runs a command of the shell: what the operator can mend is told in its own words, a bug with its stack; exit code 1. */
import { NotStored } from '../domain/records.ts'
import { BackupFault } from '../platform/backup-file.ts'
import { ControlFault } from '../platform/control.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { reason } from '../platform/durable-file.ts'
import { StoreFault } from '../platform/embedded-store.ts'
import { CopyFault } from '../platform/filling.ts'
import { DatabaseFault } from '../platform/postgres/schema.ts'
import { SettingsFault } from '../platform/settings.ts'

const MENDABLE = [
  BackupFault,
  ControlFault,
  CopyFault,
  DatabaseFault,
  FolderInUse,
  NotStored,
  SettingsFault,
  StoreFault,
]

/** How the command is written, where it was not written so. */
export class UsageFault extends Error {
  override name = 'UsageFault'
}

export async function runCommand(usage: string, main: () => Promise<readonly string[]>): Promise<void> {
  try {
    for (const line of await main()) console.log(line)
  } catch (error) {
    process.exitCode = 1
    const isMisused = error instanceof UsageFault || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
    if (isMisused === true) console.error(`${reason(error)}\n${usage}`.trim())
    else if (MENDABLE.some((kind) => error instanceof kind)) console.error(reason(error))
    else console.error(error instanceof Error ? (error.stack ?? error.message) : reason(error))
  }
}

/** The counts as a table's lines. */
export function countLines(counts: Record<string, number>): string[] {
  const width = Math.max(0, ...Object.keys(counts).map((of) => of.length))
  return Object.entries(counts).map(([of, count]) => `  ${of.padEnd(width)}  ${count}`)
}
