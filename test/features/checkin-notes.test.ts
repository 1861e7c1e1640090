import { describe, expect, it } from '@jest/globals'
import { showCheckIn } from '../../src/features/checkins/answer-checkin.ts'
import { showNote } from '../../src/features/checkins/note-card.ts'
import { FIVE } from '../support/check-ins.ts'
import { aDesk } from '../support/check-in-desk.ts'
import { aTurn } from '../support/kit.ts'

const THURSDAY = '2026-11-26T14:00:00+02:00'

describe('the thanks for an answer', () => {
  it('are shown again to those who are asked, and tell nobody else whose check-in it is', async () => {
    const desk = aDesk(FIVE)
    await desk.starts()
    desk.at(THURSDAY)
    await desk.opens()
    const note = { note: 'thanks' as const, round: await desk.round() }
    const shownTo = (id: string) =>
      showNote(aTurn({ person: { tenant: 'tenant-1', id, userId: `29:${id}`, name: id } }), desk.kit, note)
    expect(await shownTo('antti')).toMatchObject({ replace: { card: 'checkin-note', data: { round: note.round } } })
    await expect(shownTo('vieras')).rejects.toThrow('refusals.notFound')
  })
})

describe('the cards of a round', () => {
  it('are made once for all who read one language: they hold nothing of whom they are for', async () => {
    const desk = aDesk(FIVE)
    await desk.starts()
    desk.at(THURSDAY)
    await desk.opens()
    const cards = desk.kit.mailed.find(({ mailing }) => mailing.kind === 'checkins.card')
    expect(cards?.mailing.isSameForAll).toBe(true)
    const shown = await Promise.all(
      FIVE.map((id) => {
        const turn = aTurn({ person: { tenant: 'tenant-1', id, userId: `29:${id}`, name: id } })
        return desk.round().then((round) => showCheckIn(turn, desk.kit, { round }))
      }),
    )
    expect(new Set(shown.map((card) => JSON.stringify(card))).size).toBe(1)
  })
})
