import { mailingId, type Part } from '../../domain/broadcast.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Download, Kit, Turn } from '../../kit.ts'

const LINK_MS = 10 * 60_000
const ROWS_A_PIECE = 500
const HEADER = 'recipient,id,state,reason,mailing\r\n'

/** The address of the list of recipients, for as long as it works: whoever has it reads the list. */
export function linkToList({ person, now }: Turn, kit: Kit, id: string): { address: string; until: Date } {
  const until = new Date(now.getTime() + LINK_MS)
  const query = new URLSearchParams({ key: keyOf(kit, person.tenant, id, until), until: until.toISOString() })
  return { address: `${kit.settings.publicUrl}/broadcasts/${id}.csv?${query.toString()}`, until }
}

/** One row a recipient, written piece by piece. Undefined for a file that is not there, a wrong key, or an old link. */
export async function downloadRecipients(
  kit: Kit,
  file: string,
  query: URLSearchParams,
): Promise<Download | undefined> {
  const [, id = ''] = /^([0-9a-f]{1,40})\.csv$/.exec(file) ?? []
  const until = new Date(query.get('until') ?? '')
  if (id === '' || !(until > kit.clock.now())) return undefined
  for (const tenant of await kit.store.broadcasts.tenants()) {
    // Hashed once more, so that how long the comparison takes tells nothing about the key.
    const isRight = hashed(kit, keyOf(kit, tenant, id, until)) === hashed(kit, query.get('key') ?? '')
    if (!isRight || (await kit.store.broadcasts.get(tenant, id)) === undefined) continue
    return { name: `luotsi-${id}.csv`, type: 'text/csv; charset=utf-8', pieces: rows(kit, tenant, id) }
  }
  return undefined
}

function keyOf(kit: Kit, tenant: string, id: string, until: Date): string {
  return kit.opaque('broadcast.csv', tenant, id, until.toISOString())
}

function hashed(kit: Kit, key: string): string {
  return kit.opaque('broadcast.csv.compare', key)
}

async function* rows(kit: Kit, tenant: string, id: string): AsyncGenerator<string> {
  let piece = HEADER
  let count = 0
  for (const part of ['advance', 'main'] as const) {
    for await (const delivery of kit.store.ledger.deliveries(tenant, mailingId(id, part))) {
      piece += row(delivery, part)
      if (++count % ROWS_A_PIECE > 0) continue
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

function row({ to, state, reason }: Delivery, part: Part): string {
  const [kind, id] = 'person' in to ? ['person', to.person] : ['channel', to.conversation]
  return `${[kind, id, state, reason ?? '', part].map(cell).join(',')}\r\n`
}

/** Quoted where it would break the row; what a spreadsheet would reckon out is made a text. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
