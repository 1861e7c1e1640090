/** Which notices a person gets: each kind until it is turned off, and the tool of the week only once it was asked for. */
import { NOTICE_KINDS, type NoticeKind } from './delivery.ts'
import type { PersonRecord } from './records.ts'

type Wanting = Pick<PersonRecord, 'off' | 'wantsWeekly'>

export function wants({ off, wantsWeekly }: Wanting, kind: NoticeKind): boolean {
  return kind === 'weekly' ? wantsWeekly === true : off?.includes(kind) !== true
}

/** Whether the person has said yes or no to a kind: only then is the tool of the week not offered again. */
export function hasChosen({ off, wantsWeekly }: Wanting, kind: NoticeKind): boolean {
  return off?.includes(kind) === true || (kind === 'weekly' && wantsWeekly === true)
}

/**
 * The record with these kinds chosen or refused and the others as they were; the same one where nothing changes. A yes to
 * the tool of the week is never beside a no: a no stands among what is off, where the outbox looks for it.
 */
export function choosing(
  record: PersonRecord,
  choices: Partial<Record<NoticeKind, boolean | undefined>>,
): PersonRecord {
  const { off = [], wantsWeekly, ...rest } = record
  const isWeekly = choices.weekly ?? wantsWeekly === true
  const next = NOTICE_KINDS.filter((kind) => !(choices[kind] ?? !off.includes(kind)))
  const isSame = next.length === off.length && next.every((kind) => off.includes(kind))
  if (isSame && isWeekly === (wantsWeekly === true)) return record
  return { ...rest, ...(next.length > 0 && { off: next }), ...(isWeekly && { wantsWeekly: true }) }
}
