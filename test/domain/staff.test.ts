import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { IMPORTED_ROLES, type StaffMember } from '../../src/domain/records.ts'
import { changesOf, readStaff, removesTooMany, staffById, withObjectIds } from '../../src/domain/staff.ts'

const HEADER = 'id,unit,role,language'
const MAIJA = '11111111-2222-3333-4444-555555555555'
const read = (...rows: string[]) => readStaff([HEADER, ...rows].join('\n'))
const problemsOf = (...rows: string[]) => read(...rows).badRows
const member = (id: string, more: Partial<StaffMember> = {}): StaffMember => ({
  id,
  unit: 'Kotihoito',
  roles: ['member'],
  ...more,
})

describe('a file of people', () => {
  it('holds ids, units, roles and languages; a missing role is that of a member', () => {
    const { people, badRows } = read(
      `${MAIJA},Kotihoito,supervisor;hr,fi`,
      'Liisa.Virtanen@Kunta.fi,Varhaiskasvatus,COACH approver,SV',
      'antti@kunta.fi,,,',
    )
    expect(badRows).toEqual([])
    expect(people).toEqual([
      { id: MAIJA, unit: 'Kotihoito', roles: ['supervisor', 'hr'], language: 'fi' },
      { id: 'liisa.virtanen@kunta.fi', unit: 'Varhaiskasvatus', roles: ['approver', 'coach'], language: 'sv' },
      { id: 'antti@kunta.fi', unit: '', roles: ['member'] },
    ])
  })

  it('is read as Excel writes it: a byte order mark, semicolons, CRLF, quotation marks, empty rows', () => {
    const { people, badRows } = readStaff(
      '\uFEFF"ID";Unit;Role;Language\r\n"a@kunta.fi";"Koti ""Itä""; hoito";"hr;coach";fi\r\n\r\n;;;\r\nb@kunta.fi;"kaksi\r\nriviä";;\r\n',
    )
    expect(badRows).toEqual([])
    expect(people).toEqual([
      { id: 'a@kunta.fi', unit: 'Koti "Itä"; hoito', roles: ['hr', 'coach'], language: 'fi' },
      { id: 'b@kunta.fi', unit: 'kaksi riviä', roles: ['member'] },
    ])
  })

  it('comes out as it was written, whatever stands in the units', () => {
    const unit = fc.string({ unit: fc.constantFrom('a', 'Ä', ',', ';', '"', '\n', '\r\n', ' ', '😀') })
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 8 }),
        fc.constantFrom(',', ';'),
        fc.constantFrom('\n', '\r\n'),
        (units, by, end) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
          const rows = units.map((text, at) => [`p${at}@kunta.fi`, quoted(text), 'hr', 'en'].join(by))
          const { people, badRows } = readStaff([HEADER.replaceAll(',', by), ...rows].join(end))
          expect(badRows).toEqual([])
          expect(people.map(({ unit: read }) => read)).toEqual(units.map((text) => text.replace(/\s+/g, ' ').trim()))
        },
      ),
    )
  })

  it('is refused for every bad row at once, by its line, with what to write', () => {
    const badRows = problemsOf(
      `${MAIJA},Kotihoito,member,fi`,
      ',Kotihoito,member,fi',
      'Maija Virtanen,"Kaksi\nriviä",member,fi',
      'mvirtanen,,,',
      '1234567,,,',
      'b@kunta.fi,,boss king,de',
      'c@kunta.fi,Kotihoito',
      'd@kunta.fi,"auki,,',
      'e@kunta.fi,Koti, hoito,member,fi',
      `${MAIJA.toUpperCase()},,hr,`,
      `f@kunta.fi,${'x'.repeat(101)},,`,
      'g@kunta.fi,hyvä,,',
    )
    expect(badRows.map(({ line }) => line)).toEqual([3, 4, 6, 7, 8, 9, 10, 11, 12, 13])
    const problems = badRows.map(({ problem }) => problem)
    expect(problems[0]).toMatch(/id is missing; write an Entra object id/)
    for (const at of [1, 2, 3]) expect(problems[at]).toMatch(/is no id; write an Entra object id, or a user principal/)
    expect(problems[4]).toMatch(
      /“boss” is no role; .*“king” is no role; .*supervisor.*“de” is no language; write fi, sv/,
    )
    expect(problems[5]).toMatch(/there are 2 cells; write the 4/)
    expect(problems[6]).toMatch(/quotation mark has no pair/)
    expect(problems[7]).toMatch(/there are 5 cells; .*quotation marks/)
    expect(problems[8]).toMatch(/stands on line 2 already/)
    expect(problems[9]).toMatch(/101 characters; write at most 100/)
  })

  it.each([
    ['an empty file', ''],
    ['no header', `${MAIJA},Kotihoito,hr,fi`],
    ['another header', 'name,email\na,b'],
  ])('is refused with %s, in one line', (_, csv) => {
    expect(readStaff(csv)).toEqual({
      people: [],
      badRows: [{ line: 1, problem: 'this is not the header; write id,unit,role,language' }],
    })
  })

  it('cannot hide anything in a unit: marks that change how text is shown are gone', () => {
    expect(read('a@kunta.fi,\u202EKoti\u0000hoito\u200B,,').people[0]?.unit).toBe('Kotihoito')
  })
})

