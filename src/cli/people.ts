/**
 * `npm run people -- import people.csv`: who belongs to which unit and may do what, from the organisation's own list.
 * `npm run people -- install`: the app for those of them who do not have it.
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readStaff, STAFF_HEADER } from '../domain/staff.ts'
import { installForAll, InstallFault } from '../platform/app-install.ts'
import { askBot, ControlFault, NobodyThere } from '../platform/control.ts'
import { FolderInUse } from '../platform/data-lock.ts'
import { StoreFault } from '../platform/embedded-store.ts'
import { DatabaseFault } from '../platform/postgres/schema.ts'
import { ImportFault, importPeople, type ImportReport, type ImportRequest } from '../platform/people-import.ts'
import { readSettings, SettingsFault } from '../platform/settings.ts'
import { NotStored } from '../domain/records.ts'
import { reason } from '../platform/durable-file.ts'
import { atTheStore } from './at-the-store.ts'

const USAGE = `Write: npm run people -- import people.csv [--dry-run] [--replace]
   or: npm run people -- install [--dry-run]
  people.csv   UTF-8, with the header ${STAFF_HEADER}
  --dry-run    prints what would change, and changes nothing
  --replace    imports a file that leaves out more than a half of the people imported earlier
  install      gives the app to the imported people who do not have it, through Microsoft Graph`
const MENDABLE = [
  DatabaseFault,
  ImportFault,
  InstallFault,
  ControlFault,
  StoreFault,
  SettingsFault,
  FolderInUse,
  NotStored,
]

try {
  const asks = asked()
  for await (const line of 'file' in asks ? await imports(asks) : installs(asks)) console.log(line)
} catch (error) {
  const isMendable = MENDABLE.some((kind) => error instanceof kind)
  console.error(isMendable || !(error instanceof Error) ? reason(error) : (error.stack ?? error.message))
  process.exitCode = 1
}

type Import = { file: string; isDryRun: boolean; mayReplace: boolean }
type Install = { isDryRun: boolean }

async function imports({ file, isDryRun, mayReplace }: Import): Promise<ImportReport> {
  const settings = readSettings(process.env)
  const people = await peopleIn(file)
  const request = { tenant: settings.BOT_TENANT_ID, people, isDryRun, mayReplace }
  return atTheStore(settings, {
    here: (store) => importPeople({ settings, store, now: () => new Date() }, request),
    there: { command: 'people.import', ...request },
  })
}

function installs({ isDryRun }: Install): AsyncIterable<string> {
  const { DATA_DIR } = readSettings(process.env)
  return installForAll(async (request) => {
    try {
      return await askBot(DATA_DIR, { command: 'people.install', ...request })
    } catch (error) {
      if (!(error instanceof NobodyThere)) throw error
      throw new ControlFault(
        `No running bot takes commands in the data folder ${DATA_DIR}. Start it first: Teams tells it of each installation.`,
      )
    }
  }, isDryRun)
}

function asked(): Import | Install {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false }, replace: { type: 'boolean', default: false } },
    })
    const [command, file, ...more] = positionals
    const isDryRun = values['dry-run']
    if (command === 'install' && file === undefined && !values.replace) return { isDryRun }
    if (command !== 'import' || file === undefined || more.length > 0) throw new ImportFault(USAGE)
    return { file, isDryRun, mayReplace: values.replace }
  } catch (error) {
    throw error instanceof ImportFault ? error : new ImportFault(`${reason(error)}\n${USAGE}`)
  }
}

/** @throws ImportFault with every bad row, by its line */
async function peopleIn(file: string): Promise<ImportRequest['people']> {
  const { people, badRows } = readStaff(await textOf(file))
  if (badRows.length === 0) return people
  const lines = badRows.map(({ line, problem }) => `line ${line}: ${problem}`)
  throw new ImportFault(
    [...lines, `Nothing was imported. Mend what is said above in ${file}, and run this again.`].join('\n'),
  )
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ImportFault(`${file} cannot be read: ${reason(cause)}. Give the path of a CSV file.\n${USAGE}`)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ImportFault(`${file} is not UTF-8. Save it as “CSV UTF-8”, and run this again. Nothing was imported.`)
  }
}
