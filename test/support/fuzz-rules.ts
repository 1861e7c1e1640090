/** What holds of every press, whoever makes it and whatever it carries. */
import en from '../../content/strings/en.json' with { type: 'json' }
import fi from '../../content/strings/fi.json' with { type: 'json' }
import sv from '../../content/strings/sv.json' with { type: 'json' }
import type { Broadcast, CheckIn, SignUp, Wish } from '../../src/domain/records.ts'
import type { Feature, Role } from '../../src/kit.ts'
import {
  markOf,
  OWN_TEAM,
  personOf,
  recordsIn,
  ROLES_OF,
  SECRET,
  TENANTS,
  type Dump,
  type Press,
  type Pressed,
  type Tenant,
  type Who,
  type World,
} from './fuzz.ts'
import { aSettledWorld, idsIn } from './fuzz-seed.ts'
import { dataOf, type Wanted } from './fuzz-presses.ts'

const HR = ['hr'] as const
const APPROVER = ['approver'] as const

/** Which acts have a door, as the contract has it: written here once more, so that an act that loses its door is found. */
export const DOORS = new Map<string, readonly Role[]>(
  Object.entries({
    ...Object.fromEntries(
      [
        ...['list', 'form', 'preview', 'test', 'confirm', 'cancel', 'report', 'retry', 'resend', 'edit', 'correct'],
        ...['withdraw', 'duplicate', 'delete'],
      ].map((verb) => [`broadcasts.${verb}`, HR]),
    ),
    ...Object.fromEntries(['approve', 'reject'].map((verb) => [`broadcasts.${verb}`, APPROVER])),
    'broadcasts.view': ['hr', 'approver'],
    ...Object.fromEntries(['launches', 'launch', 'ideas', 'phases', 'phase'].map((verb) => [`themes.${verb}`, HR])),
    ...Object.fromEntries(['cooperation', 'cooperate'].map((verb) => [`checkins.${verb}`, HR])),
    ...Object.fromEntries(
      ['form', 'create', 'preview', 'publish', 'change', 'move', 'add', 'cancel'].map((verb) => [
        `webinars.${verb}`,
        HR,
      ]),
    ),
  }),
)

const has = (who: Who, roles: readonly Role[]): boolean => roles.some((role) => rolesOf(who).includes(role))
const rolesOf = (who: Who): readonly Role[] => ROLES_OF[who]

/** One press with all that was seen of it. `given` is all that was ever sent into this world. */
export type Seen = {
  press: Press
  pressed: Pressed
  before: Dump
  after: Dump
  /** How many messages left the bot. */
  left: number
  errors: readonly unknown[]
  given: string
}

type Rule = (seen: Seen) => string[]

export const RULES: Record<string, Rule> = {
  'is answered or refused, and never fails': ({ pressed, errors }) => [
    ...(pressed.outcome === 'failed' ? ['it failed'] : []),
    ...errors.map((error) => (error instanceof Error ? (error.stack ?? error.message) : String(error))),
  ],

  'has an answer': ({ pressed: { result, card } }) =>
    'say' in result
      ? result.say === ''
        ? ['it says nothing']
        : []
      : card.includes('"AdaptiveCard"')
        ? []
        : ['no card'],

  'changes nothing of the other organisation': ({ press, before, after }) =>
    changed(before, after).filter((part) => part.startsWith(otherThan(press.tenant))),

  'tells nothing of the other organisation': ({ press, pressed, before, given }) =>
    tracesOf(otherThan(press.tenant), textOf(pressed), before).filter((trace) => !given.includes(trace)),

  'stores and sends nothing where it is refused, but who tried': ({ pressed, before, after, left }) =>
    pressed.outcome !== 'refused'
      ? []
      : [
          ...changed(before, after).filter((part) => !part.endsWith('/audit')),
          ...(left > 0 ? [`${left} messages left`] : []),
        ],

  'is refused in the words of not found behind a door, and kept once': ({ press, pressed, before, after }) => {
    const roles = DOORS.get(press.verb)
    if (roles === undefined || has(press.who, roles)) return []
    const said = 'say' in pressed.result ? pressed.result.say : ''
    const [old, now] = [before, after].map((dump) => recordsIn(dump, press.tenant, 'audit').length)
    return [
      ...(pressed.outcome === 'refused' && NOT_FOUND.includes(said) ? [] : [`${pressed.outcome}: ${said}`]),
      ...(now === (old ?? 0) + 1 ? [] : ['the audit has not one entry more']),
    ]
  },

  'loses and rewrites nothing of the audit': ({ before, after }) =>
    TENANTS.filter((tenant) => {
      const [old, now] = [before, after].map((dump) => dump[`${tenant}/audit`] ?? '[]')
      return !now?.startsWith(old?.slice(0, -1) ?? '')
    }),

  'reads and changes only what its person may': ({ press, pressed, before, after }) => [
    ...unlawful(press, before, after),
    ...(!has(press.who, ['hr', 'approver']) && textOf(pressed).includes(SECRET)
      ? ['it tells what HR alone reads']
      : []),
    // Who presses in the channel of the team is a member of it, says the platform.
    ...(['vieras', 'sanna'].includes(press.who) && press.place !== 'channel' && isTeamTold(press, pressed)
      ? ['it tells of a team that is not theirs']
      : []),
  ],
}

const NOT_FOUND: readonly string[] = [fi, sv, en].map(({ refusals }) => refusals.notFound)

const otherThan = (tenant: Tenant): Tenant => (tenant === TENANTS[0] ? TENANTS[1] : TENANTS[0])
const textOf = ({ result, card }: Pressed): string => `${JSON.stringify(result)} ${card}`

