import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PEOPLE, TENANTS, VERBS, type Who } from '../support/fuzz.ts'
import { allSentBy, sentBy, wanted } from '../support/fuzz-presses.ts'
import { changed, DOORS, faultsOf, judged } from '../support/fuzz-rules.ts'
import { aSettledWorld, idsIn } from '../support/fuzz-seed.ts'

/** Of the others, one press is enough to see that it is refused. */
const IN_USE: Who[] = ['esa', 'jasen', 'hanna', 'aino']
/** In the channel of a second team alone. */
const NOT_IN_OWN_CHAT = ['checkins.join']

describe('a press that a card offers', () => {
  it('keeps every rule, whoever makes it, with the ids of either organisation', async () => {
    const wrong: string[] = []
    const answered = new Set<string>()
    let world = await aSettledWorld()
    const before = await world.dump()
    const [own, others] = [idsIn(before, TENANTS[0], world.kit), idsIn(before, TENANTS[1], world.kit)]
    for (const [verb, who] of VERBS.flatMap((one) => PEOPLE.map((person) => [one, person] as const))) {
      const all = IN_USE.includes(who) ? allSentBy(verb, own) : [sentBy(verb, own)]
      for (const data of [sentBy(verb, others), ...all]) {
        const press = { tenant: TENANTS[0], who, place: 'own' as const, verb, data }
        const { seen, wrong: faults } = await judged(world, press, before, JSON.stringify(data))
        wrong.push(...faults)
        if (seen.pressed.outcome === 'answered') answered.add(verb)
        if (changed(before, seen.after).length > 0) world = await aSettledWorld()
      }
    }
    expect(wrong).toEqual([])
    expect(VERBS.filter((verb) => !answered.has(verb))).toEqual(NOT_IN_OWN_CHAT)
  })
})

describe('presses that no card offers', () => {
  it('keep every rule, one after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 12 }), async (presses) => {
        expect(await faultsOf(presses)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('meet doors that the features have', () => {
    expect([...DOORS.keys()].filter((verb) => !VERBS.includes(verb))).toEqual([])
  })
})
