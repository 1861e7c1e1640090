import { formText, noticeCard, Refusal, type Answer, type Kit, type Turn } from '../../kit.ts'

/** A wish for a tool, to HR, without name or unit. The same words of the same person are one wish. */
export async function sendWish(turn: Turn, kit: Kit, { need: given }: { need: string }): Promise<Answer> {
  const { language, t, person } = turn
  const need = formText(turn, given)
  if (need === '') throw new Refusal(t('wish.required'))
  const id = kit.opaque('wish', person.tenant, person.id, need)
  const at = turn.now.toISOString().slice(0, 10)
  await kit.store.wishes.change(person.tenant, id, (earlier) => earlier ?? { id, need, language, at })
  return { replace: noticeCard(turn, 'wished') }
}
