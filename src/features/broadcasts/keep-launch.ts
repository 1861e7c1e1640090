import { hasChannels, parseAudience } from '../../domain/audience.ts'
import { mailingId } from '../../domain/broadcast.ts'
import type { Broadcast, LaunchRecord } from '../../domain/records.ts'
import type { Kit } from '../../kit.ts'
import { standOf } from './find-broadcast.ts'

/** What was never sent, or did not arrive. */
const NOT_GOT = ['skipped', 'cancelled', 'failed']

/**
 * Keeps that the theme of a launch was launched, by which broadcast and where, as things stand now. Of several the latest
 * counts; one that was taken back, or cancelled before anything left, is none. Done again, it changes nothing.
 */
export async function keepLaunch(kit: Kit, tenant: string, { launch, theme }: Broadcast): Promise<void> {
  if (launch === undefined) return
  const all = (await kit.store.broadcasts.list(tenant)).filter((one) => one.theme === theme && one.launch !== undefined)
  const latest = await latestOf(kit, tenant, all)
  const fresh = latest && (await recordOf(kit, tenant, latest))
  // Its list of recipients is removed some day; the record stays as it is.
  const isListed = latest !== undefined && (await kit.store.mailings.get(tenant, latest.id)) !== undefined
  await kit.store.launches.change(tenant, theme, (known) => {
    if (fresh === undefined) return all.some(({ id }) => id === known?.broadcast) ? undefined : known
    if (known?.broadcast !== fresh.broadcast) return fresh
    return isListed ? { ...fresh, ...said(known) } : known
  })
}

/** Whether the record of its theme tells of this broadcast. */
export async function isLaunchKept(kit: Kit, tenant: string, { id, theme }: Broadcast): Promise<boolean> {
  return (await kit.store.launches.get(tenant, theme))?.broadcast === id
}

async function latestOf(kit: Kit, tenant: string, all: readonly Broadcast[]): Promise<Broadcast | undefined> {
  const newestFirst = all.toSorted((one, other) => startOf(other).localeCompare(startOf(one)))
  for (const one of newestFirst) {
    if (one.withdrawn || one.plan === undefined) continue
    if (one.state === 'confirmed' || (one.state === 'cancelled' && (await hasLeft(kit, tenant, one.id)))) return one
  }
  return undefined
}

function startOf({ plan }: Broadcast): string {
  return plan?.advanceAt || (plan?.sendAt ?? '')
}

async function hasLeft(kit: Kit, tenant: string, id: string): Promise<boolean> {
  const { main, advance } = await standOf(kit, tenant, id)
  return [main, advance].some(({ counts }) => counts.delivered + counts.sending + counts.unknown > 0)
}

async function recordOf(kit: Kit, tenant: string, broadcast: Broadcast): Promise<LaunchRecord> {
  const { id, theme, audience } = broadcast
  const { themes, tools } = kit.library()
  const ids = themes.find((one) => one.id === theme)?.tools ?? []
  return {
    id: theme,
    broadcast: id,
    at: startOf(broadcast),
    audience,
    channels: await channelsOf(kit, tenant, broadcast),
    told: Object.fromEntries(ids.flatMap((tool) => tools.get(tool) ?? []).map((tool) => [tool.id, tool.version])),
  }
}

async function channelsOf(kit: Kit, tenant: string, { id, audience }: Broadcast): Promise<LaunchRecord['channels']> {
  const channels: LaunchRecord['channels'] = []
  if (!hasChannels(parseAudience(audience) ?? [])) return channels
  for await (const { to, state } of kit.store.ledger.deliveries(tenant, mailingId(id, 'main'))) {
    if ('conversation' in to && !NOT_GOT.includes(state)) channels.push(to)
  }
  return channels
}

/** What the recipients were told since. */
function said({ told, toldAt }: LaunchRecord): Pick<LaunchRecord, 'told' | 'toldAt'> {
  return { told, ...(toldAt !== undefined && { toldAt }) }
}
