/** Presses that no card offers: what a card would send, with another's ids, other types and hostile texts in it. */
import fc from 'fast-check'
import { THURSDAY } from './check-ins.ts'
import { OF_CONTENT, PEOPLE, PLACES, TENANTS, VERBS, type Data, type PlaceKind, type Tenant, type Who } from './fuzz.ts'
import { TEXTS, WEBINAR, type Ids } from './fuzz-seed.ts'

const [tool, theme] = [OF_CONTENT.tool, OF_CONTENT.theme]
const NOTES = { note: 'thanks' }

/** What the card of a verb sends, but for the ids, which stand in the fields of NAMES. */
const SENT = new Map<string, Data>(
  Object.entries({
    'broadcasts.preview': { ...TEXTS, audience: 'supervisors', at: '2026-12-03T09:00', link: 'https://example.com/a' },
    'broadcasts.correct': { ...TEXTS, title_fi: 'Haku alkaa nyt' },
    'broadcasts.open': { what: 'tool' },
    'themes.show': { theme },
    'themes.launch': { theme, audience: 'supervisors', at: '2026-12-03T09:00', again: 'true' },
    'themes.ideas': { theme },
    'themes.phase': { phase: 'none' },
    'themes.changes': { theme, added: [tool], renewed: [] },
    'checkins.start': THURSDAY,
    'checkins.pause': { until: '2026-12-14' },
    'checkins.skip': { week: '2026-W50' },
    'checkins.answer': { q1: '3', q2: '8', q3: 'na' },
    'checkins.note': NOTES,
    'checkins.cooperate': { date: '2026-11-01' },
    'checkins.helped': { helped: '7', next: 'keep' },
    'privacy.erase': { sure: 'yes' },
    'notices.save': { broadcasts: 'true', themes: 'false', weekly: 'true', webinars: 'false' },
    'notices.kind': { kind: 'themes' },
    'notices.off': { kind: 'themes' },
    'notices.on': { kind: 'themes' },
    'notices.quiet': { for: 'week' },
    'tools.show': { tool },
    'tools.more': { tools: [tool] },
    'tools.elsewhere': { topic: 'lounas' },
    'tools.share': { tool },
    'tools.unshare': { tool },
    'tools.tried': { tool, helped: '7', worked: 'hyvin', change: '' },
    'tools.canvas': { tool: OF_CONTENT.canvas },
    'tools.compose': { tool: OF_CONTENT.canvas, field1: 'yksi', field2: 'kaksi', field3: 'kolme' },
    'tools.send': { tool: OF_CONTENT.canvas, draft: 'd1', text: 'Hei' },
    'tools.unsend': { tool: OF_CONTENT.canvas, draft: 'd1', text: 'Hei' },
    'tools.week': { tool },
    'tools.weekly': { on: 'true' },
    'tools.request': { need: 'Miten annan palautetta?' },
    'webinars.create': { ...WEBINAR, webinar: '' },
    'webinars.message': { says: 'moved' },
    'webinars.remind': { P7D: 'true', P1D: 'false', PT1H: 'true' },
    'webinars.answer': { useful: '7', step: 'week', next: 'tool' },
    'webinars.move': { date: '2027-01-20', time: '10:00', minutes: '45' },
    'webinars.add': { join: 'https://example.com/join' },
    'welcome.notice': { notice: 'hello' },
    'language.set': { language: 'sv', show: { verb: 'themes.list' } },
  }),
)

/** The fields in which the card of a verb sends an id of a record. */
const NAMES = new Map<string, readonly string[]>(
  Object.entries({
    ...Object.fromEntries(VERBS.filter((verb) => verb.startsWith('broadcasts.')).map((verb) => [verb, ['broadcast']])),
    ...Object.fromEntries(VERBS.filter((verb) => verb.startsWith('webinars.')).map((verb) => [verb, ['webinar']])),
    ...Object.fromEntries(VERBS.filter((verb) => verb.startsWith('checkins.')).map((verb) => [verb, ['team']])),
    ...Object.fromEntries(
      ['checkins.show', 'checkins.answer', 'checkins.result', 'checkins.followUp', 'checkins.helped'].map((verb) => [
        verb,
        ['round'],
      ]),
    ),
    'broadcasts.confirm': ['broadcast', 'token'],
    'broadcasts.preview': [],
    'webinars.create': [],
    'webinars.publish': ['webinar', 'token'],
    'checkins.note': ['round', 'team'],
    'checkins.briefing': ['rounds'],
    'checkins.join': ['with'],
    'checkins.readers': ['team', 'readers'],
    'checkins.handover': ['team', 'person'],
    'privacy.answer': ['round'],
    'privacy.withdraw': ['round'],
    'tools.share': ['channel'],
    'tools.unshare': ['channel'],
    'tools.send': ['channel'],
    'tools.unsend': ['channel'],
  }),
)

/** What stands in a field that names a record: `pick` chooses which. */
function named(field: string, ids: Ids, pick: number): unknown {
  const pool = ids[field === 'rounds' ? 'round' : field] ?? Object.values(ids).flat()
  const id = pool[pick % Math.max(1, pool.length)] ?? ''
  return field === 'rounds' ? [id] : id
}

