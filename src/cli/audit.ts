/** `npm run audit`: who did what with more than their own, and whether anything of it was changed or left out. */
import { parseArgs } from 'node:util'
import { breaksIn } from '../domain/audit.ts'
import { NotStored, type AuditEntry } from '../domain/records.ts'
import { readAudit } from '../platform/audit.ts'
import { ControlFault } from '../platform/control.ts'
import { reason } from '../platform/durable-file.ts'
import { StoreFault } from '../platform/embedded-store.ts'
import { DatabaseFault } from '../platform/postgres/schema.ts'
import { readSettings, SettingsFault } from '../platform/settings.ts'
import { atTheStore } from './at-the-store.ts'

const USAGE = `Write: npm run audit -- [--from 2026-11-01] [--json]
  --from   leaves out what was done before this day
  --json   prints a line of JSON for each entry`
const MENDABLE = [DatabaseFault, ControlFault, StoreFault, SettingsFault, NotStored, TypeError]

try {
  const { values } = parseArgs({ options: { from: { type: 'string', default: '' }, json: { type: 'boolean' } } })
  const lists = await atTheStore(readSettings(process.env), { here: readAudit, there: { command: 'audit.read' } })
  for (const [tenant, entries] of Object.entries(lists)) print(tenant, entries, values.from, values.json === true)
  if (Object.keys(lists).length === 0) console.log('Nothing has been done yet that is kept here.')
} catch (error) {
  const isMendable = MENDABLE.some((kind) => error instanceof kind)
  console.error(isMendable || !(error instanceof Error) ? `${reason(error)}\n${USAGE}` : (error.stack ?? error.message))
  process.exitCode = 1
}

function print(tenant: string, entries: readonly AuditEntry[], from: string, asJson: boolean): void {
  for (const entry of entries.filter(({ at }) => at >= from)) {
    const { number, at, who, what, to, outcome, note } = entry
    console.log(asJson ? JSON.stringify({ tenant, ...entry }) : [number, at, who, what, to, outcome, note].join('  '))
  }
  const breaks = breaksIn(entries)
  const last = entries.at(-1)
  if (breaks.length > 0) {
    console.error(`${tenant}: the chain is broken at ${breaks.join(', ')}: entries were changed or left out there.`)
    process.exitCode = 1
  } else if (last !== undefined && !asJson) {
    console.log(
      `${tenant}: ${entries.length} entries, the chain holds. Its head is number ${last.number}: ${last.hash}`,
    )
  }
}