/** The parts of a dump that differ. */
export function changed(before: Dump, after: Dump): string[] {
  return Object.keys({ ...before, ...after }).filter((part) => before[part] !== after[part])
}

const IDS = /[0-9a-f]{24,32}/g
let idsOnlyIn: Record<Tenant, ReadonlySet<string>> | undefined

/** The texts and ids of a tenant that stand in `text`. The ids are those of the world as it was made. */
function tracesOf(tenant: Tenant, text: string, dump: Dump): string[] {
  idsOnlyIn ??= onlyIn(dump)
  const own = idsOnlyIn[tenant]
  const ids = [...new Set([...text.matchAll(IDS)].map(([id]) => id))].filter((id) => own.has(id))
  return [...(text.includes(markOf(tenant)) ? [markOf(tenant)] : []), ...ids]
}

function onlyIn(dump: Dump): Record<Tenant, ReadonlySet<string>> {
  const idsOf = (tenant: Tenant) => {
    const parts = Object.keys(dump).filter((part) => part.startsWith(tenant))
    return new Set(parts.flatMap((part) => [...(dump[part] ?? '').matchAll(IDS)].map(([id]) => id)))
  }
  const [a, b] = [idsOf('tenant-a'), idsOf('tenant-b')]
  return { 'tenant-a': a.difference(b), 'tenant-b': b.difference(a) }
}

function isTeamTold({ tenant }: Press, pressed: Pressed): boolean {
  return textOf(pressed).includes(`${OWN_TEAM} ${markOf(tenant)}`)
}

type Changed<T> = { old: T | undefined; now: T | undefined }

/** The records of a collection that differ. */
function changedIn<T extends { id: string }>(tenant: Tenant, name: string, before: Dump, after: Dump): Changed<T>[] {
  if (before[`${tenant}/${name}`] === after[`${tenant}/${name}`]) return []
  const [old, now] = [before, after].map(
    (dump) => new Map(recordsIn<T>(dump, tenant, name).map((record) => [record.id, record])),
  )
  const ids = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])
  return [...ids]
    .map((id) => ({ old: old?.get(id), now: now?.get(id) }))
    .filter((one) => JSON.stringify(one.old) !== JSON.stringify(one.now))
}

/** What this person changed of somebody else's, or of what only a role may change. */
function unlawful({ tenant, who }: Press, before: Dump, after: Dump): string[] {
  const { id } = personOf(who, tenant)
  const of = <T extends { id: string }>(name: string, isWrong: (one: Changed<T>) => boolean): string[] =>
    changedIn<T>(tenant, name, before, after)
      .filter(isWrong)
      .map((one) => `${name}: ${JSON.stringify(one)}`)
  const all = [
    ...of('staff', () => true),
    ...of('teams', () => true),
    ...of('people', ({ old, now }) => (old ?? now)?.id !== id),
  ]
  if (has(who, HR)) return all
  const leads = (checkIn: CheckIn | undefined) => checkIn?.readers[0]?.id === id
  const checkIns = recordsIn<CheckIn>(before, tenant, 'checkIns')
  return [
    ...all,
    ...of('organisations', () => true),
    ...of<Wish>('wishes', ({ old }) => old !== undefined),
    ...of<SignUp>('signUps', ({ old, now }) => (old ?? now)?.person !== id),
    ...of('webinars', ({ old, now }) => withoutCounts(old) !== withoutCounts(now)),
    ...of<CheckIn>(
      'checkIns',
      ({ old, now }) => !(leads(old ?? now) && (old !== undefined || has(who, ['supervisor']))),
    ),
    ...of<{ id: string; team: string }>('rounds', ({ old }) => !leads(checkIns.find((one) => one.id === old?.team))),
    ...(has(who, APPROVER)
      ? []
      : [
          ...of('launches', () => true),
          ...of<Broadcast>('broadcasts', ({ old, now }) => withoutCounts(old) !== withoutCounts(now)),
        ]),
  ]
}

/** How often buttons were pressed, who comes and what they say: what everybody adds to. */
function withoutCounts(record: object | undefined): string {
  const { presses: _, attendance: __, feedback: ___, movedUp: ____, ...rest } = { ...record } as Record<string, unknown>
  // Feedback opens a record for a webinar of the content files.
  return JSON.stringify(Object.keys(rest).length > 1 ? rest : {})
}

/** Presses in turn, in a world of their own; what was wrong, each with the press. */
export async function faultsOf(wishes: readonly Wanted[], features?: readonly Feature[]): Promise<string[]> {
  const world = await aSettledWorld(features)
  const faults: string[] = []
  let before = await world.dump()
  let given = ''
  for (const wish of wishes) {
    world.later(wish.after)
    const data = dataOf(wish, (tenant) => idsIn(before, tenant, world.kit))
    const { tenant, who, place, verb } = wish
    given += JSON.stringify(data)
    for (let time = 0; time < wish.times; time++) {
      const press = { tenant, who, place, verb, data }
      const { seen, wrong } = await judged(world, press, before, given)
      faults.push(...wrong)
      before = seen.after
    }
  }
  return faults
}

/** Presses once; what was seen, and what was wrong with it. */
export async function judged(world: World, press: Press, before: Dump, given: string) {
  const [left, errors] = [world.left(), world.errors.length]
  const pressed = await world.press(press)
  const after = await world.dump()
  const seen: Seen = {
    ...{ press, pressed, before, after, given },
    left: world.left() - left,
    errors: world.errors.slice(errors),
  }
  const wrong = Object.entries(RULES).flatMap(([rule, faults]) =>
    faults(seen).map(
      (fault) => `${press.verb} of ${press.who} ${JSON.stringify(press.data).slice(0, 300)} – ${rule}: ${fault}`,
    ),
  )
  return { seen, wrong }
}
