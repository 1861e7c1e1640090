/** One team's check-ins without a server: the handlers and jobs themselves, over the ports given. */
import { answerCheckIn } from '../../src/features/checkins/answer-checkin.ts'
import { closeRound } from '../../src/features/checkins/close-round.ts'
import { closeRounds } from '../../src/features/checkins/close-rounds.ts'
import { openRounds } from '../../src/features/checkins/open-rounds.ts'
import { stop } from '../../src/features/checkins/rest-checkins.ts'
import { startCheckIns, startSchema } from '../../src/features/checkins/start-checkins.ts'
import { roundId } from '../../src/features/checkins/team-check-in.ts'
import type { CheckIn, Result } from '../../src/domain/records.ts'
import { Refusal, type Kit, type Turn } from '../../src/kit.ts'
import { THURSDAY } from './check-ins.ts'
import { theQuestions } from './content.ts'
import { aKit, anAddress, aTurn, type FakeKit } from './kit.ts'

const TENANT = 'tenant-1'
const TEAM = 'team-1'
const MONDAY = '2026-11-23T09:00:00+02:00'

const library = { ...aKit().library(), questions: theQuestions() }

type Choices = [q1: string, q2: string, q3: string]

export type Desk = {
  kit: FakeKit
  /** Sets the clock. */
  at(now: string): void
  /** Maija starts the check-ins of her team. */
  starts(): Promise<void>
  /** Runs what is due for opening, or for closing, at the clock's time. */
  opens(through?: Kit): Promise<void>
  closesDue(through?: Kit): Promise<void>
  /** What is said to who answers: `thanks`, or the key of the refusal. */
  answers(id: string, choices: Choices, through?: Kit): Promise<string>
  closes(through?: Kit): Promise<Result | undefined>
  stops(through?: Kit): Promise<void>
  checkIn(): Promise<CheckIn>
  round(): Promise<string>
}

/** Maija and these people. `given` takes the place of ports. */
export function aDesk(people: readonly string[], given: Partial<Kit> = {}): Desk {
  let now = new Date(MONDAY)
  const members = ['maija', ...people].map((id) => ({ id, userId: `29:${id}`, name: id }))
  const base = aKit({
    clock: { now: () => now },
    roles: async () => new Set(['supervisor'] as const),
    library: () => library,
    ...given,
  })
  base.chats = { ...base.chats, members: async () => members }

  const turnOf = (id: string, place: Turn['place']): Turn =>
    aTurn({ person: { tenant: TENANT, id, userId: `29:${id}`, name: id }, place, now })
  const inTeam = { kind: 'channel', address: anAddress(TEAM), team: TEAM, channel: TEAM } as const
  const inOwnChat = { kind: 'own', address: anAddress('own') } as const

  const desk: Desk = {
    kit: base,
    at(time) {
      now = new Date(time)
    },
    async starts() {
      await startCheckIns(turnOf('maija', inTeam), base, startSchema.parse(THURSDAY))
    },
    async opens(through = base) {
      await openRounds.run(now, through)
      await base.settled()
    },
    async closesDue(through = base) {
      await closeRounds.run(now, through)
      await base.settled()
    },
    async answers(id, [q1, q2, q3], through = base) {
      try {
        await answerCheckIn(turnOf(id, inOwnChat), through, { round: await desk.round(), q1, q2, q3 })
        return 'thanks'
      } catch (error) {
        if (error instanceof Refusal) return error.message
        throw error
      }
    },
    async closes(through = base) {
      return closeRound(through, TENANT, await desk.checkIn(), await desk.round(), now)
    },
    async stops(through = base) {
      await stop(turnOf('maija', inTeam), through, {})
    },
    async checkIn() {
      const found = await base.store.checkIns.get(TENANT, TEAM)
      if (found === undefined) throw new Error('no check-ins were started')
      return found
    },
    async round() {
      return roundId(base, TENANT, TEAM, (await desk.checkIn()).lastWeek ?? '2026-W48')
    },
  }
  return desk
}

/** What is kept of open rounds: nothing, once they are closed. */
export async function openRoundsIn(kit: Kit, round: string): Promise<Record<string, unknown>> {
  const { store, roundKeys } = kit
  const [rounds, rosters, answers, mailings, deliveries, key] = await Promise.all([
    store.rounds.list(TENANT),
    store.rosters.list(TENANT),
    store.answers.list(TENANT),
    store.mailings.list(TENANT),
    Array.fromAsync(store.ledger.deliveries(TENANT, kit.opaque('checkins.card', round))),
    roundKeys.read(round),
  ])
  const cards = [...mailings.filter(({ kind }) => kind === 'checkins.card'), ...deliveries]
  return { rounds, rosters, answers, cards, key }
}

/** The same kit; before each call to its store, outbox or keys, counted from 0, comes `before`. */
export function beforeEachCall(kit: Kit, before: (call: number) => Promise<void>): Kit {
  let calls = 0
  const behind = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return async (...given: unknown[]): Promise<unknown> => {
          await before(calls++)
          return Reflect.apply(member, target, given)
        }
      },
    })
  const store = Object.fromEntries(Object.entries(kit.store).map(([name, port]) => [name, behind(port)]))
  const outbox: Kit['outbox'] = {
    ...behind(kit.outbox),
    behind(work) {
      kit.outbox.behind(work)
    },
  }
  return { ...kit, store: store as unknown as Kit['store'], outbox, roundKeys: behind(kit.roundKeys) }
}
