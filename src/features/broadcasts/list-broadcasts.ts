import { textFor } from '../../domain/broadcast.ts'
import { momentText } from '../../domain/dates.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'
import { figuresOf } from './figures.ts'
import { heldOf, isDraft, standOf } from './find-broadcast.ts'
import { subjectOf } from './state-text.ts'

/** Of each kind the newest. */
const SHOWN = 6
/** Retention: src/features/privacy. */
const DRAFT_DAYS = 90

export async function listBroadcasts(turn: Turn, kit: Kit): Promise<Answer> {
  return { replace: await listCard(turn, kit) }
}

/** Drafts, what waits for its time, and what was sent, newest first. */
export async function listCard(turn: Turn, kit: Kit, news = ''): Promise<Message> {
  const { t, language, person } = turn
  const all = (await kit.store.broadcasts.list(person.tenant)).toSorted((one, other) =>
    other.changedAt.localeCompare(one.changedAt),
  )
  const begun = all.filter((one) => !isDraft(one))
  const waiting = await onlyWaiting(turn, kit, begun)
  const sent = begun.filter((one) => !waiting.includes(one))
  return {
    card: 'broadcasts',
    language,
    summary: t('broadcasts.summary.list'),
    show: { verb: 'broadcasts.list' },
    data: {
      news,
      explanation:
        all.length === 0
          ? t('broadcasts.list.none')
          : t('broadcasts.list.explanation', { days: DRAFT_DAYS, months: kit.settings.retentionMonths }),
      drafts: all
        .filter(isDraft)
        .slice(0, SHOWN)
        .map((one) => row(turn, kit, one, t('broadcasts.list.edited', { moment: momentOf(turn, kit, one.changedAt) }))),
      waiting: await Promise.all(
        waiting.slice(0, SHOWN).map(async (one) => row(turn, kit, one, await whenText(turn, kit, one))),
      ),
      sent: await Promise.all(
        sent.slice(0, SHOWN).map(async (one) => ({
          ...row(turn, kit, one, await whenText(turn, kit, one)),
          line: await resultLine(turn, kit, one),
        })),
      ),
    },
  }
}

async function onlyWaiting({ person: { tenant } }: Turn, kit: Kit, all: readonly Broadcast[]): Promise<Broadcast[]> {
  const isWaiting = await Promise.all(
    all.map(async (one) => {
      const { id, state } = one
      if ((await heldOf(kit, tenant, one)).length > 0) return true
      const mailing = state === 'confirmed' ? await kit.store.mailings.get(tenant, id) : undefined
      return state === 'approving' || mailing?.state === 'held' || mailing?.state === 'waiting'
    }),
  )
  return all.filter((_, at) => isWaiting[at])
}

function row(turn: Turn, kit: Kit, broadcast: Broadcast, when: string) {
  const { id, text, launch } = broadcast
  const { defaultLanguage } = kit.settings
  if (launch !== undefined) return { id, subject: subjectOf(turn, kit, broadcast), when }
  const { title } = textFor(defaultLanguage, text, defaultLanguage).text
  return { id, subject: breakBraces(title) || turn.t('broadcasts.list.untitled'), when }
}

async function whenText(turn: Turn, kit: Kit, broadcast: Broadcast): Promise<string> {
  const { t, person } = turn
  const { state, plan, changedAt, withdrawn } = broadcast
  if ((await heldOf(kit, person.tenant, broadcast)).length > 0) return t('broadcasts.list.restored')
  if (state === 'approving') return t('broadcasts.list.approving')
  if (state === 'cancelled') return t('broadcasts.list.cancelled')
  if (withdrawn) return t('broadcasts.list.withdrawn')
  const at = plan?.sendAt ?? changedAt
  const key = new Date(at) > turn.now ? 'broadcasts.list.goes' : 'broadcasts.list.sent'
  return t(key, { moment: momentOf(turn, kit, at) })
}

/** Empty where nothing was sent. */
async function resultLine({ t, person }: Turn, kit: Kit, broadcast: Broadcast): Promise<string> {
  const { counts } = figuresOf(broadcast, await standOf(kit, person.tenant, broadcast.id))
  const { delivered, total } = counts
  return total === 0 ? '' : t('broadcasts.list.line', { delivered, total })
}

function momentOf({ language }: Turn, kit: Kit, iso: string): string {
  return momentText(new Date(iso), kit.settings.timeZone, language)
}
