import { describe, expect, it } from '@jest/globals'
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