/** What a card of the verb would send; `picks` choose the ids of its fields in turn. */
export function sentBy(verb: string, ids: Ids, picks: readonly number[] = []): Data {
  const fields = (NAMES.get(verb) ?? []).map((field, at) => [field, named(field, ids, picks[at] ?? 0)])
  return { ...SENT.get(verb), ...(Object.fromEntries(fields) as Data) }
}

/** All that cards of the verb could send, with each choice of its ids. */
export function allSentBy(verb: string, ids: Ids): Data[] {
  const [first = 1, second = 1] = (NAMES.get(verb) ?? []).map(
    (field) => ids[field === 'rounds' ? 'round' : field]?.length,
  )
  const picks = Array.from({ length: first }, (_, one) => Array.from({ length: second }, (__, other) => [one, other]))
  return picks.flat().map((pick) => sentBy(verb, ids, pick))
}

/** What takes the place of a field, or of all data: an id of a record of either organisation, or a value. */
type Given = { of: Tenant; pick: number } | { value: unknown }
type Edit = { at: number; name?: string; given?: Given; drop?: true }

/** A press to be made in a world, whose ids are known only then. */
export type Wanted = {
  tenant: Tenant
  who: Who
  place: PlaceKind
  verb: string
  /** Whose ids a card would send. */
  of: Tenant
  picks: [number, number]
  edits: Edit[]
  /** All data, in place of what a card would send. */
  instead: { value: unknown } | undefined
  /** What a change of language is asked to show again: any act at all. */
  again: { verb: string; pick: number }
  /** Minutes that pass before. */
  after: number
  /** How often it is pressed. */
  times: number
}

const HOSTILE = [
  ...['', ' ', '0', '-1', '1e309', 'NaN', 'null', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...['../../package.json', '\u0000', '\u202eabc', '\ud800', '{{DATE(2026-11-26T12:05:00Z)}}', '${t.tool.new}'],
  ...['**x** [y](https://evil.example)', '<script>', 'x'.repeat(41), 'x'.repeat(70_000), '👩‍👩‍👧‍👦'.repeat(2_000)],
  ...['9999-12-31', '0000-00-00', '2026-02-30', '2026-12-03T25:99', '25:99', '99999999999999999999', '2026-W99'],
  ...['everyone', 'unit:', 'unit:x,language:sv', 'channel:__proto__', ','.repeat(5_000), 'https://a@example.com:x/'],
  ...['javascript:alert(1)', 'Not/AZone', 'P1Y', 'true', 'fi,fi,fi', 'yes'],
] as const

const hostile = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], [[]], {}, [null], [{}], ['a', 'b']),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant<unknown>(JSON.parse('{"__proto__":{"tool":"aa-kaksi","roles":["hr"]},"constructor":{"prototype":1}}')),
  fc.constant<unknown>(Array.from({ length: 2_000 }, () => 'x')),
)
const given: fc.Arbitrary<Given> = fc.oneof(
  fc.record({ of: fc.constantFrom(...TENANTS), pick: fc.nat(30) }),
  hostile.map((value) => ({ value })),
)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ at: fc.nat(30), given }),
  fc.record({ at: fc.nat(30), drop: fc.constant(true as const) }),
  fc.record({
    at: fc.constant(0),
    name: fc.constantFrom(
      '__proto__',
      'constructor',
      'broadcast',
      'team',
      'verb',
      'person',
      'tenant',
      'roles',
      'round',
    ),
    given,
  }),
)
const verb = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...VERBS) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '', 'tools', 'checkins.vanha') },
)
/** Few edits, so that many presses come far. */
export const wanted: fc.Arbitrary<Wanted> = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  who: fc.constantFrom(...PEOPLE),
  place: fc.oneof({ weight: 3, arbitrary: fc.constant('own' as const) }, fc.constantFrom(...PLACES)),
  verb,
  of: fc.constantFrom(...TENANTS),
  picks: fc.tuple(fc.nat(30), fc.nat(30)),
  edits: fc.array(edit, { maxLength: 2 }),
  instead: fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    hostile.map((value) => ({ value })),
  ),
  again: fc.record({ verb, pick: fc.nat(6) }),
  after: fc.constantFrom(0, 0, 0, 1, 11, 1_440, 43_200),
  times: fc.constantFrom(1, 1, 1, 2),
})

/** What is sent in the end. `idsOf` gives the ids of either organisation as they are now. */
export function dataOf(
  { verb, of, picks, edits, instead, again: show }: Wanted,
  idsOf: (tenant: Tenant) => Ids,
): unknown {
  if (instead !== undefined) return instead.value
  const data = sentBy(verb, idsOf(of), picks)
  if (verb === 'language.set') data['show'] = { ...sentBy(show.verb, idsOf(of), [show.pick]), verb: show.verb }
  for (const { at, name, given: put, drop } of edits) {
    const field = name ?? Object.keys(data)[at % Math.max(1, Object.keys(data).length)] ?? 'x'
    if (drop === true) Reflect.deleteProperty(data, field)
    const value = put !== undefined && ('value' in put ? put.value : named(field, idsOf(put.of), put.pick))
    // As JSON names it: a plain assignment to __proto__ would be no field.
    if (put !== undefined)
      Object.defineProperty(data, field, { value, enumerable: true, configurable: true, writable: true })
  }
  return data
}
