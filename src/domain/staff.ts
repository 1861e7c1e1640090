/** The import of people: what stands in its file, and what it would change (`npm run people`). */
import { isLanguage } from './languages.ts'
import { lengthOf, tidyText } from './person-text.ts'
import { IMPORTED_ROLES, type ImportedRole, type StaffList, type StaffMember } from './records.ts'

export const STAFF_HEADER = 'id,unit,role,language'
const COLUMNS = STAFF_HEADER.split(',')
const LONGEST_ID = 200
const LONGEST_UNIT = 100
const USER_PRINCIPAL_NAME = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
/** Groups of letters and digits with hyphens between: an Entra object id, but no user name and no staff number. */
const OBJECT_ID = /^[0-9a-z]+(-[0-9a-z]+)+$/

/** A row that cannot be taken. `line` counts from 1, the header's; `problem` says what is wrong and what to write. */
export type BadRow = { line: number; problem: string }

/**
 * Reads the file, CSV of RFC 4180 with the header `id,unit,role,language`; with the header's separator a semicolon too,
 * as Excel writes it in Finland. A byte order mark and empty rows are passed over. Ids, roles and languages come out in
 * small letters, a missing role as member. All bad rows are told: where there is one, nobody is to be imported.
 */
export function readStaff(csv: string): { people: StaffMember[]; badRows: BadRow[] } {
  const text = csv.replace(/^\uFEFF/, '')
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const [header, ...rows] = rowsOf(text, firstLine.includes(';') ? ';' : ',')
  const columns = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? []
  if (columns.join() !== STAFF_HEADER) {
    return { people: [], badRows: [{ line: 1, problem: `this is not the header; write ${STAFF_HEADER}` }] }
  }
  const people: StaffMember[] = []
  const badRows: BadRow[] = []
  const lineOf = new Map<string, number>()
  for (const row of rows.filter(({ cells, isBroken }) => isBroken || cells.some((cell) => cell.trim() !== ''))) {
    const { person, problems } = judged(row)
    const earlier = lineOf.get(person.id)
    if (earlier !== undefined) {
      problems.push(`${person.id} stands on line ${earlier} already; leave one row, with all of this person’s roles`)
    } else if (person.id !== '') lineOf.set(person.id, row.line)
    if (problems.length === 0) people.push(person)
    else badRows.push({ line: row.line, problem: problems.join('; and ') })
  }
  return { people, badRows }
}

function judged({ cells, isBroken }: Row): { person: StaffMember; problems: string[] } {
  const [id = '', unit = '', role = '', language = ''] = cells.map((cell) => tidyText(cell).replace(/\s+/g, ' '))
  const person: StaffMember = { id: id.toLowerCase(), unit, roles: ['member'] }
  if (isBroken) {
    const cure = 'put the whole cell in quotation marks, and write each one within it twice'
    return { person: { ...person, id: '' }, problems: [`a quotation mark has no pair; ${cure}`] }
  }
  if (cells.length !== COLUMNS.length) {
    const cure = `write the ${COLUMNS.length} of ${STAFF_HEADER}, and in quotation marks a cell that holds the separator`
    return { person, problems: [`there are ${cells.length} cells; ${cure}`] }
  }
  const words = role.toLowerCase().split(/[; ]+/).filter(Boolean)
  const unknown = words.filter((word) => !isRole(word))
  const roles = IMPORTED_ROLES.filter((one) => words.includes(one))
  const spoken = language.toLowerCase()
  const problems = [
    ...problemsOfId(person.id),
    ...problemsOfUnit(unit),
    ...unknown.map((word) => `“${word}” is no role; write ${IMPORTED_ROLES.join(', ')}, or several with ; between`),
    ...(spoken === '' || isLanguage(spoken) ? [] : [`“${language}” is no language; write fi, sv or en, or nothing`]),
  ]
  return {
    person: {
      ...person,
      roles: roles.length === 0 ? ['member'] : roles,
      ...(isLanguage(spoken) && { language: spoken }),
    },
    problems,
  }
}

function problemsOfId(id: string): string[] {
  const cure = 'write an Entra object id, or a user principal name such as maija.virtanen@kunta.fi'
  if (id === '') return [`the id is missing; ${cure}`]
  const isGood = id.length <= LONGEST_ID && (OBJECT_ID.test(id) || USER_PRINCIPAL_NAME.test(id))
  return isGood ? [] : [`“${id.slice(0, LONGEST_ID)}” is no id; ${cure}`]
}

