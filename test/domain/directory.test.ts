import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { everybody, type Known } from '../../src/domain/directory.ts'
import type { PersonRecord, StaffMember, Team, TeamMember } from '../../src/domain/records.ts'

const inTeam = (...members: TeamMember[]): Team => ({
  id: 'team',
  name: 'Päiväkoti',
  serviceUrl: 'https://team.example',
  channels: [],
  members,
})
const imported = (id: string, more: Partial<StaffMember> = {}): StaffMember => ({ id, unit: '', roles: [], ...more })
const met = (id: string, more: Partial<PersonRecord> = {}): PersonRecord => ({ id, userId: `29:${id}`, ...more })
const ownChat = { conversation: 'own', serviceUrl: 'https://own.example' }

const known = (sources: Partial<Parameters<typeof everybody>[0]>): Known[] => [
  ...everybody({ people: [], teams: [], staff: [], defaultLanguage: 'fi', ...sources }),
]
const only = (sources: Partial<Parameters<typeof everybody>[0]>): Known => {
  const [one, ...others] = known(sources)
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} people instead of one`)
  return one
}

describe('the directory', () => {
  it('knows a person of the store, of several teams and of the import as one', () => {
    const person = only({
      people: [met('aino', { ownChat, locale: 'sv-FI', off: ['weekly'], quietUntil: '2026-12-01' })],
      teams: [inTeam({ id: 'aino', userId: '29:aino' }), inTeam({ id: 'aino', userId: '29:aino' })],
      staff: [imported('aino', { unit: 'Kirjasto', roles: ['supervisor'] })],
      named: ['aino'],
    })
    expect(person).toEqual({
      id: 'aino',
      userId: '29:aino',
      serviceUrl: 'https://own.example',
      hasApp: true,
      isGuest: false,
      isRetired: false,
      unit: 'Kirjasto',
      roles: ['supervisor'],
      language: 'sv',
      off: ['weekly'],
      quietUntil: '2026-12-01',
    })
  })

  it('finds the row of a person whom the import knows by user principal name, whichever team told it', () => {
    const person = only({
      people: [met('aino')],
      teams: [inTeam({ id: 'aino', userId: 'x' }), inTeam({ id: 'aino', userId: 'x', staff: 'aino@kunta.example' })],
      staff: [imported('aino@kunta.example', { unit: 'Kirjasto' }), imported('aino', { roles: ['hr'] })],
    })
    expect(person).toMatchObject({ id: 'aino', unit: 'Kirjasto', roles: ['hr'] })
  })

  it('finds the row of a person whom the import knows by user principal name by the object id that Graph told', () => {
    const row = imported('aino@kunta.example', { unit: 'Kirjasto', roles: ['hr'], objectId: 'aino' })
    expect(only({ people: [met('AINO')], staff: [row] })).toMatchObject({ id: 'AINO', unit: 'Kirjasto', roles: ['hr'] })
    expect(only({ staff: [row], named: ['aino'] })).toMatchObject({ id: 'aino', unit: 'Kirjasto' })
    const own = imported('aino', { unit: 'Koulu', roles: ['coach'] })
    for (const staff of [
      [row, own],
      [own, row],
    ]) {
      expect(only({ staff })).toMatchObject({ id: 'aino', unit: 'Koulu', roles: ['coach', 'hr'] })
    }
  })

  it('reads object ids in whatever case', () => {
    expect(
      only({ people: [met('AB-12')], staff: [imported('ab-12', { unit: 'Kirjasto' })], named: ['Ab-12'] }),
    ).toMatchObject({ id: 'AB-12', unit: 'Kirjasto' })
  })

  it.each([
    ['the own chat is known', { people: [met('aino', { ownChat })] }, true],
    ['a team with the app has the person', { teams: [inTeam({ id: 'aino', userId: 'x' })] }, true],
    ['only a language was chosen', { people: [met('aino', { language: 'sv' as const })] }, false],
    ['only the import knows the person', { staff: [imported('aino')] }, false],
    ['only a setting names the person', { named: ['aino'] }, false],
  ])('tells whether somebody has the app: %s', (_, sources, hasApp) => {
    expect(only(sources)).toMatchObject({ id: 'aino', hasApp })
  })

  it('marks a guest of any team, and whom the platform refused', () => {
    const teams = [inTeam({ id: 'aino', userId: 'x' }), inTeam({ id: 'aino', userId: 'x', isGuest: true })]
    expect(only({ people: [met('aino', { isRetired: true })], teams })).toMatchObject({
      isGuest: true,
      isRetired: true,
    })
  })

  it.each([
    ['the choice first', 'sv', 'en', 'fi-FI', 'sv'],
    ['then the import', undefined, 'en', 'sv-FI', 'en'],
    ['then the client', undefined, undefined, 'sv-FI', 'sv'],
    ['then the default, since English clients say nothing', undefined, undefined, 'en-GB', 'fi'],
    ['the default where nothing is known', undefined, undefined, undefined, 'fi'],
  ] as const)('takes as the language %s', (_, choice, ofImport, locale, language) => {
    const person = only({
      people: [met('aino', { ...(choice && { language: choice }), ...(locale && { locale }) })],
      staff: [imported('aino', ofImport && { language: ofImport })],
    })
    expect(person.language).toBe(language)
  })

  it('takes the language of each one’s own client', () => {
    const people = ['sv-FI', 'fi-FI', 'sv-SE'].map((locale, index) => met(`p${index}`, { locale }))
    expect(known({ people, defaultLanguage: 'en' }).map(({ language }) => language)).toEqual(['sv', 'fi', 'sv'])
  })

  it('has everybody whom any source knows, each once, and the same when gone through again', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const ids = fc.uniqueArray(id)
    fc.assert(
      fc.property(ids, fc.array(ids, { maxLength: 3 }), ids, ids, (people, teams, staff, named) => {
        const directory = everybody({
          people: people.map((one) => met(one)),
          teams: teams.map((members) => inTeam(...members.map((one) => ({ id: one, userId: one, staff: `${one}@x` })))),
          // Every other one is imported by its user principal name, which only a team can tell.
          staff: staff.map((one) => imported(one < 'd' ? one : `${one}@x`)),
          named,
          defaultLanguage: 'fi',
        })
        const inTeams = new Set(teams.flat())
        const linked = staff.map((one) => (one < 'd' || inTeams.has(one) ? one : `${one}@x`))
        const found = [...directory].map((one) => one.id)
        expect(found.toSorted()).toEqual([...new Set([...people, ...inTeams, ...linked, ...named])].toSorted())
        expect([...directory].map((one) => one.id)).toEqual(found)
      }),
    )
  })
})
