import type { Part } from '../../domain/broadcast.ts'
import { timeText } from '../../domain/dates.ts'
import type { DeliveryCounts, Mailing } from '../../domain/delivery.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'
import { figuresOf, reasonLines } from './figures.ts'
import { findBroadcast, heldOf, isRunning, standOf, type Named, type Stand } from './find-broadcast.ts'
import { linkToList } from './download-recipients.ts'
import { stateText, subjectOf } from './state-text.ts'

const CELLS = 10

export async function showReport(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  return { replace: await reportCard(turn, kit, await findBroadcast(turn, kit, id), '', { hasLink: true }) }
}

/** How it goes or went, exactly: by outcome and reason, never by person. The list of recipients is behind a link that ends. */
export async function reportCard(
  turn: Turn,
  kit: Kit,
  broadcast: Broadcast,
  news = '',
  { hasLink = false } = {},
): Promise<Message> {
  const { t, language, person } = turn
  const { timeZone } = kit.settings
  const { id, withdrawn, state } = broadcast
  const stand = await standOf(kit, person.tenant, id)
  const { counts, besides } = figuresOf(broadcast, stand)
  const all = [stand.main, stand.advance]
  const sum = (of: 'pending' | 'delivered') => all.reduce((number, one) => number + one.counts[of], 0)
  const runs = all.some(isRunning)
  const held = await heldOf(kit, person.tenant, broadcast)
  const isRestored = held.length > 0
  const isOpen = !withdrawn && !isRestored && (state === 'confirmed' || state === 'cancelled')
  const isKept = all.some(({ mailing }) => mailing !== undefined)
  const canChange = isOpen && isKept && !runs && sum('delivered') > 0
  const canRepeat = (which: 'failed' | 'unknown') =>
    isOpen &&
    state === 'confirmed' &&
    all.some(({ mailing, counts: its }) => mailing?.state === 'ended' && its[which] > 0)
  const link = hasLink && isKept && counts.total > 0 ? await givenLink(turn, kit, id) : undefined
  const progress = percentOf(counts)
  return {
    card: 'broadcast-report',
    language,
    summary: t('broadcasts.summary.report'),
    show: { verb: 'broadcasts.report', broadcast: id },
    data: {
      broadcast: id,
      subject: subjectOf(turn, kit, broadcast),
      ideas: broadcast.launch === undefined ? '' : broadcast.theme,
      news,
      state: await stateText(turn, kit, broadcast, stand),
      progress,
      bar: barText(turn, progress),
      rate: runs ? t('broadcasts.rate', { count: kit.settings.rate }) : '',
      left: runs ? leftText(turn, (counts.pending + counts.sending) / kit.settings.rate) : '',
      total: String(counts.total),
      pending: String(counts.pending),
      sending: String(counts.sending),
      delivered: String(counts.delivered),
      failed: String(counts.failed),
      skipped: String(counts.skipped),
      unknown: String(counts.unknown),
      cancelled: String(counts.cancelled),
      reasons: reasonLines(turn, counts, broadcast),
      presses: pressLines(turn, kit, broadcast),
      csv: link?.address ?? '',
      csvNote: link === undefined ? '' : t('broadcasts.csvNote', { time: timeText(link.until, timeZone, language) }),
      restored: isRestored ? t('broadcasts.restored', { count: await pendingIn(kit, person.tenant, held) }) : '',
      canCancel: !isRestored && (state === 'confirmed' || state === 'approving') && all.some(isGoing),
      cancelText: t('broadcasts.cancelText', { count: sum('pending') }),
      canRetry: canRepeat('failed'),
      canResend: canRepeat('unknown'),
      canCorrect: canChange && broadcast.launch === undefined,
      canWithdraw: canChange,
      withdrawText: t('broadcasts.withdrawText', { count: sum('delivered') }),
      notes: notesOf(turn, counts, stand, besides),
    },
  }
}

/** The list is opened in a browser, where nobody is known: what is kept is who got the link. */
async function givenLink(turn: Turn, kit: Kit, id: string): Promise<ReturnType<typeof linkToList>> {
  await kit.audit(turn, { what: 'broadcasts.recipients', to: id, outcome: 'done', note: '' })
  return linkToList(turn, kit, id)
}

export function isGoing({ mailing }: Stand): boolean {
  return mailing !== undefined && mailing.state !== 'ended'
}

async function pendingIn(kit: Kit, tenant: string, mailings: readonly Mailing[]): Promise<number> {
  const counts = await Promise.all(mailings.map(({ id }) => kit.outbox.counts(tenant, id)))
  return counts.reduce((sum, { pending }) => sum + pending, 0)
}

function percentOf({ total, pending, sending }: DeliveryCounts): number {
  return total === 0 ? 0 : Math.floor((100 * (total - pending - sending)) / total)
}

function barText({ t }: Turn, percent: number): string {
  const full = Math.floor((percent * CELLS) / 100)
  return t('broadcasts.progress', { bar: '▓'.repeat(full) + '░'.repeat(CELLS - full), percent })
}

function leftText({ t }: Turn, seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (seconds < 60) return t('broadcasts.left.seconds')
  if (minutes < 90) return t('broadcasts.left.minutes', { count: minutes })
  return t('broadcasts.left.hours', { count: Math.round(minutes / 60) })
}

/**
 * From so many on that nobody can be told apart, and in steps of as many, so that two looks tell of nobody between them;
 * fewer, and none, are said in the same words.
 */
function pressLines({ t }: Turn, { settings: { threshold: k } }: Kit, broadcast: Broadcast): string[] {
  const { presses, launch } = broadcast
  if (launch !== undefined) return []
  const offered = (['tool', 'theme', 'webinar'] as const).filter((what) => broadcast[what] !== '')
  const lines = offered.map((what) => {
    const count = presses[what] ?? 0
    return count < k
      ? t('broadcasts.presses.hidden', { k })
      : t(`broadcasts.presses.${what}`, { count: count - (count % k) })
  })
  return [...new Set(lines)]
}

function notesOf({ t }: Turn, counts: DeliveryCounts, stand: Record<Part, Stand>, besides?: DeliveryCounts): string[] {
  const ahead = stand.advance.counts.total
  const key = besides === undefined ? 'broadcasts.notes.advance' : 'broadcasts.advance.besides'
  return [
    ...(counts.unknown > 0 ? [t('broadcasts.notes.unknown')] : []),
    ...(ahead > 0 ? [t(key, { count: ahead })] : []),
  ]
}