describe('what an import would change', () => {
  const lists = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 12 }).map((n) => `p${n}@kunta.fi`),
      unit: fc.constantFrom('', 'a', 'b'),
      roles: fc.subarray([...IMPORTED_ROLES], { minLength: 1 }),
    }) as fc.Arbitrary<StaffMember>,
    { selector: ({ id }) => id },
  )

  it('is told person by person: added, changed in which fields, left out of the file', () => {
    const changes = changesOf(
      [member('a@k.fi'), member('b@k.fi'), member('c@k.fi'), member('d@k.fi', { language: 'fi' })],
      [member('b@k.fi'), member('c@k.fi', { unit: 'Koti', roles: ['hr'] }), member('d@k.fi'), member('e@k.fi')],
    )
    expect(changes.added.map(({ id }) => id)).toEqual(['e@k.fi'])
    expect(changes.changed.map(({ person, fields }) => [person.id, ...fields])).toEqual([
      ['c@k.fi', 'unit', 'role'],
      ['d@k.fi', 'language'],
    ])
    expect(changes.removed.map(({ id }) => id)).toEqual(['a@k.fi'])
  })

  it('makes the new list of the earlier one, and nothing else', () => {
    fc.assert(
      fc.property(lists, lists, (earlier, next) => {
        const { added, changed, removed } = changesOf(earlier, next)
        const made = new Map(earlier.map((one) => [one.id, one]))
        for (const { id } of removed) made.delete(id)
        for (const one of [...added, ...changed.map(({ person }) => person)]) made.set(one.id, one)
        const inOrder = (people: Iterable<StaffMember>) =>
          [...people].sort((one, other) => (one.id < other.id ? -1 : 1))
        expect(inOrder(made.values())).toEqual(inOrder(next))
        expect(changesOf(next, next)).toEqual({ added: [], changed: [], removed: [] })
      }),
    )
  })

  it('is too much where more than a half of the earlier list would go', () => {
    const four = ['a@k.fi', 'b@k.fi', 'c@k.fi', 'd@k.fi'].map((id) => member(id))
    const tooMany = (stay: number) => removesTooMany(four, changesOf(four, four.slice(0, stay)))
    expect([0, 1, 2, 3, 4].map(tooMany)).toEqual([true, true, false, false, false])
    expect(removesTooMany([], changesOf([], four))).toBe(false)
  })
})

describe('the imported people by id', () => {
  it('are looked up in one map for each stored list', () => {
    const list = { id: 'all', people: [member('a@k.fi')], at: '' }
    expect(staffById(list).get('a@k.fi')?.unit).toBe('Kotihoito')
    expect(staffById(list)).toBe(staffById(list))
    expect(staffById(undefined).size).toBe(0)
  })
})

describe('the object id that Graph told of a user principal name', () => {
  it('finds the row, but for one that has it as its own id', () => {
    const maija = member('maija@kunta.fi', { objectId: MAIJA })
    const at = '2026-11-26T12:05:00Z'
    expect(staffById({ id: 'all', people: [maija], at }).get(MAIJA)).toBe(maija)
    const own = member(MAIJA)
    expect(staffById({ id: 'all', people: [own, maija], at }).get(MAIJA)).toBe(own)
  })

  it('comes, changes and goes with what was found, and is no change of an import', () => {
    const people = [member('maija@kunta.fi', { objectId: 'id-1' }), member('liisa@kunta.fi', { objectId: 'id-2' })]
    const found = new Map([
      ['maija@kunta.fi', 'id-3'],
      ['liisa@kunta.fi', undefined],
      ['stranger@kunta.fi', 'id-4'],
    ])
    const told = withObjectIds(people, found)
    expect(told).toEqual([member('maija@kunta.fi', { objectId: 'id-3' }), member('liisa@kunta.fi')])
    expect(changesOf(people, told)).toEqual({ added: [], changed: [], removed: [] })
  })
})
