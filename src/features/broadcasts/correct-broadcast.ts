import { z } from 'zod'
import { checkTexts } from '../../domain/broadcast.ts'
import { LANGUAGES } from '../../domain/languages.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'
import { changeCopies, changeId, countCopies } from './change-copies.ts'
import { faulty, faultText } from './fault-text.ts'
import { changeBroadcast, findBroadcast, isDraft } from './find-broadcast.ts'
import { watchedBy } from './follow-broadcast.ts'
import { reportCard } from './report-card.ts'
import { showMessage } from './show-broadcast.ts'
import { textFields, textsOf } from './text-fields.ts'

export const correctSchema = z.object({ broadcast: z.string('refusals.notFound').max(40), ...textFields })

/** Puts new texts into every delivered copy; what still waits goes out with them. */
export async function correctBroadcast(
  turn: Turn,
  kit: Kit,
  { broadcast: id, ...given }: z.output<typeof correctSchema>,
): Promise<Answer> {
  const { t, person } = turn
  const found = await findBroadcast(turn, kit, id)
  if (found.launch !== undefined) throw new Refusal(t('launches.refusals.correct'))
  if (isDraft(found) || found.state === 'approving' || found.withdrawn) {
    throw new Refusal(t('broadcasts.refusals.noCopies'))
  }
  const { clean: text, faults } = checkTexts(textsOf(given))
  if (faults.length > 0)
    throw faulty(
      turn,
      faults.map((fault) => faultText(turn, fault)),
    )
  const count = await countCopies(turn, kit, id)
  if (isSame(text, found.text) && !(await isCutShort(kit, person.tenant, found))) {
    throw new Refusal(t('broadcasts.refusals.sameText'))
  }
  const corrected = await changeBroadcast(turn, kit, id, (current) =>
    isSame(text, current.text)
      ? current
      : { ...current, ...watchedBy(turn), text, corrections: current.corrections + 1 },
  )
  await kit.audit(turn, { what: 'broadcasts.correct', to: id, outcome: 'done', note: '' })
  await changeCopies(turn, kit, id, {
    name: `correct-${corrected.corrections}`,
    does: 'update',
    messageOf: (part) => showMessage(id, part),
  })
  return { replace: await reportCard(turn, kit, corrected, t('broadcasts.news.corrected', { count })) }
}

function isSame(one: Broadcast['text'], other: Broadcast['text']): boolean {
  return LANGUAGES.every((language) => {
    const [text, its] = [one[language], other[language]]
    return text.title === its.title && text.body === its.body
  })
}

/** The texts were stored, and then nothing was sent: a crash came between. */
async function isCutShort(kit: Kit, tenant: string, { id, corrections }: Broadcast): Promise<boolean> {
  if (corrections === 0) return false
  const ids = (['main', 'advance'] as const).map((part) => changeId(id, part, `correct-${corrections}`))
  const mailings = await Promise.all(ids.map((one) => kit.store.mailings.get(tenant, one)))
  return mailings.every((mailing) => mailing === undefined)
}
