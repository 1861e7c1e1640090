/** Ids that a file names, against those that there are. */
import { error, type Finding, type Place } from './content-findings.ts'
import type { Content } from './content.ts'

/** A file that could not be read counts as there: its own faults are told. */
export function unknownIds(
  place: Place,
  ids: string[],
  known: { id: string }[],
  { refused }: Pick<Content, 'refused'>,
): Finding[] {
  return [
    ...ids
      .filter((id) => !refused.has(id) && known.every((item) => item.id !== id))
      .map((id) => error(place, 'unknown-id', { id })),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => error(place, 'twice', { id })),
  ]
}
