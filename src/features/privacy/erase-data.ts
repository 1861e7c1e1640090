import { LINKED, REGISTER, type LinkedName } from '../../domain/register.ts'
import type { Answer, Kit, Message, Person, Turn } from '../../kit.ts'
import { keptIn, openAnswers, ownRecords } from './own-records.ts'
import { demandOwnChat } from './show-my-data.ts'

/** Asks once more, and says what goes and what stays and why; with `sure` it erases. Again does nothing more. */
export async function eraseMyData(turn: Turn, kit: Kit, { sure }: { sure?: 'yes' | undefined }): Promise<Answer> {
  demandOwnChat(turn)
  if (sure === undefined) return { replace: await askOnceMore(turn, kit) }
  await withdrawAnswers(turn, kit)
  await forgetOwnChat(turn, kit)
  for (const name of LINKED) await eraseFrom(kit, name, turn.person)
  return { replace: await erasedCard(turn, kit) }
}

async function askOnceMore(turn: Turn, kit: Kit): Promise<Message> {
  const { language, t } = turn
  return {
    card: 'erase-data',
    language,
    summary: t('myData.erase.title'),
    show: { verb: 'privacy.erasing' },
    data: {
      title: t('myData.erase.title'),
      text: t('myData.erase.text'),
      stays: await staysOf(turn, kit),
      isAsking: true,
    },
  }
}

export async function showErasing(turn: Turn, kit: Kit): Promise<Answer> {
  demandOwnChat(turn)
  return { replace: await askOnceMore(turn, kit) }
}

async function erasedCard(turn: Turn, kit: Kit): Promise<Message> {
  const { language, t } = turn
  return {
    card: 'erase-data',
    language,
    summary: t('myData.erase.done'),
    show: { verb: 'privacy.mydata' },
    data: {
      title: t('myData.erase.done'),
      text: t('myData.erase.doneText'),
      stays: await staysOf(turn, kit),
      isAsking: false,
    },
  }
}

/** What is not erased, each with its reason. */
async function staysOf({ t, person }: Turn, kit: Kit): Promise<{ text: string }[]> {
  const parts = await ownRecords(kit, person)
  return parts.flatMap(({ name, found }) => {
    const stays = name === 'deliveries' ? 'delivery' : REGISTER[name].stays
    if (stays === undefined) return []
    return [{ text: `${t(`myData.parts.${name}`, { count: found.length })}: ${t(`myData.stays.${stays}`)}` }]
  })
}

async function eraseFrom(kit: Kit, name: LinkedName, { tenant, id }: Pick<Person, 'tenant' | 'id'>): Promise<void> {
  const { collection, ofPerson, without } = keptIn(kit, name)
  if (ofPerson === undefined || without === undefined) return
  for (const record of await collection.list(tenant)) {
    if (ofPerson(record, id) === undefined) continue
    await collection.change(tenant, record.id, (current) => current && without(current, id))
  }
}

/** Before the person's record, which tells where it is: done again after a crash, it is found again. */
async function forgetOwnChat({ person: { tenant, id } }: Turn, kit: Kit): Promise<void> {
  const conversation = (await kit.store.people.get(tenant, id))?.ownChat?.conversation
  if (conversation !== undefined) await kit.store.installations.change(tenant, conversation, () => undefined)
}

async function withdrawAnswers({ person }: Turn, kit: Kit): Promise<void> {
  for (const { round, token } of await openAnswers(kit, person)) await withdrawAnswer(kit, person.tenant, round, token)
}

/** Takes an answer out of an open check-in; one that closes meanwhile keeps it, without anybody's name. */
export async function withdrawAnswer(kit: Kit, tenant: string, round: string, token: string): Promise<void> {
  await kit.store.answers.change(tenant, round, (box) =>
    box === undefined || box.locked ? box : { ...box, answers: box.answers.filter((answer) => answer.token !== token) },
  )
}
