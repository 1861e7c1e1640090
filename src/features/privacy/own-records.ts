import { LINKED, REGISTER, type Entry, type KeptFor, type LinkedName, type Own } from '../../domain/register.ts'
import type { Collection, CollectionName, Collections, Records } from '../../domain/records.ts'
import { answerToken } from '../../domain/sealed-answer.ts'
import type { Kit, Person } from '../../kit.ts'

/** Where something of a person stands; `deliveries` are the recipients' rows of what the bot sends by itself. */
export type PartName = LinkedName | 'deliveries'
export type OwnPart = { name: PartName; found: Own[] }

/** Everything that is kept of a person and can be linked to one, in the order of the register. Empty parts are left out. */
export async function ownRecords(kit: Kit, person: Pick<Person, 'tenant' | 'id'>): Promise<OwnPart[]> {
  const parts = await Promise.all(LINKED.map(async (name) => ({ name, found: await ownIn(kit, name, person) })))
  const all: OwnPart[] = [
    ...parts.map((part) => (part.name === 'answers' ? { ...part, found: [] } : part)),
    { name: 'answers', found: (await openAnswers(kit, person)).map(({ round, week }) => ({ round, week })) },
    { name: 'deliveries', found: await ownDeliveries(kit, person) },
  ]
  return all.filter(({ found }) => found.length > 0)
}

/** The open check-ins that hold an answer of this person: known to the round's key alone, and told to the person alone. */
export async function openAnswers(
  kit: Kit,
  { tenant, id }: Pick<Person, 'tenant' | 'id'>,
): Promise<{ round: string; week: string; token: string; sealed: string }[]> {
  const rounds = await kit.store.rounds.list(tenant)
  const found = await Promise.all(
    rounds.map(async (round) => {
      const [key, box] = await Promise.all([kit.roundKeys.read(round.id), kit.store.answers.get(tenant, round.id)])
      if (key === undefined || box === undefined || box.locked) return []
      const token = answerToken(key, tenant, id, round.id)
      key.fill(0)
      const mine = box.answers.find((answer) => answer.token === token)
      return mine === undefined ? [] : [{ round: round.id, week: round.week, ...mine }]
    }),
  )
  return found.flat()
}

async function ownIn(kit: Kit, name: LinkedName, { tenant, id }: Pick<Person, 'tenant' | 'id'>): Promise<Own[]> {
  const { collection, ofPerson } = keptIn(kit, name)
  if (ofPerson === undefined) return []
  const records = await collection.list(tenant)
  return records.flatMap((record) => {
    const own = ofPerson(record, id)
    return own === undefined ? [] : [own]
  })
}

/** A collection beside what the register says of it. */
export function keptIn<Name extends CollectionName>(
  kit: Kit,
  name: Name,
): Entry<Records[Name]> & { collection: Collection<Records[Name]> } {
  const entry: Entry<Records[Name]> = REGISTER[name]
  const collections: Collections = kit.store
  return { ...entry, collection: collections[name] }
}

async function ownDeliveries(kit: Kit, { tenant, id }: Pick<Person, 'tenant' | 'id'>): Promise<Own[]> {
  const found: Own[] = []
  for (const mailing of await kit.store.mailings.list(tenant)) {
    for await (const { to, state } of kit.store.ledger.deliveries(tenant, mailing.id)) {
      if ('person' in to && to.person === id) found.push({ kind: mailing.kind, at: mailing.at, state })
    }
  }
  return found
}

export function keptFor(name: PartName): KeptFor {
  return name === 'deliveries' ? 'month' : REGISTER[name].keptFor
}