function problemsOfUnit(unit: string): string[] {
  // Counting visible characters is slow, and there are as many only where there are as many code units.
  if (unit.length <= LONGEST_UNIT || lengthOf(unit) <= LONGEST_UNIT) return []
  return [`the unit has ${lengthOf(unit)} characters; write at most ${LONGEST_UNIT}`]
}

function isRole(word: string): word is ImportedRole {
  return IMPORTED_ROLES.some((role) => role === word)
}

/** Where the cells of one record stand; broken where its quotation marks have no pairs. */
type Row = { line: number; cells: string[]; isBroken: boolean }

/** After a broken row it goes on with the next line, so that the rest is judged too. */
function rowsOf(text: string, separator: ',' | ';'): Row[] {
  const quoted = '"([^"]*(?:""[^"]*)*)"'
  const plain = `((?!")[^${separator}\r\n]*)`
  const cell = new RegExp(`(?:${quoted}|${plain})(${separator}|\r\n?|\n|$)`, 'y')
  const lineBreak = /\r\n?|\n|$/g
  const rows: Row[] = []
  let line = 1
  for (let at = 0; at < text.length;) {
    const row: Row = { line, cells: [], isBroken: false }
    for (let goesOn = true; goesOn;) {
      cell.lastIndex = lineBreak.lastIndex = at
      const found = cell.exec(text) ?? lineBreak.exec(text)
      const [whole = '', inQuotes, asItIs, end] = found ?? []
      row.isBroken = end === undefined
      row.cells.push(inQuotes?.replaceAll('""', '"') ?? asItIs ?? '')
      at = (found?.index ?? text.length) + whole.length
      line += whole.match(/\r\n?|\n/g)?.length ?? 0
      goesOn = end === separator
    }
    rows.push(row)
  }
  return rows
}

/** What an import would change; `fields` are those that differ. */
export type StaffChanges = {
  added: StaffMember[]
  changed: { person: StaffMember; fields: ('unit' | 'role' | 'language')[] }[]
  /** In the earlier list and not in the file, which is the whole list. */
  removed: StaffMember[]
}

export function changesOf(earlier: readonly StaffMember[], next: readonly StaffMember[]): StaffChanges {
  const known = new Map(earlier.map((person) => [person.id, person]))
  const staying = new Set(next.map(({ id }) => id))
  const changed = next.flatMap((person) => {
    const before = known.get(person.id)
    const fields = before === undefined ? [] : fieldsThatDiffer(before, person)
    return fields.length === 0 ? [] : [{ person, fields }]
  })
  return {
    added: next.filter(({ id }) => !known.has(id)),
    changed,
    removed: earlier.filter(({ id }) => !staying.has(id)),
  }
}

function fieldsThatDiffer(one: StaffMember, other: StaffMember): StaffChanges['changed'][number]['fields'] {
  return [
    ...(one.unit === other.unit ? [] : (['unit'] as const)),
    ...(one.roles.join() === other.roles.join() ? [] : (['role'] as const)),
    ...(one.language === other.language ? [] : (['language'] as const)),
  ]
}

/** A file that leaves out more than a half is rather a part of the list than the whole. */
export function removesTooMany(earlier: readonly StaffMember[], { removed }: StaffChanges): boolean {
  return removed.length * 2 > earlier.length
}

/** Of those whom the import names by user principal name, and of whom Microsoft Graph told the object id: by that. */
export function rowsByObjectId(people: readonly StaffMember[]): ReadonlyMap<string, StaffMember> {
  return new Map(people.flatMap((row) => (row.objectId === undefined ? [] : [[row.objectId, row] as const])))
}

/** `found`: by user principal name the object id, or undefined where nobody has that name. Others stay as they are. */
export function withObjectIds(
  people: readonly StaffMember[],
  found: ReadonlyMap<string, string | undefined>,
): StaffMember[] {
  return people.map((person) => {
    if (!found.has(person.id)) return person
    const { objectId: _earlier, ...rest } = person
    const objectId = found.get(person.id)
    return { ...rest, ...(objectId !== undefined && { objectId }) }
  })
}

const byId = new WeakMap<StaffList, ReadonlyMap<string, StaffMember>>()

/** The imported people by id, and by the object id that Graph told where no row has it as its id. Built once for each stored list, of which a record read is never mutated. */
export function staffById(list: StaffList | undefined): ReadonlyMap<string, StaffMember> {
  if (list === undefined) return new Map()
  const known =
    byId.get(list) ?? new Map([...rowsByObjectId(list.people), ...list.people.map((row) => [row.id, row] as const)])
  byId.set(list, known)
  return known
}

/** Whether the id is a user principal name, so that a team's roster or Microsoft Graph tells whose it is. */
export function isPrincipalName(id: string): boolean {
  return id.includes('@')
}
