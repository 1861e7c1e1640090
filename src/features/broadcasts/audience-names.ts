import { parseAudience, type AudiencePart } from '../../domain/audience.ts'
import { LANGUAGES } from '../../domain/languages.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Team } from '../../domain/records.ts'
import type { Kit, Turn } from '../../kit.ts'

type Choice = { title: string; value: string }

/** A card has its size: of more units, or more channels, not all stand on the form. */
const LISTED = 30

/** The audiences that a form offers, what was `chosen` among them. */
export async function audienceChoices(turn: Turn, kit: Kit, chosen: string): Promise<Choice[]> {
  const { tenant } = turn.person
  const [teams, staff] = await Promise.all([kit.store.teams.list(tenant), kit.store.staff.get(tenant, 'all')])
  const choice = (part: AudiencePart): Choice => ({ title: nameOf(turn, part, teams), value: valueOf(part) })
  const inOrder = (parts: AudiencePart[]) =>
    parts
      .map(choice)
      .toSorted((one, other) => one.title.localeCompare(other.title, turn.language))
      .slice(0, LISTED)
  const units = new Set((staff?.people ?? []).flatMap(({ unit }) => (unit === '' ? [] : unit)))
  const channels = teams.flatMap((team) => team.channels.map(({ key }) => key))
  const all = [
    ...(['supervisors', 'everyone', 'channels'] as const).map((kind) => choice({ kind })),
    ...LANGUAGES.map((language) => choice({ kind: 'language', language })),
    ...inOrder([...units].map((unit) => ({ kind: 'unit', unit }))),
    ...inOrder([...new Set(channels)].map((key) => ({ kind: 'channel', key }))),
  ]
  const offered = new Set(all.map(({ value }) => value))
  const others = (parseAudience(chosen) ?? []).map(choice).filter(({ value }) => !offered.has(value))
  return [...all, ...others]
}

/** In words, for a person to read. */
export async function audienceText(turn: Turn, kit: Kit, audience: string): Promise<string> {
  const teams = await kit.store.teams.list(turn.person.tenant)
  const names = (parseAudience(audience) ?? []).map((part) => nameOf(turn, part, teams))
  return turn.t('broadcasts.audience', { names: names.join('; ') })
}

function valueOf(part: AudiencePart): string {
  if (part.kind === 'unit') return `unit:${part.unit}`
  if (part.kind === 'language') return `language:${part.language}`
  return part.kind === 'channel' ? `channel:${part.key}` : part.kind
}

function nameOf({ t }: Turn, part: AudiencePart, teams: readonly Team[]): string {
  if (part.kind === 'unit') return t('broadcasts.audiences.unit', { unit: breakBraces(part.unit) })
  if (part.kind === 'language') return t(`broadcasts.audiences.language.${part.language}`)
  if (part.kind !== 'channel') return t(`broadcasts.audiences.${part.kind}`)
  const team = teams.find(({ channels }) => channels.some(({ key }) => key === part.key))
  const name = team?.channels.find(({ key }) => key === part.key)?.name
  const channel = team === undefined ? '–' : `${team.name} – ${name || t('tool.general')}`
  return t('broadcasts.audiences.channel', { channel: breakBraces(channel) })
}
